"""Writes src/twofold/api.py: `TWOFOLD_BINARY=… python scripts/generate.py`."""

import json
import sys
from pathlib import Path
from urllib.request import urlopen

HERE = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(HERE / "tests"), str(HERE / "scripts")]

from client import client  # noqa: E402
from support.server import Server  # noqa: E402

with Server() as server, urlopen(f"{server.url}/v1/openapi.json") as answer:
    written = client(json.load(answer))
(HERE / "src/twofold/api.py").write_text(written, encoding="utf-8")
