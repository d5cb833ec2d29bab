import { expect, test } from "../../support/firefox.ts";
import { ADA } from "../../support/person.ts";
import { Shop } from "../../support/shop.ts";

/** A second engine: what everybody does, in Debian's Firefox. Everything else is looked at in Chromium. */
test.describe("in Firefox", () => {
  test.setTimeout(120_000);

  test("an account is created, protected, and signed in to with a code and with a recovery code", async ({ visitor, server }) => {
    await visitor.givePassword(server.firstLink, "Create account");
    const { phone, codes } = await visitor.setUp();
    expect(codes).toHaveLength(10);
    await visitor.click("Sign out");

    await visitor.givePassword(`${server.url}/sign-in`, "Sign in");
    await visitor.type("6-digit code", phone.wrongCode());
    expect(await visitor.text("[role=alert]")).toContain("tries left");
    await visitor.type("6-digit code", await phone.code());
    await visitor.reads("Two-factor authentication");
    await visitor.click("Sign out");

    await visitor.givePassword(`${server.url}/sign-in`, "Sign in");
    await visitor.click("Use a recovery code");
    await visitor.type("Recovery code", codes[0] ?? "");
    await visitor.click("Verify");
    await visitor.reads("You are in");
    await visitor.click("Continue");
    await visitor.reads("Two-factor authentication");
  });

  test("a site's page sets up in its frame, and its sign-in is passed in another", async ({ visitor, server }) => {
    const shop = await Shop.open("raw-node", server);
    await visitor.givePassword(`${shop.url}/sign-up`, "Create account");
    visitor.lookInto("twofold-security");
    const { phone } = await visitor.setUp();
    visitor.lookInto(undefined);
    await visitor.click("Sign out");

    await visitor.givePassword(`${shop.url}/sign-in`, "Sign in", ADA);
    visitor.lookInto("twofold-challenge");
    await visitor.type("6-digit code", await phone.code());
    visitor.lookInto("twofold-security");
    await visitor.reads("Two-factor authentication");
    await shop.close();
  });
});
