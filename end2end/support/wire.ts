import { request } from "node:http";
import type { BrowserContext } from "@playwright/test";
import type { Server } from "./server.ts";

/** A request as no browser would send it: every header as given, doubled ones too. */
export interface Sent {
  method?: string;
  path: string;
  headers?: [string, string][];
  body?: string | Buffer;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** Sends exactly this to the server, and nothing of its own but `Host` and `Content-Length`. */
export function send(server: Server, { method = "GET", path, headers = [], body }: Sent): Promise<Answer> {
  const { hostname, port, host } = new URL(server.url);
  const payload = body === undefined ? undefined : Buffer.from(body);
  const given = new Set(headers.map(([name]) => name.toLowerCase()));
  const all = [...(given.has("host") ? [] : [["Host", host]]), ...headers];
  if (payload && !given.has("content-length")) all.push(["Content-Length", String(payload.length)]);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname: hostname === "localhost" ? "127.0.0.1" : hostname, port, method, path, headers: all.flat(), agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() }));
      answer.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(payload);
  });
}

/** The headers with which a page of the server itself sends JSON. */
export function asOurPage(server: Server, cookie?: string): [string, string][] {
  const headers: [string, string][] = [
    ["Origin", server.url],
    ["Sec-Fetch-Site", "same-origin"],
    ["Content-Type", "application/json"],
    ["Accept", "application/json"],
  ];
  return cookie === undefined ? headers : [...headers, ["Cookie", cookie]];
}

/** Calls a server function as the page does. */
export function call(server: Server, name: string, input: unknown, cookie?: string): Promise<Answer> {
  return send(server, { method: "POST", path: `/fn/${name}`, headers: asOurPage(server, cookie), body: JSON.stringify(input) });
}

/** Sends a form as the page does. */
export function post(server: Server, path: string, fields: [string, string][], cookie?: string): Promise<Answer> {
  const headers = asOurPage(server, cookie).map(([name, value]): [string, string] =>
    name === "Content-Type" ? [name, "application/x-www-form-urlencoded"] : [name, value],
  );
  return send(server, { method: "POST", path, headers, body: new URLSearchParams(fields).toString() });
}

/** The cookies of a browser, as its header. */
export async function cookieOf(context: BrowserContext): Promise<string> {
  return (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
}
