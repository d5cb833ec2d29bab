import { expect, test } from "../../support/test.ts";
import { asOurPage, call, cookieOf, post, send } from "../../support/wire.ts";

/** Nothing that a code can be. */
const NO_CODES: [string, unknown][] = [
  ["null", null],
  ["true", true],
  ["a number", 123456],
  ["an empty list", []],
  ["a list of a code", ["123456"]],
  ["an object", {}],
  ["an operator", { $ne: "" }],
];
/** Texts that are read, and are no code. */
const NO_TEXTS = ["", " ", "12345", "1234567", "12345a", "١٢٣٤٥٦", "１２３４５６", "123456\u0000", "+12345", "-12345", "1e5000", "0x1234", "' OR 1=1 --", "123456;", "९".repeat(6), "A".repeat(65), "🔑🔑🔑🔑🔑🔑"];

test.describe("an answer of the wrong form", () => {
  test("to the challenge is refused, and costs no try", async ({ protectedAda: { ada, phone }, server }) => {
    await ada.signOut();
    await ada.beginSignIn();
    const cookie = await cookieOf(ada.context);
    for (const [what, text] of NO_CODES) {
      const { status } = await call(server, "answer_challenge", { text }, cookie);
      expect(status, what).toBeGreaterThanOrEqual(400);
      expect(status, what).toBeLessThan(500);
    }
    for (const text of NO_TEXTS) {
      const { status, body } = await call(server, "answer_challenge", { text }, cookie);
      expect([status, JSON.parse(body)], JSON.stringify(text)).toMatchObject([422, { code: "malformed" }]);
    }
    // Not one of them was counted.
    await ada.enterCode(phone.wrongCode());
    await expect(ada.trouble).toHaveText(/4 tries left\.\s*$/);
    await ada.enterCode(await phone.code());
    await ada.atSecurityTab();
  });

  test("while setting up is refused, and costs no try", async ({ administrator: ada, server }) => {
    await ada.beginSetUp();
    const phone = await ada.scan();
    await ada.goOnToCode();
    const cookie = await cookieOf(ada.context);
    const { open } = JSON.parse((await call(server, "overview", {}, cookie)).body) as { open: { id: string } };
    const valid = { id: open.id, code: phone.codeOf(0), name: "Phone" };
    for (const [what, code] of NO_CODES) {
      const { status } = await call(server, "confirm_enrollment", { ...valid, code }, cookie);
      expect(status, what).toBeGreaterThanOrEqual(400);
      expect(status, what).toBeLessThan(500);
    }
    for (const code of NO_TEXTS) {
      expect((await call(server, "confirm_enrollment", { ...valid, code }, cookie)).status, JSON.stringify(code)).toBe(422);
    }
    for (const id of [null, 1, "", "x", "' OR 1=1 --", "00000000-0000-7000-8000-000000000000"]) {
      const { status } = await call(server, "confirm_enrollment", { ...valid, id }, cookie);
      expect(status, String(id)).toBeGreaterThanOrEqual(400);
      expect(status, String(id)).toBeLessThan(500);
    }
    for (const name of [null, "", "   ", "x".repeat(65), "a\u0000b", "a\nb"]) {
      const { status } = await call(server, "confirm_enrollment", { ...valid, name }, cookie);
      expect(status, JSON.stringify(name)).toBeGreaterThanOrEqual(400);
      expect(status, JSON.stringify(name)).toBeLessThan(500);
    }
    await ada.enterCode(phone.wrongCode());
    await expect(ada.trouble).toHaveText(/4 tries left\.\s*$/);
  });

  test("with fields missing, doubled or of nobody's is refused", async ({ protectedAda: { ada, phone }, server }) => {
    await ada.signOut();
    await ada.beginSignIn();
    const cookie = await cookieOf(ada.context);
    const code = await phone.code();
    const bodies = ["", "null", "[]", "{}", "{", `"${code}"`, `{"code":"${code}"}`, `{"text":"000000","text":"${code}"}`, `{"text":"${code}"} x`, `\ufeff{"text":"${code}"}`];
    for (const body of bodies) {
      const { status } = await send(server, { method: "POST", path: "/fn/answer_challenge", headers: asOurPage(server, cookie), body });
      expect(status, body).toBeGreaterThanOrEqual(400);
      expect(status, body).toBeLessThan(500);
    }
    // The code was not used up by any of them.
    await ada.enterCode(code);
    await ada.atSecurityTab();
  });

  test("to a form of the sign-in is refused", async ({ administrator: ada, server }) => {
    const right: [string, string][] = [["email", ada.email], ["password", ada.password]];
    const forms: [string, string][][] = [
      [],
      right.slice(0, 1),
      right.slice(1),
      [...right, ["email", "grace@example.com"]],
      [...right, ["password", ada.password]],
      [...right, ["role", "admin"]],
    ];
    for (const fields of forms) {
      const { status, headers } = await post(server, "/sign-in", fields);
      expect(status, JSON.stringify(fields)).toBe(400);
      expect(headers["set-cookie"]).toBeUndefined();
    }
    for (const password of ["", " ", `${ada.password} `, ada.password.toUpperCase(), "\u0000", "x".repeat(5000)]) {
      const { status, headers } = await post(server, "/sign-in", [["email", ada.email], ["password", password]]);
      expect([422, 429], JSON.stringify(password)).toContain(status);
      expect(headers["set-cookie"]).toBeUndefined();
    }
  });
});

