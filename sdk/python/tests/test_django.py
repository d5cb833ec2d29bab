"""What only Django has: many ways in, and a middleware that covers them."""

import json
import unittest
from unittest import mock

from support import django_site
from support.browser import Browser
from support.phone import Phone
from support.server import Server

from twofold import Twofold

server = key = phone = None


def setUpModule():
    global server, key, phone
    django_site.configure()
    server = Server()
    _, key = server.site()
    phone = Phone(Twofold(server.url, key, timeout=60), server, str(django_site.person("ada").pk))


def tearDownModule():
    server.stop()


class DjangoTest(unittest.TestCase):
    def setUp(self):
        self.site = django_site.DjangoSite(url=server.url, key=key)
        self.addCleanup(self.site.close)
        self.browser = self.site.browser()

    def give_the_code(self):
        return self.browser.post("/twofold/confirm", {"code": phone.code()}).location

    def is_nobody(self):
        return self.browser.get("/account").status == 401

    def asked(self, answer):
        self.assertEqual((answer.status, answer.location), (303, "/twofold/confirm"), answer.text)
        self.assertTrue(self.is_nobody(), "who is pending is nobody")


class WaysIn(DjangoTest):
    def test_the_admin_asks(self):
        form = {"username": "ada", "password": "correct horse", "next": "/admin/auth/"}
        self.asked(self.browser.post("/admin/login/?next=/admin/auth/", form))
        self.assertEqual(self.browser.get("/admin/auth/").status, 302)
        self.assertEqual(self.give_the_code(), "/admin/auth/")
        self.assertEqual(self.browser.get("/admin/auth/").status, 200)

    def test_a_wrong_password_is_not_asked_for_more(self):
        answer = self.browser.post("/admin/login/", {"username": "ada", "password": "wrong"})
        self.assertEqual(answer.status, 200)
        self.assertNotIn("twofold_pending", self.browser.cookies)

    def test_the_login_view_asks_with_the_mixin_and_without(self):
        for path in ("/login", "/login-by-mixin"):
            with self.subTest(path):
                self.browser = self.site.browser()
                form = {"username": "ada", "password": "correct horse", "next": "/cart"}
                self.asked(self.browser.post(path, form))
                self.assertEqual(self.give_the_code(), "/cart")

    def test_what_a_view_says_to_whoever_is_pending_is_not_said(self):
        answer = self.browser.post("/sign-in", {"user": "ada", "to": "/greeting"})
        self.asked(answer)
        self.assertNotIn("Your account", answer.text)

    def test_in_the_rest_of_a_view_they_are_nobody(self):
        from django.http import HttpResponse

        seen = []

        def redirect(url):
            seen.append(url)
            return HttpResponse("")

        with mock.patch("support.django_urls.redirect", redirect), mock.patch("support.django_urls.login", _login(seen)):
            self.browser.post("/sign-in", {"user": "ada", "to": "/"})
        self.assertEqual(seen, [(False, None), "/account"])

    def test_a_session_from_before_or_behind_our_back_is_asked(self):
        self.browser.post("/behind-the-back", {"user": "ada"})
        self.asked(self.browser.get("/account"))
        self.assertEqual(self.give_the_code(), "/account")
        self.assertFalse(self.is_nobody())

    def test_somebody_else_behind_our_back_is_asked_though_the_first_was(self):
        self.browser.post("/sign-in", {"user": "eve", "to": "/"})
        self.assertFalse(self.is_nobody())
        self.browser.post("/behind-the-back", {"user": "ada"})
        self.asked(self.browser.get("/account"))

    def test_a_single_sign_on_that_signs_in_on_any_request_is_asked(self):
        answer = self.browser.get("/account", **{"x-signed-in": "ada"})
        self.assertEqual((answer.status, answer.location), (303, "/twofold/confirm"))
        self.assertTrue(self.is_nobody())

    def test_signing_in_again_asks_again(self):
        self.browser.post("/sign-in", {"user": "ada", "to": "/"})
        self.give_the_code()
        self.asked(self.browser.post("/sign-in", {"user": "ada", "to": "/"}))
        # That the code was given once is worth nothing any more.
        self.browser.post("/behind-the-back", {"user": "ada"})
        self.asked(self.browser.get("/account"))

    def test_the_session_stays_and_its_name_does_not(self):
        self.browser.get("/cart")
        self.browser.post("/sign-in", {"user": "ada", "to": "/"})
        before = self.browser.cookies["sessionid"]
        self.give_the_code()
        self.assertEqual(json.loads(self.browser.get("/account").text)["cart"], "tea")
        self.browser.cookies["sessionid"] = before
        self.assertTrue(self.is_nobody())

    def test_a_password_that_changes_meanwhile_lets_nobody_in(self):
        user = django_site.person("ada")
        self.browser.post("/sign-in", {"user": "ada", "to": "/"})
        user.set_password("another")
        user.save()
        self.addCleanup(lambda: (user.set_password("correct horse"), user.save()))
        self.assertEqual(self.browser.post("/twofold/confirm", {"code": phone.code()}).status, 409)
        self.assertTrue(self.is_nobody())

    def test_who_was_deactivated_meanwhile_is_not_let_in(self):
        user = django_site.person("ada")
        self.browser.post("/sign-in", {"user": "ada", "to": "/"})
        user.is_active = False
        user.save()
        self.addCleanup(lambda: (setattr(user, "is_active", True), user.save()))
        self.assertEqual(self.browser.post("/twofold/confirm", {"code": phone.code()}).status, 409)
        self.assertTrue(self.is_nobody())

    def test_nobody_is_led_elsewhere_afterwards(self):
        for to in ("https://evil.example/", "//evil.example", "http:evil.example"):
            self.assertEqual(self.site.browser().post("/sign-in", {"user": "eve", "to": to}).location, "/account", to)

    def test_a_program_is_told_in_json(self):
        accept = {"accept": "application/json"}
        answer = self.browser.post("/sign-in", {"user": "ada", "to": "/"}, **accept)
        said = json.loads(answer.text)
        self.assertEqual((answer.status, said["code"], said["location"]), (401, "second_factor", "/twofold/confirm"))
        answer = self.browser.post("/twofold/confirm", {"code": phone.code()}, **accept)
        self.assertEqual((answer.status, json.loads(answer.text)["location"]), (200, "/account"))

    def test_a_page_for_nobody_in_particular_stays_one(self):
        self.assertNotIn("cookie", self.browser.get("/twofold/confirm.js").headers.get("vary", "").lower())

    def test_the_form_of_the_challenge_wants_its_csrf_token(self):
        self.browser.post("/sign-in", {"user": "ada", "to": "/"})
        page = self.browser.get("/twofold/confirm").text
        self.assertRegex(page, r'<form method="post" action="/twofold/confirm"><input type="hidden" name="csrfmiddlewaretoken" value="\w+">')
        without = Browser(self.site.url, {**self.browser.cookies, "csrftoken": ""})
        self.assertEqual(without.post("/twofold/confirm", {"code": phone.code()}).status, 403)
        self.assertTrue(self.is_nobody())

    def test_who_is_pending_is_known_to_the_site(self):
        self.assertEqual(self.browser.get("/who").text, "nobody")
        self.browser.post("/sign-in", {"user": "ada", "to": "/"})
        self.assertEqual(self.browser.get("/who").text, "somebody")


