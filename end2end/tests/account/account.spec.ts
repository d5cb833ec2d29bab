import { expect, test } from "../../support/test.ts";
import { call, cookieOf, post, send } from "../../support/wire.ts";

const GRACE = { email: "grace@example.com", password: "a nanosecond of wire" };

test.describe("the one-time link", () => {
  test("makes the first administrator, and its secret is sent in no address", async ({ ada, server }) => {
    const secret = new URL(server.firstLink).hash.slice(1);
    const sent: string[] = [];
    ada.page.on("request", (request) => sent.push(request.url(), ...Object.values(request.headers())));
    await ada.createAdministrator();
    expect(sent.filter((text) => text.includes(secret))).toEqual([]);
    await expect(ada.page.getByText(ada.email).first()).toBeVisible();
    await expect(ada.state).toHaveText("Off");
  });

  test("works once", async ({ administrator: ada, server, elsewhere }) => {
    await ada.signOut();
    const grace = await elsewhere(GRACE);
    await grace.openLink(server.firstLink);
    await grace.field("E-mail").fill(grace.email);
    await grace.page.getByLabel("Password", { exact: true }).fill(grace.password);
    await grace.button("Create account").click();
    await expect(grace.trouble).toHaveText(/^That link was used already, or it has expired\./);
    await grace.page.goto("/account/security");
    await expect(grace.heading("Sign in")).toBeVisible();
  });

  test("is over after a day", async ({ ada, server }) => {
    await server.advance(24 * 3600);
    await ada.openLink(server.firstLink);
    await ada.field("E-mail").fill(ada.email);
    await ada.page.getByLabel("Password", { exact: true }).fill(ada.password);
    await ada.button("Create account").click();
    await expect(ada.trouble).toHaveText(/^That link was used already, or it has expired\./);
  });

  test("lets a weak password be mended without being opened again", async ({ ada, server, secrets }) => {
    await ada.openLink(server.firstLink);
    const attempts = [
      ["short 1", "That password is too short: at least 8 characters."],
      ["password1", "That password is among the most common ones, and so among the first to be guessed. Choose another."],
      ["x".repeat(129), "That password is too long: at most 128 characters."],
    ] as const;
    for (const [password, sentence] of attempts) {
      secrets.addPassword(password);
      await ada.field("E-mail").fill(ada.email);
      await ada.page.getByLabel("Password", { exact: true }).fill(password);
      await ada.button("Create account").click();
      await expect(ada.trouble).toHaveText(sentence);
      await expect(ada.field("E-mail")).toHaveValue(ada.email);
    }
    await ada.page.getByLabel("Password", { exact: true }).fill(ada.password);
    await ada.button("Create account").click();
    await ada.atSecurityTab();
  });

  test("of the operator makes a further account, which sees nothing of the first one's", async ({ protectedAda: { ada }, server, elsewhere }) => {
    const grace = await elsewhere(GRACE);
    await grace.createAccount(server.linkFor(GRACE.email));
    await expect(grace.state).toHaveText("Off");
    const [hers, adas] = [await cookieOf(grace.context), await cookieOf(ada.context)];
    const { authenticators } = JSON.parse((await call(server, "overview", {}, adas)).body) as { authenticators: { id: string }[] };
    const id = authenticators[0]?.id;
    for (const [name, input] of [["rename_authenticator", { id, name: "Mine" }], ["test_authenticator", { id, code: "000000" }], ["remove_authenticator", { id }]] as const) {
      expect((await call(server, name, input, hers)).status, name).toBe(404);
    }
    expect((await call(server, "begin_enrollment", { purpose: id }, hers)).status).toBeGreaterThanOrEqual(400);
    await ada.openSecurityTab();
    await expect(ada.authenticator("Authenticator app")).toBeVisible();
  });
});

