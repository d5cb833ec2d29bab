import { expectAccessible } from "../../support/axe.ts";
import { ADA } from "../../support/person.ts";
import { expect, test } from "../../support/test.ts";

test.describe("a server without a mail server", () => {
  test("says so, and shows an administrator on the same machine what it would send", async ({ administrator, server }) => {
    const mailbox = `${server.url}/organization/mail`;
    expect(server.output).toContain(`No mail is sent: smtp_url names no mail server. What would be sent: ${mailbox}`);
    await administrator.page.getByRole("link", { name: "Organization" }).click();
    await administrator.page.getByRole("link", { name: "Mailbox" }).click();
    await expect(administrator.page).toHaveURL(mailbox);
    await expect(administrator.page.getByText("No letter yet.")).toBeVisible();
    await administrator.openSecurityTab();
    await administrator.setUp();
    await administrator.page.goto(mailbox);
    const letter = administrator.page.getByRole("article");
    await expect(letter.getByRole("heading", { name: "Two-factor authentication is on · Twofold" })).toBeVisible();
    await expect(letter).toContainText(`To ${ADA.email}`);
    await expect(letter).toContainText("If it was not you, change your password now");
    await expectAccessible(administrator.page);
  });

  test("shows a member nothing", async ({ administrator: _, elsewhere, server }) => {
    const eve = await elsewhere({ email: "eve@example.com", password: "another long password" });
    await eve.createAccount(server.linkFor(eve.email));
    const answer = await eve.page.goto(`${server.url}/organization/mail`);
    expect(answer?.status()).toBe(404);
  });
});
