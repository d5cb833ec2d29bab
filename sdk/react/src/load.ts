/** Loads `embed.js` of this Twofold, unless the page did. */
export function load(url: string): void {
  const src = new URL("/embed.js", url).href;
  const scripts = Array.from(document.querySelectorAll<HTMLScriptElement>("script[src]"));
  if (scripts.some((script) => script.src === src)) return;
  const script = document.createElement("script");
  script.type = "module";
  script.src = src;
  document.head.append(script);
}
