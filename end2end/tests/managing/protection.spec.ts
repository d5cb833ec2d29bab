import { expect, test } from "../../support/test.ts";
import { call, cookieOf } from "../../support/wire.ts";

test.describe("recovery codes", () => {
  test("are replaced by a new set, which invalidates the old one", async ({ protectedAda: { ada, recoveryCodes } }) => {
    await ada.button("Reset recovery codes").click();
    const dialog = ada.dialog("Reset recovery codes");
    await expect(dialog.getByText("New recovery codes replace and invalidate all existing codes.")).toBeVisible();
    await dialog.getByRole("button", { name: "Reset recovery codes" }).click();
    const fresh = await ada.readRecoveryCodes();
    expect(fresh.filter((code) => recoveryCodes.includes(code))).toEqual([]);
    await expect(ada.page.getByText("The codes you had before no longer work.")).toBeVisible();
    await ada.saveRecoveryCodes();
    await expect(ada.notice).toHaveText("You have new recovery codes. The old ones no longer work.");
    await ada.signOut();
    await ada.beginSignIn();
    await ada.enterRecoveryCode(recoveryCodes[0] ?? "");
    await expect(ada.trouble).toHaveText(/^That code is not right\. .*4 tries left\.\s*$/);
    await ada.field("Recovery code").fill(fresh[0] ?? "");
    await ada.button("Verify").click();
    await expect(ada.heading("You are in")).toBeVisible();
  });

  test("are not to be had with the password alone", async ({ protectedAda: { ada, phone }, server }) => {
    await server.advance(5 * 60);
    const cookie = await cookieOf(ada.context);
    const asked = await call(server, "reset_recovery_codes", {}, cookie);
    expect([asked.status, JSON.parse(asked.body)]).toMatchObject([403, { code: "step_up_required", ask_password: true, ask_code: true }]);
    for (const proof of [{ password: ada.password, code: null }, { password: null, code: await phone.code() }, { password: null, code: null }]) {
      expect((await call(server, "step_up", proof, cookie)).status).toBe(403);
    }
    expect((await call(server, "reset_recovery_codes", {}, cookie)).status).toBe(403);
  });
});

test.describe("a change after five minutes", () => {
  test("asks who it is, and nothing is done when that is cancelled", async ({ protectedAda: { ada, phone }, server }) => {
    await server.advance(5 * 60);
    await ada.button("Reset recovery codes").click();
    const reset = ada.dialog("Reset recovery codes");
    await reset.getByRole("button", { name: "Reset recovery codes" }).click();
    const proof = ada.dialog("Confirm that it is you");
    await expect(proof.getByLabel("Password", { exact: true })).toBeFocused();
    await ada.page.keyboard.press("Escape");
    await expect(proof).toBeHidden();
    await expect(reset).toBeVisible();
    await reset.getByRole("button", { name: "Reset recovery codes" }).click();
    await ada.confirmItIsMe(await phone.code());
    await ada.readRecoveryCodes();
  });

  test("keeps what was typed when the proof is wrong", async ({ protectedAda: { ada, phone }, server }) => {
    await server.advance(5 * 60);
    await ada.button("Add authenticator app").click();
    const proof = ada.dialog("Confirm that it is you");
    const [password, code] = [proof.getByLabel("Password", { exact: true }), proof.getByRole("textbox", { name: "Code from your app, or a recovery code" })];
    await password.fill("not the password");
    await code.fill(await phone.code());
    const goOn = proof.getByRole("button", { name: "Continue" });
    // It is the proof for a change: nothing sends itself.
    await expect(goOn).toBeEnabled();
    await goOn.click();
    await expect(ada.trouble).toHaveText("That password is not right.");
    await expect(password).toBeFocused();
    await expect(code).toHaveValue(/^\d{6}$/);
    await password.fill(ada.password);
    await code.fill(phone.wrongCode());
    await goOn.click();
    await expect(ada.trouble).toHaveText(/^That code is not right\..*4 tries left\.\s*$/);
    await expect(password).toHaveValue(ada.password);
    await expect(code).toBeFocused();
    await code.fill(await phone.code());
    await goOn.click();
    await expect(ada.heading("Scan the QR code")).toBeVisible();
  });

  test("takes a recovery code as well", async ({ protectedAda: { ada, recoveryCodes }, server }) => {
    await server.advance(5 * 60);
    await ada.button("Add authenticator app").click();
    await ada.confirmItIsMe(recoveryCodes[0]);
    await expect(ada.heading("Scan the QR code")).toBeVisible();
    await ada.button("Cancel").click();
    await expect(ada.section("Recovery codes").getByText("9 of 10 left")).toBeVisible();
  });

  test("is not asked for again while setting up, however long that takes", async ({ protectedAda: { ada }, server }) => {
    await ada.button("Add authenticator app").click();
    const tablet = await ada.scan();
    await ada.goOnToCode();
    await server.advance(6 * 60);
    await ada.enterCode(await tablet.code());
    await expect(ada.authenticator("Authenticator app 2")).toBeVisible();
  });

  test("is asked of every dangerous change, and of no other", async ({ protectedAda: { ada }, server }) => {
    await ada.addAuthenticator("Tablet");
    const cookie = await cookieOf(ada.context);
    const { authenticators } = JSON.parse((await call(server, "overview", {}, cookie)).body) as { authenticators: { id: string }[] };
    const [first, second] = authenticators;
    await server.advance(5 * 60);
    const dangerous: [string, unknown][] = [
      ["begin_enrollment", { purpose: "further" }],
      ["begin_enrollment", { purpose: first?.id }],
      ["remove_authenticator", { id: second?.id }],
      ["reset_recovery_codes", {}],
    ];
    for (const [name, input] of dangerous) {
      expect((await call(server, name, input, cookie)).status, name).toBe(403);
    }
    expect((await call(server, "rename_authenticator", { id: second?.id, name: "Slate" }, cookie)).status).toBe(200);
  });

  test("asks for the password alone while nothing is set up", async ({ administrator: ada, server }) => {
    await server.advance(5 * 60);
    await ada.button("Set up").click();
    const proof = ada.dialog("Confirm that it is you");
    await expect(proof.getByRole("textbox", { name: "Code from your app, or a recovery code" })).toBeHidden();
    await ada.confirmItIsMe();
    await expect(ada.heading("Scan the QR code")).toBeVisible();
  });
});

