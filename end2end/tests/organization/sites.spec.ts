import { request } from "@playwright/test";
import { Keyboard } from "../../support/keyboard.ts";
import { expectAccessible } from "../../support/axe.ts";
import type { Person } from "../../support/person.ts";
import type { Secrets } from "../../support/secrets.ts";
import { expect, test } from "../../support/test.ts";

/** What the server answers somebody who speaks with this key. */
async function speak(url: string, key: string): Promise<number> {
  const program = await request.newContext({ baseURL: url, extraHTTPHeaders: { authorization: `Bearer ${key}` } });
  const answer = await program.get("/v1/users/nobody");
  await program.dispose();
  return answer.status();
}

test("an administrator adds a site, makes a key that is shown once, and revokes it", async ({ administrator: ada, server, secrets }) => {
  await ada.page.getByRole("link", { name: "Organization" }).click();
  await ada.page.getByRole("link", { name: "Sites" }).click();
  await expect(ada.page.getByText("No site yet.")).toBeVisible();
  await ada.page.getByRole("link", { name: "Add a site" }).click();
  await ada.field("Name").fill("Shop");
  await ada.field("Issuer").fill("Shop");
  await ada.field("Allowed origins").fill("https://shop.example.com\nhttps://*.example.com");
  await ada.page.getByLabel("Days to remember a device").fill("14");
  await ada.button("Save").click();
  await expect(ada.field("Allowed origins")).toHaveAccessibleDescription(/“https:\/\/\*\.example\.com” is not an origin/);
  await expect(ada.field("Allowed origins"), "the focus is where something is to be mended").toBeFocused();
  await expect(ada.page.getByLabel("Days to remember a device"), "what was typed stays").toHaveValue("14");
  await ada.field("Allowed origins").fill("https://shop.example.com");
  await ada.page.getByRole("checkbox", { name: "Required" }).check();
  await ada.button("Save").click();
  await expect(ada.notice).toHaveText("The site was added. Make an API key for its server next.");
  await expect(ada.section("Settings")).toContainText("Remembered for 14 days");
  await expect(ada.section("Settings")).toContainText("Two-factor authenticationRequired");
  await ada.page.getByRole("link", { name: "New API key" }).click();
  await ada.page.getByRole("checkbox", { name: "admin" }).check();
  await ada.button("Make API key").click();
  const key = await ada.field("API key").inputValue();
  secrets.addBearer("an API key", key);
  expect(await speak(server.url, key)).toBe(404);
  await ada.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await ada.button("Copy").click();
  await expect(ada.notice.filter({ hasText: "Copied." })).toBeVisible();
  expect(await ada.page.evaluate(() => navigator.clipboard.readText())).toBe(key);
  await ada.page.getByRole("link", { name: "Done" }).click();
  const keys = ada.section("API keys");
  await expect(keys.getByRole("listitem")).toHaveText([/^tf_[0-9a-f]{16}_…\s*admin\s*Made .+Last used .+Revoke$/]);
  await expect(ada.page.getByText(key)).toHaveCount(0);
  await keys.getByRole("link", { name: "Revoke" }).click();
  await expect(ada.page.getByText("This cannot be undone.")).toBeVisible();
  await ada.page.getByRole("link", { name: "Cancel" }).click();
  expect(await speak(server.url, key), "asking revokes nothing").toBe(404);
  await keys.getByRole("link", { name: "Revoke" }).click();
  await ada.button("Revoke").click();
  await expect(ada.notice).toHaveText("The API key was revoked. It is refused from now on.");
  expect(await speak(server.url, key)).toBe(401);
  await expect(keys.getByRole("link", { name: "Revoke" })).toHaveCount(0);
  await ada.openSecurityTab();
  await expect(ada.section("Recent activity")).toContainText("API key of the site “Shop” revoked");
});

