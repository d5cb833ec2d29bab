"""Whoever gave a password is nobody yet, by whichever way they came.

Every way in ends in Django's `login()`: the sign-in, the admin's, a password reset that signs in, allauth and other OAuth,
"remember me", a view of your own. What it has put into the session is taken out again at once, and comes back when the second
factor was given. So no session is ever stored in which somebody is signed in without it.
"""

from typing import Any, NamedTuple, Optional

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, load_backend, login
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

# In the session: the key of the user who gave the second factor. It is worth something only beside the same key of Django's.
CONFIRMED = "_twofold_confirmed"
# In the session: the challenge that they passed to sign in.
SIGN_IN = "_twofold_sign_in"
# On the request: that the middleware is there to ask, who is to be asked, and that the sign-in is ours.
GUARDED, AWAITED, OURS = "_twofold_guarded", "_twofold_awaited", "_twofold_ours"


class Awaited(NamedTuple):
    user: Any
    backend: str
    # Of the password, as Django keeps it: where it changes meanwhile, the old one lets nobody in.
    hash: str


def nobody_yet(request: Optional[HttpRequest], user: Any, **_: Any) -> None:
    """Receives `user_logged_in`."""
    if not getattr(request, GUARDED, False) or getattr(request, OURS, False):
        return
    take_out(request, user)


def take_out(request: Any, user: Any) -> None:
    """Makes nobody of whoever is in the session, and notes who is to be asked. What else the session holds stays."""
    session = request.session
    taken = {name: session.pop(name, "") for name in (SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY, CONFIRMED, SIGN_IN)}
    setattr(request, AWAITED, Awaited(user, taken[BACKEND_SESSION_KEY], taken[HASH_SESSION_KEY]))
    request.user = request._cached_user = request._acached_user = AnonymousUser()


def awaited(request: HttpRequest) -> Optional[Awaited]:
    found: Optional[Awaited] = request.__dict__.pop(AWAITED, None)
    return found


def is_confirmed(request: Any) -> bool:
    """Whether whoever is in the session gave the second factor, or has none to give."""
    return SESSION_KEY in request.session and request.session.get(CONFIRMED) == request.session[SESSION_KEY]


def let_in(request: Any, user: Any, backend: str, challenge: Optional[str]) -> None:
    """Signs in, under a new session."""
    setattr(request, OURS, True)
    try:
        # Whoever else is in the session is not.
        login(request, user, backend=backend)
        request.session[CONFIRMED] = request.session[SESSION_KEY]
        if challenge:
            request.session[SIGN_IN] = challenge
    finally:
        setattr(request, OURS, False)


def same_user(pk: str, backend: str, password: str) -> Any:
    """The user who is awaited, if they may still sign in with the password that they gave."""
    user = load_backend(backend).get_user(pk)
    if user is None or (hasattr(user, "get_session_auth_hash") and user.get_session_auth_hash() != password):
        return None
    return user
