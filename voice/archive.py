"""Unpack an archive that came from outside, without believing anything it says."""

import shutil
import stat
import zipfile
from pathlib import Path, PurePosixPath

from voice.model import ModelError

UNPACKED_MAX = 4 * 1024**3
MEMBERS_MAX = 10_000


def unzip(archive: Path, into: Path) -> None:
    """Unpack `archive` into the empty folder `into`, without its top folder.

    Raises:
        ModelError: it is no archive or a damaged one, holds a link or a path that leads out, or is too big.
    """
    try:
        with zipfile.ZipFile(archive) as source:
            members = source.infolist()
            if len(members) > MEMBERS_MAX or sum(member.file_size for member in members) > UNPACKED_MAX:
                raise ModelError(f"{archive.name!r} unpacks to more than a model can be")
            for member in members:
                _unpack(source, member, into, archive.name)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError) as error:
        raise ModelError(f"{archive.name!r} cannot be unpacked: {error}") from error


def _unpack(source: zipfile.ZipFile, member: zipfile.ZipInfo, into: Path, archive: str) -> None:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    unsafe = path.is_absolute() or ".." in path.parts or ":" in member.filename
    if unsafe or stat.S_ISLNK(member.external_attr >> 16):
        raise ModelError(f"{archive!r} holds {member.filename!r}, which leads out of its folder; it was not unpacked")
    inner = path.parts[1:]
    if member.is_dir() or not inner:
        return
    target = into.joinpath(*inner)
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open(member) as data, target.open("xb") as file:
        shutil.copyfileobj(data, file)
