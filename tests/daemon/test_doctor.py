import sqlite3
from pathlib import Path

import pytest

from daemon.clock import SystemClock
from daemon.config import Config, ConfigError, load
from daemon.doctor import examine, refuse_models, refuse_speaker_model, unanswered
from daemon.store import Store, StoreFileError
from daemon.supervise import Condition, Health


def row(part: str, state: Path) -> Health:
    return next(row for row in examine(None, state) if row.part == part)


@pytest.mark.parametrize("content", [b"", b"no database at all", b"SQLite format 3\0" + bytes(200)])
def test_a_file_that_is_no_database_of_ours_is_degraded(tmp_path: Path, content: bytes):
    """An empty one was once called fine, and the daemon refused it."""
    (tmp_path / "hearth.db").write_bytes(content)
    assert row("database", tmp_path).condition is Condition.DEGRADED


async def test_a_database_of_ours_is_fine(tmp_path: Path):
    async with Store.open(tmp_path / "hearth.db", SystemClock()):
        assert row("database", tmp_path).condition is Condition.FINE


async def test_damage_that_was_met_is_remembered(tmp_path: Path):
    async with Store.open(tmp_path / "hearth.db", SystemClock()) as store:

        def damaged(connection: sqlite3.Connection) -> None:
            error = sqlite3.DatabaseError("database disk image is malformed")
            error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
            raise error

        assert store.problem is None
        with pytest.raises(StoreFileError):
            await store.run_bare(damaged)
        await store.run_bare(lambda _: None)
        assert store.problem is not None


def test_a_configuration_that_cannot_be_used_is_degraded(tmp_path: Path):
    rows = examine(tmp_path / "nowhere.toml", tmp_path)
    assert {row.part: row.condition for row in rows}["configuration"] is Condition.DEGRADED


def configured(folder: Path, text: str) -> Config:
    path = folder / "hearth.toml"
    path.write_text(text)
    return load(path)


@pytest.mark.parametrize(
    ("text", "place", "remedy"),
    [
        ('larger = "qwen3:14b"', "ollama.larger", "set ollama.model"),
        ('url = "https://api.openai.com"', "ollama.url", "ollama.remote = true"),
        ('model = "one"\nurl = "http://8.8.8.8:11434"', "ollama.url", "ollama.remote = true"),
        ('model = "one"\nlarger = "large:cloud"', "ollama.url", "ollama.remote = true"),
        ('embed = "nomic-embed-text"\nurl = "https://ollama.example.org"', "ollama.url", "ollama.remote = true"),
    ],
    ids=["larger alone", "outside", "an address outside", "run elsewhere", "the memory outside"],
)
def test_models_that_could_not_be_asked_are_refused(tmp_path: Path, text: str, place: str, remedy: str):
    with pytest.raises(ConfigError, match=place) as refused:
        refuse_models(configured(tmp_path, f"[ollama]\n{text}"))
    assert remedy in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        'model = "one"\nlarger = "two"',
        'model = "one"\nurl = "http://box.lan:11434"',
        'model = "one"\nurl = "https://ollama.example.org"\nremote = true',
    ],
    ids=["none", "both", "in the house", "outside, and wished for"],
)
def test_models_that_can_be_asked_pass(tmp_path: Path, text: str):
    refuse_models(configured(tmp_path, f"[ollama]\n{text}"))


def test_a_speaker_model_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(ConfigError, match="hearth models pull"):
        refuse_speaker_model(configured(tmp_path, f'[voice]\nspeaker_model = "{tmp_path}/none"'))
    refuse_speaker_model(configured(tmp_path, f'[voice]\nspeaker_model = "{tmp_path}"'))


@pytest.mark.parametrize(("language", "told"), [("fr", True), ("de-AT", False), ("en", False)])
def test_a_language_that_is_only_understood_is_told(tmp_path: Path, language: str, told: bool):
    said = unanswered(configured(tmp_path, f'[home]\nlanguage = "{language}"'))
    assert ("answered in English" in said, "set home.language" in said) == (told, told)
