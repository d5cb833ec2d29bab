"""Twofold for a Flask app."""

import logging
from typing import Any, Callable, Mapping, Optional, Union, overload

import flask
from markupsafe import Markup

from ._client import Twofold
from ._csp import Policy
from ._error import TwofoldError
from ._flow import SIGN_IN, AnyUser, Confirmed, Flow, User
from ._html import CONFIRM_JS
from ._pending import Pending

__all__ = ["Confirmed", "SecondFactor", "TwofoldError", "User"]


class SecondFactor:
    """The second factor of an app. Its routes are `{prefix}/…`.

    `user()` is who is signed in by this request; nothing, if nobody is: whoever is pending is nobody. `done(confirmed)` does
    what was asked for: signs the user in, under a new session, or pays. It is called when the second factor was given, or
    none is to be asked. A `TwofoldError` goes to your error handler for it, or for `Exception`; without one it is answered
    with JSON.
    """

    def __init__(
        self, app: flask.Flask, *, user: Callable[[], Optional[AnyUser]], done: Callable[[Confirmed], Any], **settings: Any
    ) -> None:
        self._flow = Flow(**settings)
        self._user = user
        self._done = done
        flow = self._flow
        for path, view in ((flow.session_url, self._session), (flow.ticket_url, self._ticket), (flow.confirm_to, self._confirm)):
            app.add_url_rule(path, f"twofold{path}", view, methods=["POST"])
        app.add_url_rule(flow.script_url, f"twofold{flow.script_url}", self._script)
        if TwofoldError not in app.error_handler_spec[None][None]:
            app.register_error_handler(TwofoldError, self._refused)

    @property
    def client(self) -> Twofold:
        """The API itself."""
        return self._flow.client

    def start(self, user: AnyUser, *, action: str = SIGN_IN, data: Any = None) -> Any:
        """Asks for the second factor, and calls `done` if there is none to ask for. Return it from your view.

        `data` comes back in `done`: JSON of 1 KiB or so, which the browser can read and cannot change.
        """
        confirmed = self._flow.start(_Exchange(), self._user(), user, action, data)
        return self._done(confirmed) if confirmed else flask.redirect(self._flow.confirm_url, 303)

    def pending(self) -> Optional[Pending]:
        """Who is to be asked what for: guard your page with the challenge by it, and nothing else."""
        return self._flow.pending(_Exchange(), self._user())

    @overload
    def csp(self, policy: str) -> str: ...
    @overload
    def csp(self, policy: Policy) -> dict[str, list[str]]: ...
    def csp(self, policy: Union[str, Policy]) -> Any:
        """Your policy, and what the elements need."""
        return self._flow.csp(policy)

    def security_html(self) -> Markup:
        """The Security tab, for your account page."""
        return Markup(self._flow.security_html())

    def challenge_html(self, fields: Optional[Mapping[str, str]] = None) -> Markup:
        """The challenge, for your page at `confirm_url`. `fields` are hidden ones of its form, a CSRF token say."""
        return Markup(self._flow.challenge_html(fields or {}))

    def _session(self) -> Any:
        return _uncached(self._flow.session(_Exchange(), self._user()))

    def _ticket(self) -> Any:
        return _uncached(self._flow.ticket(_Exchange(), self._user()))

    def _confirm(self) -> Any:
        return self._done(self._flow.confirm(_Exchange(), self._user(), flask.request.form))

    def _script(self) -> flask.Response:
        return flask.Response(CONFIRM_JS, mimetype="text/javascript")

    def _refused(self, error: TwofoldError) -> Any:
        app = flask.current_app
        theirs = app.error_handler_spec[None][None].get(Exception)
        if theirs is not None:
            return app.ensure_sync(theirs)(error)
        if error.status >= 500:
            logging.getLogger("twofold").error("%s", error)
        return _uncached(error.document()), error.status


class _Exchange:
    def header(self, name: str) -> Optional[str]:
        return flask.request.headers.get(name)

    def cookie(self, name: str) -> Optional[str]:
        return flask.request.cookies.get(name)

    def address(self) -> Optional[str]:
        return flask.request.remote_addr

    def set_cookie(self, name: str, value: str, expires: float, secure: bool) -> None:
        @flask.after_this_request
        def keep(response: flask.Response) -> flask.Response:
            response.set_cookie(name, value, expires=int(expires), secure=secure, httponly=True, samesite="Lax")
            return response


def _uncached(document: Mapping[str, Any]) -> flask.Response:
    response = flask.jsonify(document)
    response.headers["Cache-Control"] = "no-store"
    return response
