"""What we say to systemd, and what it tells us: readiness, watchdog, directories. No dependency, no D-Bus."""

import asyncio
import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

SERVICE_STATE = Path("/var/lib/hearth")
"""Where the unit keeps state: ``StateDirectory=hearth``."""
DEMO = "hearth-demo"
"""The name of the directory in which a demo keeps its state: beside that of a real house, and never in it."""


class Notifier:
    """Sends state lines to ``$NOTIFY_SOCKET`` (sd_notify(3), systemd 252); silent where there is none."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Take the addresses from the environment that systemd made."""
        address = environment.get("NOTIFY_SOCKET", "")
        # An address beginning with @ is in the abstract namespace, which the kernel writes with a zero byte.
        self._address = "\0" + address[1:] if address.startswith("@") else address
        watchdog_us = environment.get("WATCHDOG_USEC", "")
        ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self.watchdog_s = int(watchdog_us) / 1e6 if watchdog_us.isdigit() and ours else None
        """How long systemd waits for a sign of life, seconds; ``None``: it does not."""

    def tell(self, *lines: str) -> None:
        """Send lines such as ``READY=1``; a socket that is gone is nothing to die of."""
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.setblocking(False)
            try:
                sender.sendto("\n".join(lines).encode(), self._address)
            except OSError:
                return

    async def heartbeat(self, alive: Callable[[], bool], status: Callable[[], str]) -> None:
        """Tell systemd that we live, at a third of its patience, while ``alive`` says so; and how we are."""
        every_s = self.watchdog_s / 3 if self.watchdog_s else 10.0
        told = ""
        while True:
            if alive() and self.watchdog_s:
                self.tell("WATCHDOG=1")
            line = status()
            if line != told:
                self.tell(f"STATUS={line}")
                told = line
            await asyncio.sleep(every_s)


def state_directory(
    given: Path | None, environment: Mapping[str, str], *, service: Path | None = None, name: str = "hearth"
) -> Path:
    """Return where state is kept: what was given, else systemd's, else the user's (XDG Base Directory 0.8).

    ``service`` is where the service of this machine keeps its state, for those who want to find one that runs rather
    than have their own: it comes before the user's, if there is one and this user may change it. ``name`` is
    what the user's is called.
    """
    if given is not None:
        return given
    ours = environment.get("STATE_DIRECTORY", "").split(":")[0]
    if ours:
        return Path(ours)
    if service is not None and os.access(service, os.W_OK | os.X_OK):
        return service
    base = environment.get("XDG_STATE_HOME") or str(Path(environment.get("HOME", "/")) / ".local" / "state")
    return Path(base) / name
