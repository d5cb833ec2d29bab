import { Keyboard } from "../../support/keyboard.ts";
import { Phone } from "../../support/phone.ts";
import { expect, test } from "../../support/test.ts";

test("the whole of it, from the first link to signing in, needs no mouse, and the focus is always to be seen", async ({ ada, server, secrets, world: _ }) => {
  const keyboard = new Keyboard(ada.page);
  await ada.openLink(server.firstLink);
  await keyboard.typeInto(ada.field("E-mail"), ada.email);
  await keyboard.typeInto(ada.page.getByLabel("Password", { exact: true }), ada.password);
  await keyboard.press(ada.button("Create account"));
  await ada.atSecurityTab();

  await keyboard.press(ada.button("Set up"));
  await expect(ada.heading("Scan the QR code")).toBeFocused();
  const phone = await Phone.scan(ada.qrCode, server, secrets);
  await keyboard.press(ada.page.locator("summary", { hasText: "Can't scan QR code?" }));
  await expect(ada.page.getByRole("definition").first()).toBeVisible();
  await keyboard.press(ada.button("Next"));
  await expect(ada.field("6-digit code")).toBeFocused();
  await ada.page.keyboard.type(await phone.code());
  await expect(ada.heading("Save your recovery codes")).toBeFocused();
  const [code] = await ada.readRecoveryCodes();
  await keyboard.press(ada.button("I have saved my recovery codes"));
  await expect(ada.heading("Two-factor authentication")).toBeFocused();

  await keyboard.pressBackwards(ada.button("Sign out"));
  await expect(ada.heading("Sign in")).toBeVisible();
  await keyboard.typeInto(ada.field("E-mail"), ada.email);
  await keyboard.typeInto(ada.page.getByLabel("Password", { exact: true }), ada.password);
  await ada.page.keyboard.press("Enter");
  await ada.atChallenge();
  await keyboard.typeInto(ada.field("6-digit code"), await phone.code());
  await ada.atSecurityTab();

  await keyboard.press(ada.button("Reset recovery codes"));
  const dialog = ada.dialog("Reset recovery codes");
  await expect(dialog).toBeVisible();
  await ada.page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(ada.button("Reset recovery codes")).toBeFocused();

  await keyboard.pressBackwards(ada.button("Sign out"));
  await keyboard.typeInto(ada.field("E-mail"), ada.email);
  await keyboard.typeInto(ada.page.getByLabel("Password", { exact: true }), ada.password);
  await ada.page.keyboard.press("Enter");
  await ada.atChallenge();
  await keyboard.press(ada.button("Use a recovery code"));
  await expect(ada.field("Recovery code")).toBeFocused();
  await ada.page.keyboard.type(code ?? "");
  await ada.page.keyboard.press("Enter");
  await expect(ada.heading("You are in")).toBeFocused();
  await keyboard.press(ada.button("Continue"));
  await ada.atSecurityTab();
});

test("the first stop of the keyboard is the way past the navigation", async ({ administrator: ada }) => {
  await ada.page.keyboard.press("Tab");
  const skip = ada.page.getByRole("link", { name: "Skip to content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await ada.page.keyboard.press("Enter");
  await ada.page.keyboard.press("Tab");
  await expect(ada.button("Set up")).toBeFocused();
});
