// The components in a real browser, as the README shows them, against the real Twofold.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { Twofold } from "../../node/dist/esm/index.js";
import { twofold } from "../../node/dist/esm/fetch.js";
import { Phone } from "../../node/test/support/phone.mjs";
import { Server, freePort } from "../../node/test/support/server.mjs";

const HERE = fileURLToPath(new URL("..", import.meta.url));
const MAIN = `
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
const Page = location.pathname === "/confirm" ? Confirm : Account;
createRoot(document.querySelector("main")).render(<StrictMode><Page url={document.body.dataset.twofold} /></StrictMode>);
`;

let server, key, browser;
before(async () => {
  server = await Server.start();
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A site whose pages are made by React. */
async function open(t, snippet) {
  const port = await freePort();
  const url = `http://shop.localhost:${port}`;
  ({ key } = server.site({ origin: url }));
  const script = await build({
    stdin: { contents: snippet + MAIN, loader: "jsx", resolveDir: HERE },
    bundle: true, write: false, format: "esm", jsx: "automatic", define: { "process.env.NODE_ENV": '"development"' },
  });
  let signedIn;
  const twoFactor = twofold({
    url: server.url,
    key,
    user: () => signedIn,
    done(_request, { user }) {
      signedIn = user;
      return new Response(null, { status: 303, headers: { location: "/account" } });
    },
  });
  const html = `<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><body data-twofold="${server.url}"><main></main><script type="module" src="/main.js"></script>`;
  const answer = async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/main.js") return new Response(script.outputFiles[0].text, { headers: { "content-type": "text/javascript" } });
    if (pathname === "/sign-in") return twoFactor.start(request, { user: { id: "ada", label: "ada@example.com" } });
    const headers = { "content-type": "text/html", "content-security-policy": twoFactor.csp("default-src 'self'; img-src data:; style-src 'self'") };
    return (await twoFactor.handle(request)) ?? new Response(html, { headers });
  };
  const listener = createServer(async (incoming, outgoing) => {
    const body = Buffer.concat(await incoming.toArray());
    const { method, headers, url } = incoming;
    const response = await answer(new Request(`http://${headers.host}${url}`, { method, headers, ...(method === "POST" && { body }) }));
    const cookies = response.headers.getSetCookie();
    outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), ...(cookies.length > 0 && { "set-cookie": cookies }) });
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  }).listen(port, "127.0.0.1");
  t.after(() => (listener.closeAllConnections(), listener.close()));
  return url;
}

