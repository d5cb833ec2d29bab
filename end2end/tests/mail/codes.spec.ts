import type { ParsedMail } from "mailparser";
import { lookAt } from "../../support/look.ts";
import type { Person } from "../../support/person.ts";
import { PostOffice, recipient } from "../../support/post-office.ts";
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

/** From the Security tab that is off to the recovery codes, by mail alone. */
async function setUpByMail(ada: Person, office: PostOffice): Promise<string[]> {
  await ada.section("E-mail").getByRole("button", { name: "Set up e-mail codes" }).click();
  await expect(ada.heading("Enter the 8-digit code")).toBeVisible();
  await ada.field("8-digit code").fill(await office.code(1));
  const recoveryCodes = await ada.readRecoveryCodes();
  await ada.saveRecoveryCodes();
  await expect(ada.state).toHaveText("On");
  return recoveryCodes;
}

test.describe("codes by mail", () => {
  test("are set up, sign in, and are the second choice", async ({ office, administrator: ada }) => {
    const sections = ada.place.getByRole("region");
    await expect(sections.first()).toContainText("Recommended");
    await expect(ada.section("E-mail")).toContainText("Less safe than an app");
    await expect(ada.section("E-mail")).toContainText("a•••@example.com");
    await lookAt(ada.page, "email-offered");
    await setUpByMail(ada, office);
    await expect(ada.authenticator("a•••@example.com")).toBeVisible();
    const letter = office.codeLetters[0] as ParsedMail;
    expect(recipient(letter)).toBe("ada@example.com");
    expect(letter.subject).toBe("Your code · Twofold");
    expect(letter.text).toMatch(/Asked for: \w{3}, .*Chrom.*127\.0\.0\.1/);

    // The code that was used holds nobody up, and where mail is the only way the letter goes out by itself.
    await ada.signOut();
    await ada.beginSignIn();
    await expect(ada.place.getByText("We sent a code to a•••@example.com.")).toBeVisible();
    await expect(ada.field("8-digit code")).toBeFocused();
    const code = await office.code(2);
    await lookAt(ada.page, "challenge-mailed");
    // Eight digits send themselves.
    await ada.field("8-digit code").fill(code);
    await ada.atSecurityTab();
    await expect(ada.place.getByText(/a code that is mailed to you/)).toBeVisible();
  });

  test("beside an app: six digits are the beginning of one, and a page that is loaded again goes on", async ({ office, administrator: ada, server }) => {
    const { phone } = await ada.setUp();
    await ada.button("Add e-mail codes").click();
    await ada.field("8-digit code").fill(await office.code(1));
    await expect(ada.notice).toHaveText("Codes by e-mail are set up. They work from now on.");
    await lookAt(ada.page, "security-with-email");

    await ada.signOut();
    await server.advance(60);
    await ada.beginSignIn();
    await ada.button("Send a code by e-mail").click();
    const code = await office.code(2);
    await ada.field("8-digit code").fill(code.slice(0, 6));
    await expect(ada.trouble).toHaveCount(0);
    const wrong = code === "11111111" ? "22222222" : "11111111";
    await ada.field("8-digit code").fill(wrong);
    await expect(ada.trouble).toContainText("4 tries left");
    await ada.page.reload();
    await ada.awake();
    await expect(ada.place.getByText("We sent a code to a•••@example.com.")).toBeVisible();
    await ada.button("Use your authenticator app").click();
    await ada.enterCode(await phone.code());
    await ada.atSecurityTab();
  });

  test("a newer one ends the older one, one a minute", async ({ office, administrator: ada, server }) => {
    await setUpByMail(ada, office);
    await ada.signOut();
    await server.advance(60);
    await ada.page.clock.install();
    await ada.beginSignIn();
    const older = await office.code(2);
    await expect(ada.place.getByRole("button", { name: /^Send a new code in / })).toHaveAttribute("aria-disabled", "true");
    await ada.wait(61);
    await ada.button("Send a new code").click();
    const newer = await office.code(3);
    await ada.field("8-digit code").fill(older);
    await expect(ada.trouble).toContainText("That code is not right.");
    await ada.field("8-digit code").fill(newer);
    await ada.atSecurityTab();
  });

  test("prove it before a change", async ({ office, administrator: ada, server }) => {
    await setUpByMail(ada, office);
    await server.advance(400);
    await ada.button("Reset recovery codes").click();
    await ada.dialog("Reset recovery codes").getByRole("button", { name: "Reset recovery codes" }).click();
    const dialog = ada.dialog("Confirm that it is you");
    await dialog.getByLabel("Password", { exact: true }).fill(ada.password);
    await dialog.getByRole("button", { name: "Send a code by e-mail" }).click();
    const code = await office.code(2);
    await lookAt(ada.page, "step-up-mailed");
    await dialog.getByRole("textbox", { name: "Code from your mail, or a recovery code" }).fill(code);
    await dialog.getByRole("button", { name: "Continue" }).click();
    await ada.readRecoveryCodes();
  });

  test("prove it in a plain form, from another tab", async ({ office, administrator: ada, server }) => {
    await setUpByMail(ada, office);
    await server.advance(400);
    await ada.page.goto("/account/password");
    const [tab] = await Promise.all([
      ada.context.waitForEvent("page"),
      ada.page.getByRole("link", { name: "Send a code by e-mail (in another tab)" }).click(),
    ]);
    await lookAt(tab, "mailed-code-ask");
    await tab.getByRole("button", { name: "Send a code by e-mail" }).click();
    await expect(tab.getByRole("status")).toContainText("We sent a code to a•••@example.com. Enter it in the form that you came from.");
    await lookAt(tab, "mailed-code-sent");
    await tab.close();
    const password = "another horse battery";
    await ada.page.getByLabel("Current password").fill(ada.password);
    await ada.page.getByLabel("Code from your app, or a recovery code").fill(await office.code(2));
    await ada.page.getByLabel("New password").fill(password);
    ada.world.secrets.addPassword(password);
    await ada.button("Change password").click();
    await expect(ada.page.getByRole("status")).toHaveText("Your password was changed.");
  });

  test("a new sign-in within the minute has a field, and its letter goes out when it may", async ({ office, administrator: ada, elsewhere, server }) => {
    await setUpByMail(ada, office);
    await server.advance(60);
    const other = await elsewhere();
    await other.beginSignIn();
    const first = await office.code(2);
    await ada.signOut();
    await ada.page.clock.install();
    await ada.beginSignIn();
    await expect(ada.field("8-digit code")).toBeVisible();
    await expect(ada.place.getByRole("button", { name: /^Send a code by e-mail in / })).toHaveAttribute("aria-disabled", "true");
    await lookAt(ada.page, "challenge-mail-held");
    // It is good where it was asked for, and nowhere else.
    await ada.field("8-digit code").fill(first);
    await expect(ada.trouble).toContainText("no longer good");
    await ada.wait(61);
    await ada.field("8-digit code").fill(await office.code(3));
    await ada.atSecurityTab();
  });

  test("what was mailed a moment ago is good for whoever begins anew in the same browser", async ({ office, administrator: ada }) => {
    await setUpByMail(ada, office);
    await ada.signOut();
    await ada.beginSignIn();
    const code = await office.code(2);
    await ada.beginSignIn();
    await expect(ada.place.getByText("We sent a code to a•••@example.com.")).toBeVisible();
    await ada.field("8-digit code").fill(code);
    await ada.atSecurityTab();
  });

  for (const mood of ["be down", "refuse", "drop", "hang"] as const) {
    test(`come not at all rather than late from a mail server that would ${mood}, and a recovery code signs in`, async ({ office, administrator: ada, server }) => {
      const [recoveryCode] = await setUpByMail(ada, office);
      await ada.signOut();
      await server.advance(60);
      await office.will(mood);
      await ada.beginSignIn();
      await expect(ada.place.getByText("We sent a code to a•••@example.com.")).toBeVisible();
      await ada.enterRecoveryCode(recoveryCode ?? "");
      await expect(ada.heading("You are in")).toBeVisible();
      await ada.button("Continue").click();
      await ada.atSecurityTab();
      await ada.signOut();
      await ada.beginSignIn();
      await server.advance(120);
      await expect.poll(() => server.output, { timeout: 30_000 }).toContain("a code was given up");
      await office.will("accept");
      // The mail server is well again, and is handed nothing old: the next letter is the next code.
      await ada.page.reload();
      await ada.field("8-digit code").fill(await office.code(2));
      await ada.atSecurityTab();
    });
  }
});
