"""A timer that runs is meant by its name alone; nothing else is."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from daemon.conversation.called import of_timer
from skills.views import Appointment, Item, Kind

RICE = Appointment(1, Kind.TIMER, datetime(2026, 3, 2, tzinfo=UTC), name="rice", length_s=600)
NAMELESS = Appointment(2, Kind.TIMER, datetime(2026, 3, 2, tzinfo=UTC), length_s=60)


class Agenda:
    """An agenda of two timers."""

    def open(self, kind: Kind) -> Sequence[Appointment]:
        return [RICE, NAMELESS] if kind is Kind.TIMER else []

    async def items(self, name: str | None = None) -> Sequence[Item]:
        del name
        return ()


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("cancel the rice", "HassCancelTimer"),
        ("Stop the rice, please.", "HassCancelTimer"),
        ("pause the rice", "HassPauseTimer"),
        ("resume my rice", "HassUnpauseTimer"),
        ("how long does the rice need", "HassTimerStatus"),
        ("how much longer for the rice?", "HassTimerStatus"),
        ("stopp den rice", "HassCancelTimer"),
    ],
)
def test_a_timer_is_meant_by_its_name(text: str, intent: str):
    found = of_timer(text, Agenda())
    assert found is not None
    assert (found.intent, found.slots) == (intent, {"name": "rice"})


@pytest.mark.parametrize(
    "text",
    [
        "cancel the beans",
        "don't stop the rice",
        "stop the rice cooker",
        "stop",
        "buy rice",
        "rice",
        "stop the",
        "cancel it",
    ],
)
def test_what_is_no_timers_name_is_no_timer(text: str):
    assert of_timer(text, Agenda()) is None
