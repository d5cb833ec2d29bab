import { createServer } from "node:http";
import { freePort } from "./server.mjs";

/** Stands between a site and its Twofold, and does what goes wrong there. */
export class Between {
  /** `pass`, `slow`, `500`, `html`, or a function from path and document to the document that is answered. */
  mode = "pass";
  /** What was asked: `POST /v1/challenges`. */
  asked = [];
  #listener;
  #twofold;
  /** Called for a request that gets no answer. */
  stuck = () => {};

  static async start(twofold) {
    const between = new Between();
    between.#twofold = twofold;
    between.port = await freePort();
    between.url = `http://localhost:${between.port}`;
    await between.up();
    return between;
  }

  up() {
    this.#listener = createServer((request, response) => void this.#answer(request, response).catch(() => response.destroy()));
    return new Promise((resolve) => this.#listener.listen(this.port, "localhost", resolve));
  }

  /** Nobody listens there any more. */
  down() {
    this.#listener.closeAllConnections();
    return new Promise((resolve) => this.#listener.close(resolve));
  }

  async #answer(request, response) {
    this.asked.push(`${request.method} ${request.url}`);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    if (this.mode === "slow") return this.stuck();
    if (this.mode === "500") return void response.writeHead(500, { "content-type": "text/plain" }).end("no");
    if (this.mode === "html") return void response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html>");
    const { authorization } = request.headers;
    const answer = await fetch(this.#twofold + request.url, {
      method: request.method,
      headers: { authorization, "content-type": "application/json" },
      ...(body ? { body } : {}),
    });
    const text = await answer.text();
    const document = typeof this.mode === "function" && text ? this.mode(request.url, JSON.parse(text), answer.status) : undefined;
    const { status = answer.status, ...rest } = document?.answer ?? {};
    response.writeHead(status, { "content-type": "application/json" });
    response.end(document ? JSON.stringify(rest.document ?? document) : text);
  }
}
