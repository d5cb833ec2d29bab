"""What the snippets of the documents take from the site around them, and how each of them is served."""

import re
import subprocess
import sys
from pathlib import Path

from .server import free_port

HERE = Path(__file__).resolve().parent.parent.parent

AROUND = """
import os, re, secrets
from types import SimpleNamespace

SESSIONS = {}


def found(name):
    return SimpleNamespace(id=name, email=f"{name}@example.com") if name else None
"""
BEFORE = {
    "flask_site": """
def check_password(form):
    return found(form.get("user"))
""",
    "fastapi_site": """
async def check_password(request):
    return found((await request.form()).get("user"))


async def new_session(user):
    name = secrets.token_urlsafe(16)
    SESSIONS[name] = user
    return name


def signed_in(request):
    return SESSIONS.get(request.cookies.get("session"))
""",
    "django": """
import django
from django.conf import settings
from django.urls import include, path

INSTALLED_APPS = ["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
""",
}
AFTER = {
    "flask_site": """
app.run(host="127.0.0.1", port=int(os.environ["PORT"]))
""",
    "fastapi_site": """
import uvicorn

uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]))
""",
    "django": """
TEMPLATE = '''ACCOUNT'''
processors = ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
              "django.contrib.messages.context_processors.messages"]
loaders = [("django.template.loaders.locmem.Loader", {"account.html": TEMPLATE}), "django.template.loaders.app_directories.Loader"]
settings.configure(
    SECRET_KEY=os.environ["SESSION_SECRET"],
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="__main__",
    LOGIN_URL="/admin/login/",
    LOGIN_REDIRECT_URL="/account",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DATABASE"]}},
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {"loaders": loaders, "context_processors": processors}}],
    INSTALLED_APPS=INSTALLED_APPS,
    MIDDLEWARE=MIDDLEWARE,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
)
django.setup()

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.shortcuts import render
from werkzeug.serving import run_simple

call_command("migrate", verbosity=0)
User.objects.create_superuser(os.environ["ADA"], "ada@example.com", "correct horse", pk=int(os.environ["ADA"]))
urlpatterns = [path("admin/", admin.site.urls), path("account", login_required(lambda request: render(request, "account.html")))]
URLS
call_command("check", fail_level="WARNING")
run_simple("127.0.0.1", int(os.environ["PORT"]), get_wsgi_application())
""",
}


def snippet(document, title):
    """The code blocks of one file of a Markdown document."""
    blocks = re.findall(r'^```\w+ title="([^"]+)"\n(.*?)^```$', (HERE / document).read_text(encoding="utf-8"), re.M | re.S)
    found = "\n".join(code for name, code in blocks if name == title)
    if not found:
        raise LookupError(f"{document} has no {title}")
    return found


def program(document, framework):
    if framework != "django":
        title = f"{framework}_site"
        return "".join([AROUND, BEFORE[title], snippet(document, f"{title}.py"), AFTER[title]])
    names = ("django_settings.py", "django_urls.py", "django_account.html")
    settings, urls, account = (snippet(document, name) for name in names)
    after = AFTER["django"].replace("URLS", urls).replace("ACCOUNT", account)
    return "".join([AROUND, BEFORE["django"], settings, after])


class Running:
    """A program of a test's, in a process of its own."""

    def __init__(self, folder, code, environment):
        file = Path(folder) / "site_of_the_test.py"
        file.write_text(code, encoding="utf-8")
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.output = []
        self._child = subprocess.Popen(
            [sys.executable, "-u", str(file)],
            env={**environment, "PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for line in self._child.stdout:
            self.output.append(line)
            if "Running on" in line or "running on" in line:
                return
        raise RuntimeError(f"it ended:\n{''.join(self.output)}")

    def close(self):
        self._child.terminate()
        self._child.stdout.read()
        self._child.wait()
        self._child.stdout.close()