test("the components ask for a code, and show the Security tab", async (t) => {
  const text = await readFile(path.join(HERE, "README.md"), "utf8");
  const [, snippet] = /^```jsx title="react\.jsx"\n([\s\S]*?)^```$/m.exec(text);
  const url = await open(t, snippet);
  const phone = await Phone.setUp(new Twofold({ url: server.url, key, timeout: 60_000 }), server, "ada");
  const page = await browser.newPage();
  t.after(() => page.close());
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  await page.goto(`${url}/sign-in`);
  assert.equal(page.url(), `${url}/confirm`);
  const challenge = page.frameLocator("twofold-challenge iframe:not([inert])");
  await challenge.getByLabel("6-digit code").pressSequentially(await phone.code());
  await page.waitForURL(`${url}/account`);
  assert.equal(await page.evaluate(() => document.querySelectorAll('script[src$="/embed.js"]').length), 1, "once, in strict mode too");
  const tab = page.frameLocator("twofold-security iframe:not([inert])");
  await tab.getByRole("button", { name: "Rename" }).click();
  const dialog = tab.getByRole("dialog", { name: "Rename authenticator" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("Phone");
  const changed = page.waitForEvent("console", (message) => message.text() === "changed");
  await dialog.getByRole("button", { name: "Save" }).click();
  await changed;
  assert.deepEqual(said.filter((line) => !/React DevTools/.test(line)), ["changed"]);
});

test("an element that cannot go on says why to React, and handlers may be new ones in each render", async (t) => {
  const url = await open(t, `
import { TwofoldSecurity } from "@twofold/react";
import { useState } from "react";
function Account({ url }) {
  const [count, setCount] = useState(0);
  return <><button onClick={() => setCount(count + 1)}>{count}</button><output></output>
    <TwofoldSecurity url={url} className="tab" style={{ "--twofold-accent": "#2f6b4a" }} theme="dark"
      onError={({ detail }) => { document.querySelector("output").textContent += detail.reason + count + " "; }} /></>;
}
const Confirm = Account;
`);
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.goto(`${url}/account`);
  const said = page.locator("output");
  await page.waitForFunction(() => document.querySelector("output")?.textContent === "ticket_missing0 ");
  await page.getByRole("button", { name: "0" }).click();
  await page.evaluate(() => document.querySelector("twofold-security").setAttribute("ticket", ""));
  await page.waitForFunction(() => document.querySelector("output")?.textContent === "ticket_missing0 ticket_missing1 ");
  assert.ok(await said.isVisible());
  const attributes = await page.evaluate(() => ["class", "style", "theme"].map((name) => document.querySelector("twofold-security").getAttribute(name)));
  assert.deepEqual(attributes, ["tab", "--twofold-accent: #2f6b4a;", "dark"]);
});

test("a page's own way to a ticket is asked, and a new one in each render asks no more", async (t) => {
  const url = await open(t, `
import { TwofoldSecurity } from "@twofold/react";
import { useState } from "react";
let asked = 0;
function Account({ url }) {
  const [count, setCount] = useState(0);
  const fetchTicket = async () => {
    document.title = "asked " + ++asked;
    throw { status: 401 };
  };
  return <><button onClick={() => setCount(count + 1)}>{count}</button><output></output>
    <TwofoldSecurity url={url} fetchTicket={fetchTicket} onError={({ detail }) => { document.querySelector("output").textContent += detail.reason; }} /></>;
}
const Confirm = Account;
`);
  const page = await browser.newPage();
  t.after(() => page.close());
  await page.goto(`${url}/account`);
  await page.waitForFunction(() => document.querySelector("output")?.textContent === "signed_out");
  await page.getByRole("button", { name: "0" }).click();
  await page.getByRole("button", { name: "1" }).waitFor();
  assert.equal(await page.title(), "asked 1");
});

test("the types are for JSX, too", async () => {
  const folder = await mkdtemp(path.join(HERE, "test/types-"));
  try {
    const check = async (code) => {
      await writeFile(path.join(folder, "page.tsx"), `import { TwofoldChallenge, TwofoldSecurity } from "@twofold/react";\nexport const page = <>${code}</>;\nexport { TwofoldChallenge, TwofoldSecurity };\n`);
      const words = ["--ignoreConfig", "--noEmit", "--strict", "--skipLibCheck", "--jsx", "react-jsx", "--module", "nodenext", "--target", "es2022", "--types", "react", path.join(folder, "page.tsx")];
      return spawnSync(path.join(HERE, "node_modules/.bin/tsc"), words, { cwd: folder, encoding: "utf8" }).stdout;
    };
    assert.equal(await check('<TwofoldChallenge sessionUrl="/t" onPassed={({ detail }) => detail.challenge.toUpperCase()} style={{ "--twofold-accent": "red" }} />'), "");
    assert.equal(await check('<twofold-security session-url="/t" theme="dark" />'), "");
    assert.equal(await check('<TwofoldSecurity fetchTicket={async () => "ticket"} />'), "");
    assert.match(await check("<TwofoldSecurity onPassed={() => {}} />"), /'onPassed' does not exist/);
    assert.match(await check('<twofold-security theme="blue" />'), /"blue"/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the tarball holds what runs and its types, and the version is the server's", async () => {
  const npm = spawnSync("npm", ["pack", "--json", "--dry-run", "--ignore-scripts"], { cwd: HERE, encoding: "utf8" });
  const [{ files, version }] = Object.values(JSON.parse(npm.stdout));
  const built = ["esm", "cjs"].flatMap((kind) => ["index", "load"].flatMap((name) => [`dist/${kind}/${name}.d.ts`, `dist/${kind}/${name}.js`]));
  assert.deepEqual(files.map(({ path }) => path).sort(), ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "package.json", "dist/cjs/package.json", ...built].sort());
  assert.equal(server.command("--version").split(" ")[1], version);
  assert.match(await readFile(path.join(HERE, "dist/esm/index.js"), "utf8"), /^"use client";/);
});
