"""Tests of `daemon.journal`: what is written stays, is found, and cannot be changed unnoticed."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.journal import PASSING, Entry, Journal, Kind, Wish
from daemon.journal.redaction import MASK, masked, redact
from daemon.store import Store
from devices.model import AreaId, EntityId
from skills.model import Action, Cause, CauseId, EntryId, Origin, Outcome, PersonId, Risk, TargetOutcome, Verdict
from tests.doubles import START, ManualClock

LAMP, LOCK = EntityId("light.desk"), EntityId("lock.front")
DONE = Outcome(Verdict.DONE)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def store(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "hearth.db", clock) as store:
        yield store


@pytest.fixture
def journal(store: Store, clock: ManualClock) -> Journal:
    return Journal(store, clock)


def wish(cause: str = "c1", *targets: EntityId, said: str | None = None, origin: Origin = Origin.VOICE) -> Wish:
    targets = targets or (LAMP,)
    action = Action("device.call", {"targets": list(targets), "service": "turn_on"})
    return Wish(action, Cause(CauseId(cause), origin, said=said), Risk.REVERSIBLE, "turn on Desk", targets)


async def done(journal: Journal, wished: Wish, outcome: Outcome = DONE) -> EntryId:
    entry = await journal.begin(wished, "allowed")
    await journal.end(entry, outcome)
    return entry


def kinds(entries: Sequence[Entry]) -> list[tuple[int, Kind]]:
    return [(entry.id, entry.kind) for entry in entries]


# Writing and reading


async def test_a_wish_and_its_outcome_are_two_entries(journal: Journal):
    entry = await done(journal, wish(said="turn on the desk lamp"))
    before, after = await journal.entries()
    assert (before.id, before.kind, before.verdict, before.cause.said) == (
        entry,
        Kind.WISH,
        None,
        "turn on the desk lamp",
    )
    assert (after.kind, after.ref, after.verdict, after.targets) == (Kind.OUTCOME, entry, Verdict.DONE, (LAMP,))


async def test_an_entry_keeps_its_whole_cause(journal: Journal):
    cause = Cause(CauseId("c"), Origin.MODEL, PersonId("ann"), CauseId("p"), True, AreaId("attic"), "cool it down")
    await done(journal, replace(wish(), cause=cause))
    assert [entry.cause for entry in await journal.entries()] == [cause, cause]


async def test_an_outcome_keeps_the_way_back(journal: Journal):
    back = Action("device.restore", {"states": [{"entity": LAMP, "value": "off"}]})
    await done(journal, wish(), replace(DONE, undo=back))
    assert (await journal.entries())[-1].undo == back


async def test_an_outcome_without_a_wish_is_a_mistake_of_the_caller(journal: Journal):
    with pytest.raises(LookupError):
        await journal.end(EntryId(7), DONE)


async def test_the_newest_happening_comes_first_and_can_be_asked_for_by_entity(journal: Journal):
    await done(journal, wish("c1", LAMP))
    await done(journal, wish("c2", LOCK), Outcome(Verdict.FAILED, "it is jammed"))
    assert [found.what for found in await journal.recent()] == [
        "turn on Desk: failed (it is jammed)",
        "turn on Desk: done",
    ]
    assert [found.targets for found in await journal.recent(entity=LAMP)] == [(LAMP,)]


async def test_what_is_put_back_by_itself_is_on_record_and_no_news(journal: Journal):
    """Nobody who asks why the radio plays wants to hear that it was turned down for a question."""
    await done(journal, wish("c1", LAMP))
    await done(journal, wish(f"{PASSING}c2", LAMP))

    assert len(await journal.entries()) == 4
    assert len(await journal.recent()) == len(await journal.recent(entity=LAMP)) == 1


async def test_an_entity_is_found_by_the_group_it_was_switched_with(journal: Journal):
    members = (TargetOutcome(LAMP, Verdict.DONE), TargetOutcome(LOCK, Verdict.DONE))
    await done(journal, wish("c1", EntityId("light.all")), Outcome(Verdict.DONE, targets=members))
    assert len(await journal.recent(entity=LOCK)) == 1


async def test_a_note_about_an_entity_is_found(journal: Journal):
    await journal.note(Cause(CauseId("c1"), Origin.ROUTINE), "it was not dark yet", targets=[LAMP])
    assert [found.what for found in await journal.recent(entity=LAMP)] == ["it was not dark yet"]


async def test_why_goes_from_the_outcome_back_to_what_led_to_it(journal: Journal):
    await journal.note(Cause(CauseId("door"), Origin.MQTT), "the door opened")
    caused = wish("c2")
    caused = replace(caused, cause=replace(caused.cause, parent=CauseId("door"), origin=Origin.ROUTINE))
    await done(journal, caused)
    await done(journal, wish("c3", LOCK))
    assert kinds(await journal.why(LAMP)) == [(3, Kind.OUTCOME), (2, Kind.WISH), (1, Kind.NOTE)]


async def test_a_cause_that_leads_back_to_itself_ends(journal: Journal):
    caused = wish("c1")
    await done(journal, replace(caused, cause=replace(caused.cause, parent=CauseId("c1"))))
    assert kinds(await journal.why(LAMP)) == [(2, Kind.OUTCOME), (1, Kind.WISH)]


async def test_nothing_done_has_no_why(journal: Journal):
    assert await journal.why(LAMP) == []


async def test_a_wish_cut_off_stays_open_until_it_has_an_outcome(journal: Journal):
    await done(journal, wish("c1"))
    entry = await journal.begin(wish("c2"), "allowed")
    assert kinds(await journal.open_wishes()) == [(entry, Kind.WISH)]
    await journal.end(entry, DONE)
    assert await journal.open_wishes() == []


async def test_a_follower_gets_every_entry_however_slow_it_is(journal: Journal):
    async with aclosing(journal.follow()) as entries, asyncio.timeout(20), asyncio.TaskGroup() as group:
        first = group.create_task(anext(entries))
        await asyncio.sleep(0)
        for number in range(20):
            await done(journal, wish(f"c{number}"))
        assert [(await first).id] + [(await anext(entries)).id for _ in range(39)] == list(range(1, 41))


async def test_following_can_begin_after_an_entry(journal: Journal):
    await done(journal, wish())
    async with aclosing(journal.follow(after=EntryId(1))) as entries:
        assert (await anext(entries)).id == 2


# What can be undone


async def test_the_last_cause_can_be_undone_as_a_whole_newest_first(journal: Journal):
    await done(journal, wish("c1"))
    await done(journal, wish("c2"))
    await done(journal, wish("c2", LOCK))
    assert [entry.targets for entry in await journal.undoable()] == [(LOCK,), (LAMP,)]


async def test_what_was_undone_gives_way_to_what_was_done_before(journal: Journal):
    await done(journal, wish("c1"))
    second = await done(journal, wish("c2"))
    await done(journal, replace(wish("undo"), undoes=(second,)))
    assert [entry.cause.id for entry in await journal.undoable()] == ["c1"]


async def test_an_undo_that_failed_can_be_asked_for_again(journal: Journal):
    entry = await done(journal, wish("c1"))
    await done(journal, replace(wish("undo"), undoes=(entry,)), Outcome(Verdict.FAILED))
    assert [found.ref for found in await journal.undoable()] == [entry]


@pytest.mark.parametrize(
    "left_out",
    [
        (wish(origin=Origin.ROUTINE), DONE),
        (replace(wish(), risk=Risk.READ), DONE),
        (wish(), Outcome(Verdict.FAILED)),
        (wish(), Outcome(Verdict.WAITING)),
    ],
    ids=["a routine's", "reading", "failed", "waiting"],
)
async def test_what_is_not_up_for_undo(journal: Journal, left_out: tuple[Wish, Outcome]):
    await done(journal, *left_out)
    assert await journal.undoable() == []


async def test_everything_since_a_time_can_be_undone(journal: Journal, clock: ManualClock):
    for cause in ("c1", "c2", "c3"):
        await done(journal, wish(cause))
        await clock.advance(60)
    found = await journal.undoable(since=START + timedelta(seconds=60))
    assert [entry.cause.id for entry in found] == ["c3", "c2"]


# Secrets


@pytest.mark.parametrize("name", ["code", "pin", "password", "token", "access_token", "PIN", "api_key"])
def test_a_secret_is_masked_wherever_it_stands(name: str):
    assert redact({"data": [{name: "4711", "volume": 3}]}) == {"data": [{name: MASK, "volume": 3}]}


@pytest.mark.parametrize("name", ["codec", "spin", "opinion", "barcode_reader"])
def test_what_only_sounds_like_a_secret_is_kept(name: str):
    assert redact({name: "4711"}) == {name: "4711"}


def test_a_secret_is_masked_in_the_words_as_well():
    assert masked("open it with 4711", {"data": {"code": "4711"}}) == f"open it with {MASK}"


async def test_no_secret_reaches_the_file(journal: Journal, store: Store):
    action = Action("device.call", {"targets": [LOCK], "service": "unlock", "data": {"code": "48151623"}})
    told = replace(wish(said="unlock it, the code is 48151623"), action=action, what="unlock Front with 48151623")
    back = Action("device.call", {"data": {"code": "48151623"}})
    await done(journal, told, Outcome(Verdict.DONE, undo=back))
    assert all(b"48151623" not in file.read_bytes() for file in store.path.parent.iterdir())
    assert (await journal.entries())[-1].undo is None


@settings(deadline=None, max_examples=50)
@given(st.recursive(st.text() | st.integers() | st.none(), lambda inner: st.dictionaries(st.text(), inner)))
def test_redacting_twice_changes_nothing_more(value: object):
    assert redact(redact(value)) == redact(value)


async def test_half_a_character_from_outside_does_no_harm(journal: Journal):
    await done(journal, wish(said="turn on \ud83d"), Outcome(Verdict.FAILED, "it said \udcff"))
    assert (await journal.verify()).ok


# The chain


async def filled(journal: Journal) -> None:
    for number in range(4):
        await done(journal, wish(f"c{number}", said="turn on the desk lamp"))


async def test_an_untouched_journal_is_in_order(journal: Journal):
    await filled(journal)
    found = await journal.verify()
    assert (found.ok, found.entries, found.problem) == (True, 8, None)
    assert found.head == (await journal.entries())[-1].hash


async def test_an_empty_journal_is_in_order(journal: Journal):
    assert (await journal.verify()).ok


async def test_a_journal_longer_than_a_page_is_verified_to_its_end(journal: Journal, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("daemon.journal.PAGE", 3)
    await filled(journal)
    assert (await journal.verify()).entries == 8


async def test_a_journal_can_be_verified_while_others_write(journal: Journal, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("daemon.journal.PAGE", 2)
    await filled(journal)
    async with asyncio.TaskGroup() as group:
        verified = group.create_task(journal.verify())
        group.create_task(filled(journal))
    assert verified.result().ok


UNFENCE = "DROP TRIGGER entry_not_edited; DROP TRIGGER entry_not_removed; DROP TRIGGER entry_in_order;"
LAST_TWO = "DELETE FROM entry WHERE id > 6; DELETE FROM entry_target WHERE entry > 6;"
HEAD = "UPDATE entry_head SET entry = 6, hash = (SELECT hash FROM entry WHERE id = 6);"
AGAIN = """
INSERT INTO entry SELECT 9, at, kind, cause, parent, origin, person, said, effect, risk, targets, verdict, ref, body,
    (SELECT hash FROM entry WHERE id = 8), hash FROM entry WHERE id = 7;
