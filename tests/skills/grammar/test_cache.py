"""Compiled sentences on the disk: as good as fresh ones, or not used."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from devices.home import Home
from skills.grammar import is_kept, load
from skills.grammar.automaton import Automaton
from skills.grammar.cache import MOST_FILES, Cache
from skills.grammar.compiled import packed, unpacked
from skills.grammar.documents import merge
from skills.grammar.engine import Engine
from skills.grammar.manners import Manners
from skills.grammar.model import Context
from skills.grammar.templates import compile_book
from tests.skills.grammar.small import saying

TEXTS = (
    "turn on the kitchen lights",
    "set the bedroom blind to 30 percent",
    "is the front door locked",
    "what is the warm white for",
    "set a timer for ten minutes called eggs",
    "turn the desk lamp red",
)


def test_kept_sentences_mean_what_fresh_ones_do(tmp_path: Path, home: Home):
    fresh, made, kept = load("en"), load("en", cache=tmp_path), load("en", cache=tmp_path)
    for text in TEXTS:
        meant = fresh.understand(text, home, Context())
        assert made.understand(text, home, Context()) == meant
        assert kept.understand(text, home, Context()) == meant


def test_what_is_kept_is_found_by_whatever_sequence_holds_the_documents(tmp_path: Path):
    """What was shipped was never found: one side made a tuple of them, the other a list."""
    document = saying("make it dark")
    load("en", (document,), cache=tmp_path)
    assert is_kept("en", [document], tmp_path)
    assert not is_kept("en", [], tmp_path)


def test_lists_rules_and_conditions_survive_being_packed(home: Home):
    document = saying(
        "make <what> {shade}",
        lists={"shade": {"values": [{"in": "(dark|deep) red", "out": [1, 2], "metadata": {"a": 1}}, "blue"]}},
        expansion_rules={"what": "[the] {name}"},
    )
    book = merge("en", [document])
    raw = packed(book, Automaton(compile_book(book)))
    again, automaton = unpacked(raw)
    match = Engine(again, automaton, Manners()).understand("make the desk lamp deep red", home, Context()).matches[0]
    assert match.slots["shade"] == [1, 2]
    assert again.rules == book.rules
    assert packed(again, automaton) == raw


def test_what_was_shipped_is_read_and_never_written(tmp_path: Path):
    """Somebody waited at every first start although the sentences came compiled."""
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    Cache(shipped).put(b"sentences", [1])
    shipped.chmod(0o500)
    cache = Cache(own, shipped)
    assert (cache.get(b"sentences"), cache.get(b"others")) == ([1], None)
    cache.put(b"others", [2])
    assert (cache.get(b"others"), len(list(shipped.iterdir()))) == ([2], 1)
    shipped.chmod(0o700)


def test_another_sentence_is_another_file(tmp_path: Path, home: Home):
    assert not load("en", cache=tmp_path).understand("blorp", home, Context()).matches
    assert load("en", [saying("blorp")], cache=tmp_path).understand("blorp", home, Context()).matches


def _become_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


SPOILING: dict[str, Callable[[Path], object]] = {
    "cut": lambda file: file.write_bytes(file.read_bytes()[:-7]),
    "empty": lambda file: file.write_bytes(b""),
    "noise": lambda file: file.write_bytes(b"x" * 5_000),
    "one byte": lambda file: file.write_bytes(file.read_bytes()[:40] + b"\xff" + file.read_bytes()[41:]),
    "open to all": lambda file: file.chmod(0o666),
    "a folder": _become_a_folder,
}


@pytest.mark.parametrize("spoil", SPOILING.values(), ids=SPOILING)
def test_a_spoilt_file_is_not_used(tmp_path: Path, spoil: Callable[[Path], object]):
    cache = Cache(tmp_path)
    cache.put(b"source", {"on": (1, 2)})
    assert cache.get(b"source") == {"on": (1, 2)}
    [file] = tmp_path.iterdir()
    spoil(file)
    assert cache.get(b"source") is None


def test_a_file_is_for_its_owner_alone_and_leaves_nothing_beside_it(tmp_path: Path):
    folder = tmp_path / "cache"
    Cache(folder).put(b"source", ("on",))
    [file] = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


def test_what_cannot_be_kept_is_no_mishap(tmp_path: Path):
    cache = Cache(tmp_path)
    cache.put(b"source", object())
    assert cache.get(b"source") is None
    (tmp_path / "file").write_text("")
    Cache(tmp_path / "file" / "folder").put(b"source", 1)


def test_old_files_make_room(tmp_path: Path):
    cache = Cache(tmp_path)
    last = MOST_FILES + 2
    for number in range(last + 1):
        cache.put(b"%d" % number, number)
        for age, file in enumerate(sorted(tmp_path.iterdir(), key=lambda file: file.stat().st_mtime)):
            os.utime(file, (age, age))
    assert len(list(tmp_path.iterdir())) == MOST_FILES
    assert cache.get(b"%d" % last) == last


def test_a_warm_start_needs_no_parser(tmp_path: Path):
    load("en", cache=tmp_path)
    code = f"""
import sys
from collections.abc import Callable
from pathlib import Path
from devices.home import Home
from skills.grammar import is_kept, load
from skills.grammar.model import Context
load("en", cache=Path({str(tmp_path)!r})).understand("turn on the lights", Home(), Context())
print(sorted({{"hassil", "yaml", "home_assistant_intents"}} & sys.modules.keys()))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == "[]"
