"""What was forgotten is in no byte of the state directory of a daemon that was talked to; the record stays whole."""

from datetime import timedelta
from pathlib import Path

from tests.daemon.remembering.family import Family, family

MARKER = b"zyxquill"


def places(state: Path) -> list[str]:
    """Return the files that hold the marker, in whatever case."""
    return [path.name for path in state.rglob("*") if path.is_file() and MARKER in path.read_bytes().lower()]


async def talked(house: Family) -> None:
    for text in (
        "remember that my zyxquill is at the dentist",
        "I like zyxquill",
        "always bring the zyxquill",
        "the zyxquill made a strange noise again",
        "where is my zyxquill?",
        "no, it's in the zyxquill box",
        "what do you know about me?",
        "remind me to feed the zyxquill tomorrow at nine",
        "cancel the reminder about the zyxquill",
        "what did we say about the zyxquill?",
    ):
        await house.says("anna", text)


async def test_a_topic_is_gone_from_every_file(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        await talked(house)
        before = (await house.hearth.journal.verify()).entries
        assert places(tmp_path) != []
        assert "Shall I forget" in await house.says("anna", "forget everything about the zyxquill")
        assert "Copies" in await house.says("anna", "yes")
        found = await house.hearth.journal.verify()
        assert found.ok
        assert found.forgotten > 0
        assert found.entries > before
        await house.hearth.schedule.forget()
    assert [name for name in places(tmp_path) if not name.startswith("hearth.db")] == []
    assert words_in_the_record(tmp_path) == 0


async def test_all_of_ones_own_is_gone_from_record_and_memory(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        await house.says("anna", "I like zyxquill")
        await house.says("anna", "the zyxquill is loud")
        await house.says("anna", "turn on the lamp, zyxquill")
        await house.clock.advance(timedelta(days=1))
        await house.says("anna", "forget everything you know about me")
        await house.says("anna", "yes")
        assert (await house.hearth.journal.verify()).ok
    assert places(tmp_path) == []


async def test_nothing_that_was_confided_stands_in_the_record_in_the_first_place(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        await house.says("anna", "remember that my zyxquill is at the dentist")
        entries = await house.hearth.journal.entries()
        assert entries
        assert not any("zyxquill" in f"{entry.cause.said} {entry.body}" for entry in entries)


async def test_a_talk_off_the_record_is_in_no_file(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        await house.says("anna", "don't remember this")
        for text in ("I'm seeing doctor zyxquill", "remember that I like zyxquill", "turn on the lamp for zyxquill"):
            await house.says("anna", text)
        await house.clock.advance(timedelta(hours=2))
        await house.says("anna", "what did we say about the lamp?")
    assert places(tmp_path) == []


async def test_a_talk_off_the_record_ends_by_itself(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        await house.says("anna", "don't remember this")
        await house.clock.advance(timedelta(minutes=31))
        assert "you like wine" in await house.says("anna", "I like wine")


def words_in_the_record(state: Path) -> int:
    """Return in how many entries of the record the marker stands."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(state / "hearth.db")) as file:
        query = "SELECT count(*) FROM entry_words WHERE said LIKE '%zyxquill%' OR body LIKE '%zyxquill%'"
        return int(file.execute(query).fetchone()[0])
