"""A browser without a screen: it keeps cookies, and says where its requests come from."""

import http.client
import re
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit


class Answer(NamedTuple):
    status: int
    location: str
    headers: dict
    text: str


class Browser:
    def __init__(self, origin, cookies=None):
        self._address = urlsplit(origin)
        self.cookies = dict(cookies or {})

    def get(self, path, **headers):
        return self._send("GET", path, None, headers)

    def post(self, path, form=(), **headers):
        """A form of the site's own page."""
        types = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
        if "csrftoken" in self.cookies:
            types["x-csrftoken"] = self.cookies["csrftoken"]
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._send("POST", path, urlencode(dict(form)), {**types, **given})

    def _send(self, method, path, body, headers):
        connection = http.client.HTTPConnection(self._address.hostname, self._address.port, timeout=60)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, {**headers, "cookie": cookie, "user-agent": "Test/1"})
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        for line in response.headers.get_all("set-cookie") or []:
            name, value = re.match(r'([^=]+)="?([^;"]*)', line).groups()
            if "01 Jan 1970" in line or re.search("max-age=0", line, re.I):
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        plain = {name.lower(): value for name, value in response.headers.items()}
        location = plain.get("location", "")
        # Some frameworks say the whole address.
        return Answer(response.status, re.sub("^https?://[^/]+", "", location), plain, text)
