import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "@playwright/test";
import { expect, test } from "../../support/embedding.ts";
import { ROOT, snippets, text } from "../../support/repository.ts";
import { Shop } from "../../support/shop.ts";

const EXPRESS = { "Express 4": "sdk/node/node_modules/express4", "Express 5": "examples/node/node_modules/express" };
for (const [name, installed] of Object.entries(EXPRESS)) {
  test(`the snippets of docs/embedding.md, put into an empty app of ${name}, are a login with a second factor`, async ({ market: { server }, guest, guards }) => {
    const folder = await mkdtemp(path.join(tmpdir(), "twofold-snippets-"));
    await writeFile(path.join(folder, "app.mjs"), snippets(await text("docs/embedding.md"), "app.mjs"));
    await mkdir(path.join(folder, "node_modules"));
    await symlink(path.join(ROOT, installed), path.join(folder, "node_modules/express"));
    const shop = await Shop.start(server, [], process.execPath, ["app.mjs"], folder, /Open/);
    try {
      guards.expectError(/favicon/);
      const ada = await guest(shop);
      const page = ada.page;
      const signIn = async (page: Page) => {
        await page.goto(shop.url);
        await page.getByLabel("E-mail").fill("ada@example.com");
        await page.getByLabel("Password").fill("correct horse battery");
        await page.getByRole("button", { name: "Sign in" }).click();
      };
      await signIn(page);
      await ada.atSecurityTab();
      const { phone } = await ada.setUp();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.goto(`${shop.url}/account`);
      await expect(page).toHaveURL(`${shop.url}/`);
      await signIn(page);
      await ada.atChallenge();
      await ada.enterCode(phone.wrongCode());
      await expect(ada.trouble).toContainText("tries left");
      await page.goto(`${shop.url}/account`);
      await expect(page).toHaveURL(`${shop.url}/`);
      await signIn(page);
      await ada.atChallenge();
      // Too early: the form is sent, and nothing was passed. It is refused in words, and the site goes on.
      await page.locator("form").evaluate((form: HTMLFormElement) => form.submit());
      await expect(page.getByText("That did not work.")).toBeVisible();
      await signIn(page);
      await ada.atChallenge();
      // A second tab shows the same challenge, and the first one's code is good still.
      const second = await page.context().newPage();
      await second.goto(`${shop.url}/confirm`);
      await second.frameLocator("twofold-challenge iframe").locator("html[data-twofold=ready]").waitFor();
      await second.close();
      await ada.enterCode(await phone.code());
      await ada.atSecurityTab();
      await expect(ada.state).toHaveText("On");
    } finally {
      await shop.close();
      await rm(folder, { recursive: true });
    }
  });
}

/** What Vue makes of what the paper tells it. */
const VUE = `import type { GlobalComponents } from "vue";
type Vue = { [name in keyof GlobalComponents]: InstanceType<GlobalComponents[name]>["$props"] };
`;

test("embed.d.ts tells TypeScript of the elements and their events", async ({ market: { server } }) => {
  const folder = await mkdtemp(path.join(tmpdir(), "twofold-types-"));
  try {
    await writeFile(path.join(folder, "embed.d.ts"), await (await fetch(`${server.url}/embed.d.ts`)).text());
    await writeFile(path.join(folder, "vue.d.ts"), snippets(await text("docs/embedding.md"), "vue.d.ts"));
    await mkdir(path.join(folder, "node_modules/vue"), { recursive: true });
    await writeFile(path.join(folder, "node_modules/vue/index.d.ts"), "export interface GlobalComponents {}\n");
    const check = async (code: string) => {
      await writeFile(path.join(folder, "page.ts"), `/// <reference path="./embed.d.ts" />\n/// <reference path="./vue.d.ts" />\n${code}`);
      const words = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom", path.join(folder, "page.ts")];
      return spawnSync(path.join(ROOT, "end2end/node_modules/.bin/tsc"), words, { cwd: folder, encoding: "utf8" }).stdout;
    };
    expect(await check(`document.querySelector("twofold-challenge")?.addEventListener("twofold:passed", ({ detail }) => detail.challenge.toUpperCase());
      document.addEventListener("twofold:error", (event) => { const reason: string = event.detail.reason; return reason; });
      document.querySelector("twofold-security")?.addEventListener("twofold-change", ({ detail }) => detail.what.length);
      document.createElement("twofold-security").lang = "de";`)).toBe("");
    expect(await check(`document.querySelector("twofold-challenge")?.addEventListener("twofold:passed", ({ detail }) => detail.code);`)).toContain("'code' does not exist");
    // As JSX, Svelte and Vue look the elements up.
    const use = (attributes: string) =>
      check(["JSX.IntrinsicElements", "svelteHTML.IntrinsicElements", "Vue"].reduce((code, of, at) => `${code}export const use${at}: ${of}["twofold-challenge"] = ${attributes};\n`, VUE));
    expect(await use(`{ "session-url": "/t", "ontwofold-passed": ({ detail }) => detail.challenge }`)).toBe("");
    expect((await use(`{ theme: "blue" }`)).match(/Type '"blue"'/g)).toHaveLength(3);
  } finally {
    await rm(folder, { recursive: true });
  }
});
