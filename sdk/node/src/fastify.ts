import type { Policy } from "./csp.js";
import { type Asked, type Confirmed, type Exchange, Flow, type FlowSettings, type User } from "./flow.js";
import { CONFIRM_JS } from "./html.js";

export { TwofoldError } from "./error.js";
export type { Asked, Confirmed, User } from "./flow.js";

/** What is needed of Fastify's request. */
export interface FastifyRequest {
  headers: Record<string, string | string[] | undefined>;
  ip: string;
  body: unknown;
}

/** What is needed of Fastify's reply. */
export interface FastifyReply {
  header(name: string, value: any): unknown;
  code(status: any): unknown;
  send(payload?: any): unknown;
}

/** What is needed of the app. */
export interface FastifyApp {
  get(path: string, handler: (request: any, reply: any) => Promise<unknown>): unknown;
  post(path: string, handler: (request: any, reply: any) => Promise<unknown>): unknown;
}

export interface FastifySettings<Request, Reply> extends FlowSettings {
  /** Who is signed in by this request; nothing, if nobody is. Whoever is pending is nobody. */
  user(request: Request): User | null | undefined | Promise<User | null | undefined>;
  /** Does what was asked for, and sends the reply. Called when the second factor was given, or none is to be asked. */
  done(request: Request, reply: Reply, confirmed: Confirmed): unknown;
}

export interface FastifyTwofold<Request, Reply> {
  /** The API itself. */
  readonly client: Flow["twofold"];
  /** The plugin for `{prefix}/…`: `app.register(twoFactor.routes)`, with `@fastify/formbody` before it. */
  routes(app: FastifyApp): Promise<void>;
  /** Asks for the second factor, and calls `done` if there is none to ask for. Return it from your handler. */
  start(request: Request, reply: Reply, asked: Asked): Promise<Reply>;
  /** Who is to be asked what for: guard your page with the challenge by it, and nothing else. */
  pending(request: Request): Promise<{ user: User; action: string; data?: unknown } | undefined>;
  /** Your policy, and what the elements need. */
  csp(policy: string): string;
  csp(policy: Policy): Record<string, string[]>;
  securityHtml(): string;
  challengeHtml(fields?: Record<string, string>): string;
}

/** Twofold for a Fastify app, version 4 or 5. Errors go to its error handler, which answers with their `status`. */
export function twofold<Request extends FastifyRequest = FastifyRequest, Reply extends FastifyReply = FastifyReply>(
  settings: FastifySettings<Request, Reply>,
): FastifyTwofold<Request, Reply> {
  const flow = new Flow(settings);
  const user = async (request: Request) => (await settings.user(request)) ?? undefined;

  async function json(reply: Reply, body: unknown): Promise<unknown> {
    reply.header("cache-control", "no-store");
    return body;
  }

  return {
    client: flow.twofold,
    async routes(app) {
      app.post(flow.sessionUrl, async (request, reply) => json(reply, await flow.session(exchange(request, reply), await user(request))));
      app.post(flow.ticketUrl, async (request, reply) => json(reply, await flow.ticket(exchange(request, reply), await user(request))));
      app.post(`${flow.prefix}/confirm`, async (request, reply) => {
        await settings.done(request, reply, await flow.confirm(exchange(request, reply), await user(request), form(request)));
        return reply;
      });
      app.get(`${flow.prefix}/confirm.js`, async (_request, reply) => {
        reply.header("content-type", "text/javascript; charset=utf-8");
        return CONFIRM_JS;
      });
    },
    async start(request, reply, asked) {
      const confirmed = await flow.start(exchange(request, reply), await user(request), asked);
      if (confirmed) {
        await settings.done(request, reply, confirmed);
      } else {
        reply.code(303);
        reply.header("location", flow.confirmUrl);
        reply.send();
      }
      return reply;
    },
    async pending(request) {
      return flow.pending(exchange(request), await user(request));
    },
    csp: flow.csp.bind(flow) as FastifyTwofold<Request, Reply>["csp"],
    securityHtml: () => flow.securityHtml(),
    challengeHtml: (fields) => flow.challengeHtml(fields),
  };
}

function exchange(request: FastifyRequest, reply?: FastifyReply): Exchange {
  return {
    header(name) {
      const value = request.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    address: request.ip,
    // Fastify keeps all of them.
    setCookie: (header) => reply?.header("set-cookie", header),
  };
}

function form({ body }: FastifyRequest): Record<string, unknown> {
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
}
