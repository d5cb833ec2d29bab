import type { Locator } from "@playwright/test";
import { Keyboard } from "../../support/keyboard.ts";
import { lookAt } from "../../support/look.ts";
import type { Person } from "../../support/person.ts";
import { expect, test } from "../../support/test.ts";

const DAY = 24 * 60 * 60;

test.use({ settings: { TWOFOLD_TRUSTED_DEVICE_DAYS: "14" } });

const box = (person: Person): Locator => person.page.getByRole("checkbox", { name: "Trust this browser for 14 days" });

test("a remembered device is not asked for a code until it is forgotten", async ({ protectedAda: { ada, phone }, server }) => {
  await ada.signOut();
  await ada.beginSignIn();
  await lookAt(ada.page, "challenge-remember");
  await ada.enterCode(phone.wrongCode());
  await box(ada).check();
  await ada.button("Verify").click();
  await expect(ada.trouble).toBeVisible();
  await expect(box(ada), "a wrong code unticks nothing").toBeChecked();
  await ada.enterCode(await phone.code());
  await ada.button("Verify").click();
  await ada.atSecurityTab();
  await ada.signOut();
  await server.advance(DAY);
  await ada.signIn();
  const devices = ada.section("Trusted browsers");
  await expect(devices.getByRole("listitem")).toHaveText([/^Chrome on Linux\s*Trusted since .+ Last used .+ Ends .+\s*Forget$/]);
  await lookAt(ada.page, "security-remembered-devices");
  await devices.getByRole("button", { name: "Forget", exact: true }).click();
  await expect(ada.notice).toHaveText("Forgotten. The next sign-in there asks for a code.");
  await expect(devices).toBeHidden();
  await ada.signOut();
  await ada.beginSignIn();
  await ada.enterCode(await phone.code());
  await ada.button("Verify").click();
  await ada.atSecurityTab();
});

test("the code waits for Verify while there is a box to tick after it", async ({ protectedAda: { ada, phone } }) => {
  await ada.signOut();
  await ada.beginSignIn();
  const sent: string[] = [];
  ada.page.on("request", (request) => void (request.url().endsWith("/fn/answer_challenge") && sent.push(request.url())));
  await ada.page.clock.install();
  await ada.enterCode(await phone.code());
  await ada.page.clock.fastForward(5_000);
  expect(sent).toEqual([]);
  await ada.page.keyboard.press("Enter");
  await ada.atSecurityTab();
});

test("all devices are forgotten at once, in other browsers too", async ({ protectedAda: { ada, phone }, elsewhere }) => {
  const other = await elsewhere();
  for (const person of [ada, other]) {
    if (person === ada) await ada.signOut();
    await person.beginSignIn();
    await person.enterCode(await phone.code());
    await box(person).check();
    await person.button("Verify").click();
    await person.atSecurityTab();
  }
  await expect(other.section("Trusted browsers").getByRole("listitem")).toHaveCount(2);
  await other.button("Forget all browsers").click();
  await expect(other.section("Trusted browsers")).toBeHidden();
  for (const person of [ada, other]) {
    await person.signOut();
    await person.beginSignIn();
  }
});

test("the box is reached and ticked by keyboard, and a recovery code may remember too", async ({ protectedAda: { ada, recoveryCodes } }) => {
  await ada.signOut();
  await ada.beginSignIn();
  const keyboard = new Keyboard(ada.page);
  await keyboard.goTo(box(ada));
  await ada.page.keyboard.press("Space");
  await expect(box(ada)).toBeChecked();
  await ada.enterRecoveryCode(recoveryCodes[0] ?? "");
  await ada.button("Continue").click();
  await ada.atSecurityTab();
  await ada.signOut();
  await ada.signIn();
});

test("a remembered device proves nothing: a change asks for the code", async ({ protectedAda: { ada, phone } }) => {
  await ada.signOut();
  await ada.beginSignIn();
  await ada.enterCode(await phone.code());
  await box(ada).check();
  await ada.button("Verify").click();
  await ada.atSecurityTab();
  await ada.signOut();
  await ada.signIn();
  await ada.button("Reset recovery codes").click();
  await ada.dialog("Reset recovery codes").getByRole("button", { name: "Reset recovery codes" }).click();
  await ada.confirmItIsMe(await phone.code());
  await ada.readRecoveryCodes();
  ada.page.on("dialog", (dialog) => void dialog.accept());
  await ada.openSecurityTab();
  await expect(ada.section("Trusted browsers"), "a change of factors forgets them").toBeHidden();
});
