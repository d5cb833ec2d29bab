import { lookAt } from "../support/look.ts";
import { expect, test } from "../support/test.ts";

/** Every state of every screen, in light and dark, at 320 and 1280 pixels: axe finds nothing, nothing scrolls sideways. */
test.describe("every state", () => {
  test.describe.configure({ timeout: 180_000 });

  test("of the welcome page", async ({ ada, server }) => {
    await ada.openLink(server.firstLink);
    await lookAt(ada.page, "welcome");
    await ada.field("E-mail").fill(ada.email);
    await ada.page.getByLabel("Password", { exact: true }).fill("short 1");
    await ada.button("Create account").click();
    await expect(ada.trouble).toBeVisible();
    await lookAt(ada.page, "welcome-weak-password");
    await ada.page.goto("/welcome");
    await lookAt(ada.page, "welcome-without-link");
  });

  test("of the sign-in and of problems", async ({ administrator: ada, server }) => {
    await ada.signOut();
    await lookAt(ada.page, "sign-in");
    ada.password = "not the password";
    await ada.givePassword();
    await expect(ada.trouble).toBeVisible();
    await lookAt(ada.page, "sign-in-wrong");
    await ada.page.goto("/no-such-page");
    await lookAt(ada.page, "not-found");
    expect(server.output).toContain("Twofold is ready");
  });

  test("of the description of the API", async ({ ada }) => {
    await ada.page.goto("/docs");
    await expect(ada.page.getByRole("heading", { name: "HTTP API" })).toBeVisible();
    await lookAt(ada.page, "docs");
    await ada.page.getByRole("navigation", { name: "Operations" }).getByRole("link", { name: "Open a challenge" }).click();
    await expect(ada.page.getByRole("article").filter({ has: ada.page.getByRole("heading", { name: "Open a challenge" }) })).toBeInViewport();
  });

  test("of setting up", async ({ administrator: ada }) => {
    ada.page.on("dialog", (dialog) => void dialog.accept());
    await lookAt(ada.page, "security-off");
    await ada.beginSetUp();
    const phone = await ada.scan();
    await lookAt(ada.page, "set-up-1-scan");
    await ada.page.getByText("No app yet?").click();
    await ada.page.getByText("Can't scan QR code?").click();
    await lookAt(ada.page, "set-up-1-key");
    await ada.goOnToCode();
    await lookAt(ada.page, "set-up-2-verify");
    await ada.enterCode(phone.wrongCode());
    await expect(ada.trouble).toBeVisible();
    await lookAt(ada.page, "set-up-2-wrong");
    await ada.visitAnew();
    await lookAt(ada.page, "security-resume");
    await ada.button("Continue").click();
    await ada.scan();
    await ada.goOnToCode();
    await ada.enterCode(await phone.code());
    await ada.readRecoveryCodes();
    await lookAt(ada.page, "set-up-3-save");
    await ada.page.reload();
    await ada.awake();
    await lookAt(ada.page, "security-finish");
    await ada.button("Show recovery codes").click();
    await ada.saveRecoveryCodes();
    await expect(ada.state).toHaveText("On");
    await lookAt(ada.page, "security-turned-on");
  });

  test("of the Security tab that is on, and of its dialogs", async ({ protectedAda: { ada, phone }, server }) => {
    await ada.addAuthenticator("Tablet");
    await lookAt(ada.page, "security-on");
    const dialogs = [
      ["Rename", "Rename authenticator"],
      ["Test", "Test “Tablet”"],
      ["Remove", "Remove “Tablet”?"],
    ] as const;
    for (const [action, title] of dialogs) {
      await ada.choose("Tablet", action);
      await expect(ada.dialog(title)).toBeVisible();
      await lookAt(ada.page, `dialog-${action.toLowerCase()}`);
      await ada.page.keyboard.press("Escape");
      await expect(ada.dialog(title)).toBeHidden();
    }
    await ada.choose("Tablet", "Test");
    await ada.dialog("Test “Tablet”").getByRole("textbox", { name: "6-digit code" }).fill(phone.wrongCode());
    await expect(ada.trouble).toBeVisible();
    await lookAt(ada.page, "dialog-test-wrong");
    await ada.page.keyboard.press("Escape");
    await ada.button("Turn off").click();
    await lookAt(ada.page, "dialog-turn-off");
    await ada.page.keyboard.press("Escape");
    await ada.choose("Tablet", "Replace");
    await expect(ada.heading("Scan the QR code")).toBeVisible();
    await lookAt(ada.page, "replace");
    await ada.button("Cancel").click();
    await server.advance(5 * 60);
    await ada.button("Reset recovery codes").click();
    await lookAt(ada.page, "dialog-reset");
    await ada.dialog("Reset recovery codes").getByRole("button", { name: "Reset recovery codes" }).click();
    await expect(ada.dialog("Confirm that it is you")).toBeVisible();
    await lookAt(ada.page, "dialog-step-up");
    await ada.confirmItIsMe(await phone.code());
    await ada.readRecoveryCodes();
    await lookAt(ada.page, "new-recovery-codes");
  });

  test("of the challenge", async ({ protectedAda: { ada, phone, recoveryCodes }, server }) => {
    await ada.signOut();
    await ada.beginSignIn();
    await lookAt(ada.page, "challenge");
    await ada.page.getByText("Lost your device?").click();
    await lookAt(ada.page, "challenge-lost");
    await ada.enterCode(phone.wrongCode());
    await expect(ada.trouble).toBeVisible();
    await lookAt(ada.page, "challenge-wrong");
    await ada.button("Use a recovery code").click();
    await lookAt(ada.page, "challenge-recovery-code");
    await ada.field("Recovery code").fill(recoveryCodes[0] ?? "");
    await ada.button("Verify").click();
    await expect(ada.heading("You are in")).toBeVisible();
    await lookAt(ada.page, "challenge-recovery-code-used");
    await ada.button("Continue").click();
    await ada.atSecurityTab();
    await ada.signOut();
    await ada.beginSignIn();
    await server.advance(5 * 60);
    await ada.enterCode(await phone.code());
    await expect(ada.trouble).toBeVisible();
    await lookAt(ada.page, "challenge-expired");
  });

  test("of the organization", async ({ protectedAda: { ada }, server, secrets }) => {
    const { page } = ada;
    await page.goto("/organization/sites");
    await lookAt(page, "sites-none");
    await page.getByRole("link", { name: "Add a site" }).click();
    await lookAt(page, "site-new");
    await ada.field("Name").fill("A shop with a name that is as long as the name of a site may be!");
    await ada.field("Issuer").fill("a:b");
    await ada.field("Allowed origins").fill("https://*.example.com");
    await page.getByLabel("Authenticator app").uncheck();
    await page.getByLabel("Days to remember a device").fill("31");
    await ada.button("Save").click();
    await expect(ada.trouble).toBeVisible();
    await lookAt(page, "site-new-wrong");
    await ada.field("Issuer").fill("Shop");
    await ada.field("Allowed origins").fill("https://shop.example.com\nhttps://a-rather-long-host-name.shop.example.com:8443");
    await page.getByLabel("Authenticator app").check();
    await page.getByLabel("Days to remember a device").fill("30");
    await ada.button("Save").click();
    await expect(ada.notice).toBeVisible();
    await lookAt(page, "site-added");
    await page.getByRole("link", { name: "New API key" }).click();
    await ada.button("Make API key").click();
    await expect(ada.trouble).toBeVisible();
    await lookAt(page, "key-new-wrong");
    await page.getByRole("checkbox", { name: "verify" }).check();
    await ada.button("Make API key").click();
    secrets.addBearer("an API key", await ada.field("API key").inputValue());
    await lookAt(page, "key-made");
    await page.getByRole("link", { name: "Done" }).click();
    await lookAt(page, "site-with-key");
    await server.advance(6 * 60);
    await page.getByRole("link", { name: "Edit site" }).click();
    await lookAt(page, "site-edit-prove");
    await page.getByRole("link", { name: "Cancel" }).click();
    await page.getByRole("link", { name: "Revoke" }).click();
    await page.getByLabel("Password", { exact: true }).fill("not the password");
    await ada.field("Code from your app, or a recovery code").fill("nonsense");
    await ada.button("Revoke").click();
    await expect(ada.trouble).toBeVisible();
    await lookAt(page, "key-revoke-wrong");
    await page.goto("/organization/sites");
    await lookAt(page, "sites");
  });

  test("of the users", async ({ protectedAda: { ada }, elsewhere, server }) => {
    const { page } = ada;
    await page.goto("/organization/users?search=nobody");
    await lookAt(page, "users-none");
    const bob = await elsewhere({ email: "bob-with-a-rather-long-address@a-rather-long-host-name.example.com", password: "another battery staple" });
    await bob.createAccount(server.linkFor(bob.email));
    const { phone, recoveryCodes } = await bob.setUp();
    for (const code of recoveryCodes.slice(0, 8)) {
      await bob.signOut();
      await bob.signInByRecoveryCode(code);
    }
    await bob.signOut();
    await bob.beginSignIn();
    // The page takes the next code once it has said what became of the last one.
    for (const said of [/4 tries left/, /3 tries left/, /2 tries left/, /1 try left/, /^That code is not right\.(?!.*left)/]) {
      await bob.enterCode("");
      await bob.enterCode(phone.wrongCode());
      await expect(bob.trouble).toHaveText(said);
    }
    await page.goto("/organization/audit?kind=challenge.refused");
    await lookAt(page, "audit");
    await page.goto("/organization/audit?kind=two_factor.turned_off");
    await lookAt(page, "audit-none");
    await page.goto("/organization/audit?email=nobody%40example.com");
    await lookAt(page, "audit-unknown");
    await page.goto("/organization/mail");
    await lookAt(page, "mailbox");
    await page.goto("/organization/users");
    await lookAt(page, "users");
    await page.getByRole("link", { name: bob.email }).click();
    await lookAt(page, "user");
    await server.advance(6 * 60);
    await page.getByRole("link", { name: "Reset two-factor authentication" }).click();
    await lookAt(page, "user-reset");
    await ada.field("Reason").fill("x".repeat(257));
    await page.getByLabel("Password", { exact: true }).fill(ada.password);
    await ada.field("Code from your app, or a recovery code").fill("nonsense");
    await ada.button("Reset two-factor authentication").click();
    await expect(ada.trouble).toBeVisible();
    await lookAt(page, "user-reset-wrong");
    await page.goto(page.url().replace(/reset$/, "unlock"));
    await lookAt(page, "user-unlock");
    await page.goto(page.url().replace(/\/unlock$/, "?reset"));
    await lookAt(page, "user-was-reset");
  });

  test("of the password page", async ({ administrator: ada }) => {
    await ada.page.goto("/account/password");
    await lookAt(ada.page, "password");
    await ada.page.getByLabel("Current password").fill("not the password");
    await ada.page.getByLabel("New password").fill("battery staple horse");
    await ada.button("Change password").click();
    await expect(ada.trouble).toBeVisible();
    await lookAt(ada.page, "password-wrong");
  });
});
