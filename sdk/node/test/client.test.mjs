import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, mock, test } from "node:test";
import { client as generated } from "../scripts/client.mjs";
import { documentOf } from "../scripts/document.mjs";
import { withTwofold } from "../dist/esm/csp.js";
import { challengeHtml, securityHtml } from "../dist/esm/html.js";
import { Twofold, TwofoldError } from "../dist/esm/index.js";
import { Sealer } from "../dist/esm/pending.js";
import { Phone } from "./support/phone.mjs";
import { Server } from "./support/server.mjs";

let server, client;
before(async () => {
  server = await Server.start();
  client = new Twofold({ url: `${server.url}/`, key: server.site({ scope: "verify,enroll,admin" }).key, timeout: 60_000 });
});
after(() => server?.stop());

test("src/api.ts is what the binary's document says", async () => {
  const committed = await readFile(new URL("../src/api.ts", import.meta.url), "utf8");
  assert.equal(committed, generated(await documentOf(process.env.TWOFOLD_BINARY)), "run `npm run generate`");
});

test("the version is the server's", async () => {
  const [, version] = /^\[workspace\.package\]\nversion = "([^"]+)"/m.exec(await readFile(new URL("../../../Cargo.toml", import.meta.url), "utf8"));
  assert.equal(JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8")).version, version);
  assert.equal(server.command("--version").split(" ")[1], version);
});

test("a user is set up, asked, looked at and erased", async () => {
  const id = "ada/ß ?#%";
  const phone = await Phone.setUp(client, server, id);
  assert.equal(phone.recoveryCodes.length, 10);
  const opened = await client.openChallenge({ user: { id }, action: "payment" }, "one-and-only");
  assert.deepEqual([opened.status, opened.kinds], ["open", ["totp", "recovery_code"]]);
  assert.equal((await client.openChallenge({ user: { id }, action: "payment" }, "one-and-only")).id, opened.id, "Idempotency-Key");
  const outcome = await client.answerChallenge(opened.id, { code: await phone.code() });
  assert.deepEqual([outcome.user.id, outcome.action, outcome.kind], [id, "payment", "totp"]);
  assert.equal((await client.showUser(id)).authenticators.length, 1);
  assert.deepEqual((await client.listUsers({ limit: 1 })).users.map((user) => user.id), [id]);
  assert.ok((await client.listAuditEvents({ user: id, kind: "challenge.passed" })).events.length > 0);
  assert.equal(await client.eraseUser(id), undefined);
  await assert.rejects(client.showUser(id), { name: "TwofoldError", code: "not_found", status: 503 });
});

test("a user whose id HTTP takes for a step in the path is reached, and one without an id is refused", async () => {
  for (const id of [".", "..", "~.", "~"]) {
    await client.issueSessionTicket({ user: { id, label: "dots" } });
    assert.equal((await client.showUser(id)).id, id);
    await client.eraseUser(id);
  }
  for (const id of ["", undefined]) await assert.rejects(async () => client.eraseUser(id), TypeError);
});

test("no redirect is followed with the key", async () => {
  let seen = 0;
  const elsewhere = createServer((_request, response) => void (seen++, response.end("{}"))).listen(0);
  const first = createServer((_request, response) => response.writeHead(307, { location: `http://localhost:${elsewhere.address().port}/` }).end()).listen(0);
  const client = new Twofold({ url: `http://localhost:${first.address().port}`, key: "tf_x" });
  await assert.rejects(client.openChallenge({ user: { id: "ada" }, action: "sign_in" }), { code: "unreachable" });
  assert.equal(seen, 0);
  for (const server of [first, elsewhere]) server.closeAllConnections(), server.close();
});

test("an answer that begins and does not end is over in time, too", async () => {
  const slow = createServer((_request, response) => response.writeHead(200, { "content-type": "application/json" }).write('{"status":')).listen(0);
  const client = new Twofold({ url: `http://localhost:${slow.address().port}`, key: "tf_x", timeout: 200 });
  await assert.rejects(client.openChallenge({ user: { id: "ada" }, action: "sign_in" }), (error) => error instanceof TwofoldError && error.code === "timeout");
  slow.closeAllConnections();
  slow.close();
});

test("settings that cannot be meant are refused in words, before anybody signs in", () => {
  const env = { ...process.env };
  delete process.env.TWOFOLD_KEY;
  assert.throws(() => new Twofold(), /TWOFOLD_KEY/);
  process.env.TWOFOLD_KEY = "tf_x";
  process.env.TWOFOLD_URL = "https://2fa.example.com/";
  assert.equal(new Twofold().url, "https://2fa.example.com");
  assert.equal(new Twofold({ publicUrl: "https://2fa.example.org/" }).publicUrl, "https://2fa.example.org");
  process.env = env;
  for (const url of ["2fa.example.com", "ftp://x", "https://x/v1", "https://u:p@x", "https://x/?a"]) {
    assert.throws(() => new Twofold({ url, key: "tf_x" }), /TWOFOLD_URL/, url);
  }
  for (const timeout of [0, -1, NaN, Infinity]) assert.throws(() => new Twofold({ key: "tf_x", timeout }), RangeError);
});

test("what is pending is good for half an hour, on servers with the same key", () => {
  const pending = { challenge: "c", user: { id: "ada" }, action: "sign_in", since: Date.now() };
  const sealed = new Sealer("tf_a").seal(pending);
  assert.deepEqual(new Sealer("tf_a").open(sealed), pending);
  assert.equal(new Sealer("tf_b").open(sealed), undefined);
  assert.doesNotMatch(Buffer.from(sealed, "base64url").toString("latin1"), /ada|sign_in/);
  mock.timers.enable({ apis: ["Date"], now: pending.since + 30 * 60_000 - 1 });
  assert.deepEqual(new Sealer("tf_a").open(sealed), pending);
  mock.timers.setTime(pending.since + 30 * 60_000);
  assert.equal(new Sealer("tf_a").open(sealed), undefined);
  mock.timers.reset();
});

test("a policy lets Twofold in where it must, and nowhere else", () => {
  const twofold = "https://2fa.example.com";
  const policies = {
    "default-src 'self'": `default-src 'self'; script-src 'self' ${twofold}; frame-src 'self' ${twofold}`,
    "default-src 'none'; script-src 'self'; form-action 'none'":
      `default-src 'none'; script-src 'self' ${twofold}; form-action ${twofold}; frame-src ${twofold}; connect-src 'self'`,
    "child-src 'self'; connect-src https://api.example.com": `child-src 'self'; connect-src https://api.example.com 'self'; frame-src 'self' ${twofold}`,
    "img-src 'self'": "img-src 'self'",
  };
  for (const [policy, expected] of Object.entries(policies)) {
    assert.equal(withTwofold(policy, twofold), expected);
    assert.equal(withTwofold(expected, twofold), expected, "once is enough");
  }
  assert.deepEqual(withTwofold({ defaultSrc: ["'self'"], scriptSrc: new Set(["'none'"]) }, twofold), {
    "default-src": ["'self'"], "script-src": [twofold], "frame-src": ["'self'", twofold],
  });
});

test("HTML has no holes", () => {
  assert.match(challengeHtml("https://2fa.example.com", "/twofold", "/twofold/ticket", { _csrf: '"><script>' }), /value="&quot;&gt;&lt;script&gt;"/);
  assert.equal(
    securityHtml("https://2fa.example.com", "/twofold/session"),
    '<script type="module" src="https://2fa.example.com/embed.js"></script><twofold-security session-url="/twofold/session"></twofold-security>',
  );
});
