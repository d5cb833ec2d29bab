import { advise } from "./advice.ts";
import type { TwofoldColonEventMap as ColonEventMap } from "./embed.d.ts";
import { Frame, type Kind } from "./frame.ts";
import { look } from "./look.ts";
import type { Message } from "./message.ts";
import { Panel } from "./panel.ts";
import { Resume } from "./resume.ts";
import { sheet } from "./sheet.ts";
import { askForTicket, type FetchTicket, SignedOut } from "./ticket.ts";
import { type Words, words } from "./words.ts";

/** What both elements are: a frame, and a panel where there is none to be seen. */
export abstract class Widget extends HTMLElement {
  static readonly observedAttributes = ["session-url", "ticket", "lang", "theme"];

  readonly #kind: Kind;
  readonly #resume: Resume;
  readonly #root = this.attachShadow({ mode: "open", delegatesFocus: true });
  readonly #panel = new Panel(() => this.#again());
  readonly #probe = document.createElement("i");

  #opening = new AbortController();
  #queued = false;
  #frame: Frame | undefined;
  /** Seen until the next one shows. */
  #retired: Frame | undefined;
  #refocus = false;
  #passed = false;
  /** Went on by itself with nobody there. */
  #alone = false;
  #fetchTicket: FetchTicket | null = null;
  /** Asked for another ticket by itself, and no widget was there since. */
  #renewed = false;

  constructor(kind: Kind) {
    super();
    this.#kind = kind;
    this.#resume = new Resume(kind);
    this.#root.adoptedStyleSheets = [sheet];
    this.#root.append(this.#probe, this.#panel.element);
    this.#root.addEventListener("transitionrun", () => this.#relook());
    this.#takeUp();
  }

  /** The page's own way to a ticket, in the place of `session-url`. */
  get fetchTicket(): FetchTicket | null {
    return this.#fetchTicket;
  }

  set fetchTicket(fetchTicket: FetchTicket | null | undefined) {
    const had = this.#fetchTicket;
    this.#fetchTicket = fetchTicket ?? null;
    // Another one is asked next time: some pages make a new one whenever they are drawn.
    if (!had !== !this.#fetchTicket) this.#queue();
  }

  /** What the page gave to the element before this script had come. */
  #takeUp(): void {
    const early = Object.getOwnPropertyDescriptor(this, "fetchTicket");
    if (!early) return;
    Reflect.deleteProperty(this, "fetchTicket");
    this.fetchTicket = early.value;
  }

  connectedCallback(): void {
    this.#queue();
  }

  disconnectedCallback(): void {
    this.#close();
  }

  /** That it is there lets `moveBefore` keep the frame. */
  connectedMoveCallback(): void {}

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now) return;
    if (name === "theme") this.#relook();
    // A ticket that was used opens nothing again.
    else if (name !== "lang" || this.#renewal !== null) this.#queue();
  }

  /** Several changes at once are one. */
  #queue(): void {
    if (this.#queued) return;
    this.#queued = true;
    queueMicrotask(() => {
      this.#queued = false;
      this.#close();
      if (this.isConnected) void this.#open();
    });
  }

  #close(): void {
    this.#opening.abort();
    this.#frame?.remove();
    this.#retired?.remove();
    this.#frame = this.#retired = undefined;
  }

  async #open(): Promise<void> {
    const { signal } = (this.#opening = new AbortController());
    const renewal = this.#renewal;
    this.#passed = false;
    if (!this.#retired) this.#panel.say(this.#words, "loading");
    try {
      const ticket = renewal === null ? this.getAttribute("ticket") : await askForTicket(renewal, signal);
      if (signal.aborted) return;
      if (ticket) this.#enframe(ticket);
      else this.#fail("ticket_missing");
    } catch (cause) {
      if (signal.aborted) return;
      console.error("Twofold:", cause);
      this.#fail(cause instanceof SignedOut ? "signed_out" : "session_unavailable");
    }
  }

  /** Whom to ask for another ticket, and for another one after that. */
  get #renewal(): FetchTicket | string | null {
    return this.#fetchTicket ?? this.getAttribute("session-url");
  }

  #enframe(ticket: string): void {
    const opening = {
      kind: this.#kind,
      ticket,
      lang: this.#lang,
      resume: this.#resume.get(),
      title: this.#words[this.#kind],
      ...look(this, this.#probe),
    };
    this.#frame = new Frame(
      this.#root,
      opening,
      (message) => this.#hear(message),
      () => this.#fail("widget_unavailable"),
    );
  }

  #hear(message: Message): void {
    switch (message.type) {
      case "ready":
        this.#renewed = false;
        this.#appear();
        this.#resume.set(message.resume);
        return this.#emit("twofold:ready", null);
      case "height":
        this.#frame!.height = message.height;
        return this.#appear();
      case "change":
        return this.#emit("twofold:change", { what: message.what });
      case "where":
        return this.#frame!.tellSeen();
      case "passed":
        this.#passed = true;
        return this.#emit("twofold:passed", { challenge: message.challenge });
      case "expired":
        return this.#expire();
      case "error":
        return this.#fail(message.reason);
    }
  }

  #appear(): void {
    this.#panel.hide();
    this.#retired?.remove();
    this.#retired = undefined;
    this.#frame!.show();
    if (this.#refocus || (this.#kind === "challenge" && document.activeElement === document.body)) this.#frame!.focus();
    this.#refocus = false;
  }

  /** Goes on where somebody is there; but a page that was left open does not keep its session for ever. */
  #expire(): void {
    if (this.#passed) return;
    this.#emit("twofold:expired", null);
    // The page may have taken it away.
    if (!this.#frame) return;
    const attended = navigator.userActivation?.isActive ?? true;
    if (this.#renewal === null) this.#end("over");
    // A second one that opens nothing: a third would not either.
    else if (this.#renewed) this.#fail("ticket_over");
    else if (document.hidden || (this.#alone && !attended)) this.#end("expired", "continue");
    else {
      this.#alone = !attended;
      this.#renewed = true;
      this.#refocus = this.#frame.hasFocus;
      this.#retired?.remove();
      this.#retired = this.#frame;
      this.#retired.retire();
      void this.#open();
    }
  }

  #fail(reason: string): void {
    const advice = advise(reason, this.#fetchTicket ? "fetchTicket" : this.getAttribute("session-url"));
    if (advice) console.error(`Twofold: ${advice}`);
    this.#end(reason === "signed_out" ? "signedOut" : "failed", "again");
    this.#emit("twofold:error", { reason });
  }

  #end(text: "expired" | "over" | "failed" | "signedOut", action?: "again" | "continue"): void {
    this.#close();
    this.#panel.say(this.#words, text, action);
  }

  /** The person asked for it. */
  #again(): void {
    this.#refocus = true;
    this.#renewed = false;
    this.#alone = false;
    void this.#open();
  }

  #relook(): void {
    this.#frame?.look(look(this, this.#probe));
  }

  get #lang(): string {
    const lang = this.closest<HTMLElement>("[lang]")?.lang ?? "";
    return /^[\w-]{2,35}$/.test(lang) ? lang : "en";
  }

  get #words(): Words {
    return words(this.#lang);
  }

  /** Under both names: a template of Angular and JSX bind none with a colon. */
  #emit<K extends keyof ColonEventMap>(type: K, detail: ColonEventMap[K]["detail"]): void {
    for (const name of [type, type.replace(":", "-")]) {
      this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
    }
  }
}
