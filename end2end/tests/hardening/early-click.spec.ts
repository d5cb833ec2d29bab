import type { Page } from "@playwright/test";
import { expect, test } from "../../support/test.ts";

/** Holds the WebAssembly back until it is let go. */
async function holdBack(page: Page): Promise<() => void> {
  let letGo = () => {};
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await page.route("**/assets/*.wasm", async (route) => {
    await gate;
    await route.continue();
  });
  return () => letGo();
}

test.describe("a click before the page answers", () => {
  test("is done once it answers, and once only", async ({ administrator: ada }) => {
    const begun: string[] = [];
    ada.page.on("request", (request) => {
      if (request.url().endsWith("/fn/begin_enrollment")) begun.push(request.url());
    });
    const letGo = await holdBack(ada.page);
    await ada.page.goto("/account/security");
    await ada.button("Set up").click();
    await ada.button("Set up").click();
    await expect(ada.heading("Two-factor authentication")).toBeVisible();
    letGo();
    await expect(ada.heading("Scan the QR code")).toBeVisible();
    expect(begun).toHaveLength(1);
  });

  test("on Verify sends what was typed, and never as a form of its own", async ({ protectedAda: { ada, phone } }) => {
    await ada.signOut();
    const letGo = await holdBack(ada.page);
    await ada.givePassword();
    await expect(ada.page).toHaveURL(/\/sign-in\/challenge$/);
    await ada.field("6-digit code").fill(await phone.code());
    await ada.field("6-digit code").press("Enter");
    await expect(ada.page, "nothing is sent yet").toHaveURL(/\/sign-in\/challenge$/);
    letGo();
    await ada.atSecurityTab();
  });

  test("is the page's own again where it cannot start", async ({ administrator: ada, guards }) => {
    guards.expectError(/Twofold could not start/);
    guards.expectError(/Failed to load resource/);
    await ada.page.route("**/assets/*.wasm", (route) => route.fulfill({ status: 404 }));
    await ada.page.goto("/account/security");
    await ada.page.locator("html[data-twofold=failed]").waitFor();
    await expect(ada.trouble).toContainText("This page could not start");
    await ada.page.getByRole("link", { name: "Password" }).click();
    await expect(ada.heading("Change password")).toBeVisible();
  });
});
