import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../../support/embedding.ts";

const SIZES = [[320, 568], [360, 740], [768, 1024], [1280, 800], [1920, 1080]] as const;

/** A page that is long before and after the widget, as account pages are. */
const LONG = `<main><div style="height: 150vh"></div><twofold-security session-url="/account/twofold-session"></twofold-security><div style="height: 150vh"></div></main>`;

/** A frame that nobody sees is not laid out by the browser, and says its height once somebody scrolls to it. */
async function expectWholeFrame(page: Page): Promise<void> {
  const tab = page.locator("twofold-security");
  await tab.evaluate((element) => element.scrollIntoView());
  await expect.poll(() => tab.evaluate((element) => element.clientHeight)).toBeGreaterThan(400);
}

/** Scrolls the page around until the middle of this stands at `share` of the window's height; answers where that is. */
async function bringTo(page: Page, what: Locator, share: number): Promise<{ x: number; y: number }> {
  // Measured in each page by itself: what the browser says across the two is late after scrolling.
  const within = await what.evaluate((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  });
  return page.evaluate(async ({ within, share }) => {
    const frame = document.querySelector("twofold-security")?.shadowRoot?.querySelector("iframe:not([inert])");
    if (!frame) throw new Error("there is no frame");
    scrollBy(0, frame.getBoundingClientRect().y + within.y - innerHeight * share);
    for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame);
    const { x, y } = frame.getBoundingClientRect();
    return { x: x + within.x, y: y + within.y };
  }, { within, share });
}

async function expectWholeInWindow(page: Page, dialog: Locator): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  await expect.poll(async () => {
    const box = await dialog.boundingBox();
    return box && box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height;
  }).toBe(true);
}

for (const [width, height] of SIZES) {
  test(`a dialog stands whole in a window of ${width} × ${height}, wherever the page is scrolled to`, async ({ market, guest }) => {
    const ada = await guest(await market.shop("node"));
    await ada.signUp();
    await ada.setUp();
    await ada.page.setViewportSize({ width, height });
    await ada.openLab(LONG);
    await ada.awake();
    await expectWholeFrame(ada.page);
    const dialog = ada.dialog("Turn off two-factor authentication");
    for (const share of [0.5, 0.1, 0.9]) {
      const turnOff = ada.button("Turn off");
      const at = await bringTo(ada.page, turnOff, share);
      const before = await ada.page.evaluate(() => scrollY);
      // Not by the locator, which would scroll to it by itself.
      await ada.page.mouse.click(at.x, at.y);
      await expect(dialog).toBeVisible();
      await expectWholeInWindow(ada.page, dialog);
      expect(Math.abs((await ada.page.evaluate(() => scrollY)) - before), "the page jumped").toBeLessThan(2);
      await ada.page.keyboard.press("Escape");
      await expect(dialog).toBeHidden();
      await expect(turnOff).toBeFocused();
    }
  });
}

test("the proof upon a dialog stands whole in the window, too", async ({ market, guest }) => {
  const ada = await guest(await market.shop("node"));
  await ada.signUp();
  const { phone } = await ada.setUp();
  await ada.page.setViewportSize({ width: 360, height: 740 });
  await market.server.advance(600);
  await ada.openSecurityTab();
  await ada.button("Reset recovery codes").click();
  const reset = ada.dialog("Reset recovery codes");
  await expectWholeInWindow(ada.page, reset);
  await reset.getByRole("button", { name: "Reset recovery codes" }).click();
  // The proof stands upon it, and is whole, too.
  const proof = ada.dialog("Confirm that it is you");
  await expect(proof).toBeVisible();
  await expectWholeInWindow(ada.page, proof);
  await proof.getByRole("textbox").fill(await phone.code());
  await proof.getByRole("button", { name: "Continue" }).click();
  await expect(ada.heading("Save your recovery codes")).toBeVisible();
});
