"""Finding over a real database: by words, by meaning, by who and when, and never what is somebody else's."""

import json
import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from daemon.memory import Memory, Note, RememberingError
from daemon.memory.batch import import_lines, search_lines
from skills.model import PersonId
from tests.daemon.memory.house import ANNA, BEN, memory_in, said
from tests.doubles import START, ManualClock

HOUSE = [
    "The boiler was serviced by Mr Novak and got a new valve",
    "The wifi password is on the back of the router",
    "Grandma arrives on Saturday with the late train",
    "The spare keys are in the blue tin in the hallway",
    "We painted the nursery in a pale green",
    "The dishwasher leaks when the filter is full",
    "The neighbours feed the cat while we are away",
    "Swimming lessons begin in September",
]


async def texts(memory: Memory, question: str, person: PersonId | None = None) -> list[str]:
    return [hit.text for hit in await memory.search(question, person=person)]


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("Who serviced the boiler?", 0),
        ("where are the spare keys", 3),
        ("what colour did we paint the nursery?", 4),
        ("why is the dishwasher leaking?", 5),
        ("when do the swimming lessons begin", 7),
    ],
)
async def test_a_question_finds_what_was_said_first(tmp_path: Path, question: str, place: int):
    async with memory_in(tmp_path) as memory:
        await memory.import_batch([said(text) for text in HOUSE])
        assert (await texts(memory, question))[0] == HOUSE[place]


@pytest.mark.parametrize(
    "question",
    [
        "What size shoes does Ben wear?",
        "who borrowed the ladder",
        "how much did the sofa cost?",
        "",
        "?!",
        "the of and",
    ],
)
async def test_what_nobody_said_is_not_known(tmp_path: Path, question: str):
    async with memory_in(tmp_path) as memory:
        await memory.import_batch([said(text) for text in HOUSE])
        assert await texts(memory, question) == []


async def test_what_is_found_by_meaning_needs_no_word_in_common(tmp_path: Path):
    async with memory_in(tmp_path) as memory:
        await memory.import_batch([said(text) for text in [*HOUSE, "I'm doing yoga and kickboxing now"]])
        hits = await memory.search("Which exercises, workouts and sports?", everything=True)
        assert hits[0].text == "I'm doing yoga and kickboxing now"


async def test_the_answer_to_a_question_is_found_by_the_words_of_the_question(tmp_path: Path):
    talk = ["What did you name the new puppy?", "Biscuit, after the tin he stole from.", "That is lovely!"]
    notes = [
        replace(said(text), conversation="kitchen", at=START + timedelta(seconds=30 * place))
        for place, text in enumerate(talk)
    ]
    async with memory_in(tmp_path) as memory:
        await memory.import_batch([*(said(text) for text in HOUSE), *notes])
        assert talk[1] in (await texts(memory, "what is the name of the puppy?"))[:2]


async def test_a_time_in_the_question_brings_what_was_said_then(tmp_path: Path):
    async with memory_in(tmp_path) as memory:
        for days_ago in (400, 200, 45, 20, 3):
            await memory.add(said(f"We talked about the garden, {days_ago} days ago", days_ago=days_ago))
        assert "20 days" in (await texts(memory, "what did we say about the garden three weeks ago?"))[0]
        assert "45 days" in (await texts(memory, "what did we say about the garden in january?"))[0]


async def test_nothing_that_was_said_after_the_time_of_the_question_is_found(tmp_path: Path):
    async with memory_in(tmp_path) as memory:
        await memory.import_batch([said("The boiler is broken", days_ago=10), said("The boiler is mended", days_ago=2)])
        hits = await memory.search("how is the boiler", at=START - timedelta(days=5))
        assert [hit.text for hit in hits] == ["The boiler is broken"]


async def test_what_has_expired_is_not_found(tmp_path: Path):
    clock = ManualClock()
    async with memory_in(tmp_path, clock=clock) as memory:
        await memory.add(replace(said("The parking code is 4711"), expires_at=START + timedelta(hours=1)))
        assert await texts(memory, "what is the parking code")
        await clock.advance(timedelta(hours=2))
        assert await texts(memory, "what is the parking code") == []


