"""Covers every way in: see `ways_in`."""

import logging
from typing import Any, Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponseBase

from .._error import TwofoldError
from . import shortcuts
from .exchange import with_cookies
from .ways_in import GUARDED, awaited, is_confirmed, take_out

logger = logging.getLogger("twofold")


def _is_unconfirmed(request: Any) -> bool:
    session = request.session
    # Pages for nobody in particular stay so: who looks into a session makes an answer vary with it.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES and not session.accessed:
        return False
    return SESSION_KEY in session and not is_confirmed(request) and request.user.is_authenticated


class TwofoldMiddleware:
    """After `AuthenticationMiddleware`, and after whatever else signs in by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            response = self._answer(request)
        except TwofoldError as error:
            response = self.process_exception(request, error)
        return with_cookies(request, response)

    def process_exception(self, request: HttpRequest, error: Exception) -> Any:
        """Whatever Twofold did not allow is an answer, and lets nobody in."""
        if not isinstance(error, TwofoldError):
            return None
        if error.status >= 500:
            logger.error("%s", error)
        return shortcuts.refused(request, error)

    def _answer(self, request: Any) -> Any:
        setattr(request, GUARDED, True)
        response = None
        if _is_unconfirmed(request):
            # From before this middleware was there, or of one before it that signs in.
            take_out(request, request.user)
        else:
            response = self.get_response(request)
        found = awaited(request)
        if found is None:
            return response
        # Whatever the view said to somebody who was signed in is not said.
        here = request.get_full_path() if request.method == "GET" else ""
        return shortcuts.begin(request, found, response.get("Location", "") if response is not None else here)

