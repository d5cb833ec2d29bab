import { lookAt } from "../../support/look.ts";
import { PostOffice, recipient } from "../../support/post-office.ts";
import { expect, test as base } from "../../support/test.ts";

const test = base.extend<{ office: PostOffice }>({
  office: async ({}, use) => {
    const office = await PostOffice.open();
    await use(office);
    await office.close();
  },
  settings: async ({ office }, use) => use({ TWOFOLD_SMTP_URL: office.url, TWOFOLD_MAIL_FROM: "twofold@example.com" }),
});

test("a forgotten password is chosen anew by a mailed link, and the second factor is asked for still", async ({ office, protectedAda: { ada, phone }, server, secrets, elsewhere }) => {
  const other = await elsewhere(ada);
  await other.page.goto("/sign-in");
  await other.page.getByRole("link", { name: "Forgot your password?" }).click();
  await expect(other.heading("Forgotten password")).toBeVisible();
  await lookAt(other.page, "forgotten-password");
  await other.button("Send link").click();
  await expect(other.trouble).toHaveText("That is not an e-mail address.");
  await other.field("E-mail").fill(ada.email);
  await other.button("Send link").click();
  await expect(other.notice).toContainText("If there is an account with that e-mail address, a link is on its way.");
  await lookAt(other.page, "forgotten-password-asked");

  const letter = await office.letter(/^Choose a new password · Twofold$/);
  expect(recipient(letter)).toBe(ada.email);
  expect(letter.text).toContain("The link works once, for 30 minutes.");
  const link = /https?:\/\/\S+\/new-password#\S+/.exec(letter.text ?? "")?.[0] ?? "";
  secrets.addBearer("the secret of a link", new URL(link).hash.slice(1));
  await other.page.goto(link);
  await expect(other.heading("Choose a new password")).toBeVisible();
  await expect(other.page.getByText(ada.email, { exact: true })).toBeVisible();
  await expect(other.page).toHaveURL(/\/new-password$/);
  const field = other.page.getByLabel("New password", { exact: true });
  await field.fill("a quite new phrase");
  secrets.addPassword("a quite new phrase");
  await lookAt(other.page, "new-password");
  await other.button("Set password and sign in").click();
  await other.atChallenge();
  await ada.page.goto("/account/security");
  await expect(ada.heading("Sign in")).toBeVisible();
  await server.advance(30);
  await other.enterCode(await phone.code());
  await other.atSecurityTab();
  expect((await office.letter(/^Your password was reset/)).text).toContain("Every browser was signed out");
  await other.page.goto(link);
  await expect(other.trouble).toContainText("That link was used already");
  await lookAt(other.page, "new-password-gone");
});

test("an eye shows a password while it is typed, and not to whoever comes after", async ({ administrator: ada }) => {
  await ada.signOut();
  const field = ada.page.getByLabel("Password", { exact: true });
  await field.fill("correct horse");
  const eye = ada.button("Show password");
  await expect(eye).toHaveAttribute("aria-pressed", "false");
  await eye.click();
  await expect(field).toHaveAttribute("type", "text");
  await expect(field).toHaveValue("correct horse");
  await expect(eye).toHaveAttribute("aria-pressed", "true");
  await lookAt(ada.page, "sign-in-eye");
  await eye.click();
  await expect(field).toHaveAttribute("type", "password");
  await eye.click();
  await ada.field("E-mail").fill(ada.email);
  await ada.button("Sign in").click();
  await expect(ada.trouble).toHaveText("The e-mail or the password is not right.");
  await expect(field).toHaveAttribute("type", "password");
});

test("nothing typed is told in our words alone, and costs no try", async ({ administrator: ada }) => {
  await ada.signOut();
  for (let tries = 0; tries < 7; tries++) {
    await ada.button("Sign in").click();
    await expect(ada.trouble).toHaveText("Enter your e-mail and your password.");
  }
  await ada.signIn();
});

test("a browser that keeps no cookies is told so before a password is typed", async ({ administrator: ada }) => {
  await ada.signOut();
  const words = ada.page.getByText("This browser keeps no cookies of this site.");
  await expect(words).toBeHidden();
  await ada.page.addInitScript(() => Object.defineProperty(Navigator.prototype, "cookieEnabled", { get: () => false }));
  await ada.page.reload();
  await expect(words).toBeVisible();
  await lookAt(ada.page, "sign-in-no-cookies");
});

test("a wait counts down in its sentence and on its button", async ({ administrator: ada, elsewhere }) => {
  const other = await elsewhere(ada);
  await other.page.clock.install();
  for (let tries = 0; tries < 8; tries++) {
    await other.page.goto("/sign-in");
    await other.field("E-mail").fill(ada.email);
    await other.page.getByLabel("Password", { exact: true }).fill("not the password");
    await other.page.getByRole("button", { name: /^Sign in/ }).click();
    await expect(other.trouble).toHaveText(/\S/);
    if ((await other.trouble.textContent())?.includes("Too many tries")) break;
  }
  await expect(other.trouble).toHaveText(/Too many tries\. The next one is possible in \d+ seconds?\./);
  const button = other.page.getByRole("button", { name: /^Sign in \(0:\d\d\)$/ });
  await expect(button).toHaveAttribute("aria-disabled", "");
  await other.page.clock.fastForward(60_000);
  await expect(other.button("Sign in")).not.toHaveAttribute("aria-disabled");
  await expect(other.trouble).toBeHidden();
});
