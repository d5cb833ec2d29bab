"""One request and the cookies of its answer."""

from typing import Optional

from django.http import HttpRequest, HttpResponseBase
from django.utils.http import http_date


class Exchange:
    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    def header(self, name: str) -> Optional[str]:
        found: Optional[str] = self._request.headers.get(name)
        return found

    def cookie(self, name: str) -> Optional[str]:
        found: Optional[str] = self._request.COOKIES.get(name)
        return found

    def address(self) -> Optional[str]:
        found: Optional[str] = self._request.META.get("REMOTE_ADDR")
        return found

    def set_cookie(self, name: str, value: str, expires: float, secure: bool) -> None:
        """Kept for the answer, whichever it is: the middleware puts it there, for errors, too."""
        cookies = self._request.__dict__.setdefault("_twofold_cookies", {})
        cookies[name] = (value, expires, secure)
        # What comes later in this request reads it.
        self._request.COOKIES = {**self._request.COOKIES, name: value}

    def answer(self, response: HttpResponseBase) -> HttpResponseBase:
        """The same answer, with its cookies."""
        return with_cookies(self._request, response)


def with_cookies(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    for name, (value, expires, secure) in request.__dict__.pop("_twofold_cookies", {}).items():
        response.set_cookie(name, value, expires=http_date(expires), secure=secure, httponly=True, samesite="Lax")
    return response
