import { test as base } from "@playwright/test";
import { Guards } from "./guards.ts";
import { type Credentials, type Equipment, Person, type World } from "./person.ts";
import { Secrets } from "./secrets.ts";
import { Server, type Settings } from "./server.ts";

export { expect } from "@playwright/test";

interface Fixtures {
  /** What the server is told, beside where it is. */
  settings: Settings;
  secrets: Secrets;
  server: Server;
  world: World;
  guards: Guards;
  /** Ada, who has no account yet. */
  ada: Person;
  /** Ada, the administrator, signed in, at the Security tab. */
  administrator: Person;
  /** The same with two-factor authentication on, and what she has in hand. */
  protectedAda: { ada: Person } & Equipment;
  /** Somebody in front of another browser, which is guarded too. */
  elsewhere: (who?: Credentials) => Promise<Person>;
}

export const test = base.extend<Fixtures>({
  settings: [{}, { option: true }],
  secrets: async ({}, use) => use(new Secrets()),
  server: async ({ settings }, use, info) => {
    const server = await Server.start(settings);
    await use(server);
    if (info.status !== info.expectedStatus) await info.attach("server.log", { body: server.output });
    await server.stop();
  },
  baseURL: async ({ server }, use) => use(server.url),
  world: async ({ server, secrets }, use) => use({ server, secrets }),
  // They are there before the page does anything, and look round before any page is closed.
  guards: [
    async ({ context, page: _, server, secrets }, use) => {
      const guards = new Guards(server, secrets);
      await guards.watch(context);
      await use(guards);
      await guards.check();
    },
    { auto: true },
  ],
  ada: async ({ page, world }, use) => use(new Person(page, world)),
  administrator: async ({ ada }, use) => {
    await ada.createAdministrator();
    await use(ada);
  },
  protectedAda: async ({ administrator }, use) => use({ ada: administrator, ...(await administrator.setUp()) }),
  elsewhere: async ({ browser, guards, world, baseURL }, use) => {
    await use(async (who) => {
      const context = await browser.newContext({ baseURL: baseURL ?? "" });
      await guards.watch(context);
      return new Person(await context.newPage(), world, who);
    });
  },
});
