/** How the widget is to look: what the page's style says, as far as the widget takes it. */
export interface Look {
  theme: Theme;
  /** What it stands on. */
  ground: Theme;
  style: Record<string, string>;
}

type Theme = "light" | "dark";

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
  const ground = groundOf(element, probe);
  return { theme: theme === "light" || theme === "dark" ? theme : ground, ground, style };
}

/** By what is painted behind it: a dark page need not have a `color-scheme`. Where nothing is, by that. */
function groundOf(element: Element | null, probe: HTMLElement): Theme {
  for (; element; element = element.parentElement ?? (element.getRootNode() as ShadowRoot).host) {
    const painted = getComputedStyle(element).backgroundColor;
    const [red, green, blue, alpha] = (painted.match(/[\d.]+/g) ?? []).map(Number) as [number, number, number, number?];
    if (alpha === 0 || painted.endsWith("/ 0)")) continue;
    // Browsers write what is not in these notations in its own, of which only newer ones know the lightness.
    const lightness = painted.startsWith("rgb") ? (2 * red + 7 * green + blue) / 2550 : parseFloat(colour(`oklch(from ${painted} l c h)`, probe).slice(6));
    if (lightness >= 0) return lightness > 0.5 ? "light" : "dark";
  }
  return colour("light-dark(red, blue)", probe) === colour("blue", probe) ? "dark" : "light";
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
