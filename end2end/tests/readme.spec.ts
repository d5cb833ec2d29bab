import { stat } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "../support/test.ts";

const PICTURE = path.resolve(import.meta.dirname, "../../docs/screenshot-security-tab.png");

test.use({ viewport: { width: 1000, height: 760 } });

test("the README's picture of the Security tab", async ({ protectedAda: { ada, phone } }) => {
  await ada.choose("Authenticator app", "Rename");
  await ada.dialog("Rename authenticator").getByRole("textbox", { name: "Name" }).fill("Phone");
  await ada.dialog("Rename authenticator").getByRole("button", { name: "Save" }).click();
  await ada.addAuthenticator("Tablet");
  await ada.signOut();
  await ada.signIn(await phone.code());
  await expect(ada.state).toHaveText("On");
  await ada.page.screenshot({ path: PICTURE });
  expect((await stat(PICTURE)).size).toBeLessThan(150_000);
});
