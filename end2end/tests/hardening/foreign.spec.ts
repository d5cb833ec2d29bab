import { expect, test } from "../../support/test.ts";
import { asOurPage, call, cookieOf, post, send } from "../../support/wire.ts";

/** Every server function, with an input that would be taken. */
const FUNCTIONS: [string, unknown][] = [
  ["overview", {}],
  ["begin_enrollment", { purpose: "further" }],
  ["resume_enrollment", { id: "00000000-0000-7000-8000-000000000000" }],
  ["confirm_enrollment", { id: "00000000-0000-7000-8000-000000000000", code: "000000", name: "x" }],
  ["recovery_codes_again", { id: "00000000-0000-7000-8000-000000000000" }],
  ["acknowledge_enrollment", { id: "00000000-0000-7000-8000-000000000000" }],
  ["cancel_enrollment", { id: "00000000-0000-7000-8000-000000000000" }],
  ["rename_authenticator", { id: "00000000-0000-7000-8000-000000000000", name: "x" }],
  ["test_authenticator", { id: "00000000-0000-7000-8000-000000000000", code: "000000" }],
  ["remove_authenticator", { id: "00000000-0000-7000-8000-000000000000" }],
  ["step_up", { password: "x", code: null }],
  ["reset_recovery_codes", {}],
  ["turn_off", { password: "x", code: "000000" }],
  ["answer_challenge", { text: "000000" }],
];
const FORMS: [string, [string, string][]][] = [
  ["/sign-in", [["email", "ada@example.com"], ["password", "correct horse battery"]]],
  ["/sign-in/complete", []],
  ["/sign-out", []],
  ["/welcome", [["secret", "0".repeat(64)], ["email", "a@example.com"], ["password", "correct horse battery"]]],
  ["/account/password", [["current", "correct horse battery"], ["new", "battery staple horse"]]],
];
/** What another site's page can make a browser send. */
const FOREIGN: [string, [string, string][]][] = [
  ["a foreign Origin", [["Origin", "https://evil.example"]]],
  ["a null Origin", [["Origin", "null"]]],
  ["an Origin of another port", [["Origin", "http://localhost:1"]]],
  ["an Origin of another scheme", [["Origin", "https://localhost"]]],
  ["a foreign Sec-Fetch-Site", [["Sec-Fetch-Site", "cross-site"]]],
  ["a Sec-Fetch-Site of a sibling", [["Sec-Fetch-Site", "same-site"]]],
  ["no Origin but a foreign Referer", [["Referer", "https://evil.example/"]]],
  ["neither Origin nor Sec-Fetch-Site", []],
];

test.describe("what another site sends", () => {
  for (const [what, headers] of FOREIGN) {
    test(`is refused and changes nothing: ${what}`, async ({ protectedAda: { ada }, server }) => {
      const cookie = await cookieOf(ada.context);
      const before = await call(server, "overview", {}, cookie);
      for (const [name, input] of FUNCTIONS) {
        const sent = { method: "POST", path: `/fn/${name}`, headers: [...headers, ["Content-Type", "application/json"], ["Cookie", cookie]] as [string, string][], body: JSON.stringify(input) };
        expect((await send(server, sent)).status, name).toBe(403);
      }
      for (const [path, fields] of FORMS) {
        const sent = { method: "POST", path, headers: [...headers, ["Content-Type", "application/x-www-form-urlencoded"], ["Cookie", cookie]] as [string, string][], body: new URLSearchParams(fields).toString() };
        const { status, headers: answered } = await send(server, sent);
        expect(status, path).toBe(403);
        expect(answered["set-cookie"], path).toBeUndefined();
      }
      const after = await call(server, "overview", {}, cookie);
      expect([after.status, after.body]).toEqual([200, before.body]);
    });
  }

  test("both headers have to be right, and each once", async ({ administrator: ada, server }) => {
    const cookie = await cookieOf(ada.context);
    const ours: [string, string][] = [["Content-Type", "application/json"], ["Cookie", cookie]];
    const tries: [number, [string, string][]][] = [
      [200, [["Origin", server.url], ["Sec-Fetch-Site", "same-origin"]]],
      [200, [["Origin", server.url]]],
      [200, [["Sec-Fetch-Site", "same-origin"]]],
      [403, [["Origin", server.url], ["Sec-Fetch-Site", "cross-site"]]],
      [403, [["Origin", "https://evil.example"], ["Sec-Fetch-Site", "same-origin"]]],
      [403, [["Origin", server.url], ["Origin", "https://evil.example"]]],
      [403, [["Sec-Fetch-Site", "same-origin"], ["Sec-Fetch-Site", "cross-site"]]],
    ];
    for (const [status, headers] of tries) {
      const answer = await send(server, { method: "POST", path: "/fn/overview", headers: [...headers, ...ours], body: "{}" });
      expect(answer.status, JSON.stringify(headers)).toBe(status);
    }
  });

  test("cannot frame a page, nor read one", async ({ administrator: ada, server }) => {
    const { headers } = await send(server, { path: "/account/security", headers: [["Cookie", await cookieOf(ada.context)], ["Origin", "https://evil.example"]] });
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers["access-control-allow-origin"]).toBeUndefined();
    const asked = await send(server, { method: "OPTIONS", path: "/fn/overview", headers: [["Origin", "https://evil.example"], ["Access-Control-Request-Method", "POST"]] });
    expect(asked.headers["access-control-allow-origin"]).toBeUndefined();
  });

  test("is not answered under another host", async ({ server }) => {
    for (const host of ["evil.example", "localhost", "127.0.0.1:1", `evil.example:${new URL(server.url).port}`]) {
      expect((await send(server, { path: "/sign-in", headers: [["Host", host]] })).status, host).toBe(421);
    }
  });
});

