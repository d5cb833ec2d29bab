"""What a Django site calls."""

from typing import Any, Optional, Union, overload

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string

from .._client import Twofold
from .._csp import Policy
from .._error import TwofoldError, nothing_pending
from .._flow import SIGN_IN, Confirmed, User
from .._pending import Pending
from .conf import flow, given, person
from .exchange import Exchange
from .ways_in import SIGN_IN as CHALLENGE
from .ways_in import Awaited, let_in, same_user

__all__ = ["Confirmed", "TwofoldError", "ask", "client", "csp", "pending", "sign_in"]


def client() -> Twofold:
    """The API itself."""
    return flow().client


def pending(request: HttpRequest) -> Optional[Pending]:
    """Who is to be asked what for: guard your page with the challenge by it, and nothing else. They are not signed in."""
    return flow().pending(Exchange(request), signed_in(request))


@overload
def csp(policy: str) -> str: ...
@overload
def csp(policy: Policy) -> dict[str, list[str]]: ...
def csp(policy: Union[str, Policy]) -> Any:
    """Your content security policy, and what the elements need."""
    return flow().csp(policy)


def ask(request: HttpRequest, action: str, data: Any = None) -> HttpResponseBase:
    """Asks whoever is signed in once more, before something dear. Return it from your view.

    `DONE` of the setting `TWOFOLD` is called when it was confirmed, with the request and what was: `action`, `data`.
    A browser that is trusted for signing in is asked all the same.
    """
    if action == SIGN_IN:
        raise ValueError("whoever signs in is asked by `sign_in`")
    if "DONE" not in given():
        raise ImproperlyConfigured("TWOFOLD has no DONE: the function to call when something was confirmed")
    user = signed_in(request)
    if user is None:
        raise TwofoldError("signed_out", 401, "Sign in first.")
    return _ask(request, user, action, data)


def sign_in(request: HttpRequest, user: Any, next_url: str, backend: Optional[str] = None) -> HttpResponseBase:
    """Asks this user, whose password was right, and signs them in. The middleware does it by itself after `login()`."""
    backend = backend or user.backend
    password = user.get_session_auth_hash() if hasattr(user, "get_session_auth_hash") else ""
    return begin(request, Awaited(user, backend, password), next_url)


def begin(request: HttpRequest, awaited: Awaited, next_url: str) -> HttpResponseBase:
    user, backend, password = awaited
    return _ask(request, person(user), SIGN_IN, [str(user.pk), backend, password, _within(request, next_url)])


def confirm(request: HttpRequest) -> HttpResponseBase:
    """What was pending, once the second factor is given."""
    exchange = Exchange(request)
    return exchange.answer(_done(request, flow().confirm(exchange, signed_in(request), request.POST.dict())))


def signed_in(request: HttpRequest) -> Optional[User]:
    user: Any = request.user
    if not user.is_authenticated:
        return None
    who = person(user)
    challenge = request.session.get(CHALLENGE)
    return {**who, "sign_in": challenge} if challenge else who


def refused(request: HttpRequest, error: TwofoldError) -> HttpResponseBase:
    """The answer where it was not confirmed. Nobody is let in."""
    if not wants_html(request):
        return JsonResponse(error.document(), status=error.status)
    again = error.status in (409, 422, 429) and pending(request) is not None
    context = {"error": error, "again": again}
    return render(request, "twofold/confirm.html", context, status=error.status)


def wants_html(request: HttpRequest) -> bool:
    return "application/json" not in request.headers.get("accept", "")


def _ask(request: HttpRequest, user: User, action: str, data: Any) -> HttpResponseBase:
    exchange = Exchange(request)
    confirmed = flow().start(exchange, signed_in(request), user, action, data)
    if confirmed:
        return exchange.answer(_done(request, confirmed))
    if wants_html(request):
        return exchange.answer(_see_other(flow().confirm_url))
    said = {"code": "second_factor", "detail": "Give the second factor.", "location": flow().confirm_url}
    return exchange.answer(JsonResponse(said, status=401))


def _done(request: HttpRequest, confirmed: Confirmed) -> HttpResponseBase:
    if confirmed.action != SIGN_IN:
        answer: HttpResponseBase = import_string(given()["DONE"])(request, confirmed)
        return answer
    pk, backend, password, next_url = confirmed.data
    user = same_user(pk, backend, password)
    if user is None:
        raise nothing_pending()
    let_in(request, user, backend, confirmed.user.get("sign_in"))
    return _see_other(next_url) if wants_html(request) else JsonResponse({"location": next_url})


def _see_other(url: str) -> HttpResponseBase:
    response: HttpResponseRedirect = redirect(url)
    response.status_code = 303
    return response


def _within(request: HttpRequest, url: str) -> str:
    """The address, if it is one of this site."""
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if url and safe else resolve_url(settings.LOGIN_REDIRECT_URL)
