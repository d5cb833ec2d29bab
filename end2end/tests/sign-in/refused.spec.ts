import { expect, test } from "../../support/test.ts";
import { type Answer, call, cookieOf, post } from "../../support/wire.ts";

test.describe("a wrong code at sign-in", () => {
  test("says how many tries are left, and a new sign-in does not give them back", async ({ protectedAda: { ada, phone } }) => {
    await ada.signOut();
    await ada.beginSignIn();
    await ada.enterCode(phone.wrongCode());
    await expect(ada.trouble).toHaveText("That code is not right. Check that it is for this account and enter the current one. 4 tries left.");
    await expect(ada.field("6-digit code")).toBeFocused();
    await ada.beginSignIn();
    await ada.enterCode(phone.wrongCode());
    await expect(ada.trouble).toHaveText(/3 tries left\.\s*$/);
    await ada.enterCode(await phone.code());
    await ada.atSecurityTab();
  });

  test("five times makes everybody wait, the right code too, until the time is over", async ({ protectedAda: { ada, phone }, server }) => {
    await ada.page.clock.install();
    await ada.signOut();
    await ada.beginSignIn();
    for (const left of ["4 tries", "3 tries", "2 tries", "1 try"]) {
      await ada.enterCode(phone.wrongCode());
      await expect(ada.trouble).toHaveText(new RegExp(`${left} left\\.\\s*$`));
      await ada.field("6-digit code").clear();
    }
    const pass = async (seconds: number) => {
      await ada.wait(seconds);
      await expect(ada.button("Verify")).toBeVisible();
    };
    // Each further one doubles the wait: 1, 2, 4 … seconds.
    for (const wait of ["1 second", "2 seconds", "4 seconds", "8 seconds", "16 seconds", "32 seconds", "64 seconds"]) {
      await ada.enterCode(phone.wrongCode());
      await expect(ada.trouble).toHaveText(new RegExp(`The next try is possible in ${wait}\\.\\s*$`));
      await ada.field("6-digit code").clear();
      if (wait !== "64 seconds") await pass(Number.parseInt(wait, 10));
    }
    // The wait is shown on the button, and counts down.
    const waiting = ada.page.getByRole("button", { name: /^Wait \d+ s$|^Wait 1:\d\d$/ });
    await expect(waiting).toHaveAttribute("aria-disabled", "true");
    const code = phone.codeOf(0);
    await ada.enterCode(code);
    await expect(ada.page).toHaveURL(/challenge$/);
    const refused = await call(server, "answer_challenge", { text: code }, await cookieOf(ada.context));
    expect(refused.status).toBe(429);
    expect(JSON.parse(refused.body)).toMatchObject({ code: "wait", wait: expect.any(Number) });
    // Recovery codes are counted apart.
    await expect(ada.button("Use a recovery code")).toBeEnabled();
    await ada.field("6-digit code").clear();
    await pass(64);
    await ada.enterCode(await phone.code());
    await ada.atSecurityTab();
  });

  test("makes a page that is loaded again wait on, in its text and on its button", async ({ protectedAda: { ada, phone }, server }) => {
    await ada.page.clock.install();
    await ada.signOut();
    await ada.beginSignIn();
    const cookie = await cookieOf(ada.context);
    for (let wait = 0; wait < 32; wait = wait === 0 ? 1 : wait * 2) {
      if (wait === 0) for (let tries = 0; tries < 4; tries += 1) await call(server, "answer_challenge", { text: phone.wrongCode() }, cookie);
      await server.advance(wait);
      await call(server, "answer_challenge", { text: phone.wrongCode() }, cookie);
    }
    await ada.page.reload();
    await ada.atChallenge();
    const said = async () => /in (\d+) seconds?\./.exec(await ada.trouble.innerText())?.[1];
    const button = ada.page.getByRole("button", { name: /^Wait \d+ s$/ });
    await expect(button).toHaveAttribute("aria-disabled", "true");
    await expect(ada.trouble).toHaveText(/^Too many tries\. The next one is possible in \d+ seconds\.\s*$/);
    const before = Number(await said());
    expect(before).toBeLessThanOrEqual(32);
    await ada.wait(10);
    await expect.poll(async () => Number(await said())).toBeLessThanOrEqual(before - 10);
    await expect(button).toHaveText(`Wait ${await said()} s`);
    // Codes of another kind are counted apart.
    await ada.button("Use a recovery code").click();
    await expect(ada.button("Verify")).not.toHaveAttribute("aria-disabled");
    await ada.button("Use your authenticator app").click();
    await expect(button).toBeVisible();
    await ada.wait(32);
    await expect(ada.button("Verify")).toBeVisible();
    await ada.enterCode(await phone.code());
    await ada.atSecurityTab();
  });

  test("of the app does not stand in the way of a recovery code", async ({ protectedAda: { ada, phone, recoveryCodes }, server }) => {
    await ada.signOut();
    await ada.beginSignIn();
    const cookie = await cookieOf(ada.context);
    for (let tries = 0; tries < 5; tries += 1) {
      expect((await call(server, "answer_challenge", { text: phone.wrongCode() }, cookie)).status).toBe(422);
    }
    await ada.enterRecoveryCode(recoveryCodes[0] ?? "");
    await expect(ada.heading("You are in")).toBeVisible();
  });

  test("thirty times within a year stops the app's codes, and says what to do", async ({ protectedAda: { ada, phone, recoveryCodes }, server }) => {
    test.slow();
    await ada.signOut();
    let answered = 0;
    while (answered < 30) {
      await post(server, "/sign-in", [["email", ada.email], ["password", ada.password]]).then(async ({ headers }) => {
        const cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
        const { status, body } = await call(server, "answer_challenge", { text: phone.wrongCode() }, cookie);
        answered += 1;
        expect(status, body).toBe(answered < 30 ? 422 : 429);
      });
      await server.advance(15 * 60);
    }
    await ada.beginSignIn();
    await ada.enterCode(await phone.code());
    await expect(ada.trouble).toHaveText(/^Too many wrong codes in the last 365 days\. Use another way, ask your administrator, or wait 365 days\.\s*$/);
    await ada.enterRecoveryCode(recoveryCodes[0] ?? "");
    await expect(ada.heading("You are in")).toBeVisible();
  });
});

