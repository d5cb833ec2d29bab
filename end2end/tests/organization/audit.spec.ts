import { readFile } from "node:fs/promises";
import { expectAccessible } from "../../support/axe.ts";
import { expect, test } from "../../support/test.ts";

test("the audit log shows all of it, is filtered, and is taken away as a file", async ({ protectedAda: { ada, phone }, elsewhere, server }) => {
  const eve = await elsewhere({ email: "eve@example.com", password: "another long password" });
  await eve.createAccount(server.linkFor(eve.email));
  await ada.page.goto("/organization/audit");
  const entries = ada.page.getByRole("main").getByRole("listitem");
  await expect(entries.filter({ hasText: "Two-factor authentication turned on" })).toContainText("ada@example.com");
  await expect(entries.filter({ hasText: "Two-factor authentication turned on" })).toContainText("Chrom");
  await expectAccessible(ada.page);

  await ada.field("E-mail of the person").fill("EVE@example.com");
  await ada.button("Show").click();
  await expect(entries.first()).toBeVisible();
  await expect(entries.filter({ hasNotText: "eve@example.com" })).toHaveCount(0);
  await ada.page.getByLabel("What happened").selectOption("Two-factor authentication turned off");
  await ada.button("Show").click();
  await expect(ada.page.getByText("Nothing of that kind has happened.")).toBeVisible();
  await ada.field("E-mail of the person").fill("nobody@example.com");
  await ada.button("Show").click();
  await expect(ada.trouble).toContainText("Nobody here has that e-mail address");
  await expect(ada.field("E-mail of the person")).toHaveValue("nobody@example.com");
  await expectAccessible(ada.page);

  await ada.page.getByRole("link", { name: "Show everything" }).click();
  for (const format of ["CSV", "JSON lines"]) {
    const coming = ada.page.waitForEvent("download");
    await ada.page.getByRole("link", { name: `Export as ${format}` }).click();
    const file = await readFile(await (await coming).path(), "utf8");
    expect(file).toContain("two_factor.turned_on");
    expect(file).toContain("eve@example.com");
    expect(file, "no secret in it").not.toContain(phone.secret);
  }
});
