import { expect, test } from "../support/test.ts";

/** A guard that never barks guards nothing. */
test.describe("the guards notice", () => {
  test.beforeEach(({ guards }) => guards.goOffDuty());

  test("a request to another host", async ({ page, guards }) => {
    await page.route("https://foreign.example/**", (route) => route.fulfill({ body: "" }));
    await page.goto("https://foreign.example/");
    expect(await guards.look()).toEqual(["foreign request: https://foreign.example/"]);
  });

  test("a violation of the content security policy", async ({ page, guards }) => {
    await page.goto("/sign-in");
    const violated = page.waitForEvent("console");
    await page.evaluate(() => document.body.append(Object.assign(document.createElement("img"), { src: "data:image/gif;base64,R0lGODlhAQABAAAAACw=" })));
    await violated;
    const found = await guards.look();
    expect(found).toContainEqual(expect.stringMatching(/^CSP: img-src data/));
    expect(found).toContainEqual(expect.stringMatching(/^console: .*Content Security Policy/));
  });

  test("an error on the console, and one that nobody caught", async ({ page, guards }) => {
    await page.goto("/sign-in");
    const thrown = page.waitForEvent("pageerror");
    await page.evaluate(() => {
      console.error("it broke");
      queueMicrotask(() => {
        throw new Error("it broke, too");
      });
    });
    await thrown;
    expect(await guards.look()).toEqual(["console: it broke", "page error: Error: it broke, too"]);
  });

  test("anything kept in the browser", async ({ page, guards }) => {
    await page.goto("/sign-in");
    await page.evaluate(() => sessionStorage.setItem("a", "b"));
    expect(await guards.look()).toEqual([expect.stringMatching(/^kept in the browser/)]);
  });

  test("a secret in an address, in whatever form", async ({ page, guards, secrets }) => {
    secrets.addSharedSecret("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    secrets.addRecoveryCode("7KQ2-9XWD-4MZP-H8E0");
    secrets.addCode("482913");
    for (const query of ["gezdgnbvgy3tqojqgezdgnbvgy3tqojq", "3132333435363738393031323334353637383930", "7KQ29XWD4MZPH8E0", "code=482913"]) {
      await page.goto(`/sign-in?${query}`);
    }
    const found = await guards.look();
    for (const what of ["shared secret$", "shared secret in hex", "recovery code", "code 482913"]) {
      expect(found).toContainEqual(expect.stringMatching(new RegExp(`^a secret in the URL .*: ${what}`)));
    }
  });

  test("a secret in the database and on the console", async ({ administrator: ada, guards, secrets }) => {
    // The address is in the database, and right there.
    secrets.addPassword(ada.email);
    await ada.page.evaluate((email) => console.log(email), ada.email);
    const found = await guards.look();
    expect(found).toContainEqual(expect.stringMatching(/^a secret in twofold\.db(-wal)?: password$/));
    expect(found).toContain("a secret in the console: password");
  });
});
