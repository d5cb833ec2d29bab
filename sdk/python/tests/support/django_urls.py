"""The pages of the Django site, and many a way in."""

from django.contrib import admin
from django.contrib.auth import SESSION_KEY, login
from django.contrib.auth.views import LoginView
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from twofold.django.shortcuts import ask, pending
from twofold.django.views import SecondFactorMixin

from .django_site import person

BACKEND = "django.contrib.auth.backends.ModelBackend"


def account(request):
    if not request.user.is_authenticated:
        return JsonResponse({}, status=401)
    return JsonResponse({"user": {"id": str(request.user.pk)}, "cart": request.session.get("cart")})


@csrf_exempt
def sign_in(request):
    """A view of the site's own, that says more than it should to somebody who gave a password only."""
    login(request, person(request.POST["user"]), backend=BACKEND)
    to = request.POST["to"]
    if to == "/greeting":
        return HttpResponse(f"Your account, {request.user.username or 'nobody'}")
    return redirect("/account" if to in ("/", "/cart") else to)


@csrf_exempt
def behind_the_back(request):
    """A way in that does not call `login()`."""
    user = person(request.POST["user"])
    request.session[SESSION_KEY] = str(user.pk)
    request.session["_auth_user_backend"] = BACKEND
    request.session["_auth_user_hash"] = user.get_session_auth_hash()
    return redirect("/account")


def by_header(get_response):
    """As `RemoteUserMiddleware` and single sign-on do it: on any request."""

    def middleware(request):
        name = request.headers.get("X-Signed-In")
        if name and not request.user.is_authenticated:
            login(request, person(name), backend=BACKEND)
        return get_response(request)

    return middleware


def cart(request):
    request.session["cart"] = "tea"
    return HttpResponse("kept")


def pay(request):
    return ask(request, "payment", {"amount": request.POST["amount"]})


def done(request, confirmed):
    request.session["paid"] = {"id": confirmed.user["id"], "data": confirmed.data}
    return redirect("/account")


def paid(request):
    found = request.session.get("paid") if request.user.is_authenticated else None
    return JsonResponse(found or {}, status=200 if found else 403)


def who(request):
    return HttpResponse("somebody" if pending(request) else "nobody")


class SignIn(SecondFactorMixin, LoginView):
    pass


urlpatterns = [
    path("admin/", admin.site.urls),
    path("twofold/", include("twofold.django.urls")),
    path("login", LoginView.as_view(template_name="admin/login.html")),
    path("login-by-mixin", SignIn.as_view(template_name="admin/login.html")),
    path("sign-in", sign_in),
    path("behind-the-back", behind_the_back),
    path("account", account),
    path("cart", cart),
    path("pay", pay),
    path("paid", paid),
    path("who", who),
]
