import { html } from "./web.js";

function page(title, main, user, scripts = "") {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Fern &amp; Field</title>
<link rel="stylesheet" href="/style.css">
<link rel="icon" href="/icon.svg">
${scripts}
</head>
<body>
<header>
<a class="brand" href="/"><img src="/icon.svg" alt="" width="28" height="28">Fern &amp; Field</a>
${user && html`<form method="post" action="/sign-out"><span>${user.email}</span> <button class="plain">Sign out</button></form>`}
</header>
<main>
<h1>${title}</h1>
${main}
</main>
</body>
</html>`;
}

function credentials(action, button, email, error, hint) {
  return html`<form class="card" method="post" action="${action}">
${error && html`<p class="error" role="alert">${error}</p>`}
<label>E-mail <input name="email" type="email" autocomplete="username" required value="${email}"></label>
<label>Password <input name="password" type="password" autocomplete="${hint}" required></label>
<button>${button}</button>
</form>`;
}

export function signUp(email = "", error) {
  return page("Create an account", html`${credentials("/sign-up", "Create account", email, error, "new-password")}
<p>Have one already? <a href="/sign-in">Sign in</a></p>`);
}

export function signIn(email = "", error) {
  return page("Sign in", html`${credentials("/sign-in", "Sign in", email, error, "current-password")}
<p>New here? <a href="/sign-up">Create an account</a></p>`);
}

export function account(user, twofold) {
  const main = html`<section class="card">
<h2>Your basket</h2>
<p>One maidenhair fern, in a clay pot.</p>
<form method="post" action="/pay"><button>Pay 24.00 €</button></form>
</section>
<section>
<!-- twofold: begin -->
<twofold-security session-url="/account/twofold-session"></twofold-security>
<!-- twofold: end -->
</section>`;
  return page("Your account", main, user, widget(twofold));
}

export function confirm(twofold) {
  const main = html`
<!-- twofold: begin -->
<form method="post" action="/confirm"><twofold-challenge session-url="/confirm/twofold-ticket"></twofold-challenge></form>
<!-- twofold: end -->
<p><a href="/confirm/form">Use our own form</a> · <a href="/sign-in">Start again</a></p>`;
  return page("One more step", main, undefined, html`${widget(twofold)}<script type="module" src="/confirm.js"></script>`);
}

export function confirmByForm({ detail, attempts_left } = {}) {
  const main = html`<form class="card" method="post" action="/confirm">
${detail && html`<p class="error" role="alert">${detail} ${attempts_left !== undefined && `${attempts_left} tries left.`}</p>`}
<label>Code of your app, or a recovery code <input name="code" autocomplete="one-time-code" autofocus required></label>
<label class="tick"><input type="checkbox" name="remember" value="yes"> Remember this browser</label>
<button>Continue</button>
</form>
<p><a href="/confirm">Use Twofold’s form</a> · <a href="/sign-in">Start again</a></p>`;
  return page("One more step", main);
}

export function paid(user) {
  return page("Thank you", html`<section class="card"><p>Your fern is on its way.</p><p><a href="/account">Back to your account</a></p></section>`, user);
}

export function trouble() {
  return page("Not now", html`<section class="card"><p>Something does not answer. Nothing was done; please try again in a moment.</p><p><a href="/">Start again</a></p></section>`);
}

function widget(twofold) {
  // twofold: begin
  return html`<script type="module" src="${twofold}/embed.js"></script>`;
  // twofold: end
}