"""


@pytest.mark.parametrize(
    ("tamper", "problem"),
    [
        ("UPDATE entry SET said = 'open the door' WHERE id = 3", "entry 3 was edited"),
        ("UPDATE entry SET said = NULL WHERE id = 1", "entry 1 was edited"),
        ("UPDATE entry SET verdict = 'failed' WHERE id = 8", "entry 8 was edited"),
        ("UPDATE entry SET at = replace(at, '2026', '2025') WHERE id = 5", "entry 5 was edited"),
        ("UPDATE entry SET person = 'eve' WHERE id = 2", "entry 2 was edited"),
        ("UPDATE entry SET hash = upper(hash) WHERE id = 2", "entry 2 was edited"),
        ("DELETE FROM entry WHERE id = 4", "entry 4 is missing"),
        ("DELETE FROM entry WHERE id = 1", "entry 1 is missing"),
        ("DELETE FROM entry WHERE id < 5", "entry 1 is missing"),
        (LAST_TWO, "the entries after 6 are missing"),
        (LAST_TWO + HEAD, "the entries after 6 are missing"),
        (LAST_TWO + "UPDATE sqlite_sequence SET seq = 6;", "the entries after 6 are missing"),
        ("DELETE FROM entry", "the entries after 0 are missing"),
        ("UPDATE entry SET id = -id WHERE id IN (3, 4); UPDATE entry SET id = 7 + id WHERE id < 0", "entry 3 was"),
        ("UPDATE entry_head SET hash = 'x'", "the record of the newest entry"),
        ("DELETE FROM entry_head", "the record of the newest entry"),
        ("DELETE FROM sqlite_sequence", "the record of the newest entry"),
        (AGAIN, "entry 9 was edited"),
        ("UPDATE entry SET targets = 'x' WHERE id = 2", "entry 2 was edited"),
        ("UPDATE entry SET said = x'00ff' WHERE id = 2", "entry 2 was edited"),
        ("UPDATE entry SET said = CAST(x'ff' AS TEXT) WHERE id = 2", "one of the 500 entries after 0 cannot be read"),
        ("DELETE FROM entry_target WHERE entry = 4", "one of the entries 1 to 8 was taken out of"),
        ("INSERT INTO entry_target VALUES ('lock.front', 4)", "the index of what entries are about"),
    ],
)
async def test_what_was_tampered_with_is_found(journal: Journal, store: Store, tamper: str, problem: str):
    await filled(journal)
    with closing(sqlite3.connect(store.path)) as knife:
        knife.executescript(f"{UNFENCE} {tamper}")
    found = await journal.verify()
    assert not found.ok
    assert str(found.problem).startswith(problem)


async def test_an_entry_replaced_together_with_its_hash_breaks_the_chain(journal: Journal, store: Store):
    await filled(journal)
    with closing(sqlite3.connect(store.path)) as knife:
        knife.executescript(UNFENCE)
        forged = await forge(journal, store, EntryId(3))
        knife.execute("UPDATE entry SET said = 'nothing', hash = ? WHERE id = 3", (forged,))
        knife.commit()
    assert (await journal.verify()).problem == "entry 4 does not follow entry 3: one of them was replaced"


async def forge(journal: Journal, store: Store, id: EntryId) -> str:
    """Return the hash that the entry would have had it said "nothing"."""
    from daemon.journal.chain import Fields, link
    from daemon.journal.reading import following

    row = (await store.run(lambda session: following(session, EntryId(id - 1), 1)))[0]
    fields = Fields(*(getattr(row, key) for key in Fields._fields))
    return link(id, fields._replace(said="nothing"), row.previous_hash)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entry SET said = 'nothing'",
        "DELETE FROM entry WHERE id = 8",
        "INSERT INTO entry SELECT * FROM entry WHERE id = 8 AND (SELECT 1 FROM entry) OR id = 20",
        AGAIN.replace("SELECT 9,", "SELECT 10,"),
    ],
    ids=["update", "delete", "insert again", "leave one out"],
)
async def test_the_file_itself_forbids_changes(journal: Journal, store: Store, change: str):
    await filled(journal)
    with closing(sqlite3.connect(store.path)) as shell, pytest.raises(sqlite3.IntegrityError):
        shell.executescript(change)


# Words that can be forgotten


async def test_words_go_and_the_chain_stays_whole(journal: Journal, store: Store):
    """What was done, to what, when and for whom is proved by the chain; what was said is gone from it."""
    await done(journal, wish("c1", said="turn on the desk lamp for aunt Zyx"))
    await done(journal, wish("c2", said="turn on the desk lamp"))
    head = (await journal.verify()).head
    assert await journal.forget_words(["c1"]) == 2
    found = await journal.verify()
    assert (found.ok, found.forgotten, found.entries) == (True, 2, 5)
    first = (await journal.entries(after=EntryId(0), limit=2))[0]
    assert (first.cause.said, first.what, first.targets) == (None, "turn on Desk", (LAMP,))
    assert head in [entry.hash for entry in await journal.entries()]
    assert [entry.cause.said for entry in await journal.utterances(5)] == ["turn on the desk lamp"]


def about_zyx(text: str) -> bool:
    """Say whether a text is about what is to be forgotten."""
    return "zyx" in text


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"topic": about_zyx}, ["one", "two", "two"]),
        ({"since": START + timedelta(hours=1)}, ["one zyx", "one"]),
        ({"until": START + timedelta(hours=1)}, ["two zyx", "two", "two"]),
        ({"since": START, "person": "eve"}, ["one zyx", "one", "two zyx", "two", "two"]),
        ({}, ["one zyx", "one", "two zyx", "two", "two"]),
    ],
    ids=["topic", "since", "until", "of somebody else", "nothing"],
)
async def test_the_words_that_go_are_those_that_were_meant(
    journal: Journal, clock: ManualClock, given: dict[str, object], left: list[str]
):
    for said in ("one zyx", "one"):
        await journal.begin(wish(said, said=said), "allowed")
    await clock.advance(timedelta(hours=2))
    for number, said in enumerate(("two zyx", "two", "two")):
        await journal.begin(wish(f"{said}{number}", said=said), "allowed")
    await journal.forget_words([], **given)  # type: ignore[arg-type] - a table
    kept = [entry.cause.said for entry in await journal.entries() if entry.kind is Kind.WISH]
    assert [said for said in kept if said is not None] == left
    assert (await journal.verify()).ok


@pytest.mark.parametrize(
    ("tamper", "problem"),
    [
        ("UPDATE entry_words SET said = 'open the door' WHERE entry = 3", "the words of entry 3 were edited"),
        ("UPDATE entry_words SET body = '{}' WHERE entry = 2", "the words of entry 2 were edited"),
        ("UPDATE entry_words SET said_salt = 'x' WHERE entry = 3", "the words of entry 3 were edited"),
        ("UPDATE entry SET said = NULL WHERE id = 3", "entry 3 was edited or moved"),
        ("INSERT OR REPLACE INTO entry_words VALUES (3, 'x', '', '{}', '')", "the words of entry 3 were edited"),
    ],
)
async def test_other_words_are_found(journal: Journal, store: Store, tamper: str, problem: str):
    for number in range(3):
        await done(journal, wish(f"c{number}", said="turn on the desk lamp"))
    with closing(sqlite3.connect(store.path)) as knife:
        knife.executescript(f"{UNFENCE} DROP TRIGGER entry_words_only_forgotten; {tamper}")
    found = await journal.verify()
    assert (found.ok, found.problem) == (False, problem)


async def test_the_file_lets_words_be_forgotten_and_not_edited(journal: Journal, store: Store):
    await done(journal, wish(said="turn on the desk lamp"))
    with closing(sqlite3.connect(store.path)) as shell:
        with pytest.raises(sqlite3.IntegrityError):
            shell.execute("UPDATE entry_words SET said = 'nothing'")
        shell.execute("UPDATE entry_words SET said = NULL, said_salt = NULL")
        with pytest.raises(sqlite3.IntegrityError):
            shell.execute("UPDATE entry_words SET said = 'something'")


async def test_a_digest_does_not_tell_the_words(journal: Journal, store: Store):
    """The same words twice have two digests: nobody can try which words they were."""
    for number in range(2):
        await done(journal, wish(f"c{number}", said="turn on the desk lamp"))
    with closing(sqlite3.connect(store.path)) as shell:
        digests = {row[0] for row in shell.execute("SELECT said FROM entry")}
    assert len(digests) == 4
