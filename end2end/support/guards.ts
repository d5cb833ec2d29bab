import { type BrowserContext, type ConsoleMessage, expect, type Page, type Request, type Response } from "@playwright/test";
import type { Secrets } from "./secrets.ts";
import type { Server } from "./server.ts";

/** Statuses with which the server refuses in words that the page then shows. */
const REFUSALS = [400, 401, 403, 404, 409, 413, 415, 422, 429];
/** Chromium writes a line of its own for each of them. */
const REFUSED = /^Failed to load resource: the server responded with a status of (\d+)/;

/**
 * Watches every page of a test, and fails it: on a request to another host, a violation of the content security policy,
 * an unexpected error, an answer that somebody may keep, and on a secret in a URL, in the browser's storage, in the
 * console, in the server's log or in the database.
 */
export class Guards {
  readonly #server: Server;
  readonly #secrets: Secrets;
  readonly #contexts: BrowserContext[] = [];
  readonly #urls = new Set<string>();
  readonly #found: string[] = [];
  readonly #expected: RegExp[] = [];
  readonly #console: string[] = [];
  #offDuty = false;

  constructor(server: Server, secrets: Secrets) {
    this.#server = server;
    this.#secrets = secrets;
  }

  /** An error that this test brings about. */
  expectError(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  async watch(context: BrowserContext): Promise<void> {
    this.#contexts.push(context);
    context.on("request", (request) => this.#request(request));
    context.on("response", (response) => this.#response(response));
    context.on("console", (message) => this.#said(message));
    context.on("weberror", (error) => this.#error(`page error: ${error.error()}`));
    context.on("page", (page) => this.#page(page));
    context.pages().forEach((page) => this.#page(page));
    await context.exposeBinding("reportViolation", (_, what: string) => void this.#found.push(`CSP: ${what}`));
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        const report = (globalThis as unknown as { reportViolation(what: string): void }).reportViolation;
        report(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
      });
    });
  }

  /** Looks everywhere, and then closes what was opened beside the test's own context. */
  async check(): Promise<void> {
    try {
      expect(this.#offDuty ? [] : await this.look(), "what the guards found").toEqual([]);
    } finally {
      for (const context of this.#contexts.slice(1)) await context.close();
    }
  }

  /** For the tests of the guards themselves. */
  goOffDuty(): void {
    this.#offDuty = true;
  }

  /** Looks everywhere for everything. */
  async look(): Promise<string[]> {
    for (const context of this.#contexts) {
      await this.#rememberCookies(context);
    }
    for (const page of this.#contexts.flatMap((context) => context.pages())) {
      await this.#storage(page);
    }
    for (const url of this.#urls) {
      this.#secret(`the URL ${url}`, this.#secrets.in(url));
    }
    for (const line of this.#console) {
      this.#secret("the console", this.#secrets.in(line));
    }
    this.#secret("the server's log", this.#secrets.in(log(this.#server)));
    for (const { name, bytes } of await this.#server.databaseFiles()) {
      this.#secret(name, this.#secrets.inBytes(bytes));
    }
    return this.#found;
  }

  async #rememberCookies(context: BrowserContext): Promise<void> {
    for (const cookie of await context.cookies()) {
      if (cookie.value.length >= 16) this.#secrets.addBearer(`cookie ${cookie.name}`, cookie.value);
      if (!cookie.httpOnly || cookie.sameSite === "None") this.#found.push(`the cookie ${cookie.name} is in reach`);
    }
  }

  #page(page: Page): void {
    page.on("framenavigated", (frame) => this.#visited(frame.url()));
    page.on("websocket", (socket) => this.#found.push(`web socket: ${socket.url()}`));
  }

  #request(request: Request): void {
    this.#visited(request.url());
    const referrer = request.headers()["referer"];
    if (referrer) this.#urls.add(referrer);
    const { protocol, origin } = new URL(request.url());
    if (/^https?:$/.test(protocol) && origin !== this.#server.url) this.#found.push(`foreign request: ${request.url()}`);
  }

  #response(response: Response): void {
    const { origin, pathname } = new URL(response.url());
    const kept = pathname.startsWith("/assets/") || pathname === "/favicon.ico";
    if (origin === this.#server.url && !kept && response.headers()["cache-control"] !== "no-store") {
      this.#found.push(`may be kept: ${pathname}`);
    }
    const cookies = response.headers()["set-cookie"];
    for (const value of cookies?.matchAll(/=([0-9a-zA-Z_-]{32,})/g) ?? []) this.#secrets.addBearer("a cookie", value[1] ?? "");
  }

  /** A one-time link carries its secret in the fragment, which no browser sends, until the page has read it. */
  #visited(url: string): void {
    const { pathname, hash } = new URL(url);
    this.#urls.add(pathname === "/welcome" && hash ? url.slice(0, -hash.length) : url);
  }

  #said(message: ConsoleMessage): void {
    this.#console.push(message.text());
    const refused = REFUSED.exec(message.text());
    if (refused && REFUSALS.includes(Number(refused[1])) && !message.location().url.includes("/assets/")) return;
    if (message.type() === "error" || message.type() === "warning") this.#error(`console: ${message.text()}`);
  }

  #error(text: string): void {
    if (!this.#expected.some((pattern) => pattern.test(text))) this.#found.push(text);
  }

  /** Nothing at all is kept in the browser but cookies that no script reads. */
  async #storage(page: Page): Promise<void> {
    if (!page.url().startsWith(this.#server.url)) return;
    const kept = await page.evaluate(async () => ({
      cookies: document.cookie,
      local: { ...localStorage },
      session: { ...sessionStorage },
      databases: (await indexedDB.databases()).length,
      caches: globalThis.isSecureContext ? (await caches.keys()).length : 0,
      workers: globalThis.isSecureContext ? (await navigator.serviceWorker.getRegistrations()).length : 0,
      hash: location.hash,
    }));
    this.#secret("the address bar", this.#secrets.in(kept.hash));
    const nothing = { cookies: "", local: {}, session: {}, databases: 0, caches: 0, workers: 0 };
    const { hash: _, ...rest } = kept;
    if (JSON.stringify(rest) !== JSON.stringify(nothing)) this.#found.push(`kept in the browser: ${Object.keys(rest.local)} ${JSON.stringify({ ...rest, local: undefined, session: undefined })}`);
  }

  #secret(where: string, found: string[]): void {
    this.#found.push(...found.map((what) => `a secret in ${where}: ${what}`));
  }
}

/** What the server wrote, without what has digits of its own, and without the first link, which is for the operator. */
function log(server: Server): string {
  return server.output
    .replaceAll(/https?:\/\/\S+\/welcome#\S+/g, "")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?/g, "")
    .replaceAll(/\b[0-9a-f]{16}\b/g, "");
}
