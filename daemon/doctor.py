"""Examines each part of an installation: fine, degraded or missing, and what to do. Works with and without a daemon."""

import os
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from daemon.client import ClientError, UnreachableError, ask
from daemon.config import Config, ConfigError, default_path, load
from daemon.errors import DaemonError
from daemon.listening import models_folder
from daemon.reasoner.errors import ForeignError
from daemon.store.file import revision_of
from daemon.store.migrations import MIGRATIONS
from daemon.strangers import refuse_strangers
from daemon.supervise import Condition, Health
from skills.language import tongues
from voice.models import installed

OLDEST = (3, 11)
LEAST_FREE_BYTES = 256 << 20


def examine(config_path: Path | None, state: Path) -> Sequence[Health]:
    """Return a row for each part, what the running daemon says of itself included."""
    rows = [_python(), _names(), _state(state), _database(state)]
    try:
        config = load(config_path or default_path(os.environ))
    except ConfigError as error:
        return [*rows, Health("configuration", Condition.DEGRADED, str(error), "correct it, then: hearth check")]
    rows.append(Health("configuration", Condition.FINE, str(config_path or default_path(os.environ) or "defaults")))
    rows += [_models(config, state), _speaker(config), _ollama(config), _language(config)]
    return [*rows, *_daemon(state)]


def _python() -> Health:
    version = sys.version.split()[0]
    if sys.version_info < OLDEST:
        return Health("python", Condition.MISSING, version, "Hearth needs Python 3.11 or newer")
    return Health("python", Condition.FINE, version)


def _names() -> Health:
    try:
        refuse_strangers(thoroughly=True)
    except DaemonError as error:
        return Health("packages", Condition.DEGRADED, str(error), "uninstall the stranger")
    return Health("packages", Condition.FINE)


def _state(state: Path) -> Health:
    if not state.is_dir():
        return Health("state", Condition.MISSING, f"no directory {str(state)!r}", "it is made by: hearth run")
    if not os.access(state, os.W_OK):
        return Health("state", Condition.DEGRADED, f"{str(state)!r} cannot be written", "run as its owner")
    info = os.statvfs(state)
    free = info.f_bavail * info.f_frsize
    if free < LEAST_FREE_BYTES:
        return Health("state", Condition.DEGRADED, f"{free >> 20} MiB free on its disk", "make room")
    return Health("state", Condition.FINE, str(state))


def _database(state: Path) -> Health:
    path = state / "hearth.db"
    try:
        revision = revision_of(path)
        if revision is None:
            return Health("database", Condition.MISSING, f"no {path.name} yet", "it is made by: hearth run")
        if revision not in MIGRATIONS.revisions:
            return Health("database", Condition.DEGRADED, f"a newer Hearth wrote it ({revision})", "install that one")
    except DaemonError as error:
        return Health("database", Condition.DEGRADED, str(error), "hearth restore FILE, or move it away")
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        return Health("database", Condition.DEGRADED, str(error), "hearth restore FILE, or move it away")
    if verdict != "ok":
        return Health("database", Condition.DEGRADED, str(verdict), "hearth restore FILE, or move it away")
    return Health("database", Condition.FINE, f"{path.stat().st_size >> 10} KiB")


def _models(config: Config, state: Path) -> Health:
    given = config.voice.vosk_model
    if given is not None:
        if given.is_dir():
            return Health("speech models", Condition.FINE, str(given))
        return Health("speech models", Condition.MISSING, f"no directory {str(given)!r}", "correct voice.vosk_model")
    there = [model.name for model in installed(models_folder(config, state))]
    if there:
        return Health("speech models", Condition.FINE, ", ".join(there))
    remedy = "hearth models pull --suggested; until then the embedded recogniser and voice are used"
    return Health("speech models", Condition.DEGRADED, "none is installed", remedy)


def _speaker(config: Config) -> Health:
    try:
        refuse_speaker_model(config)
    except ConfigError as error:
        return Health("speaker model", Condition.MISSING, str(error), "correct it, or leave it out")
    given = config.voice.speaker_model
    return Health("speaker model", Condition.FINE, str(given) if given is not None else "none is named")


def _ollama(config: Config) -> Health:
    try:
        refuse_models(config)
    except ConfigError as error:
        return Health("reasoner", Condition.DEGRADED, str(error), "correct it, then: hearth check")
    if config.ollama.model is None:
        return Health("reasoner", Condition.MISSING, "no model is configured", "set ollama.model; lights obey without")
    return Health("reasoner", Condition.FINE, f"{config.ollama.model} at {config.ollama.url}")


def _language(config: Config) -> Health:
    if config.home.language.partition("-")[0] in tongues():
        return Health("language", Condition.FINE, config.home.language)
    said = f"{config.home.language!r} is understood, and answered in English"
    return Health("language", Condition.MISSING, said, f"set home.language to one of: {', '.join(tongues())}")


def refuse_models(config: Config) -> None:
    """Let only models pass that could be asked: the larger one behind another, and none outside the house unwished.

    Raises:
        ConfigError: one could not; the message says what to do.
    """
    from daemon.reasoner.ollama import refuse_foreign

    given = config.ollama
    if given.larger is not None and given.model is None:
        raise ConfigError(
            f"ollama.larger: {given.larger!r} is asked where ollama.model was of no help, and there is none; "
            "set ollama.model too, or leave ollama.larger out"
        )
    if given.remote:
        return
    try:
        for name in (given.model, given.larger, given.embed):
            refuse_foreign(given.url, name or "")
    except ForeignError as error:
        raise ConfigError(f"ollama.url: {error}") from error


def refuse_speaker_model(config: Config) -> None:
    """Let only a speaker model pass that is there.

    Raises:
        ConfigError: it is not.
    """
    given = config.voice.speaker_model
    if given is not None and not given.is_dir():
        raise ConfigError(
            f"voice.speaker_model: there is no directory {str(given)!r}; "
            "correct it, or leave it out and: hearth models pull speaker-ge2e"
        )


def unanswered(config: Config) -> str:
    """Return what is to be known of a language that is understood and not spoken, and what to do; empty: it is."""
    row = _language(config)
    return "" if row.condition is Condition.FINE else f"home.language: {row.detail}; {row.remedy}"


def _daemon(state: Path) -> Sequence[Health]:
    try:
        rows = cast("list[dict[str, str]]", ask(state, "health", timeout_s=5))
    except UnreachableError as error:
        return [Health("daemon", Condition.MISSING, str(error), error.remedy)]
    except ClientError as error:
        remedy = "it hangs: look at its log, end it and start it again" if error.code == "timeout" else error.remedy
        return [Health("daemon", Condition.DEGRADED, str(error), remedy)]
    told = [Health(row["part"], Condition(row["condition"]), row["detail"], row["remedy"]) for row in rows]
    return [Health("daemon", Condition.FINE), *told]
