import type { Words } from "./words.ts";

/** What stands in the frame's place: that it is being loaded, or why there is none, and what can be done. */
export class Panel {
  readonly element = document.createElement("div");
  readonly #status = line("status");
  readonly #alert = line("alert");
  readonly #button = document.createElement("button");

  constructor(act: () => void) {
    this.element.tabIndex = -1;
    this.#button.type = "button";
    this.#button.onclick = () => {
      // The button goes; the focus does not.
      this.element.focus();
      act();
    };
    this.element.append(this.#status, this.#alert, this.#button);
  }

  say(words: Words, text: "loading" | "expired" | "over" | "failed" | "signedOut", action?: "again" | "continue"): void {
    const failed = text === "failed" || text === "signedOut";
    this.element.hidden = false;
    this.element.lang = words.lang;
    this.#status.textContent = failed ? "" : words[text];
    this.#alert.textContent = failed ? words[text] : "";
    this.#button.textContent = action ? words[action] : "";
    this.#button.hidden = !action;
  }

  hide(): void {
    this.element.hidden = true;
  }
}

function line(role: string): HTMLParagraphElement {
  const line = document.createElement("p");
  line.role = role;
  return line;
}
