"""The whole way through the second factor, in every framework, against the real Twofold."""

import base64
import json
import unittest
from unittest import mock

from support import django_site
from support.between import Between
from support.phone import Phone
from support.server import Server
from support.sites import FastApiSite, FlaskSite

from twofold import Twofold, _http

JSON = {"accept": "application/json"}
server = between = key = client = None
phones = {}


def setUpModule():
    global server, between, key, client
    server = Server()
    _, key = server.site("--trusted-device-days", "30")
    between = Between(server.url)
    client = Twofold(server.url, key, timeout=60)


def tearDownModule():
    between.down()
    server.stop()


class Ways:
    """One person for all, for hashing recovery codes is what takes time."""

    ada = "ada"
    eve = "eve"

    def site_of(self, **settings):
        raise NotImplementedError

    def setUp(self):
        between.mode = "pass"
        self.site = self.open()
        self.browser = self.site.browser()
        if self.user_id("ada") not in phones:
            phones[self.user_id("ada")] = Phone(client, server, self.user_id("ada"))
        self.phone = phones[self.user_id("ada")]

    def open(self, **settings):
        site = self.site_of(url=between.url, key=key, **settings)
        self.addCleanup(site.close)
        return site

    def user_id(self, name):
        return name

    def begin(self, browser=None):
        """As far as the question: the password was right."""
        answer = (browser or self.browser).post("/sign-in", {"user": "ada", "to": "/cart"})
        self.assertEqual((answer.status, answer.location), (303, self.site.confirm_url), answer.text)

    def sign_in(self, browser=None):
        browser = browser or self.browser
        self.begin(browser)
        answer = browser.post("/twofold/confirm", {"code": self.phone.code()})
        self.assertEqual(answer.location, "/account", answer.text)

    def status(self, path, browser=None):
        return (browser or self.browser).get(path).status

    def signed_in_as(self, browser=None):
        answer = (browser or self.browser).get("/account")
        return json.loads(answer.text)["user"]["id"] if answer.status == 200 else None

    def confirm(self, form=(), browser=None):
        """Status and code of the answer."""
        answer = (browser or self.browser).post("/twofold/confirm", form, **JSON)
        return answer.status, json.loads(answer.text).get("code")

    def test_whoever_has_no_second_factor_is_let_in_at_once(self):
        answer = self.browser.post("/sign-in", {"user": "eve", "to": "/"})
        self.assertEqual((answer.status, answer.location), (303, "/account"))
        self.assertEqual(self.signed_in_as(), self.user_id("eve"))

    def test_a_code_lets_in_as_whom_it_began_with(self):
        self.begin()
        self.assertEqual(self.status("/account"), 401, "who is pending is nobody")
        self.assertIn('<twofold-challenge session-url="/twofold/ticket">', self.browser.get(self.site.confirm_url).text)
        wrong = self.browser.post("/twofold/confirm", {"code": "000000"}, **JSON)
        said = json.loads(wrong.text)
        self.assertEqual((wrong.status, said["code"], said["detail"]), (422, "code_wrong", "The code is wrong."))
        self.assertGreater(said["attempts_left"], 0)
        self.assertEqual(self.status("/account"), 401)
        self.assertEqual(self.browser.post("/twofold/confirm", {"code": self.phone.code()}).location, "/account")
        self.assertEqual(self.signed_in_as(), self.user_id("ada"))
        self.assertNotIn("twofold_pending", self.browser.cookies)
        self.assertNotIn("<twofold-challenge", self.browser.get(self.site.confirm_url).text)

    def test_the_security_tab_is_for_whoever_is_signed_in(self):
        self.assertEqual(self.browser.post("/twofold/session").status, 401)
        self.begin()
        self.assertEqual(self.browser.post("/twofold/session").status, 401, "who is pending is nobody")
        self.browser.post("/twofold/confirm", {"code": self.phone.code()})
        answer = self.browser.post("/twofold/session")
        self.assertIn("no-store", answer.headers["cache-control"])
        self.assertRegex(json.loads(answer.text)["ticket"], r"^\S{20,}$")
        for page in ("cross-site", "same-site"):
            for path in ("session", "ticket", "confirm"):
                self.assertEqual(self.browser.post(f"/twofold/{path}", sec_fetch_site=page).status, 403)

    def test_the_security_tab_is_opened_by_the_sign_in_that_was(self):
        self.begin()
        pending = self.browser.cookies["twofold_pending"].split(".")[0]
        challenge = json.loads(base64.urlsafe_b64decode(pending + "=="))["challenge"]
        self.browser.post("/twofold/confirm", {"code": self.phone.code()})
        self.assertEqual(self.browser.post("/twofold/session").status, 200)
        self.assertEqual(between.sent[-1].get("sign_in"), challenge)
        self.browser.post("/sign-in", {"user": "eve", "to": "/"})
        self.assertEqual(self.browser.post("/twofold/session").status, 200)
        self.assertNotIn("sign_in", between.sent[-1])

    def test_every_tab_has_tickets_for_the_same_challenge_and_for_another_one_later(self):
        self.assertEqual(self.browser.post("/twofold/ticket").status, 401)
        self.begin()
        between.asked = []
        tickets = [json.loads(self.browser.post("/twofold/ticket").text)["ticket"] for _ in range(2)]
        self.assertNotEqual(*tickets)
        self.assertNotIn("POST /v1/challenges", between.asked)
        server.advance(301)
        self.assertRegex(json.loads(self.browser.post("/twofold/ticket").text)["ticket"], r"^\S{20,}$")
        self.assertEqual(between.asked.count("POST /v1/challenges"), 1)
        self.browser.post("/twofold/confirm", {"code": self.phone.code()})
        self.assertEqual(self.signed_in_as(), self.user_id("ada"))

    def test_in_your_own_form_a_code_counts_again_once_the_time_was_over(self):
        self.begin()
        server.advance(301)
        self.assertEqual(self.confirm({"code": self.phone.code()}), (409, "challenge_expired"))
        self.browser.post("/twofold/confirm", {"code": self.phone.code()})
        self.assertEqual(self.signed_in_as(), self.user_id("ada"))

    def test_a_trusted_device_is_good_for_signing_in_and_not_for_a_payment(self):
        self.begin()
        self.browser.post("/twofold/confirm", {"code": self.phone.code(), "remember": "yes"})
        self.assertIn("twofold_device", self.browser.cookies)
        self.assertEqual(self.browser.post("/sign-in", {"user": "ada", "to": "/"}).location, "/account")
        self.assertEqual(self.browser.post("/pay", {"amount": "24"}).location, self.site.confirm_url)
        self.assertEqual(self.status("/paid"), 403)
        self.browser.post("/twofold/confirm", {"code": self.phone.code()})
        self.assertIn('"24"', self.browser.get("/paid").text)

    def test_what_began_for_one_person_is_not_ended_by_another(self):
        self.sign_in()
        self.browser.post("/pay", {"amount": "24"})
        pending = self.browser.cookies["twofold_pending"]
        # Somebody else signs in, in the same browser, and what was pending is still there.
        self.browser.post("/sign-in", {"user": "eve", "to": "/"})
        self.browser.cookies["twofold_pending"] = pending
        self.assertEqual(self.confirm({"code": self.phone.code()}), (409, "nothing_pending"))
        self.assertEqual(self.status("/paid"), 403)

    def test_an_id_a_user_or_an_action_that_the_browser_says_is_not_read(self):
        self.begin()
        challenge = client.open_challenge({"user": {"id": self.user_id("ada")}, "action": "payment"})["id"]
        between.asked = []
        said = {"id": challenge, "challenge": challenge, "user": "ada", "action": "payment"}
        answer = self.browser.post(f"/twofold/confirm?id={challenge}&challenge={challenge}&code=000000", said)
        self.assertEqual(answer.status, 409)
        self.assertFalse([path for path in between.asked if challenge in path or path.endswith("/answers")])
        self.assertEqual(self.status("/account"), 401)

    def test_a_pending_sign_in_that_was_changed_or_made_with_another_key_is_none(self):
        self.begin()
        text, mac = self.browser.cookies["twofold_pending"].split(".")
        held = json.loads(base64.urlsafe_b64decode(text + "=="))
        other = base64.urlsafe_b64encode(json.dumps({**held, "user": {"id": "eve"}}).encode()).decode().rstrip("=")
        for forged in (f"{other}.{mac}", f"{text}.{mac[:-2]}", f"{text}.", text, f".{mac}", "", "e30", "ä.ö"):
            self.browser.cookies["twofold_pending"] = forged.encode().decode("latin-1")
            self.assertEqual(self.confirm({"code": "000000"}), (409, "nothing_pending"), forged)
            self.assertNotIn("<twofold-challenge", self.browser.get(self.site.confirm_url).text)

    def nobody_gets_in(self, code):
        """Every route, while Twofold gives no answer that can be trusted. `self.set` begins it, `self.unset` ends it."""
        paying = self.site.browser()
        self.sign_in(paying)
        self.begin()
        right = self.phone.code()
        self.set()
        try:
            with self.assertLogs("twofold", "ERROR") as logs:
                answers = [
                    paying.post("/pay", {"amount": "24"}),
                    paying.post("/twofold/session"),
                    self.browser.post("/twofold/confirm", {"code": right}),
                    self.browser.post("/twofold/confirm"),
                    self.browser.post("/twofold/ticket"),
                    self.browser.post("/sign-in", {"user": "ada", "to": "/"}),
                    self.site.browser().post("/sign-in", {"user": "eve", "to": "/"}),
                ]
            self.assertEqual([answer.status for answer in answers], [503] * len(answers))
            self.assertEqual(paying.post("/twofold/confirm", {"code": right}).status, 409, "nothing is pending there")
            for answer in answers:
                self.assertNotRegex(answer.text, r"127\.0\.0\.1|localhost|/v1/", "people are told nothing of the set-up")
            words = {"unreachable": "be reached", "timeout": "in time", "answer_malformed": "something else"}
            self.assertTrue(all(words[code] in line for line in logs.output), logs.output)
            self.assertEqual(self.status("/account"), 401)
            self.assertEqual(self.status("/paid", paying), 403)
        finally:
            self.unset()
            between.mode = "pass"
        # The process is still there, and goes on.
        self.sign_in()

    def test_no_route_lets_anybody_in_while_twofold_is_down(self):
        self.set, self.unset = between.down, between.up
        self.nobody_gets_in("unreachable")

    def test_no_route_lets_anybody_in_while_twofold_is_slow(self):
        def over(event, timeout):
            """The time is up once the request has arrived: nobody waits for it."""
            self.assertEqual(timeout, 10)
            between.waiting.acquire()
            return False

        late = mock.patch.object(_http, "wait", over)

        def begin():
            between.mode = "slow"
            between.released.clear()
            late.start()

        def end():
            late.stop()
            between.released.set()

        self.set, self.unset = begin, end
        self.nobody_gets_in("timeout")

    def test_no_route_lets_anybody_in_while_twofold_answers_500(self):
        self.set, self.unset = lambda: setattr(between, "mode", "500"), lambda: None
        self.nobody_gets_in("answer_malformed")

    def test_no_route_lets_anybody_in_while_somebody_else_answers_with_a_page(self):
        self.set, self.unset = lambda: setattr(between, "mode", "html"), lambda: None
        self.nobody_gets_in("answer_malformed")

    def test_nobody_is_let_in_on_a_result_about_something_else(self):
        nowhere = "00000000-0000-4000-8000-000000000000"
        changes = {
            "another user's result": lambda outcome: {**outcome, "user": {"id": "mallory"}},
            "the result of another action": lambda outcome: {**outcome, "action": "payment"},
            "the result of another challenge": lambda outcome: {**outcome, "id": nowhere},
            "a result without a user": lambda outcome: {**outcome, "user": None},
            "nothing": lambda outcome: {},
        }
        for what, change in changes.items():
            with self.subTest(what):
                self.begin()
                between.mode = lambda path, document, status: (
                    (200, change(document)) if path.endswith("/answers") and status == 200 else None
                )
                self.assertEqual(self.confirm({"code": self.phone.code()}), (403, "another_challenge"))
                self.assertEqual(self.status("/account"), 401)
                between.mode = "pass"

    def test_nobody_is_let_in_on_a_replayed_result(self):
        recorded = []

        def record(path, document, status):
            if path.endswith("/answers") and status == 200:
                recorded.append(document)

        between.mode = record
        self.begin()
        kept = self.browser.cookies["twofold_pending"]
        self.browser.post("/twofold/confirm", {"code": self.phone.code()})
        # The cookie of the sign-in that was, once more: Twofold answers once.
        thief = self.site.browser()
        for form in ({}, {"code": "000000"}):
            thief.cookies["twofold_pending"] = kept
            self.assertEqual(self.confirm(form, thief), (409, "challenge_already_answered"))
        self.assertEqual(self.status("/account", thief), 401)
        # The answer of that sign-in, once more, to another one.
        between.mode = lambda path, document, status: (
            (200, recorded[0]) if path.endswith(("/redeem", "/answers")) else None
        )
        again = self.site.browser()
        self.begin(again)
        for form in ({}, {"code": "000000"}):
            self.assertEqual(self.confirm(form, again), (403, "another_challenge"))
        self.assertEqual(self.status("/account", again), 401)

    def test_nobody_is_let_in_on_a_status_that_is_not_known_or_not_to_be_expected(self):
        for status in ("open", "enrollment_required", "passed", "exempt", "trusted_device", None):
            # There is something to ask where there is an id, and a status that says so.
            for missing in ({"id": None}, {}) if status not in ("open", "enrollment_required") else ({"id": None},):
                between.mode = lambda path, document, _: (
                    (201, {**document, **missing, "status": status}) if path == "/v1/challenges" else None
                )
                answer = self.browser.post("/sign-in", {"user": "ada", "to": "/"})
                self.assertEqual(answer.status, 503, (status, missing))
        self.assertEqual(self.status("/account"), 401)

    def test_a_key_that_is_none_is_a_matter_of_the_operators(self):
        self.site.close()
        site = self.site_of(url=between.url, key=f"{key[:-6]}000000")
        try:
            with self.assertLogs("twofold", "ERROR") as logs:
                answer = site.browser().post("/sign-in", {"user": "ada", "to": "/"})
        finally:
            site.close()
        self.assertEqual(answer.status, 503)
        self.assertNotIn("key", answer.text.replace("key_unknown", ""))
        self.assertRegex(logs.output[0], r"Twofold refuses POST /v1/challenges: 401 key_unknown \(key \w+\)")


class OnFlask(Ways, unittest.TestCase):
    def site_of(self, **settings):
        return FlaskSite(**settings)


class OnFastApi(Ways, unittest.TestCase):
    def site_of(self, **settings):
        return FastApiSite(**settings)


class OnDjango(Ways, unittest.TestCase):
    def site_of(self, **settings):
        return django_site.DjangoSite(**settings)

    def user_id(self, name):
        return str(django_site.person(name).pk)


if __name__ == "__main__":
    unittest.main()
