"""The same small site in every framework.

Whoever says who they are is believed, for passwords are not what is tested.
"""

import re
import secrets
import threading

from .browser import Browser


class Sessions:
    """Sessions in the memory of the site."""

    def __init__(self):
        self._held = {}

    def of(self, cookies):
        found = re.search(r"\bsession=([\w-]+)", cookies or "")
        return self._held.get(found and found.group(1), {})

    def begin(self, session):
        """The name of a new one."""
        name = secrets.token_urlsafe(16)
        self._held[name] = session
        return name


def afterwards(session, confirmed):
    """What the site does when Twofold lets somebody through."""
    said = {"data": confirmed.data, "kind": confirmed.kind, "status": confirmed.status}
    if confirmed.action == "payment":
        return {**session, "paid": confirmed.user["id"], "said": said}
    return {"user": confirmed.user, "said": said}


class Site:
    confirm_url = "/confirm"

    def browser(self):
        return Browser(self.url)


class FlaskSite(Site):
    def __init__(self, **settings):
        from werkzeug.serving import make_server

        self._server = make_server("127.0.0.1", 0, self.app(settings), threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def app(self, settings):
        import flask

        from twofold.flask import SecondFactor

        app = flask.Flask("site")
        sessions = Sessions()

        def held():
            return sessions.of(flask.request.headers.get("cookie"))

        def done(confirmed):
            response = flask.redirect("/account", 303)
            response.set_cookie("session", sessions.begin(afterwards(held(), confirmed)))
            return response

        two_factor = SecondFactor(app, user=lambda: held().get("user"), done=done, **settings)

        @app.post("/sign-in")
        def sign_in():
            name = flask.request.form["user"]
            user = {"id": name, "label": f"{name}@example.com"}
            return two_factor.start(user, data={"to": flask.request.form["to"]})

        @app.post("/pay")
        def pay():
            if not held().get("user"):
                return "", 401
            return two_factor.start(held()["user"], action="payment", data={"amount": flask.request.form["amount"]})

        @app.get("/confirm")
        def confirm():
            return two_factor.challenge_html() if two_factor.pending() else "nobody"

        @app.get("/account")
        def account():
            return held(), 200 if held().get("user") else 401

        @app.get("/paid")
        def paid():
            return held(), 200 if held().get("paid") else 403

        return app

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class FastApiSite(Site):
    def __init__(self, **settings):
        import uvicorn

        started = threading.Event()
        config = uvicorn.Config(self.app(settings), host="127.0.0.1", port=0, log_level="error", lifespan="off")
        self._server = uvicorn.Server(config)
        begin = self._server.startup

        async def startup(sockets=None):
            await begin(sockets)
            started.set()

        self._server.startup = startup
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        started.wait()
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def app(self, settings):
        from fastapi import FastAPI
        from starlette.requests import Request
        from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

        from twofold.fastapi import SecondFactor

        app = FastAPI()
        sessions = Sessions()

        def held(request):
            return sessions.of(request.headers.get("cookie"))

        def user(request):
            return held(request).get("user")

        # One of them a coroutine: either is taken.
        async def done(request, confirmed):
            response = RedirectResponse("/account", 303)
            response.set_cookie("session", sessions.begin(afterwards(held(request), confirmed)))
            return response

        two_factor = SecondFactor(app, user=user, done=done, **settings)

        @app.post("/sign-in")
        async def sign_in(request: Request):
            form = await request.form()
            who = {"id": form["user"], "label": f"{form['user']}@example.com"}
            return await two_factor.start(request, who, data={"to": form["to"]})

        @app.post("/pay")
        async def pay(request: Request):
            if not user(request):
                return Response(status_code=401)
            data = {"amount": (await request.form())["amount"]}
            return await two_factor.start(request, user(request), action="payment", data=data)

        @app.get("/confirm")
        async def confirm(request: Request):
            return HTMLResponse(two_factor.challenge_html() if await two_factor.pending(request) else "nobody")

        @app.get("/account")
        def account(request: Request):
            return JSONResponse(held(request), 200 if user(request) else 401)

        @app.get("/paid")
        def paid(request: Request):
            return JSONResponse(held(request), 200 if held(request).get("paid") else 403)

        return app

    def close(self):
        self._server.should_exit = True
        self._thread.join()
