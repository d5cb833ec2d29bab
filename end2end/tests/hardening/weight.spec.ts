import { expect, test } from "../../support/test.ts";

/** HTML, CSS, JS and WebAssembly of the Security tab together. */
const BUDGET = 110_000;

test("the Security tab weighs at most 110 000 bytes on the wire", async ({ administrator: ada, elsewhere }, info) => {
  const fresh = await elsewhere();
  await fresh.context.addCookies(await ada.context.cookies());
  const wire: [string, Promise<number>][] = [];
  fresh.page.on("requestfinished", (request) => {
    wire.push([new URL(request.url()).pathname, request.sizes().then(({ responseBodySize }) => responseBodySize)]);
  });
  await fresh.openSecurityTab();
  const sizes = await Promise.all(wire.map(async ([path, size]) => [path, await size] as const));
  const counted = sizes.filter(([path]) => !/favicon/.test(path));
  const total = counted.reduce((sum, [, size]) => sum + size, 0);
  info.annotations.push({ type: "bytes", description: `${total}: ${counted.map(([path, size]) => `${path} ${size}`).join(", ")}` });
  expect(counted.map(([path]) => path.replace(/\.[0-9a-f]+\./, "."))).toEqual(expect.arrayContaining(["/account/security", "/assets/twofold.css", "/assets/twofold.js", "/assets/twofold.wasm"]));
  expect(total, JSON.stringify(counted)).toBeLessThanOrEqual(BUDGET);
});

test("the challenge weighs at most 90 000 bytes on the wire, and loads nothing of the Security tab", async ({ protectedAda: _, elsewhere }, info) => {
  const fresh = await elsewhere();
  const wire: [string, Promise<number>][] = [];
  fresh.page.on("requestfinished", (request) => {
    wire.push([new URL(request.url()).pathname, request.sizes().then(({ responseBodySize }) => responseBodySize)]);
  });
  await fresh.beginSignIn();
  const sizes = await Promise.all(wire.map(async ([path, size]) => [path.replace(/\.[0-9a-f]+\./, "."), await size] as const));
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  info.annotations.push({ type: "bytes", description: `${total}: ${sizes.map(([path, size]) => `${path} ${size}`).join(", ")}` });
  const paths = sizes.map(([path]) => path);
  expect(paths).toEqual(expect.arrayContaining(["/sign-in/challenge", "/assets/challenge.js", "/assets/challenge.wasm"]));
  expect(paths.filter((path) => /twofold\.(js|wasm)|frame\.js/.test(path))).toEqual([]);
  expect(total, JSON.stringify(sizes)).toBeLessThanOrEqual(90_000);
});

test("the page shows its content before its WebAssembly has come", async ({ protectedAda: { ada } }) => {
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await ada.page.route(/\.wasm$/, async (route) => {
    await held;
    await route.continue();
  });
  await ada.page.goto("/account/security", { waitUntil: "commit" });
  await expect(ada.heading("Two-factor authentication")).toBeVisible();
  await expect(ada.state).toHaveText("On");
  await expect(ada.authenticator("Authenticator app")).toBeVisible();
  await expect(ada.section("Recent activity").getByRole("listitem").first()).toBeVisible();
  release();
  await ada.awake();
  await ada.choose("Authenticator app", "Rename");
  await expect(ada.dialog("Rename authenticator")).toBeVisible();
});

test("the page says so when it cannot start", async ({ administrator: ada, guards }) => {
  guards.expectError(/Twofold could not start|Failed to fetch|net::ERR_FAILED/);
  await ada.page.route(/\.wasm$/, (route) => route.abort());
  await ada.page.goto("/account/security");
  // Seen: the words of the other causes are there, and hidden.
  const seen = { useInnerText: true };
  await expect(ada.trouble).toContainText("This page could not start", seen);
  await expect(ada.trouble).toContainText("Check your connection", seen);
  await expect(ada.trouble).not.toContainText("JavaScript", seen);
  await ada.page.unroute(/\.wasm$/);
  await ada.trouble.getByRole("link", { name: "Reload" }).click();
  await ada.awake();
  await expect(ada.trouble).toBeHidden();
});

test("the plain pages work without any script", async ({ browser, server, secrets, guards, baseURL }) => {
  guards.expectError(/was preloaded using link preload but not used/);
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: baseURL ?? "" });
  await guards.watch(context);
  const page = await context.newPage();
  const password = "correct horse battery";
  secrets.addPassword(password);
  await page.goto("/welcome");
  await page.getByLabel("Code from the link").fill(new URL(server.firstLink).hash.slice(1));
  await page.getByLabel("E-mail").fill("ada@example.com");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Two-factor authentication" })).toBeVisible();
  // Playwright looks for nothing within `noscript`; the browser shows it.
  expect(await page.getByRole("main").innerText()).toContain("This page needs JavaScript and WebAssembly.");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("E-mail").fill("ada@example.com");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/account\/security$/);
});

test("what moves stands still for whoever asked for that", async ({ administrator: ada }) => {
  await ada.page.emulateMedia({ reducedMotion: "reduce" });
  await ada.page.reload();
  await ada.awake();
  await ada.beginSetUp();
  const moving = await ada.page.evaluate(() =>
    document.getAnimations().filter((animation) => Number(animation.effect?.getComputedTiming().duration) > 10).length,
  );
  expect(moving).toBe(0);
});
