import { Keyboard } from "../../support/keyboard.ts";
import { expect, test } from "../../support/test.ts";

const BOB = { email: "bob@example.com", password: "another battery staple" };

test("somebody who lost everything is reset by an administrator, and sets up again", async ({ administrator: ada, elsewhere, server }) => {
  const bob = await elsewhere(BOB);
  await bob.createAccount(server.linkFor(bob.email));
  await bob.setUp();
  await ada.page.getByRole("link", { name: "Organization" }).click();
  await expect(ada.heading("Users")).toBeVisible();
  await ada.page.getByLabel("Search by name or e-mail").fill("BOB");
  await ada.button("Search").click();
  await expect(ada.section("Users").getByRole("listitem")).toHaveText([/^bob@example\.com\s*Protected$/]);
  await ada.page.getByRole("link", { name: bob.email }).click();
  await expect(ada.section("Two-factor authentication")).toContainText("10 of 10 left");
  await ada.page.getByRole("link", { name: "Reset two-factor authentication" }).click();
  await expect(ada.page.getByText("They are signed out everywhere")).toBeVisible();
  await expect(ada.field("Reason"), "the first field has the focus").toBeFocused();
  await ada.field("Reason").fill("   ");
  await ada.button("Reset two-factor authentication").click();
  await expect(ada.field("Reason")).toHaveAccessibleDescription(/Fill this in\./);
  await ada.field("Reason").fill("Lost the phone; I called back.");
  await ada.button("Reset two-factor authentication").click();
  await expect(ada.notice).toContainText("Two-factor authentication was reset.");
  await expect(ada.section("Recent activity")).toContainText("By ada@example.com");
  await expect(ada.section("Recent activity")).toContainText("Reason: Lost the phone; I called back.");
  await expect(ada.page.getByRole("link", { name: "Reset two-factor authentication" })).toHaveCount(0);
  await bob.page.goto("/account/security");
  await expect(bob.heading("Sign in"), "every session has ended").toBeVisible();
  await bob.signIn();
  await expect(bob.state).toHaveText("Off");
  await expect(bob.section("Recent activity")).toContainText("Two-factor authentication reset by your administrator");
  await bob.setUp();
});

test("somebody who typed wrong codes is unlocked", async ({ administrator: ada, elsewhere, server }) => {
  const bob = await elsewhere(BOB);
  await bob.createAccount(server.linkFor(bob.email));
  const { phone } = await bob.setUp();
  await bob.signOut();
  await bob.beginSignIn();
  for (const wait of [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32]) {
    await server.advance(wait);
    const answer = bob.page.waitForResponse(/answer_challenge/);
    await bob.page.evaluate(
      (code) => fetch("/fn/answer_challenge", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ text: code }) }),
      phone.wrongCode(),
    );
    expect((await answer).status()).toBe(422);
  }
  await ada.page.goto("/organization/users");
  await ada.page.getByLabel("Show").selectOption("Locked");
  await ada.button("Search").click();
  await expect(ada.section("Users").getByRole("listitem")).toHaveText([/^bob@example\.com\s*Protected\s*Locked for 6\d seconds$/]);
  await ada.page.getByRole("link", { name: bob.email }).click();
  await expect(ada.page.getByText("Too many wrong codes of an app.")).toBeVisible();
  await ada.page.getByRole("link", { name: "Unlock" }).click();
  await ada.button("Unlock").click();
  await expect(ada.notice).toHaveText("Unlocked. The next code or password is judged at once.");
  await expect(ada.page.getByText("Too many wrong codes")).toHaveCount(0);
  await bob.signIn(await phone.code());
});

test("a user is found and reset by keyboard alone", async ({ administrator: ada, elsewhere, server }) => {
  const bob = await elsewhere(BOB);
  await bob.createAccount(server.linkFor(bob.email));
  await bob.setUp();
  const keyboard = new Keyboard(ada.page);
  await keyboard.press(ada.page.getByRole("link", { name: "Organization" }));
  await keyboard.typeInto(ada.page.getByLabel("Search by name or e-mail"), "bob");
  await ada.page.keyboard.press("Enter");
  await expect(ada.page).toHaveURL(/search=bob/);
  await keyboard.press(ada.page.getByRole("link", { name: bob.email }));
  await keyboard.press(ada.page.getByRole("link", { name: "Reset two-factor authentication" }));
  await keyboard.typeInto(ada.field("Reason"), "Lost the phone");
  await keyboard.press(ada.button("Reset two-factor authentication"));
  await expect(ada.notice).toContainText("Two-factor authentication was reset.");
});

test("of a page that nobody is on the way back is shown", async ({ administrator: ada }) => {
  await ada.page.goto("/organization/users?search=nobody");
  await expect(ada.page.getByText("Nobody here matches that.")).toBeVisible();
  await ada.page.getByRole("link", { name: "Show everybody" }).click();
  await expect(ada.section("Users").getByRole("listitem")).toHaveCount(1);
});
