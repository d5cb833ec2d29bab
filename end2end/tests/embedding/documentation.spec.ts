import { spawnSync } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
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

test("embed.d.ts tells TypeScript of the elements and their events", async ({ market: { server } }) => {
  const folder = await mkdtemp(path.join(tmpdir(), "twofold-types-"));
  try {
    await writeFile(path.join(folder, "embed.d.ts"), await (await fetch(`${server.url}/embed.d.ts`)).text());
    const check = async (code: string) => {
      await writeFile(path.join(folder, "page.ts"), `/// <reference path="./embed.d.ts" />\n${code}`);
      const words = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom", path.join(folder, "page.ts")];
      return spawnSync(path.join(ROOT, "end2end/node_modules/.bin/tsc"), words, { cwd: folder, encoding: "utf8" }).stdout;
    };
    expect(await check(`document.querySelector("twofold-challenge")?.addEventListener("twofold:passed", ({ detail }) => detail.challenge.toUpperCase());
      document.addEventListener("twofold:error", (event) => { const reason: string = event.detail.reason; return reason; });
      document.createElement("twofold-security").lang = "de";`)).toBe("");
    expect(await check(`document.querySelector("twofold-challenge")?.addEventListener("twofold:passed", ({ detail }) => detail.code);`)).toContain("'code' does not exist");
  } finally {
    await rm(folder, { recursive: true });
  }
});
