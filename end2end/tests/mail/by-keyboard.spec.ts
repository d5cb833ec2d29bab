import { Keyboard } from "../../support/keyboard.ts";
import { PostOffice } from "../../support/post-office.ts";
import { expect, test as base } from "../../support/test.ts";

const test = base.extend<{ office: PostOffice }>({
  office: async ({}, use) => {
    const office = await PostOffice.open();
    await use(office);
    await office.close();
  },
  settings: async ({ office }, use) => {
    await use({ TWOFOLD_SMTP_URL: office.url, TWOFOLD_MAIL_FROM: "twofold@example.com", TWOFOLD_EMAIL_CODES: "true" });
  },
});

test("codes by mail are set up and sign in without a mouse", async ({ office, administrator: ada }) => {
  const keyboard = new Keyboard(ada.page);
  await keyboard.press(ada.button("Set up e-mail codes"));
  await expect(ada.field("8-digit code")).toBeFocused();
  await ada.page.keyboard.type(await office.code(1));
  await expect(ada.heading("Save your recovery codes")).toBeFocused();
  await ada.readRecoveryCodes();
  await keyboard.press(ada.button("I have saved my recovery codes"));
  await expect(ada.heading("Two-factor authentication")).toBeFocused();

  await keyboard.pressBackwards(ada.button("Sign out"));
  await keyboard.typeInto(ada.field("E-mail"), ada.email);
  await keyboard.typeInto(ada.page.getByLabel("Password", { exact: true }), ada.password);
  await ada.page.keyboard.press("Enter");
  await ada.atChallenge();
  // It is the only way: the letter goes out by itself.
  await expect(ada.field("8-digit code")).toBeFocused();
  await ada.page.keyboard.type(await office.code(2));
  await ada.atSecurityTab();
});

test("somebody is invited and joins without a mouse", async ({ administrator: ada, elsewhere, secrets }) => {
  const keyboard = new Keyboard(ada.page);
  await ada.page.goto("/organization/users");
  await keyboard.press(ada.page.getByRole("link", { name: "Add user" }));
  await expect(ada.field("E-mail")).toBeFocused();
  await ada.page.keyboard.type("bob@example.com");
  await keyboard.goTo(ada.page.getByLabel("Require two-factor authentication"));
  await ada.page.keyboard.press("Space");
  await keyboard.press(ada.button("Invite"));
  await expect(ada.heading("Invitation")).toBeVisible();
  const link = await ada.field("Link").inputValue();
  secrets.addBearer("the secret of an invitation", new URL(link).hash.slice(1));

  const bob = await elsewhere({ email: "bob@example.com", password: "another battery staple" });
  await bob.page.goto(link);
  const other = new Keyboard(bob.page);
  await other.typeInto(bob.page.getByLabel("Password", { exact: true }), bob.password);
  await other.press(bob.button("Set password and sign in"));
  await bob.atChallenge();
  await other.press(bob.button("Set up"));
  await expect(bob.heading("Scan the QR code")).toBeFocused();
});
