"""The setting `TWOFOLD`, a dictionary, and what it makes."""

from functools import lru_cache
from typing import Any, Callable, Mapping

from django.conf import settings
from django.core.signals import setting_changed
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.module_loading import import_string

from .._flow import Flow, User

# What `TWOFOLD` may hold, and what each is called by `Flow`.
FLOW = {
    "URL": "url",
    "KEY": "key",
    "PUBLIC_URL": "public_url",
    "TIMEOUT": "timeout",
    "DEVICE_COOKIE": "device_cookie",
    "SECURE": "secure",
}
# The user of a Django user, and what is done when another action than `sign_in` was confirmed: dotted paths.
OURS = ("USER", "DONE")


def given() -> Mapping[str, Any]:
    return getattr(settings, "TWOFOLD", {})


@lru_cache(maxsize=None)
def flow() -> Flow:
    """The way through the second factor, with the addresses of `twofold.django.urls`."""
    words = {FLOW[name]: value for name, value in given().items() if name in FLOW}
    if words.get("secure") is None:
        # What holds for your own session holds for ours.
        words["secure"] = bool(settings.SESSION_COOKIE_SECURE)
    made = Flow(**words)
    made.session_url, made.ticket_url = reverse("twofold:session"), reverse("twofold:ticket")
    made.confirm_url = made.confirm_to = reverse("twofold:confirm")
    made.script_url = reverse("twofold:script")
    return made


def person(user: Any) -> User:
    """Twofold's user of a Django user."""
    if "USER" in given():
        function: Callable[[Any], User] = import_string(given()["USER"])
        return function(user)
    email = _email(user)
    # A colon would end the name in authenticator apps, and Twofold refuses it.
    name = (email or user.get_username()).replace(":", " ").strip()[:128]
    made: User = {"id": str(user.pk), "label": name or str(user.pk)}
    if email:
        made["email"] = email
    return made


def _email(user: Any) -> str:
    """The address, if it is one: another one would be refused, and the person with it."""
    field = user.get_email_field_name() if hasattr(user, "get_email_field_name") else "email"
    email = str(getattr(user, field, None) or "")
    try:
        validate_email(email)
    except ValidationError:
        return ""
    return email if len(email) <= 254 else ""


def forget(*, setting: str, **_: Any) -> None:
    if setting in ("TWOFOLD", "SESSION_COOKIE_SECURE", "ROOT_URLCONF"):
        flow.cache_clear()


setting_changed.connect(forget, dispatch_uid="twofold")
