"""Addresses."""

import re
from urllib.parse import quote


def segment(given: str) -> str:
    """An id as one segment of a path.

    `.` and `..` cannot be one: they are taken for steps in the path, so that the request would be about something else. Twofold
    reads them behind a `~`.
    """
    if not isinstance(given, str) or given == "":
        raise ValueError(f"{given!r} cannot be an id in an address")
    return quote(f"~{given}" if re.fullmatch(r"~*\.\.?", given) else given, safe="~")
