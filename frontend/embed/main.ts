import { Widget } from "./element.ts";

class Security extends Widget {
  constructor() {
    super("security");
  }
}

class Challenge extends Widget {
  constructor() {
    super("challenge");
  }
}

// A page may have the script twice.
for (const [name, element] of [["twofold-security", Security], ["twofold-challenge", Challenge]] as const) {
  if (!customElements.get(name)) customElements.define(name, element);
}
