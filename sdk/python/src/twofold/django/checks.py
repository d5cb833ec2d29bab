"""`manage.py check` says what would go wrong when the first person signs in."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.urls import NoReverseMatch
from django.utils.module_loading import import_string

from .conf import FLOW, OURS, flow, given

MIDDLEWARE = "twofold.django.middleware.TwofoldMiddleware"
BEFORE = "django.contrib.auth.middleware.AuthenticationMiddleware"


def check_set_up(**_: Any) -> list[CheckMessage]:
    return [*_names(), *_flow(), *_middleware()]


def check_deployment(**_: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not _flow() and not flow().client.public_url.startswith("https:"):
        found.append(Warning("Twofold's address is not on HTTPS.", hint="Set TWOFOLD_URL, or PUBLIC_URL of TWOFOLD.", id="twofold.W002"))
    if not settings.SESSION_COOKIE_SECURE:
        hint = "Set SESSION_COOKIE_SECURE = True: Twofold's cookies follow it."
        found.append(Warning("Whoever is pending is in a cookie that goes over HTTP, too.", hint=hint, id="twofold.W003"))
    return found


def _names() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for name in given():
        if name not in FLOW and name not in OURS:
            hint = f"There are {', '.join([*FLOW, *OURS])}."
            found.append(Error(f"TWOFOLD holds {name!r}, which means nothing.", hint=hint, id="twofold.E001"))
    for name in OURS:
        try:
            import_string(given().get(name, "twofold.Twofold"))
        except ImportError as error:
            found.append(Error(f"{name} of TWOFOLD cannot be imported: {error}", id="twofold.E002"))
    return found


def _flow() -> list[CheckMessage]:
    try:
        flow()
    except NoReverseMatch:
        hint = 'Add path("twofold/", include("twofold.django.urls")) to your urlpatterns.'
        return [Error("Twofold's addresses are nowhere.", hint=hint, id="twofold.E003")]
    except (ValueError, TypeError) as error:
        return [Error(str(error), id="twofold.E004")]
    return []


def _middleware() -> list[CheckMessage]:
    names = list(settings.MIDDLEWARE)
    if MIDDLEWARE not in names:
        hint = f"Add {MIDDLEWARE!r} after {BEFORE!r}. With SecondFactorMixin in every view that signs in, silence this."
        return [Warning("Nothing asks at /admin/login/ and other ways in.", hint=hint, id="twofold.W001")]
    # Somebody may have another one of their own.
    if BEFORE in names and names.index(BEFORE) > names.index(MIDDLEWARE):
        return [Error(f"{MIDDLEWARE} must stand after {BEFORE}.", id="twofold.E005")]
    return []
