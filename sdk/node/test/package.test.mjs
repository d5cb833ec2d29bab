// What people install: its files, and its types under both module systems and each framework's own types.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";

const HERE = fileURLToPath(new URL("..", import.meta.url));
let folder, packed;

function run(program, words, cwd = folder) {
  const done = spawnSync(program, words, { cwd, encoding: "utf8" });
  return { status: done.status, output: `${done.stdout}${done.stderr}`, stdout: done.stdout };
}

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "twofold-package-"));
  const npm = run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], HERE);
  assert.equal(npm.status, 0, npm.output);
  [packed] = Object.values(JSON.parse(npm.stdout));
  const modules = path.join(folder, "node_modules");
  await mkdir(path.join(modules, "@twofold/node"), { recursive: true });
  const tar = run("tar", ["-xzf", packed.filename, "--strip-components=1", "-C", path.join(modules, "@twofold/node")]);
  assert.equal(tar.status, 0, tar.output);
  for (const name of ["express", "express4", "fastify", "@types"]) await symlink(path.join(HERE, "node_modules", name), path.join(modules, name));
});
after(() => rm(folder, { recursive: true, force: true }));

test("the tarball holds what runs and its types, README and licenses, and nothing else", async () => {
  const sources = (await readdir(path.join(HERE, "src"))).map((name) => name.replace(/\.ts$/, ""));
  const built = ["esm", "cjs"].flatMap((kind) => sources.flatMap((name) => [`dist/${kind}/${name}.js`, `dist/${kind}/${name}.d.ts`]));
  const expected = ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "package.json", "dist/cjs/package.json", ...built].sort();
  assert.deepEqual(packed.files.map(({ path }) => path).sort(), expected);
  for (const file of built) assert.doesNotMatch(await readFile(path.join(folder, "node_modules/@twofold/node", file), "utf8"), /sourceMappingURL/, file);
  assert.ok(packed.size < 60_000, `${packed.size} bytes`);
});

test("it depends on nothing at run time", async () => {
  const { dependencies, peerDependencies, scripts } = JSON.parse(await readFile(path.join(folder, "node_modules/@twofold/node/package.json"), "utf8"));
  assert.deepEqual([dependencies, peerDependencies, scripts.install, scripts.postinstall], [undefined, undefined, undefined, undefined]);
});

test("import and require give the same names", async () => {
  const paths = ["@twofold/node", "@twofold/node/express", "@twofold/node/fastify", "@twofold/node/fetch"];
  const print = "const names = (module) => Object.keys(module).filter((name) => !['default', '__esModule', 'module.exports'].includes(name)).sort().join();";
  await writeFile(path.join(folder, "a.mjs"), `${print} for (const path of ${JSON.stringify(paths)}) console.log(names(await import(path)));`);
  await writeFile(path.join(folder, "b.cjs"), `${print} for (const path of ${JSON.stringify(paths)}) console.log(names(require(path)));`);
  const [byImport, byRequire] = [run(process.execPath, ["a.mjs"]), run(process.execPath, ["b.cjs"])];
  assert.equal(byImport.output, "Twofold,TwofoldError\nTwofoldError,twofold\nTwofoldError,twofold\nTwofoldError,twofold\n");
  assert.equal(byRequire.output, byImport.output);
});

const SITE = {
  express: `
    import express, { type Request, type Response } from "express";
    import { twofold } from "@twofold/node/express";
    const app = express();
    const twoFactor = twofold<Request, Response>({
      user: (request) => (request.query.user ? { id: "42", label: request.ip } : undefined),
      done: (_request, response, { user, kind }) => response.redirect(303, \`/\${user.id}/\${kind}\`),
    });
    app.use(twoFactor.routes);
    app.post("/sign-in", (request, response) => twoFactor.start(request, response, { user: { id: "42" } }));`,
  fastify: `
    import fastify, { type FastifyReply, type FastifyRequest } from "fastify";
    import { twofold } from "@twofold/node/fastify";
    const app = fastify();
    const twoFactor = twofold<FastifyRequest, FastifyReply>({
      user: (request) => ({ id: request.id }),
      done: (_request, reply, { user }) => reply.code(303).header("location", user.id).send(),
    });
    app.register(twoFactor.routes);
    app.post("/sign-in", async (request, reply) => twoFactor.start(request, reply, { user: { id: "42" } }));`,
  fetch: `
    import { twofold } from "@twofold/node/fetch";
    import { Twofold, TwofoldError, type Outcome } from "@twofold/node";
    export const { GET, POST } = twofold({ user: () => null, done: (_request, { action }) => new Response(action) });
    const outcome: Promise<Outcome> = new Twofold().redeemChallenge("id", {});
    outcome.catch((error: unknown) => error instanceof TwofoldError && error.attempts_left?.toFixed());`,
};
const MISTAKES = {
  "done is left out": [SITE.fetch, /done: \([^)]*\) => new Response\(action\)/, "", /'done' is missing/],
  "an id is a number": [SITE.express, /id: "42" \} \}/, "id: 42 } }", /'number' is not assignable to type 'string'/],
  "an operation takes something else": [SITE.fetch, /"id", \{\}/, '"id", { code: "1" }', /'code' does not exist/],
};

function check(file) {
  const words = ["--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom", "--types", "node", "--skipLibCheck", "--esModuleInterop"];
  return run(path.join(HERE, "node_modules/.bin/tsc"), [...words, "--module", "nodenext", file]).output;
}

for (const [framework, code] of Object.entries(SITE)) {
  for (const ending of ["mts", "cts"]) {
    test(`the types fit ${framework} (.${ending})`, async () => {
      await writeFile(path.join(folder, `site.${ending}`), code);
      assert.equal(check(`site.${ending}`), "");
    });
  }
}

test("the types fit Express 4", async () => {
  await writeFile(path.join(folder, "four.mts"), SITE.express.replaceAll('"express"', '"@types/express4"'));
  const output = check("four.mts");
  assert.equal(output.replace(/^.*Cannot import type declaration files.*\n/m, ""), "");
});

for (const [what, [code, right, wrong, complaint]] of Object.entries(MISTAKES)) {
  test(`TypeScript says so where ${what}`, async () => {
    assert.match(code, right);
    await writeFile(path.join(folder, "mistake.mts"), code.replace(right, wrong));
    assert.match(check("mistake.mts"), complaint);
  });
}
