import { PostOffice, recipient } from "../../support/post-office.ts";
import { expect, test as base } from "../../support/test.ts";

const test = base.extend<{ office: PostOffice }>({
  office: async ({}, use) => {
    const office = await PostOffice.open();
    await use(office);
    await office.close();
  },
  settings: async ({ office }, use) => use({ TWOFOLD_SMTP_URL: office.url, TWOFOLD_MAIL_FROM: "twofold@example.com" }),
});

test.describe("a notice", () => {
  test("tells of every change of the factors, with time, place and what to do", async ({ office, protectedAda: { ada, recoveryCodes } }) => {
    const on = await office.letter(/^Two-factor authentication is on · Twofold$/);
    expect(recipient(on)).toBe("ada@example.com");
    expect(on.from?.text).toBe('"Twofold" <twofold@example.com>');
    expect(on.headers.get("auto-submitted")).toBe("auto-generated");
    expect(on.text).toContain("Two-factor authentication was turned on for your account at Twofold.");
    expect(on.text).toMatch(/When: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\nFrom: .*Chrom.*127\.0\.0\.1/);
    expect(on.text).toContain(`If it was not you, change your password now`);
    expect(on.text).toContain(`${ada.world.server.url}/account/security`);
    expect(on.html).toContain("turned on for your account");

    await ada.addAuthenticator("Tablet");
    expect((await office.letter(/^An authenticator was added/)).text).toContain("The authenticator “Authenticator app 2” was added");

    await ada.signOut();
    await ada.signInByRecoveryCode(recoveryCodes[0] ?? "");
    expect((await office.letter(/^A recovery code was used/)).text).toContain("9 codes are left.");
  });

  test("holds no code, and takes a name for text", async ({ office, protectedAda: { ada, phone, recoveryCodes } }) => {
    await ada.addAuthenticator(`<b>Pixel</b> Bcc: eve@example.com`);
    await ada.choose("<b>Pixel</b> Bcc: eve@example.com", "Remove");
    await ada.dialog("Remove “<b>Pixel</b> Bcc: eve@example.com”?").getByRole("button", { name: "Remove" }).click();
    const letter = await office.letter(/^An authenticator was removed/);
    expect(letter.html).toContain("&lt;b&gt;Pixel&lt;/b&gt;");
    expect(letter.headers.has("bcc")).toBe(false);
    const everything = office.letters.map((one) => `${one.subject} ${one.text} ${one.html}`).join("\n");
    for (const secret of [phone.secret, ...recoveryCodes]) expect(everything).not.toContain(secret);
  });
});

for (const mood of ["be down", "refuse", "drop", "hang"] as const) {
  test(`a mail server that would ${mood} keeps nobody from signing in, and gets the notice when it is well`, async ({ office, administrator, server }) => {
    await office.will(mood);
    const { phone } = await administrator.setUp();
    await expect.poll(() => server.output, { timeout: 30_000 }).toContain("a notice waits");
    await administrator.signOut();
    await server.advance(30);
    await administrator.signIn(await phone.code());
    expect(office.letters).toEqual([]);
    await office.will("accept");
    await server.advance(120);
    await office.letter(/^Two-factor authentication is on/);
  });
}
