import { expect, test } from "../../support/embedding.ts";
import { KINDS } from "../../support/shop.ts";

for (const kind of KINDS) {
  test.describe(`the ${kind} example`, () => {
    test("sets up in its account page, and asks at sign-in by the widget", async ({ market, guest }) => {
      const ada = await guest(await market.shop(kind));
      await ada.signUp();
      await expect(ada.state).toHaveText("Off");
      const { phone, recoveryCodes } = await ada.setUp();
      expect(phone.issuer).toBe("Fern & Field");
      expect(phone.account).toBe(ada.email);

      await ada.signOut();
      await ada.beginSignIn();
      await ada.enterCode(phone.wrongCode());
      await expect(ada.trouble).toContainText("tries left");
      await ada.enterCode(await phone.code());
      await ada.atSecurityTab();
      await expect(ada.state).toHaveText("On");

      // By another program's code, and by one that is used once.
      await ada.signOut();
      await market.server.advance(30);
      await ada.signIn(phone.codeByOathtool());
      await ada.signOut();
      await ada.signInByRecoveryCode(recoveryCodes[0] ?? "");
      await expect(ada.section("Recovery codes").getByText("9 of 10 left")).toBeVisible();
    });

    test("asks in its own form", async ({ market, guest }) => {
      const ada = await guest(await market.shop(kind));
      await ada.signUp();
      const { phone, recoveryCodes } = await ada.setUp();
      await ada.signOut();
      await ada.beginSignIn();
      await ada.answerInOwnForm(phone.wrongCode());
      await expect(ada.siteTrouble).toHaveText(/^The code is wrong\. 4 tries left\.\s*$/);
      await ada.answerInOwnForm("12");
      await expect(ada.siteTrouble).toHaveText(/not the form of a code/);
      await ada.answerInOwnForm(await phone.code());
      await ada.atSecurityTab();

      await ada.signOut();
      await ada.beginSignIn();
      await ada.answerInOwnForm(recoveryCodes[0] ?? "");
      await ada.atSecurityTab();
      await expect(ada.section("Recovery codes").getByText("9 of 10 left")).toBeVisible();
    });

    test("asks again before a payment, and for that alone", async ({ market, guest }) => {
      const ada = await guest(await market.shop(kind));
      await ada.signUp();
      const pay = ada.page.getByRole("button", { name: "Pay 24.00 €" });
      const thanks = ada.page.getByRole("heading", { name: "Thank you" });
      // Nothing to ask for yet.
      await pay.click();
      await expect(thanks).toBeVisible();

      await ada.openSecurityTab();
      const { phone } = await ada.setUp();
      await pay.click();
      await ada.atChallenge();
      // Not paid: the challenge still stands, and whoever goes round it gets nothing.
      await ada.page.goto(`${ada.shop.url}/account`);
      await ada.awake();
      await expect(ada.page.getByRole("button", { name: "Sign out" })).toBeVisible();
      await pay.click();
      await ada.atChallenge();
      await ada.enterCode(await phone.code());
      await expect(thanks).toBeVisible();
    });

    test("lets nobody in who says that a challenge was passed", async ({ market, guest, guards }) => {
      const ada = await guest(await market.shop(kind));
      await ada.signUp();
      await ada.setUp();
      await ada.signOut();
      await ada.beginSignIn();
      guards.expectError(/409/);
      await ada.page.evaluate(() => {
        const passed = new CustomEvent("twofold:passed", { detail: { challenge: "any" }, bubbles: true });
        document.querySelector("twofold-challenge")?.dispatchEvent(passed);
      });
      await expect(ada.siteTrouble).toContainText("The challenge was not passed yet.");
      await ada.page.goto(`${ada.shop.url}/account`);
      await expect(ada.page).toHaveURL(`${ada.shop.url}/sign-in`);
    });
  });
}
