"""A rowing club with a login of its own. Twofold's part is what stands between the marks."""

import os
from functools import wraps

from flask import Flask, g, redirect, render_template, request

# twofold: begin
from twofold.flask import SecondFactor, TwofoldError

# twofold: end
from werkzeug.exceptions import HTTPException

from store import DAY, Store

COOKIE = {"httponly": True, "samesite": "Lax", "secure": os.environ.get("SECURE_COOKIES") == "yes"}

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = 8 * 1024
store = Store(os.environ.get("DATABASE", "data/club.db"))

SELF = "'self'"
policy = {
    "default-src": ["'none'"],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}

# twofold: begin
names = {"session_url": "/account/twofold-session", "ticket_url": "/confirm/twofold-ticket", "device_cookie": "device"}
two_factor = SecondFactor(app, user=lambda: signed_in(), done=lambda confirmed: done(confirmed), **names)
policy = two_factor.csp(policy)
# twofold: end


@app.before_request
def know_who_asks():
    """Only our own pages send forms here; and `g.session` is what this browser's session holds."""
    site = request.headers.get("Sec-Fetch-Site")
    ours = site == "same-origin" if site else request.headers.get("Origin") == request.host_url.rstrip("/")
    if request.method not in ("GET", "HEAD") and not ours:
        return "That form is not ours.", 403
    g.name = request.cookies.get("session", "")
    g.session = store.session(g.name)
    return None


@app.after_request
def keep_and_guard(response):
    if "session" in g and request.method == "POST":
        store.save_session(g.name, g.session)
    sources = "; ".join(f"{name} {' '.join(values)}" for name, values in policy.items())
    response.headers["Content-Security-Policy"] = sources
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def signed_in():
    return g.session.get("user")


def awaited():
    # twofold: begin
    return two_factor.pending()
    # twofold: end


def route(rule, needs=None):
    """`GET /path` or `POST /path`. Where there is nothing of what it `needs`, people are sent to the sign-in."""
    method, path = rule.split(" ")

    def routed(view):
        @wraps(view)
        def guarded():
            return view() if needs is None or needs() else redirect("/sign-in", 303)

        app.add_url_rule(path, rule, guarded, methods=[method])
        return view

    return routed


def go_on(target, values):
    """Redirects, with a new session under a new name. The old one is gone."""
    g.name, g.session = store.renew_session(g.name, values), values
    response = redirect(target, 303)
    response.set_cookie("session", g.name, max_age=DAY // 2, **COOKIE)
    return response


@route("GET /")
def home():
    return redirect("/account" if g.session.get("user") else "/sign-in")


@route("GET /sign-up")
def sign_up_page():
    return render_template("sign-up.html")


@route("POST /sign-up")
def sign_up():
    email, password = credentials()
    if "@" not in email or len(password) < 8:
        error = "Give an e-mail address, and a password of 8 characters or more."
        return render_template("sign-up.html", email=email, error=error), 422
    user = store.create_user(email, password)
    if not user:
        return render_template("sign-up.html", email=email, error="There is an account of this address already."), 422
    return go_on("/account", {"user": person(user)})


@route("GET /sign-in")
def sign_in_page():
    return render_template("sign-in.html")


@route("POST /sign-in")
def sign_in():
    email, password = credentials()
    user = store.find_user(email, password)
    if not user:
        return render_template("sign-in.html", email=email, error="The e-mail or the password is not right."), 422
    # Whoever signs in is nobody yet.
    g.session = {}
    # twofold: begin
    return two_factor.start(person(user))
    # twofold: end


@route("POST /sign-out")
def sign_out():
    return go_on("/sign-in", {})


@route("GET /account", needs=signed_in)
def account():
    # twofold: begin
    return render_template("account.html", user=g.session["user"], twofold=two_factor.security_html())
    # twofold: end


@route("POST /pay", needs=signed_in)
def pay():
    # twofold: begin
    return two_factor.start(g.session["user"], action="payment")
    # twofold: end


@route("GET /paid", needs=signed_in)
def paid():
    return render_template("paid.html", user=g.session["user"])


def done(confirmed):
    """The second factor was given, or there is none to ask for."""
    return go_on("/paid" if confirmed.action == "payment" else "/account", {"user": confirmed.user})


@route("GET /confirm", needs=awaited)
def confirm_by_widget():
    # twofold: begin
    return render_template("confirm.html", twofold=two_factor.challenge_html())
    # twofold: end


@route("GET /confirm/form", needs=awaited)
def confirm_by_form(error=None):
    return render_template("confirm-form.html", error=error)


@app.errorhandler(Exception)
def trouble(error):
    if isinstance(error, HTTPException):
        return error
    # twofold: begin
    if isinstance(error, TwofoldError) and error.status < 500:
        return confirm_by_form(error), error.status
    # twofold: end
    app.logger.error("a request failed", exc_info=error)
    return render_template("trouble.html"), 503


def person(user):
    """What a session, and Twofold, need of a user."""
    return {"id": user["id"], "label": user["email"]}


def credentials():
    return request.form.get("email", "").strip().lower(), request.form.get("password", "")


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", "4001")), threaded=True)
