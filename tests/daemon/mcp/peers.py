"""Servers of others as real child processes, and pages for them to tell."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
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


@contextmanager
def web(pages: Mapping[str, str]) -> Generator[str]:
    """Serve pages and feeds that strangers write: ``/3`` and ``/3.xml`` hold the text called ``3``; yield where."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name, dot, _ = self.path.lstrip("/").partition(".")
            text = pages[name]
            body = (
                f"<rss><channel><item><title>{_seen(text)}</title></item></channel></rss>" if dot else f"<p>{text}</p>"
            )
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _seen(text: str) -> str:
    """Return a text as XML can hold it."""
    return escape("".join(sign for sign in text if sign.isprintable() or sign in "\n\t"))


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
