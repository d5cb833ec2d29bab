import { type BrowserContext, expect, type FrameLocator, type Locator, type Page } from "@playwright/test";
import { Phone } from "./phone.ts";
import type { Secrets } from "./secrets.ts";
import type { Server } from "./server.ts";

/** What every person of a test shares. */
export interface World {
  server: Server;
  secrets: Secrets;
}

export interface Credentials {
  email: string;
  password: string;
}

export const ADA: Credentials = { email: "ada@example.com", password: "correct horse battery" };

/** Somebody in front of a browser. The verbs are those of the screen; things are found by role and label. */
export class Person {
  readonly page: Page;
  readonly world: World;
  readonly email: string;
  password: string;

  constructor(page: Page, world: World, { email, password }: Credentials = ADA) {
    this.page = page;
    this.world = world;
    this.email = email;
    this.password = password;
    world.secrets.addPassword(password);
  }

  get context(): BrowserContext {
    return this.page.context();
  }

  /** The same person in another tab of the same browser. */
  async anotherTab(): Promise<Person> {
    return new Person(await this.context.newPage(), this.world, this);
  }

  // Finding things.

  /** Where Twofold's screens are: the page itself, unless they stand in a frame of another site's page. */
  get place(): Page | FrameLocator {
    return this.page;
  }

  button(name: string): Locator {
    return this.place.getByRole("button", { name, exact: true });
  }

  heading(name: string): Locator {
    return this.place.getByRole("heading", { name, exact: true });
  }

  field(name: string): Locator {
    return this.place.getByRole("textbox", { name, exact: true });
  }

  section(name: string): Locator {
    return this.place.getByRole("region", { name, exact: true });
  }

  dialog(name: string): Locator {
    return this.place.getByRole("dialog", { name, exact: true });
  }

  /** The line that says what is wrong. */
  get trouble(): Locator {
    return this.place.getByRole("alert").filter({ hasText: /\S/ });
  }

  /** The line that says what was done. */
  get notice(): Locator {
    return this.place.getByRole("status").filter({ hasText: /\S/ });
  }

  get qrCode(): Locator {
    return this.place.getByRole("img", { name: /^QR code for / });
  }

  /** On or Off, beside the heading. */
  get state(): Locator {
    return this.place.getByRole("main").getByText(/^(On|Off)$/);
  }

  // An account.

  /** Follows the link that the server printed at its first start. */
  async createAdministrator(): Promise<void> {
    await this.createAccount(this.world.server.firstLink);
  }

  async createAccount(link: string): Promise<void> {
    await this.openLink(link);
    await this.field("E-mail").fill(this.email);
    await this.page.getByLabel("Password", { exact: true }).fill(this.password);
    await this.button("Create account").click();
    await this.atSecurityTab();
  }

  async openLink(link: string): Promise<void> {
    this.world.secrets.addBearer("the secret of a link", new URL(link).hash.slice(1));
    await this.page.goto(link);
    await expect(this.page).toHaveURL(/\/welcome$/);
  }

  /** Up to the security tab, or to the challenge. */
  async givePassword(): Promise<void> {
    await this.page.goto("/sign-in");
    await this.field("E-mail").fill(this.email);
    await this.page.getByLabel("Password", { exact: true }).fill(this.password);
    await this.button("Sign in").click();
  }

  /** Up to where a code is asked for. */
  async beginSignIn(): Promise<void> {
    await this.givePassword();
    await this.atChallenge();
  }

  async signIn(code?: string): Promise<void> {
    await this.givePassword();
    if (code !== undefined) {
      await this.atChallenge();
      await this.enterCode(code);
    }
    await this.atSecurityTab();
  }

  /** With a recovery code, and on past what is said about it. */
  async signInByRecoveryCode(code: string): Promise<void> {
    await this.beginSignIn();
    await this.enterRecoveryCode(code);
    await expect(this.heading("You are in")).toBeVisible();
    await this.button("Continue").click();
    await this.atSecurityTab();
  }

  async signOut(): Promise<void> {
    await this.button("Sign out").click();
    await expect(this.heading("Sign in")).toBeVisible();
  }

