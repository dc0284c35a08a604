"""The speech models on this machine: pull, import from a folder, list, verify, remove.

A model is a folder ``NAME`` in the models directory, complete or not there at all, with a ``hearth-model.json`` that
says what it is and the size and SHA-256 of each file. The SHA-256 of every archive that was once verified stays in
``pins.json`` beside the folders: a later download of the same file must be the same.

Blocking; nothing is ever downloaded but what `pull` is asked for.
"""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from voice.archive import unzip
from voice.catalogue import ANY, CATALOGUE, Kind, Offer, Remote
from voice.download import GIT_BLOB, Progress, digest, fetch
from voice.model import ModelError

RECORD = "hearth-model.json"
PINS = "pins.json"
INDEX_BYTES_MAX = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Installed:
    """A model that is there."""

    name: str
    kind: Kind
    language: str
    licence: str
    path: Path
    """What the engine is given: the folder for a recognizer, the ``.onnx`` for a voice."""
    size: int
    """Bytes on disk."""


def offered(name: str) -> Offer:
    """Return the catalogue's entry. Raises ModelError ``model-unknown``, naming what there is."""
    try:
        return CATALOGUE[name]
    except KeyError as error:
        known = ", ".join(sorted(CATALOGUE))
        raise ModelError(f"unknown model {name!r}; there are: {known}", code="model-unknown") from error


def pull(
    name: str,
    into: Path,
    *,
    progress: Progress | None = None,
    base_url: str | None = None,
    source: Path | None = None,
) -> Installed:
    """Bring the model `name` of the catalogue into the directory `into`; `base_url` replaces the publisher's host.

    The rest, and what it raises, as `install`; besides, ModelError ``model-unknown``.
    """
    offer = offered(name)
    return install(offer if base_url is None else replace(offer, host=base_url), into, progress=progress, source=source)


def install(offer: Offer, into: Path, *, progress: Progress | None = None, source: Path | None = None) -> Installed:
    """Bring the model that is offered into the directory `into` and return it; a whole one that is there is left alone.

    `source` is a folder that holds the files (or, for a recognizer, the unpacked model): nothing is downloaded then.

    Raises:
        ModelError: the host cannot be reached (``model-offline``), or what came is not what it should be. What was
            downloaded stays in ``NAME.parts`` and is continued by the next try; nothing wrong is ever installed.
    """
    place = into / offer.name
    try:
        into.mkdir(parents=True, exist_ok=True)
        with _alone(into):
            there = _installed(place)
            if there is None:
                _install(offer, into, progress, source)
                there = _installed(place)
    except OSError as error:
        raise ModelError(f"{offer.name!r} cannot be installed in {str(into)!r}: {error.strerror or error}") from error
    assert there is not None
    return there


