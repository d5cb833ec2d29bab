import { expect, test } from "../../support/test.ts";

test.describe("signing in with a code of the app", () => {
  test("asks for it after the password, and says for whom", async ({ protectedAda: { ada, phone } }) => {
    await ada.signOut();
    await ada.beginSignIn();
    await expect(ada.heading("Enter the code from your app")).toBeVisible();
    await expect(ada.page.getByText(`Signing in as ${ada.email}`)).toBeVisible();
    await expect(ada.field("6-digit code")).toHaveAttribute("autocomplete", "one-time-code");
    await ada.enterCode(await phone.code());
    await ada.atSecurityTab();
    await expect(ada.state).toHaveText("On");
  });

  test("takes each code once", async ({ protectedAda: { ada, phone } }) => {
    await ada.signOut();
    const code = await phone.code();
    await ada.signIn(code);
    await ada.signOut();
    await ada.beginSignIn();
    await ada.enterCode(code);
    await expect(ada.trouble).toHaveText(/^That code was used already\. The app shows the next one in \d+ seconds?\.\s*$/);
    await ada.page.goto("/account/security");
    await expect(ada.heading("Sign in")).toBeVisible();
  });

  test("takes the code of another authenticator at once after one that was used", async ({ protectedAda: { ada, phone } }) => {
    const tablet = await ada.addAuthenticator("Tablet");
    await ada.signOut();
    const code = await phone.code();
    await ada.signIn(code);
    await ada.signOut();
    await ada.beginSignIn();
    await ada.enterCode(code);
    await expect(ada.trouble).toHaveText(/^That code was used already\./);
    await expect(ada.button("Verify")).not.toHaveAttribute("aria-disabled");
    await ada.enterCode(await tablet.code());
    await ada.atSecurityTab();
  });

  test("takes no code older than one that was taken", async ({ protectedAda: { ada, phone } }) => {
    await ada.signOut();
    await phone.code();
    await phone.inTheMiddleOfAStep();
    const [older, newer] = [phone.codeOf(0), phone.codeOf(1)];
    await ada.signIn(newer);
    await ada.signOut();
    await ada.beginSignIn();
    await ada.enterCode(older);
    await expect(ada.trouble).toHaveText(/^That code was used already\./);
  });

  test("takes codes of oathtool", async ({ protectedAda: { ada, phone }, server }) => {
    await ada.signOut();
    await server.advance(30);
    await ada.signIn(phone.codeByOathtool());
  });

  test("takes a code with a space, and on the button as well as by itself", async ({ protectedAda: { ada, phone } }) => {
    await ada.signOut();
    await ada.beginSignIn();
    const code = await phone.code();
    await ada.enterCode(`${code.slice(0, 3)} ${code.slice(3)}`);
    await ada.atSecurityTab();
  });

  for (const [what, around] of [
    ["quotation marks and a full stop", (code: string) => `“${code}”.`],
    ["what turns the direction of a text", (code: string) => `\u202a${code}\u202c`],
    ["soft hyphens and isolates", (code: string) => `\u2066${code.slice(0, 3)}\u00ad${code.slice(3)}\u2069`],
    ["digits drawn as emoji", (code: string) => [...code].map((digit) => `${digit}\ufe0f\u20e3`).join("")],
  ] as const) {
    test(`takes a code that was copied with ${what}`, async ({ protectedAda: { ada, phone } }) => {
      await ada.signOut();
      await ada.beginSignIn();
      await ada.enterCode(around(await phone.code()));
      await ada.atSecurityTab();
    });
  }

  test("does not say that a code of the future is one", async ({ protectedAda: { ada, phone } }) => {
    await ada.signOut();
    await ada.beginSignIn();
    await phone.inTheMiddleOfAStep();
    await ada.enterCode(phone.codeOf(6));
    await expect(ada.trouble).toHaveText(/^That code is not right\. .*4 tries left\.\s*$/);
    await ada.enterCode(phone.codeOf(-6));
    await expect(ada.trouble).toHaveText("The clock of your phone is about 3 minutes behind. Set its date and time to automatic, then enter a new code. 3 tries left.");
  });
});

