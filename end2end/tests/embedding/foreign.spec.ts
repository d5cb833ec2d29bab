import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { chromium, type Frame, type Page } from "@playwright/test";
import { expect, test } from "../../support/embedding.ts";
import { Guest } from "../../support/guest.ts";

/** Keeps what the elements of a page say. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(globalThis, { heard });
    for (const name of ["ready", "change", "passed", "expired", "error"]) {
      addEventListener(`twofold:${name}`, (event) => {
        heard.push([name, (event.target as Element).localName, JSON.stringify((event as CustomEvent).detail)].join(" "));
      });
    }
  });
  return () => page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
}

async function frameOf(page: Page, path: string): Promise<Frame> {
  const frame = page.frames().find((frame) => new URL(frame.url()).pathname === path);
  if (!frame) throw new Error(`there is no frame of ${path}`);
  return frame;
}

/** Lets a frame say something to the page around it, as anybody can. */
function say(frame: Frame, message: unknown): Promise<void> {
  return frame.evaluate((message) => parent.postMessage(message, "*"), message);
}

test("messages of another shape are dropped", async ({ market, guest }) => {
  const ada = await guest(await market.shop("node"));
  await ada.signUp();
  const heard = await listen(ada.page);
  const frame = await frameOf(ada.page, "/widget/security");
  const height = () => ada.page.locator("twofold-security").evaluate((element) => element.shadowRoot?.querySelector("iframe")?.clientHeight);
  const before = await height();
  const shapes = [
    null, 1, "expired", [], {}, { type: "expired" }, { twofold: "1", type: "expired" }, { twofold: 2, type: "expired" },
    { twofold: 1 }, { twofold: 1, type: "gone" }, { twofold: 1, type: ["expired"] }, { twofold: 1, type: "toString" },
    { twofold: 1, type: "change" }, { twofold: 1, type: "change", what: "two words" }, { twofold: 1, type: "passed" }, { twofold: 1, type: "passed", challenge: 7 }, { twofold: 1, type: "passed", challenge: "<img>" },
    { twofold: 1, type: "passed", challenge: "a".repeat(65) }, { twofold: 1, type: "error" }, { twofold: 1, type: "error", reason: "two words" },
    { twofold: 1, type: "ready", resume: 7 }, { twofold: 1, type: "ready", resume: "a\nb" }, { twofold: 1, type: "ready", resume: "a".repeat(1025) },
    ...["100", -1, 0, 20_001, null].map((height) => ({ twofold: 1, type: "height", height })),
  ];
  for (const shape of shapes) await say(frame, shape);
  await frame.evaluate(() => [NaN, Infinity].forEach((height) => parent.postMessage({ twofold: 1, type: "height", height }, "*")));
  // The last is a good one: all before it were heard by then.
  await say(frame, { twofold: 1, type: "change", what: "turned_on" });
  await expect.poll(heard).toEqual(['change twofold-security {"what":"turned_on"}']);
  expect(await height()).toBe(before);
});

