import { expect, test } from "../../support/embedding.ts";
import { KINDS } from "../../support/shop.ts";

const POLICY = ["--trusted-device-days", "30"];

for (const kind of KINDS) {
  test.describe(`the ${kind} example remembers a device`, () => {
    test("when it was ticked in the widget, until it is revoked", async ({ market, guest, anotherPage }) => {
      const ada = await guest(await market.shop(kind, ...POLICY));
      await ada.signUp();
      const { phone } = await ada.setUp();
      await ada.signOut();
      await ada.beginSignIn();
      await ada.enterCode(await phone.code());
      await ada.place.getByLabel("Trust this browser for 30 days").check();
      await ada.button("Verify").click();
      await ada.atSecurityTab();
      const [device] = (await ada.context.cookies()).filter(({ name }) => name === "device");
      expect(device).toMatchObject({ httpOnly: true, sameSite: "Lax" });

      await ada.signOut();
      await ada.givePassword();
      await ada.atSecurityTab();

      // Another browser is asked, and so is a payment.
      const elsewhere = ada.at(await anotherPage());
      await elsewhere.beginSignIn();
      await ada.page.getByRole("button", { name: "Pay 24.00 €" }).click();
      await ada.atChallenge();

      await ada.openSecurityTab();
      const devices = ada.section("Trusted browsers");
      await expect(devices.getByRole("heading", { name: /Chrome/ })).toBeVisible();
      await devices.getByRole("button", { name: "Forget", exact: true }).click();
      await expect(ada.notice).toHaveText("Forgotten. The next sign-in there asks for a code.");
      await ada.signOut();
      await ada.beginSignIn();
    });

    test("when it was ticked in the site's form, until a factor changes", async ({ market, guest }) => {
      const ada = await guest(await market.shop(kind, ...POLICY));
      await ada.signUp();
      const { phone } = await ada.setUp();
      await ada.signOut();
      await ada.beginSignIn();
      await ada.answerInOwnForm(await phone.code(), true);
      await ada.atSecurityTab();
      await ada.signOut();
      await ada.givePassword();
      await ada.atSecurityTab();
      await expect(ada.section("Trusted browsers").getByRole("heading", { name: /Chrome/ })).toBeVisible();
      await ada.button("Add authenticator app").click();
      await ada.confirmItIsMe(await phone.code());
      const tablet = await ada.scan();
      await ada.goOnToCode();
      await ada.enterCode(await tablet.code());
      await expect(ada.notice).toHaveText("The authenticator was added. Its codes work from now on.");
      await ada.signOut();
      await ada.beginSignIn();
    });
  });
}

test("a site that does not allow it remembers nothing", async ({ market, guest }) => {
  const ada = await guest(await market.shop("node"));
  await ada.signUp();
  const { phone } = await ada.setUp();
  await ada.signOut();
  await ada.beginSignIn();
  await expect(ada.place.getByRole("checkbox")).toHaveCount(0);
  await ada.answerInOwnForm(await phone.code(), true);
  await ada.atSecurityTab();
  expect((await ada.context.cookies()).map(({ name }) => name)).not.toContain("device");
});
