import { defineConfig } from "@playwright/test";
import base from "./playwright.config.ts";

const use = base.use ?? {};

/** `cargo xtask bench widget`. One process draws page and frame, so that one emulated link and processor serve both. */
export default defineConfig({
  ...base,
  testDir: "bench",
  testMatch: "*.bench.ts",
  testIgnore: [],
  workers: 1,
  timeout: 600_000,
  reporter: [["line"]],
  use: {
    ...use,
    screenshot: "off",
    launchOptions: {
      ...use.launchOptions,
      args: [...(use.launchOptions?.args ?? []), "--disable-site-isolation-trials", "--disable-features=IsolateOrigins,site-per-process"],
    },
  },
});
