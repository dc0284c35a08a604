"""A small HTTP server for downloads that does what bad networks and bad servers do."""

import http.server
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Behaviour:
    """What the server has and how it misbehaves; may be changed while it runs."""

    files: Mapping[str, bytes]
    cut_after: int | None = None
    """Close each answer after this many bytes."""
    ignore_range: bool = False
    status: int = 200
    redirect: str = ""
    """Where every request is sent."""
    chunked: bool = False
    """Say no length."""
    requests: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """What was asked for: path and Range."""


@contextmanager
def serving(behaviour: Behaviour) -> Generator[str]:
    """Run the server on a free port of this machine and yield its address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range", "")
            behaviour.requests.append((self.path, wanted))
            data = behaviour.files.get(self.path)
            if behaviour.redirect:
                self.send_response(302)
                self.send_header("Location", behaviour.redirect + self.path)
                self.end_headers()
            elif behaviour.status != 200 or data is None:
                self.send_error(behaviour.status if behaviour.status != 200 else 404)
            else:
                self._send(data, wanted)

        def _send(self, data: bytes, wanted: str) -> None:
            begin = 0 if behaviour.ignore_range or not wanted else int(wanted.removeprefix("bytes=").rstrip("-"))
            if begin > 0 and begin >= len(data):
                self.send_error(416)
                return
            self.send_response(206 if begin else 200)
            if begin:
                self.send_header("Content-Range", f"bytes {begin}-{len(data) - 1}/{len(data)}")
            if not behaviour.chunked:
                self.send_header("Content-Length", str(len(data) - begin))
            self.end_headers()
            self.wfile.write(data[begin:] if behaviour.cut_after is None else data[begin : begin + behaviour.cut_after])

        def log_message(self, format: str, *args: object) -> None:
            """Be quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
