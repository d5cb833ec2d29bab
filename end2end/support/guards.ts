import { type BrowserContext, type ConsoleMessage, expect, type Frame, type Page, type Request, type Response } from "@playwright/test";
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
  /** Sites that embed it. */
  readonly #hosts: { url: string; output: string }[] = [];
  readonly #contexts: BrowserContext[] = [];
  readonly #reading: Promise<unknown>[] = [];
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

  /** A site whose pages Twofold stands in. */
  admit(host: { url: string; output: string }): void {
    this.#hosts.push(host);
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
    await Promise.allSettled(this.#reading);
    for (const page of this.#contexts.flatMap((context) => context.pages())) {
      for (const frame of page.frames()) await this.#storage(frame);
    }
    for (const url of this.#urls) {
      this.#secret(`the URL ${url}`, this.#secrets.in(url));
    }
    for (const line of this.#console) {
      this.#secret("the console", this.#secrets.in(line));
    }
    for (const { output } of [this.#server, ...this.#hosts]) this.#secret("a server's log", this.#secrets.in(log(output)));
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
    const ours = [this.#server, ...this.#hosts].some(({ url }) => url === origin);
    if (/^https?:$/.test(protocol) && !ours) this.#found.push(`foreign request: ${request.url()}`);
  }

  #response(response: Response): void {
    const { origin, pathname } = new URL(response.url());
    const kept = pathname.startsWith("/assets/") || ["/favicon.ico", "/embed.js"].includes(pathname);
    if (pathname.startsWith("/widget/")) this.#read(response, /twofold-bearer" content="([^"]+)/, "the bearer of a frame");
    if (origin !== this.#server.url) this.#read(response, /"ticket":\s*"([^"]+)/, "a ticket");
    if (origin === this.#server.url && !kept && response.headers()["cache-control"] !== "no-store") {
      this.#found.push(`may be kept: ${pathname}`);
    }
    const cookies = response.headers()["set-cookie"];
    for (const value of cookies?.matchAll(/=([0-9a-zA-Z_-]{32,})/g) ?? []) this.#secrets.addBearer("a cookie", value[1] ?? "");
  }

  /** Learns what an answer gives to the page, and nobody else may have. */
  #read(response: Response, form: RegExp, what: string): void {
    if (!/html|json/.test(response.headers()["content-type"] ?? "") || response.status() !== 200) return;
    const learnt = response.text().then((text) => {
      const value = form.exec(text)?.[1];
      if (value) this.#secrets.addBearer(what, value);
    });
    this.#reading.push(learnt.catch(() => {}));
  }

  /** A one-time link carries its secret in the fragment, which no browser sends, until the page has read it. */
  #visited(url: string): void {
    const { pathname, hash } = new URL(url);
    this.#urls.add(["/welcome", "/invitation", "/new-password"].includes(pathname) && hash ? url.slice(0, -hash.length) : url);
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

  /** Nothing at all is kept in the browser but cookies that no script reads; in a host's page, the place in a widget. */
  async #storage(frame: Frame): Promise<void> {
    const url = frame.url();
    const host = this.#hosts.some((host) => url.startsWith(host.url));
    if (!host && !url.startsWith(this.#server.url)) return;
    const kept = await frame.evaluate(keptHere);
    this.#secret("the address bar", this.#secrets.in(kept.hash));
    this.#secret("the page's storage", this.#secrets.in(JSON.stringify(kept.session)));
    const nothing = { cookies: "", local: {}, session: {}, databases: 0, caches: 0, workers: 0 };
    const { hash: _, session, ...rest } = kept;
    const others = Object.fromEntries(Object.entries(session).filter(([name]) => !host || !/^twofold:(security|challenge)$/.test(name)));
    const found = { ...rest, session: others };
    const differs = Object.entries(nothing).some(([name, value]) => JSON.stringify(found[name as keyof typeof found]) !== JSON.stringify(value));
    if (differs) this.#found.push(`kept in the browser: ${Object.keys(rest.local)} ${JSON.stringify({ ...found, local: undefined, session: undefined })}`);
  }

  #secret(where: string, found: string[]): void {
    this.#found.push(...found.map((what) => `a secret in ${where}: ${what}`));
  }
}

/** Runs in the page. A browser may keep a frame of another site from keeping anything. */
async function keptHere() {
  const within = (read: () => Storage) => {
    try {
      return { ...read() };
    } catch {
      return {};
    }
  };
  const number = (list: Promise<ArrayLike<unknown>>) => list.then(({ length }) => length, () => 0);
  return {
    cookies: document.cookie,
    local: within(() => localStorage),
    session: within(() => sessionStorage),
    databases: await number(indexedDB.databases()),
    caches: globalThis.isSecureContext ? await number(caches.keys()) : 0,
    workers: globalThis.isSecureContext ? await number(navigator.serviceWorker.getRegistrations().then(Array.from)) : 0,
    hash: location.hash,
  };
}

/** What a server wrote, without what has digits of its own, and without the first link, which is for the operator. */
function log(output: string): string {
  return output
    .replaceAll(/https?:\/\/\S+\/(welcome|invitation)#\S+/g, "")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z?/g, "")
    .replaceAll(/\b[0-9a-f]{16}\b/g, "");
}
