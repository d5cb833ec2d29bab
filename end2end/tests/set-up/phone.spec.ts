import { Phone } from "../../support/phone.ts";
import { lookAt } from "../../support/look.ts";
import type { Person } from "../../support/person.ts";
import { expect, test } from "../../support/test.ts";

const ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36";
const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";

/** Up to where the app is to be opened. Here no app opens: what the link holds is what the app would get. */
async function begin(ada: Person): Promise<Phone> {
  await ada.page.evaluate(() => {
    const stay = (event: Event) => (event.target as Element).closest("a[href^=otpauth]") && event.preventDefault();
    document.addEventListener("click", stay);
  });
  await ada.button("Set up").click();
  await expect(ada.heading("Add this account to your app")).toBeFocused();
  const uri = await add(ada).getAttribute("href");
  return new Phone(uri ?? "", ada.world.server, ada.world.secrets);
}

const add = (ada: Person) => ada.page.getByRole("link", { name: "Add to authenticator app" });

/** Another app comes before the page, or goes. */
async function see(ada: Person, hidden: boolean): Promise<void> {
  await ada.page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  }, hidden);
}

test.describe("setting up on an Android phone", () => {
  test.use({ userAgent: ANDROID, viewport: { width: 390, height: 844 } });

  test("opens the app, and whoever comes back from it finds the field for the code", async ({ administrator: ada }) => {
    const phone = await begin(ada);
    await lookAt(ada.page, "set-up-1-phone");
    await add(ada).click();
    await see(ada, true);
    await see(ada, false);
    await expect(ada.field("6-digit code")).toBeFocused();
    // The phone may have forgotten the page meanwhile.
    await ada.page.reload();
    await ada.awake();
    await expect(ada.field("6-digit code")).toBeFocused();
    await ada.enterCode(await phone.code());
    await ada.readRecoveryCodes();
    await ada.saveRecoveryCodes();
    await expect(ada.authenticator("Android phone")).toBeVisible();
  });

  test("links to the Play Store and to no other, and stays where it is for whoever was there", async ({ administrator: ada }) => {
    await begin(ada);
    const stores = ada.page.getByRole("link", { name: /Store$/ });
    await expect(stores).toHaveText(["Google Authenticator, Play Store", "Microsoft Authenticator, Play Store"]);
    await add(ada).click();
    // There was no app to open.
    await stores.first().evaluate((link) => link.addEventListener("click", (event) => event.preventDefault()));
    await stores.first().click();
    await see(ada, true);
    await see(ada, false);
    await expect(ada.heading("Add this account to your app")).toBeVisible();
    // Another tab, or the lock of the screen, leads nowhere either.
    await ada.page.reload();
    await ada.awake();
    await see(ada, true);
    await see(ada, false);
    await expect(ada.heading("Add this account to your app")).toBeVisible();
  });

  test("keeps QR code and key for whoever has the app on another device", async ({ administrator: ada }) => {
    const { secret } = await begin(ada);
    await expect(ada.qrCode).toBeHidden();
    await ada.page.getByText("On another device?").click();
    expect((await ada.readAgain()).secret).toBe(secret);
    await expect(ada.page.getByRole("definition").first()).toContainText(secret.replaceAll(/.{4}(?=.)/g, "$& "));
    await lookAt(ada.page, "set-up-1-phone-elsewhere");
    await ada.button("Next").click();
    await expect(ada.field("6-digit code")).toBeFocused();
  });
});

test.describe("setting up on an iPhone", () => {
  test.use({ userAgent: IPHONE, viewport: { width: 390, height: 844 } });

  test("links to the App Store, and calls the authenticator like the phone", async ({ administrator: ada }) => {
    const phone = await begin(ada);
    const stores = ada.page.getByRole("link", { name: /Store$/ });
    await expect(stores).toHaveText(["Google Authenticator, App Store", "Microsoft Authenticator, App Store"]);
    await ada.button("Next").click();
    await ada.enterCode(await phone.code());
    await ada.readRecoveryCodes();
    await ada.saveRecoveryCodes();
    await expect(ada.authenticator("iPhone")).toBeVisible();
  });
});