test.describe("turning it off", () => {
  test("takes the password and a code, however recently anything was proved", async ({ protectedAda: { ada, phone, recoveryCodes } }) => {
    await ada.button("Turn off").click();
    const dialog = ada.dialog("Turn off two-factor authentication");
    const [password, code] = [dialog.getByLabel("Password", { exact: true }), dialog.getByRole("textbox", { name: "Code from your app, or a recovery code" })];
    await password.fill("not the password");
    const sent: string[] = [];
    ada.page.on("request", (request) => sent.push(new URL(request.url()).pathname));
    const turnOff = dialog.getByRole("button", { name: "Turn off" });
    await code.fill(await phone.code());
    await code.press("End");
    await expect(dialog).toBeVisible();
    expect(sent, "it sent itself at the sixth digit").not.toContain("/fn/turn_off");
    await turnOff.click();
    await expect(ada.trouble).toHaveText("That password is not right.");
    await password.fill(ada.password);
    await code.fill(phone.wrongCode());
    await turnOff.click();
    await expect(ada.trouble).toHaveText(/^That code is not right\./);
    await expect(password).toHaveValue(ada.password);
    await code.fill(await phone.code());
    await turnOff.click();
    await expect(ada.notice).toHaveText("Two-factor authentication is off.");
    await expect(ada.state).toHaveText("Off");
    await ada.signOut();
    await ada.signIn();
    // What there was is gone for good.
    const again = await ada.setUp();
    expect(again.phone.secret).not.toBe(phone.secret);
    await ada.signOut();
    await ada.beginSignIn();
    await ada.enterRecoveryCode(recoveryCodes[0] ?? "");
    await expect(ada.trouble).toHaveText(/^That code is not right\./);
  });

  test("can be done with a recovery code", async ({ protectedAda: { ada, recoveryCodes } }) => {
    await ada.button("Turn off").click();
    const dialog = ada.dialog("Turn off two-factor authentication");
    await dialog.getByLabel("Password", { exact: true }).fill(ada.password);
    await dialog.getByRole("textbox", { name: "Code from your app, or a recovery code" }).fill(recoveryCodes[0] ?? "");
    await dialog.getByRole("button", { name: "Turn off" }).click();
    await expect(ada.state).toHaveText("Off");
  });

  test("signs out every other browser", async ({ protectedAda: { ada, phone, recoveryCodes }, elsewhere }) => {
    const other = await elsewhere();
    await other.signIn(await phone.code());
    await ada.button("Turn off").click();
    const dialog = ada.dialog("Turn off two-factor authentication");
    await dialog.getByLabel("Password", { exact: true }).fill(ada.password);
    await dialog.getByRole("textbox", { name: "Code from your app, or a recovery code" }).fill(recoveryCodes[0] ?? "");
    await dialog.getByRole("button", { name: "Turn off" }).click();
    await expect(ada.state).toHaveText("Off");
    await other.button("Add authenticator app").click();
    await expect(other.trouble).toHaveText(/^You were signed out\. Sign in again$/);
    await other.page.getByRole("link", { name: "Sign in again" }).click();
    await expect(other.heading("Sign in")).toBeVisible();
  });
});

test("recent activity lists what happened, newest first", async ({ protectedAda: { ada, phone, recoveryCodes } }) => {
  const activity = ada.section("Recent activity").getByRole("listitem");
  const lines = async () => {
    await ada.openSecurityTab();
    return (await activity.allInnerTexts()).map((line) => line.split("\n")[0]?.trim());
  };
  expect(await lines()).toEqual(["Two-factor authentication turned on", "Account created"]);
  await ada.signOut();
  await ada.beginSignIn();
  await ada.enterCode(phone.wrongCode());
  await expect(ada.trouble).toBeVisible();
  await ada.enterCode(await phone.code());
  await ada.atSecurityTab();
  expect((await lines()).slice(0, 3)).toEqual([
    "Signed in with a code of “Authenticator app”",
    "Wrong code at sign-in",
    "Two-factor authentication turned on",
  ]);
  await expect(activity.first()).toContainText("Just now");
  await expect(activity.first()).toContainText(/Chrom/);
  await expect(activity.first()).toContainText("127.0.0.1");
  await ada.signOut();
  await ada.signInByRecoveryCode(recoveryCodes[0] ?? "");
  expect(await lines()).toContain("Signed in with a recovery code");
  // Whoever did not do it is told what helps.
  await ada.page.getByText("This was not me", { exact: true }).click();
  await ada.page.getByRole("link", { name: "Change password" }).click();
  await expect(ada.heading("Change password")).toBeVisible();
});
