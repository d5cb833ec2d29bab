// A small shop with a login of its own. Twofold's part is what stands between the marks.
import express from "express";
import path from "node:path";
import * as pages from "./pages.js";
import { Users } from "../node/users.js";
import { COOKIE, DAY, cookie, renew, sameOrigin, session } from "./web.js";

const { PORT = "4000", USERS = "data/users.json", TWOFOLD_URL = "http://localhost:3000", TWOFOLD_KEY } = process.env;
const users = new Users(USERS);
const app = express();

const policy = {
  "default-src": ["'none'"],
  "script-src": ["'self'"],
  "style-src": ["'self'"],
  "img-src": ["'self'"],
  "connect-src": ["'self'"],
  "form-action": ["'self'"],
  "base-uri": ["'none'"],
  "frame-ancestors": ["'none'"],
};

// twofold: begin
for (const directive of ["script-src", "form-action", "frame-src"]) (policy[directive] ??= []).push(TWOFOLD_URL);

// A refusal is thrown: `code` says why, `detail` says it to people.
async function twofold(path, body) {
  const headers = { authorization: `Bearer ${TWOFOLD_KEY}`, "content-type": "application/json" };
  const asked = { method: "POST", headers, body: JSON.stringify(body), signal: AbortSignal.timeout(10_000), redirect: "error" };
  const answer = await fetch(`${TWOFOLD_URL}/v1/${path}`, asked);
  if (answer.ok) return answer.json();
  throw Object.assign(new Error(`Twofold refuses ${path}`), await answer.json());
}
// twofold: end

app.disable("x-powered-by");
app.use((request, response, next) => {
  response.set({
    "Content-Security-Policy": Object.entries(policy).map(([name, sources]) => `${name} ${sources.join(" ")}`).join("; "),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
  });
  next();
});
for (const folder of ["public", "../node/public"]) app.use(express.static(path.join(import.meta.dirname, folder)));
app.use(sameOrigin, session, express.urlencoded({ extended: false, limit: "8kb" }));

const show = (response, page, status = 200) => response.status(status).type("html").send(page.html);

app.get("/", (request, response) => response.redirect(request.session.user ? "/account" : "/sign-in"));

app.get("/sign-up", (request, response) => show(response, pages.signUp()));

app.post("/sign-up", async (request, response) => {
  const { email, password } = credentials(request);
  if (!email.includes("@") || password.length < 8) {
    return show(response, pages.signUp(email, "Give an e-mail address, and a password of 8 characters or more."), 422);
  }
  const user = await users.create(email, password);
  if (!user) return show(response, pages.signUp(email, "There is an account of this address already."), 422);
  renew(request, response, { user });
  response.redirect(303, "/account");
});

app.get("/sign-in", (request, response) => show(response, pages.signIn()));

app.post("/sign-in", async (request, response) => {
  const { email, password } = credentials(request);
  const user = await users.find(email, password);
  if (!user) return show(response, pages.signIn(email, "The e-mail or the password is not right."), 422);
  // Whoever signs in is nobody yet.
  request.session = {};
  await confirm(request, response, user, "sign_in", cookie(request, "device"));
});

app.post("/sign-out", (request, response) => {
  renew(request, response, {});
  response.redirect(303, "/sign-in");
});

app.get("/account", signedIn, (request, response) => show(response, pages.account(request.session.user, TWOFOLD_URL)));

app.post("/pay", signedIn, (request, response) => confirm(request, response, request.session.user, "payment"));

app.get("/paid", signedIn, (request, response) => show(response, pages.paid(request.session.user)));

function done(request, response, user, action) {
  renew(request, response, { user });
  response.redirect(303, action === "payment" ? "/paid" : "/account");
}

app.get("/confirm", awaited, (request, response) => show(response, pages.confirm(TWOFOLD_URL)));

app.get("/confirm/form", awaited, (request, response) => show(response, pages.confirmByForm()));

// twofold: begin
app.post("/account/twofold-session", signedIn, async ({ session: { user } }, response) => {
  response.json(await twofold("sessions", { user: { id: user.id, label: user.email } }));
});

// Asks for the second factor, if there is one. A browser that was remembered for signing in is not asked again.
async function confirm(request, response, user, action, device) {
  const end_user = { address: request.ip, user_agent: request.headers["user-agent"] };
  const asked = { user: { id: user.id, label: user.email }, action, end_user };
  const opened = await twofold("challenges", { ...asked, device });
  if (["not_enrolled", "trusted_device"].includes(opened.status)) return done(request, response, user, action);
  renew(request, response, { ...request.session, pending: { ...opened, asked, user, action } });
  response.redirect(303, "/confirm");
}

// A ticket is good once, and every tab has one of its own for the one challenge. Once its time is up, there is another challenge.
app.post("/confirm/twofold-ticket", awaited, async ({ session: { pending } }, response) => {
  const another = ({ code }) => /^challenge_(expired|already_answered)$/.test(code) && twofold("challenges", pending.asked);
  const issued = await twofold(`challenges/${pending.id}/tickets`, {}).catch(async (error) => (await another(error)) || Promise.reject(error));
  response.json({ ticket: Object.assign(pending, issued).ticket });
});

// The widget said that the challenge was passed, or our own form brings the code. Only what Twofold answers counts.
app.post("/confirm", awaited, async (request, response) => {
  const { id, user, action, asked: { end_user } } = request.session.pending;
  const { code, remember } = request.body ?? {};
  const answer = { code, remember_device: remember === "yes", end_user };
  const [verb, body] = code ? ["answers", answer] : ["redeem", { end_user }];
  const result = await twofold(`challenges/${id}/${verb}`, body);
  if (result.user.id !== user.id || result.action !== action) throw new Error("that was another challenge");
  if (result.device) response.cookie("device", result.device.token, { ...COOKIE, maxAge: 30 * DAY });
  done(request, response, user, action);
});
// twofold: end

app.use((error, request, response, _next) => {
  // twofold: begin
  if (error.code && error.status < 500) return show(response, pages.confirmByForm(error), error.status);
  // twofold: end
  console.error(error);
  show(response, pages.trouble(), 503);
});

function signedIn(request, response, next) {
  if (request.session.user) next();
  else response.redirect(303, "/sign-in");
}

function awaited(request, response, next) {
  if (request.session.pending) next();
  else response.redirect(303, "/sign-in");
}

function credentials({ body = {} }) {
  return { email: String(body.email ?? "").trim().toLowerCase(), password: String(body.password ?? "") };
}

app.listen(Number(PORT), "127.0.0.1", function () {
  console.log(`The shop is open on port ${this.address().port}`);
});
