import { expect, test } from "@playwright/test";
import { marked, text, texts } from "../../support/repository.ts";
import { type Kind, KINDS } from "../../support/shop.ts";

/** How many lines of an example may be Twofold's, and how what calls Twofold or shows it is told. */
const RAW = { least: 20, most: 40, calls: /\/v1\/[${]|embed\.js|session-url|twofold:passed/g };
const EXAMPLES: Record<Kind, typeof RAW> = {
  node: { least: 4, most: 12, calls: /\btwoFactor\b|@twofold\/node\/express/g },
  "raw-node": RAW,
  python: { least: 4, most: 12, calls: /\btwo_factor\b|\btwofold\.flask\b/g },
};

for (const kind of KINDS) {
  const { least, most, calls } = EXAMPLES[kind];
  test(`the ${kind} example takes at most ${most} lines for Twofold`, async () => {
    const lines = (await texts(`examples/${kind}`)).flatMap(marked);
    expect(lines.length).toBeGreaterThan(least);
    expect(lines.length, lines.join("\n")).toBeLessThanOrEqual(most);
    // All of them are marked.
    const all = (await texts(`examples/${kind}`)).join("\n").match(calls);
    expect(all?.length).toBeGreaterThan(4);
    expect(lines.join("\n").match(calls)).toEqual(all);
  });
}

test("docs/embedding/troubleshooting.md names every code of the API", async () => {
  const document = await text("docs/embedding/troubleshooting.md");
  const sources = [await text("server/src/api/error.rs"), ...(await texts("server/src/api/error"))].join("\n");
  const own = sources.matchAll(/\b(?:new|conflict|refused|too_soon)\(\s*(?:StatusCode::\w+,\s*)?"([a-z_]+)"/g);
  const shared = (await text("server/src/problem.rs")).matchAll(/Self::\w+ => "([a-z_]+)"/g);
  // Only pages are asked where they come from.
  const codes = [...own, ...shared].map(([, code]) => code).filter((code) => code !== "foreign_origin");
  expect(codes.length).toBeGreaterThan(20);
  for (const code of codes) expect(document).toContain(`\`${code}\``);
});
