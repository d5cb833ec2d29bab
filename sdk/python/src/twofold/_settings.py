"""Where Twofold is, and who asks."""

import os
from typing import NamedTuple, Optional
from urllib.parse import urlsplit


class Settings(NamedTuple):
    url: str
    key: str
    public_url: str
    timeout: float


def settled(url: Optional[str], key: Optional[str], public_url: Optional[str], timeout: Optional[float]) -> Settings:
    """The settings, with what stands in the environment. What cannot be meant is a `ValueError`, before anybody signs in."""
    key = key or os.environ.get("TWOFOLD_KEY")
    if not key:
        raise ValueError("There is no API key: set TWOFOLD_KEY to what `twofold key create --site … --scope verify` prints")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError("TWOFOLD_KEY holds a character that no API key has")
    timeout = 10.0 if timeout is None else timeout
    if not 0 < timeout <= 60:
        raise ValueError("timeout is in seconds, more than 0 and at most 60")
    url = _address(url or os.environ.get("TWOFOLD_URL") or "http://localhost:3000", "TWOFOLD_URL")
    return Settings(url, key, _address(public_url, "public_url") if public_url else url, timeout)


def _address(given: str, name: str) -> str:
    message = f"{name} is the address of Twofold without a path, https://2fa.example.com say: {given}"
    try:
        parts = urlsplit(given)
        port = parts.port
    except ValueError:
        raise ValueError(message) from None
    beside = parts.username or parts.query or parts.fragment or parts.path not in ("", "/")
    if parts.scheme not in ("http", "https") or not parts.hostname or beside:
        raise ValueError(message)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")
