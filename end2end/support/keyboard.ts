import { expect, type Locator, type Page } from "@playwright/test";

/** A person without a mouse, who goes by where the focus is seen. */
export class Keyboard {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async press(target: Locator): Promise<void> {
    await this.#go(target, "Tab");
    await this.#page.keyboard.press("Enter");
  }

  async pressBackwards(target: Locator): Promise<void> {
    await this.#go(target, "Shift+Tab");
    await this.#page.keyboard.press("Enter");
  }

  async goTo(target: Locator): Promise<void> {
    await this.#go(target, "Tab");
  }

  async goBackTo(target: Locator): Promise<void> {
    await this.#go(target, "Shift+Tab");
  }

  async typeInto(target: Locator, text: string): Promise<void> {
    await this.#go(target, "Tab");
    await this.#page.keyboard.type(text);
  }

  async #go(target: Locator, key: string): Promise<void> {
    await expect(target).toBeVisible();
    for (let stops = 0; stops < 60; stops += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) {
        return this.#expectVisibleFocus();
      }
      await this.#page.keyboard.press(key);
    }
    throw new Error(`the focus never came to ${target}`);
  }

  /** WCAG 2.4.7 and 2.4.11. */
  async #expectVisibleFocus(): Promise<void> {
    const seen = await this.#page.evaluate(() => {
      const element = document.activeElement;
      if (!element) return "nothing has it";
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      const { top, bottom } = element.getBoundingClientRect();
      if (bottom <= 0 || top >= innerHeight) return `out of sight: ${element.outerHTML.slice(0, 80)}`;
      const ringed = (outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1) || boxShadow !== "none";
      return ringed ? "" : `no ring: ${element.outerHTML.slice(0, 80)}`;
    });
    expect(seen, "the focus is to be seen").toBe("");
  }
}