test.describe("a sign-in that waits for its code", () => {
  test("is over after five minutes, and says what to do", async ({ protectedAda: { ada, phone }, server }) => {
    await ada.signOut();
    await ada.beginSignIn();
    await server.advance(5 * 60);
    await ada.enterCode(await phone.code());
    await expect(ada.trouble).toHaveText(/^This sign-in has expired\. Sign in again$/);
    await ada.page.getByRole("link", { name: "Sign in again" }).click();
    await expect(ada.heading("Sign in")).toBeVisible();
    await expect(ada.trouble).toHaveText("That sign-in has expired. Start again.");
    await ada.signIn(await phone.code());
  });

  test("opens nothing but the challenge", async ({ protectedAda: { ada, phone }, server }) => {
    await ada.signOut();
    await ada.beginSignIn();
    await ada.page.goto("/account/security");
    await expect(ada.heading("Sign in")).toBeVisible();
    await ada.page.goto("/account/password");
    await expect(ada.heading("Sign in")).toBeVisible();
    const cookie = await cookieOf(ada.context);
    for (const [name, input] of [["overview", {}], ["begin_enrollment", { purpose: "first" }], ["reset_recovery_codes", {}], ["turn_off", { password: ada.password, code: phone.wrongCode() }]] as const) {
      expect((await call(server, name, input, cookie)).status, name).toBe(401);
    }
    // Under the other cookie's name it is worth nothing either.
    const renamed = cookie.replace("twofold-pending", "twofold-session");
    expect((await call(server, "overview", {}, renamed)).status).toBe(401);
    const complete = await post(server, "/sign-in/complete", [], cookie);
    expect(complete.headers["set-cookie"] ?? []).not.toContainEqual(expect.stringMatching(/twofold-session=\w/));
  });

  test("is given up by “Sign in as somebody else”", async ({ protectedAda: { ada, phone }, server }) => {
    await ada.signOut();
    await ada.beginSignIn();
    const cookie = await cookieOf(ada.context);
    await ada.button("Sign in as somebody else").click();
    await expect(ada.heading("Sign in")).toBeVisible();
    await ada.page.goto("/sign-in/challenge");
    await expect(ada.heading("Sign in")).toBeVisible();
    expect((await call(server, "answer_challenge", { text: await phone.code() }, cookie)).status).toBe(404);
  });

  test("survives a reload", async ({ protectedAda: { ada, phone } }) => {
    await ada.signOut();
    await ada.beginSignIn();
    await ada.page.reload();
    await ada.atChallenge();
    await ada.enterCode(await phone.code());
    await ada.atSecurityTab();
  });

  test("is never asked to be sent again by going back past a wrong password", async ({ protectedAda: { ada, phone } }) => {
    const right = ada.password;
    await ada.signOut();
    ada.password = "not the password";
    await ada.givePassword();
    await expect(ada.trouble).toBeVisible();
    await ada.page.getByLabel("Password", { exact: true }).fill(right);
    await ada.button("Sign in").click();
    await ada.atChallenge();
    const answer = await ada.page.goBack();
    expect(answer?.request().method()).toBe("GET");
    await expect(ada.heading("Sign in")).toBeVisible();
    await expect(ada.trouble).toHaveCount(0);
    ada.password = right;
    await ada.signIn(await phone.code());
  });

  test("is not gone back to once it is done", async ({ protectedAda: { ada, phone } }) => {
    await ada.signOut();
    await ada.signIn(await phone.code());
    await ada.page.goBack();
    await ada.page.reload();
    await ada.atSecurityTab();
    await ada.page.goto("/sign-in/challenge");
    await ada.atSecurityTab();
  });

  test("is sent once, however often the button is pressed", async ({ protectedAda: { ada, recoveryCodes } }) => {
    await ada.signOut();
    await ada.beginSignIn();
    let sent = 0;
    ada.page.on("request", (request) => void (request.url().endsWith("/fn/answer_challenge") && (sent += 1)));
    await ada.button("Use a recovery code").click();
    await ada.field("Recovery code").fill(recoveryCodes[0] ?? "");
    await ada.button("Verify").dblclick();
    await expect(ada.heading("You are in")).toBeVisible();
    expect(sent).toBe(1);
  });

  test("lets one of many that answer at once in, and once", async ({ protectedAda: { ada, phone }, server }) => {
    await ada.signOut();
    await ada.beginSignIn();
    const [cookie, code] = [await cookieOf(ada.context), await phone.code()];
    const answers = await Promise.all(Array.from({ length: 8 }, () => call(server, "answer_challenge", { text: code }, cookie)));
    const letsIn = ({ headers }: Answer) => /twofold-session=\w/.test(String(headers["set-cookie"]));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    // The session is in the answer to the code, and nothing that comes after it makes another one.
    expect(answers.filter(letsIn)).toHaveLength(1);
    const completions = await Promise.all(Array.from({ length: 8 }, () => post(server, "/sign-in/complete", [], cookie)));
    expect(completions.filter(letsIn)).toEqual([]);
  });
});

