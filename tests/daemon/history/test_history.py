"""The history of a house: kept in batches, read back, thinned with age, bounded."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.history import History, Keeping, Kept
from daemon.history.thinning import Bounds
from devices.home import Home
from devices.model import Entity, EntityId, Trace
from tests.daemon.routines.house import house
from tests.doubles import ManualClock

NOW = datetime(2026, 10, 6, 12, tzinfo=UTC)


@pytest.fixture
async def history(tmp_path: Path) -> AsyncGenerator[History]:
    async with History.open(tmp_path / "history.db", ManualClock(NOW), Keeping(exclude=("sensor.secret*",))) as opened:
        yield opened


def ago(**length: float) -> datetime:
    """Return a moment before now."""
    return NOW - timedelta(**length)


async def test_what_was_kept_is_read_back(history: History) -> None:
    kept = [
        Kept(ago(hours=3), "light.hall", "on", {"brightness": 120}, "ours"),
        Kept(ago(hours=2), "light.hall", "unavailable"),
        Kept(ago(hours=1), "light.hall", None),
    ]
    for one in kept:
        history.keep(one)
    assert await history.between("light.hall", ago(days=1), NOW) == kept
    assert await history.between("light.hall", ago(hours=2, minutes=1), ago(hours=2)) == kept[1:2]
    assert await history.begins() == ago(hours=3)


@pytest.mark.parametrize("value", ["21.5", "0", "-3", "on", "2026-10-06", "nan", "", "07:30:00", "1e400"])
async def test_values_come_back_as_they_were(history: History, value: str) -> None:
    history.keep(Kept(ago(hours=1), "sensor.one", value))
    assert [kept.value for kept in await history.between("sensor.one", ago(days=1), NOW)] == [value]


async def test_the_house_of_a_moment_can_be_looked_at(history: History) -> None:
    history.keep(Kept(ago(hours=5), "light.hall", "off"))
    history.keep(Kept(ago(hours=3), "light.hall", "on"))
    history.keep(Kept(ago(hours=1), "light.hall", "off"))
    recording = await history.recording(["light.hall", "light.none"], ago(hours=4), NOW)
    then = recording.at(ago(hours=2), house())
    seen = then.state("light.hall")
    assert seen is not None
    assert (seen.value, seen.since) == ("on", ago(hours=3))
    assert then.state("light.none") is None
    whole = (await history.at(ago(hours=4))).at(ago(hours=4), house())
    assert list(whole.entities()) == ["light.hall"]


async def test_what_a_home_reports_is_kept_with_whose_doing_it_was(history: History) -> None:
    home = Home()
    home.add(Entity(EntityId("light.hall"), "Hall light", "light"))
    history.listen(home)
    home.observe(
        EntityId("light.hall"), "on", {"brightness": 90, "linkquality": 7}, at=NOW, trace=Trace("1", ours=True)
    )
    home.observe(EntityId("light.hall"), "on", {"brightness": 90, "linkquality": 99}, at=NOW)
    await history.flush()
    home.observe(EntityId("light.hall"), "off", {}, at=NOW, trace=Trace("2", who="Ida"))
    kept = await history.between("light.hall", ago(days=1), NOW)
    assert [(one.value, one.by) for one in kept][-1] == ("off", "Ida")


async def test_a_flood_is_sampled_counted_and_ends_with_what_is_so(history: History) -> None:
    for number in range(10_000):
        history.keep(Kept(ago(seconds=10) + timedelta(milliseconds=number), "light.mad", "on" if number % 2 else "off"))
        history.keep(Kept(ago(seconds=10) + timedelta(milliseconds=number), "sensor.mad", str(number)))
    assert await history.flush() < 20
    assert history.dropped > 19_000
    assert [kept.value for kept in await history.between("light.mad", ago(days=1), NOW)][-1] == "on"
    assert [kept.value for kept in await history.between("sensor.mad", ago(days=1), NOW)] == ["9999"]


async def test_nothing_is_kept_of_what_is_left_out(history: History) -> None:
    history.keep(Kept(ago(hours=1), "sensor.secret_power", "5"))
    assert await history.flush() == 0


async def test_a_thing_can_be_forgotten(history: History) -> None:
    for entity in ("light.hall", "light.other"):
        history.keep(Kept(ago(hours=1), entity, "on"))
    assert await history.purge("light.hall") == 1
    assert await history.things() == ["light.other"]
    assert await history.amount() == 1


async def kept_at(history: History, entity: str, value: str, start: datetime, every_s: int, times: int) -> None:
    """Keep a value again and again, as it would have come."""
    for number in range(times):
        history.keep(Kept(start + timedelta(seconds=every_s * number), entity, f"{value}{number}"))
        await history.flush()


async def test_numbers_get_fewer_with_age_and_words_stay(history: History) -> None:
    await kept_at(history, "sensor.new", "2", ago(days=1), 60, 60)
    await kept_at(history, "sensor.old", "2", ago(days=8).replace(minute=0), 60, 60)
    await kept_at(history, "sensor.older", "2", ago(days=70).replace(minute=0), 60, 120)
    await kept_at(history, "sensor.word", "x", ago(days=70), 60, 60)
    await history.tidy()
    left = {one: len(await history.between(one, ago(days=100), NOW)) for one in await history.things()}
    assert left == {"sensor.new": 60, "sensor.old": 12, "sensor.older": 2, "sensor.word": 60}
    assert await history.amount() == 134
    assert await history.tidy() == 0


async def test_what_is_too_old_goes_but_for_what_still_is_so(tmp_path: Path) -> None:
    async with History.open(tmp_path / "h.db", ManualClock(NOW), Keeping(Bounds(days=400))) as history:
        for days in (500, 450, 300):
            history.keep(Kept(ago(days=days), "light.hall", "on" if days == 450 else "off"))
        await history.tidy()
        assert [kept.at for kept in await history.between("light.hall", ago(days=900), NOW)] == [
            ago(days=450),
            ago(days=300),
        ]


async def test_where_there_is_too_much_the_oldest_goes(tmp_path: Path) -> None:
    async with History.open(tmp_path / "h.db", ManualClock(NOW), Keeping(Bounds(changes=20))) as history:
        await kept_at(history, "light.hall", "word ", ago(days=60), 86_400, 60)
        await history.tidy()
        kept = await history.between("light.hall", ago(days=900), NOW)
        assert len(kept) <= 20
        assert kept[-1].value == "word 59"


async def test_it_is_there_again_after_a_restart_and_begun_anew_after_damage(tmp_path: Path) -> None:
    file = tmp_path / "history.db"
    async with History.open(file, ManualClock(NOW)) as history:
        history.keep(Kept(ago(hours=1), "light.hall", "on"))
        await history.flush()
    async with History.open(file, ManualClock(NOW)) as history:
        assert await history.things() == ["light.hall"]
    file.write_bytes(b"no database, but long enough to be looked at as one" * 100)
    async with History.open(file, ManualClock(NOW)) as history:
        assert await history.things() == []
    assert file.with_suffix(".damaged").exists()
