"""A rowing club with a login of its own. Twofold's part is what stands between the marks."""

import json
import os
from functools import wraps
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from flask import Flask, g, redirect, render_template, request
from werkzeug.exceptions import HTTPException

from store import DAY, Store

TWOFOLD_URL = os.environ.get("TWOFOLD_URL", "http://localhost:3000")
TWOFOLD_KEY = os.environ.get("TWOFOLD_KEY", "")
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
policy |= {name: [*policy.get(name, []), TWOFOLD_URL] for name in ("script-src", "form-action", "frame-src")}


# A refusal is raised as `HTTPError`; its body says why.
def twofold(path, body):
    headers = {"Authorization": f"Bearer {TWOFOLD_KEY}", "Content-Type": "application/json"}
    with urlopen(Request(f"{TWOFOLD_URL}/v1/{path}", json.dumps(body).encode(), headers), timeout=10) as answer:
        return json.load(answer)


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


def route(rule, needs=None):
    """`GET /path` or `POST /path`. Who `needs` something that the session has not is sent to the sign-in."""
    method, path = rule.split(" ")

    def routed(view):
        @wraps(view)
        def guarded():
            return view() if needs is None or g.session.get(needs) else redirect("/sign-in", 303)

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
    return go_on("/account", {"user": user})


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
    return confirm(user, "sign_in", request.cookies.get("device"))


@route("POST /sign-out")
def sign_out():
    return go_on("/sign-in", {})


@route("GET /account", needs="user")
def account():
    return render_template("account.html", user=g.session["user"], twofold=TWOFOLD_URL)


@route("POST /pay", needs="user")
def pay():
    return confirm(g.session["user"], "payment")


@route("GET /paid", needs="user")
def paid():
    return render_template("paid.html", user=g.session["user"])


def done(user, action):
    return go_on("/paid" if action == "payment" else "/account", {"user": user})


@route("GET /confirm", needs="pending")
def confirm_by_widget():
    return render_template("confirm.html", twofold=TWOFOLD_URL)


@route("GET /confirm/form", needs="pending")
def confirm_by_form():
    return render_template("confirm-form.html", problem={})


# twofold: begin
@route("POST /account/twofold-session", needs="user")
def twofold_session():
    user = g.session["user"]
    return twofold("sessions", {"user": {"id": user["id"], "label": user["email"]}})


# Asks for the second factor, if there is one. A browser that was remembered for signing in is not asked again.
def confirm(user, action, device=None):
    end_user = {"address": request.remote_addr, "user_agent": request.user_agent.string}
    asked = {"user": {"id": user["id"], "label": user["email"]}, "action": action, "end_user": end_user}
    opened = twofold("challenges", {**asked, "device": device})
    if "id" not in opened:
        return done(user, action)
    return go_on("/confirm", {**g.session, "pending": {**opened, "asked": asked, "user": user, "action": action}})


# A ticket is good once: when the widget asks again, time was up, or the page was loaded again.
@route("POST /confirm/twofold-ticket", needs="pending")
def twofold_ticket():
    pending = g.session["pending"]
    if "ticket" not in pending:
        pending.update(twofold("challenges", pending["asked"]))
    return {"ticket": pending.pop("ticket")}


# The widget said that the challenge was passed, or our own form brings the code. Only what Twofold answers counts.
@route("POST /confirm", needs="pending")
def confirmed():
    pending, code, remember = g.session["pending"], request.form.get("code"), request.form.get("remember") == "yes"
    verb, body = ("answers", {"code": code, "remember_device": remember}) if code else ("redeem", {})
    result = twofold(f"challenges/{pending['id']}/{verb}", {**body, "end_user": pending["asked"]["end_user"]})
    if (result["user"]["id"], result["action"]) != (pending["user"]["id"], pending["action"]):
        raise ValueError("that was another challenge")
    response = done(pending["user"], pending["action"])
    if "device" in result:
        response.set_cookie("device", result["device"]["token"], max_age=30 * DAY, **COOKIE)
    return response


# twofold: end


@app.errorhandler(Exception)
def trouble(error):
    if isinstance(error, HTTPException):
        return error
    # twofold: begin
    if isinstance(error, HTTPError) and error.code < 500:
        return render_template("confirm-form.html", problem=json.load(error)), error.code
    # twofold: end
    app.logger.exception("a request failed")
    return render_template("trouble.html"), 503


def credentials():
    return request.form.get("email", "").strip().lower(), request.form.get("password", "")


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", "4001")), threaded=True)