  async atSecurityTab(): Promise<void> {
    await expect(this.page).toHaveURL(/\/account\/security(#.*)?$/);
    await this.awake();
  }

  async atChallenge(): Promise<void> {
    await expect(this.page).toHaveURL(/\/sign-in\/challenge$/);
    await this.awake();
  }

  async openSecurityTab(): Promise<void> {
    await this.page.goto("/account/security");
    await this.awake();
  }

  /** Leaves the page and visits it anew, which is more than loading it again: the browser begins another entry of its history. */
  async visitAnew(): Promise<void> {
    await this.page.goto("/account/password");
    await this.openSecurityTab();
  }

  /** The islands answer. The one thing that a person cannot see, and has no need to: the loader says it to tests. */
  async awake(): Promise<void> {
    await this.place.locator("html[data-twofold=ready]").waitFor();
  }

  /** Waits, without waiting: the server's clock and the page's go on. The page's must be installed before. */
  async wait(seconds: number): Promise<void> {
    await this.world.server.advance(seconds);
    await this.page.clock.fastForward(seconds * 1000);
  }

  // Codes.

  /** Six digits send themselves. */
  async enterCode(code: string): Promise<void> {
    await this.field("6-digit code").fill(code);
  }

  async enterRecoveryCode(code: string): Promise<void> {
    await this.button("Use a recovery code").click();
    await this.field("Recovery code").fill(code);
    await this.button("Verify").click();
  }

  // Setting up.

  async beginSetUp(): Promise<void> {
    await this.button("Set up").click();
    await expect(this.heading("Scan the QR code")).toBeVisible();
  }

  /** Reads the QR code of the first step. */
  async scan(): Promise<Phone> {
    await expect(this.heading("Scan the QR code")).toBeVisible();
    return this.readAgain();
  }

  /** Looks at the QR code again. */
  async readAgain(): Promise<Phone> {
    return Phone.scan(this.qrCode, this.world.server, this.world.secrets);
  }

  /** From the QR code to the field for the code. */
  async goOnToCode(): Promise<void> {
    await this.button("Next").click();
    await expect(this.heading("Enter the 6-digit code")).toBeVisible();
  }

  /** From the security tab to the recovery codes. */
  async setUpToRecoveryCodes(): Promise<Equipment> {
    await this.beginSetUp();
    const phone = await this.scan();
    await this.goOnToCode();
    await this.enterCode(await phone.code());
    return { phone, recoveryCodes: await this.readRecoveryCodes() };
  }

  /** The ten codes on the screen. */
  async readRecoveryCodes(): Promise<string[]> {
    await expect(this.heading("Save your recovery codes")).toBeVisible();
    const items = this.place.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
    await expect(items).toHaveCount(10);
    const codes = await items.allTextContents();
    for (const code of codes) this.world.secrets.addRecoveryCode(code);
    return codes;
  }

  async saveRecoveryCodes(): Promise<void> {
    await this.button("I have saved my recovery codes").click();
    await expect(this.heading("Two-factor authentication")).toBeVisible();
  }

  /** The whole of it, from the security tab and back to it. */
  async setUp(): Promise<Equipment> {
    const equipment = await this.setUpToRecoveryCodes();
    await this.saveRecoveryCodes();
    await expect(this.state).toHaveText("On");
    return equipment;
  }

  /** One more authenticator, of this name. */
  async addAuthenticator(name: string): Promise<Phone> {
    await this.button("Add authenticator app").click();
    const phone = await this.scan();
    await this.goOnToCode();
    await this.enterCode(await phone.code());
    await expect(this.notice).toHaveText("The authenticator was added. Its codes work from now on.");
    await this.rename(this.section("Authenticators").getByRole("listitem").last(), name);
    return phone;
  }

  // Managing.

  /** The entry of one authenticator. */
  authenticator(name: string): Locator {
    const heading = this.page.getByRole("heading", { name, exact: true });
    return this.section("Authenticators").getByRole("listitem").filter({ has: heading });
  }

  /** Opens one of the things that can be done with it. */
  async choose(authenticator: string, action: "Rename" | "Test" | "Replace" | "Remove"): Promise<void> {
    await this.authenticator(authenticator).getByRole("button", { name: action }).click();
  }

  /** Gives an authenticator another name. */
  async rename(authenticator: Locator, name: string): Promise<void> {
    await authenticator.getByRole("button", { name: "Rename" }).click();
    const dialog = this.dialog("Rename authenticator");
    await dialog.getByRole("textbox", { name: "Name" }).fill(name);
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(this.notice).toHaveText("The authenticator was renamed.");
  }

  /** Proves again that it is this person. */
  async confirmItIsMe(code?: string): Promise<void> {
    const dialog = this.dialog("Confirm that it is you");
    await expect(dialog).toBeVisible();
    await dialog.getByLabel("Password", { exact: true }).fill(this.password);
    const field = dialog.getByRole("textbox", { name: "Code from your app, or a recovery code" });
    if (code !== undefined) await field.fill(code);
    // No proof sends itself.
    await dialog.getByRole("button", { name: "Continue" }).click();
    await expect(dialog).toBeHidden();
  }
}

/** What a person has in hand after setting up. */
export interface Equipment {
  phone: Phone;
  recoveryCodes: string[];
}
