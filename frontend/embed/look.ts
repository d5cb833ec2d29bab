/** How the widget is to look: what the page's style says, as far as the widget takes it. */
export interface Look {
  theme: "light" | "dark";
  style: Record<string, string>;
}

const COLOURS = ["accent", "accent-text", "background", "surface", "text", "muted", "border", "danger"].map(property);
const RADIUS = property("radius");
const FONT = property("font");

/** Every custom property that is passed on. */
export const PROPERTIES = [...COLOURS, RADIUS, FONT];

// Twofold checks the same again. Nothing that loads, ends a declaration or opens a block gets through.
const COLOUR = /^(#[\da-f]{3,8}|(rgb|hsl|oklch)a?\([\d\s.,%/+-]+(deg)?[\d\s.,%/+-]*\))$/i;
const LENGTH = /^\d*\.?\d+(px|rem)$|^0$/;
const NAMES = /^[\p{L}\p{N}\s,_"'-]{1,200}$/u;

/** Reads the look of `element`; `probe`, an element in it, turns `light-dark(…)` and names into plain colours. */
export function look(element: HTMLElement, probe: HTMLElement): Look {
  const given = getComputedStyle(element);
  const style: Record<string, string> = {};
  for (const name of PROPERTIES) {
    const value = given.getPropertyValue(name).trim();
    const [plain, form] = name === FONT ? [value, NAMES] : name === RADIUS ? [value, LENGTH] : [colour(value, probe), COLOUR];
    if (form.test(plain)) style[name] = plain;
  }
  const theme = element.getAttribute("theme");
  const around = colour("light-dark(red, blue)", probe) === colour("red", probe) ? "light" : "dark";
  return { theme: theme === "light" || theme === "dark" ? theme : around, style };
}

function colour(value: string, probe: HTMLElement): string {
  if (COLOUR.test(value)) return value;
  probe.style.color = "";
  probe.style.color = value;
  // What is no colour does not stick.
  return probe.style.color && getComputedStyle(probe).color;
}

function property(name: string): string {
  return `--twofold-${name}`;
}
