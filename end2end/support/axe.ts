import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** WCAG 2.2 AA and good practice, as far as a machine can tell: nothing is to be found, and nothing is left out. */
export async function expectAccessible(page: Page, { frames = false } = {}): Promise<void> {
  // Where all is in one frame: the modern way opens a page of its own.
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).setLegacyMode(!frames).analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.target.join(" ")}: ${node.failureSummary ?? ""}`),
  );
  expect(found, `axe on ${new URL(page.url()).pathname}`).toEqual([]);
}
