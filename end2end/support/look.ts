import path from "node:path";
import { expect, type Page } from "@playwright/test";
import { expectAccessible } from "./axe.ts";

const SCREENSHOTS = path.resolve(import.meta.dirname, "../screenshots");

/** Dark on a phone, light on a desk: colours and widths are told apart by what fails, at half the time of all four pairs. */
const WAYS = [
  { width: 320, colorScheme: "dark" },
  { width: 1280, colorScheme: "light" },
] as const;

/** Looks at a state of a screen in both colours and both widths. */
export async function lookAt(page: Page, state: string): Promise<void> {
  const before = page.viewportSize();
  for (const { width, colorScheme } of WAYS) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expectNoSidewaysScroll(page);
    await expectAccessible(page);
    await page.screenshot({ path: path.join(SCREENSHOTS, `${state}-${colorScheme}-${width}.png`), fullPage: true });
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: null });
  if (before) await page.setViewportSize(before);
}

/** WCAG 1.4.10: at 320 CSS pixels nothing is to be scrolled to the side. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const wide = await page.evaluate(() => {
    const widest = [...document.querySelectorAll("body *")].filter((element) => {
      const { right, width } = element.getBoundingClientRect();
      return width > 0 && right > innerWidth + 0.5 && !element.closest(".unseen");
    });
    return { scrolls: document.documentElement.scrollWidth > innerWidth, widest: widest.slice(0, 3).map((e) => e.outerHTML.slice(0, 120)) };
  });
  expect(wide.scrolls, `it scrolls sideways: ${wide.widest.join(" | ")}`).toBe(false);
}
