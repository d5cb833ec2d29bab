import { randomUUID } from "node:crypto";
import { expect, type FrameLocator, type Page } from "@playwright/test";
import { Person, type World } from "./person.ts";
import type { Shop } from "./shop.ts";

/** Somebody in front of a site that embeds Twofold: its screens stand in a frame of the site's pages. */
export class Guest extends Person {
  readonly shop: Shop;

  constructor(page: Page, world: World, shop: Shop) {
    super(page, world, { email: `${randomUUID().slice(0, 8)}@example.com`, password: "correct horse battery" });
    this.shop = shop;
  }

  override get place(): FrameLocator {
    return this.page.frameLocator("twofold-security iframe:not([inert]), twofold-challenge iframe:not([inert])");
  }

  /** The same person in front of another browser. */
  at(page: Page): Guest {
    const guest = new Guest(page, this.world, this.shop);
    Object.assign(guest, { email: this.email });
    return guest;
  }

  async signUp(): Promise<void> {
    await this.#give("/sign-up", "Create account");
    await this.atSecurityTab();
  }

  override async givePassword(): Promise<void> {
    await this.#give("/sign-in", "Sign in");
  }

  override async signOut(): Promise<void> {
    await this.page.getByRole("button", { name: "Sign out" }).click();
    await expect(this.page).toHaveURL(`${this.shop.url}/sign-in`);
  }

  override async atSecurityTab(): Promise<void> {
    await expect(this.page).toHaveURL(`${this.shop.url}/account`);
    await this.awake();
  }

  override async atChallenge(): Promise<void> {
    await expect(this.page).toHaveURL(`${this.shop.url}/confirm`);
    await this.awake();
  }

  override async openSecurityTab(): Promise<void> {
    await this.page.goto(`${this.shop.url}/account`);
    await this.awake();
  }

  /** Answers in the site's own form. */
  async answerInOwnForm(code: string, remember = false): Promise<void> {
    const field = this.page.getByLabel("Code of your app, or a recovery code");
    if ((await field.count()) === 0) await this.page.getByRole("link", { name: "Use our own form" }).click();
    await field.fill(code);
    await this.page.getByLabel("Remember this browser").setChecked(remember);
    await this.page.getByRole("button", { name: "Continue" }).click();
  }

  /** Twofold knows no password here: a code is the proof. */
  override async confirmItIsMe(code = ""): Promise<void> {
    const dialog = this.dialog("Confirm that it is you");
    await expect(dialog.getByLabel("Password")).toHaveCount(0);
    await dialog.getByRole("textbox").fill(code);
    await dialog.getByRole("button", { name: "Continue" }).click();
    await expect(dialog).toBeHidden();
  }

  /** A page of the site's own making, with whatever it likes in it. */
  async openLab(body: string, style = ""): Promise<void> {
    const html = `<!doctype html><html lang="en"><title>Lab</title><style>:root { color-scheme: light dark } ${style}</style>
      <script type="module" src="${this.world.server.url}/embed.js"></script><body>${body}</body></html>`;
    // Chromium does not take it for a page of this machine, and asks the person before it goes to one.
    await this.context.grantPermissions(["local-network-access"]);
    await this.page.route(`${this.shop.url}/lab`, (route) => route.fulfill({ contentType: "text/html", body: html }));
    await this.page.goto(`${this.shop.url}/lab`);
  }

  /** Gives the only authenticator another name. */
  async renameTo(name: string): Promise<void> {
    await this.rename(this.section("Authenticators").getByRole("listitem").first(), name);
  }

  /** The line in which the site says what is wrong. */
  get siteTrouble() {
    return this.page.getByRole("alert").filter({ hasText: /\S/ });
  }

  async #give(path: string, button: string): Promise<void> {
    await this.page.goto(this.shop.url + path);
    await this.page.getByLabel("E-mail").fill(this.email);
    await this.page.getByLabel("Password").fill(this.password);
    await this.page.getByRole("button", { name: button }).click();
  }
}
