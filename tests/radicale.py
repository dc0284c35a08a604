"""A real Radicale on loopback: a CalDAV server with a user, made for one test session."""

import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

USER, PASSWORD = "anna", "s3cret"
START_S = 20.0

_MAKE = (
    '<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>'
    "<D:displayname>{}</D:displayname></D:prop></D:set></C:mkcalendar>"
)


@dataclass
class Radicale:
    """A server that can be stopped and started again on the same address."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        (self.folder / "users").write_text(f"{USER}:{PASSWORD}\n")
        options = [
            f"--server-hosts=127.0.0.1:{self.port}",
            "--auth-type=htpasswd",
            f"--auth-htpasswd-filename={self.folder / 'users'}",
            "--auth-htpasswd-encryption=plain",
            f"--storage-filesystem-folder={self.folder / 'collections'}",
        ]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen([sys.executable, "-m", "radicale", *options], stdout=log, stderr=log)
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError((self.folder / "log").read_text())

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def calendar(self, name: str) -> str:
        """Make a calendar; return its address."""
        url = f"http://127.0.0.1:{self.port}/{USER}/{name}/"
        answer = self.client().request("MKCALENDAR", url, content=_MAKE.format(name))
        assert answer.status_code == 201, answer.text
        return url

    def client(self) -> httpx.Client:
        """Return another device of the same user."""
        return httpx.Client(auth=(USER, PASSWORD), trust_env=False)


@contextmanager
def radicale(folder: Path) -> Generator[Radicale]:
    """Run a server in a folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = Radicale(folder, port)
    server.start()
    try:
        yield server
    finally:
        server.stop()
