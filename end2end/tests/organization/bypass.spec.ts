import { lookAt } from "../../support/look.ts";
import { Keyboard } from "../../support/keyboard.ts";
import type { Person } from "../../support/person.ts";
import { expect, test } from "../../support/test.ts";

const BOB = { email: "bob@example.com", password: "another battery staple" };

/** The page on which an administrator issues a code for him. */
async function goToBypassCode(ada: Person): Promise<void> {
  await ada.page.goto("/organization/users");
  await ada.page.getByRole("link", { name: BOB.email }).click();
  await ada.page.getByRole("link", { name: "Bypass code" }).click();
  await expect(ada.heading("Bypass code for “bob@example.com”")).toBeVisible();
}

async function issue(ada: Person, minutes = "15"): Promise<string> {
  await goToBypassCode(ada);
  await ada.field("Reason").fill("The phone is lost; I called back.");
  await ada.field("Minutes until it expires").fill(minutes);
  await ada.button("Issue bypass code").click();
  const code = await ada.field("Bypass code").inputValue();
  expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
  ada.world.secrets.addBearer("bypass code", code);
  return code;
}

/** Without the phone: the one field takes it. */
async function answer(bob: Person, code: string): Promise<number> {
  const answered = bob.page.waitForResponse(/answer_challenge/);
  await bob.field("6-digit code").fill(code.toLowerCase().replaceAll("-", " "));
  await bob.button("Verify").click();
  return (await answered).status();
}

test("a lost phone: a bypass code, and then a new authenticator", async ({ administrator: ada, elsewhere, server }) => {
  // Two people's whole way, with six screens that are looked at in every width and theme.
  test.slow();
  const bob = await elsewhere(BOB);
  await bob.createAccount(server.linkFor(bob.email));
  const { phone: lost } = await bob.setUp();
  await bob.signOut();

  await goToBypassCode(ada);
  await expect(ada.field("Reason"), "the first field has the focus").toBeFocused();
  await lookAt(ada.page, "bypass-code");
  await ada.field("Reason").fill("  ");
  await ada.field("Minutes until it expires").fill("61");
  await ada.button("Issue bypass code").click();
  await expect(ada.field("Reason")).toHaveAccessibleDescription(/Fill this in\./);
  await expect(ada.field("Minutes until it expires")).toHaveAccessibleDescription(/from 1 to 60\./);
  await lookAt(ada.page, "bypass-code-refused");
  const code = await issue(ada);
  await lookAt(ada.page, "bypass-code-issued");
  await ada.page.getByRole("link", { name: "Done" }).click();
  await expect(ada.section("Recent activity")).toContainText("Bypass code issued by your administrator");
  await expect(ada.page.getByText(code), "it is shown once").toHaveCount(0);

  await bob.beginSignIn();
  expect(await answer(bob, code)).toBe(200);
  await bob.atSecurityTab();
  await expect(bob.page.getByText("You signed in with a bypass code, which works once.")).toBeVisible();
  await lookAt(bob.page, "security-bypassed");
  await bob.section("Authenticators").getByRole("button", { name: "Replace" }).click();
  const found = await bob.scan();
  await bob.goOnToCode();
  await bob.enterCode(await found.code());
  await expect(bob.notice).toHaveText("The authenticator was replaced. The old one no longer works.");
  await expect(bob.page.getByText("You signed in with a bypass code, which works once.")).toHaveCount(0);
  await bob.signOut();

  await bob.beginSignIn();
  await bob.enterCode(await lost.code());
  await expect(bob.trouble, "the old one's codes no longer work").toBeVisible();
  expect(await answer(bob, code), "and the bypass code worked once").toBe(422);
  await bob.enterCode(await found.code());
  await bob.atSecurityTab();

  await ada.page.goto("/organization/audit?email=bob%40example.com");
  const log = ada.page.getByRole("main").getByRole("listitem");
  await expect(log.filter({ hasText: "Bypass code issued" })).toContainText("By ada@example.com");
  await expect(log.filter({ hasText: "Bypass code issued" })).toContainText("The phone is lost; I called back.");
  await expect(log.filter({ hasText: "A bypass code was used" })).toHaveCount(1);
  await expect(log.filter({ hasText: /Authenticator .* replaced/ })).toHaveCount(1);
  await lookAt(ada.page, "audit-bypass-code");
});

test("a bypass code expires, and a newer one ends it", async ({ administrator: ada, elsewhere, server }) => {
  const bob = await elsewhere(BOB);
  await bob.createAccount(server.linkFor(bob.email));
  await bob.setUp();
  await bob.signOut();
  const older = await issue(ada);
  const newer = await issue(ada, "2");
  await bob.beginSignIn();
  expect(await answer(bob, older)).toBe(422);
  await server.advance(2 * 60);
  expect(await answer(bob, newer)).toBe(422);
  expect(await answer(bob, await issue(ada))).toBe(200);
  await bob.atSecurityTab();
});

test("a bypass code is issued by keyboard alone", async ({ administrator: ada, elsewhere, server }) => {
  const bob = await elsewhere(BOB);
  await bob.createAccount(server.linkFor(bob.email));
  await bob.setUp();
  await goToBypassCode(ada);
  const keyboard = new Keyboard(ada.page);
  await keyboard.typeInto(ada.field("Reason"), "Left the phone at home");
  await keyboard.press(ada.button("Issue bypass code"));
  await expect(ada.field("Bypass code")).toHaveValue(/^.{4}-.{4}-.{4}$/);
  await expect(ada.page.getByText("It signs in once, until")).toBeVisible();
});
