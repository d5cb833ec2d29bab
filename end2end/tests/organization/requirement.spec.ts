import type { Page } from "@playwright/test";
import { Keyboard } from "../../support/keyboard.ts";
import { lookAt } from "../../support/look.ts";
import type { Person } from "../../support/person.ts";
import type { Server } from "../../support/server.ts";
import { expect, test } from "../../support/test.ts";

const BOB = { email: "bob@example.com", password: "another battery staple" };
const REQUIRED = "Your administrator requires two-factor authentication.";

/** The day so many days after the server's, as a date field takes it. */
function day(server: Server, ahead: number): string {
  return new Date(server.now() + ahead * 86_400_000).toISOString().slice(0, 10);
}

/** Chooses it on the page of the roles, and looks at what would happen. */
async function preview(ada: Person, who: string, when: string, date = ""): Promise<void> {
  await ada.page.goto("/organization/users");
  await ada.page.getByRole("link", { name: "Require two-factor authentication" }).click();
  await ada.page.getByLabel("Of whom").selectOption(who);
  await ada.page.getByLabel("When", { exact: true }).selectOption(when);
  await ada.page.getByLabel("Day").fill(date);
  await ada.button("Preview").click();
}

/** From the password to the QR code, and past it. */
async function setUpAtSignIn(bob: Person): Promise<{ code: () => Promise<string> }> {
  await expect(bob.page.getByText(REQUIRED)).toBeVisible();
  const { phone } = await bob.setUpToRecoveryCodes();
  await bob.button("I have saved my recovery codes").click();
  await expect(bob.heading("Two-factor authentication is on")).toBeVisible();
  await bob.button("Continue").click();
  await bob.atSecurityTab();
  await expect(bob.state).toHaveText("On");
  return { code: () => phone.code() };
}

async function post(page: Page, path: string, json: unknown): Promise<number> {
  const ask = ({ path, body }: { path: string; body: string }) =>
    fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body }).then((answer) => answer.status);
  return page.evaluate(ask, { path, body: JSON.stringify(json) });
}

test("who is forced is led to the QR code at the next sign-in, and can do nothing else before", async ({ administrator: ada, elsewhere, server }) => {
  const bob = await elsewhere(BOB);
  await bob.createAccount(server.linkFor(bob.email));
  await bob.signOut();
  await ada.page.goto("/organization/users");
  await ada.page.getByRole("link", { name: bob.email }).click();
  await expect(ada.section("Requirement")).toContainText("Not required");
  await ada.page.getByRole("link", { name: "Change requirement" }).click();
  await ada.page.getByLabel("What is required").selectOption("Required at once");
  await ada.page.getByLabel(/^Reason/).fill("New rules");
  await ada.button("Save").click();
  await expect(ada.notice).toHaveText("Saved. What is required of them has changed.");
  await expect(ada.section("Requirement")).toContainText("Required since");

  await bob.beginSignIn();
  await lookAt(bob.page, "required-sign-in");
  for (const path of ["/account/security", "/account/password", "/"]) {
    await bob.page.goto(path);
    await expect(bob.page).toHaveURL(/\/sign-in(\?next=\/account\/password)?$/);
  }
  await bob.page.goto("/sign-in/challenge");
  await bob.awake();
  expect(await post(bob.page, "/fn/turn_off", { password: bob.password, code: "000000" })).toBe(401);
  const phone = await setUpAtSignIn(bob);

  await expect(bob.page.getByText(REQUIRED)).toBeVisible();
  await expect(bob.button("Turn off")).toHaveCount(0);
  await server.advance(30);
  expect(await post(bob.page, "/fn/turn_off", { password: bob.password, code: await phone.code() }), "nor by hand").toBe(403);
  await bob.signOut();
  await bob.signIn(await phone.code());
});

