"""A publisher that costs next to nothing: packets of MQTT 3.1.1 made by hand and sent many at a time.

Run as a script it publishes ``RATE`` states a second on 400 topics for ``SECONDS``, then one message on ``flood/end``.
"""

import socket
import struct
import sys
import time
from collections.abc import Iterable

TOPICS = 400
STATE = b'{"state":"ON","brightness":%d,"color_temp":370,"linkquality":120,"update":{"state":"idle"}}'


def _length(size: int) -> bytes:
    out = bytearray()
    while True:
        size, digit = divmod(size, 128)
        out.append(digit | (128 if size else 0))
        if not size:
            return bytes(out)


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack("!H", len(data)) + data


def connect(port: int, client_id: str) -> socket.socket:
    """Return a socket on which a broker at this port of the loopback has accepted a client."""
    opened = socket.create_connection(("127.0.0.1", port))
    body = _text("MQTT") + b"\x04\x02\x00\x00" + _text(client_id)
    opened.sendall(b"\x10" + _length(len(body)) + body)
    accepted = opened.recv(4)
    if accepted != b"\x20\x02\x00\x00":
        raise ConnectionError(f"the broker answered {accepted!r}")
    return opened


def packets(messages: Iterable[tuple[str, bytes]], *, retained: bool = False) -> bytes:
    """Return PUBLISH packets with QoS 0."""
    out = bytearray()
    for topic, payload in messages:
        body = _text(topic) + payload
        out += (b"\x31" if retained else b"\x30") + _length(len(body)) + body
    return bytes(out)


def flood(port: int, *, rate: float, seconds: float) -> None:
    """Publish as a house of 400 very talkative devices, a little every 5 ms."""
    total = int(rate * seconds)
    with connect(port, "flood") as opened:
        began, sent = time.monotonic(), 0
        while sent < total:
            due = min(total, int((time.monotonic() - began) * rate))
            opened.sendall(packets((f"flood/lamp {n % TOPICS}", STATE % (n % 255)) for n in range(sent, due)))
            sent = due
            time.sleep(0.005)
        opened.sendall(packets([("flood/end", b"%d" % total)]))


if __name__ == "__main__":
    flood(int(sys.argv[1]), rate=float(sys.argv[2]), seconds=float(sys.argv[3]))
