"""The addresses that the elements and their form need, and the mixin of a sign-in without the middleware."""

from typing import Any, Callable, Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.conf import settings
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from .._error import TwofoldError
from .._html import CONFIRM_JS
from . import shortcuts
from .conf import flow
from .exchange import Exchange

Ticket = Callable[[Exchange, Any], Mapping[str, str]]


def _ticket(request: HttpRequest, issue: Ticket) -> HttpResponseBase:
    exchange = Exchange(request)
    try:
        answer = JsonResponse(issue(exchange, shortcuts.signed_in(request)))
    except TwofoldError as error:
        if error.status >= 500:
            raise
        answer = JsonResponse(error.document(), status=error.status)
    return exchange.answer(answer)


# The element sends no token. Another site can neither read the answer nor use it, and is refused where the browser says so.
@csrf_exempt
@never_cache
@require_POST
def session(request: HttpRequest) -> HttpResponseBase:
    return _ticket(request, flow().session)


@csrf_exempt
@never_cache
@require_POST
def ticket(request: HttpRequest) -> HttpResponseBase:
    return _ticket(request, flow().ticket)


@csrf_protect
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponseBase:
    """The page of the challenge, by the template `twofold/confirm.html`, and what its form is sent to."""
    if request.method != "POST":
        found = shortcuts.pending(request)
        return render(request, "twofold/confirm.html", {"again": True}) if found else redirect(settings.LOGIN_URL)
    exchange = Exchange(request)
    try:
        return shortcuts.confirm(request)
    except TwofoldError as error:
        if error.status >= 500:
            raise
        return exchange.answer(shortcuts.refused(request, error))


@require_GET
def script(request: HttpRequest) -> HttpResponseBase:
    return HttpResponse(CONFIRM_JS, content_type="text/javascript; charset=utf-8")


# Who is pending is nobody, and comes here all the same: where Django's `LoginRequiredMiddleware` guards the rest.
for _view in (session, ticket, confirm, script):
    _view.login_required = False


class SecondFactorMixin:
    """For your `LoginView`: `class SignIn(SecondFactorMixin, LoginView)`. For a site without the middleware, which covers
    every other way in, too."""

    def form_valid(self, form: Any) -> HttpResponseBase:
        request: HttpRequest = self.request  # type: ignore[attr-defined]
        try:
            return shortcuts.sign_in(request, form.get_user(), self.get_success_url())  # type: ignore[attr-defined]
        except TwofoldError as error:
            return Exchange(request).answer(shortcuts.refused(request, error))
