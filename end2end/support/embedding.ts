import { test as base, type Page } from "@playwright/test";
import { Guards } from "./guards.ts";
import { Guest } from "./guest.ts";
import type { World } from "./person.ts";
import { Secrets } from "./secrets.ts";
import { Server } from "./server.ts";
import { type Kind, Shop } from "./shop.ts";

export { expect } from "@playwright/test";

/** One Twofold and the sites that embed it, for all tests of a worker: each test signs up people of its own. */
export interface Market {
  server: Server;
  /** The example of this kind whose site has this policy. */
  shop(kind: Kind, ...policy: string[]): Promise<Shop>;
}

interface Fixtures {
  secrets: Secrets;
  guards: Guards;
  world: World;
  /** Somebody new at a site, who has no account yet. */
  guest: (shop: Shop) => Promise<Guest>;
  /** Another browser, which is guarded too. */
  anotherPage: () => Promise<Page>;
}

export const test = base.extend<Fixtures, { market: Market }>({
  market: [
    async ({}, use) => {
      const server = await Server.start();
      const shops = new Map<string, Promise<Shop>>();
      const shop = (kind: Kind, ...policy: string[]) => {
        const name = [kind, ...policy].join(" ");
        const opened = shops.get(name) ?? Shop.open(kind, server, policy);
        shops.set(name, opened);
        return opened;
      };
      await use({ server, shop });
      for (const opened of shops.values()) await (await opened).close();
      await server.stop();
    },
    { scope: "worker" },
  ],
  secrets: async ({}, use) => use(new Secrets()),
  world: async ({ market: { server }, secrets }, use) => use({ server, secrets }),
  guards: [
    async ({ context, page: _, market: { server }, secrets }, use, info) => {
      const guards = new Guards(server, secrets);
      await guards.watch(context);
      await use(guards);
      if (info.status !== info.expectedStatus) await info.attach("server.log", { body: server.output.slice(-20_000) });
      await guards.check();
    },
    { auto: true },
  ],
  guest: async ({ page, guards, world }, use) => {
    await use(async (shop) => {
      guards.admit(shop);
      return new Guest(page, world, shop);
    });
  },
  anotherPage: async ({ browser, guards }, use) => {
    await use(async () => {
      const context = await browser.newContext();
      await guards.watch(context);
      return context.newPage();
    });
  },
});
