import type { Locator } from "@playwright/test";
import { expect, test } from "../../support/test.ts";

for (const language of ["C", "en-US@posix", "", "xx-no-such-language-at-all"]) {
  test(`a browser that calls its language ${JSON.stringify(language)} shows the tab, alive`, async ({ protectedAda: { ada } }) => {
    await ada.page.addInitScript((language) => Object.defineProperty(navigator, "language", { get: () => language }), language);
    await ada.openSecurityTab();
    await expect(ada.section("Authenticators").locator("time").first()).toHaveText(/\d{4}/);
    await ada.choose("Authenticator app", "Rename");
    await expect(ada.dialog("Rename authenticator")).toBeVisible();
  });
}

test("what a function of the browser throws is said, with a way on", async ({ protectedAda: { ada }, guards }) => {
  guards.expectError(/of the browser|Twofold could not start|RuntimeError|unreachable/);
  await ada.openSecurityTab();
  await ada.page.evaluate(() => {
    HTMLDialogElement.prototype.showModal = () => {};
    Object.defineProperty(HTMLInputElement.prototype, "value", { get: () => { throw new RangeError("of the browser"); } });
  });
  await ada.choose("Authenticator app", "Test");
  await ada.page.getByRole("textbox", { name: "6-digit code", includeHidden: true }).dispatchEvent("input");
  await expect(ada.trouble).toContainText("Something went wrong in your browser");
  await ada.trouble.getByRole("link", { name: "Reload" }).click();
  await ada.awake();
});

test("a page whose script does not arrive says so", async ({ protectedAda: { ada }, guards }) => {
  guards.expectError(/Failed to load|net::ERR_FAILED/);
  await ada.page.route(/twofold\..*\.js$/, (route) => route.abort());
  await ada.page.goto("/account/security");
  const late = ada.page.locator(".late");
  await expect(late).toBeHidden();
  await late.evaluate((element) => element.getAnimations().forEach((animation) => animation.finish()));
  await expect(late.getByRole("link", { name: "Reload" })).toBeVisible();
});

test("forced colours show which tab and which step one is at", async ({ administrator: ada }) => {
  await ada.page.emulateMedia({ forcedColors: "active" });
  const look = (locator: Locator) =>
    locator.evaluateAll((all) =>
      all.map((one) => {
        const { borderBlockEndColor, borderBlockStartStyle, textDecorationLine } = getComputedStyle(one);
        return { here: one.hasAttribute("aria-current"), line: borderBlockEndColor, looks: [borderBlockStartStyle, textDecorationLine].join() };
      }),
    );
  const tabs = await look(ada.page.getByRole("navigation").first().getByRole("link"));
  const lines = (here: boolean) => new Set(tabs.filter((tab) => tab.here === here).map((tab) => tab.line));
  expect([lines(true).size, lines(false).size]).toEqual([1, 1]);
  expect([...lines(true)]).not.toEqual([...lines(false)]);
  const canvas = await ada.page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement("p"));
    probe.style.backgroundColor = "Canvas";
    const { backgroundColor } = getComputedStyle(probe);
    probe.remove();
    return backgroundColor;
  });
  expect([...lines(false)], "no other tab is underlined").toEqual([canvas]);
  await ada.beginSetUp();
  const steps = await look(ada.page.locator(".steps li"));
  const current = steps.filter((step) => step.here);
  expect(current).toHaveLength(1);
  expect(steps.filter((step) => step.looks === current[0]?.looks)).toHaveLength(1);
});
