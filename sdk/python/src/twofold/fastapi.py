"""Twofold for a FastAPI app (or one of Starlette)."""

import inspect
import logging
from email.utils import formatdate
from http.cookies import SimpleCookie
from typing import Any, Awaitable, Callable, Mapping, Optional, Union, overload
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ._client import Twofold
from ._csp import Policy
from ._error import TwofoldError
from ._flow import SIGN_IN, AnyUser, Confirmed, Flow, User
from ._html import CONFIRM_JS
from ._pending import Pending

__all__ = ["Confirmed", "SecondFactor", "TwofoldError", "User"]

Users = Callable[[Request], Union[Optional[AnyUser], Awaitable[Optional[AnyUser]]]]
Done = Callable[[Request, Confirmed], Union[Response, Awaitable[Response]]]
COOKIES = "twofold.cookies"


class SecondFactor:
    """The second factor of an app. Its routes are `{prefix}/…`.

    `user(request)` is who is signed in by this request; nothing, if nobody is: whoever is pending is nobody.
    `done(request, confirmed)` does what was asked for: signs the user in, under a new session, or pays. It is called when the
    second factor was given, or none is to be asked. Either may be a coroutine. A `TwofoldError` goes to your exception
    handler for it; without one it is answered with JSON.
    """

    def __init__(self, app: Starlette, *, user: Users, done: Done, **settings: Any) -> None:
        self._flow = Flow(**settings)
        self._user = user
        self._done = done
        flow = self._flow
        for path, view in ((flow.session_url, self._session), (flow.ticket_url, self._ticket), (flow.confirm_to, self._confirm)):
            app.add_route(path, view, methods=["POST"], include_in_schema=False)
        app.add_route(flow.script_url, self._script, include_in_schema=False)
        app.add_middleware(_Cookies)
        if TwofoldError not in app.exception_handlers:
            app.add_exception_handler(TwofoldError, _refused)

    @property
    def client(self) -> Twofold:
        """The API itself. Its calls block: not in a coroutine, but through `run_in_threadpool`."""
        return self._flow.client

    async def start(self, request: Request, user: AnyUser, *, action: str = SIGN_IN, data: Any = None) -> Response:
        """Asks for the second factor, and calls `done` if there is none to ask for. Return it from your route.

        `data` comes back in `done`: JSON of 1 KiB or so, which the browser can read and cannot change.
        """
        signed_in = await self._signed_in(request)
        confirmed = await run_in_threadpool(self._flow.start, _Exchange(request), signed_in, user, action, data)
        if confirmed:
            return await self._do(request, confirmed)
        return RedirectResponse(self._flow.confirm_url, 303)

    async def pending(self, request: Request) -> Optional[Pending]:
        """Who is to be asked what for: guard your page with the challenge by it, and nothing else."""
        return self._flow.pending(_Exchange(request), await self._signed_in(request))

    @overload
    def csp(self, policy: str) -> str: ...
    @overload
    def csp(self, policy: Policy) -> dict[str, list[str]]: ...
    def csp(self, policy: Union[str, Policy]) -> Any:
        """Your policy, and what the elements need."""
        return self._flow.csp(policy)

    def security_html(self) -> str:
        """The Security tab, for your account page."""
        return self._flow.security_html()

    def challenge_html(self, fields: Optional[Mapping[str, str]] = None) -> str:
        """The challenge, for your page at `confirm_url`. `fields` are hidden ones of its form, a CSRF token say."""
        return self._flow.challenge_html(fields or {})

    async def _signed_in(self, request: Request) -> Optional[AnyUser]:
        user: Optional[AnyUser] = await _awaited(self._user(request))
        return user

    async def _do(self, request: Request, confirmed: Confirmed) -> Response:
        response: Response = await _awaited(self._done(request, confirmed))
        return response

    async def _session(self, request: Request) -> Response:
        return _uncached(await run_in_threadpool(self._flow.session, _Exchange(request), await self._signed_in(request)))

    async def _ticket(self, request: Request) -> Response:
        return _uncached(await run_in_threadpool(self._flow.ticket, _Exchange(request), await self._signed_in(request)))

    async def _confirm(self, request: Request) -> Response:
        signed_in, form = await self._signed_in(request), await _form(request)
        confirmed = await run_in_threadpool(self._flow.confirm, _Exchange(request), signed_in, form)
        return await self._do(request, confirmed)

    async def _script(self, request: Request) -> Response:
        return Response(CONFIRM_JS, media_type="text/javascript")


class _Exchange:
    def __init__(self, request: Request) -> None:
        self._request = request

    def header(self, name: str) -> Optional[str]:
        return self._request.headers.get(name)

    def cookie(self, name: str) -> Optional[str]:
        return self._request.cookies.get(name)

    def address(self) -> Optional[str]:
        return self._request.client.host if self._request.client else None

    def set_cookie(self, name: str, value: str, expires: float, secure: bool) -> None:
        cookie: SimpleCookie = SimpleCookie({name: value})
        said = {"path": "/", "expires": formatdate(expires, usegmt=True), "httponly": True, "samesite": "Lax", "secure": secure}
        for attribute, value_of_it in said.items():
            cookie[name][attribute] = value_of_it
        self._request.scope.setdefault(COOKIES, []).append(cookie.output(header="").strip())


class _Cookies:
    """Adds what was set to whichever answer comes, an error's too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cookies: list[str] = []
        scope[COOKIES] = cookies

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for cookie in cookies:
                    headers.append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, add)


async def _form(request: Request) -> Mapping[str, Any]:
    kind = request.headers.get("content-type", "")
    if kind.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
    # Needs python-multipart.
    return await request.form() if kind.startswith("multipart/form-data") else {}


async def _awaited(value: Any) -> Any:
    return await value if inspect.isawaitable(value) else value


def _uncached(document: Mapping[str, Any], status: int = 200) -> Response:
    return JSONResponse(document, status, {"cache-control": "no-store"})


def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, TwofoldError):
        raise error
    if error.status >= 500:
        logging.getLogger("twofold").error("%s", error)
    return _uncached(error.document(), error.status)
