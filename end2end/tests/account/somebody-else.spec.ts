import { lookAt } from "../../support/look.ts";
import { Person } from "../../support/person.ts";
import { expect, test } from "../../support/test.ts";

test("a tab that shows one person does nothing for another who signed in meanwhile", async ({ administrator: ada, elsewhere, server, world }) => {
  const credentials = { email: "bob@example.com", password: "another battery staple" };
  const bob = await elsewhere(credentials);
  await bob.createAccount(server.linkFor(credentials.email));
  await bob.signOut();

  // Bob signs in in another tab of Ada's browser.
  const other = new Person(await ada.context.newPage(), world, credentials);
  await other.page.goto("/sign-in");
  await other.page.context().clearCookies();
  await other.signIn();
  await ada.button("Set up").click();
  await expect(ada.trouble).toHaveText(/^You are signed in as bob@example\.com now\. Nothing was done\. Reload\s*$/);
  await lookAt(ada.page, "somebody-else");
  await other.openSecurityTab();
  await expect(other.state).toHaveText("Off");
  await expect(other.section("You have begun to set up an authenticator app")).toHaveCount(0);

  // A plain form that was open does not either.
  await ada.page.getByRole("link", { name: "Reload" }).click();
  await ada.awake();
  await expect(ada.page.getByText(credentials.email)).toBeVisible();
  await ada.button("Set up").click();
  await expect(ada.heading("Scan the QR code")).toBeVisible();
});
