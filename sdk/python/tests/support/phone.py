"""Somebody's authenticator app. Every code of it is a new one: the server's clock is moved."""

import subprocess
import time
from datetime import datetime, timezone


class Phone:
    def __init__(self, client, server, user):
        """Sets one up for this user. Their recovery codes come with it."""
        self._server = server
        begun = client.begin_enrollment({"user": {"id": user, "label": f"{user}@example.com"}, "kind": "totp"})
        self._secret = begun["secret"]
        confirmed = client.confirm_enrollment(begun["id"], {"user": {"id": user}, "code": self.code()})
        client.acknowledge_enrollment(begun["id"], {"user": {"id": user}})
        self.recovery_codes = confirmed["recovery_codes"]

    def code(self):
        self._server.advance(30)
        now = datetime.fromtimestamp(time.time() + self._server.ahead, timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
        words = ["oathtool", "--totp", "--base32", "--now", now, self._secret]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
