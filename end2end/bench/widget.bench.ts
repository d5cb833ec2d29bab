import { type Browser, type CDPSession, expect, type Page, test } from "@playwright/test";
import { Guest } from "../support/guest.ts";
import { Secrets } from "../support/secrets.ts";
import { Server } from "../support/server.ts";
import { Shop } from "../support/shop.ts";

const ROUNDS = 5;
/** 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back: a phone on a slow 4G link. */
const LINK = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 };
const SLOW_DOWN = 4;

const WIDGETS = [
  { name: "security", path: "/account", budget: 110_000 },
  { name: "challenge", path: "/confirm", budget: 90_000 },
];

/** What one load of a page took, of Twofold's part only. */
interface Load {
  bytes: number;
  requests: number;
  /** From the navigation of the host's page to `twofold:ready`, in milliseconds. */
  ready: number;
}

test("the widgets in Chromium", async ({ browser }) => {
  const server = await Server.start();
  const shop = await Shop.open("node", server);
  try {
    const cookies = await visitor(browser, server, shop);
    const rows: string[][] = [];
    const heavy: string[] = [];
    for (const { name, path, budget } of WIDGETS) {
      const loads: Record<"cold" | "warm", Load[]> = { cold: [], warm: [] };
      for (let round = 0; round < ROUNDS; round += 1) {
        const context = await browser.newContext();
        await context.addCookies(cookies);
        const page = await context.newPage();
        const cdp = await slow(page);
        for (const state of ["cold", "warm"] as const) loads[state].push(await load(page, cdp, server.url, shop.url + path));
        await context.close();
      }
      for (const [state, of] of Object.entries(loads)) {
        const middle = of.toSorted((one, other) => one.ready - other.ready)[ROUNDS >> 1] as Load;
        rows.push([name, state, String(middle.bytes), String(middle.requests), String(Math.round(middle.ready))]);
        if (middle.bytes > budget) heavy.push(`the ${name} widget weighs ${middle.bytes} bytes (${state}); the budget is ${budget}`);
      }
    }
    print(rows);
    expect(heavy).toEqual([]);
  } finally {
    await shop.close();
    await server.stop();
  }
});

/** Somebody with two-factor authentication on, signed in, and asked again for a payment. */
async function visitor(browser: Browser, server: Server, shop: Shop) {
  const context = await browser.newContext();
  const ada = new Guest(await context.newPage(), { server, secrets: new Secrets() }, shop);
  await ada.signUp();
  await ada.setUp();
  await ada.page.getByRole("button", { name: "Pay 24.00 €" }).click();
  await ada.atChallenge();
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}

async function slow(page: Page): Promise<CDPSession> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", LINK);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: SLOW_DOWN });
  await page.addInitScript(() => {
    addEventListener("twofold:ready", () => ((globalThis as unknown as { ready: number }).ready = performance.now()));
  });
  return cdp;
}

async function load(page: Page, cdp: CDPSession, twofold: string, url: string): Promise<Load> {
  const urls = new Map<string, string>();
  const sizes = new Map<string, number>();
  const sent = ({ requestId, request }: { requestId: string; request: { url: string } }) => urls.set(requestId, request.url);
  const finished = ({ requestId, encodedDataLength }: { requestId: string; encodedDataLength: number }) => sizes.set(requestId, encodedDataLength);
  const cached = ({ requestId }: { requestId: string }) => urls.delete(requestId);
  cdp.on("Network.requestWillBeSent", sent);
  cdp.on("Network.loadingFinished", finished);
  cdp.on("Network.requestServedFromCache", cached);
  await page.goto(url, { waitUntil: "commit" });
  const handle = await page.waitForFunction(() => (globalThis as unknown as { ready?: number }).ready);
  const ready = (await handle.jsonValue()) as number;
  await page.waitForLoadState("networkidle");
  cdp.off("Network.requestWillBeSent", sent);
  cdp.off("Network.loadingFinished", finished);
  cdp.off("Network.requestServedFromCache", cached);
  const ours = [...urls].filter(([id, url]) => url.startsWith(twofold) && (sizes.get(id) ?? 0) > 0);
  expect(ours.length, "the frame is drawn by another process, which is not measured").toBeGreaterThan(0);
  return { bytes: ours.reduce((sum, [id]) => sum + (sizes.get(id) ?? 0), 0), requests: ours.length, ready };
}

function print(rows: string[][]): void {
  const all = [["widget", "load", "bytes", "requests", "ready (ms)"], ...rows];
  const line = (row: string[]) => row.map((cell, at) => (at < 2 ? cell.padEnd(10) : cell.padStart(11))).join("");
  console.log(`\n${all.map(line).join("\n")}\nmedians of ${ROUNDS}; 1.6 Mbit/s, 150 ms, a processor ${SLOW_DOWN} times slower; bytes with headers, of Twofold only`);
}
