// The whole way through the second factor, in every framework, against the real Twofold.
import assert from "node:assert/strict";
import { after, before, mock, test } from "node:test";
import { Twofold } from "../dist/esm/index.js";
import { Between } from "./support/between.mjs";
import { Browser } from "./support/browser.mjs";
import { Phone } from "./support/phone.mjs";
import { Server } from "./support/server.mjs";
import { KINDS, open } from "./support/sites.mjs";

let server, between, key, client, phone;
before(async () => {
  server = await Server.start();
  ({ key } = server.site({ policy: ["--trusted-device-days", "30"] }));
  between = await Between.start(server.url);
  client = new Twofold({ url: server.url, key, timeout: 60_000 });
  phone = await Phone.setUp(client, server, "ada");
});
after(async () => {
  await between?.down();
  await server?.stop();
});

/** A site of this kind, and somebody who has set up: one person for all, for hashing recovery codes is what takes time. */
async function scene(t, kind, settings = {}) {
  between.mode = "pass";
  const site = await open(kind, { url: between.url, key, ...settings });
  t.after(site.close);
  return { site, ada: "ada", phone, browser: new Browser(site.url) };
}

/** As far as the question: the password was right. */
async function begin({ browser, ada }) {
  const answer = await browser.post("/sign-in", { user: ada, to: "/cart" });
  assert.deepEqual([answer.status, answer.location], [303, "/confirm"]);
}

async function signIn(here) {
  await begin(here);
  const answer = await here.browser.post("/twofold/confirm", { code: await here.phone.code() });
  assert.deepEqual([answer.status, answer.location], [303, "/account"], answer.text);
}

/** Nothing is answered any more, and the time is up once a request has arrived: nobody waits for it. */
function slow() {
  between.mode = "slow";
  mock.method(AbortSignal, "timeout", (milliseconds) => {
    assert.equal(milliseconds, 10_000);
    const time = new AbortController();
    between.stuck = () => time.abort(new DOMException("The time is up", "TimeoutError"));
    return time.signal;
  });
}

const status = async (browser, path) => (await browser.get(path)).status;

