// The same small site in every framework: whoever says who they are is believed, for passwords are not what is tested.
import { createServer } from "node:http";
import { once } from "node:events";
import { randomUUID } from "node:crypto";
import formbody from "@fastify/formbody";
import express5 from "express";
import express4 from "express4";
import fastify from "fastify";
import { twofold as forExpress } from "../../dist/esm/express.js";
import { twofold as forFastify } from "../../dist/esm/fastify.js";
import { twofold as forFetch } from "../../dist/esm/fetch.js";

export const KINDS = ["express 5", "express 4", "fastify", "fetch"];

/** Sessions in the memory of the site. */
class Sessions {
  #held = new Map();

  of(cookies = "") {
    return this.#held.get(/\bsession=([\w-]+)/.exec(cookies)?.[1]) ?? {};
  }

  /** The `Set-Cookie` of a new one. */
  begin(session) {
    const name = randomUUID();
    this.#held.set(name, session);
    return `session=${name}; Path=/; HttpOnly`;
  }
}

/** What the site does when Twofold lets somebody through. */
function afterwards(session, { user, action, data, kind, status }) {
  const said = { data, kind, status };
  return action === "payment" ? { ...session, paid: user.id, said } : { user: { id: user.id, label: user.label, signIn: user.signIn }, said };
}

/** One of them, on a port of its own. */
export async function open(kind, settings) {
  const sessions = new Sessions();
  const begun = kind === "fastify" ? await onFastify(sessions, settings) : kind === "fetch" ? await onFetch(sessions, settings) : await onExpress(kind, sessions, settings);
  return begun;
}

async function onExpress(kind, sessions, settings) {
  const express = kind === "express 4" ? express4 : express5;
  const app = express();
  const errors = [];
  const twoFactor = forExpress({
    user: (request) => request.session.user,
    done(request, response, confirmed) {
      response.append("Set-Cookie", sessions.begin(afterwards(request.session, confirmed)));
      response.redirect(303, "/account");
    },
    ...settings,
  });
  app.use(express.urlencoded({ extended: false }), (request, _response, next) => {
    request.session = sessions.of(request.headers.cookie);
    next();
  });
  app.use(twoFactor.routes);
  app.post("/sign-in", (request, response) => twoFactor.start(request, response, asked(request.body)));
  app.post("/pay", (request, response) => {
    if (!request.session.user) return response.sendStatus(401);
    return twoFactor.start(request, response, { user: request.session.user, action: "payment", data: { amount: request.body.amount } });
  });
  app.get("/confirm", async (request, response) => response.send((await twoFactor.pending(request)) ? twoFactor.challengeHtml() : "nobody"));
  app.get("/account", (request, response) => response.status(request.session.user ? 200 : 401).json(request.session));
  app.get("/paid", (request, response) => response.status(request.session.paid ? 200 : 403).json(request.session));
  app.use((error, _request, response, _next) => {
    errors.push(error);
    response.status(error.status ?? 500).json({ code: error.code, detail: error.detail, attempts_left: error.attempts_left });
  });
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}`, errors, close: () => close(server), twoFactor };
}

async function onFastify(sessions, settings) {
  const app = fastify();
  const errors = [];
  const session = (request) => sessions.of(request.headers.cookie);
  const twoFactor = forFastify({
    user: (request) => session(request).user,
    done: (request, reply, confirmed) =>
      reply.header("set-cookie", sessions.begin(afterwards(session(request), confirmed))).code(303).header("location", "/account").send(),
    ...settings,
  });
  app.register(formbody);
  app.register(twoFactor.routes);
  app.post("/sign-in", (request, reply) => twoFactor.start(request, reply, asked(request.body)));
  app.post("/pay", async (request, reply) => {
    const { user } = session(request);
    if (!user) return reply.code(401).send();
    return twoFactor.start(request, reply, { user, action: "payment", data: { amount: request.body.amount } });
  });
  app.get("/confirm", async (request, reply) => reply.type("text/html").send((await twoFactor.pending(request)) ? twoFactor.challengeHtml() : "nobody"));
  app.get("/account", (request, reply) => reply.code(session(request).user ? 200 : 401).send(session(request)));
  app.get("/paid", (request, reply) => reply.code(session(request).paid ? 200 : 403).send(session(request)));
  app.setErrorHandler((error, _request, reply) => {
    errors.push(error);
    reply.code(error.status ?? 500).send({ code: error.code, detail: error.detail, attempts_left: error.attempts_left });
  });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  return { url, errors, close: () => app.close(), twoFactor };
}

/** As Next, Hono and the like call their handlers: with a `Request`, for a `Response`. */
async function onFetch(sessions, settings) {
  const errors = [];
  const session = (request) => sessions.of(request.headers.get("cookie") ?? "");
  const twoFactor = forFetch({
    user: (request) => session(request).user,
    done(request, confirmed) {
      const cookie = sessions.begin(afterwards(session(request), confirmed));
      return new Response(null, { status: 303, headers: { location: "/account", "set-cookie": cookie } });
    },
    ...settings,
  });
  const handlers = {
    "POST /sign-in": async (request) => twoFactor.start(request, asked(Object.fromEntries(await request.formData()))),
    "POST /pay": async (request) => {
      const { user } = session(request);
      if (!user) return new Response(null, { status: 401 });
      return twoFactor.start(request, { user, action: "payment", data: { amount: (await request.formData()).get("amount") } });
    },
    "GET /confirm": async (request) => new Response((await twoFactor.pending(request)) ? twoFactor.challengeHtml() : "nobody"),
    "GET /account": (request) => Response.json(session(request), { status: session(request).user ? 200 : 401 }),
    "GET /paid": (request) => Response.json(session(request), { status: session(request).paid ? 200 : 403 }),
  };
  const respond = async (request) =>
    (await twoFactor.handle(request)) ?? (await handlers[`${request.method} ${new URL(request.url).pathname}`]?.(request)) ?? new Response(null, { status: 404 });
  const server = createServer(async (incoming, outgoing) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {};
    const request = new Request(`http://${incoming.headers.host}${incoming.url}`, { method: incoming.method, headers: incoming.headers, ...body });
    const response = await respond(request).catch((error) => {
      errors.push(error);
      return new Response(null, { status: 500 });
    });
    const cookies = response.headers.getSetCookie();
    outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), ...(cookies.length > 0 ? { "set-cookie": cookies } : {}) });
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}`, errors, close: () => close(server), twoFactor };
}

const asked = ({ user, to }) => ({ user: { id: user, label: `${user}@example.com` }, data: { to } });

function close(server) {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}