async def test_of_two_notes_with_one_ref_the_first_is_kept(tmp_path: Path):
    first, second = (replace(said(text), ref="chat/1") for text in ("the first words", "the second words"))
    async with memory_in(tmp_path) as memory:
        assert await memory.import_batch([first, second]) == [1, None]
        assert await memory.add(second) is None


@pytest.mark.parametrize(
    ("note", "code"),
    [
        (said("  "), "memory-empty"),
        (said("a" * 10_001), "memory-too-long"),
        (Note("naive", datetime(2026, 1, 1)), "memory-time"),
    ],
)
async def test_what_is_unfit_is_refused_by_name(tmp_path: Path, note: Note, code: str):
    async with memory_in(tmp_path) as memory:
        with pytest.raises(RememberingError) as caught:
            await memory.add(note)
        assert caught.value.code == code


async def test_a_thousand_probes_find_nothing_of_anybody_else(tmp_path: Path):
    """Every word of every private note, asked for by everybody else, guests too."""
    random.seed(7)
    people = [PersonId(f"person{number}") for number in range(5)]
    notes = [said(f"my secret{number} is the {random.choice(HOUSE)}", people[number % 5]) for number in range(100)]
    async with memory_in(tmp_path) as memory:
        await memory.import_batch([*notes, *(said(text) for text in HOUSE)])
        probes = [(note, who) for note in notes for who in (*people, None) if who != note.person] * 2
        for note, who in probes[:1000]:
            found = await memory.search(note.text, person=who, k=50, everything=True)
            assert {hit.person for hit in found} <= {who, None}
        assert all([(await memory.search(note.text, person=note.person))[0].text == note.text for note in notes])


async def test_another_program_that_adds_is_noticed(tmp_path: Path):
    async with memory_in(tmp_path) as first, memory_in(tmp_path) as second:
        await first.add(said("The boiler was serviced"))
        assert await texts(second, "boiler serviced")
        await first.add(said("The piano was tuned"))
        assert (await texts(second, "piano tuned"))[0] == "The piano was tuned"


async def test_what_is_written_is_there_after_a_restart(tmp_path: Path):
    async with memory_in(tmp_path) as memory:
        await memory.import_batch([said(text) for text in HOUSE])
    async with memory_in(tmp_path) as memory:
        await memory.add(said("The piano was tuned"))
        assert await texts(memory, "who serviced the boiler")
        assert [kept.note.text for kept in await memory.listed(most=1)] == ["The piano was tuned"]


async def test_lines_go_in_and_answers_come_out(tmp_path: Path):
    lines = [
        json.dumps({"ref": "a", "text": "Anna likes peppermint tea", "at": "2026-02-01T10:00:00+01:00"}),
        "",
        json.dumps({"ref": "b", "text": "My salary is secret", "at": "2026-02-01T10:01:00", "person": "anna"}),
        json.dumps({"ref": "a", "text": "again", "at": "2026-02-01T10:00:00+01:00"}),
    ]
    asked = [{"id": 1, "query": "what tea does Anna like", "x": 1}, {"id": 2, "query": "salary"}, {"id": 3}]
    asked.append({"id": 4, "query": "my salary", "person": "anna", "k": 1, "at": "2026-03-01T00:00:00Z"})
    out = StringIO()
    async with memory_in(tmp_path) as memory:
        assert await import_lines(memory, lines) == (2, 1)
        questions = [*map(json.dumps, asked), "{", "[" * 100_000]
        await search_lines(memory, questions, out, person=None, k=5)
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [[hit["ref"] for hit in answer["hits"]] for answer in answers] == [["a"], [], [], ["b"], [], []]
    assert answers[0]["hits"][0]["at"] == "2026-02-01T09:00:00+00:00"
    assert all(answer["ms"] >= 0 for answer in answers)


