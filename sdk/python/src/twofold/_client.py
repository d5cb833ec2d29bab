"""Twofold's API, for your server."""

import json
from typing import Any, Mapping, Optional, cast
from urllib.parse import urlencode

from . import _http
from ._error import refused, unanswered
from ._settings import settled
from .api import Operations


class Twofold(Operations):
    """Twofold's API, for your server. Every method raises a `TwofoldError` unless Twofold said yes.

    Safe for threads and for processes that fork. `timeout` is in seconds, for the whole of a request.
    """

    def __init__(
        self,
        url: Optional[str] = None,
        key: Optional[str] = None,
        public_url: Optional[str] = None,
        timeout: Optional[float] = None,
    ) -> None:
        settings = settled(url, key, public_url, timeout)
        self.url = settings.url
        self.public_url = settings.public_url
        self._key = settings.key
        self._timeout = settings.timeout

    def __repr__(self) -> str:
        return f"Twofold(url={self.url!r})"

    def _send(
        self,
        method: str,
        path: str,
        body: Optional[Mapping[str, Any]] = None,
        query: Optional[Mapping[str, Any]] = None,
        idempotency_key: Optional[str] = None,
    ) -> Any:
        what = f"{method} {path}"
        headers = {"Authorization": f"Bearer {self._key}", "Accept": "application/json"}
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(body).encode()
        target = path + _query(query or {})
        try:
            answer = _http.send(self.url, method, target, headers, content, self._timeout)
        except _http.Unanswered as error:
            raise unanswered(str(error), what) from error.__cause__
        if answer.status == 204:
            return None
        document = _read(answer.body)
        if 200 <= answer.status < 300 and document is not None:
            return document
        if answer.status >= 400 and document is not None and _is_problem(document):
            raise refused(document, answer.status, what)
        raise unanswered("answer_malformed", f"{what}: {answer.status}")


def _query(words: Mapping[str, Any]) -> str:
    given = {name: value for name, value in words.items() if value is not None}
    return f"?{urlencode(given)}" if given else ""


def _read(body: bytes) -> Optional[dict[str, Any]]:
    try:
        document = json.loads(body)
    except ValueError:
        return None
    return cast("dict[str, Any]", document) if isinstance(document, dict) else None


def _is_problem(document: Mapping[str, Any]) -> bool:
    return isinstance(document.get("code"), str) and isinstance(document.get("detail"), str)