test.describe("signing in with a recovery code", () => {
  test("leads whoever lost the phone to a new one", async ({ protectedAda: { ada, recoveryCodes } }) => {
    await ada.signOut();
    await ada.beginSignIn();
    await ada.enterRecoveryCode(recoveryCodes[0] ?? "");
    await ada.button("Lost your phone? Set up a new one").click();
    await ada.atSecurityTab();
    await expect(ada.section("Authenticators")).toBeInViewport();
    await expect(ada.button("Replace")).toBeVisible();
  });

  test("that was written by another program and begins with six digits is not sent before it is whole", async ({ protectedAda: { ada } }) => {
    await ada.signOut();
    await ada.beginSignIn();
    const sent: string[] = [];
    ada.page.on("request", (request) => void (request.url().endsWith("/fn/answer_challenge") && sent.push(request.postData() ?? "")));
    await ada.field("6-digit code").pressSequentially("1234-56AB-CDEF-GHJK", { delay: 20 });
    await ada.button("Verify").click();
    await expect(ada.trouble).toHaveText(/^That code is not right\..*4 tries left\.\s*$/);
    expect(sent.map((body) => JSON.parse(body).text)).toEqual(["123456ABCDEFGHJK"]);
  });

  test("works once, says how many are left, and offers a new set", async ({ protectedAda: { ada, recoveryCodes } }) => {
    const [code = ""] = recoveryCodes;
    await ada.signOut();
    await ada.beginSignIn();
    await ada.enterRecoveryCode(code);
    await expect(ada.heading("You are in")).toBeFocused();
    await expect(ada.notice).toHaveText("You used a recovery code, and it will not work again. 9 are left.");
    // Whoever has enough of them came to sign in.
    await expect(ada.place.getByRole("main").getByRole("button").first()).toHaveText("Continue");
    await expect(ada.button("Lost your phone? Set up a new one")).toBeVisible();
    await ada.button("Get new recovery codes").click();
    await ada.atSecurityTab();
    await expect(ada.section("Recovery codes")).toBeInViewport();
    await expect(ada.section("Recovery codes").getByText("9 of 10 left")).toBeVisible();
    await ada.signOut();
    await ada.beginSignIn();
    await ada.enterRecoveryCode(code);
    await expect(ada.trouble).toHaveText("That recovery code was used already; each works once. Take another one of your list. 4 tries left.");
  });

  test("has let in when it says how many are left: closing the page loses nothing", async ({ protectedAda: { ada, recoveryCodes } }) => {
    await ada.signOut();
    await ada.beginSignIn();
    await ada.enterRecoveryCode(recoveryCodes[0] ?? "");
    await expect(ada.notice).toHaveText("You used a recovery code, and it will not work again. 9 are left.");
    await expect(ada.button("Continue")).toBeVisible();
    await ada.page.goto("about:blank");
    await ada.page.goto("/account/security");
    await ada.atSecurityTab();
    await expect(ada.section("Recovery codes").getByText("9 of 10 left")).toBeVisible();
  });

  test("works in the very field for the app's code, in any case and with any spaces", async ({ protectedAda: { ada, recoveryCodes } }) => {
    await ada.signOut();
    await ada.beginSignIn();
    await ada.field("6-digit code").fill(` ${(recoveryCodes[1] ?? "").toLowerCase().replaceAll("-", " ")} `);
    await ada.button("Verify").click();
    await expect(ada.heading("You are in")).toBeVisible();
  });

  test("reads O as zero, I and L as one", async ({ protectedAda: { ada, recoveryCodes } }) => {
    const index = recoveryCodes.findIndex((code) => /[01]/.test(code));
    const code = recoveryCodes[Math.max(index, 0)] ?? "";
    await ada.signOut();
    await ada.beginSignIn();
    await ada.enterRecoveryCode(code.replace("1", "I").replaceAll("1", "l").replaceAll("0", "o"));
    await expect(ada.heading("You are in")).toBeVisible();
  });

  test("warns when few are left, and of the last one", async ({ protectedAda: { ada, recoveryCodes } }) => {
    test.slow();
    for (const code of recoveryCodes.slice(0, 6)) {
      await ada.signOut();
      await ada.signInByRecoveryCode(code);
    }
    await expect(ada.section("Recovery codes").getByText("4 of 10 left")).toBeVisible();
    await expect(ada.page.getByText("Get a new set before they run out, so that a lost phone cannot lock you out.")).toBeHidden();
    const said = [
      "You used a recovery code. 3 are left. Get a new set now, so that you are never locked out.",
      "You used a recovery code. 2 are left. Get a new set now, so that you are never locked out.",
      "You used a recovery code. 1 is left. Get a new set now, so that you are never locked out.",
      "That was your last recovery code. Get a new set now: without one, a lost phone locks you out.",
    ];
    for (const [at, sentence] of said.entries()) {
      await ada.signOut();
      await ada.beginSignIn();
      await ada.enterRecoveryCode(recoveryCodes[6 + at] ?? "");
      await expect(ada.notice).toHaveText(sentence);
      await ada.button("Continue").click();
      await ada.atSecurityTab();
      await expect(ada.page.getByText("Get a new set before they run out, so that a lost phone cannot lock you out.")).toBeVisible();
    }
    await expect(ada.section("Recovery codes").getByText("0 of 10 left")).toBeVisible();
    await ada.button("Reset recovery codes").click();
    await ada.dialog("Reset recovery codes").getByRole("button", { name: "Reset recovery codes" }).click();
    await ada.readRecoveryCodes();
  });

  test("is not asked for by mistake: the way back to the app's code stays", async ({ protectedAda: { ada, phone } }) => {
    await ada.signOut();
    await ada.beginSignIn();
    await ada.button("Use a recovery code").click();
    await expect(ada.field("Recovery code")).toBeFocused();
    await ada.button("Use your authenticator app").click();
    await expect(ada.field("6-digit code")).toBeFocused();
    await ada.enterCode(await phone.code());
    await ada.atSecurityTab();
  });

  test("says what to do when the device is lost", async ({ protectedAda: { ada } }) => {
    await ada.signOut();
    await ada.beginSignIn();
    await ada.page.getByText("Lost your device?").click();
    await expect(ada.page.getByText(/Look in your password manager, among your downloads for twofold-recovery-codes\.txt/)).toBeVisible();
    await expect(ada.page.getByText(/ask the administrator of this site/)).toBeVisible();
  });
});
