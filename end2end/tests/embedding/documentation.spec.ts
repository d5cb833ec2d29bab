import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "../../support/embedding.ts";
import { ROOT, snippets, text } from "../../support/repository.ts";
import { Shop } from "../../support/shop.ts";

test("the snippets of docs/embedding.md, put into an empty Express app, are a login with a second factor", async ({ market: { server }, guest, guards }) => {
  const folder = await mkdtemp(path.join(tmpdir(), "twofold-snippets-"));
  await writeFile(path.join(folder, "app.mjs"), snippets(await text("docs/embedding.md"), "app.mjs"));
  await symlink(path.join(ROOT, "examples/node/node_modules"), path.join(folder, "node_modules"));
  const shop = await Shop.start(server, [], process.execPath, ["app.mjs"], folder, /Open/);
  try {
    guards.expectError(/favicon/);
    const ada = await guest(shop);
    const page = ada.page;
    const signIn = async () => {
      await page.goto(shop.url);
      await page.getByLabel("E-mail").fill("ada@example.com");
      await page.getByLabel("Password").fill("correct horse battery");
      await page.getByRole("button", { name: "Sign in" }).click();
    };
    await signIn();
    await ada.atSecurityTab();
    const { phone } = await ada.setUp();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.goto(`${shop.url}/account`);
    await expect(page).toHaveURL(`${shop.url}/`);
    await signIn();
    await ada.atChallenge();
    await ada.enterCode(phone.wrongCode());
    await expect(ada.trouble).toContainText("tries left");
    await page.goto(`${shop.url}/account`);
    await expect(page).toHaveURL(`${shop.url}/`);
    await signIn();
    await ada.atChallenge();
    await ada.enterCode(await phone.code());
    await ada.atSecurityTab();
    await expect(ada.state).toHaveText("On");
  } finally {
    await shop.close();
    await rm(folder, { recursive: true });
  }
});

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
      document.createElement("twofold-security").lang = "de";`)).toBe("");
    expect(await check(`document.querySelector("twofold-challenge")?.addEventListener("twofold:passed", ({ detail }) => detail.code);`)).toContain("'code' does not exist");
    expect(await check(`document.querySelector("twofold-security")?.addEventListener("twofold-change", ({ detail }) => detail.what.length);`)).toBe("");
    // As JSX, Svelte and Vue look the elements up.
    for (const [elements, head] of [["JSX.IntrinsicElements", ""], ["svelteHTML.IntrinsicElements", ""], ["Vue", VUE]] as const) {
      const use = (attributes: string) => check(`${head}export const element: ${elements}["twofold-challenge"] = ${attributes};`);
      expect(await use(`{ "session-url": "/t", "ontwofold-passed": ({ detail }) => detail.challenge }`)).toBe("");
      expect(await use(`{ theme: "blue" }`)).toContain(`"blue"`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
