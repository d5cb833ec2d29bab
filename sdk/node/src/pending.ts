import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** Somebody who has given a password and is nobody yet. */
export interface Pending {
  /** The challenge that this server opened. */
  challenge: string;
  user: { id: string; label?: string | undefined; email?: string | undefined };
  action: string;
  /** What you gave `start` to keep. */
  data?: unknown;
  /** Who was signed in when it began: only they may end it. */
  by?: string | undefined;
  /** When it began, in milliseconds. */
  since: number;
}

/** The longest that a password is taken for given without the second factor, in milliseconds. */
export const PENDING_FOR = 30 * 60_000;

const ALGORITHM = "aes-256-gcm";
const PURPOSE = "twofold: pending, 1";
const [IV, TAG] = [12, 16];

/**
 * Seals what is pending into a cookie of its own: apart from your session, so that nothing of it can be taken for a user who
 * is signed in, and unreadable and unforgeable for the browser. Every server with the same API key reads it.
 */
export class Sealer {
  readonly #key: Uint8Array;

  constructor(apiKey: string) {
    this.#key = new Uint8Array(hkdfSync("sha256", apiKey, "", PURPOSE, 32));
  }

  seal(pending: Pending): string {
    const iv = randomBytes(IV);
    const cipher = createCipheriv(ALGORITHM, this.#key, iv);
    const sealed = [cipher.update(JSON.stringify(pending), "utf8"), cipher.final()];
    return Buffer.concat([iv, ...sealed, cipher.getAuthTag()]).toString("base64url");
  }

  /** Nothing, if it was made by somebody else, changed on the way, or is too old. */
  open(sealed: string | undefined): Pending | undefined {
    const bytes = Buffer.from(sealed ?? "", "base64url");
    if (bytes.length <= IV + TAG) return undefined;
    let text: string;
    try {
      const decipher = createDecipheriv(ALGORITHM, this.#key, bytes.subarray(0, IV), { authTagLength: TAG });
      decipher.setAuthTag(bytes.subarray(-TAG));
      text = Buffer.concat([decipher.update(bytes.subarray(IV, -TAG)), decipher.final()]).toString("utf8");
    } catch {
      return undefined;
    }
    const pending = JSON.parse(text) as Pending;
    const age = Date.now() - pending.since;
    return age < PENDING_FOR && age > -PENDING_FOR ? pending : undefined;
  }
}
