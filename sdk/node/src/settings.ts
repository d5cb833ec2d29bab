/** Where Twofold is, and who asks. */
export interface Settings {
  /** Where your server reaches Twofold. Unless given: `TWOFOLD_URL`, else `http://localhost:3000`. */
  url?: string | undefined;
  /** The API key of your site. Unless given: `TWOFOLD_KEY`. */
  key?: string | undefined;
  /** Where browsers reach Twofold, if that is another address than `url`. */
  publicUrl?: string | undefined;
  /** Milliseconds within which Twofold must have answered; 10 000 unless given. */
  timeout?: number | undefined;
}

/** The settings, with what stands in the environment. */
export function settled(settings: Settings): { url: string; key: string; publicUrl: string; timeout: number } {
  const key = settings.key || process.env.TWOFOLD_KEY;
  if (!key) {
    throw new TypeError("There is no API key: set TWOFOLD_KEY to what `twofold key create --site … --scope verify` prints");
  }
  const timeout = settings.timeout ?? 10_000;
  if (!(timeout > 0 && timeout <= 60_000)) throw new RangeError("timeout is in milliseconds, from 1 to 60000");
  const url = address(settings.url || process.env.TWOFOLD_URL || "http://localhost:3000", "TWOFOLD_URL");
  return { url, key, publicUrl: settings.publicUrl ? address(settings.publicUrl, "publicUrl") : url, timeout };
}

function address(given: string, name: string): string {
  let url: URL;
  try {
    url = new URL(given);
  } catch {
    throw new TypeError(`${name} is not a URL: ${given}`);
  }
  if (!/^https?:$/.test(url.protocol) || url.username || url.search || url.hash || url.pathname !== "/") {
    throw new TypeError(`${name} is the address of Twofold without a path, https://2fa.example.com say: ${given}`);
  }
  return url.origin;
}
