import type { Kind } from "./frame.ts";

/** Where the person was, in words of Twofold's own: kept for the tab, and for the next ticket. It opens nothing. */
export class Resume {
  readonly #key: string;
  #held: string | undefined;

  constructor(kind: Kind) {
    this.#key = `twofold:${kind}`;
  }

  get(): string | undefined {
    try {
      this.#held ??= sessionStorage.getItem(this.#key) ?? undefined;
    } catch {
      // A page without storage loses the place when it is loaded again, and nothing else.
    }
    return this.#held;
  }

  set(value: string | undefined): void {
    this.#held = value;
    try {
      if (value) sessionStorage.setItem(this.#key, value);
      else sessionStorage.removeItem(this.#key);
    } catch {
      // As above.
    }
  }
}
