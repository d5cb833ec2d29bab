import { PROPERTIES } from "./look.ts";

/** Adopted, not written into the page: no `style-src` of the host is asked. */
export const sheet = new CSSStyleSheet();

// A changed custom property starts a transition, whatever changed it, and so does another colour scheme: the element
// hears of it so, and of the colour of the text, which changes with the ground. There is none from or to a property that is not set, hence the second names.
const seen = PROPERTIES.map((name) => `-${name}`);
const copies = PROPERTIES.map((name) => `-${name}: var(${name}, none);`).join("");

sheet.replaceSync(`
:host { display: block; position: relative }
:host([hidden]), [hidden] { display: none }
iframe { display: block; width: 100%; height: 9rem; border: 0; transition: color 1ms }
iframe.waiting { position: absolute; visibility: hidden }
iframe[inert] { opacity: .5 }
div { display: grid; gap: 1rem; place-items: center; place-content: center; min-height: 9rem; padding: 1rem;
  border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: var(--twofold-radius, .875rem);
  color: var(--twofold-text, inherit); background: var(--twofold-surface, transparent); font-family: var(--twofold-font, inherit); text-align: center; outline-offset: 2px }
p { margin: 0 }
p:empty { display: none }
button { min-height: 2.75rem; padding: 0 1.25rem; border: 1px solid; border-radius: .5rem; cursor: pointer; font: inherit;
  font-weight: 600; color: inherit; background: none }
button:focus-visible { outline: 2px solid; outline-offset: 2px }
i { position: absolute; visibility: hidden; ${copies} background: light-dark(red, blue);
  transition: background-color 1ms, ${seen.join(" 1ms,")} 1ms; transition-behavior: allow-discrete }
`);
