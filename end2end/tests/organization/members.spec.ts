import { lookAt } from "../../support/look.ts";
import type { Person } from "../../support/person.ts";
import { PostOffice, recipient } from "../../support/post-office.ts";
import { expect, test as base } from "../../support/test.ts";

const BOB = { email: "bob@example.com", password: "another battery staple" };

const test = base.extend<{ office: PostOffice }>({
  office: async ({}, use) => {
    const office = await PostOffice.open();
    await use(office);
    await office.close();
  },
});

/** The same, with a mail server. */
const mailed = test.extend({
  settings: async ({ office }, use) => use({ TWOFOLD_SMTP_URL: office.url, TWOFOLD_MAIL_FROM: "twofold@example.com" }),
});

interface Member {
  email: string;
  name?: string;
  role?: string;
  required?: boolean;
}

/** Adds somebody, and answers the link that is shown. */
async function add(ada: Person, { email, name = "Bob B.", role = "member", required = false }: Member): Promise<string> {
  await ada.page.goto("/organization/users");
  await ada.page.getByRole("link", { name: "Add user" }).click();
  await expect(ada.field("E-mail"), "the first field has the focus").toBeFocused();
  await ada.field("E-mail").fill(email);
  await ada.field("Name (may stay empty)").fill(name);
  await ada.page.getByLabel("Role").selectOption(role);
  await ada.page.getByLabel("Require two-factor authentication").setChecked(required);
  await ada.button("Invite").click();
  return shownLink(ada);
}

async function shownLink(ada: Person): Promise<string> {
  await expect(ada.heading("Invitation")).toBeVisible();
  const link = await ada.field("Link").inputValue();
  ada.world.secrets.addBearer("the secret of an invitation", new URL(link).hash.slice(1));
  return link;
}

/** Opens the link, which opens the invitation by itself. */
async function open(bob: Person, link: string): Promise<void> {
  await bob.page.goto(link);
  await expect(bob.page).toHaveURL(/\/invitation$/);
}

async function join(bob: Person, link: string): Promise<void> {
  await open(bob, link);
  await bob.page.getByLabel("Password", { exact: true }).fill(bob.password);
  await bob.button("Set password and sign in").click();
  await bob.atSecurityTab();
}

/** From the list to the page of this person, and on to what is done with them. */
async function choose(ada: Person, email: string, action: string): Promise<void> {
  await ada.page.goto("/organization/users");
  await ada.page.getByRole("link", { name: email }).click();
  await ada.page.getByRole("link", { name: action, exact: true }).click();
}

mailed("somebody is added, gets a letter, follows it, chooses a password and signs in", async ({ administrator: ada, elsewhere, office }) => {
  const shown = await add(ada, BOB);
  await expect(ada.page.getByText("It is on its way by mail, too.")).toBeVisible();
  const letter = await office.letter(/^You are invited · Twofold$/);
  expect(recipient(letter)).toBe(BOB.email);
  expect(letter.text).toContain("ada@example.com invites you to have an account at Twofold.");
  const link = /http:\/\/\S+\/invitation#[0-9a-f]{64}/.exec(letter.text ?? "")?.[0] ?? "";
  expect(link).toBe(shown);
  const bob = await elsewhere(BOB);
  await open(bob, link);
  await expect(bob.page.getByText("Bob B.")).toBeVisible();
  await expect(bob.page.getByText(BOB.email)).toBeVisible();
  await expect(bob.page.getByText("ada@example.com")).toBeVisible();
  await expect(bob.page.getByLabel("Password", { exact: true })).toBeFocused();
  await bob.page.getByLabel("Password", { exact: true }).fill("password1");
  await bob.button("Set password and sign in").click();
  await expect(bob.trouble).toContainText("among the most common ones");
  await bob.page.getByLabel("Password", { exact: true }).fill(bob.password);
  await bob.button("Set password and sign in").click();
  await bob.atSecurityTab();
  await bob.signOut();
  await bob.signIn();
  await ada.page.goto("/organization/users?search=bob%20b");
  await expect(ada.section("Users").getByRole("listitem")).toHaveText([/^bob@example\.com\s*Bob B\.\s*Not protected$/]);
});

