"""One daemon a state directory: a lock that the kernel drops with the process, however it ends."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from daemon.errors import DaemonError


class LockedError(DaemonError):
    """Another Hearth runs on this state directory. Exit code 78."""

    code = "already-running"


@contextmanager
def locked(state: Path) -> Generator[None]:
    """Hold the state directory, made if need be (only its owner may enter it), until the block ends.

    Raises:
        LockedError: another process holds it; the message has its number.
        DaemonError: the directory cannot be made or written, or belongs to somebody else.
    """
    path = state / "hearth.lock"
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_another_owner(state)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DaemonError(f"cannot write to the state directory {str(state)!r}: {error.strerror}") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "unknown"
            raise LockedError(
                f"another Hearth (process {holder}) runs on {str(state)!r}; stop it, or give --state another directory"
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _refuse_another_owner(state: Path) -> None:
    """Root could write anywhere, and what it wrote would keep the owner out."""
    owner = state.stat().st_uid
    if owner != os.geteuid():
        raise DaemonError(
            f"the state directory {str(state)!r} belongs to user {owner}; run this as its owner: sudo -u '#{owner}' …"
        )
