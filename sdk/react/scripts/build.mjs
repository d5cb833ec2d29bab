// dist/esm and dist/cjs of src, for `import` and for `require`.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("..", import.meta.url));

function tsc(...words) {
  const done = spawnSync(`${folder}node_modules/.bin/tsc`, words, { cwd: folder, stdio: "inherit" });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

rmSync(`${folder}dist`, { recursive: true, force: true });
tsc();
tsc("--module", "commonjs", "--moduleResolution", "bundler", "--outDir", "dist/cjs");
writeFileSync(`${folder}dist/cjs/package.json`, '{ "type": "commonjs" }\n');
for (const license of ["LICENSE-APACHE", "LICENSE-MIT"]) {
  // In the repository they stand once; in the tarball, too.
  if (existsSync(`${folder}../../${license}`)) copyFileSync(`${folder}../../${license}`, folder + license);
}
