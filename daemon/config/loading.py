"""Reads the files and the environment, the later over the earlier, into one checked configuration."""

import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError
from pydantic_settings import SettingsError

from daemon.config.errors import ConfigError
from daemon.config.explaining import explained, refuse_unknown_variables
from daemon.config.model import Config


def default_path(environment: Mapping[str, str]) -> Path | None:
    """Return the configuration file that is there: the user's own, else the system's, else none."""
    home = environment.get("XDG_CONFIG_HOME") or str(Path(environment.get("HOME", "/")) / ".config")
    candidates = (Path(home) / "hearth" / "hearth.toml", Path("/etc/hearth/hearth.toml"))
    return next((path for path in candidates if path.is_file()), None)


def load(
    path: Path | None, defaults: Mapping[str, object] | None = None, *, without: frozenset[str] = frozenset()
) -> Config:
    """Read and check the configuration; ``None`` means embedded defaults and the environment.

    ``defaults`` stand below the file, and the sections and keys (``home.areas``) ``without`` are passed over in it:
    ``--demo`` brings its own.

    Raises:
        ConfigError: a file cannot be read, is not TOML, or holds something unknown or wrong.
    """
    merged = dict(defaults or {})
    origins: dict[tuple[str, ...], str] = {}
    for file in _files(path):
        _merge(merged, _left(_read(file), without), origins, file.name, ())
    refuse_unknown_variables(os.environ)
    try:
        return Config(**cast("dict[str, Any]", merged))  # what the files hold is checked right here
    except ValidationError as error:
        raise ConfigError(explained(error, origins)) from error
    except SettingsError as error:
        raise ConfigError(f"environment: {error}; a list or table in a variable is written as JSON") from error


def _files(path: Path | None) -> Sequence[Path]:
    if path is None:
        return ()
    if not path.is_file():
        raise ConfigError(f"there is no configuration file {str(path)!r}; leave --config out to run on defaults")
    return (path, *sorted(path.with_name(path.name + ".d").glob("*.toml")))


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _left(given: Mapping[str, object], without: frozenset[str], at: str = "") -> dict[str, object]:
    left = {key: item for key, item in given.items() if at + key not in without}
    if at:
        return left
    tables = {key: cast("dict[str, object]", item) for key, item in left.items() if isinstance(item, dict)}
    return {**left, **{key: _left(table, without, f"{key}.") for key, table in tables.items()}}


def _merge(
    into: dict[str, object],
    new: Mapping[str, object],
    origins: dict[tuple[str, ...], str],
    file: str,
    at: tuple[str, ...],
) -> None:
    """Lay ``new`` over ``into``, tables merged and everything else replaced; note in which file each key stands."""
    for key, item in new.items():
        origins[(*at, key)] = file
        known = into.get(key)
        if isinstance(item, dict):
            table = dict(cast("dict[str, object]", known)) if isinstance(known, dict) else {}
            into[key] = table
            _merge(table, cast("dict[str, object]", item), origins, file, (*at, key))
        else:
            into[key] = item
