import type { Page } from "@playwright/test";
import { expect, test } from "../../support/embedding.ts";
import type { Shop } from "../../support/shop.ts";

/** Counts what was asked of the host's server. */
function count(page: Page, url: string): () => number {
  let asked = 0;
  page.on("request", (request) => (asked += request.url() === url ? 1 : 0));
  return () => asked;
}

const said = "This part of the page could not be loaded. Check your connection, then try again.";
const sessionUrl = (shop: Shop) => `${shop.url}/account/twofold-session`;

test("a session that is over goes on where the person was", async ({ market, guest }) => {
  const ada = await guest(await market.shop("node"));
  await ada.signUp();
  const asked = count(ada.page, sessionUrl(ada.shop));
  await ada.beginSetUp();
  const phone = await ada.scan();
  await ada.goOnToCode();
  // Nobody touches it for nine minutes, and then the page is loaded again.
  await market.server.advance(9 * 60);
  await ada.page.reload();
  await expect.poll(asked).toBe(1);
  await ada.awake();
  await ada.button("Continue").click();
  expect((await ada.scan()).secret, "the same QR code").toBe(phone.secret);
  await ada.goOnToCode();
  await ada.enterCode(await phone.code());
  await ada.readRecoveryCodes();
  await ada.page.reload();
  await ada.awake();
  await ada.button("Show recovery codes").click();
  await ada.readRecoveryCodes();
  await ada.saveRecoveryCodes();
  await expect(ada.state).toHaveText("On");
});

test("what was begun in one browser is not shown in another", async ({ market, guest }) => {
  const shop = await market.shop("node");
  const ada = await guest(shop);
  await ada.signUp();
  await ada.beginSetUp();
  const phone = await ada.scan();
  const kept = await ada.page.evaluate(() => JSON.stringify(sessionStorage));
  expect(kept).toContain("twofold:security");
  expect(kept).not.toContain(phone.secret);
  await ada.page.evaluate(() => sessionStorage.clear());
  await ada.page.reload();
  await ada.awake();
  await expect(ada.button("Continue")).toBeHidden();
  await expect(ada.button("Set up")).toBeVisible();
});

test("a challenge whose time is up is asked anew, in place", async ({ market, guest }) => {
  const ada = await guest(await market.shop("node"));
  await ada.signUp();
  const { phone } = await ada.setUp();
  await ada.signOut();
  await ada.beginSignIn();
  await market.server.advance(301);
  await ada.field("6-digit code").pressSequentially(await phone.code());
  await expect(ada.field("6-digit code")).toHaveValue("");
  await ada.awake();
  await ada.enterCode(await phone.code());
  await ada.atSecurityTab();
});

test("a page with nobody there does not go on for ever", async ({ market, guest }) => {
  const ada = await guest(await market.shop("node"));
  // The browser would say so after some seconds.
  await ada.page.addInitScript(() => Object.defineProperty(navigator, "userActivation", { value: { isActive: false } }));
  await ada.signUp();
  const asked = count(ada.page, sessionUrl(ada.shop));
  const expire = async () => {
    const frame = ada.page.frames().find((frame) => frame.url().endsWith("/widget/security"));
    await frame?.evaluate(() => document.dispatchEvent(new Event("twofold:expired")));
  };
  await expire();
  await expect.poll(asked).toBe(1);
  await ada.awake();
  await expire();
  const status = ada.page.getByRole("status").filter({ hasText: "This was open for too long." });
  await expect(status).toBeVisible();
  await ada.page.getByRole("button", { name: "Continue" }).click();
  await ada.awake();
  expect(asked()).toBe(2);
  await expect(ada.state).toHaveText("Off");
});

