"""Follow-ups to alarms and reminders: another time takes the place of the one before, and "it" is no timer."""

import pytest

from devices.home import Home
from skills.builtin import history, reminders, waking
from skills.grammar import load
from skills.grammar.model import Context, Decision, Understander
from skills.registry import registered
from tests.skills.grammar import cottage

ALARM, CALL, SOON = "set an alarm for 6:45", "remind me to call Bob at 7pm", "remind me to eat in ten minutes"


@pytest.fixture(scope="module")
def engine() -> Understander:
    return load("en", registered(reminders.skill, waking.skill, history.skill).documents("en"))


@pytest.fixture(scope="module")
def home() -> Home:
    return cottage.house()


@pytest.mark.parametrize(
    ("before", "text", "slots"),
    [
        (ALARM, "make it 7", {"time": "7"}),
        (ALARM, "no, half past seven", {"time": "half past seven"}),
        (CALL, "no, I meant at 8pm", {"what": "to call Bob at 7pm", "when": "at 8pm"}),
        (CALL, "actually tomorrow at nine", {"what": "to call Bob at 7pm", "when": "tomorrow at nine"}),
        (SOON, "make it 20 minutes", {"what": "to eat", "when": "20 minutes"}),
    ],
)
def test_another_time_takes_the_place_of_the_one_before(
    engine: Understander, home: Home, before: str, text: str, slots: dict[str, str]
):
    meant = engine.understand(text, home, Context(history=(before,)))
    assert [match.slots for match in meant.matches] == [slots]
    assert meant.corrects


@pytest.mark.parametrize("text", ["add five minutes to it", "make it blue", "no, the piano lamp"])
@pytest.mark.parametrize("newer", [ALARM, CALL])
def test_a_timer_behind_an_alarm_is_not_it(engine: Understander, home: Home, newer: str, text: str):
    meant = engine.understand(text, home, Context(history=("set a timer for 5 minutes", newer)))
    assert meant.decision is not Decision.ACT


@pytest.mark.parametrize("before", [ALARM, CALL, SOON])
@pytest.mark.parametrize("text", ["cancel it", "cancel that", "cancel that please"])
def test_it_is_the_alarm_or_reminder_that_was_just_set(engine: Understander, home: Home, before: str, text: str):
    """Seen: "cancel it", said of an alarm, cancelled the timer that had been set before."""
    meant = engine.understand(text, home, Context(history=("set a timer for 5 minutes", before)))
    assert [match.intent for match in meant.matches] == ["history.cancel_last"]
    assert not meant.corrects
