"""A subscriber in a process of its own that prints when each message came, in seconds of the monotonic clock.

Run as a script with a port, a filter and how many messages to wait for; it says ``ready`` once it is subscribed.
"""

import struct
import sys
import time

from tests.bench.flood import connect


def listen(port: int, topic_filter: str, count: int) -> list[float]:
    """Return when the first ``count`` messages with short payloads came."""
    with connect(port, "ear") as opened:
        name = topic_filter.encode()
        opened.sendall(bytes([0x82, len(name) + 5, 0, 1]) + struct.pack("!H", len(name)) + name + b"\0")
        opened.recv(5)
        print("ready", flush=True)
        came: list[float] = []
        rest = b""
        while len(came) < count:
            data = opened.recv(65536)
            now = time.monotonic()
            if not data:
                break
            rest += data
            while len(rest) > 1 and len(rest) >= 2 + rest[1]:
                rest = rest[2 + rest[1] :]
                came.append(now)
        return came


if __name__ == "__main__":
    for at in listen(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])):
        print(at)
