"""What was done while somebody was away."""

from datetime import UTC, datetime, timedelta

import pytest

from daemon.explaining.deeds import deeds
from daemon.history import Kept
from skills.language import speaking
from skills.model import Origin, Verdict
from skills.views import Happening

NOW = datetime(2026, 10, 6, 18, tzinfo=UTC)
DONE = [
    Happening(NOW - timedelta(hours=hours), what, Origin.ROUTINE, None, None, (), Verdict.DONE)
    for hours, what in ((1, "close the blinds: done"), (4, "turn off Kettle: done"), (30, "lock the door: done"))
]
AWAY = [Kept(NOW - timedelta(hours=6), "person.ida", "not_home"), Kept(NOW - timedelta(hours=2), "person.ida", "home")]


@pytest.mark.parametrize(
    ("language", "text", "said", "unsaid"),
    [
        ("en", "What did you do while I was away?", ["12:00", "16:00", "1 thing", "turn off Kettle"], ["blinds"]),
        ("de", "Was hast du gemacht, während ich weg war?", ["12:00", "16:00", "1 Sache", "Kettle"], ["blinds"]),
        ("en", "What did you do today?", ["2 things", "blinds"], ["door"]),
        ("en", "What did you do in the last 2 hours?", ["1 thing", "blinds"], ["Kettle"]),
        ("de", "Was hast du in den letzten 5 Stunden gemacht?", ["2 Sachen", "Kettle"], ["door"]),
        ("en", "What happened yesterday?", ["1 thing", "door"], ["Kettle"]),
    ],
)
def test_what_was_done_then_is_told(language: str, text: str, said: list[str], unsaid: list[str]) -> None:
    with speaking(language):
        answer = deeds(text, AWAY, DONE, NOW)
    assert [word for word in said if word not in answer] == []
    assert [word for word in unsaid if word in answer] == []


def test_who_was_never_away_is_told_that_it_is_not_known() -> None:
    assert "do not know when you were away" in deeds("What did you do while I was away?", [], DONE, NOW)


def test_who_is_away_still_asks_about_until_now() -> None:
    assert "2 things" in deeds("What did you do while I was out?", AWAY[:1], DONE, NOW)
