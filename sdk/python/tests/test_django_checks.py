"""What `manage.py check` says, and who a Django user is at Twofold."""

import os
import unittest
from unittest import mock

from support import django_site


def setUpModule():
    django_site.configure()


class Checks(unittest.TestCase):
    def ids(self, deploy=False, **changed):
        from django.core.checks import run_checks
        from django.test.utils import override_settings

        with override_settings(**changed):
            found = run_checks(include_deployment_checks=deploy)
        return sorted(one.id for one in found if one.id.startswith("twofold."))

    def test_nothing_is_said_of_a_good_set_up(self):
        self.assertEqual(self.ids(), [])
        good = {"KEY": "tf_x", "URL": "https://2fa.example.com"}
        self.assertEqual(self.ids(deploy=True, TWOFOLD=good, SESSION_COOKIE_SECURE=True), [])

    def test_each_mistake_is_named(self):
        from django.conf import settings

        names = list(settings.MIDDLEWARE)
        ours = names.index("twofold.django.middleware.TwofoldMiddleware")
        with mock.patch.dict("os.environ"):
            os.environ.pop("TWOFOLD_KEY", None)
            self.assertEqual(self.ids(TWOFOLD={}), ["twofold.E004"])
        self.assertEqual(self.ids(TWOFOLD={"KEY": "tf_x", "Url": "x"}), ["twofold.E001"])
        self.assertEqual(self.ids(TWOFOLD={"KEY": "tf_x", "DONE": "nowhere.at.all"}), ["twofold.E002"])
        self.assertEqual(self.ids(TWOFOLD={"KEY": "tf_x", "URL": "2fa.example.com"}), ["twofold.E004"])
        self.assertEqual(self.ids(MIDDLEWARE=names[:ours]), ["twofold.W001"])
        self.assertEqual(self.ids(MIDDLEWARE=[names[ours], *names[:ours]]), ["twofold.E005"])
        self.assertEqual(self.ids(ROOT_URLCONF="support.no_urls"), ["twofold.E003"])
        self.assertEqual(self.ids(deploy=True), ["twofold.W002", "twofold.W003"])


class Persons(unittest.TestCase):
    def test_what_twofold_would_refuse_is_not_sent(self):
        from django.contrib.auth.models import User

        from twofold.django.conf import person

        self.assertEqual(person(User(pk=1, username="a:b", email="no address")), {"id": "1", "label": "a b"})
        ada = {"id": "2", "label": "ada@example.com", "email": "ada@example.com"}
        self.assertEqual(person(User(pk=2, username="ada", email="ada@example.com")), ada)
        self.assertEqual(len(person(User(pk=3, username="x" * 150))["label"]), 128)


if __name__ == "__main__":
    unittest.main()
