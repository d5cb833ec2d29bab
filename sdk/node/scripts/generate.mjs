// Writes src/api.ts: `TWOFOLD_BINARY=… npm run generate`.
import { writeFileSync } from "node:fs";
import { client } from "./client.mjs";
import { documentOf } from "./document.mjs";

writeFileSync(new URL("../src/api.ts", import.meta.url), client(await documentOf(process.env.TWOFOLD_BINARY)));
