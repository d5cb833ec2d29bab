import { expect, test } from "../../support/test.ts";

/** Holds what is asked of the server until it is let go. */
async function hold(page: import("@playwright/test").Page, path: string): Promise<() => void> {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(`**/fn/${path}`, async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

test("a button that waits for the server says so, keeps its name, and is pressed once", async ({ administrator: ada }) => {
  const release = await hold(ada.page, "begin_enrollment");
  const setUp = ada.button("Set up");
  await setUp.click();
  await expect(setUp).toHaveAttribute("aria-busy", "true");
  await expect(setUp).toHaveText("Set up");
  await setUp.click();
  release();
  await expect(ada.heading("Scan the QR code")).toBeVisible();
  const phone = await ada.scan();
  await ada.goOnToCode();
  await ada.enterCode(await phone.code());
  await ada.readRecoveryCodes();
  const acknowledged = await hold(ada.page, "acknowledge_enrollment");
  const saved = ada.button("I have saved my recovery codes");
  await saved.click();
  await expect(saved).toHaveAttribute("aria-busy", "true");
  acknowledged();
  await expect(ada.state).toHaveText("On");
  await expect(ada.page.locator("[aria-busy]")).toHaveCount(0);
});

test("what is answered at once shows no sign of waiting", async ({ administrator: ada }) => {
  await ada.page.evaluate(() => {
    const marked: string[] = [];
    Object.assign(globalThis, { marked });
    new MutationObserver((changes) => marked.push(...changes.map(({ target }) => target.textContent ?? "")))
      .observe(document, { subtree: true, attributeFilter: ["aria-busy"] });
  });
  // The page's clock stands still: the moment after which it would be shown does not come.
  await ada.page.clock.install();
  await ada.page.clock.pauseAt(Date.now() + 60_000);
  await ada.button("Set up").click();
  await expect(ada.heading("Scan the QR code")).toBeAttached();
  expect(await ada.page.evaluate(() => (globalThis as unknown as { marked: string[] }).marked)).toEqual([]);
});
