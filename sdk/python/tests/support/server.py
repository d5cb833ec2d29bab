"""The real binary on a free port, with a fresh SQLite file of its own."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
from urllib.request import Request, urlopen


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self):
        binary = os.environ.get("TWOFOLD_BINARY")
        if not binary:
            raise RuntimeError("TWOFOLD_BINARY is not set: the path of the binary `twofold`")
        self._binary = os.path.abspath(binary)
        self._folder = tempfile.mkdtemp(prefix="twofold-sdk-")
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        # Seconds by which its clock is ahead of ours.
        self.ahead = 0
        self._output = []
        self._serve()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stop()

    def site(self, *policy, origin="http://shop.localhost:4000", scope="verify,enroll"):
        """A site's id, and a key of its server."""
        site = self.command("site", "create", "--name", "Shop", "--issuer", "Shop", "--origin", origin)
        if policy:
            self.command("site", "update", site, *policy)
        return site, self.command("key", "create", "--site", site, "--scope", scope)

    def command(self, *words):
        """What an operator types, and what it prints."""
        done = subprocess.run(
            [self._binary, *words], cwd=self._folder, env=self._environment(), capture_output=True, text=True
        )
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout.strip()

    def advance(self, seconds):
        """Moves its clock on. Nobody waits."""
        body = json.dumps({"advance_seconds": seconds}).encode()
        with urlopen(Request(f"{self.url}/test/clock", body, {"Content-Type": "application/json"})) as answer:
            assert answer.status == 204, "the clock did not move"
        self.ahead += seconds

    def stop(self):
        self._child.terminate()
        self._child.wait()
        self._reader.join()
        self._child.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _environment(self):
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TWOFOLD_")}
        return {
            **inherited,
            "TWOFOLD_DATABASE_URL": f"sqlite://{self._folder}/twofold.db",
            "TWOFOLD_LISTEN": f"127.0.0.1:{self.port}",
            "TWOFOLD_PUBLIC_URL": self.url,
        }

    def _serve(self):
        self._child = subprocess.Popen(
            [self._binary, "serve"],
            cwd=self._folder,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        ready = threading.Event()

        def listen():
            for line in self._child.stdout:
                self._output.append(line)
                if "Twofold is ready" in line:
                    ready.set()
            ready.set()

        self._reader = threading.Thread(target=listen, daemon=True)
        self._reader.start()
        ready.wait()
        if self._child.poll() is not None:
            raise RuntimeError(f"the server ended:\n{''.join(self._output)}")
