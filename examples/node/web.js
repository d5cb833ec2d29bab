// What any site has: a cookie for the session, HTML without holes, forms that only its own pages can send.
import { randomBytes } from "node:crypto";

const sessions = new Map();

/** In milliseconds. */
const DAY = 24 * 3_600_000;

/** One cookie of a request. */
function cookie(request, name) {
  const found = (request.headers.cookie ?? "").split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}

const COOKIE = { httpOnly: true, sameSite: "lax", secure: process.env.SECURE_COOKIES === "yes", path: "/" };

/** `request.session`: what this browser's session holds. */
export function session(request, response, next) {
  const held = sessions.get(cookie(request, "session"));
  request.session = held && held.until > Date.now() ? held.values : {};
  next();
}

/** A new session under a new name, as after every sign-in. The old one is gone. */
export function renew(request, response, values) {
  sessions.delete(cookie(request, "session"));
  sessions.delete(request.renewed);
  const id = randomBytes(32).toString("base64url");
  sessions.set(id, { values, until: Date.now() + DAY / 2 });
  Object.assign(request, { session: values, renewed: id });
  response.cookie("session", id, { ...COOKIE, maxAge: DAY / 2 });
}

/** Only our own pages send forms here. */
export function sameOrigin(request, response, next) {
  const site = request.headers["sec-fetch-site"];
  const ours = site === undefined ? request.headers.origin === `${request.protocol}://${request.headers.host}` : site === "same-origin";
  if (request.method === "GET" || request.method === "HEAD" || ours) next();
  else response.status(403).send("That form is not ours.");
}

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** HTML: whatever is put in is escaped, unless it was made by this, too. */
export function html(strings, ...values) {
  const texts = values.map((value) => {
    if (value === undefined || value === false) return "";
    return value.html ?? String(value).replace(/[&<>"']/g, (character) => ESCAPES[character]);
  });
  return { html: String.raw({ raw: strings }, ...texts) };
}
