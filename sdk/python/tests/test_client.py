"""The client alone, and what stands beside it."""

import contextlib
import json
import os
import re
import socket
import sys
import threading
import time
import unittest
from pathlib import Path
from unittest import mock
from urllib.request import urlopen

from support.phone import Phone
from support.server import Server

from twofold import Twofold, TwofoldError
from twofold._csp import with_twofold
from twofold._flow import end_user
from twofold._pending import Pending, Signer

HERE = Path(__file__).resolve().parent.parent
sys.path.append(str(HERE / "scripts"))


class AgainstTheServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        _, key = cls.server.site(scope="verify,enroll,admin")
        cls.client = Twofold(f"{cls.server.url}/", key, timeout=60)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_api_py_is_what_the_binarys_document_says(self):
        from client import client

        with urlopen(f"{self.server.url}/v1/openapi.json") as answer:
            expected = client(json.load(answer))
        written = (HERE / "src/twofold/api.py").read_text(encoding="utf-8")
        self.assertEqual(written, expected, "run `python scripts/generate.py`")

    def test_the_version_is_the_servers(self):
        ours = re.search(r'^version = "(.+)"', (HERE / "pyproject.toml").read_text(), re.M).group(1)
        self.assertTrue(self.server.command("--version").startswith(f"twofold {ours}"))

    def test_a_user_is_set_up_asked_looked_at_and_erased(self):
        name = "ada/ß ?#%"
        phone = Phone(self.client, self.server, name)
        self.assertEqual(len(phone.recovery_codes), 10)
        asked = {"user": {"id": name}, "action": "payment"}
        opened = self.client.open_challenge(asked, idempotency_key="one-and-only")
        self.assertEqual((opened["status"], opened["kinds"]), ("open", ["totp", "recovery_code"]))
        self.assertEqual(self.client.open_challenge(asked, idempotency_key="one-and-only")["id"], opened["id"])
        outcome = self.client.answer_challenge(opened["id"], {"code": phone.code()})
        self.assertEqual((outcome["user"]["id"], outcome["action"], outcome["kind"]), (name, "payment", "totp"))
        self.assertEqual(len(self.client.show_user(name)["authenticators"]), 1)
        self.assertIn(name, [user["id"] for user in self.client.list_users(limit=100)["users"]])
        self.assertTrue(self.client.list_audit_events(user=name, kind="challenge.passed")["events"])
        self.assertIsNone(self.client.erase_user(name))
        with self.assertRaises(TwofoldError) as raised:
            self.client.show_user(name)
        self.assertEqual((raised.exception.code, raised.exception.status), ("not_found", 503))

    def test_a_user_whose_id_http_takes_for_a_step_in_the_path_is_reached(self):
        for name in (".", "..", "~.", "~"):
            self.client.issue_session_ticket({"user": {"id": name, "label": "dots"}})
            self.assertEqual(self.client.show_user(name)["id"], name)
            self.client.erase_user(name)

    def test_a_user_without_an_id_is_refused(self):
        for name in ("", None):
            with self.assertRaises(ValueError):
                self.client.erase_user(name)

    def test_threads_share_it(self):
        found = []
        ask = {"user": {"id": "nobody"}, "action": "sign_in"}
        threads = [threading.Thread(target=lambda: found.append(self.client.open_challenge(ask)["status"])) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(found, ["not_enrolled"] * 8)


@contextlib.contextmanager
def answering(*parts, end=True):
    """Somebody who takes one connection, and says this whatever is asked. Without an `end` the connection stays open."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        over = threading.Event()
        seen = []

        def answer():
            connection, _ = listener.accept()
            with connection:
                seen.append(connection.recv(65536))
                for part in parts:
                    connection.sendall(part)
                if not end:
                    # Until the client hangs up.
                    with contextlib.suppress(OSError):
                        while connection.recv(65536):
                            pass
                    over.set()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", seen, over


class AgainstOthers(unittest.TestCase):
    def asks(self, url, code, timeout=10):
        with self.assertRaises(TwofoldError) as raised:
            Twofold(url, "tf_x", timeout=timeout).open_challenge({"user": {"id": "ada"}, "action": "sign_in"})
        error = raised.exception
        self.assertEqual((error.code, error.status), (code, 503), error)
        self.assertNotIn("tf_x", f"{error}{error!r}{error.__cause__}")
        return error

    def test_no_redirect_is_followed_with_the_key(self):
        with answering(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}") as (elsewhere, seen, _):
            with answering(f"HTTP/1.1 307 T\r\nlocation: {elsewhere}/\r\ncontent-length: 0\r\n\r\n".encode()) as (url, _, _):
                self.asks(url, "answer_malformed")
            self.assertEqual(seen, [])

    def test_an_answer_that_begins_and_does_not_end_is_over_in_time_and_its_connection_closed(self):
        with answering(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{", end=False) as (url, _, over):
            self.asks(url, "timeout", timeout=0.1)
            self.assertTrue(over.wait(10), "nothing of it goes on")

    def test_a_name_that_takes_long_to_look_up_is_over_in_time(self):
        found = threading.Event()
        with mock.patch("socket.getaddrinfo", lambda *_: found.wait() and []):
            began = time.monotonic()
            self.asks("http://twofold.test", "timeout", timeout=0.1)
            self.assertLess(time.monotonic() - began, 5)
            found.set()

    def test_an_answer_that_is_cut_off_is_none(self):
        with answering(b'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"status":"not_enrolled"}') as (url, _, _):
            self.asks(url, "unreachable")

    def test_an_answer_that_is_no_object_is_none(self):
        for text in (b"[]", b"null", b'"not_enrolled"', b"", b"\xff"):
            with answering(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(text), text)) as (url, _, _):
                self.asks(url, "answer_malformed")

    def test_the_key_is_in_no_text(self):
        self.assertNotIn("tf_secret", repr(Twofold(key="tf_secret")))


class Settings(unittest.TestCase):
    def test_what_cannot_be_meant_is_refused_before_anybody_signs_in(self):
        with mock.patch.dict(os.environ):
            os.environ.pop("TWOFOLD_KEY", None)
            self.assertRaisesRegex(ValueError, "TWOFOLD_KEY", Twofold)
            os.environ.update({"TWOFOLD_KEY": "tf_x", "TWOFOLD_URL": "https://2fa.example.com/"})
            self.assertEqual(Twofold().url, "https://2fa.example.com")
            self.assertEqual(Twofold(public_url="https://2fa.example.org/").public_url, "https://2fa.example.org")
        for url in ("2fa.example.com", "ftp://x", "https://x/v1", "https://u:p@x", "https://x/?a", "https://x:y"):
            self.assertRaisesRegex(ValueError, "TWOFOLD_URL", Twofold, url, "tf_x")
        for timeout in (0, -1, float("nan"), float("inf")):
            self.assertRaisesRegex(ValueError, "timeout", Twofold, key="tf_x", timeout=timeout)
        self.assertRaisesRegex(ValueError, "character", Twofold, key="tf_x\r\nx: y")


class Pendings(unittest.TestCase):
    def test_it_is_good_for_half_an_hour_on_servers_with_the_same_key(self):
        pending = Pending("c", {"id": "ada"}, "sign_in", {"to": "/"}, None, time.time())
        signed = Signer("tf_a").sign(pending)
        self.assertEqual(Signer("tf_a").open(signed), pending)
        self.assertIsNone(Signer("tf_b").open(signed))
        with mock.patch("time.time", return_value=pending.since + 30 * 60 - 0.001):
            self.assertEqual(Signer("tf_a").open(signed), pending)
        with mock.patch("time.time", return_value=pending.since + 30 * 60):
            self.assertIsNone(Signer("tf_a").open(signed))

    def test_every_letter_of_it_counts(self):
        signed = Signer("tf_a").sign(Pending("c", {"id": "ada"}, "sign_in", None, None, time.time()))
        for index, letter in enumerate(signed):
            other = "B" if letter == "A" else "A"
            self.assertIsNone(Signer("tf_a").open(signed[:index] + other + signed[index + 1 :]), index)


class Policies(unittest.TestCase):
    def test_twofold_is_let_in_where_it_must_and_nowhere_else(self):
        url = "https://2fa.example.com"
        policies = {
            "default-src 'self'": f"default-src 'self'; script-src 'self' {url}; frame-src 'self' {url}",
            "default-src 'none'; script-src 'self'; form-action 'none'": f"default-src 'none'; script-src 'self' {url}; "
            f"form-action {url}; frame-src {url}; connect-src 'self'",
            "child-src 'self'; connect-src https://api.example.com": "child-src 'self'; "
            f"connect-src https://api.example.com 'self'; frame-src 'self' {url}",
            "img-src 'self'": "img-src 'self'",
        }
        for policy, expected in policies.items():
            self.assertEqual(with_twofold(policy, url), expected)
            self.assertEqual(with_twofold(expected, url), expected, "once is enough")
        # As Talisman and django-csp spell it.
        self.assertEqual(
            with_twofold({"default_src": ("'self'",), "scriptSrc": "'none'"}, url),
            {"default-src": ["'self'"], "script-src": [url], "frame-src": ["'self'", url]},
        )


class EndUsers(unittest.TestCase):
    def test_what_does_not_read_is_left_out(self):
        def who(address, agent):
            return end_user(mock.Mock(address=lambda: address, header=lambda name: agent))

        self.assertEqual(who("::ffff:192.0.2.1", "x" * 2000), {"address": "192.0.2.1", "user_agent": "x" * 1024})
        self.assertEqual(who("fe80::1%eth0", None), {"address": "fe80::1"})
        self.assertEqual(who("unix:", ""), {})
        self.assertEqual(who(None, None), {})


if __name__ == "__main__":
    unittest.main()
