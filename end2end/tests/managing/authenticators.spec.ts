import { lookAt } from "../../support/look.ts";
import { expect, test } from "../../support/test.ts";
import { call, cookieOf } from "../../support/wire.ts";

const FIRST = "Authenticator app";

test.describe("an authenticator", () => {
  test("is renamed, and a name is text whatever stands in it", async ({ protectedAda: { ada } }) => {
    const name = `<img src=x onerror="alert(1)"> & "Pixel" 'é' <b>9</b>`;
    await ada.choose(FIRST, "Rename");
    const dialog = ada.dialog("Rename authenticator");
    await expect(dialog.getByRole("textbox", { name: "Name" })).toHaveValue(FIRST);
    await dialog.getByRole("textbox", { name: "Name" }).fill(name);
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(ada.notice).toHaveText("The authenticator was renamed.");
    await expect(ada.authenticator(name)).toBeVisible();
    await ada.page.reload();
    await ada.awake();
    await expect(ada.authenticator(name)).toBeVisible();
    await expect(ada.section("Recent activity").getByText(`Authenticator renamed to “${name}”`)).toBeVisible();
    expect(await ada.page.evaluate(() => document.querySelectorAll("main img, main b").length)).toBe(0);
  });

  test("is not renamed to nothing, nor to more than 64 characters", async ({ protectedAda: { ada }, server }) => {
    await ada.choose(FIRST, "Rename");
    const dialog = ada.dialog("Rename authenticator");
    await dialog.getByRole("textbox", { name: "Name" }).fill("   ");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(ada.trouble).toHaveText("Give it a name.");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(ada.authenticator(FIRST)).toBeVisible();
    const cookie = await cookieOf(ada.context);
    const { authenticators } = JSON.parse((await call(server, "overview", {}, cookie)).body) as { authenticators: { id: string }[] };
    const long = await call(server, "rename_authenticator", { id: authenticators[0]?.id, name: "é".repeat(65) }, cookie);
    expect([long.status, JSON.parse(long.body)]).toMatchObject([422, { code: "name_too_long", limit: 64 }]);
  });

  test("is tested with a code, which counts as used", async ({ protectedAda: { ada, phone, recoveryCodes } }) => {
    await ada.choose(FIRST, "Test");
    const dialog = ada.dialog(`Test “${FIRST}”`);
    await dialog.getByRole("textbox", { name: "6-digit code" }).fill(phone.wrongCode());
    await expect(ada.trouble).toHaveText(/^That code is not right\..*4 tries left\.\s*$/);
    await dialog.getByRole("textbox", { name: "6-digit code" }).fill(recoveryCodes[0] ?? "");
    await dialog.getByRole("button", { name: "Verify" }).click();
    await expect(ada.trouble).toHaveText("That is a recovery code. Enter the 6 digits that your app shows.");
    const code = await phone.code();
    await dialog.getByRole("textbox", { name: "6-digit code" }).fill(code);
    await expect(ada.notice).toHaveText("It works: the code was right.");
    await ada.choose(FIRST, "Test");
    await dialog.getByRole("textbox", { name: "6-digit code" }).fill(code);
    await expect(ada.trouble).toHaveText(/^That code was used already\./);
  });

  test("can be had more than once, and each signs in", async ({ protectedAda: { ada, phone } }) => {
    const tablet = await ada.addAuthenticator("Tablet");
    expect(tablet.secret).not.toBe(phone.secret);
    await expect(ada.authenticator("Tablet")).toBeVisible();
    await expect(ada.authenticator(FIRST)).toBeVisible();
    await ada.signOut();
    await ada.signIn(await phone.code());
    await ada.signOut();
    await ada.signIn(await tablet.code());
    await expect(ada.section("Recovery codes").getByText("10 of 10 left")).toBeVisible();
  });

  test("is tested as itself: another one's code does not do", async ({ protectedAda: { ada, phone } }) => {
    await ada.addAuthenticator("Tablet");
    await ada.choose("Tablet", "Test");
    await ada.dialog("Test “Tablet”").getByRole("textbox", { name: "6-digit code" }).fill(await phone.code());
    await expect(ada.trouble).toHaveText(/^That code is not right\./);
  });

  test("is replaced: the old one works until the new one is confirmed and not after, and the recovery codes stay", async ({ protectedAda: { ada, phone, recoveryCodes }, elsewhere }) => {
    await ada.choose(FIRST, "Replace");
    await expect(ada.page.getByText("The old one works until the new one is confirmed. Your recovery codes stay as they are.")).toBeVisible();
    const other = await elsewhere();
    const replacement = await ada.scan();
    expect(replacement.secret).not.toBe(phone.secret);
    await other.signIn(await phone.code());
    await ada.goOnToCode();
    await ada.enterCode(await replacement.code());
    await expect(ada.notice).toHaveText("The authenticator was replaced. The old one no longer works.");
    await expect(ada.authenticator(FIRST), "it keeps its name").toBeVisible();
    await expect(ada.section("Recovery codes").getByText("10 of 10 left")).toBeVisible();
    // Who was signed in with the old one is signed out.
    await other.page.reload();
    await expect(other.heading("Sign in")).toBeVisible();
    await other.beginSignIn();
    await other.enterCode(await phone.code());
    await expect(other.trouble).toHaveText(/^That code is not right\./);
    await other.enterCode(await replacement.code());
    await other.atSecurityTab();
    await other.signOut();
    await other.signInByRecoveryCode(recoveryCodes[0] ?? "");
  });

  test("that is being replaced stays as it was when the replacing is given up", async ({ protectedAda: { ada, phone } }) => {
    await ada.choose(FIRST, "Replace");
    await ada.scan();
    await ada.button("Cancel").click();
    await expect(ada.authenticator(FIRST)).toBeVisible();
    await ada.signOut();
    await ada.signIn(await phone.code());
  });

  test("that is being replaced is gone on with after a reload, with the same QR code", async ({ protectedAda: { ada } }) => {
    await ada.choose(FIRST, "Replace");
    const replacement = await ada.scan();
    await ada.page.reload();
    await ada.awake();
    await expect(ada.heading("Scan the QR code")).toBeVisible();
    expect((await ada.readAgain()).secret).toBe(replacement.secret);
  });

  test("is removed while there is another, and its codes stop working at once", async ({ protectedAda: { ada, phone } }) => {
    const tablet = await ada.addAuthenticator("Tablet");
    await ada.choose(FIRST, "Remove");
    await ada.dialog(`Remove “${FIRST}”?`).getByRole("button", { name: "Remove" }).click();
    await expect(ada.notice).toHaveText("The authenticator was removed. Its codes no longer work.");
    await expect(ada.authenticator(FIRST)).toBeHidden();
    await ada.signOut();
    await ada.beginSignIn();
    await ada.enterCode(await phone.code());
    await expect(ada.trouble).toHaveText(/^That code is not right\./);
    await ada.enterCode(await tablet.code());
    await ada.atSecurityTab();
  });

  test("is not removed when it is the only one, whoever asks", async ({ protectedAda: { ada, phone }, server }) => {
    await expect(ada.authenticator(FIRST).getByRole("button", { name: "Replace" })).toBeVisible();
    await expect(ada.authenticator(FIRST).getByRole("button", { name: "Remove" })).toBeHidden();
    const cookie = await cookieOf(ada.context);
    const { authenticators } = JSON.parse((await call(server, "overview", {}, cookie)).body) as { authenticators: { id: string }[] };
    const asked = await call(server, "remove_authenticator", { id: authenticators[0]?.id }, cookie);
    expect([asked.status, JSON.parse(asked.body)]).toMatchObject([409, { code: "last_authenticator" }]);
    await ada.signOut();
    await ada.signIn(await phone.code());
  });

  test("that was removed in another tab is said to be gone", async ({ protectedAda: { ada } }) => {
    await ada.addAuthenticator("Tablet");
    const tab = await ada.anotherTab();
    await tab.openSecurityTab();
    await ada.choose("Tablet", "Remove");
    await ada.dialog("Remove “Tablet”?").getByRole("button", { name: "Remove" }).click();
    await expect(ada.authenticator("Tablet")).toBeHidden();
    await tab.choose("Tablet", "Rename");
    await tab.dialog("Rename authenticator").getByRole("textbox", { name: "Name" }).fill("Slate");
    await tab.dialog("Rename authenticator").getByRole("button", { name: "Save" }).click();
    await expect(tab.trouble).toHaveText("That authenticator was removed meanwhile.");
    await expect(tab.authenticator("Tablet")).toBeHidden();
  });

  test("says when it was added and last used", async ({ protectedAda: { ada, phone } }) => {
    await ada.signOut();
    await ada.signIn(await phone.code());
    for (const said of [/^Added \d/, /^Last used \d.*\d:\d\d/]) await expect(ada.authenticator(FIRST).getByText(said)).toBeVisible();
    await ada.addAuthenticator("Tablet");
    await expect(ada.authenticator("Tablet").getByText(/^Added \d/)).toBeVisible();
  });

  test("that was not used for four weeks is asked after", async ({ protectedAda: { ada, phone }, server }) => {
    const tablet = await ada.addAuthenticator("Tablet");
    await ada.signOut();
    await server.advance(28 * 24 * 3600);
    await ada.signIn(await phone.code());
    const question = ada.section("Does your authenticator still work?");
    await expect(question).toContainText("You have not used “Tablet” since ");
    await lookAt(ada.page, "security-unused");
    await question.getByRole("button", { name: "Try it now" }).click();
    await ada.dialog("Test “Tablet”").getByRole("textbox", { name: "6-digit code" }).fill(await tablet.code());
    await expect(ada.notice).toHaveText("It works: the code was right.");
    await expect(question).toBeHidden();
  });
});