test.describe("the element says so and tries again", () => {
  const answers = {
    "refuses": { status: 500, body: "no" },
    "answers without a ticket": { status: 200, json: { ticket: null } },
    "answers with nothing": { status: 200, body: "" },
  };
  for (const [what, answer] of Object.entries(answers)) {
    test(`where the site's server ${what}`, async ({ market, guest, guards }) => {
      const ada = await guest(await market.shop("node"));
      await ada.signUp();
      guards.expectError(/Twofold: |status of 500/);
      await ada.page.route(sessionUrl(ada.shop), (route) => route.fulfill(answer), { times: 1 });
      await ada.page.reload();
      await expect(ada.siteTrouble).toHaveText(said);
      await ada.page.getByRole("button", { name: "Try again" }).press("Enter");
      await ada.awake();
      await expect(ada.state).toHaveText("Off");
      await expect(ada.siteTrouble).toHaveCount(0);
      // The focus is not lost.
      expect(await ada.page.evaluate(() => document.activeElement?.localName)).toBe("twofold-security");
    });
  }

  test("where the site's server says nothing", async ({ market, guest, guards }) => {
    const ada = await guest(await market.shop("node"));
    await ada.signUp();
    guards.expectError(/Twofold: /);
    await ada.page.clock.install();
    await ada.page.route(sessionUrl(ada.shop), () => {}, { times: 1 });
    const asked = ada.page.waitForRequest(sessionUrl(ada.shop));
    await ada.page.reload();
    await asked;
    await expect(ada.page.getByRole("status")).toHaveText("Loading…");
    await ada.page.clock.fastForward(9_000);
    await expect(ada.page.getByRole("status")).toHaveText("Loading…");
    await ada.page.clock.fastForward(1_500);
    await expect(ada.siteTrouble).toHaveText(said);
    await ada.page.getByRole("button", { name: "Try again" }).click();
    await ada.awake();
  });

  test("where Twofold says nothing", async ({ market, guest, guards }) => {
    const ada = await guest(await market.shop("node"));
    await ada.signUp();
    guards.expectError(/ERR_|Twofold: nothing came from/);
    await ada.page.clock.install();
    const opened = `${market.server.url}/widget/security`;
    await ada.page.route(opened, () => {}, { times: 1 });
    const asked = ada.page.waitForRequest(opened);
    await ada.page.reload();
    await asked;
    await ada.page.clock.fastForward(14_000);
    await expect(ada.page.getByRole("status")).toHaveText("Loading…");
    await ada.page.clock.fastForward(1_500);
    await expect(ada.siteTrouble).toHaveText(said);
    await ada.page.getByRole("button", { name: "Try again" }).click();
    await ada.awake();
    await expect(ada.state).toHaveText("Off");
  });

  test("where Twofold answers something else", async ({ market, guest, guards }) => {
    const ada = await guest(await market.shop("node"));
    await ada.signUp();
    guards.expectError(/status of 503|Twofold: nothing came from/);
    await ada.page.clock.install();
    const opened = `${market.server.url}/widget/security`;
    await ada.page.route(opened, (route) => route.fulfill({ status: 503, contentType: "text/plain", body: "down", headers: { "cache-control": "no-store" } }), { times: 1 });
    const answered = ada.page.waitForResponse(opened);
    await ada.page.reload();
    await (await answered).finished();
    await expect.poll(() => ada.page.frames().map((frame) => frame.url())).toContain(opened);
    await ada.page.clock.fastForward(4_500);
    await expect(ada.siteTrouble).toHaveText(said);
    await ada.page.getByRole("button", { name: "Try again" }).click();
    await ada.awake();
  });
});

test("a ticket that was used is asked for once more, and then its page is told what is wrong", async ({ market, guest, guards }) => {
  const ada = await guest(await market.shop("node"));
  guards.expectError(/answers with a ticket that was used|status of 410/);
  const said: string[] = [];
  ada.page.on("console", (message) => said.push(message.text()));
  await ada.page.addInitScript(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    for (const name of ["twofold:error", "twofold-error"]) {
      addEventListener(name, (event) => heard.push(`${name} ${(event as CustomEvent<{ reason: string }>).detail.reason}`));
    }
  });
  // A host whose session did not save that its ticket was handed out. Node, which asks it here, knows no *.localhost.
  const { host, port } = new URL(ada.shop.url);
  const url = sessionUrl(ada.shop).replace(host, `127.0.0.1:${port}`);
  let kept: string | undefined;
  await ada.page.route(sessionUrl(ada.shop), async (route) => {
    kept ??= await (await route.fetch({ url, headers: { ...(await route.request().allHeaders()), host } })).text();
    await route.fulfill({ contentType: "application/json", body: kept });
  });
  await ada.signUp();
  await ada.awake();
  const asked = count(ada.page, sessionUrl(ada.shop));
  await ada.page.reload();
  const heard = () => ada.page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  await expect.poll(heard).toEqual(["twofold:error ticket_over", "twofold-error ticket_over"]);
  expect(asked(), "the one of the page, and one more").toBe(2);
  expect(said.filter((line) => line.includes("answers with a ticket that was used"))).toHaveLength(1);
});
