// A small shop with a login of its own. Twofold's part is what stands between the marks.
import express from "express";
// twofold: begin
import { twofold } from "@twofold/node/express";
// twofold: end
import path from "node:path";
import * as pages from "./pages.js";
import { Users } from "./users.js";
import { renew, sameOrigin, session } from "./web.js";

const { PORT = "4000", USERS = "data/users.json" } = process.env;
const users = new Users(USERS);
const app = express();

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

// twofold: begin
const names = { sessionUrl: "/account/twofold-session", ticketUrl: "/confirm/twofold-ticket", deviceCookie: "device" };
const twoFactor = twofold({ user: ({ session }) => session.user, done, ...names });
// twofold: end

app.disable("x-powered-by");
app.use((request, response, next) => {
  response.set({
    // twofold: begin
    "Content-Security-Policy": twoFactor.csp(policy),
    // twofold: end
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
  });
  next();
});
app.use(express.static(path.join(import.meta.dirname, "public")));
app.use(sameOrigin, session, express.urlencoded({ extended: false, limit: "8kb" }));
// twofold: begin
app.use(twoFactor.routes);
// twofold: end

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
  renew(request, response, { user: person(user) });
  response.redirect(303, "/account");
});

app.get("/sign-in", (request, response) => show(response, pages.signIn()));

app.post("/sign-in", async (request, response) => {
  const { email, password } = credentials(request);
  const user = await users.find(email, password);
  if (!user) return show(response, pages.signIn(email, "The e-mail or the password is not right."), 422);
  // Whoever signs in is nobody yet.
  renew(request, response, {});
  // twofold: begin
  await twoFactor.start(request, response, { user: person(user) });
  // twofold: end
});

app.post("/sign-out", (request, response) => {
  renew(request, response, {});
  response.redirect(303, "/sign-in");
});

// twofold: begin
app.get("/account", signedIn, (request, response) => show(response, pages.account(request.session.user, twoFactor.securityHtml())));
app.get("/confirm", awaited, (request, response) => show(response, pages.confirm(twoFactor.challengeHtml())));
app.post("/pay", signedIn, (request, response) => twoFactor.start(request, response, { user: request.session.user, action: "payment" }));
// twofold: end

app.get("/confirm/form", awaited, (request, response) => show(response, pages.confirmByForm()));

app.get("/paid", signedIn, (request, response) => show(response, pages.paid(request.session.user)));

// The second factor was given, or there is none to ask for.
function done(request, response, { user, action }) {
  renew(request, response, { user });
  response.redirect(303, action === "payment" ? "/paid" : "/account");
}

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

async function awaited(request, response, next) {
  // twofold: begin
  if (await twoFactor.pending(request)) return next();
  // twofold: end
  response.redirect(303, "/sign-in");
}

/** What a session, and Twofold, need of a user. */
function person({ id, email }) {
  return { id, label: email };
}

function credentials({ body = {} }) {
  return { email: String(body.email ?? "").trim().toLowerCase(), password: String(body.password ?? "") };
}

app.listen(Number(PORT), "127.0.0.1", function () {
  console.log(`The shop is open on port ${this.address().port}`);
});
