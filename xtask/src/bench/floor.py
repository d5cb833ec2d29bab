"""A bare conditional UPDATE on SQLite, as often as it goes: `floor.py FILE SECONDS UPDATES-A-COMMIT`.

Through SQLite's own library, on a file of the server's settings. More threads would be no quicker: one writes at a time.
"""

import sqlite3
import sys
import time

USERS = 1000

path, seconds, together = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
db = sqlite3.connect(path, isolation_level=None)
db.execute("PRAGMA journal_mode = WAL")
db.execute("PRAGMA synchronous = FULL")
db.execute("CREATE TABLE IF NOT EXISTS floor (id INTEGER PRIMARY KEY, step INTEGER NOT NULL)")
db.execute("BEGIN")
db.executemany("INSERT OR REPLACE INTO floor VALUES (?, 0)", ((user,) for user in range(USERS)))
db.execute("COMMIT")
UPDATE = "UPDATE floor SET step = ? WHERE id = ? AND step < ?"

done, begun = 0, time.monotonic()
while time.monotonic() - begun < seconds:
    for _ in range(100):
        if together > 1:
            db.execute("BEGIN IMMEDIATE")
        for _ in range(together):
            step = 1 + done // USERS
            assert db.execute(UPDATE, (step, done % USERS, step)).rowcount == 1
            done += 1
        if together > 1:
            db.execute("COMMIT")
print(done / (time.monotonic() - begun))
