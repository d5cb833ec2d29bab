import { expect, test } from "../../support/test.ts";
import { cookieOf, send } from "../../support/wire.ts";

test("every page says what it may do, and that nobody may keep it", async ({ protectedAda: { ada }, server }) => {
  const session = await cookieOf(ada.context);
  await ada.signOut();
  await ada.beginSignIn();
  const pending = await cookieOf(ada.context);
  const pages: [string, string][] = [
    ["/", ""],
    ["/sign-in", ""],
    ["/sign-in/challenge", pending],
    ["/welcome", ""],
    ["/account/security", session],
    ["/account/password", session],
    ["/no-such-page", ""],
  ];
  for (const [path, cookie] of pages) {
    const { headers } = await send(server, { path, headers: [["Cookie", cookie], ["Accept", "text/html"]] });
    const policy = new Map(String(headers["content-security-policy"]).split(";").map((directive) => {
      const [name = "", ...sources] = directive.trim().split(/\s+/);
      return [name, sources.join(" ")];
    }));
    expect(policy.get("default-src"), path).toBe("'none'");
    expect(policy.get("script-src"), path).toBe("'self' 'wasm-unsafe-eval'");
    expect(policy.get("style-src"), path).toBe("'self'");
    expect(policy.get("frame-ancestors"), path).toBe("'none'");
    expect(policy.get("form-action"), path).toBe("'self'");
    expect(policy.get("base-uri"), path).toBe("'none'");
    expect(headers["x-content-type-options"], path).toBe("nosniff");
    expect(["no-referrer", "same-origin", "strict-origin"], path).toContain(headers["referrer-policy"]);
    expect(headers["cache-control"], path).toBe("no-store");
    expect(headers["cross-origin-opener-policy"], path).toBe("same-origin");
    expect(headers.server, path).toBeUndefined();
    expect(headers["x-powered-by"], path).toBeUndefined();
  }
});

test("no page has a script, a style or a handler within it", async ({ protectedAda: { ada }, server }) => {
  const cookie = await cookieOf(ada.context);
  for (const path of ["/sign-in", "/welcome", "/account/security", "/account/password"]) {
    const { body } = await send(server, { path, headers: [["Cookie", path.startsWith("/account") ? cookie : ""], ["Accept", "text/html"]] });
    expect(body, path).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/);
    expect(body, path).not.toMatch(/<style\b|\sstyle="|\son[a-z]+="/);
  }
});

test("assets are kept for a year and come as brotli", async ({ administrator: ada, server }) => {
  const { body } = await send(server, { path: "/account/security", headers: [["Cookie", await cookieOf(ada.context)], ["Accept", "text/html"]] });
  const assets = [...new Set([...body.matchAll(/\/assets\/[\w.-]+/g)].map(([path]) => path))];
  // The style, the two halves of the tab, and what shows a password while it is typed.
  expect(assets.filter((path) => /\.(css|js|wasm)$/.test(path))).toHaveLength(4);
  for (const path of assets) {
    const { status, headers } = await send(server, { path, headers: [["Accept-Encoding", "gzip, deflate, br"]] });
    expect(status, path).toBe(200);
    expect(headers["cache-control"], path).toBe("public, max-age=31536000, immutable");
    expect(headers["x-content-type-options"], path).toBe("nosniff");
    expect(String(headers.vary).toLowerCase(), path).toContain("accept-encoding");
    if (/\.(css|js|wasm)$/.test(path)) expect(headers["content-encoding"], path).toBe("br");
  }
});

test("an asset is the same compressed and plain", async ({ page, server }) => {
  await page.goto("/sign-in");
  const css = await page.locator("link[rel=stylesheet]").getAttribute("href");
  const [packed, plain] = await Promise.all([
    fetch(`${server.url}${css}`, { headers: { "accept-encoding": "br" } }),
    fetch(`${server.url}${css}`, { headers: { "accept-encoding": "identity" } }),
  ]);
  expect(plain.headers.get("content-encoding")).toBeNull();
  expect(packed.headers.get("content-encoding")).toBe("br");
  // fetch unpacks it.
  expect(await packed.text()).toBe(await plain.text());
});
