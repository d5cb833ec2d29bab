import { spawnSync } from "node:child_process";
import path from "node:path";
import { generateSync } from "otplib";
import { expect, test } from "../../support/test.ts";

const CLIENT = path.resolve(import.meta.dirname, "../../client");

/** Runs a program of the client's own packages, in its folder. */
function run(program: string, ...words: string[]): void {
  const done = spawnSync(path.join(CLIENT, "node_modules/.bin", program), words, { cwd: CLIENT, encoding: "utf8" });
  expect(done.status, `${program}: ${done.stdout}${done.stderr}`).toBe(0);
}

test("a client generated from the document logs in", async ({ server, secrets }) => {
  const site = server.command("site", "create", "--name", "Shop", "--issuer", "Fern & Field");
  const key = server.command("key", "create", "--site", site, "--scope", "verify,enroll");
  run("openapi-typescript", `${server.url}/v1/openapi.json`, "--output", "schema.d.ts");
  run("tsc", "--project", ".");
  // By its path: it is of other types than these tests, which were checked just now.
  const { setUpAndLogIn } = await import(path.join(CLIENT, "login.ts"));
  const outcome = await setUpAndLogIn(server.url, key, async (secret: string) => {
    secrets.addSharedSecret(secret);
    await server.advance(30);
    const code = generateSync({ secret, epoch: Math.floor(server.now() / 1000) });
    secrets.addCode(code);
    return code;
  });
  expect(outcome).toMatchObject({ user: { id: "ada" }, action: "sign_in", kind: "totp", amr: ["otp"] });
});
