import { expect, test } from "@playwright/test";
import { marked, text, texts } from "../../support/repository.ts";
import { KINDS } from "../../support/shop.ts";

for (const kind of KINDS) {
  test(`the ${kind} example takes at most 40 lines for Twofold`, async () => {
    const lines = (await texts(`examples/${kind}`)).flatMap(marked);
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.length, lines.join("\n")).toBeLessThanOrEqual(40);
    // What calls Twofold, or shows it, is marked.
    const calls = /\/v1\/[${]|embed\.js|session-url|twofold:passed/g;
    const all = (await texts(`examples/${kind}`)).join("\n").match(calls);
    expect(all?.length).toBeGreaterThan(4);
    expect(lines.join("\n").match(calls)).toEqual(all);
  });
}

test("docs/embedding.md names every code of the API", async () => {
  const document = await text("docs/embedding.md");
  const sources = [await text("server/src/api/error.rs"), ...(await texts("server/src/api/error"))].join("\n");
  const own = sources.matchAll(/\b(?:new|conflict|refused|too_soon)\(\s*(?:StatusCode::\w+,\s*)?"([a-z_]+)"/g);
  const shared = (await text("server/src/problem.rs")).matchAll(/Self::\w+ => "([a-z_]+)"/g);
  // Only pages are asked where they come from.
  const codes = [...own, ...shared].map(([, code]) => code).filter((code) => code !== "foreign_origin");
  expect(codes.length).toBeGreaterThan(20);
  for (const code of codes) expect(document).toContain(`\`${code}\``);
});
