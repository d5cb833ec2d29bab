// A widget's side of the talk with the page around it. The only script of a page without a widget.
//
// The page gives, in its head, the origin it talks with and what is said to it:
//   <meta name="twofold-host" content="https://shop.example">      nobody else is told or listened to
//   <meta name="twofold-challenge" content="<id>">                 what was passed
//   <meta name="twofold-resume" content="…">                   what the page keeps, to go on with
//   <meta name="twofold-says" content="expired|error">             why there is no widget
// Nothing that is said carries a secret or proves anything: the host's server asks /v1.
{
  const root = document.documentElement;
  const meta = (name) => document.querySelector(`meta[name="twofold-${name}"]`)?.content;
  const host = meta("host");

  const say = (type, more) => {
    if (host && parent !== window) parent.postMessage({ twofold: 1, type, ...more }, host);
  };

  // How it looks. The server knows the same rules (server/src/widget/look.rs): only plain values.
  const colour = /^(#([\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})|((rgb|hsl)a?|oklch)\([-+\d.,%/ deg]{1,60}\))$/i;
  const length = /^(0|(\d{1,4}(\.\d{1,4})?|\.\d{1,4})(px|rem))$/;
  const fonts = /^(?=.{1,200}$)([\p{L}\p{N} ,_-]|"[\p{L}\p{N} ,_-]*"|'[\p{L}\p{N} ,_-]*')+$/u;
  const rules = { radius: length, font: fonts };
  for (const name of ["accent", "accent-text", "background", "surface", "text", "muted", "border", "danger"]) {
    rules[name] = colour;
  }

  const look = ({ theme, style }) => {
    if (["light", "dark", "auto"].includes(theme)) root.dataset.theme = theme;
    if (typeof style !== "object" || style === null) return;
    // What the page came with was said before: this takes its place.
    document.querySelector("style")?.remove();
    for (const [name, rule] of Object.entries(rules)) {
      const value = String(style[`--twofold-${name}`] ?? "").trim().replace(/\s+/g, " ");
      if (rule.test(value)) root.style.setProperty(`--twofold-${name}`, value);
      else root.style.removeProperty(`--twofold-${name}`);
    }
  };

  let toldSeen;
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== parent || origin !== host || data?.twofold !== 1) return;
    if (data.type === "look") look(data);
    if (data.type === "seen") toldSeen?.({ top: Number(data.top) || 0, bottom: Number(data.bottom) || 0 });
  });

  // As tall as what it shows.
  let told = 0;
  new ResizeObserver(() => {
    const height = Math.ceil(root.getBoundingClientRect().height);
    if (height !== told) say("height", { height: (told = height) });
  }).observe(root);

  // A dialog stands where its reader looks: the frame may be far taller than the window. It is placed before it is shown:
  // showing it takes the focus there, and the focus takes the page along. In a narrow frame it opens upon the card that asked.
  const ROOM = 16;
  const soon = (begin) => new Promise((done) => (begin(done), setTimeout(done, 300)));

  // What the window shows of this page: the page around says. An observer here would be told late, or nothing at all while
  // both ends of the frame are outside the window.
  const seen = () => soon((done) => (say("where"), (toldSeen = done)));

  const height = (dialog) => {
    dialog.setAttribute("open", "");
    const tall = dialog.offsetHeight;
    dialog.removeAttribute("open");
    return tall;
  };

  const present = async (dialog) => {
    const card = innerWidth < 480 && document.activeElement?.closest(".card");
    const tall = height(dialog);
    const { top, bottom } = (await seen()) ?? { top: 0, bottom: innerHeight };
    const asked = card ? card.getBoundingClientRect().top : (top + bottom - tall) / 2;
    // Whole in the window, if it is tall enough; the frame may end within it, and is made taller then by the page around.
    const at = Math.max(Math.min(asked, bottom - tall - ROOM), top + ROOM);
    const end = at + tall + ROOM;
    if (end > root.offsetHeight) {
      root.style.minHeight = `${end}px`;
      if (end > innerHeight) await soon((done) => addEventListener("resize", done, { once: true }));
    }
    if (!dialog.isConnected || dialog.open) return;
    dialog.style.top = `${at}px`;
    dialog.showModal();
    // Where the window ends above the frame's new end.
    dialog.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("twofold:dialog", () => {
    const dialog = document.querySelector("dialog:not([open])");
    if (dialog) void present(dialog);
  });
  new MutationObserver(() => {
    if (!document.querySelector("dialog")) root.style.minHeight = "";
  }).observe(root, { subtree: true, childList: true });

  // Whoever comes into the frame of a challenge comes to answer it.
  addEventListener("focus", () => {
    if (meta("challenge") && document.activeElement === document.body) document.querySelector("#form-code")?.focus();
  });

  // What the islands tell, and whether they answer at all.
  document.addEventListener("twofold:change", ({ what }) => say("change", { what }));
  document.addEventListener("twofold:passed", () => say("passed", { challenge: meta("challenge") }));
  document.addEventListener("twofold:expired", () => say("expired"));
  const started = () => {
    if (root.dataset.twofold === "ready") say("ready", { resume: meta("resume") });
    if (root.dataset.twofold === "failed") say("error", { reason: "failed" });
  };
  new MutationObserver(started).observe(root, { attributeFilter: ["data-twofold"] });
  started();

  if (meta("says")) say(meta("says"), { reason: meta("reason") });
}
