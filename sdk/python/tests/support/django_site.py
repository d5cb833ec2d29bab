"""A site with Django's own users, sessions and admin. One of a process: Django has one configuration."""

import atexit
import shutil
import tempfile
import threading

from .browser import Browser
from .sites import Site

folder = None


def configure(**more):
    """Django, with a database of its own."""
    global folder
    import django
    from django.conf import settings

    if settings.configured:
        return
    folder = tempfile.mkdtemp(prefix="twofold-django-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings.configure(
        SECRET_KEY="of these tests",
        DEBUG=False,
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="support.django_urls",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder}/site.db"}},
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "twofold.django",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "support.django_urls.by_header",
            "twofold.django.middleware.TwofoldMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        LOGIN_URL="/login",
        LOGIN_REDIRECT_URL="/account",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        LOGGING_CONFIG=None,
        TWOFOLD={"DONE": "support.django_urls.done", "KEY": "tf_x"},
        **more,
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def person(name):
    """The user of this name. Their id at Twofold is `str(user.pk)`."""
    from django.contrib.auth.models import User

    user, made = User.objects.get_or_create(username=name, defaults={"email": f"{name}@example.com", "is_staff": True, "is_superuser": True})
    if made:
        user.set_password("correct horse")
        user.save()
    return user


class DjangoSite(Site):
    confirm_url = "/twofold/confirm"
    _closed = False

    def __init__(self, **settings):
        configure()
        from django.core.wsgi import get_wsgi_application
        from django.test.utils import override_settings
        from werkzeug.serving import make_server

        names = {name.upper(): value for name, value in settings.items()}
        self._override = override_settings(TWOFOLD={"DONE": "support.django_urls.done", **names})
        self._override.enable()
        self._server = make_server("127.0.0.1", 0, get_wsgi_application(), threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def browser(self):
        return Browser(self.url, {"csrftoken": "a" * 32})

    def close(self):
        if self._closed:
            return
        self._closed = True
        self._server.shutdown()
        self._server.server_close()
        self._override.disable()