test.describe("a cookie", () => {
  test("that comes twice is none", async ({ administrator: ada, server }) => {
    const cookie = await cookieOf(ada.context);
    expect((await call(server, "overview", {}, cookie)).status).toBe(200);
    expect((await call(server, "overview", {}, `${cookie}; ${cookie}`)).status).toBe(401);
    expect((await call(server, "overview", {}, `${cookie}; twofold-session=${"0".repeat(64)}`)).status).toBe(401);
    const doubled: [string, string][] = [...asOurPage(server, cookie), ["Cookie", cookie]];
    expect((await send(server, { method: "POST", path: "/fn/overview", headers: doubled, body: "{}" })).status).toBe(401);
    const leads = { "/account/security": "/sign-in", "/account/password": "/sign-in?next=/account/password" };
    for (const [path, to] of Object.entries(leads)) {
      const { status, headers } = await send(server, { path, headers: [["Cookie", `${cookie}; ${cookie}`]] });
      expect([status, headers.location], path).toEqual([303, to]);
    }
  });

  test("that was tampered with is none", async ({ administrator: ada, server }) => {
    const cookies = (await cookieOf(ada.context)).split("; ");
    const value = cookies.find((cookie) => cookie.startsWith("twofold-session="))?.slice("twofold-session=".length) ?? "";
    expect(value).not.toBe("");
    const flipped = `${value[0] === "0" ? "1" : "0"}${value.slice(1)}`;
    for (const changed of [flipped, value.toUpperCase().replace(/^\d+$/, "G"), value.slice(1), `${value}0`, "", "' OR 1=1 --", `"${value}"`, "../".repeat(20)]) {
      if (changed === value) continue;
      expect((await call(server, "overview", {}, `twofold-session=${changed}`)).status, changed).toBe(401);
    }
  });
});

test("what is not there is not found, and says nothing of what it was asked for", async ({ server, page, guards: _ }) => {
  const answer = await page.goto("/no-such-page/<script>alert(1)</script>");
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(await answer?.text()).not.toContain("no-such-page");
  for (const path of ["/fn/", "/fn/no_such", "/assets/../Cargo.toml", "/assets/%2e%2e/%2e%2e/etc/passwd", "/assets/no-such.js", "/.env", "/twofold.db"]) {
    expect((await send(server, { path })).status, path).toBe(404);
  }
});