test("a deadline passes, and from then on there is no way in without it", async ({ administrator: ada, elsewhere, server }) => {
  const bob = await elsewhere(BOB);
  await bob.createAccount(server.linkFor(bob.email));
  await preview(ada, "Members", "From a date", day(server, 7));
  await expect(ada.section("Preview")).toContainText(/1 of 1 person would be asked to set up at their next sign-in from .* on\./);
  await ada.button("Save").click();
  await expect(ada.notice).toHaveText("Saved. It is in force.");
  await expect(ada.section("In force")).toContainText("Required from");

  await bob.openSecurityTab();
  await expect(bob.page.getByText("Your administrator requires two-factor authentication from ")).toBeVisible();
  await lookAt(bob.page, "required-from");
  await bob.signOut();
  await bob.signIn();
  await server.advance(7 * 86_400);
  await bob.beginSignIn();
  await setUpAtSignIn(bob);
  await ada.signIn();
});

test("the preview counts who would be asked, and looking changes nothing", async ({ protectedAda: { ada }, elsewhere, server }) => {
  for (const name of ["bob", "cyd"]) {
    const one = await elsewhere({ email: `${name}@example.com`, password: "another battery staple" });
    await one.createAccount(server.linkFor(one.email));
  }
  await preview(ada, "Everybody", "At once");
  await expect(ada.section("Preview")).toContainText("2 of 3 people would be asked to set up at their next sign-in.");
  await lookAt(ada.page, "requirement-preview");
  await preview(ada, "Admins", "At once");
  await expect(ada.section("Preview")).toContainText("0 of 1 person would be asked");
  await expect(ada.section("In force")).toContainText("Not required");

  await ada.page.goto("/organization/users");
  await ada.page.getByRole("link", { name: "bob@example.com" }).click();
  await ada.page.getByRole("link", { name: "Change requirement" }).click();
  await ada.page.getByLabel("What is required").selectOption("Exempt until a day");
  await ada.button("Save").click();
  await expect(ada.page.getByLabel("Day")).toHaveAccessibleDescription(/Choose a day\./);
  await lookAt(ada.page, "user-requirement-wrong");
  await ada.page.getByLabel("Day").fill(day(server, 30));
  await ada.page.getByLabel(/^Reason/).fill("Waits for a phone");
  await ada.button("Save").click();
  await expect(ada.section("Requirement")).toContainText("Reason: Waits for a phone");
  await lookAt(ada.page, "user-exempt");
  await preview(ada, "Everybody", "At once");
  await expect(ada.section("Preview")).toContainText("1 of 3 people would be asked");
});

test("a date that has passed is refused, and it is proved who asks", async ({ protectedAda: { ada, phone }, server }) => {
  await ada.page.goto("/organization/requirement");
  await lookAt(ada.page, "requirement");
  await preview(ada, "Everybody", "From a date", day(server, -1));
  await expect(ada.page.getByLabel("Day")).toHaveAccessibleDescription(/That day is not ahead\./);
  await lookAt(ada.page, "requirement-past");
  await server.advance(6 * 60);
  await preview(ada, "Everybody", "At once");
  await expect(ada.heading("Confirm that it is you")).toBeVisible();
  await ada.page.getByLabel("Password", { exact: true }).fill(ada.password);
  await ada.field("Code from your app, or a recovery code").fill("nonsense");
  await ada.button("Save").click();
  await expect(ada.trouble).toContainText("That code is not right.");
  await lookAt(ada.page, "requirement-prove");
  await expect(ada.section("In force"), "nothing was saved").not.toContainText("Required");
  await ada.page.getByLabel("Password", { exact: true }).fill(ada.password);
  await ada.field("Code from your app, or a recovery code").fill(await phone.code());
  await ada.button("Save").click();
  await expect(ada.notice).toHaveText("Saved. It is in force.");
  await ada.page.goto("/organization/users?show=required");
  await expect(ada.section("Users").getByRole("listitem")).toHaveCount(1);
});

test("it is required by keyboard alone", async ({ administrator: ada }) => {
  const keyboard = new Keyboard(ada.page);
  await ada.page.goto("/organization/users");
  await keyboard.press(ada.page.getByRole("link", { name: "Require two-factor authentication" }));
  await keyboard.press(ada.button("Preview"));
  await expect(ada.section("Preview")).toContainText("1 of 1 person would be asked");
  await keyboard.press(ada.button("Save"));
  // In force for whoever saved it, too.
  await ada.atSecurityTab();
  await expect(ada.page.getByText("Your administrator requires two-factor authentication.")).toBeVisible();
  await expect(ada.button("Set up")).toBeVisible();
});
