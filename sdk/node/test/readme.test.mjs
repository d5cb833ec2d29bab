// Every snippet of the README, as it stands there: it runs, and lets nobody in too early. The pages in docs/embedding show the same ones.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { Twofold } from "../dist/esm/index.js";
import { Browser } from "./support/browser.mjs";
import { Phone } from "./support/phone.mjs";
import { Server, freePort } from "./support/server.mjs";

const HERE = fileURLToPath(new URL("..", import.meta.url));
const FRAMEWORKS = ["express", "fastify", "fetch"];

/** What the snippets take from the site around them, and how each of them is served. */
const AROUND = `
const sessions = new Map();
async function checkPassword({ user }) {
  return user && { id: user, email: user + "@example.com" };
}
async function newSession(user) {
  const name = crypto.randomUUID();
  sessions.set(name, user);
  return "session=" + name + "; Path=/; HttpOnly";
}
function signedIn({ headers }) {
  return sessions.get(/\\bsession=([\\w-]+)/.exec(headers.cookie ?? headers.get?.("cookie") ?? "")?.[1]);
}
`;
const SERVED = {
  express: "app.listen(process.env.PORT, '127.0.0.1', () => console.log('open'));",
  fastify: "await app.listen({ port: process.env.PORT, host: '127.0.0.1' }); console.log('open');",
  fetch: `
import { createServer } from "node:http";
createServer(async (incoming, outgoing) => {
  const body = Buffer.concat(await incoming.toArray());
  const { method, headers, url } = incoming;
  const request = new Request("http://" + headers.host + url, { method, headers, ...(method === "POST" && { body }) });
  const answer = url === "/sign-in" ? await signIn(request)
    : url === "/confirm" ? new Response(twoFactor.challengeHtml())
    : url === "/account" ? new Response(twoFactor.securityHtml(), signedIn(request) ? {} : { status: 303, headers: { location: "/" } })
    : await (method === "GET" ? GET : POST)(request);
  const cookies = answer.headers.getSetCookie();
  outgoing.writeHead(answer.status, { ...Object.fromEntries(answer.headers), ...(cookies.length && { "set-cookie": cookies }) });
  outgoing.end(Buffer.from(await answer.arrayBuffer()));
}).listen(process.env.PORT, "127.0.0.1", () => console.log("open"));`,
};

const readme = () => readFile(path.join(HERE, "README.md"), "utf8");

function snippets(document, title) {
  const blocks = document.matchAll(/^```\w+ title="([^"]+)"\n([\s\S]*?)^```$/gm);
  return [...blocks].filter(([, name]) => name === title).map(([, , code]) => code).join("\n");
}

let server, key, client, folder;
before(async () => {
  server = await Server.start();
  ({ key } = server.site());
  client = new Twofold({ url: server.url, key, timeout: 60_000 });
  // Below the package, where its name and its frameworks are found.
  folder = await mkdtemp(path.join(HERE, "dist/readme-"));
});
after(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function run(t, name, code) {
  const file = path.join(folder, `${name}.mjs`);
  await writeFile(file, code);
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), TWOFOLD_URL: server.url, TWOFOLD_KEY: key, SESSION_SECRET: "of this test" };
  const child = spawn(process.execPath, [file], { env, stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.kill());
  let output = "";
  const ready = new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
        if (/open/.test(output)) resolve();
      });
    }
    child.once("exit", (code) => reject(new Error(`it ended with ${code}:\n${output}`)));
  });
  await ready;
  return { url: `http://127.0.0.1:${port}`, output: () => output };
}

for (const framework of FRAMEWORKS) {
  test(`the snippet for ${framework} is a sign-in with a second factor`, async (t) => {
    const snippet = snippets(await readme(), `${framework}.mjs`);
    assert.ok(snippet.includes("@twofold/node"), `there is no snippet ${framework}.mjs`);
    const site = await run(t, framework, `${snippet}\n${AROUND}\n${SERVED[framework]}`);
    const ada = `ada-${framework}`;
    const phone = await Phone.setUp(client, server, ada);
    const browser = new Browser(site.url);
    assert.equal((await browser.post("/sign-in", { user: ada })).location, "/confirm");
    assert.notEqual((await browser.get("/account")).status, 200);
    assert.match((await browser.get("/confirm")).text, /<form method="post" action="\/twofold\/confirm"><twofold-challenge/);
    assert.match((await browser.get("/twofold/confirm.js")).text, /requestSubmit/);
    assert.equal((await browser.post("/twofold/confirm")).status, 409);
    assert.equal((await browser.post("/twofold/confirm", { code: "000000" })).status, 422);
    assert.notEqual((await browser.get("/account")).status, 200);
    assert.match(JSON.parse((await browser.post("/twofold/ticket")).text).ticket, /\S/);
    const code = await phone.code();
    assert.equal((await browser.post("/twofold/confirm", { code })).location, "/account");
    const account = await browser.get("/account");
    assert.equal(account.status, 200);
    assert.match(account.text, /<twofold-security session-url="\/twofold\/session">/);
    assert.match(JSON.parse((await browser.post("/twofold/session")).text).ticket, /\S/);
  });
}

test("the snippet for the client runs", async (t) => {
  const site = await run(t, "client", snippets(await readme(), "client.mjs").replace("console.log(status)", "console.log(status, 'open')"));
  assert.match(site.output(), /not_enrolled/);
});