@pytest.mark.parametrize("line", ["no json", '{"text": "x"}', '{"at": "2026-02-01T10:00:00Z"}', '{"text": 1, "at": 2}'])
async def test_a_line_that_is_no_note_is_named(tmp_path: Path, line: str):
    async with memory_in(tmp_path) as memory:
        with pytest.raises(RememberingError, match="line 2"):
            await import_lines(memory, ['{"text": "x", "at": "2026-02-01T10:00:00Z"}', line])


async def test_rubbish_is_kept_or_answered_with_nothing_and_never_ends_it(tmp_path: Path):
    out, at = StringIO(), "2026-02-01T10:00:00Z"
    rubbish = ["\ud800 half a sign", "\x00", "💡" * 999, "'; DROP TABLE memory; --", '" OR NEAR(', "a" * 9_000]
    lines = [
        json.dumps({"text": text, "at": at, "ref": text, "person": text[:9], "conversation": text, "speaker": text})
        for text in rubbish
    ]
    asked = [json.dumps({"query": text, "person": text[:9], "at": "0001-01-01T00:00:00Z"}) for text in rubbish]
    async with memory_in(tmp_path) as memory:
        assert await import_lines(memory, lines) == (len(rubbish), 0)
        await search_lines(memory, asked, out, person=None, k=5)
        for text in rubbish:
            await memory.answer(text, person=PersonId(text[:9]))
            await memory.take_in(said(text, PersonId(text[:9])))
    assert len(out.getvalue().splitlines()) == len(rubbish)


async def test_no_text_stands_in_the_file_twice(tmp_path: Path):
    async with memory_in(tmp_path) as memory:
        await memory.add(said("Quetzalcoatl lives in Teotihuacan", at=datetime(2026, 1, 1, tzinfo=UTC)))
        await memory.settle()
    with closing(sqlite3.connect(tmp_path / "hearth.db")) as connection:
        connection.execute("VACUUM")
    data = (tmp_path / "hearth.db").read_bytes()
    assert data.count(b"Quetzalcoatl") == 1


async def test_one_person_asks_for_their_own(tmp_path: Path):
    async with memory_in(tmp_path) as memory:
        await memory.import_batch([said("I love green tea", ANNA), said("I love black tea", BEN)])
        for written in (ANNA, PersonId("Anna")):
            assert await texts(memory, "what tea do I love?", written) == ["I love green tea"]


async def test_what_was_told_a_moment_ago_is_found_by_its_meaning(tmp_path: Path):
    async with memory_in(tmp_path) as memory:
        for text in ("The kitten sleeps on the sofa", "The bill was paid", "We painted the fence"):
            await memory.add(said(text))
            assert await memory.lacking() == 1
            assert (await memory.search("cat", everything=True))[0].text == "The kitten sleeps on the sofa"
            assert await memory.lacking() == 0


TELLING = """
import asyncio, sys
from datetime import timedelta
from pathlib import Path
from tests.daemon.memory.house import ANNA, memory_in, said
from daemon.memory import Selection

async def live(folder):
    async with memory_in(folder) as memory:
        told = await memory.take_in(said("My favourite tea is rooibos", ANNA))
        await memory.import_batch([said(f"turn on lamp {number}", ANNA) for number in range(30)])
        assert await memory.answer("what is my favourite tea?", person=ANNA)
        await memory.correct(told.learned[0].fact.id, "mate", person=ANNA)
        await memory.forget(Selection(topic="tea"), person=ANNA)
        await memory.merge(before=said("x").at)
        await memory.sweep()

asyncio.run(live(Path(sys.argv[1])))
print("numpy" in sys.modules)
"""


def test_a_house_that_asks_nothing_loads_nothing_to_find_with(tmp_path: Path):
    root = Path(__file__).parents[3]
    command = [sys.executable, "-c", TELLING, tmp_path]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=root, timeout=50)
    assert (done.stdout.strip(), done.stderr) == ("False", "")
