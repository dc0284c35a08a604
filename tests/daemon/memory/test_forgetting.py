"""Forgetting over a real file: what was forgotten is in no byte of it, and nothing else is lost."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.memory import Memory, Note, Selection, forgetting
from skills.model import PersonId
from tests.daemon.memory.house import ANNA, BEN, memory_in, said
from tests.doubles import START, ManualClock

MARKERS = 100


def marked(number: int, person: PersonId | None = None) -> Note:
    """Return a note with a word that stands nowhere else, in the text and in the fact that comes of it."""
    return Note(
        f"My favourite plant is the zyxmark{number:03}q",
        START - timedelta(days=number),
        f"speaker{number}",
        person,
        "me" if person else "household",
        conversation=f"talk{number // 10}",
    )


def bytes_in(folder: Path) -> Iterator[bytes]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.read_bytes()


def markers_in(folder: Path) -> int:
    files = list(bytes_in(folder))
    return sum(any(f"zyxmark{number:03}".encode() in file for file in files) for number in range(MARKERS))


async def filled(memory: Memory) -> None:
    for number in range(MARKERS):
        await memory.take_in(marked(number, ANNA if number % 2 else None))
    await memory.import_batch([said(f"The cellar shelf number {number} holds jam") for number in range(300)])


async def test_of_a_hundred_that_were_forgotten_no_byte_is_left(tmp_path: Path):
    async with memory_in(tmp_path) as memory:
        await filled(memory)
        await memory.settle()
        assert markers_in(tmp_path) == MARKERS
        gone = await memory.forget(Selection(topic="favourite plant"), person=ANNA)
        assert gone.memories == MARKERS
        assert markers_in(tmp_path) == 0
        assert len(await memory.listed(person=ANNA, most=1000)) == 300
        assert await memory.search("which shelf holds the jam in the cellar")
    assert markers_in(tmp_path) == 0


@pytest.mark.parametrize(
    ("selection", "left"),
    [
        (Selection(), 5),
        (Selection(everything=True), 0),
        (Selection(topic="boiler"), 4),
        (Selection(topic="the"), 5),
        (Selection(speaker="Ben"), 3),
        (Selection(since=START - timedelta(days=15)), 3),
        (Selection(since=START - timedelta(days=35), until=START - timedelta(days=15)), 3),
        (Selection(topic="boiler", until=START - timedelta(days=100)), 5),
    ],
    ids=["nothing", "everything", "topic", "filler words", "person", "since", "span", "both"],
)
async def test_what_is_forgotten_is_what_was_chosen(tmp_path: Path, selection: Selection, left: int):
    texts = ["the boiler broke", "my car is red", "I live in Graz", "we ate soup", "the door is stuck"]
    async with memory_in(tmp_path) as memory:
        for place, text in enumerate(texts):
            await memory.take_in(replace(said(text, days_ago=10 * place), speaker=("Anna", "Ben")[place % 2]))
        await memory.forget(selection)
        assert len(await memory.listed()) == left


async def test_what_came_of_it_goes_with_it(tmp_path: Path):
    async with memory_in(tmp_path) as memory:
        told = await memory.take_in(said("I'm allergic to peanuts", ANNA))
        assert told.id is not None
        gone = await memory.forget(Selection([told.id]), person=ANNA)
        assert (gone.memories, gone.facts) == (1, 1)
        assert await memory.facts(person=ANNA) == []
        assert await memory.search("peanuts", person=ANNA, everything=True) == []


async def test_a_file_that_is_to_be_written_anew_is_known_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(forgetting, "AT_ONCE_BYTES", 0)
    async with memory_in(tmp_path) as memory:
        await filled(memory)
        await memory.forget(Selection(topic="favourite plant"), person=ANNA)
    async with memory_in(tmp_path) as memory:
        assert memory.owes_scrub
        await memory.scrub()
        assert markers_in(tmp_path) == 0
    async with memory_in(tmp_path) as memory:
        assert not memory.owes_scrub


async def test_everything_is_all_of_ones_own(tmp_path: Path):
    async with memory_in(tmp_path) as memory:
        await memory.take_in(said("I'm allergic to peanuts", ANNA))
        await memory.take_in(said("The boiler broke"))
        gone = await memory.forget(Selection(everything=True), person=ANNA)
        assert (gone.memories, gone.facts) == (1, 1)
        assert [hit.text for hit in await memory.search("boiler broke", person=ANNA)] == ["The boiler broke"]


async def test_nobody_forgets_what_is_somebody_elses(tmp_path: Path):
    async with memory_in(tmp_path) as memory:
        await memory.take_in(said("I'm allergic to peanuts", ANNA))
        for other in (BEN, None):
            gone = await memory.forget(Selection(everything=True), person=other)
            assert (gone.memories, gone.facts) == (0, 0)
        assert await memory.facts(person=ANNA)


async def test_what_has_expired_is_swept_away(tmp_path: Path):
    clock = ManualClock()
    async with memory_in(tmp_path, clock=clock) as memory:
        await memory.add(replace(said("The zyxmark000 code is 17"), expires_at=START + timedelta(hours=1)))
        await clock.advance(timedelta(hours=2))
        assert (await memory.sweep()).memories == 1
        assert memory.owes_scrub
        await memory.scrub()
        assert markers_in(tmp_path) == 0


def test_what_was_exported_can_be_imported_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    ran(capsys, "memory", "add", "My favourite tea is rooibos", "--person", "anna", "--state", one)
    lines = ran(capsys, "memory", "export", "--person", "anna", "--state", one)
    file = tmp_path / "export.jsonl"
    file.write_text("".join(line + "\n" for line in lines if json.loads(line)["what"] == "memory"), "utf-8")
    assert ran(capsys, "memory", "import", str(file), "--state", two) == ["1 kept"]
    (hit,) = ran(capsys, "memory", "search", "favourite tea", "--person", "anna", "--json", "--state", two)
    assert json.loads(hit)["hits"][0]["text"] == "My favourite tea is rooibos"


def test_a_person_sees_corrects_and_forgets_at_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    anna = ["--person", "anna", "--state", str(tmp_path)]
    assert ran(capsys, "memory", "add", "My car is a Volvo", *anna)[1:] == ["  anna: car: Volvo"]
    assert "Volvo" in " ".join(ran(capsys, "memory", "list", *anna))
    assert "Volvo" in " ".join(ran(capsys, "memory", "list", "--facts", *anna))
    assert ran(capsys, "memory", "list", "--json", "--state", str(tmp_path)) == ["[]"]
    assert ran(capsys, "memory", "correct", "f1", "Skoda", *anna) == ["anna: car: Skoda"]
    assert json.loads(ran(capsys, "memory", "show", "f2", *anna)[0])["assurance"] == "confirmed"
    assert json.loads(ran(capsys, "memory", "show", "1", *anna)[0])["text"] == "My car is a Volvo"
    assert ran(capsys, "memory", "forget", "--topic", "car", *anna) == ["forgotten: 1 memories, 2 facts"]
    assert ran(capsys, "memory", "search", "car", *anna) == ["nothing is known of that"]


@pytest.mark.parametrize(
    "wrong",
    [
        ["show", "12"],
        ["show", "fx"],
        ["correct", "1", "x"],
        ["correct", "f9", "x"],
        ["forget"],
        ["forget", "--since", "whenever"],
        ["add", " "],
        ["import", "/no/such/file"],
    ],
)
def test_wrong_use_is_one_line_and_a_code(tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: list[str]):
    assert main(["memory", *wrong, "--state", str(tmp_path)]) == 64
    assert len(capsys.readouterr().err.splitlines()) == 1


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main([*arguments]) == 0
    return capsys.readouterr().out.splitlines()
