import { defineConfig } from "@playwright/test";

/**
 * One project: the tests themselves look at every state in light and dark, narrow and wide (`support/look.ts`).
 * Nothing is tried twice: a test that passes the second time has found something.
 */
export default defineConfig({
  testDir: "tests",
  // It writes into the tree: only `npm run screenshots` does that.
  testIgnore: process.env.SCREENSHOTS === undefined ? "readme.spec.ts" : [],
  outputDir: "test-results",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    timezoneId: "UTC",
    screenshot: "only-on-failure",
    // A trace holds every secret of the run.
    trace: "off",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