class OtherMiddleware(DjangoTest):
    def setUp(self):
        from django.conf import settings
        from django.test.utils import override_settings

        override = override_settings(MIDDLEWARE=self.middleware(settings.MIDDLEWARE))
        override.enable()
        self.addCleanup(override.disable)
        super().setUp()


class WhereEveryPageWantsASignIn(OtherMiddleware):
    def middleware(self, names):
        import django

        if django.VERSION < (5, 1):
            self.skipTest("there is no LoginRequiredMiddleware yet")
        return [*names, "django.contrib.auth.middleware.LoginRequiredMiddleware"]

    def test_who_is_pending_can_give_the_code(self):
        answer = self.browser.post("/admin/login/?next=/account", {"username": "ada", "password": "correct horse", "next": "/account"})
        self.assertEqual(answer.location, "/twofold/confirm")
        self.assertEqual(self.browser.get("/account").status, 302)
        self.assertIn("<twofold-challenge", self.browser.get("/twofold/confirm").text)
        self.assertEqual(self.browser.get("/twofold/confirm.js").status, 200)
        self.assertEqual(self.browser.post("/twofold/ticket").status, 200)
        self.assertEqual(self.give_the_code(), "/account")
        self.assertEqual(self.browser.get("/account").status, 200)


class WithoutTheMiddleware(OtherMiddleware):
    def middleware(self, names):
        return [name for name in names if "twofold" not in name]

    def test_the_mixin_asks_all_the_same(self):
        self.asked(self.browser.post("/login-by-mixin", {"username": "ada", "password": "correct horse", "next": "/cart"}))
        self.assertEqual(self.give_the_code(), "/cart")
        self.assertFalse(self.is_nobody())

    def test_the_mixin_lets_nobody_in_while_twofold_is_down(self):
        self.site.close()
        self.site = django_site.DjangoSite(url="http://localhost:1", key=key)
        self.browser = self.site.browser()
        answer = self.browser.post("/login-by-mixin", {"username": "ada", "password": "correct horse"})
        self.assertEqual(answer.status, 503)
        self.assertTrue(self.is_nobody())


def _login(seen):
    from django.contrib.auth import SESSION_KEY, login

    def logged(request, user, backend):
        login(request, user, backend=backend)
        seen.append((request.user.is_authenticated, request.session.get(SESSION_KEY)))

    return logged


if __name__ == "__main__":
    unittest.main()