for (const kind of KINDS) {
  test(`${kind}: whoever has no second factor is let in at once`, async (t) => {
    const { site } = await scene(t, kind);
    const browser = new Browser(site.url);
    assert.equal((await browser.post("/sign-in", { user: "eve", to: "/" })).location, "/account");
    const { user, said } = JSON.parse((await browser.get("/account")).text);
    assert.deepEqual([user.id, said.status, said.kind], ["eve", "not_enrolled", undefined]);
  });

  test(`${kind}: a code lets in, as whom and with what it began`, async (t) => {
    const here = await scene(t, kind);
    await begin(here);
    assert.equal(await status(here.browser, "/account"), 401, "who is pending is nobody");
    assert.match((await here.browser.get("/confirm")).text, /<twofold-challenge session-url="\/twofold\/ticket">/);
    const wrong = await here.browser.post("/twofold/confirm", { code: "000000" });
    assert.equal(wrong.status, 422);
    const { code, detail, attempts_left } = JSON.parse(wrong.text);
    assert.deepEqual([code, detail], ["code_wrong", "The code is wrong."]);
    assert.ok(attempts_left > 0);
    assert.equal(await status(here.browser, "/account"), 401);
    assert.equal((await here.browser.post("/twofold/confirm", { code: await here.phone.code() })).location, "/account");
    const { user, said } = JSON.parse((await here.browser.get("/account")).text);
    assert.deepEqual([user.id, said], [here.ada, { data: { to: "/cart" }, kind: "totp", status: "passed" }]);
    assert.equal((await here.browser.get("/confirm")).text, "nobody", "nothing is pending any more");
  });

  test(`${kind}: the Security tab is for whoever is signed in`, async (t) => {
    const here = await scene(t, kind);
    assert.equal((await here.browser.post("/twofold/session")).status, 401);
    await begin(here);
    assert.equal((await here.browser.post("/twofold/session")).status, 401, "who is pending is nobody");
    await here.browser.post("/twofold/confirm", { code: await here.phone.code() });
    const answer = await here.browser.post("/twofold/session");
    assert.equal(answer.headers.get("cache-control"), "no-store");
    assert.match(JSON.parse(answer.text).ticket, /^\S{20,}$/);
    for (const site of ["cross-site", "same-site"]) {
      for (const path of ["session", "ticket", "confirm"]) assert.equal((await here.browser.post(`/twofold/${path}`, {}, { "sec-fetch-site": site })).status, 403);
    }
  });

  test(`${kind}: every tab has tickets for the same challenge, and for another one once its time is over`, async (t) => {
    const here = await scene(t, kind);
    assert.equal((await here.browser.post("/twofold/ticket")).status, 401);
    await begin(here);
    between.asked = [];
    const tickets = [await here.browser.post("/twofold/ticket"), await here.browser.post("/twofold/ticket")].map(({ text }) => JSON.parse(text).ticket);
    assert.notEqual(tickets[0], tickets[1]);
    assert.equal(between.asked.filter((path) => path === "POST /v1/challenges").length, 0);
    await server.advance(301);
    assert.match(JSON.parse((await here.browser.post("/twofold/ticket")).text).ticket, /^\S{20,}$/);
    assert.equal(between.asked.filter((path) => path === "POST /v1/challenges").length, 1);
    assert.equal((await here.browser.post("/twofold/confirm", { code: await here.phone.code() })).location, "/account");
  });

  test(`${kind}: in your own form, too, a code counts again once the time was over`, async (t) => {
    const here = await scene(t, kind);
    await begin(here);
    await server.advance(301);
    const late = await here.browser.post("/twofold/confirm", { code: await here.phone.code() });
    assert.equal(JSON.parse(late.text).code, "challenge_expired");
    assert.equal((await here.browser.post("/twofold/confirm", { code: await here.phone.code() })).location, "/account");
  });

  test(`${kind}: a trusted device is good for signing in, and not for a payment`, async (t) => {
    const here = await scene(t, kind);
    await begin(here);
    await here.browser.post("/twofold/confirm", { code: await here.phone.code(), remember: "yes" });
    assert.ok(here.browser.cookies.has("twofold_device"));
    assert.equal((await here.browser.post("/sign-in", { user: here.ada, to: "/" })).location, "/account");
    assert.equal(JSON.parse((await here.browser.get("/account")).text).said.status, "trusted_device");
    assert.equal((await here.browser.post("/pay", { amount: "24" })).location, "/confirm");
    assert.equal(await status(here.browser, "/paid"), 403);
    await here.browser.post("/twofold/confirm", { code: await here.phone.code() });
    assert.deepEqual(JSON.parse((await here.browser.get("/paid")).text).said.data, { amount: "24" });
  });

  test(`${kind}: what began for one person is not ended by another`, async (t) => {
    const here = await scene(t, kind);
    await signIn(here);
    await here.browser.post("/pay", { amount: "24" });
    const pending = here.browser.cookies.get("twofold_pending");
    // Somebody else signs in, in the same browser, and what was pending is still there.
    await here.browser.post("/sign-in", { user: "eve", to: "/" });
    here.browser.cookies.set("twofold_pending", pending);
    const answer = await here.browser.post("/twofold/confirm", { code: await here.phone.code() });
    assert.equal(JSON.parse(answer.text).code, "nothing_pending");
    assert.equal(await status(here.browser, "/paid"), 403);
  });

  test(`${kind}: an id, a user or an action that the browser says is not read`, async (t) => {
    const here = await scene(t, kind);
    const eve = new Browser(here.site.url);
    await begin({ ...here, browser: eve });
    const { id } = await client.openChallenge({ user: { id: here.ada }, action: "payment" });
    between.asked = [];
    const said = { id, challenge: id, user: here.ada, action: "payment", "user[id]": here.ada };
    assert.equal((await eve.post(`/twofold/confirm?id=${id}&challenge=${id}`, said)).status, 409);
    assert.equal(between.asked.some((path) => path.includes(id)), false);
    assert.equal(await status(eve, "/account"), 401);
  });

  test(`${kind}: a pending sign-in that was changed, or made with another key, is none`, async (t) => {
    const here = await scene(t, kind);
    await begin(here);
    const sealed = here.browser.cookies.get("twofold_pending");
    for (const forged of [`A${sealed.slice(1)}`, sealed.slice(0, -2), "", "e30", Buffer.from(JSON.stringify({ user: { id: "eve" } })).toString("base64url")]) {
      if (forged === sealed) continue;
      here.browser.cookies.set("twofold_pending", forged);
      assert.equal((await here.browser.post("/twofold/confirm", { code: "000000" })).status, 409, forged);
      assert.equal((await here.browser.get("/confirm")).text, "nobody");
    }
  });

  const troubles = {
    "is down": { set: () => between.down(), unset: () => between.up(), code: "unreachable" },
    "is slow": { set: slow, unset: () => mock.restoreAll(), code: "timeout" },
    "answers 500": { set: () => (between.mode = "500"), code: "answer_malformed" },
    "is somebody else, with a page": { set: () => (between.mode = "html"), code: "answer_malformed" },
  };
  for (const [what, { set, unset, code }] of Object.entries(troubles)) {
    test(`${kind}: no route lets anybody in while Twofold ${what}`, async (t) => {
      const here = await scene(t, kind);
      const paying = new Browser(here.site.url);
      await signIn({ ...here, browser: paying });
      await begin(here);
      const right = await here.phone.code();
      await set();
      try {
        const answers = [
          await paying.post("/pay", { amount: "24" }),
          await paying.post("/twofold/confirm", { code: right }),
          await paying.post("/twofold/session"),
          await here.browser.post("/twofold/confirm", { code: right }),
          await here.browser.post("/twofold/confirm"),
          await here.browser.post("/twofold/ticket"),
          await here.browser.post("/sign-in", { user: here.ada, to: "/" }),
          await new Browser(here.site.url).post("/sign-in", { user: "eve", to: "/" }),
        ];
        // Without anything pending the second says so; all else is that Twofold gave no answer.
        assert.deepEqual(answers.map(({ status }) => status), [503, 409, 503, 503, 503, 503, 503, 503]);
        for (const { text } of answers) assert.doesNotMatch(text, /127\.0\.0\.1|localhost|\/v1\//, "people are told nothing of the set-up");
        if (kind !== "fetch") assert.ok(here.site.errors.some((error) => error.code === code), here.site.errors.map(({ code }) => code).join(" "));
        assert.equal(await status(here.browser, "/account"), 401);
        assert.equal(await status(paying, "/paid"), 403);
      } finally {
        await unset?.();
        between.mode = "pass";
      }
      // The process is still there, and goes on.
      await signIn(here);
    });
  }

  const wrongResults = {
    "another user's result": (outcome) => ({ ...outcome, user: { id: "eve" } }),
    "the result of another action": (outcome) => ({ ...outcome, action: "payment" }),
    "the result of another challenge": (outcome) => ({ ...outcome, id: "00000000-0000-4000-8000-000000000000" }),
    "a result without a user": ({ user: _, ...outcome }) => outcome,
    "nothing": () => ({}),
  };
  for (const [what, change] of Object.entries(wrongResults)) {
    test(`${kind}: nobody is let in on ${what}`, async (t) => {
      const here = await scene(t, kind);
      await begin(here);
      between.mode = (path, document, status) => (path.endsWith("/answers") && status === 200 ? change(document) : undefined);
      const answer = await here.browser.post("/twofold/confirm", { code: await here.phone.code() });
      assert.deepEqual([answer.status, JSON.parse(answer.text).code], [403, "another_challenge"]);
      assert.equal(await status(here.browser, "/account"), 401);
    });
  }

  test(`${kind}: nobody is let in on a replayed result`, async (t) => {
    const here = await scene(t, kind);
    let recorded;
    between.mode = (path, document, status) => {
      if (path.endsWith("/answers") && status === 200) recorded = document;
      return undefined;
    };
    await begin(here);
    const kept = here.browser.cookies.get("twofold_pending");
    await here.browser.post("/twofold/confirm", { code: await here.phone.code() });
    // The cookie of the sign-in that was, once more: Twofold answers once.
    const thief = new Browser(here.site.url);
    thief.cookies.set("twofold_pending", kept);
    for (const form of [{}, { code: "000000" }]) {
      const answer = await thief.post("/twofold/confirm", form);
      assert.deepEqual([answer.status, JSON.parse(answer.text).code], [409, "challenge_already_answered"]);
      thief.cookies.set("twofold_pending", kept);
    }
    assert.equal(await status(thief, "/account"), 401);
    // The answer of that sign-in, once more, to another one.
    between.mode = (path) => (/\/(redeem|answers)$/.test(path) ? { answer: { status: 200, document: recorded } } : undefined);
    const again = new Browser(here.site.url);
    await begin({ ...here, browser: again });
    for (const form of [{}, { code: "000000" }]) {
      const answer = await again.post("/twofold/confirm", form);
      assert.deepEqual([answer.status, JSON.parse(answer.text).code], [403, "another_challenge"]);
    }
    assert.equal(await status(again, "/account"), 401);
  });

  test(`${kind}: nobody is let in on a status that is not known, or not to be expected`, async (t) => {
    const here = await scene(t, kind);
    for (const status of ["open", "enrollment_required", "passed", "exempt", "trusted_device", undefined]) {
      between.mode = (path, { id: _, ...document }) => (path === "/v1/challenges" ? { answer: { status: 201, document: { ...document, status } } } : undefined);
      assert.equal((await here.browser.post("/sign-in", { user: here.ada, to: "/" })).status, 503, status);
    }
    assert.equal(await status(here.browser, "/account"), 401);
  });

  test(`${kind}: a key that is none is a matter of the operator's`, async (t) => {
    const here = await scene(t, kind, { key: key.replace(/.{6}$/, "000000") });
    const answer = await here.browser.post("/sign-in", { user: here.ada, to: "/" });
    assert.equal(answer.status, 503);
    assert.doesNotMatch(JSON.parse(answer.text).detail, /key/i);
    if (kind !== "fetch") assert.match(here.site.errors[0].message, /Twofold refuses POST \/v1\/challenges: 401 key_unknown \(key \w+\)/);
  });
}
