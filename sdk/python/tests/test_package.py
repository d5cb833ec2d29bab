"""What people install: its files, what it needs, and its types."""

import re
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent

SITE = """
from typing import Optional

import flask
from twofold import Twofold, TwofoldError
from twofold.flask import Confirmed, SecondFactor, User

app = flask.Flask(__name__)


def user() -> Optional[User]:
    return {"id": "42", "label": "ada@example.com"}


def done(confirmed: Confirmed) -> str:
    return confirmed.user["id"]


SecondFactor(app, user=user, done=done)
try:
    kind: str = Twofold().redeem_challenge("id", {})["kind"]
except TwofoldError as error:
    left: Optional[int] = error.attempts_left
"""
MISTAKES = {
    "an_operation_takes_something_else.py": ('redeem_challenge("id", {})', 'redeem_challenge("id", {"code": "1"})', "code"),
    "done_is_left_out.py": (", done=done", "", "done"),
    "an_id_is_a_number.py": ('return {"id": "42"', 'return {"id": 42', "Incompatible"),
}


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        words = ["-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--wheel-dir", cls.folder.name]
        done = subprocess.run([sys.executable, *words, str(HERE)], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(done.stdout + done.stderr)
        [cls.wheel] = Path(cls.folder.name).glob("twofold-*-py3-none-any.whl")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_the_wheel_holds_the_sources_types_templates_and_licenses_and_nothing_else(self):
        with zipfile.ZipFile(self.wheel) as wheel:
            names = [name for name in wheel.namelist() if ".dist-info/" not in name]
            about = [re.sub(r".*\.dist-info/", "", name) for name in wheel.namelist() if ".dist-info/" in name]
            metadata = wheel.read(next(name for name in wheel.namelist() if name.endswith("/METADATA"))).decode()
        source = HERE / "src"
        expected = [
            str(path.relative_to(source))
            for path in source.rglob("*")
            if path.is_file() and not {"__pycache__", "twofold.egg-info"} & set(path.parts)
        ]
        self.assertEqual(sorted(names), sorted(expected))
        self.assertIn("twofold/py.typed", names)
        self.assertTrue({"licenses/LICENSE-APACHE", "licenses/LICENSE-MIT"} <= set(about), about)
        self.assertNotIn("Requires-Dist", metadata)
        self.assertIn("Requires-Python: >=3.9", metadata)
        self.assertLess(self.wheel.stat().st_size, 60_000)

    def test_our_types_are_right_fit_a_site_and_say_where_there_is_a_mistake(self):
        files = {"fits.py": SITE}
        for name, (right, wrong, _) in MISTAKES.items():
            self.assertIn(right, SITE)
            files[name] = SITE.replace(right, wrong)
        said = self.mypy(files)
        for name, (_, _, complaint) in MISTAKES.items():
            self.assertRegex(said, f"{name}:\\d+: error: .*{complaint}")
        others = [line for line in said.splitlines() if ": error:" in line and not any(name in line for name in MISTAKES)]
        self.assertEqual(others, [])

    def mypy(self, files):
        """Of ours, and of these. All at once: most of its time goes to reading the frameworks."""
        for name, code in files.items():
            (Path(self.folder.name) / name).write_text(code, encoding="utf-8")
        words = ["--config-file", "pyproject.toml", "--cache-dir", f"{self.folder.name}/mypy", "src"]
        words += [f"{self.folder.name}/{name}" for name in files]
        environment = {"MYPYPATH": str(HERE / "src"), "PATH": "/usr/bin:/bin"}
        done = subprocess.run([sys.executable, "-m", "mypy", *words], cwd=HERE, env=environment, capture_output=True, text=True)
        return done.stdout + done.stderr


if __name__ == "__main__":
    unittest.main()
