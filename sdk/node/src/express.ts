import type { IncomingMessage } from "node:http";
import type { Policy } from "./csp.js";
import { type Asked, type Confirmed, type Exchange, Flow, type FlowSettings, type User } from "./flow.js";
import { CONFIRM_JS } from "./html.js";

export { TwofoldError } from "./error.js";
export type { Asked, Confirmed, User } from "./flow.js";

/** What is needed of Express' request, version 4 or 5. */
export interface ExpressRequest extends IncomingMessage {
  path: string;
  ip?: string | undefined;
  body?: any;
  /** Your session, whatever it is. */
  session?: any;
  next?: ((error?: any) => void) | undefined;
}

/** What is needed of Express' response. */
export interface ExpressResponse {
  append(name: string, value: string): unknown;
  set(name: string, value: string): unknown;
  status(code: number): { json(body: unknown): unknown };
  type(type: string): { send(body: string): unknown };
  redirect(status: number, url: string): unknown;
}

export interface ExpressSettings<Request, Response> extends FlowSettings {
  /** Who is signed in by this request; nothing, if nobody is. Whoever is pending is nobody. */
  user(request: Request): User | null | undefined | Promise<User | null | undefined>;
  /** Does what was asked for: signs the user in, under a new session, or pays. Called when the second factor was given, or none is to be asked. */
  done(request: Request, response: Response, confirmed: Confirmed): unknown;
}

export interface ExpressTwofold<Request, Response> {
  /** The API itself. */
  readonly client: Flow["twofold"];
  /** The middleware for `{prefix}/…`: after your session and `express.urlencoded()`. */
  routes(request: Request, response: Response, next: (error?: any) => void): void;
  /** Asks for the second factor, and calls `done` if there is none to ask for. Errors go to your error handler. */
  start(request: Request, response: Response, asked: Asked): Promise<void>;
  /** Who is to be asked what for: guard your page with the challenge by it, and nothing else. */
  pending(request: Request): Promise<{ user: User; action: string; data?: unknown } | undefined>;
  /** Your policy, and what the elements need. */
  csp(policy: string): string;
  csp(policy: Policy): Record<string, string[]>;
  /** The Security tab, for your account page. */
  securityHtml(): string;
  /** The challenge, for your page at `confirmUrl`. `fields` are hidden ones of its form, a CSRF token say. */
  challengeHtml(fields?: Record<string, string>): string;
}

/** Twofold for an Express app, version 4 or 5. */
export function twofold<Request extends ExpressRequest = ExpressRequest, Response extends ExpressResponse = ExpressResponse>(
  settings: ExpressSettings<Request, Response>,
): ExpressTwofold<Request, Response> {
  const flow = new Flow(settings);
  const user = async (request: Request) => (await settings.user(request)) ?? undefined;

  async function answer(request: Request, response: Response): Promise<boolean> {
    const way = exchange(request, response);
    if (request.method === "POST" && request.path === flow.sessionUrl) {
      response.set("Cache-Control", "no-store");
      response.status(200).json(await flow.session(way, await user(request)));
    } else if (request.method === "POST" && request.path === flow.ticketUrl) {
      response.set("Cache-Control", "no-store");
      response.status(200).json(await flow.ticket(way, await user(request)));
    } else if (request.method === "POST" && request.path === `${flow.prefix}/confirm`) {
      await settings.done(request, response, await flow.confirm(way, await user(request), form(request)));
    } else if (request.method === "GET" && request.path === `${flow.prefix}/confirm.js`) {
      response.type("text/javascript").send(CONFIRM_JS);
    } else {
      return false;
    }
    return true;
  }

  return {
    client: flow.twofold,
    routes(request, response, next) {
      answer(request, response).then((answered) => answered || next(), next);
    },
    async start(request, response, asked) {
      try {
        const confirmed = await flow.start(exchange(request, response), await user(request), asked);
        if (confirmed) await settings.done(request, response, confirmed);
        else response.redirect(303, flow.confirmUrl);
      } catch (error) {
        // Express 4 does not look at what a handler returns: an error would end the process.
        if (!request.next) throw error;
        request.next(error);
      }
    },
    async pending(request) {
      return flow.pending(exchange(request), await user(request));
    },
    csp: flow.csp.bind(flow) as ExpressTwofold<Request, Response>["csp"],
    securityHtml: () => flow.securityHtml(),
    challengeHtml: (fields) => flow.challengeHtml(fields),
  };
}

function exchange(request: ExpressRequest, response?: ExpressResponse): Exchange {
  return {
    header(name) {
      const value = request.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    address: request.ip,
    setCookie: (header) => response?.append("Set-Cookie", header),
  };
}

/** What the form holds. A code that nobody parsed would be taken for none. */
function form(request: ExpressRequest): Record<string, unknown> {
  if (request.body === undefined && Number(request.headers["content-length"] ?? 0) > 0) {
    throw new TypeError("There is no request.body: app.use(express.urlencoded({ extended: false })) must stand before Twofold's routes");
  }
  return typeof request.body === "object" && request.body !== null ? request.body : {};
}

