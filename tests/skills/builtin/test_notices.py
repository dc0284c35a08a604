"""What is asked about notices aloud, and when nobody is to be disturbed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from skills.actions import NoticeAnswer, NoticeQuiet
from skills.builtin.notices import skill
from skills.testing import NOON, Bench
from skills.views import Allowance, Told

PARCEL = Told(
    "The parcel has come.",
    NOON - timedelta(hours=2),
    "acknowledged",
    ("Anna aloud in the kitchen at 10:00", "Anna on ntfy at 10:01"),
    "Anna took note",
)
HELD = Told("The cat is in.", NOON - timedelta(hours=1), "held", held="these are quiet hours")


@dataclass
class Kept:
    """A record of notices that a test wrote: fulfils `NoticesView`."""

    found: Sequence[Told] = ()
    until: datetime | None = None

    async def about(self, words: str) -> Sequence[Told]:
        return [one for one in self.found if words.removeprefix("the ") in one.text]

    async def missed(self, person: str | None) -> Sequence[Told]:
        return [one for one in self.found if one.state == "held"]

    def allowances(self, person: str) -> Sequence[Allowance]:
        return []

    def undisturbed_until(self, person: str | None) -> datetime | None:
        return self.until


def bench(*found: Told, until: datetime | None = None) -> Bench:
    return Bench(skill, notices=Kept(found, until))


@pytest.mark.parametrize("asked", ["was I told", "did you tell me", "who did you tell"])
async def test_was_i_told_is_answered_with_who_and_how_and_when(asked: str):
    reply = await bench(PARCEL, HELD).hear(f"{asked} about the parcel")
    assert reply.text == (
        "At 10:00: The parcel has come. I told Anna aloud in the kitchen at 10:00 and Anna on ntfy at 10:01. "
        "Anna took note."
    )


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("was anybody told about the cat", "At 11:00: The cat is in. Nobody was told yet: these are quiet hours."),
        ("was I told about the dog", "No, there was nothing about the dog."),
    ],
)
async def test_what_was_not_told_is_said_to_be_so(text: str, answer: str):
    assert (await bench(PARCEL, HELD).hear(text)).text == answer


async def test_what_was_only_read_out_later_was_not_told_in_time():
    """Seen: "Nobody was told yet", said of what had been read out a minute before."""
    late = Told("The cat is out.", NOON - timedelta(hours=1), "acknowledged", answered="somebody took note")
    reply = await bench(late).hear("was I told about the cat")
    assert reply.text == "At 11:00: The cat is out. Nobody was told when it came. Somebody took note."


async def test_tell_me_again_in_ten_minutes_is_no_command_for_later():
    reply = await bench(PARCEL).hear("tell me again in ten minutes")
    assert [(one.effect, one.arguments["for_s"]) for one in reply.do] == [("notice.answer", 600)]


async def test_what_was_missed_is_read_out_and_then_settled():
    reply = await bench(PARCEL, HELD).hear("what did I miss")
    assert reply.text == "You missed one notice. At 11:00: The cat is in."
    assert [action.effect for action in reply.do] == ["notice.caught_up"]


async def test_of_much_that_was_missed_the_newest_is_read_out():
    reply = await bench(*[HELD] * 9).hear("what did we miss")
    assert reply.text.startswith("You missed nine notices.")
    assert reply.text.endswith("And four more notices.")


async def test_nothing_missed_is_said_so():
    reply = await bench().hear("did I miss anything")
    assert (reply.text, list(reply.do)) == ("You missed nothing.", [])


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("don't disturb me until three", NOON + timedelta(hours=3)),
        ("do not disturb for an hour", NOON + timedelta(hours=1)),
        ("please do not disturb us for 20 minutes", NOON + timedelta(minutes=20)),
        ("do not disturb", NOON + timedelta(hours=8)),
        ("I don't want to be disturbed until 8 tomorrow", NOON + timedelta(hours=20)),
        ("turn on do not disturb until six", NOON + timedelta(hours=6)),
    ],
)
async def test_nobody_is_disturbed_until(text: str, until: datetime):
    (action,) = (await bench().hear(text)).do
    given = NoticeQuiet.model_validate(dict(action.arguments))
    assert given.until is not None
    assert datetime.fromisoformat(given.until) == until


async def test_a_time_that_is_none_is_asked_about():
    reply = await bench().hear("don't disturb me until the cows come home")
    assert reply.text.startswith("Until when?")
    assert list(reply.do) == []


@pytest.mark.parametrize("text", ["you may disturb me again", "turn off do not disturb", "do not disturb off"])
async def test_quiet_can_be_ended(text: str):
    (action,) = (await bench(until=NOON + timedelta(hours=1)).hear(text)).do
    assert NoticeQuiet.model_validate(dict(action.arguments)).until is None


async def test_quiet_can_be_asked_about():
    quiet = await bench(until=NOON + timedelta(hours=1)).hear("is do not disturb on")
    loud = await bench().hear("is do not disturb on")
    assert (quiet.text, loud.text) == ("Yes, until 13:00.", "No.")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("got it", "done"),
        ("okay I heard you", "done"),
        ("tell me later", "snooze"),
        ("tell somebody else", "not_me"),
    ],
)
async def test_what_was_just_told_can_be_answered_aloud(text: str, answer: str):
    (action,) = (await bench().hear(text)).do
    assert NoticeAnswer.model_validate(dict(action.arguments)).answer == answer


@pytest.mark.parametrize("text", ["I know", "what is new", "disturb", "tell me a joke", "do not turn on the light"])
async def test_what_means_something_else_is_left_alone(text: str):
    with pytest.raises(LookupError):
        await bench().hear(text)
