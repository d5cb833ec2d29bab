import type { Look } from "./look.ts";
import { type Message, message } from "./message.ts";

/** Twofold has this long to answer, in milliseconds. */
const PATIENCE = 15_000;
/** And its page, once it has come, to say something: the browser may have put a page of its own there. */
const LOADED = 4_000;

/** Wherever this script came from is Twofold. */
export const TWOFOLD = new URL(import.meta.url).origin;

const SANDBOX =
  "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads allow-modals";

export type Kind = "security" | "challenge";

export interface Opening extends Look {
  kind: Kind;
  ticket: string;
  lang: string;
  resume: string | undefined;
  title: string;
}

/** One iframe for one ticket. A second ticket gets another one, so that the browser's Back button knows only one. */
export class Frame {
  readonly #iframe = document.createElement("iframe");
  readonly #hear: (message: Message) => void;
  readonly #fail: () => void;
  #timer = 0;
  #look = "";

  constructor(root: ShadowRoot, opening: Opening, hear: (message: Message) => void, fail: () => void) {
    this.#hear = hear;
    this.#fail = fail;
    const iframe = this.#iframe;
    iframe.className = "waiting";
    iframe.title = opening.title;
    iframe.name = `twofold-${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;
    iframe.allow = "clipboard-write; publickey-credentials-create; publickey-credentials-get";
    this.#changed(opening);
    root.append(iframe);
    // Not to lead the whole page elsewhere. It holds from the next page on; before, browsers would warn of the empty one.
    iframe.setAttribute("sandbox", SANDBOX);
    addEventListener("message", this);
    this.#wait(PATIENCE);
    iframe.onload = () => this.#wait(LOADED);
    post(root, iframe.name, opening);
  }

  get hasFocus(): boolean {
    return (this.#iframe.getRootNode() as ShadowRoot).activeElement === this.#iframe;
  }

  focus(): void {
    this.#iframe.focus();
  }

  set height(pixels: number) {
    this.#iframe.style.height = `${pixels}px`;
  }

  show(): void {
    this.#iframe.className = "";
  }

  look(look: Look): void {
    if (this.#changed(look)) this.#say({ type: "look", ...look });
  }

  /** What the window shows of it, in its own pixels: a dialog is placed there. */
  tellSeen(): void {
    const { top, height } = this.#iframe.getBoundingClientRect();
    this.#say({ type: "seen", top: Math.max(-top, 0), bottom: Math.min(height, innerHeight - top) });
  }

  #say(what: object): void {
    this.#iframe.contentWindow?.postMessage({ twofold: 1, ...what }, TWOFOLD);
  }

  /** It is still seen, but neither heard nor touched. */
  retire(): void {
    this.#stop();
    removeEventListener("message", this);
    this.#iframe.inert = true;
  }

  remove(): void {
    this.retire();
    this.#iframe.remove();
  }

  handleEvent(event: MessageEvent): void {
    const heard = message(event, this.#iframe.contentWindow, TWOFOLD);
    if (!heard) return;
    this.#stop();
    this.#hear(heard);
  }

  #changed({ theme, ground, style }: Look): boolean {
    const before = this.#look;
    // Alike, nothing is painted between the two; unlike, the frame brings a ground of its own.
    this.#iframe.style.colorScheme = ground;
    this.#look = JSON.stringify([theme, style]);
    return before !== this.#look;
  }

  #wait(patience: number): void {
    if (this.#timer < 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#fail, patience);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = -1;
  }
}

/** Sends the ticket into the frame, in a body: no address holds it. */
function post(root: ShadowRoot, target: string, { kind, ticket, lang, theme, style, resume }: Opening): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = new URL(`widget/${kind}`, import.meta.url).href;
  form.target = target;
  form.hidden = true;
  const fields = { ticket, origin: location.origin, lang, theme, style: JSON.stringify(style), resume };
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const field = document.createElement("input");
    field.name = name;
    field.value = value;
    form.append(field);
  }
  root.append(form);
  form.submit();
  form.remove();
}