/** Makes a site with an API key, and answers the key. */
async function makeKey(ada: Person, secrets: Secrets): Promise<string> {
  await ada.page.goto("/organization/sites/new");
  await ada.field("Name").fill("Shop");
  await ada.field("Issuer").fill("Shop");
  await ada.button("Save").click();
  await ada.page.getByRole("link", { name: "New API key" }).click();
  await ada.page.getByRole("checkbox", { name: "verify" }).check();
  await ada.button("Make API key").click();
  const key = await ada.field("API key").inputValue();
  secrets.addBearer("an API key", key);
  return key;
}

test("a key is copied on a page that did not come over a secure connection", async ({ administrator: ada, secrets }) => {
  await ada.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await ada.context.addInitScript(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error("not here"));
  });
  const key = await makeKey(ada, secrets);
  await ada.button("Copy").click();
  await expect(ada.notice.filter({ hasText: "Copied." })).toBeVisible();
  expect(await ada.page.evaluate(() => navigator.clipboard.readText())).toBe(key);
});

test("where no script may copy, the key is selected and the page says so", async ({ administrator: ada, secrets }) => {
  await ada.context.addInitScript(() => {
    Object.defineProperty(navigator, "clipboard", { value: undefined });
    document.execCommand = () => false;
  });
  const key = await makeKey(ada, secrets);
  await ada.button("Copy").click();
  await expect(ada.notice.filter({ hasText: "Selected." })).toBeVisible();
  expect(await ada.page.evaluate(() => String(getSelection()))).toBe(key);
});

test("whoever has two factors proves both before a change", async ({ protectedAda: { ada, phone }, server }) => {
  await server.advance(6 * 60);
  await ada.page.goto("/organization/sites/new");
  await ada.field("Name").fill("Shop");
  await ada.field("Issuer").fill("Shop");
  await ada.page.getByLabel("Password", { exact: true }).fill(ada.password);
  await ada.field("Code from your app, or a recovery code").fill(phone.wrongCode());
  await ada.button("Save").click();
  await expect(ada.trouble).toHaveText("That code is not right. Enter a current one, or a recovery code.");
  await expect(ada.field("Name")).toHaveValue("Shop");
  await expectAccessible(ada.page);
  await ada.page.getByLabel("Password", { exact: true }).fill(ada.password);
  await ada.field("Code from your app, or a recovery code").fill(await phone.code());
  await ada.button("Save").click();
  await expect(ada.notice).toBeVisible();
});

test("a member sees no link and finds no page", async ({ administrator: ada, elsewhere, server }) => {
  const bob = await elsewhere({ email: "bob@example.com", password: "another battery staple" });
  await bob.createAccount(server.linkFor("bob@example.com"));
  await expect(bob.page.getByRole("link", { name: "Organization" })).toHaveCount(0);
  const answer = await bob.page.goto("/organization/sites");
  expect(answer?.status()).toBe(404);
  await expect(ada.page.getByRole("link", { name: "Organization" })).toBeVisible();
});

test("a site is added by keyboard alone", async ({ administrator: ada }) => {
  const keyboard = new Keyboard(ada.page);
  await keyboard.press(ada.page.getByRole("link", { name: "Organization" }));
  await keyboard.press(ada.page.getByRole("link", { name: "Sites" }));
  await keyboard.press(ada.page.getByRole("link", { name: "Add a site" }));
  await expect(ada.field("Name"), "the first field has the focus").toBeFocused();
  await keyboard.typeInto(ada.field("Name"), "Shop");
  await keyboard.typeInto(ada.field("Issuer"), "Shop");
  await keyboard.press(ada.button("Save"));
  await expect(ada.notice).toBeVisible();
  await keyboard.press(ada.page.getByRole("link", { name: "New API key" }));
  await keyboard.goTo(ada.page.getByRole("checkbox", { name: "verify" }));
  await ada.page.keyboard.press("Space");
  await keyboard.press(ada.button("Make API key"));
  await keyboard.press(ada.page.getByRole("link", { name: "Done" }));
  await keyboard.press(ada.page.getByRole("link", { name: "Revoke" }));
  await keyboard.press(ada.button("Revoke"));
  await expect(ada.notice).toHaveText("The API key was revoked. It is refused from now on.");
});
