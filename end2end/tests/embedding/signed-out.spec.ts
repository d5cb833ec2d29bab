import type { Page } from "@playwright/test";
import { expect, test } from "../../support/embedding.ts";

const said = "You are signed out here. Sign in again, then load this page anew.";

/** The reasons that the elements of a page give from now on. */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  await page.addInitScript(() => {
    const reasons: string[] = [];
    Object.assign(globalThis, { reasons });
    addEventListener("twofold:error", (event) => reasons.push((event as CustomEvent).detail.reason));
  });
  return () => page.evaluate(() => (globalThis as unknown as { reasons: string[] }).reasons);
}

const answers = {
  "refuses with 401": { status: 401, json: { error: "nobody" } },
  "refuses with 403": { status: 403, body: "no" },
  "answers with a page": { status: 200, contentType: "text/html", body: "<!doctype html><h1>Sign in</h1>" },
  "redirects to its sign-in": { status: 302, headers: { location: "/" } },
  "redirects to where the page may not see": { status: 302, headers: { location: "/elsewhere" } },
};
for (const [what, answer] of Object.entries(answers)) {
  test(`where the site's server ${what}, the element says that nobody is signed in`, async ({ market, guest, guards }) => {
    const ada = await guest(await market.shop("node"));
    guards.expectError(/Twofold: |ERR_/);
    await ada.signUp();
    const reasons = await listen(ada.page);
    const url = `${ada.shop.url}/account/twofold-session`;
    await ada.page.route(url, (route) => route.fulfill(answer));
    await ada.page.route("**/elsewhere", (route) => route.abort());
    await ada.page.reload();
    await expect(ada.siteTrouble).toHaveText(said);
    expect(await reasons()).toEqual(["signed_out"]);
    await ada.page.unroute(url);
    await ada.page.getByRole("button", { name: "Try again" }).click();
    await ada.awake();
  });
}

test("a page asks for tickets in a way of its own, for the renewals too", async ({ market, guest, guards }) => {
  const ada = await guest(await market.shop("node"));
  guards.expectError(/Twofold: |status of 401/);
  await ada.signUp();
  const reasons = await listen(ada.page);
  await ada.openLab("<main><h1>Lab</h1></main>");
  await ada.page.evaluate(() => {
    // As a page does whose script comes before `embed.js`, and which has a client of its own.
    const element = document.createElement("twofold-security") as HTMLElement & { fetchTicket?: () => Promise<string> };
    let asked = 0;
    element.fetchTicket = async () => {
      document.title = `asked ${++asked}`;
      if (asked === 3) throw { response: { status: 401 } };
      const answer = await fetch("/account/twofold-session", { method: "POST", headers: { "x-csrf": "1" } });
      return ((await answer.json()) as { ticket: string }).ticket;
    };
    document.querySelector("main")?.append(element);
    // Drawn anew with the same: nothing is opened again.
    const same = element.fetchTicket;
    if (same) element.fetchTicket = () => same();
  });
  await ada.awake();
  await expect(ada.page).toHaveTitle("asked 1");
  const expire = async () => {
    const frame = ada.page.frames().find((frame) => frame.url().endsWith("/widget/security"));
    await frame?.evaluate(() => document.dispatchEvent(new Event("twofold:expired")));
  };
  await expire();
  await expect(ada.page).toHaveTitle("asked 2");
  await ada.awake();
  await expire();
  await expect(ada.page).toHaveTitle("asked 3");
  await expect(ada.siteTrouble).toHaveText(said);
  expect(await reasons()).toEqual(["signed_out"]);
});