test.describe("the password", () => {
  test("is changed: the new one signs in, the old one does not, and other browsers are signed out", async ({ administrator: ada, elsewhere, secrets }) => {
    const other = await elsewhere();
    await other.signIn();
    const fresh = "battery staple horse";
    secrets.addPassword(fresh);
    await ada.page.getByRole("link", { name: "Password", exact: true }).click();
    await expect(ada.heading("Change password")).toBeVisible();
    await ada.page.getByLabel("Current password").fill(ada.password);
    await ada.page.getByLabel("New password").fill(fresh);
    await ada.button("Change password").click();
    await expect(ada.notice).toHaveText("Your password was changed.");
    await ada.openSecurityTab();
    await expect(ada.state).toHaveText("Off");
    await other.page.reload();
    await expect(other.heading("Sign in")).toBeVisible();
    await other.givePassword();
    await expect(other.trouble).toHaveText("The e-mail or the password is not right.");
    other.password = fresh;
    await other.signIn();
  });

  test("is not changed on a wrong current one, nor to a weak one", async ({ administrator: ada }) => {
    await ada.page.goto("/account/password");
    await ada.page.getByLabel("Current password").fill("not the password");
    await ada.page.getByLabel("New password").fill("battery staple horse");
    await ada.button("Change password").click();
    await expect(ada.trouble).toHaveText("The current password is not right.");
    for (const [weak, sentence] of [["seven c", "That password is too short: at least 8 characters."], ["iloveyou1", "That password is among the most common ones, and so among the first to be guessed. Choose another."]] as const) {
      await ada.page.getByLabel("Current password").fill(ada.password);
      await ada.page.getByLabel("New password").fill(weak);
      await ada.button("Change password").click();
      await expect(ada.trouble).toHaveText(sentence);
    }
    await ada.signOut();
    await ada.signIn();
  });

  test("takes a code too where two-factor authentication is on and was not proved within five minutes", async ({ protectedAda: { ada, phone }, server, secrets }) => {
    const fresh = "battery staple horse";
    secrets.addPassword(fresh);
    const change = async (code: string) => {
      await ada.page.getByLabel("Current password").fill(ada.password);
      await ada.page.getByLabel("New password").fill(fresh);
      await ada.field("Code from your app, or a recovery code").fill(code);
      await ada.button("Change password").click();
    };
    await ada.page.goto("/account/password");
    await expect(ada.field("Code from your app, or a recovery code")).toBeHidden();
    await server.advance(5 * 60);
    await ada.page.reload();
    await change(phone.wrongCode());
    await expect(ada.trouble).toHaveText("The password is right, but that code is not. Enter a current one, or a recovery code.");
    await change(await phone.code());
    await expect(ada.notice).toHaveText("Your password was changed.");
    ada.password = fresh;
    await ada.signOut();
    await ada.signIn(await phone.code());
  });

  test("is not changed without a code because the page was opened in time", async ({ protectedAda: { ada }, server }) => {
    await ada.page.goto("/account/password");
    await server.advance(5 * 60);
    await ada.page.getByLabel("Current password").fill(ada.password);
    await ada.page.getByLabel("New password").fill("battery staple horse");
    await ada.button("Change password").click();
    await expect(ada.field("Code from your app, or a recovery code")).toBeVisible();
    await expect(ada.trouble).toBeVisible();
  });
});

test.describe("a session", () => {
  test("is over when signed out, on the server too", async ({ administrator: ada, server }) => {
    const cookie = await cookieOf(ada.context);
    expect((await call(server, "overview", {}, cookie)).status).toBe(200);
    await ada.signOut();
    expect((await call(server, "overview", {}, cookie)).status).toBe(401);
    expect((await ada.context.cookies()).filter(({ name }) => name === "twofold-session")).toEqual([]);
    await ada.page.goBack();
    await ada.page.reload();
    await expect(ada.heading("Sign in")).toBeVisible();
  });

  test("is over after thirty minutes without use", async ({ administrator: ada, server }) => {
    await server.advance(29 * 60);
    await ada.openSecurityTab();
    await expect(ada.state).toHaveText("Off");
    await server.advance(30 * 60);
    await ada.button("Set up").click();
    await expect(ada.trouble).toHaveText(/^You were signed out\. Sign in again$/);
    await ada.page.getByRole("link", { name: "Sign in again" }).click();
    await expect(ada.heading("Sign in")).toBeVisible();
  });

  test("is over after twelve hours, used or not", async ({ administrator: ada, server }) => {
    const cookie = await cookieOf(ada.context);
    for (let passed = 25; passed < 12 * 60; passed += 25) {
      await server.advance(25 * 60);
      expect((await call(server, "overview", {}, cookie)).status, `${passed} minutes`).toBe(200);
    }
    await server.advance(25 * 60);
    expect((await call(server, "overview", {}, cookie)).status).toBe(401);
  });

  test("gets a new cookie at every sign-in, which no script and no other site can use", async ({ administrator: ada, server }) => {
    const first = await cookieOf(ada.context);
    await ada.signOut();
    await ada.signIn();
    const second = await cookieOf(ada.context);
    expect(second).not.toBe(first);
    const { headers } = await post(server, "/sign-in", [["email", ada.email], ["password", ada.password]]);
    const [set] = [headers["set-cookie"] ?? []].flat();
    expect(set).toMatch(/^twofold-session=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=(Lax|Strict)$/);
  });

  test("cannot be fixed from outside: a cookie that was there before is not taken over", async ({ administrator: ada, server }) => {
    const planted = "a".repeat(64);
    const { headers } = await post(server, "/sign-in", [["email", ada.email], ["password", ada.password]], `twofold-session=${planted}`);
    expect(String(headers["set-cookie"])).not.toContain(planted);
    expect((await send(server, { path: "/account/security", headers: [["Cookie", `twofold-session=${planted}`]] })).status).toBe(303);
  });

  test("leads whoever is signed in past the sign-in", async ({ administrator: ada }) => {
    await ada.page.goto("/");
    await ada.atSecurityTab();
    await ada.page.goto("/sign-in");
    await ada.atSecurityTab();
  });
});
