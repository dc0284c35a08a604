"""Secrets, which stand in no configuration: they are named by file or as a systemd credential."""

import os
import stat
from pathlib import Path

from daemon.config.errors import ConfigError

BIGGEST_SECRET = 64 * 1024
"""Bytes of a secret's file that are read: a token is short, a wrong path is not."""


def secret(reference: str | None, *, what: str) -> str | None:
    """Return the secret that a file or a systemd credential holds, without the newline at its end.

    Raises:
        ConfigError: there is no such file, others than its owner may read it, it is empty, or it is no text.
    """
    if reference is None:
        return None
    credential = reference.removeprefix("credential:")
    if credential != reference:
        directory = os.environ.get("CREDENTIALS_DIRECTORY")
        if directory is None or "/" in credential:
            raise ConfigError(
                f"{what}: {reference!r} needs a systemd credential; add LoadCredential={credential}:/path"
            )
        path = Path(directory) / credential
    else:
        path = Path(reference)
    try:
        info = path.stat()
        with path.open("rb") as file:
            text = file.read(BIGGEST_SECRET).decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{what}: cannot read {str(path)!r}: {error}") from error
    if credential == reference and info.st_mode & (stat.S_IRGRP | stat.S_IROTH | stat.S_IWGRP | stat.S_IWOTH):
        raise ConfigError(f"{what}: {str(path)!r} can be read by others; run: chmod 600 {path}")
    if not text:
        raise ConfigError(f"{what}: {str(path)!r} is empty; write the secret into it")
    return text