test("messages from another window or another origin are dropped", async ({ market, guest, guards }) => {
  const shop = await market.shop("node");
  const ada = await guest(shop);
  guards.admit({ url: "http://foreign.localhost", output: "" });
  await ada.page.route("http://foreign.localhost/", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
  await ada.signUp();
  const tab = (id: string) => `<twofold-security session-url="/account/twofold-session" id="${id}"></twofold-security>`;
  await ada.openLab(`${tab("first")}${tab("second")}<iframe src="http://foreign.localhost/"></iframe>`);
  await ada.page.frameLocator("#second iframe").locator("html[data-twofold=ready]").waitFor();
  await ada.page.frameLocator("#first iframe").locator("html[data-twofold=ready]").waitFor();
  const heard = await listen(ada.page);
  const change = { twofold: 1, type: "change", what: "turned_on" };
  // The page itself, and a frame of somebody else.
  await ada.page.evaluate((change) => postMessage(change, "*"), change);
  const foreign = ada.page.frames().find((frame) => frame.url() === "http://foreign.localhost/");
  if (!foreign) throw new Error("there is no foreign frame");
  await say(foreign, change);
  // Twofold's origin, but the other element's frame: that one hears it, and only that.
  const [first, second] = ada.page.frames().filter((frame) => frame.url().endsWith("/widget/security"));
  if (!first || !second) throw new Error("there are no two widgets");
  await say(second, change);
  await expect.poll(heard).toHaveLength(1);
  // The right window, gone to another origin.
  await first.goto("http://foreign.localhost/");
  await say(first, change);
  await say(second, { twofold: 1, type: "passed", challenge: "end" });
  await expect.poll(heard).toEqual(['change twofold-security {"what":"turned_on"}', 'passed twofold-security {"challenge":"end"}']);
});

test("the frame does not lead the page elsewhere", async ({ market, guest, guards }) => {
  const ada = await guest(await market.shop("node"));
  await ada.signUp();
  guards.expectError(/Unsafe attempt to initiate navigation/);
  const frame = await frameOf(ada.page, "/widget/security");
  const refused = await frame.evaluate(() => {
    try {
      top!.location.href = "about:blank";
      return "";
    } catch (error) {
      return (error as Error).name;
    }
  });
  expect(refused).toBe("SecurityError");
  await expect(ada.page).toHaveURL(`${ada.shop.url}/account`);
});

test("no other origin is shown the widget, whatever the page says, and the page is told which to register", async ({ market, guest, guards }) => {
  const shop = await market.shop("node");
  const ada = await guest(shop);
  await ada.signUp();
  // The very same site under a name that it is not registered with.
  const other = shop.url.replace("shop.", "other.");
  guards.admit({ url: other, output: "" });
  guards.expectError(/^console: Twofold: this page's origin|frame-ancestors|ERR_BLOCKED_BY_RESPONSE/);
  const told = ada.page.waitForEvent("console", (message) => message.text().startsWith("Twofold: "));
  await ada.page.goto(`${other}/sign-up`);
  await ada.page.getByLabel("E-mail").fill(`other-${ada.email}`);
  await ada.page.getByLabel("Password").fill(ada.password);
  await ada.page.addInitScript(() => {
    addEventListener("twofold:error", (event) => Object.assign(globalThis, { reason: (event as CustomEvent).detail.reason }));
  });
  await ada.page.getByRole("button", { name: "Create account" }).click();
  await ada.page.waitForURL(`${other}/account`);
  expect((await told).text()).toContain(`twofold site update <site> --add-origin ${other}`);
  expect(await ada.page.evaluate(() => (globalThis as unknown as { reason: string }).reason)).toBe("wrong_origin");
  await expect(ada.siteTrouble).toHaveText("This part of the page could not be loaded. Check your connection, then try again.");

  // It lies about where it is: the browser does not.
  await ada.page.evaluate(async (said) => {
    const { ticket } = await (await fetch("/account/twofold-session", { method: "POST" })).json();
    const frame = document.createElement("iframe");
    frame.name = "lie";
    document.body.append(frame);
    const form = document.createElement("form");
    Object.assign(form, { method: "post", target: "lie", action: said.action });
    for (const [name, value] of Object.entries({ ticket, origin: said.origin })) {
      form.append(Object.assign(document.createElement("input"), { name, value }));
    }
    document.body.append(form);
    form.submit();
  }, { origin: shop.url, action: `${market.server.url}/widget/security` });
  await expect.poll(() => ada.page.frames().filter((frame) => frame.url().startsWith("chrome-error:")).length).toBe(1);
});

test("a browser that blocks third-party cookies changes nothing, and none is used", async ({ market, world, guards }) => {
  const shop = await market.shop("node");
  guards.admit(shop);
  const folder = test.info().outputPath("profile");
  await mkdir(path.join(folder, "Default"), { recursive: true });
  await writeFile(path.join(folder, "Default/Preferences"), JSON.stringify({ profile: { block_third_party_cookies: true, cookie_controls_mode: 1 } }));
  const { launchOptions } = test.info().project.use;
  // The headless shell has no settings.
  const executablePath = process.env.CHROMIUM_WHOLE ?? "/usr/bin/chromium";
  const context = await chromium.launchPersistentContext(folder, { ...launchOptions, executablePath, viewport: { width: 1280, height: 800 }, locale: "en-GB" });
  // The guards look round in it, and close it.
  await guards.watch(context);
  const sent: Promise<string | null>[] = [];
  context.on("request", (request) => {
    if (request.url().startsWith(market.server.url)) sent.push(request.headerValue("cookie"));
  });
  const ada = new Guest(await context.newPage(), world, shop);
  await ada.signUp();
  const frame = await frameOf(ada.page, "/widget/security");
  // They are blocked indeed.
  expect(await frame.evaluate(() => ((document.cookie = "probe=1; SameSite=None; Secure"), document.cookie))).toBe("");
  const { phone } = await ada.setUp();
  await ada.signOut();
  await ada.signIn(await phone.code());
  await expect(ada.state).toHaveText("On");
  expect((await Promise.all(sent)).filter(Boolean)).toEqual([]);
  expect((await context.cookies(market.server.url)).map(({ name }) => name)).toEqual([]);
});
