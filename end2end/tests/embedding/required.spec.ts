import { expect, test } from "../../support/embedding.ts";
import { KINDS } from "../../support/shop.ts";

const POLICY = ["--require-two-factor", "yes"];

for (const kind of KINDS) {
  test(`the ${kind} example has people set up where it is required, and lets them in with that`, async ({ market, guest }) => {
    const ada = await guest(await market.shop(kind, ...POLICY));
    await ada.signUp();
    await ada.signOut();
    await ada.beginSignIn();
    await ada.page.goto(`${ada.shop.url}/account`);
    await expect(ada.page).toHaveURL(`${ada.shop.url}/sign-in`);

    await ada.beginSignIn();
    const { phone } = await ada.setUpToRecoveryCodes();
    await ada.button("I have saved my recovery codes").click();
    await ada.atSecurityTab();
    await expect(ada.state).toHaveText("On");

    await ada.signOut();
    await ada.signIn(await phone.code());
  });
}
