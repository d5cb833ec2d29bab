"""django-otp behind the smallest Django there is: `POST /answer` with a user and a code.

`DATABASE_URL` is `sqlite:///path` or `postgres://…`. `python app.py COUNT` makes the tables and so many users, and prints the
secret of each in base32, one a line.
"""

import base64
import json
import os
import sys
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path


def database(url):
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        settings_of_ours = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
        options = {"init_command": settings_of_ours, "transaction_mode": "IMMEDIATE", "timeout": 30}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": parts.path, "OPTIONS": options, "CONN_MAX_AGE": None}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path[1:],
        "USER": parts.username,
        "PASSWORD": parts.password,
        "HOST": parts.hostname,
        "PORT": parts.port,
        "CONN_MAX_AGE": None,
    }


settings.configure(
    SECRET_KEY="a benchmark",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django_otp",
        "django_otp.plugins.otp_totp",
    ],
    DATABASES={"default": database(os.environ["DATABASE_URL"])},
    LOGGING_CONFIG=None,
)
django.setup()

from django.contrib.auth.models import User  # noqa: E402: after `setup`
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django_otp import match_token  # noqa: E402
from django_otp.plugins.otp_totp.models import TOTPDevice  # noqa: E402


def answer(request):
    asked = json.loads(request.body)
    user = User.objects.get(username=asked["user"])
    # Locks the device's row, judges, and writes the step that was used.
    device = match_token(user, asked["code"])
    response = JsonResponse({"passed": device is not None}, status=200 if device else 422)
    response["Content-Length"] = len(response.content)
    return response


urlpatterns = [path("answer", answer)]


def fill(count):
    call_command("migrate", verbosity=0)
    with transaction.atomic():
        for number in range(count):
            user = User.objects.create(username=f"user-{number}")
            device = TOTPDevice.objects.create(user=user, name="app", confirmed=True)
            print(base64.b32encode(device.bin_key).decode())


if __name__ == "__main__":
    fill(int(sys.argv[1]))
else:
    application = get_wsgi_application()
