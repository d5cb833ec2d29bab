import { photograph, read } from "../../support/phone.ts";
import { expect, test } from "../../support/test.ts";

test.describe("setting up an authenticator app", () => {
  test("goes from Off to On by mouse, with codes of otplib", async ({ administrator: ada }) => {
    await expect(ada.state).toHaveText("Off");
    await ada.beginSetUp();
    await ada.page.getByText("No app yet?").click();
    for (const store of ["Google Authenticator, Play Store", "Google Authenticator, App Store", "Microsoft Authenticator, Play Store", "Microsoft Authenticator, App Store"]) {
      await expect(ada.page.getByRole("link", { name: store })).toBeVisible();
    }
    const phone = await ada.scan();
    expect([phone.issuer, phone.account]).toEqual(["Twofold", ada.email]);
    expect(phone.secret).toMatch(/^[A-Z2-7]{32}$/);
    await ada.goOnToCode();
    await ada.enterCode(await phone.code());
    const codes = await ada.readRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$/);
    await ada.saveRecoveryCodes();
    await expect(ada.notice).toHaveText("Two-factor authentication is on. The next sign-in asks for a code.");
    await expect(ada.state).toHaveText("On");
    await expect(ada.section("Recovery codes").getByText("10 of 10 left")).toBeVisible();
    await expect(ada.authenticator("Authenticator app")).toBeVisible();
  });

  test("takes three clicks and six digits on a desktop", async ({ administrator: ada }) => {
    await ada.page.evaluate(() => {
      const done = { clicks: 0, keys: 0 };
      Object.assign(globalThis, { done });
      addEventListener("click", (event) => (done.clicks += event.detail > 0 ? 1 : 0), true);
      addEventListener("keydown", () => (done.keys += 1), true);
    });
    await ada.beginSetUp();
    const phone = await ada.scan();
    await ada.goOnToCode();
    await ada.page.keyboard.type(await phone.code());
    await ada.readRecoveryCodes();
    await ada.saveRecoveryCodes();
    await expect(ada.state).toHaveText("On");
    expect(await ada.page.evaluate(() => (globalThis as unknown as { done: object }).done)).toEqual({ clicks: 3, keys: 6 });
  });

  test("ends with a tick, what the next sign-in is like, and a way to a second device", async ({ administrator: ada }) => {
    await ada.setUp();
    const done = ada.section("Two-factor authentication is on");
    await expect(done).toContainText("The next time you sign in, enter your password, then the code from your authenticator app.");
    await expect(done.locator("svg path")).toBeVisible();
    await done.getByRole("button", { name: "Add a second device" }).click();
    await ada.scan();
    await ada.goOnToCode();
    await ada.button("Cancel").click();
    await expect(ada.state).toHaveText("On");
    await expect(done, "it is said once").toHaveCount(0);
  });

  test("draws the tick, and for whoever asked for less motion shows it drawn", async ({ administrator: ada }) => {
    await ada.setUpToRecoveryCodes();
    await ada.page.emulateMedia({ reducedMotion: "reduce" });
    await ada.saveRecoveryCodes();
    const tick = ada.section("Two-factor authentication is on").locator("svg path");
    await expect(tick).toHaveCSS("animation-name", "none");
    await ada.page.emulateMedia({ reducedMotion: "no-preference" });
    await expect(tick).toHaveCSS("animation-name", "draw");
  });

  test("names the authenticator by itself, and lets its owner rename it in the list", async ({ administrator: ada }) => {
    await ada.beginSetUp();
    const phone = await ada.scan();
    await ada.goOnToCode();
    await expect(ada.field("Name")).toHaveCount(0);
    await ada.enterCode(await phone.code());
    await ada.readRecoveryCodes();
    await ada.saveRecoveryCodes();
    await ada.rename(ada.authenticator("Authenticator app"), "Pixel 9");
    await expect(ada.authenticator("Pixel 9")).toBeVisible();
  });

  test("shows a QR code that a camera reads in light, in dark and in forced colours", async ({ administrator: ada }) => {
    await ada.beginSetUp();
    const { secret } = await ada.scan();
    const looks = [{ colorScheme: "light" }, { colorScheme: "dark" }, { colorScheme: "light", forcedColors: "active" }, { colorScheme: "dark", forcedColors: "active" }] as const;
    for (const look of looks) {
      await ada.page.emulateMedia(look);
      expect(new URL(await read(ada.qrCode)).searchParams.get("secret")).toBe(secret);
    }
    for (const width of [320, 1280]) {
      await ada.page.setViewportSize({ width, height: 800 });
      expect(new URL(await read(ada.qrCode)).searchParams.get("secret")).toBe(secret);
    }
  });

  test("keeps four white modules round the QR code in dark, as cameras need", async ({ administrator: ada }) => {
    await ada.beginSetUp();
    await ada.page.emulateMedia({ colorScheme: "dark" });
    await ada.scan();
    const { pixels, location } = await photograph(ada.qrCode);
    const { topLeftCorner: from, bottomRightCorner: to, topLeftFinderPattern, topRightFinderPattern } = location;
    // Both are the middle of a pattern of seven modules, at either end of the symbol.
    const module = (to.x - from.x - (topRightFinderPattern.x - topLeftFinderPattern.x)) / 7;
    const margin = Math.floor(4 * module) - 1;
    const [left, top, right, bottom] = [from.x, from.y, to.x, to.y].map(Math.round) as [number, number, number, number];
    const dark: string[] = [];
    for (let y = top - margin; y < bottom + margin; y += 1) {
      for (let x = left - margin; x < right + margin; x += 1) {
        const within = x >= left - 1 && x <= right && y >= top - 1 && y <= bottom;
        if (!within && (pixels.data[(y * pixels.width + x) * 4] ?? 0) < 250) dark.push(`${x},${y}`);
      }
    }
    expect(module).toBeGreaterThan(2);
    expect(dark.slice(0, 5), "pixels of the margin that are not white").toEqual([]);
  });

  test("offers the same secret as a key for typing in", async ({ administrator: ada }) => {
    await ada.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await ada.beginSetUp();
    const phone = await ada.scan();
    await ada.page.getByText("Can't scan QR code?").click();
    const values = await ada.page.getByRole("definition").allInnerTexts();
    expect(values[0]).toContain(phone.secret.replaceAll(/.{4}(?=.)/g, "$& "));
    expect(values.slice(1)).toEqual([ada.email, "Twofold", "Time-based"]);
    await ada.button("Copy").click();
    await expect(ada.notice).toHaveText("Copied");
    expect(await ada.page.evaluate(() => navigator.clipboard.readText())).toBe(phone.secret);
  });

  test("confirms with a code of oathtool, and the confirming code does not sign in", async ({ administrator: ada }) => {
    await ada.page.clock.install();
    await ada.beginSetUp();
    const phone = await ada.scan();
    await ada.goOnToCode();
    const confirming = phone.codeByOathtool();
    await ada.enterCode(confirming);
    await ada.readRecoveryCodes();
    await ada.saveRecoveryCodes();
    await ada.signOut();
    await ada.beginSignIn();
    await ada.enterCode(confirming);
    await expect(ada.trouble).toHaveText(/^That code was used already\./);
    // The button waits until the app shows the next one.
    await ada.wait(60);
    await ada.enterCode(await phone.code());
    await ada.atSecurityTab();
  });

  test("can be given up at every step without a trace", async ({ administrator: ada }) => {
    await ada.beginSetUp();
    await ada.button("Cancel").click();
    await expect(ada.button("Set up")).toBeVisible();
    await ada.beginSetUp();
    const first = await ada.scan();
    await ada.goOnToCode();
    await ada.button("Cancel").click();
    await expect(ada.state).toHaveText("Off");
    await ada.beginSetUp();
    const second = await ada.scan();
    expect(second.secret).not.toBe(first.secret);
  });
});