test("of whom two-factor authentication is required is led to the QR code, and in after it", async ({ administrator: ada, elsewhere }) => {
  const link = await add(ada, { ...BOB, required: true });
  const bob = await elsewhere(BOB);
  await open(bob, link);
  await bob.page.getByLabel("Password", { exact: true }).fill(bob.password);
  await bob.button("Set password and sign in").click();
  await bob.atChallenge();
  await expect(bob.page.getByText("Your administrator requires two-factor authentication.")).toBeVisible();
  await bob.page.goto("/account/security");
  await expect(bob.heading("Sign in"), "nothing is open before").toBeVisible();
  await bob.givePassword();
  await bob.atChallenge();
  const { phone } = await bob.setUpToRecoveryCodes();
  await bob.button("I have saved my recovery codes").click();
  await expect(bob.heading("Two-factor authentication is on")).toBeVisible();
  await bob.button("Continue").click();
  await bob.atSecurityTab();
  await expect(bob.button("Turn off")).toHaveCount(0);
  await bob.signOut();
  await bob.signIn(await phone.code());
});

mailed("another address is told to the old one and to the new one", async ({ administrator: ada, elsewhere, office }) => {
  const bob = await elsewhere(BOB);
  await join(bob, await add(ada, BOB));
  await choose(ada, BOB.email, "Edit");
  await ada.field("E-mail").fill("robert@example.com");
  await ada.button("Save").click();
  await expect(ada.notice).toHaveText("Saved.");
  await expect(ada.heading("robert@example.com")).toBeVisible();
  const told = () => office.letters.filter((one) => one.subject === "Your e-mail address was changed · Twofold").map(recipient).sort();
  await expect.poll(told, { timeout: 20_000 }).toEqual([BOB.email, "robert@example.com"]);
});

test("a link is copied, used once, sent again and withdrawn", async ({ administrator: ada, elsewhere, server }) => {
  await ada.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const first = await add(ada, BOB);
  await expect(ada.page.getByText("This server sends no mail: hand the link over yourself.")).toBeVisible();
  await ada.button("Copy").click();
  await expect(ada.page.getByText("Copied.")).toBeVisible();
  expect(await ada.page.evaluate(() => navigator.clipboard.readText())).toBe(first);
  await ada.page.getByRole("link", { name: "Done" }).click();
  await expect(ada.section("Account")).toContainText("Invited, until ");
  await ada.page.getByRole("link", { name: "Send invitation again" }).click();
  await ada.button("Send invitation again").click();
  const second = await shownLink(ada);
  const bob = await elsewhere(BOB);
  await open(bob, first);
  await expect(bob.trouble).toContainText("That invitation was used or replaced, or it has expired.");
  await join(bob, second);
  await bob.signOut();
  await open(bob, second);
  await expect(bob.trouble).toContainText("That invitation was used or replaced, or it has expired.");

  const third = await add(ada, { email: "cyd@example.com" });
  await server.advance(7 * 24 * 3600);
  const cyd = await elsewhere({ email: "cyd@example.com", password: BOB.password });
  await open(cyd, third);
  await expect(cyd.trouble).toContainText("it has expired");
  await ada.signIn();
  await ada.page.goto("/organization/users?show=invited");
  await expect(ada.section("Users").getByRole("listitem")).toHaveText([/^cyd@example\.com\s*Bob B\.\s*Invitation expired$/]);
  await choose(ada, "cyd@example.com", "Withdraw invitation");
  await ada.button("Withdraw invitation").click();
  await expect(ada.notice).toHaveText("The invitation was withdrawn.");
  await expect(ada.section("Users").getByRole("listitem")).toHaveCount(2);
});

test("an address that somebody has is refused, and what was typed stays", async ({ administrator: ada }) => {
  await ada.page.goto("/organization/users/new");
  await ada.field("E-mail").fill("ADA@example.com");
  await ada.field("Name (may stay empty)").fill("Another Ada");
  await ada.page.getByLabel("Role").selectOption("admin");
  await ada.page.getByLabel("Require two-factor authentication").check();
  await ada.button("Invite").click();
  await expect(ada.field("E-mail")).toHaveAccessibleDescription(/Somebody here has that e-mail address already\./);
  await expect(ada.field("E-mail")).toBeFocused();
  await expect(ada.field("Name (may stay empty)")).toHaveValue("Another Ada");
  await expect(ada.page.getByLabel("Role")).toHaveValue("admin");
  await expect(ada.page.getByLabel("Require two-factor authentication")).toBeChecked();
});

