import { lookAt } from "../../support/look.ts";
import { expect, test } from "../../support/test.ts";

test("a person sees where they are signed in, and signs the others out", async ({ administrator: ada, elsewhere }) => {
  const [one, two] = [await elsewhere(ada), await elsewhere(ada)];
  await one.signIn();
  await two.signIn();
  await ada.page.getByRole("link", { name: "Sessions" }).click();
  await expect(ada.heading("Sessions")).toBeVisible();
  const rows = ada.section("Signed-in browsers").getByRole("listitem");
  await expect(rows).toHaveCount(3);
  await expect(rows.first()).toContainText("This browser");
  await expect(rows.first()).toContainText("127.0.0.1");
  await expect(rows.first().getByRole("button")).toHaveCount(0);
  await lookAt(ada.page, "sessions");
  await rows.nth(1).getByRole("button", { name: /^Sign out: Chrome/ }).click();
  await expect(ada.notice).toHaveText("Signed out there.");
  await expect(rows).toHaveCount(2);
  await ada.button("Sign out everywhere else").click();
  await expect(ada.notice).toHaveText("Signed out everywhere else.");
  await expect(rows).toHaveCount(1);
  for (const other of [one, two]) {
    await other.page.goto("/account/security");
    await expect(other.heading("Sign in")).toBeVisible();
  }
  await ada.openSecurityTab();
});

test("an administrator signs somebody out, and hands a link for a new password over", async ({ administrator: ada, server, secrets, elsewhere }) => {
  const bob = await elsewhere({ email: "bob@example.com", password: "a bird in the hand" });
  await bob.createAccount(server.linkFor(bob.email));
  await ada.page.goto("/organization/users");
  await ada.page.getByRole("link", { name: bob.email }).click();
  await lookAt(ada.page, "user-with-deeds");
  await ada.page.getByRole("link", { name: "Sign out everywhere" }).click();
  await lookAt(ada.page, "sign-out-somebody");
  await ada.button("Sign out everywhere").click();
  await expect(ada.notice).toHaveText("Signed out everywhere.");
  await bob.page.goto("/account/password");
  await expect(bob.heading("Sign in")).toBeVisible();

  await ada.page.getByRole("link", { name: "Password link" }).click();
  await lookAt(ada.page, "password-link");
  await ada.button("Password link").click();
  const link = await ada.page.getByLabel("Link", { exact: true }).inputValue();
  secrets.addBearer("the secret of a link", new URL(link).hash.slice(1));
  await lookAt(ada.page, "password-link-made");
  await bob.page.goto(link);
  secrets.addPassword("two in the bush of it");
  await bob.page.getByLabel("New password", { exact: true }).fill("two in the bush of it");
  await bob.button("Set password and sign in").click();
  await bob.atSecurityTab();
});

test("the page that was asked for comes after the sign-in, the second factor included", async ({ protectedAda: { ada, phone }, server }) => {
  await ada.signOut();
  await server.advance(30);
  await ada.page.goto("/organization/users?show=locked");
  await expect(ada.heading("Sign in")).toBeVisible();
  await ada.field("E-mail").fill(ada.email);
  await ada.page.getByLabel("Password", { exact: true }).fill(ada.password);
  await ada.button("Sign in").click();
  await ada.atChallenge();
  await ada.enterCode(await phone.code());
  await expect(ada.page).toHaveURL(/\/organization\/users\?show=locked$/);
  await ada.page.goto("/sign-in?next=//evil.test");
  await ada.atSecurityTab();
});

test("two-factor stays in one line, and no badge in a line alone", async ({ protectedAda: { ada } }) => {
  for (const width of [320, 360, 390, 420, 480]) {
    await ada.page.setViewportSize({ width, height: 800 });
    await ada.openSecurityTab();
    await ada.button("Turn off").click();
    const broken = await ada.page.evaluate(() =>
      [...document.querySelectorAll(".whole")].filter((one) => one.getClientRects().length > 1).map((one) => one.parentElement?.textContent),
    );
    expect(broken, `${width}`).toEqual([]);
    const alone = await ada.page.evaluate(() =>
      [...document.querySelectorAll(".titled")].filter((titled) => {
        const [heading, badge] = [titled.querySelector(":is(h1, h2, h3)"), titled.querySelector(".badge")];
        const last = [...(heading?.getClientRects() ?? [])].at(-1);
        const first = badge?.getClientRects()[0];
        return last && first && Math.abs(last.bottom - first.bottom) > 12;
      }).map((titled) => titled.textContent),
    );
    expect(alone, `${width}`).toEqual([]);
  }
});
