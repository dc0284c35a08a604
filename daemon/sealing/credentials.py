"""Passphrases that the service manager hands over, for a house that is to open a memory by itself after a power cut.

In a unit: ``LoadCredentialEncrypted=memory-anna:/etc/hearth/memory-anna.cred``. They stand in files that only the
service can read (systemd.exec(5), CREDENTIALS, version 247 and later).
"""

import logging
from collections.abc import Mapping
from pathlib import Path

from daemon.sealing import SealingError
from daemon.sealing.sealing import Sealing
from daemon.store import StoreError

log = logging.getLogger("hearth." + __name__)

FOLDER = "CREDENTIALS_DIRECTORY"
PREFIX = "memory-"


async def unlock_by_credentials(sealing: Sealing, environment: Mapping[str, str]) -> None:
    """Open the memory of everybody whose passphrase was handed over; a wrong one is logged, and stays locked."""
    folder = environment.get(FOLDER)
    if not folder:
        return
    for one in await sealing.states():
        file = Path(folder) / f"{PREFIX}{one.person}"
        if not file.is_file():
            continue
        try:
            await sealing.unlock(one.person, file.read_text(encoding="utf-8").rstrip("\r\n"))
        except (SealingError, StoreError, OSError, UnicodeDecodeError) as error:
            log.warning("a sealed memory was not opened by its credential: %s", error)