def _install(offer: Offer, into: Path, progress: Progress | None, source: Path | None) -> None:
    for stale in into.glob(f".{offer.name}.*"):
        shutil.rmtree(stale)
    pins = _pins(into)
    parts = into / f"{offer.name}.parts"
    if source is None:
        parts.mkdir(exist_ok=True)
        try:
            _download(offer, parts, progress, pins)
        except ModelError as error:
            raise _with_remedy(error, offer) from error.__cause__
        finally:
            with suppress(OSError):
                parts.rmdir()  # only when nothing came
    folder = parts if source is None else source
    staging = Path(tempfile.mkdtemp(prefix=f".{offer.name}.", dir=into))
    try:
        _lay_out(offer, folder, staging, pins)
        _record(offer, staging)
        archives = ((file.path, folder / file.name) for file in offer.files)
        _write_json(
            into / PINS, {**pins, **{path: digest(file, "sha256") for path, file in archives if file.is_file()}}
        )
        _bury(into / offer.name)
        staging.chmod(0o755)
        staging.rename(into / offer.name)
        _sync(into)
    except ModelError:
        if source is None:
            # What was downloaded is of no use: the next try must not find it again.
            shutil.rmtree(parts, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    shutil.rmtree(parts, ignore_errors=True)


def _with_remedy(error: ModelError, offer: Offer) -> ModelError:
    """Return `error` with what to do where there is no connection."""
    if error.code != "model-offline":
        return error
    urls = " ".join(f"{offer.host}/{file.path}" for file in offer.files)
    advice = f"on a machine with internet download {urls}, copy it here, and run: hearth models pull {offer.name}"
    return ModelError(f"models cannot be downloaded: {error}; {advice} --from FOLDER", code=error.code)


@contextmanager
def _alone(into: Path) -> Generator[None]:
    """Keep another process from changing the same directory meanwhile."""
    with (into / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ModelError(f"the models in {str(into)!r} are being changed by another command") from error
        yield


def installed(into: Path) -> list[Installed]:
    """Return the models in the directory `into`, by name; empty when there is no such directory."""
    if not into.is_dir():
        return []
    found = (_installed(folder) for folder in sorted(into.iterdir()) if folder.is_dir())
    return [model for model in found if model is not None]


def best(models: Sequence[Installed], kind: Kind, language: str) -> Installed | None:
    """Return the model of `kind` for `language` (``en``), the biggest where there are several; None without one."""
    fitting = [model for model in models if model.kind is kind and model.language in (language[:2], ANY)]
    return max(fitting, key=lambda model: model.size, default=None)


def remove(name: str, into: Path) -> bool:
    """Remove the model `name` and what was downloaded of it; return whether there was anything."""
    offered(name)
    if not into.is_dir():
        return False
    with _alone(into):
        return any([_bury(into / name), _bury(into / f"{name}.parts")])


def _bury(folder: Path) -> bool:
    """Remove `folder`, renamed first: a model is never there in half. Return whether it was there."""
    if not folder.is_dir():
        return False
    grave = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    folder.rename(grave / "removed")
    shutil.rmtree(grave)
    return True


def verify(model: Installed) -> None:
    """Check every file of `model` against its record. Raises ModelError ``model-broken``, naming one that differs."""
    verify_folder(model.path.parent if model.kind is Kind.SYNTHESIZER else model.path)


def verify_folder(folder: Path) -> None:
    """Check a model that was pulled into `folder`, before an engine reads it; a folder of one's own passes.

    It reads everything: 0.2 s for 70 MB on a desktop, a second on a Raspberry Pi.

    Raises:
        ModelError: a file is missing or differs (``model-broken``); the message names it.
    """
    record = _read_json(folder / RECORD)
    files = cast("dict[str, dict[str, object]]", record.get("files", {}))
    for path, known in files.items():
        file = folder / path
        same = (
            file.is_file()
            and file.stat().st_size == known.get("size")
            and digest(file, "sha256") == known.get("sha256")
        )
        if not same:
            name = record.get("name", folder.name)
            raise ModelError(f"{str(file)!r} is damaged; run: hearth models remove {name}, then pull it again")


def _installed(folder: Path) -> Installed | None:
    """Read a model's record; None when it is none, or when a file of it is missing or has another size."""
    record = _read_json(folder / RECORD)
    match record:
        case {
            "name": str(name),
            "kind": str(kind),
            "language": str(language),
            "licence": str(licence),
            "files": dict(),
        }:
            files = cast("dict[str, dict[str, object]]", record["files"])
        case _:
            return None
    if name != folder.name or kind not in list(Kind):
        return None
    size = 0
    for path, known in files.items():
        file = folder / path
        if not file.is_file() or file.stat().st_size != known.get("size"):
            return None
        size += file.stat().st_size
    voices = [folder / path for path in files if path.endswith(".onnx")]
    place = folder if kind != Kind.SYNTHESIZER else voices[0] if voices else None
    return None if place is None else Installed(name, Kind(kind), language, licence, place, size)


def _download(offer: Offer, parts: Path, progress: Progress | None, pins: Mapping[str, str]) -> None:
    """Bring the files of `offer` into `parts`, each complete and verified."""
    index: Mapping[str, Remote] | None = None
    for file in offer.files:
        if (parts / file.name).is_file():
            continue
        if file.sha256 is None and file.md5 is None and file.git_blob is None:
            index = _index(offer, parts) if index is None else index
            file = index[file.path]
        part = parts / f"{file.name}.part"
        fetch(f"{offer.host}/{file.path}", part, size=file.size, progress=progress, name=file.name)
        try:
            _check(part, file, pins)
        except ModelError:
            part.unlink()
            raise
        part.rename(parts / file.name)


def _index(offer: Offer, parts: Path) -> Mapping[str, Remote]:
    """Return the publisher's own sizes and hashes by path, at least those of the files of `offer`."""
    part = parts / "index.part"
    part.unlink(missing_ok=True)
    url = f"{offer.host}/{offer.index}"
    fetch(url, part, size=None, name=offer.index, limit=INDEX_BYTES_MAX)
    try:
        rows = _voices(cast("object", json.loads(part.read_bytes())))
    except ValueError as error:
        raise ModelError(f"the list of models at {url} cannot be read") from error
    finally:
        part.unlink()
    missing = [file.path for file in offer.files if file.path not in rows]
    if missing:
        raise ModelError(f"the list of models at {url} does not hold {missing[0]!r}")
    return rows


def _voices(listed: object) -> Mapping[str, Remote]:
    """Read piper's ``voices.json``: voice -> files -> path -> ``size_bytes``, ``md5_digest``."""
    rows: dict[str, Remote] = {}
    for voice in (cast("dict[str, object]", listed) if isinstance(listed, dict) else {}).values():
        files = cast("dict[str, object]", voice).get("files") if isinstance(voice, dict) else None
        for path, row in (cast("dict[str, object]", files) if isinstance(files, dict) else {}).items():
            match row:
                case {"size_bytes": int(size), "md5_digest": str(md5)} if size > 0:
                    rows[path] = Remote(path, size, md5)
                case _:
                    continue
    return rows


def _check(path: Path, file: Remote, pins: Mapping[str, str]) -> None:
    """Compare `path` with all that is known about it."""
    if file.size is not None and path.stat().st_size != file.size:
        raise ModelError(f"{file.name!r} has {path.stat().st_size} bytes instead of {file.size}; pull it again")
    expected = {"md5": file.md5, "sha256": file.sha256 or pins.get(file.path), GIT_BLOB: file.git_blob}
    for kind, value in expected.items():
        if value is not None and digest(path, kind) != value:
            raise ModelError(f"{file.name!r} is not the file it should be ({kind} differs); pull it again")


def _lay_out(offer: Offer, archives: Path, staging: Path, pins: Mapping[str, str]) -> None:
    """Put the model's files into `staging`, from verified archives or from a folder of a person's own."""
    if not archives.is_dir():
        raise ModelError(f"there is no folder {str(archives)!r}", code="model-missing")
    for file in offer.files:
        archive = archives / file.name
        folders = (archives / file.name.removesuffix(".zip"), archives / offer.name)
        unpacked = next((folder for folder in folders if folder.is_dir()), None)
        if archive.is_file():
            _check(archive, file, pins)
            if file.name.endswith(".zip"):
                unzip(archive, staging)
            else:
                shutil.copyfile(archive, staging / file.name)
        elif file.name.endswith(".zip") and unpacked is not None:
            # By hand, or in another house: there is no hash for this; the engine checks its shape when it loads it.
            shutil.copytree(unpacked, staging, dirs_exist_ok=True)
        elif file.name != "MODEL_CARD":
            raise ModelError(f"{str(archives)!r} does not hold {file.name!r}", code="model-missing")


def _record(offer: Offer, staging: Path) -> None:
    """Write what `staging` holds, with everything on the disk before the folder gets its name."""
    files: dict[str, dict[str, object]] = {}
    for file in sorted(path for path in staging.rglob("*") if path.is_file() and path.name != RECORD):
        _sync(file)
        files[file.relative_to(staging).as_posix()] = {"size": file.stat().st_size, "sha256": digest(file, "sha256")}
    record = {
        "name": offer.name,
        "kind": offer.kind,
        "language": offer.language,
        "licence": offer.licence,
        "files": files,
    }
    _write_json(staging / RECORD, record)


def _pins(into: Path) -> Mapping[str, str]:
    pins = _read_json(into / PINS)
    return {name: value for name, value in pins.items() if isinstance(value, str)}


def _read_json(path: Path) -> dict[str, object]:
    try:
        content = cast("object", json.loads(path.read_bytes()))
    except (OSError, ValueError):
        return {}
    return cast("dict[str, object]", content) if isinstance(content, dict) else {}


def _write_json(path: Path, content: Mapping[str, object]) -> None:
    part = path.with_name(f".{path.name}.part")
    part.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    _sync(part)
    part.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
