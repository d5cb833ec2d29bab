"""The snippets of the README, as they stand there: they run, and let nobody in too early.

The pages in docs/embedding show the same ones.
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest

from support.around import HERE, Running, program, snippet
from support.browser import Browser
from support.phone import Phone
from support.server import Server

from twofold import Twofold

README = "README.md"


class Snippets(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        _, cls.key = cls.server.site()
        cls.client = Twofold(cls.server.url, cls.key, timeout=60)
        # Everybody's id is a number, for Django's are.
        cls.number = 100

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def environment(self, folder, ada="1"):
        return {
            **os.environ,
            "TWOFOLD_URL": self.server.url,
            "TWOFOLD_KEY": self.key,
            "SESSION_SECRET": "of this test",
            "DATABASE": f"{folder}/site.db",
            "ADA": ada,
            "PYTHONPATH": str(HERE / "src"),
        }

    def check(self, framework, sign_in, form, confirm="/confirm"):
        Snippets.number += 1
        ada = str(Snippets.number)
        phone = Phone(self.client, self.server, ada)
        with tempfile.TemporaryDirectory() as folder:
            site = Running(folder, program(README, framework), self.environment(folder, ada))
            try:
                browser = Browser(site.url, {"csrftoken": "a" * 32})
                answer = browser.post(sign_in, {**form, "user": ada, "username": ada})
                self.assertEqual(answer.location, confirm, answer.text)
                self.assertNotEqual(browser.get("/account").status, 200)
                self.assertIn('<form method="post" action="/twofold/confirm">', browser.get(confirm).text)
                self.assertIn("<twofold-challenge", browser.get(confirm).text)
                self.assertIn("requestSubmit", browser.get("/twofold/confirm.js").text)
                self.assertEqual(browser.post("/twofold/confirm").status, 409)
                self.assertEqual(browser.post("/twofold/confirm", {"code": "000000"}).status, 422)
                self.assertNotEqual(browser.get("/account").status, 200)
                self.assertTrue(json.loads(browser.post("/twofold/ticket").text)["ticket"])
                self.assertEqual(browser.post("/twofold/confirm", {"code": phone.code()}).location, "/account")
                account = browser.get("/account")
                self.assertEqual(account.status, 200)
                self.assertIn('<twofold-security session-url="/twofold/session">', account.text)
                self.assertTrue(json.loads(browser.post("/twofold/session").text)["ticket"])
            finally:
                site.close()

    def test_flask(self):
        self.check("flask", "/sign-in", {})

    def test_fastapi(self):
        self.check("fastapi", "/sign-in", {})

    def test_django(self):
        form = {"password": "correct horse", "next": "/account"}
        self.check("django", "/admin/login/", form, "/twofold/confirm")

    def test_the_client(self):
        code = snippet(README, "client.py")
        done = subprocess.run(
            [sys.executable, "-c", code], env=self.environment("/tmp"), capture_output=True, text=True, check=True
        )
        self.assertEqual(done.stdout, "not_enrolled\n")


if __name__ == "__main__":
    unittest.main()
