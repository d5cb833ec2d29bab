import { spawnSync } from "node:child_process";
import jsqr, { type QRCode } from "jsqr";
import { generateSync } from "otplib";
import { PNG } from "pngjs";
import type { Secrets } from "./secrets.ts";
import type { Server } from "./server.ts";

const STEP = 30;

/** Whatever the screen shows it on: an element of any browser. */
export interface Shown {
  screenshot(): Promise<Buffer>;
}

/** What an authenticator app keeps of one account. It reads the QR code from the screen's pixels, as a camera does. */
export class Phone {
  readonly secret: string;
  readonly issuer: string;
  readonly account: string;
  readonly #server: Server;
  readonly #secrets: Secrets;
  /** The last step of which a code was given out by [`code`]. */
  #given = 0;
  #guess = 482912;

  constructor(uri: string, server: Server, secrets: Secrets) {
    const parsed = new URL(uri);
    if (parsed.protocol !== "otpauth:" || parsed.host !== "totp") throw new Error("that is not a TOTP URI");
    for (const [setting, usual] of [["algorithm", "SHA1"], ["digits", "6"], ["period", "30"]] as const) {
      const value = parsed.searchParams.get(setting) ?? usual;
      if (value !== usual) throw new Error(`no app knows ${setting}=${value}`);
    }
    const [issuer, account] = decodeURIComponent(parsed.pathname.slice(1)).split(":");
    this.secret = parsed.searchParams.get("secret") ?? "";
    this.issuer = issuer ?? "";
    this.account = (account ?? "").trim();
    if (parsed.searchParams.get("issuer") !== this.issuer) throw new Error("the issuer is not said twice");
    this.#server = server;
    this.#secrets = secrets;
    secrets.addSharedSecret(this.secret);
  }

  /** Scans a QR code. */
  static async scan(image: Shown, server: Server, secrets: Secrets): Promise<Phone> {
    return new Phone(await read(image), server, secrets);
  }

  /** A code that was not given out before. Where the app shows the last one still, time goes on to the next. */
  async code(): Promise<string> {
    const last = this.#given;
    if (this.#step() <= last) await this.#server.advance((last + 1 - this.#step()) * STEP);
    this.#given = this.#step();
    return this.codeOf(0);
  }

  /** The code of some steps later, or earlier. */
  codeOf(steps: number): string {
    return this.#known(generateSync({ secret: this.secret, epoch: (this.#step() + steps) * STEP }));
  }

  /** The same by another program. */
  codeByOathtool(): string {
    const at = `${new Date(this.#server.now()).toISOString().slice(0, 19).replace("T", " ")} UTC`;
    const made = spawnSync("oathtool", ["--totp", "--base32", "--now", at, "-"], { input: this.secret, encoding: "utf8" });
    if (made.status !== 0) throw new Error(`oathtool: ${made.error ?? made.stderr}`);
    this.#given = this.#step();
    return this.#known(made.stdout.trim());
  }

  /** Six digits that this app shows neither now nor within a quarter of an hour; others each time. */
  wrongCode(): string {
    const near = new Set(Array.from({ length: 61 }, (_, at) => generateSync({ secret: this.secret, epoch: (this.#step() + at - 30) * STEP })));
    do {
      this.#guess += 1;
    } while (near.has(String(this.#guess)));
    return String(this.#guess);
  }

  /** Far from the moment when the code changes, so that a test can count in steps. */
  async inTheMiddleOfAStep(): Promise<void> {
    const into = Math.floor(this.#server.now() / 1000) % STEP;
    if (into > 10) await this.#server.advance(STEP - into + 1);
  }

  #step(): number {
    return Math.floor(this.#server.now() / 1000 / STEP);
  }

  #known(code: string): string {
    this.#secrets.addCode(code);
    return code;
  }
}

/** What the QR code says: from a screenshot, by jsQR. */
export async function read(image: Shown): Promise<string> {
  return (await photograph(image)).data;
}

/** The QR code as the screen shows it, and what jsQR finds in it. */
export async function photograph(image: Shown): Promise<{ pixels: PNG; data: string; location: QRCode["location"] }> {
  const pixels = PNG.sync.read(await image.screenshot());
  const found = jsqr.default(new Uint8ClampedArray(pixels.data), pixels.width, pixels.height, { inversionAttempts: "dontInvert" });
  if (!found) throw new Error("there is no QR code to be read");
  return { pixels, data: found.data, location: found.location };
}
