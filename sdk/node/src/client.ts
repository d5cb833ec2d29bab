import { Operations, type Problem, type Sent } from "./api.js";
import { refused, unanswered } from "./error.js";
import { type Settings, settled } from "./settings.js";

/** Next keeps answers of `fetch` otherwise; Node's own types do not know it. */
const UNCACHED = { cache: "no-store" };

/** Twofold's API, for your server. Every method throws a `TwofoldError` unless Twofold said yes. */
export class Twofold extends Operations {
  readonly url: string;
  /** Where browsers reach it. */
  readonly publicUrl: string;
  readonly #key: string;
  readonly #timeout: number;

  constructor(settings: Settings = {}) {
    super();
    const { url, key, publicUrl, timeout } = settled(settings);
    this.url = url;
    this.publicUrl = publicUrl;
    this.#key = key;
    this.#timeout = timeout;
  }

  protected override async send<T>(method: string, path: string, sent: Sent = {}): Promise<T> {
    const what = `${method} ${path}`;
    const headers: Record<string, string> = { authorization: `Bearer ${this.#key}`, accept: "application/json" };
    if (sent.body !== undefined) headers["content-type"] = "application/json";
    if (sent.idempotencyKey !== undefined) headers["idempotency-key"] = sent.idempotencyKey;
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(this.url + path + query(sent.query), {
        method,
        headers,
        body: sent.body === undefined ? null : JSON.stringify(sent.body),
        // The time is up for the body, too. A redirect is none of Twofold's answers, and would take the key elsewhere.
        signal: AbortSignal.timeout(this.#timeout),
        redirect: "error",
        ...UNCACHED,
      });
      text = await answer.text();
    } catch (error) {
      throw unanswered(error instanceof Error && error.name === "TimeoutError" ? "timeout" : "unreachable", what, error);
    }
    if (answer.status === 204) return undefined as T;
    const document = read(text);
    if (answer.ok && document) return document as T;
    if (!answer.ok && isProblem(document)) throw refused({ ...document, status: answer.status }, what);
    throw unanswered("answer_malformed", `${what}: ${answer.status}`);
  }
}

function query(words: Sent["query"] = {}): string {
  const given = Object.entries(words).flatMap(([name, value]): [string, string][] => (value === undefined || value === null ? [] : [[name, String(value)]]));
  return given.length > 0 ? `?${new URLSearchParams(given)}` : "";
}

function read(text: string): object | undefined {
  try {
    const document: unknown = JSON.parse(text);
    return typeof document === "object" && document !== null ? document : undefined;
  } catch {
    return undefined;
  }
}

function isProblem(document: object | undefined): document is Problem {
  return document !== undefined && "code" in document && typeof document.code === "string" && "detail" in document && typeof document.detail === "string";
}