test("roles change, and the last admin stays one", async ({ administrator: ada, elsewhere }) => {
  const bob = await elsewhere(BOB);
  await join(bob, await add(ada, BOB));
  await choose(ada, ada.email, "Make member");
  await expect(ada.page.getByText("This is your own account: you are signed out as well.")).toBeVisible();
  await ada.button("Make member").click();
  await expect(ada.trouble).toHaveText("Nothing was done: this is the last active admin. Make somebody else admin first.");
  await choose(ada, ada.email, "Deactivate");
  await ada.button("Deactivate").click();
  await expect(ada.trouble).toContainText("this is the last active admin");
  await choose(ada, BOB.email, "Make admin");
  await ada.button("Make admin").click();
  await expect(ada.notice).toHaveText("The role was changed. They sign in again.");
  await bob.page.reload();
  await expect(bob.heading("Sign in"), "the new role begins with a sign-in").toBeVisible();
  await bob.signIn();
  await bob.page.goto("/organization/users");
  await expect(bob.heading("Users")).toBeVisible();
  await choose(bob, ada.email, "Make member");
  await bob.button("Make member").click();
  await ada.page.goto("/organization/users");
  await expect(ada.heading("Sign in")).toBeVisible();
});

test("somebody is deactivated, is out at once, and comes back with the same factors", async ({ administrator: ada, elsewhere }) => {
  const bob = await elsewhere(BOB);
  await join(bob, await add(ada, BOB));
  const { phone } = await bob.setUp();
  await choose(ada, BOB.email, "Deactivate");
  await ada.button("Deactivate").click();
  await expect(ada.notice).toHaveText("Deactivated. They are signed out everywhere.");
  await bob.page.reload();
  await expect(bob.heading("Sign in")).toBeVisible();
  await bob.givePassword();
  await expect(bob.trouble).toHaveText("The e-mail or the password is not right.");
  await ada.page.getByRole("link", { name: "Reactivate" }).click();
  await ada.button("Reactivate").click();
  await expect(ada.notice).toHaveText("Reactivated. They can sign in again.");
  await bob.signIn(await phone.code());
});

test("every state of it, in every light and width", async ({ administrator: ada, elsewhere, server }) => {
  test.setTimeout(180_000);
  const { page } = ada;
  const email = "bob-with-a-rather-long-address@a-rather-long-host-name.example.com";
  await page.goto("/organization/users/new");
  await lookAt(page, "member-new");
  await ada.field("E-mail").fill("nobody");
  await page.evaluate(() => document.querySelector<HTMLFormElement>("form.fields")?.setAttribute("novalidate", ""));
  await ada.button("Invite").click();
  await expect(ada.trouble).toBeVisible();
  await lookAt(page, "member-new-wrong");
  const link = await add(ada, { email, name: "A name that is as long as the name of somebody may ever become", role: "admin" });
  await lookAt(page, "member-link");
  await page.getByRole("link", { name: "Done" }).click();
  await lookAt(page, "member-invited");
  await page.goto("/organization/users");
  await lookAt(page, "members");
  const bob = await elsewhere({ email, password: BOB.password });
  await bob.page.goto("/invitation");
  await lookAt(bob.page, "invitation-closed");
  await open(bob, link);
  await expect(bob.page.getByLabel("Password", { exact: true })).toBeVisible();
  await lookAt(bob.page, "invitation");
  await bob.page.getByLabel("Password", { exact: true }).fill("password1");
  await bob.button("Set password and sign in").click();
  await lookAt(bob.page, "invitation-weak-password");
  await join(bob, link);
  await open(bob, link);
  await expect(bob.trouble).toBeVisible();
  await lookAt(bob.page, "invitation-gone");
  await server.advance(6 * 60);
  for (const action of ["Edit", "Make member", "Deactivate"]) {
    await choose(ada, email, action);
    await lookAt(page, `member-${action.toLowerCase().replace(" ", "-")}`);
  }
  await page.getByLabel("Password", { exact: true }).fill(ada.password);
  await ada.button("Deactivate").click();
  await expect(ada.notice).toBeVisible();
  await lookAt(page, "member-deactivated");
  await page.getByRole("link", { name: "Reactivate" }).click();
  await lookAt(page, "member-reactivate");
  await choose(ada, ada.email, "Deactivate");
  await ada.button("Deactivate").click();
  await expect(ada.trouble).toBeVisible();
  await lookAt(page, "member-last-admin");
});
