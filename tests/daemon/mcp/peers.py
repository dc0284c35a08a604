"""Servers of others as real child processes, and pages for them to tell."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError, URLError

from daemon.mcp.peer import Wire
from tests.broker import free_port

HERE = Path(__file__).parent
PAGES: Mapping[str, str] = {"whales": "Whales are mammals that live in the sea.", "moss": "Moss is green."}
START_S = 20.0


def sound(folder: Path, pages: Mapping[str, str] = PAGES) -> Wire:
    """Return the wire to a server that is as it should be."""
    file = folder / "pages.json"
    file.write_text(json.dumps(pages), "utf-8")
    return Wire((sys.executable, str(HERE / "sound.py")), environment={"PAGES": str(file)})


def hostile(folder: Path, mode: str, *, call_s: float = 8.0) -> Wire:
    """Return the wire to a server that is not; its process's number is in the file ``pid``."""
    environment = {"PID_FILE": str(folder / "pid")}
    return Wire((sys.executable, str(HERE / "hostile.py"), mode), environment=environment, call_s=call_s)


@contextmanager
def over_http(wire: Wire) -> Generator[Wire]:
    """Run the same server behind an address of the loopback."""
    port = free_port()
    process = subprocess.Popen(
        [*wire.command, str(port)], env=dict(wire.environment), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        url = f"http://127.0.0.1:{port}/mcp"
        _wait_for(url)
        yield replace(wire, command=(), url=url, environment={})
    finally:
        process.kill()
        process.wait()


def _wait_for(url: str) -> None:
    until = time.monotonic() + START_S
    while True:
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except HTTPError as error:
            error.close()
            return
        except (URLError, OSError):
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return
