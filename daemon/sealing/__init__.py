"""The memory of one person, sealed: encrypted in the file, open in memory only while they want it to be.

What it protects against is a stolen disk or backup, and everybody else who may read the files, the owner of the house
among them. Not against who controls the running process while it is open, nor against who knows the passphrase.
Nothing that encrypts is imported in a house in which nobody has anything sealed: see `daemon.sealing.seals`.
"""

from daemon.errors import DaemonError

__all__ = ["SealingError"]


class SealingError(DaemonError):
    """It cannot be sealed, opened or locked; the message says why, `code` is stable.

    Codes: ``not-sealed, sealed-already, sealed-damaged, sealed-waiting, passphrase-short, passphrase-wrong,
    passphrase-wait``.
    """

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code
