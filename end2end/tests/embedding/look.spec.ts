import path from "node:path";
import type { Page } from "@playwright/test";
import { PNG } from "pngjs";
import { expectAccessible } from "../../support/axe.ts";
import { expect, test } from "../../support/embedding.ts";
import type { Guest } from "../../support/guest.ts";
import { KINDS } from "../../support/shop.ts";

const SCREENSHOTS = path.resolve(import.meta.dirname, "../../screenshots");

const TAB = `<twofold-security session-url="/account/twofold-session"></twofold-security>`;

/** What the eye sees of the first primary button in the frame. */
async function button(ada: Guest): Promise<{ ground: string; text: string; radius: string; font: string }> {
  return ada.button("Set up").evaluate((element) => {
    const { backgroundColor: ground, color: text, borderRadius: radius, fontFamily: font } = getComputedStyle(element);
    return { ground, text, radius, font };
  });
}

/** Nothing is to be scrolled within the frame, up or sideways. */
async function expectNoScrollInFrame(page: Page): Promise<void> {
  await expect.poll(() =>
    page.frames()[1]?.evaluate(() => {
      const { scrollHeight, scrollWidth } = document.documentElement;
      return { tall: scrollHeight - innerHeight <= 1, wide: scrollWidth <= innerWidth };
    }),
  ).toEqual({ tall: true, wide: true });
}

