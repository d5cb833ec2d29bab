const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}

/** The script that makes the elements. */
function script(address: string): string {
  return `<script type="module" src="${escaped(address)}"></script>`;
}

/** The Security tab, for your account page. */
export function securityHtml(twofold: string, sessionUrl: string): string {
  return `${script(`${twofold}/embed.js`)}<twofold-security session-url="${escaped(sessionUrl)}"></twofold-security>`;
}

/** The challenge in a form that goes to your server once it was passed. `fields` are hidden ones: your CSRF token, say. */
export function challengeHtml(twofold: string, prefix: string, ticketUrl: string, fields: Record<string, string> = {}): string {
  const hidden = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`);
  const element = `<twofold-challenge session-url="${escaped(ticketUrl)}"></twofold-challenge>`;
  const form = `<form method="post" action="${escaped(prefix)}/confirm">${hidden.join("")}${element}</form>`;
  return `${script(`${twofold}/embed.js`)}${script(`${prefix}/confirm.js`)}${form}`;
}

/** Sends the form. What it says is no proof: the server asks Twofold. */
export const CONFIRM_JS = 'addEventListener("twofold:passed", ({ target }) => target.closest("form")?.requestSubmit());\n';
