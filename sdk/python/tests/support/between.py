"""Stands between a site and its Twofold, and does what goes wrong there."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from .server import free_port


class Between:
    def __init__(self, twofold):
        # `pass`, `slow`, `500`, `html`, or a function from path, document and status to what is answered instead.
        self.mode = "pass"
        # What was asked: `POST /v1/challenges`.
        self.asked = []
        # The documents that came with them.
        self.sent = []
        # Set to let those go who are kept waiting.
        self.released = threading.Event()
        # One for each request that is kept waiting.
        self.waiting = threading.Semaphore(0)
        self._twofold = twofold
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.up()

    def up(self):
        between = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                between._answer(self)

            do_GET = do_DELETE = do_PUT = do_POST

            def log_message(self, *words):
                pass

        self._listener = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._listener.daemon_threads = True
        threading.Thread(target=self._listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def down(self):
        """Nobody listens there any more."""
        self.released.set()
        self._listener.shutdown()
        self._listener.server_close()

    def _answer(self, asked):
        self.asked.append(f"{asked.command} {asked.path}")
        body = asked.rfile.read(int(asked.headers.get("content-length") or 0))
        self.sent.append(json.loads(body or b"{}"))
        if self.mode == "slow":
            self.waiting.release()
            self.released.wait()
            return
        if self.mode == "500":
            self._say(asked, 500, "text/plain", b"no")
            return
        if self.mode == "html":
            self._say(asked, 200, "text/html", b"<!doctype html>")
            return
        status, text = self._forward(asked, body)
        if callable(self.mode) and text:
            status, text = self._changed(asked.path, status, text)
        self._say(asked, status, "application/json", text)

    def _forward(self, asked, body):
        headers = {"authorization": asked.headers["authorization"], "content-type": "application/json"}
        request = Request(self._twofold + asked.path, body or None, headers, method=asked.command)
        try:
            with urlopen(request) as answer:
                return answer.status, answer.read()
        except HTTPError as error:
            with error:
                return error.code, error.read()

    def _changed(self, path, status, text):
        changed = self.mode(path, json.loads(text), status)
        if changed is None:
            return status, text
        return changed[0], json.dumps(changed[1]).encode()

    def _say(self, asked, status, kind, text):
        asked.send_response(status)
        asked.send_header("content-type", kind)
        asked.send_header("content-length", str(len(text)))
        asked.end_headers()
        asked.wfile.write(text)
