import type { Policy } from "./csp.js";
import { TwofoldError } from "./error.js";
import { type Asked, type Confirmed, type Exchange, Flow, type FlowSettings, type User } from "./flow.js";
import { CONFIRM_JS } from "./html.js";

export { TwofoldError } from "./error.js";
export type { Asked, Confirmed, User } from "./flow.js";

export interface FetchSettings extends FlowSettings {
  /** Who is signed in by this request; nothing, if nobody is. Whoever is pending is nobody. */
  user(request: Request): User | null | undefined | Promise<User | null | undefined>;
  /** Does what was asked for, and answers. Called when the second factor was given, or none is to be asked. */
  done(request: Request, confirmed: Confirmed): Response | Promise<Response>;
  /** Answers when it was not confirmed: `error.detail` is for people. Unless given: `error.status` and JSON. */
  refused?(request: Request, error: TwofoldError): Response | Promise<Response>;
  /** The address of the person, where your host says it. Believe only a header that your own proxy sets. */
  address?(request: Request): string | undefined;
}

export interface FetchTwofold {
  /** The API itself. */
  readonly client: Flow["twofold"];
  /** Answers below `{prefix}/`; nothing, for what is not ours. */
  handle(request: Request): Promise<Response | undefined>;
  /** `export const { GET, POST } = twoFactor;` in `app/twofold/[...path]/route.ts` of Next. */
  GET(request: Request): Promise<Response>;
  POST(request: Request): Promise<Response>;
  /** Asks for the second factor, and calls `done` if there is none to ask for. */
  start(request: Request, asked: Asked): Promise<Response>;
  /** Who is to be asked what for: guard your page with the challenge by it, and nothing else. */
  pending(request: Pick<Request, "headers">): Promise<{ user: User; action: string; data?: unknown } | undefined>;
  /** Your policy, and what the elements need. */
  csp(policy: string): string;
  csp(policy: Policy): Record<string, string[]>;
  securityHtml(): string;
  challengeHtml(fields?: Record<string, string>): string;
}

/** Twofold for handlers that take a `Request` and return a `Response`: Next, Hono, SvelteKit, Remix, Bun. */
export function twofold(settings: FetchSettings): FetchTwofold {
  const flow = new Flow(settings);
  const user = async (request: Request) => (await settings.user(request)) ?? undefined;

  /** Whatever goes wrong is an answer, and lets nobody in. */
  async function answered(request: Request, work: (way: Exchange) => Promise<Response>): Promise<Response> {
    const cookies: string[] = [];
    let response: Response;
    try {
      response = await work(exchange(request, settings.address?.(request), cookies));
    } catch (error) {
      if (!(error instanceof TwofoldError)) throw error;
      if (error.status >= 500) console.error(error);
      response = settings.refused ? await settings.refused(request, error) : problem(error);
    }
    return withCookies(response, cookies);
  }

  async function handle(request: Request): Promise<Response | undefined> {
    const { pathname } = new URL(request.url);
    if (request.method === "POST" && pathname === flow.sessionUrl) {
      return answered(request, async (way) => json(await flow.session(way, await user(request))));
    }
    if (request.method === "POST" && pathname === flow.ticketUrl) {
      return answered(request, async (way) => json(await flow.ticket(way, await user(request))));
    }
    if (request.method === "POST" && pathname === `${flow.prefix}/confirm`) {
      return answered(request, async (way) => settings.done(request, await flow.confirm(way, await user(request), await form(request))));
    }
    if (request.method === "GET" && pathname === `${flow.prefix}/confirm.js`) {
      return new Response(CONFIRM_JS, { headers: { "content-type": "text/javascript; charset=utf-8" } });
    }
    return undefined;
  }

  const route = async (request: Request) => (await handle(request)) ?? new Response("Not found", { status: 404 });
  return {
    client: flow.twofold,
    handle,
    GET: route,
    POST: route,
    start(request, asked) {
      return answered(request, async (way) => {
        const confirmed = await flow.start(way, await user(request), asked);
        return confirmed ? settings.done(request, confirmed) : new Response(null, { status: 303, headers: { location: flow.confirmUrl } });
      });
    },
    async pending(request) {
      return flow.pending(exchange(request), await user(request as Request));
    },
    csp: flow.csp.bind(flow) as FetchTwofold["csp"],
    securityHtml: () => flow.securityHtml(),
    challengeHtml: (fields) => flow.challengeHtml(fields),
  };
}

function exchange({ headers }: Pick<Request, "headers">, address?: string, cookies: string[] = []): Exchange {
  return { header: (name) => headers.get(name) ?? undefined, address, setCookie: (header) => cookies.push(header) };
}

/** The same answer, for those of `Response.redirect` cannot be changed. */
function withCookies(response: Response, cookies: string[]): Response {
  const headers = new Headers(response.headers);
  for (const cookie of cookies) headers.append("set-cookie", cookie);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

function json(body: unknown, status = 200): Response {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return new Response(JSON.stringify(body), { status, headers });
}

function problem({ code, status, detail, attempts_left, retry_after }: TwofoldError): Response {
  return json({ code, detail, attempts_left, retry_after }, status);
}

async function form(request: Request): Promise<Record<string, unknown>> {
  const type = request.headers.get("content-type") ?? "";
  if (type.startsWith("application/json")) {
    const body: unknown = await request.json().catch(() => undefined);
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  }
  if (!/^(application\/x-www-form-urlencoded|multipart\/form-data)/.test(type)) return {};
  return Object.fromEntries(await request.formData());
}
