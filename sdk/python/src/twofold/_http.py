"""One request, over in time whatever the other side does."""

import http.client
import socket
import threading
from typing import Mapping, NamedTuple, Optional
from urllib.parse import urlsplit

# Far more than any answer of Twofold's.
LONGEST = 8 * 1024 * 1024


class Answer(NamedTuple):
    status: int
    body: bytes


class Unanswered(Exception):
    """`unreachable` or `timeout`."""


def send(url: str, method: str, path: str, headers: Mapping[str, str], body: Optional[bytes], timeout: float) -> Answer:
    """Sends it, and follows no redirect: one is none of Twofold's answers, and would take the key elsewhere.

    A socket's own time-out begins anew with every byte, and looking a name up has none. So a thread of its own asks, and
    nobody waits for it longer than `timeout`.
    """
    request = _Request(url, timeout)
    threading.Thread(target=request.run, args=(method, path, headers, body), name="twofold", daemon=True).start()
    return request.result(timeout)


def wait(over: threading.Event, timeout: float) -> bool:
    return over.wait(timeout)


class _Request:
    def __init__(self, url: str, timeout: float) -> None:
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port, timeout=timeout)
        self._over = threading.Event()
        self._answer: Optional[Answer] = None
        self._error: Optional[BaseException] = None

    def run(self, method: str, path: str, headers: Mapping[str, str], body: Optional[bytes]) -> None:
        try:
            self._connection.request(method, path, body, dict(headers))
            response = self._connection.getresponse()
            text = response.read(LONGEST + 1)
            if len(text) > LONGEST:
                raise http.client.HTTPException("the answer does not end")
            if response.length:
                raise http.client.IncompleteRead(text, response.length)
            self._answer = Answer(response.status, text)
        except BaseException as error:  # noqa: B902 - it is raised where somebody waits
            self._error = error
        finally:
            self._over.set()
            self._connection.close()

    def result(self, timeout: float) -> Answer:
        if not wait(self._over, timeout):
            self._abandon()
            raise Unanswered("timeout")
        if self._answer is not None:
            return self._answer
        raise Unanswered("timeout" if isinstance(self._error, socket.timeout) else "unreachable") from self._error

    def _abandon(self) -> None:
        """Ends the thread, too: its socket is shut."""
        sock = self._connection.sock
        if sock is None:
            return
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
