// Starts the page. It follows wasm-bindgen's glue in one module, which exports the islands.
//
// The page gives, in its head, the address of the WebAssembly:
//   <meta name="twofold-wasm" content="/assets/twofold.<hash>.wasm">
// and may hold an element `[data-twofold-fallback]`, hidden, that says what to do when this fails, with a hidden
// `[data-cause]` for each: "browser" (it cannot), "network" (something did not arrive), "crash".
// `<html data-twofold="ready">` tells tests and styles that the islands answer; "failed", that they do not.
{
  const root = document.documentElement;

  // A click on a button that does not answer yet is not lost: the first one is done once the page answers.
  let pressed;
  const remember = (event) => {
    const button = event.target.closest?.("leptos-island button");
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed ??= button;
  };
  addEventListener("click", remember, true);

  let why = "browser";
  const fail = (cause) => {
    removeEventListener("click", remember, true);
    console.error("Twofold could not start:", cause);
    root.dataset.twofold = "failed";
    for (const element of document.querySelectorAll(`[data-twofold-fallback], [data-cause=${why}]`)) {
      element.hidden = false;
    }
  };

  // A panic, or what a function of the browser threw through it, leaves WebAssembly in an unknown state: say so rather
  // than stand still.
  const failOnPanic = (cause) => {
    if (cause instanceof WebAssembly.RuntimeError || /wasm/.test(cause?.stack)) fail(cause);
  };

  const start = async () => {
    if (typeof WebAssembly !== "object") throw new Error("this browser has no WebAssembly");
    why = "network";
    const url = document.querySelector('meta[name="twofold-wasm"]')?.content;
    if (!url) throw new Error("the page names no twofold-wasm");
    addEventListener("error", (event) => failOnPanic(event.error));
    addEventListener("unhandledrejection", (event) => failOnPanic(event.reason));

    // This very module: the exports, by name.
    const module = await import(import.meta.url);
    await module.default({ module_or_path: url });
    why = "crash";
    module.hydrate();
    for (const island of document.querySelectorAll("leptos-island")) {
      const name = island.dataset.component;
      if (!module[name]) throw new Error(`there is no island ${name}`);
      await module[name](island);
    }
    removeEventListener("click", remember, true);
    root.dataset.twofold = "ready";
    if (pressed?.isConnected) pressed.click();
  };

  start().catch(fail);
}
