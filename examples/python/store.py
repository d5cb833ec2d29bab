"""What any site has: users with passwords, and sessions. In SQLite."""

import hashlib
import hmac
import json
import os
import secrets
import sqlite3
import time
import uuid
from pathlib import Path

DAY = 24 * 3600

SCHEMA = """
CREATE TABLE IF NOT EXISTS user (id TEXT PRIMARY KEY, email TEXT UNIQUE NOT NULL, salt BLOB NOT NULL, hash BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS session (name BLOB PRIMARY KEY, held TEXT NOT NULL, until INTEGER NOT NULL);
"""


class Store:
    def __init__(self, path):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        with self._open() as database:
            database.executescript(SCHEMA)

    def create_user(self, email, password):
        """The new user; nothing when the address is taken."""
        user, salt = {"id": str(uuid.uuid4()), "email": email}, os.urandom(16)
        try:
            with self._open() as database:
                row = (user["id"], email, salt, scrypt(password, salt))
                database.execute("INSERT INTO user VALUES (?, ?, ?, ?)", row)
        except sqlite3.IntegrityError:
            return None
        return user

    def find_user(self, email, password):
        """The user of this address and password. It takes the same time where there is none."""
        with self._open() as database:
            row = database.execute("SELECT id, salt, hash FROM user WHERE email = ?", (email,)).fetchone()
        known, salt, stored = row or (None, bytes(16), bytes(32))
        right = hmac.compare_digest(scrypt(password, salt), stored)
        return {"id": known, "email": email} if known and right else None

    def session(self, name):
        with self._open() as database:
            found = "SELECT held FROM session WHERE name = ? AND until > ?"
            row = database.execute(found, (digest(name), time.time())).fetchone()
        return json.loads(row[0]) if row else {}

    def save_session(self, name, values):
        with self._open() as database:
            database.execute("UPDATE session SET held = ? WHERE name = ?", (json.dumps(values), digest(name)))

    def renew_session(self, old, values):
        """A session under a new name, as after every sign-in. The old one is gone."""
        name = secrets.token_urlsafe(32)
        with self._open() as database:
            database.execute("DELETE FROM session WHERE name = ? OR until <= ?", (digest(old), time.time()))
            row = (digest(name), json.dumps(values), time.time() + DAY / 2)
            database.execute("INSERT INTO session VALUES (?, ?, ?)", row)
        return name

    def _open(self):
        database = sqlite3.connect(self._path, factory=Connection)
        database.execute("PRAGMA journal_mode = WAL")
        return database


class Connection(sqlite3.Connection):
    """Commits, and closes, at the end of `with`."""

    def __exit__(self, *error):
        super().__exit__(*error)
        self.close()


def scrypt(password, salt):
    return hashlib.scrypt(password.encode(), salt=salt, n=2**15, r=8, p=3, maxmem=64 * 1024 * 1024, dklen=32)


def digest(name):
    return hashlib.sha256(name.encode()).digest()
