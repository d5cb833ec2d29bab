"""Somebody who has given a password and is nobody yet."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any, NamedTuple, Optional

# The longest that a password is taken for given without the second factor, in seconds.
PENDING_FOR = 30 * 60
PURPOSE = b"twofold: pending, python 1"


class Pending(NamedTuple):
    # The challenge that this server opened.
    challenge: str
    user: dict[str, str]
    action: str
    # What you gave `start` to keep.
    data: Any
    # Who was signed in when it began: only they may end it.
    by: Optional[str]
    # When it began, in seconds.
    since: float


class Signer:
    """Signs what is pending, for a cookie of its own.

    It is apart from your session, so that nothing of it can be taken for a user who is signed in; the browser can read it and
    cannot change it. Every server with the same API key takes it.
    """

    def __init__(self, api_key: str) -> None:
        self._key = hmac.new(PURPOSE, api_key.encode(), hashlib.sha256).digest()

    def sign(self, pending: Pending) -> str:
        text = json.dumps(pending._asdict(), separators=(",", ":")).encode()
        return f"{_encode(text)}.{_encode(self._mac(text))}"

    def open(self, signed: Optional[str]) -> Optional[Pending]:
        """Nothing, if it was made by somebody else, changed on the way, or is too old."""
        text, _, mac = (signed or "").partition(".")
        try:
            given, expected = _decode(text), _decode(mac)
        except ValueError:
            return None
        if not hmac.compare_digest(self._mac(given), expected):
            return None
        pending = Pending(**json.loads(given))
        return pending if abs(time.time() - pending.since) < PENDING_FOR else None

    def _mac(self, text: bytes) -> bytes:
        return hmac.new(self._key, text, hashlib.sha256).digest()


def _encode(given: bytes) -> str:
    return base64.urlsafe_b64encode(given).decode().rstrip("=")


def _decode(given: str) -> bytes:
    decoded = base64.b64decode(given.encode("ascii") + b"=" * (-len(given) % 4), altchars=b"-_", validate=True)
    # One spelling only: the last letter may hold bits that nobody reads.
    if _encode(decoded) != given:
        raise ValueError("another spelling")
    return decoded
