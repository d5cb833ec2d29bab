import type { Page } from "@playwright/test";
import { expect, test } from "../../support/test.ts";

/** The browser asks before it leaves; this person leaves. */
function leaveWhateverIsAsked(page: Page): void {
  page.on("dialog", (dialog) => void dialog.accept());
}

test.describe("a set-up that is interrupted", () => {
  test("by a reload at the QR code goes on with the same one", async ({ administrator: ada }) => {
    await ada.beginSetUp();
    const phone = await ada.scan();
    await ada.page.reload();
    await ada.awake();
    await expect(ada.heading("Scan the QR code")).toBeVisible();
    expect((await ada.readAgain()).secret).toBe(phone.secret);
    await ada.goOnToCode();
    await ada.enterCode(await phone.code());
    await ada.readRecoveryCodes();
  });

  test("by the browser's Back goes one step back, and by the last one to the tab", async ({ administrator: ada }) => {
    await ada.beginSetUp();
    const phone = await ada.scan();
    await ada.goOnToCode();
    await ada.page.goBack();
    await expect(ada.heading("Scan the QR code")).toBeVisible();
    await ada.page.goForward();
    await expect(ada.heading("Enter the 6-digit code")).toBeVisible();
    // Our own button does the same.
    await ada.button("Back").click();
    await expect(ada.heading("Scan the QR code")).toBeVisible();
    await ada.page.goBack();
    await expect(ada.section("You have begun to set up an authenticator app")).toBeVisible();
    // Forward is the way in again, with the same QR code.
    await ada.page.goForward();
    expect((await ada.scan()).secret).toBe(phone.secret);
    expect(await ada.page.evaluate(() => JSON.stringify(history.state))).toBe("0");
  });

  test("by a new visit is offered to be gone on with", async ({ administrator: ada }) => {
    await ada.beginSetUp();
    const phone = await ada.scan();
    await ada.visitAnew();
    await expect(ada.section("You have begun to set up an authenticator app")).toBeVisible();
    await ada.button("Continue").click();
    expect((await ada.scan()).secret).toBe(phone.secret);
  });

  test("by a reload at the code, after a wrong one, goes on with the same QR code and the same count", async ({ administrator: ada }) => {
    await ada.beginSetUp();
    const phone = await ada.scan();
    await ada.goOnToCode();
    await ada.enterCode(phone.wrongCode());
    await expect(ada.trouble).toHaveText(/4 tries left\.\s*$/);
    await ada.page.reload();
    await ada.awake();
    await expect(ada.heading("Enter the 6-digit code")).toBeVisible();
    await ada.enterCode(phone.wrongCode());
    await expect(ada.trouble).toHaveText(/3 tries left\.\s*$/);
    await ada.enterCode(await phone.code());
    await ada.readRecoveryCodes();
  });

  test("by a reload at the recovery codes shows the same ones again", async ({ administrator: ada }) => {
    leaveWhateverIsAsked(ada.page);
    const { recoveryCodes } = await ada.setUpToRecoveryCodes();
    await ada.page.reload();
    await ada.awake();
    await expect(ada.state).toHaveText("Off");
    await expect(ada.section("Finish setting up: save your recovery codes")).toBeVisible();
    await ada.button("Show recovery codes").click();
    expect(await ada.readRecoveryCodes()).toEqual(recoveryCodes);
    await ada.saveRecoveryCodes();
    await expect(ada.state).toHaveText("On");
  });

  test("before the recovery codes are saved locks nobody out, and is finished by a code of the same app", async ({ administrator: ada }) => {
    leaveWhateverIsAsked(ada.page);
    const { phone, recoveryCodes } = await ada.setUpToRecoveryCodes();
    await ada.signOut();
    await ada.signIn();
    await expect(ada.state).toHaveText("Off");
    await expect(ada.section("A set-up waits to be finished")).toBeVisible();
    await expect(ada.button("Show recovery codes")).toBeHidden();
    await ada.button("Go on with it").click();
    await ada.enterCode(await phone.code());
    const drawn = await ada.readRecoveryCodes();
    expect(drawn.filter((code) => recoveryCodes.includes(code))).toEqual([]);
    await ada.saveRecoveryCodes();
    await ada.signOut();
    await ada.signIn(await phone.code());
    await expect(ada.state).toHaveText("On");
  });

  test("and found by another session is cancelled there, if it is somebody else's", async ({ administrator: ada, elsewhere }) => {
    await ada.setUpToRecoveryCodes();
    const other = await elsewhere();
    await other.signIn();
    await expect(other.section("A set-up waits to be finished")).toBeVisible();
    await other.button("Cancel it").click();
    await expect(other.section("A set-up waits to be finished")).toBeHidden();
    await expect(other.button("Set up")).toBeVisible();
    await ada.button("I have saved my recovery codes").click();
    await expect(ada.trouble).toBeVisible();
  });

  test("shows its recovery codes again only to whoever proves to be its owner", async ({ administrator: ada, server }) => {
    leaveWhateverIsAsked(ada.page);
    const { recoveryCodes } = await ada.setUpToRecoveryCodes();
    await server.advance(5 * 60);
    await ada.page.reload();
    await ada.awake();
    await ada.button("Show recovery codes").click();
    await ada.confirmItIsMe();
    expect(await ada.readRecoveryCodes()).toEqual(recoveryCodes);
  });

  test("is over after ten minutes, and says so", async ({ administrator: ada, server }) => {
    await ada.beginSetUp();
    const phone = await ada.scan();
    await ada.goOnToCode();
    await server.advance(10 * 60);
    await ada.enterCode(await phone.code());
    await expect(ada.trouble).toHaveText("That set-up has expired. Nothing was changed; start again.");
    await ada.button("Set up").click();
    await ada.confirmItIsMe();
    expect((await ada.scan()).secret).not.toBe(phone.secret);
  });

  test("is over after a day without its recovery codes saved", async ({ administrator: ada, server }) => {
    leaveWhateverIsAsked(ada.page);
    await ada.setUpToRecoveryCodes();
    await server.advance(24 * 3600);
    await ada.signIn();
    await expect(ada.state).toHaveText("Off");
    await expect(ada.button("Set up")).toBeVisible();
    await expect(ada.button("Show recovery codes")).toBeHidden();
  });

  test("can be started over with another QR code", async ({ administrator: ada }) => {
    await ada.beginSetUp();
    const phone = await ada.scan();
    await ada.visitAnew();
    await ada.button("Start over").click();
    expect((await ada.scan()).secret).not.toBe(phone.secret);
  });

  test("by a second tab shows both the same QR code, and only one of them turns it on", async ({ administrator: ada, elsewhere: _ }) => {
    await ada.beginSetUp();
    const phone = await ada.scan();
    const tab = await ada.anotherTab();
    await tab.openSecurityTab();
    await tab.button("Continue").click();
    expect((await tab.scan()).secret).toBe(phone.secret);
    await tab.goOnToCode();
    await ada.goOnToCode();
    const code = await phone.code();
    await ada.enterCode(code);
    await ada.readRecoveryCodes();
    await tab.enterCode(code);
    await expect(tab.trouble).toBeVisible();
    await expect(tab.heading("Save your recovery codes")).toBeHidden();
  });
});
