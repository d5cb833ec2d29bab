import type { Page } from "@playwright/test";
import { expect, test } from "../../support/test.ts";

/** How often the confirming code was sent. */
function sendings(page: Page): { count: number } {
  const seen = { count: 0 };
  page.on("request", (request) => {
    if (request.url().endsWith("/fn/confirm_enrollment")) seen.count += 1;
  });
  return seen;
}

test.describe("a wrong code while setting up", () => {
  test("says how many tries are left, and keeps the same QR code", async ({ administrator: ada }) => {
    await ada.beginSetUp();
    const phone = await ada.scan();
    await ada.goOnToCode();
    for (const left of [4, 3]) {
      await ada.enterCode(phone.wrongCode());
      await expect(ada.trouble).toHaveText(`That code is not right. Check that it is for this account and enter the current one. ${left} tries left.`);
      await expect(ada.field("6-digit code")).toBeFocused();
      await expect(ada.field("6-digit code")).toHaveAttribute("aria-invalid", "true");
      await ada.button("Back").click();
      await expect(ada.heading("Scan the QR code")).toBeVisible();
      expect((await ada.readAgain()).secret).toBe(phone.secret);
      await ada.goOnToCode();
      await ada.field("6-digit code").clear();
    }
    await ada.enterCode(await phone.code());
    await ada.readRecoveryCodes();
  });

  test("of another time says that the phone's clock is off, and which way", async ({ administrator: ada }) => {
    await ada.beginSetUp();
    const phone = await ada.scan();
    await ada.goOnToCode();
    await phone.inTheMiddleOfAStep();
    await ada.enterCode(phone.codeOf(4));
    await expect(ada.trouble).toHaveText("The clock of your phone is about 2 minutes ahead. Set its date and time to automatic, then enter a new code. 4 tries left.");
    await ada.enterCode(phone.codeOf(-6));
    await expect(ada.trouble).toHaveText("The clock of your phone is about 3 minutes behind. Set its date and time to automatic, then enter a new code. 3 tries left.");
  });

  test("one step off is accepted", async ({ administrator: ada }) => {
    await ada.beginSetUp();
    const phone = await ada.scan();
    await ada.goOnToCode();
    await phone.inTheMiddleOfAStep();
    await ada.enterCode(phone.codeOf(-1));
    await ada.readRecoveryCodes();
  });

  test("that is a recovery code is told so, and costs no try", async ({ administrator: ada }) => {
    await ada.beginSetUp();
    const phone = await ada.scan();
    await ada.goOnToCode();
    await ada.field("6-digit code").fill("7KQ2-9XWD-4MZP-H8E0");
    await ada.button("Verify").click();
    await expect(ada.trouble).toHaveText("That is a recovery code. Enter the 6 digits that your app shows.");
    await ada.field("6-digit code").fill("12345");
    await ada.button("Verify").click();
    await expect(ada.trouble).toHaveText("That is not a complete code. The app shows 6 digits, a mailed code has 8; a recovery code has 16 letters and digits.");
    await ada.enterCode(phone.wrongCode());
    await expect(ada.trouble).toHaveText(/4 tries left\.\s*$/);
  });

  test("is sent once by itself; Verify stays, and sends it again", async ({ administrator: ada }) => {
    await ada.beginSetUp();
    const phone = await ada.scan();
    await ada.goOnToCode();
    const sent = sendings(ada.page);
    const wrong = phone.wrongCode();
    const field = ada.field("6-digit code");
    await field.pressSequentially(wrong);
    await expect(ada.trouble).toHaveText(/4 tries left\.\s*$/);
    expect(sent.count).toBe(1);
    await expect(ada.button("Verify")).toBeEnabled();
    await field.press("End");
    await field.press("Backspace");
    await field.press(wrong.slice(5));
    await expect(field).toHaveValue(wrong);
    expect(sent.count).toBe(1);
    await ada.button("Verify").click();
    await expect(ada.trouble).toHaveText(/3 tries left\.\s*$/);
    expect(sent.count).toBe(2);
  });

  test("the fifth time makes the button wait, and the server refuses even the right one meanwhile", async ({ administrator: ada, server }) => {
    await ada.beginSetUp();
    const phone = await ada.scan();
    await ada.goOnToCode();
    for (const left of ["4 tries", "3 tries", "2 tries", "1 try"]) {
      await ada.enterCode(phone.wrongCode());
      await expect(ada.trouble).toHaveText(new RegExp(`${left} left\\.\\s*$`));
      await ada.field("6-digit code").clear();
    }
    await ada.enterCode(phone.wrongCode());
    await expect(ada.trouble).toHaveText(/The next try is possible in 1 second\.\s*$/);
    await server.advance(2);
    await ada.enterCode("");
    await expect(ada.button("Verify")).toBeEnabled();
    await ada.enterCode(await phone.code());
    await ada.readRecoveryCodes();
  });
});

test.describe("the field for the code", () => {
  test("takes a pasted code with a space in it", async ({ administrator: ada }) => {
    await ada.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await ada.beginSetUp();
    const phone = await ada.scan();
    await ada.goOnToCode();
    const code = await phone.code();
    await ada.page.evaluate((text) => navigator.clipboard.writeText(text), ` ${code.slice(0, 3)} ${code.slice(3)}\n`);
    await ada.field("6-digit code").press("ControlOrMeta+v");
    await ada.readRecoveryCodes();
  });

  test("takes the digits of another script", async ({ administrator: ada }) => {
    await ada.beginSetUp();
    const phone = await ada.scan();
    await ada.goOnToCode();
    const arabic = [...(await phone.code())].map((digit) => String.fromCodePoint(0x0660 + Number(digit))).join("");
    await ada.enterCode(arabic);
    await ada.readRecoveryCodes();
  });

  test("is one input that asks for a one-time code with a keyboard of digits", async ({ administrator: ada }) => {
    await ada.beginSetUp();
    await ada.scan();
    await ada.goOnToCode();
    const field = ada.field("6-digit code");
    await expect(field).toBeFocused();
    await expect(field).toHaveAttribute("inputmode", "numeric");
    await expect(field).toHaveAttribute("autocomplete", "one-time-code");
    await expect(field).toHaveAttribute("type", "text");
  });
});