test.describe("a wrong password", () => {
  test("reads the same whether the account exists or not", async ({ administrator: ada }) => {
    await ada.signOut();
    const said: string[] = [];
    for (const email of [ada.email, "nobody@example.com"]) {
      await ada.page.goto("/sign-in");
      await ada.field("E-mail").fill(email);
      await ada.page.getByLabel("Password", { exact: true }).fill("not the password");
      const [answer] = await Promise.all([ada.page.waitForResponse((response) => response.request().method() === "POST"), ada.button("Sign in").click()]);
      await expect(ada.trouble).toHaveText("The e-mail or the password is not right.");
      await expect(ada.field("E-mail")).toHaveValue(email);
      await expect(ada.page.getByLabel("Password", { exact: true })).toHaveValue("");
      said.push(`${answer.status()} ${(await answer.text()).replaceAll(email, "…")}`);
    }
    expect(said[0]).toBe(said[1]);
  });

  test("makes wait after some tries, whether the account exists or not", async ({ administrator: ada, server }) => {
    await ada.signOut();
    for (const email of [ada.email, "nobody@example.com"]) {
      const statuses: string[] = [];
      for (let tries = 0; tries < 8; tries += 1) {
        const { body } = await post(server, "/sign-in", [["email", email], ["password", `wrong password ${tries}`]]);
        statuses.push(/Too many tries\. The next one is possible in \d+ seconds?\./.exec(body)?.[0] ?? "judged");
      }
      expect(statuses.slice(0, 5), email).toEqual(Array(5).fill("judged"));
      expect(statuses.slice(5).some((said) => said !== "judged"), email).toBe(true);
    }
    // The right one is not judged either while the wait lasts, and is afterwards.
    await server.advance(60);
    await ada.signIn();
  });
});
