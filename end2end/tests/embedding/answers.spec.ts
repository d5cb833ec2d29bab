import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { ROOT, snippets, text } from "../../support/repository.ts";
import { freePort } from "../../support/server.ts";

/** What stands in Twofold's place may answer, or Twofold on a bad day. Nothing of it says that somebody may be let in. */
const ANSWERS: Record<string, [status: number, body: string]> = {
  "a document with nothing in it": [200, "{}"],
  "a page": [200, "<!doctype html>"],
  "an error": [500, "no"],
  "a status that is not known": [201, '{"status":"passed"}'],
  "an open challenge without an id": [201, '{"status":"open"}'],
};
const ADA = { email: "ada@example.com", password: "correct horse battery" };

/** What a browser sends to a site of the test's, and keeps of it. */
class Visitor {
  readonly #url: string;
  #cookies = new Map<string, string>();

  constructor(url: string) {
    this.#url = url;
  }

  async send(method: "GET" | "POST", path: string, form: Record<string, string> = {}): Promise<number> {
    const cookie = [...this.#cookies].map((pair) => pair.join("=")).join("; ");
    const body = method === "POST" ? { body: new URLSearchParams(form) } : {};
    const answer = await fetch(this.#url + path, { method, headers: { cookie, origin: this.#url }, redirect: "manual", ...body });
    for (const set of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (name !== undefined && value !== undefined) this.#cookies.set(name, value);
    }
    return answer.status;
  }
}

let answer: [status: number, body: string], inItsPlace: Server, folder: string, site: ChildProcess;
test.beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "twofold-answers-"));
  inItsPlace = createServer((_request, response) => response.writeHead(answer[0], { "content-type": "application/json" }).end(answer[1]));
  await once(inItsPlace.listen(0, "127.0.0.1"), "listening");
});
test.afterEach(async () => {
  site.kill();
  inItsPlace.close();
  await rm(folder, { recursive: true });
});

/** A site of one file; `ready` is what it says once it listens. */
async function open(cwd: string, file: string, ready: RegExp): Promise<string> {
  const port = await freePort();
  const { port: twofold } = inItsPlace.address() as { port: number };
  const env = { ...process.env, PORT: String(port), TWOFOLD_URL: `http://127.0.0.1:${twofold}`, TWOFOLD_KEY: "tf_x", USERS: `${folder}/users.json` };
  site = spawn(process.execPath, [file], { cwd, env, stdio: ["ignore", "pipe", "ignore"] });
  await new Promise<void>((resolve, reject) => {
    site.stdout?.on("data", (chunk) => ready.test(String(chunk)) && resolve());
    site.once("exit", () => reject(new Error(`${file} ended`)));
  });
  return `http://127.0.0.1:${port}`;
}

async function letsNobodyIn(url: string): Promise<void> {
  const signIn = async () => {
    const visitor = new Visitor(url);
    await visitor.send("POST", "/sign-in", ADA);
    await visitor.send("POST", "/confirm");
    return visitor.send("GET", "/account");
  };
  for (const [what, given] of Object.entries(ANSWERS)) {
    answer = given;
    expect(await signIn(), what).not.toBe(200);
  }
  // What they would be let in on.
  answer = [201, '{"status":"not_enrolled"}'];
  expect(await signIn()).toBe(200);
}

test("the quickstart lets nobody in on an answer that does not say so", async () => {
  await writeFile(path.join(folder, "app.mjs"), snippets(await text("docs/embedding.md"), "app.mjs"));
  await mkdir(path.join(folder, "node_modules"));
  await symlink(path.join(ROOT, "examples/raw-node/node_modules/express"), path.join(folder, "node_modules/express"));
  await letsNobodyIn(await open(folder, "app.mjs", /Open/));
});

test("the example without a package lets nobody in on an answer that does not say so", async () => {
  const url = await open(path.join(ROOT, "examples/raw-node"), "server.js", /The shop is open/);
  await new Visitor(url).send("POST", "/sign-up", ADA);
  await letsNobodyIn(url);
});
