from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from devices.model import EntityId
from skills.actions import undo
from skills.builtin import history
from skills.model import Action, Match
from skills.testing import NOON, Bench, Past
from skills.views import Happening

BERLIN = ZoneInfo("Europe/Berlin")
EVENING = datetime(2026, 3, 2, 20, 15, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("six", "2026-03-02 18:00"),
        ("nine", "2026-03-02 09:00"),
        ("6", "2026-03-02 18:00"),
        ("six a.m.", "2026-03-02 06:00"),
        ("9 pm", "2026-03-01 21:00"),
        ("six o'clock", "2026-03-02 18:00"),
        ("half past seven", "2026-03-02 19:30"),
        ("18:40", "2026-03-02 18:40"),
        ("7:05", "2026-03-02 19:05"),
        ("07:05", "2026-03-02 07:05"),
        ("noon", "2026-03-02 12:00"),
        ("midnight", "2026-03-02 00:00"),
        ("twelve", "2026-03-02 12:00"),
        ("this morning", "2026-03-02 00:00"),
        ("21", "2026-03-01 21:00"),
        ("25", None),
        ("18:75", None),
        ("dinner", None),
        ("", None),
        ("six seven eight", None),
    ],
)
def test_since_is_the_last_time_it_was_that(words: str, expected: str | None):
    found = history.parse_since(words, EVENING)
    assert (found.strftime("%Y-%m-%d %H:%M") if found else None) == expected


async def test_since_nonsense_asks_instead_of_undoing():
    reply = await Bench(history.skill).answer(Match("history.undo_since", {"since": "dinner"}))
    assert (reply.text, reply.do) == ("Since when? Say a time, such as six or 18:30.", [])


@pytest.mark.parametrize(("ago_s", "wishes"), [(20, [undo()]), (120, [])], ids=["just now", "long ago"])
async def test_cancel_that_is_about_what_was_done_just_now(ago_s: float, wishes: list[Action]):
    past = [Happening(NOON - timedelta(seconds=ago_s), "remind: eat: done", "text", None, None, (), "done")]
    reply = await Bench(history.skill, journal=Past(past)).hear("cancel that")
    assert list(reply.do) == wishes


async def test_what_was_done_is_told_newest_first():
    past = [
        Happening(NOON - timedelta(minutes=5), "turn on Desk Lamp: done", "text", None, "desk lamp on", (), "done"),
        Happening(NOON - timedelta(days=1), "lock Front Door: failed (offline)", "routine", None, None,
                  (EntityId("lock.front"),), "failed"),
    ]  # fmt: skip
    reply = await Bench(history.skill, journal=Past(past)).answer(Match("history.what"))
    assert reply.text == (
        "At 11:55: turn on Desk Lamp, done, because someone said “desk lamp on”. "
        "Yesterday at 12:00: lock Front Door, failed (offline)."
    )