test.describe("a body of another kind", () => {
  const KINDS = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json-patch+json", "text/json"];

  test("is not taken by a server function", async ({ protectedAda: { ada }, server }) => {
    const cookie = await cookieOf(ada.context);
    for (const kind of KINDS) {
      for (const [name, input] of FUNCTIONS) {
        const headers: [string, string][] = [...asOurPage(server, cookie).filter(([header]) => header !== "Content-Type"), ["Content-Type", kind]];
        const { status } = await send(server, { method: "POST", path: `/fn/${name}`, headers, body: JSON.stringify(input) });
        expect(status, `${kind} to ${name}`).toBe(415);
      }
    }
    const without = asOurPage(server, cookie).filter(([header]) => header !== "Content-Type");
    expect((await send(server, { method: "POST", path: "/fn/overview", headers: without, body: "{}" })).status).toBe(415);
    const doubled: [string, string][] = [...asOurPage(server, cookie), ["Content-Type", "text/plain"]];
    expect((await send(server, { method: "POST", path: "/fn/overview", headers: doubled, body: "{}" })).status).toBe(415);
  });

  test("is not taken by a form", async ({ administrator: ada, server }) => {
    const cookie = await cookieOf(ada.context);
    for (const [path] of FORMS) {
      expect((await send(server, { method: "POST", path, headers: asOurPage(server, cookie), body: "{}" })).status, path).toBe(415);
    }
  });

  test("a server function is not called by GET, nor by any other method", async ({ administrator: ada, server }) => {
    const cookie = await cookieOf(ada.context);
    for (const method of ["GET", "HEAD", "PUT", "PATCH", "DELETE"]) {
      for (const [name] of FUNCTIONS) {
        const { status } = await send(server, { method, path: `/fn/${name}`, headers: asOurPage(server, cookie) });
        expect(status, `${method} ${name}`).toBe(405);
      }
    }
  });

  test("of more than 64 KiB is refused, whether its length is said or not", async ({ administrator: ada, server }) => {
    const cookie = await cookieOf(ada.context);
    const input = (length: number) => JSON.stringify({ text: "1".repeat(length - '{"text":""}'.length) });
    const sent = (body: string, more: [string, string][] = []) =>
      send(server, { method: "POST", path: "/fn/answer_challenge", headers: [...asOurPage(server, cookie), ...more], body });
    expect((await sent(input(64 * 1024 + 1))).status).toBe(413);
    expect((await sent(input(64 * 1024))).status).not.toBe(413);
    const headers: [string, string][] = [...asOurPage(server, cookie), ["Transfer-Encoding", "chunked"]];
    const chunked = await sentInChunks(server.url, headers, input(64 * 1024 + 1));
    expect(chunked).toBe(413);
    const form = await post(server, "/sign-in", [["email", ada.email], ["password", "x".repeat(64 * 1024)]]);
    expect(form.status).toBe(413);
  });
});

/** Without saying the length before. */
async function sentInChunks(url: string, headers: [string, string][], body: string): Promise<number> {
  const { request } = await import("node:http");
  const { hostname: _, port, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname: "127.0.0.1", port, method: "POST", path: "/fn/answer_challenge", headers: [["Host", host], ...headers].flat(), agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on("error", reject);
    sent.write(body.slice(0, 1000));
    sent.end(body.slice(1000));
  });
}
