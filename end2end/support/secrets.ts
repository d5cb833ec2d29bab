/** Everything that this test knows and nobody else may: looked for wherever it must not be. */
export class Secrets {
  readonly #texts = new Map<string, string>();
  readonly #raw = new Map<string, Buffer>();
  readonly #codes = new Set<string>();

  addSharedSecret(base32: string): void {
    const bytes = decoded(base32, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
    this.#add("shared secret", base32, bytes);
    this.#text("shared secret in hex", bytes.toString("hex"));
    this.#text("shared secret in base64", bytes.toString("base64").replace(/=+$/, ""));
  }

  addRecoveryCode(code: string): void {
    const plain = code.replaceAll("-", "");
    const bytes = decoded(plain, "0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    this.#add("recovery code", plain, bytes);
    this.#text("recovery code", code);
    this.#text("recovery code in hex", bytes.toString("hex"));
  }

  addPassword(password: string): void {
    this.#text("password", password);
  }

  /** A cookie's value, or the secret of a link: hexadecimal or not. */
  addBearer(what: string, value: string): void {
    this.#text(what, value);
    if (/^([0-9a-f]{2}){16,}$/.test(value)) this.#raw.set(`${what}, raw`, Buffer.from(value, "hex"));
  }

  addCode(code: string): void {
    this.#codes.add(code);
  }

  /** What of it stands in a text. */
  in(text: string): string[] {
    const folded = text.toLowerCase();
    const named = [...this.#texts].filter(([value]) => folded.includes(value)).map(([, what]) => what);
    const isolated = [...this.#codes].filter((code) => new RegExp(`(?<![0-9a-z])${code}(?![0-9a-z])`, "i").test(text));
    return [...new Set([...named, ...isolated.map((code) => `code ${code}`)])];
  }

  /** What of it stands in a file. */
  inBytes(bytes: Buffer): string[] {
    const raw = [...this.#raw].filter(([, value]) => bytes.includes(value)).map(([what]) => what);
    return [...new Set([...this.in(bytes.toString("latin1")), ...raw])];
  }

  #add(what: string, text: string, bytes: Buffer): void {
    this.#text(what, text);
    this.#raw.set(`${what}, raw: ${text.slice(0, 4)}`, bytes);
  }

  #text(what: string, value: string): void {
    if (value.length < 6) throw new Error(`the ${what} is too short to be looked for`);
    this.#texts.set(encodeURIComponent(value).toLowerCase(), `${what}, escaped`);
    this.#texts.set(value.toLowerCase(), what);
  }
}

function decoded(text: string, alphabet: string): Buffer {
  const bits = [...text].map((character) => alphabet.indexOf(character).toString(2).padStart(5, "0")).join("");
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}