for (const kind of KINDS) {
  test(`the ${kind} example in light and dark, narrow and wide`, async ({ market, guest }) => {
    const ada = await guest(await market.shop(kind));
    await ada.signUp();
    const look = async (state: string) => {
      for (const width of [320, 1280]) {
        await ada.page.setViewportSize({ width, height: 800 });
        for (const colorScheme of ["light", "dark"] as const) {
          await ada.page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          await expectNoScrollInFrame(ada.page);
          expect(await ada.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
          await expectAccessible(ada.page, { frames: true });
          await ada.page.screenshot({ path: path.join(SCREENSHOTS, `${kind}-${state}-${colorScheme}-${width}.png`), fullPage: true });
        }
      }
    };
    await look("off");
    const { phone } = await ada.setUp();
    await look("on");
    await ada.signOut();
    await ada.beginSignIn();
    await look("challenge");
    await ada.enterCode(await phone.code());
    await ada.atSecurityTab();
  });
}

test("the page's style goes through as plain values, and nothing else does", async ({ market, guest }) => {
  const ada = await guest(await market.shop("node"));
  await ada.signUp();
  await ada.openLab(
    TAB,
    `:root { --brand: light-dark(rebeccapurple, #ffd700); --twofold-accent: var(--brand); --twofold-accent-text: white; --twofold-radius: 3px }
     twofold-security { --twofold-font: Georgia, "Noto Serif", serif; --twofold-text: url(https://foreign.example/x); --twofold-surface: red; }
     .night { color-scheme: dark; --twofold-accent-text: #111 }`,
  );
  await ada.awake();
  const before = await button(ada);
  expect(before).toMatchObject({ ground: "rgb(102, 51, 153)", text: "rgb(255, 255, 255)" });
  expect(before.font).toContain("Georgia");
  // The style changes under the widget.
  await ada.page.evaluate(() => document.documentElement.classList.add("night"));
  await expect.poll(() => button(ada)).toMatchObject({ ground: "rgb(255, 215, 0)", text: "rgb(17, 17, 17)" });
  await ada.page.evaluate(() => document.documentElement.style.setProperty("--brand", "#0a7"));
  await expect.poll(() => button(ada)).toMatchObject({ ground: "rgb(0, 170, 119)" });
});

/** How light the ground beside the frame's content is, as a camera sees it: 0 to 255. */
async function lightness(ada: Guest): Promise<number> {
  const pixels = PNG.sync.read(await ada.page.locator("twofold-security").screenshot());
  return pixels.data[(pixels.width * 2 + pixels.width - 3) * 4] ?? -1;
}

test("it is light or dark like the page around it, unless the page says which", async ({ market, guest }) => {
  const ada = await guest(await market.shop("node"));
  await ada.signUp();
  await ada.page.emulateMedia({ colorScheme: "dark" });
  await ada.openLab(TAB, ":root { color-scheme: normal }");
  await ada.awake();
  const text = () => ada.heading("Two-factor authentication").evaluate((heading) => getComputedStyle(heading).color);
  // A page without a dark side is light, whatever the browser is set to.
  const dark = await text();
  expect(await lightness(ada)).toBeGreaterThan(200);
  await ada.page.evaluate(() => document.documentElement.style.setProperty("color-scheme", "light dark"));
  await expect.poll(text).not.toBe(dark);
  const light = await text();
  expect(await lightness(ada)).toBeLessThan(50);
  await ada.page.emulateMedia({ colorScheme: "light" });
  await expect.poll(text).toBe(dark);
  // Against the page around it, it brings a ground of its own.
  await ada.page.locator("twofold-security").evaluate((element) => element.setAttribute("theme", "dark"));
  await expect.poll(text).toBe(light);
  await expect.poll(() => lightness(ada)).toBeLessThan(50);
});

test("it is dark on a dark page that has no color-scheme, and light again with it", async ({ market, guest }) => {
  const ada = await guest(await market.shop("node"));
  await ada.signUp();
  await ada.openLab(`<main>${TAB}</main>`, ":root { color-scheme: normal } body { background: #14161c; color: #eee } .day { background: white; color: #111 }");
  await ada.awake();
  const text = () => ada.heading("Two-factor authentication").evaluate((heading) => getComputedStyle(heading).color);
  await expect.poll(text).toBe("rgb(236, 238, 242)");
  // Nothing is painted between the page and the widget.
  const ground = await lightness(ada);
  expect(ground).toBeGreaterThan(15);
  expect(ground).toBeLessThan(30);
  await ada.page.evaluate(() => document.body.classList.add("day"));
  await expect.poll(text).toBe("rgb(24, 27, 34)");
  expect(await lightness(ada)).toBeGreaterThan(240);
});

test("attributes may change at any time, and the element come and go", async ({ market, guest }) => {
  const ada = await guest(await market.shop("node"));
  await ada.signUp();
  await ada.openLab(`<main><h1>Lab</h1>${TAB}</main>`);
  await ada.awake();
  const element = ada.page.locator("twofold-security");
  const title = () => element.evaluate((element) => element.shadowRoot?.querySelector("iframe")?.title);
  expect(await title()).toBe("Two-factor authentication");
  await element.evaluate((element) => element.setAttribute("lang", "de"));
  await expect.poll(title).toBe("Zwei-Faktor-Authentifizierung");
  await ada.awake();

  // Gone without a trace, and back again.
  await element.evaluate((element) => Object.assign(globalThis, { element, parent: element.parentElement }) && element.remove());
  await expect.poll(() => ada.page.frames().length).toBe(1);
  await ada.page.evaluate(() => document.querySelector("main")?.append((globalThis as unknown as { element: Element }).element));
  await ada.awake();
  await expect(ada.state).toHaveText("Off");

  // Another URL opens anew; none at all is said.
  await ada.page.evaluate(() => {
    addEventListener("twofold:error", (event) => document.title = (event as CustomEvent).detail.reason);
    document.querySelector("twofold-security")?.removeAttribute("session-url");
  });
  await expect(ada.page).toHaveTitle("ticket_missing");
  await expect(ada.siteTrouble).toBeVisible();
});

test("two widgets on one page do not disturb each other", async ({ market, guest }) => {
  const ada = await guest(await market.shop("node"));
  await ada.signUp();
  const { phone } = await ada.setUp();
  await ada.page.getByRole("button", { name: "Pay 24.00 €" }).click();
  await ada.atChallenge();
  await ada.openLab(`<main><h1>Lab</h1>${TAB}<twofold-challenge session-url="/confirm/twofold-ticket"></twofold-challenge></main>`);
  const security = ada.page.frameLocator("twofold-security iframe");
  const challenge = ada.page.frameLocator("twofold-challenge iframe");
  await security.locator("html[data-twofold=ready]").waitFor();
  await challenge.locator("html[data-twofold=ready]").waitFor();
  await ada.page.evaluate(() => {
    for (const name of ["change", "passed"]) addEventListener(`twofold:${name}`, (event) => (document.title += ` ${name}:${(event.target as Element).localName}`));
  });
  await security.getByRole("button", { name: "Rename" }).click();
  const dialog = security.getByRole("dialog", { name: "Rename authenticator" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("Phone");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(ada.page).toHaveTitle("Lab change:twofold-security");
  await challenge.getByRole("textbox", { name: "6-digit code" }).fill(await phone.code());
  await expect(ada.page).toHaveTitle("Lab change:twofold-security passed:twofold-challenge");
});

test("it is gone through by keyboard, in and out of the frame", async ({ market, guest }) => {
  const ada = await guest(await market.shop("node"));
  await ada.signUp();
  await ada.openLab(`<a href="#a">before</a>${TAB}<a href="#b">after</a>`);
  await ada.awake();
  await ada.page.getByRole("link", { name: "before" }).focus();
  await ada.page.keyboard.press("Tab");
  await expect(ada.button("Set up")).toBeFocused();
  await ada.page.keyboard.press("Enter");
  await expect(ada.heading("Scan the QR code")).toBeFocused();
  for (let stops = 0; stops < 20 && (await ada.page.evaluate(() => document.activeElement?.textContent)) !== "after"; stops += 1) {
    await ada.page.keyboard.press("Tab");
  }
  await expect(ada.page.getByRole("link", { name: "after" })).toBeFocused();
});

test("the frame is as tall as what it shows, at every step", async ({ market, guest }) => {
  const ada = await guest(await market.shop("node"));
  await ada.signUp();
  const height = () => ada.page.locator("twofold-security").evaluate((element) => element.shadowRoot?.querySelector("iframe")?.clientHeight ?? 0);
  await expectNoScrollInFrame(ada.page);
  const off = await height();
  await ada.beginSetUp();
  await expectNoScrollInFrame(ada.page);
  await ada.scan();
  await expectNoScrollInFrame(ada.page);
  expect(await height()).toBeGreaterThan(off);
  await ada.goOnToCode();
  await expectNoScrollInFrame(ada.page);
  expect(await height()).toBeLessThan(900);
});
