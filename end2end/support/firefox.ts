import { test as base } from "@playwright/test";
import { Marionette, type Reference } from "./marionette.ts";
import { ADA, type Credentials } from "./person.ts";
import { Phone } from "./phone.ts";
import { Secrets } from "./secrets.ts";
import { Server } from "./server.ts";

export { expect } from "@playwright/test";

/** Things are found by what a person reads: a button or link by its text, a field by its label, a heading by its own. */
const FIND = `
  const [kind, name] = arguments;
  const said = (element) => element.textContent.replace(/\\s+/g, " ").trim();
  const seen = (element) => element !== null && element.checkVisibility({ visibilityProperty: true });
  const all = (selector) => [...document.querySelectorAll(selector)];
  const named = (selector) => all(selector).find((one) => seen(one) && said(one) === name);
  if (kind === "field") {
    const label = all("label").find((one) => said(one) === name && seen(one.control));
    return label?.control ?? null;
  }
  if (kind === "css") return all(name).find(seen) ?? null;
  return named(kind === "heading" ? "h1, h2, h3, h4" : "button, summary, a[href]") ?? null;`;
/** The frame of an element of ours, which stands in a shadow root. */
const FRAME = `
  const host = document.querySelector(arguments[0]);
  return (host?.shadowRoot ?? host)?.querySelector("iframe:not([inert])") ?? null;`;
const PATIENCE = 15_000;

/** Somebody in front of Firefox, with as many verbs as the core flows take. */
export class Visitor {
  readonly server: Server;
  readonly secrets: Secrets;
  readonly #firefox: Marionette;
  #element: string | undefined;

  constructor(firefox: Marionette, server: Server, secrets: Secrets) {
    this.#firefox = firefox;
    this.server = server;
    this.secrets = secrets;
  }

  async goto(url: string): Promise<void> {
    this.#element = undefined;
    await this.#firefox.send("WebDriver:SwitchToFrame", { id: null });
    await this.#firefox.send("WebDriver:Navigate", { url });
  }

  /** From here on what is said is about the frame of this element, which is looked for anew each time: pages put others in its place. */
  lookInto(element: "twofold-security" | "twofold-challenge" | undefined): void {
    this.#element = element;
  }

  async click(name: string): Promise<void> {
    await this.#act(["button", name], async (id) => {
      await this.#firefox.send("WebDriver:ElementClick", { id });
    });
  }

  async type(field: string, text: string): Promise<void> {
    await this.#act(["field", field], async (id) => {
      await this.#firefox.send("WebDriver:ElementClear", { id });
      await this.#firefox.send("WebDriver:ElementSendKeys", { id, text });
    });
  }

  async reads(heading: string): Promise<void> {
    await this.#act(["heading", heading], async () => {});
  }

  /** The text of what this selector finds, once there is some. */
  async text(css: string): Promise<string> {
    return this.#act(["css", css], async (id) => {
      const { value } = await this.#firefox.send<{ value: string }>("WebDriver:GetElementText", { id });
      if (value.trim() === "") throw new Error(`${css} says nothing`);
      return value;
    });
  }

  /** The QR code, from the pixels of the screen. */
  async scan(): Promise<Phone> {
    return this.#act(["css", "[aria-label^='QR code for ']"], async (id) => {
      const screenshot = async () => {
        const { value } = await this.#firefox.send<{ value: string }>("WebDriver:TakeScreenshot", { id, full: false });
        return Buffer.from(value, "base64");
      };
      return Phone.scan({ screenshot }, this.server, this.secrets);
    });
  }

  async givePassword(page: string, button: string, who: Credentials = ADA): Promise<void> {
    await this.goto(page);
    await this.type("E-mail", who.email);
    await this.type("Password", who.password);
    await this.click(button);
  }

  /** From the Security tab on, to where it says On. */
  async setUp(): Promise<{ phone: Phone; codes: string[] }> {
    await this.click("Set up");
    const phone = await this.scan();
    await this.click("Next");
    await this.type("6-digit code", await phone.code());
    await this.reads("Save your recovery codes");
    const codes = (await this.text("[aria-label='Recovery codes']")).split(/\s+/).filter((word) => word.includes("-"));
    await this.click("I have saved my recovery codes");
    await this.reads("Two-factor authentication");
    return { phone, codes };
  }

  /** Tries until it goes well: a screen that is about to change may take the thing away that was found. */
  async #act<Done>(what: [kind: string, name: string], act: (id: string) => Promise<Done>): Promise<Done> {
    const until = Date.now() + PATIENCE;
    for (;;) {
      try {
        await this.#enter();
        const found = await this.#firefox.run<Reference | null>(FIND, ...what);
        if (found === null) throw new Error(`there is no ${what.join(" ")}: ${await this.#firefox.run<string>("return document.body.innerText")}`);
        return await act(this.#firefox.id(found));
      } catch (error) {
        if (Date.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async #enter(): Promise<void> {
    await this.#firefox.send("WebDriver:SwitchToFrame", { id: null });
    const ready = "return document.documentElement.dataset.twofold ?? document.readyState";
    if (this.#element !== undefined) {
      const frame = await this.#firefox.run<Reference | null>(FRAME, this.#element);
      if (frame === null) throw new Error(`there is no frame in ${this.#element}`);
      await this.#firefox.send("WebDriver:SwitchToFrame", { element: this.#firefox.id(frame) });
      if ((await this.#firefox.run<string>(ready)) !== "ready") throw new Error("the frame is not ready");
      return;
    }
    const state = await this.#firefox.run<string>(ready);
    if (!["ready", "complete"].includes(state)) throw new Error(`the page is ${state}`);
  }
}

interface Fixtures {
  firefox: Marionette;
  server: Server;
  visitor: Visitor;
}

export const test = base.extend<Fixtures>({
  firefox: async ({}, use) => {
    const firefox = await Marionette.start();
    await use(firefox);
    await firefox.stop();
  },
  server: async ({}, use, info) => {
    const server = await Server.start();
    await use(server);
    if (info.status !== info.expectedStatus) await info.attach("server.log", { body: server.output });
    await server.stop();
  },
  visitor: async ({ firefox, server }, use) => use(new Visitor(firefox, server, new Secrets())),
});
