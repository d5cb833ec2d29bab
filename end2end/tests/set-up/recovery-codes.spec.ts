import { readFile } from "node:fs/promises";
import { expect, test } from "../../support/test.ts";

test.describe("the recovery codes", () => {
  test("are downloaded as a text that says whose they are", async ({ administrator: ada }) => {
    const { recoveryCodes } = await ada.setUpToRecoveryCodes();
    const [download] = await Promise.all([ada.page.waitForEvent("download"), ada.button("Download").click()]);
    expect(download.suggestedFilename()).toBe("twofold-recovery-codes.txt");
    const text = await readFile(await download.path(), "utf8");
    const lines = text.split("\n");
    expect(lines[0]).toBe("Twofold recovery codes");
    expect(lines[1]).toBe(`Account: ${ada.email}`);
    expect(lines[2]).toMatch(/^Made on: \d/);
    expect(lines.filter((line) => /^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/.test(line))).toEqual(recoveryCodes);
  });

  test("are copied", async ({ administrator: ada }) => {
    await ada.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const { recoveryCodes } = await ada.setUpToRecoveryCodes();
    await ada.button("Copy").click();
    await expect(ada.notice).toHaveText("Copied");
    const copied = await ada.page.evaluate(() => navigator.clipboard.readText());
    for (const code of recoveryCodes) expect(copied).toContain(code);
    expect(copied).toContain(ada.email);
  });

  test("are copied on a page that did not come over a secure connection", async ({ administrator: ada }) => {
    await ada.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await ada.context.addInitScript(() => Object.defineProperty(globalThis, "isSecureContext", { value: false }));
    await ada.page.reload();
    expect(await ada.page.evaluate(() => isSecureContext)).toBe(false);
    const { recoveryCodes } = await ada.setUpToRecoveryCodes();
    await ada.button("Copy").click();
    await expect(ada.notice).toHaveText("Copied");
    const copied = await ada.page.evaluate(() => navigator.clipboard.readText());
    for (const code of recoveryCodes) expect(copied).toContain(code);
    expect(copied, "all that is copied elsewhere too").toContain(ada.email);
  });

  test("are selected where no script may copy", async ({ administrator: ada }) => {
    await ada.context.addInitScript(() => {
      Object.defineProperty(globalThis, "isSecureContext", { value: false });
      document.execCommand = () => false;
    });
    await ada.page.reload();
    const { recoveryCodes } = await ada.setUpToRecoveryCodes();
    await ada.button("Copy").click();
    await expect(ada.notice).toHaveText("Selected. Copy it with Ctrl+C, or ⌘C.");
    const selected = await ada.page.evaluate(() => String(getSelection()));
    expect(selected.split("\n").filter(Boolean)).toEqual(recoveryCodes);
  });

  test("are printed, with whose they are, and nothing else is", async ({ administrator: ada }) => {
    await ada.page.evaluate(() => {
      const printed = globalThis as unknown as { printed: number };
      printed.printed = 0;
      globalThis.print = () => void (printed.printed += 1);
    });
    const { recoveryCodes } = await ada.setUpToRecoveryCodes();
    await ada.button("Print").click();
    expect(await ada.page.evaluate(() => (globalThis as unknown as { printed: number }).printed)).toBe(1);
    await ada.page.emulateMedia({ media: "print" });
    for (const code of recoveryCodes) await expect(ada.page.getByText(code, { exact: true })).toBeVisible();
    await expect(ada.page.getByText("Twofold recovery codes")).toBeVisible();
    await expect(ada.page.getByText(`Account: ${ada.email}`)).toBeVisible();
    for (const button of await ada.page.getByRole("button").all()) await expect(button).toBeHidden();
    await expect(ada.page.getByRole("navigation")).toBeHidden();
    const printed = (await ada.page.locator("body").innerText()).split("\n").map((line) => line.trim()).filter(Boolean);
    expect(printed).toHaveLength(4 + recoveryCodes.length);
  });

  test("are not left behind without a warning, until they are saved", async ({ administrator: ada }) => {
    const asked: string[] = [];
    ada.page.on("dialog", (dialog) => {
      asked.push(dialog.type());
      void dialog.dismiss();
    });
    await ada.setUpToRecoveryCodes();
    const [dialog] = await Promise.all([ada.page.waitForEvent("dialog"), ada.page.close({ runBeforeUnload: true })]);
    expect(dialog.type()).toBe("beforeunload");
    await expect(ada.heading("Save your recovery codes")).toBeVisible();
    await ada.saveRecoveryCodes();
    await ada.openSecurityTab();
    expect(asked).toEqual(["beforeunload"]);
  });

  test("turn two-factor authentication on only when they are saved", async ({ administrator: ada, elsewhere }) => {
    await ada.setUpToRecoveryCodes();
    await expect(ada.page.getByText("Two-factor authentication is not on yet: it is switched on when you confirm that you have saved them.")).toBeVisible();
    const other = await elsewhere();
    await other.signIn();
    await expect(other.state).toHaveText("Off");
    await ada.saveRecoveryCodes();
    await expect(ada.state).toHaveText("On");
    // Turning it on ends every other session.
    await other.page.reload();
    await expect(other.heading("Sign in")).toBeVisible();
  });
});
