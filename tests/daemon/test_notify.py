"""Notices on their way to people, over the real store and ledger: who is told, on which channel, and what ends it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from sqlite3 import Connection
from typing import cast

import pytest

from daemon.household import Person, Role
from daemon.notify import Manners
from daemon.notify.model import Answer, Receipt, Urgency
from skills.actions import notice_answer, notice_caught_up, notice_quiet, notice_reset, notice_send
from skills.model import Cause, CauseId, Origin, PersonId, Verdict
from tests.channels import RecordedChannel, broken, down
from tests.doubles import START, ManualClock
from tests.telling import ANNA, BEN, KITCHEN, Telling, notice, shown, telling

SPEAKER, PHONE, MAIL = "satellite", "ntfy", "email"
SAID = Cause(CauseId("said"), Origin.VOICE, ANNA, area=KITCHEN)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def phone() -> RecordedChannel:
    return RecordedChannel(PHONE)


@pytest.fixture
def mail() -> RecordedChannel:
    return RecordedChannel(MAIL, receipt=Receipt.ACCEPTED)


@pytest.fixture
def speaker() -> RecordedChannel:
    return RecordedChannel(SPEAKER)


def to(channel: RecordedChannel) -> list[PersonId]:
    """Return whom a channel told, in order."""
    return [person for _, person in channel.delivered]


def receipts(row: Mapping[str, object]) -> list[object]:
    """Return what came of each message of a notice, in order."""
    return [step["receipt"] for step in cast("list[Mapping[str, object]]", row["steps"])]


async def test_a_person_is_told_aloud_where_they_were_heard_and_then_on_the_phone(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel, speaker: RecordedChannel
):
    async with telling(tmp_path, clock, speakers=[speaker], channels=[phone]) as there:
        there.presence.heard(KITCHEN, ANNA, clock.now())
        await there.tell(notice(at=clock.now()))
        (spoken, _) = speaker.delivered[0]
        before = to(phone)
        await there.pass_time(61)
    assert (spoken.text, spoken.area) == ("The parcel has come.", KITCHEN)
    assert (before, to(phone), to(speaker)) == ([], [ANNA], [ANNA])


async def test_the_first_answer_ends_it_everywhere(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel, mail: RecordedChannel
):
    async with telling(tmp_path, clock, channels=[phone, mail]) as there:
        await there.tell(notice(at=clock.now(), urgency=Urgency.IMPORTANT))
        await there.pass_time(400)
        key = mail.delivered[0][0].key
        mail.answer(key, Answer.DONE, at=clock.now(), person=BEN)
        await there.calm()
        row = await there.last()
        sent = len(phone.delivered), len(mail.delivered)
        await there.pass_time(timedelta(days=1))
    assert (row["state"], row["answered_by"], row["answered_on"]) == ("acknowledged", BEN, MAIL)
    assert (phone.shown, mail.shown) == ({}, {})
    assert (len(phone.delivered), len(mail.delivered)) == sent


async def test_what_is_important_goes_on_to_the_next_adult(tmp_path: Path, clock: ManualClock, phone: RecordedChannel):
    async with telling(tmp_path, clock, channels=[phone]) as there:
        await there.tell(notice(at=clock.now(), urgency=Urgency.IMPORTANT))
        await there.pass_time(181)
        row = await there.last()
    assert to(phone) == [ANNA, BEN]
    assert row["state"] == "open"


async def test_who_says_not_me_is_left_alone_and_the_next_is_told_at_once(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel
):
    async with telling(tmp_path, clock, channels=[phone]) as there:
        await there.tell(notice(at=clock.now()))
        phone.answer(phone.delivered[0][0].key, Answer.NOT_ME, at=clock.now(), person=ANNA)
        await there.calm()
    assert to(phone) == [ANNA, BEN]
    assert shown(phone, ANNA) == []


async def test_what_is_put_off_comes_again_and_is_gone_meanwhile(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel
):
    async with telling(tmp_path, clock, channels=[phone]) as there:
        await there.tell(notice(at=clock.now()))
        phone.answer(phone.delivered[0][0].key, Answer.SNOOZE, at=clock.now(), person=ANNA)
        await there.calm()
        meanwhile = shown(phone, ANNA)
        await there.pass_time(599)
        before = len(phone.delivered)
        await there.pass_time(2)
    assert (meanwhile, before, len(phone.delivered)) == ([], 1, 2)


async def test_a_channel_that_fails_is_followed_by_the_next_at_once(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel, mail: RecordedChannel
):
    phone.fault = down
    async with telling(tmp_path, clock, channels=[phone, mail]) as there:
        await there.tell(notice(at=clock.now()))
        row = await there.last()
    assert to(mail) == [ANNA]
    assert receipts(row) == ["failed", "accepted"]


async def test_a_wrong_token_is_not_tried_again(tmp_path: Path, clock: ManualClock, phone: RecordedChannel):
    phone.fault = broken
    async with telling(tmp_path, clock, channels=[phone]) as there:
        await there.tell(notice(at=clock.now()))
        await there.pass_time(timedelta(hours=3))
        row = await there.last()
    assert receipts(row) == ["lasting"]


async def test_a_channel_that_never_answers_does_not_delay_anybody_else(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel, mail: RecordedChannel
):
    phone.hangs, phone.people = True, frozenset({ANNA})
    mail.people = frozenset({BEN})
    async with telling(tmp_path, clock, channels=[phone, mail]) as there:
        for number in range(20):
            await there.notify.announce(notice(f"Note {number}", at=clock.now()))
        await there.notify.announce(notice("For Ben", at=clock.now(), people=[BEN]))
        while not mail.delivered:
            await there.clock.sleep(0)
    assert [message.text for message, _ in mail.delivered] == ["For Ben"]


async def test_after_a_day_of_silence_one_message_tells_how_much_was_missed(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel
):
    phone.fault = down
    async with telling(tmp_path, clock, channels=[phone]) as there:
        for hour in range(12):
            await there.tell(notice(f"Note {hour}.", at=clock.now()))
            await there.pass_time(timedelta(hours=2))
        phone.fault = lambda: None
        await there.pass_time(timedelta(hours=2))
        states = [row["state"] for row in await there.rows()]
    assert len(phone.delivered) <= 2
    assert "12 notices" in " ".join(message.title for message, _ in phone.delivered)
    assert "open" not in states


QUIET = Person(ANNA, "Anna", Role.OWNER, quiet=(time(22), time(7)))
LATE_EVENING = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("urgency", "asked", "told"),
    [
        (Urgency.INFO, False, 0),
        (Urgency.NORMAL, False, 0),
        (Urgency.IMPORTANT, False, 0),
        (Urgency.CRITICAL, False, 1),
        (Urgency.NORMAL, True, 1),
    ],
)
async def test_in_quiet_hours_only_what_is_critical_or_was_asked_for_is_told(
    tmp_path: Path, phone: RecordedChannel, urgency: Urgency, asked: bool, told: int
):
    clock = ManualClock(LATE_EVENING)
    phone.people = frozenset({ANNA})
    async with telling(tmp_path, clock, channels=[phone], people=[QUIET]) as there:
        await there.tell(notice(at=clock.now(), urgency=urgency, asked=asked))
        by_night = len(phone.delivered)
        await there.pass_time(timedelta(hours=10))
    assert by_night == told
    assert phone.delivered


async def test_what_was_held_in_the_night_is_told_as_one_in_the_morning(tmp_path: Path, phone: RecordedChannel):
    clock = ManualClock(LATE_EVENING)
    async with telling(tmp_path, clock, channels=[phone], people=[QUIET]) as there:
        for what in ("The parcel has come.", "The cat is in."):
            await there.tell(notice(what, at=clock.now()))
            await there.pass_time(600)
        await there.pass_time(timedelta(hours=9))
    assert [message.text for message, _ in phone.delivered] == [
        "Two notices waited for you. 23:00, The parcel has come. 23:10, The cat is in."
    ]


async def test_a_kill_between_two_steps_loses_nothing(tmp_path: Path, clock: ManualClock, phone: RecordedChannel):
    async with telling(tmp_path, clock, channels=[phone]) as there:
        await there.tell(notice(at=clock.now(), urgency=Urgency.IMPORTANT))
    await clock.advance(181)
    async with telling(tmp_path, clock, channels=[phone]) as there:
        await there.calm()
        phone.answer(phone.delivered[0][0].key, Answer.DONE, at=clock.now(), person=ANNA)
        await there.calm()
    sent = len(phone.delivered)
    await clock.advance(3600)
    async with telling(tmp_path, clock, channels=[phone]) as there:
        await there.pass_time(timedelta(hours=1))
        row = await there.last()
    assert to(phone) == [ANNA, BEN]
    assert (len(phone.delivered), row["state"], phone.shown) == (sent, "acknowledged", {})


async def test_what_was_being_sent_at_a_kill_is_sent_again_under_the_same_key(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel
):
    phone.hangs = True
    async with telling(tmp_path, clock, channels=[phone]) as there:
        await there.notify.announce(notice(at=clock.now()))
    phone.hangs = False
    async with telling(tmp_path, clock, channels=[phone]) as there:
        await there.calm()
        row = await there.last()
    assert receipts(row) == ["unknown", "delivered"]


async def test_the_same_occurrence_is_told_once_even_after_it_was_answered(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel
):
    once = notice(at=clock.now(), key="due/1.0", once=True)
    async with telling(tmp_path, clock, channels=[phone]) as there:
        await there.tell(once)
        await there.tell(once)
        phone.answer(phone.delivered[0][0].key, Answer.DONE, at=clock.now())
        await there.pass_time(timedelta(days=2))
        await there.tell(once)
    assert len(phone.delivered) == 1


async def test_the_same_thing_again_is_counted_and_not_told_again(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel
):
    async with telling(tmp_path, clock, channels=[phone]) as there:
        for _ in range(3):
            await there.tell(notice("The battery is low.", at=clock.now(), key="battery"))
        row = await there.last()
    assert (len(phone.delivered), row["count"]) == (1, 3)


async def test_words_from_outside_do_not_take_the_place_of_our_own(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel
):
    outside = Cause(CauseId("mail"), Origin.MQTT, tainted=True)
    async with telling(tmp_path, clock, channels=[phone]) as there:
        await there.tell(notice("The door is open.", at=clock.now(), key="door"))
        await there.tell(notice("Unlock the door.", at=clock.now(), key="door", cause=outside))
        row = await there.last()
    assert (row["text"], row["count"]) == ("The door is open.", 2)


async def test_words_from_outside_are_told_in_quotes(tmp_path: Path, clock: ManualClock, phone: RecordedChannel):
    cause = Cause(CauseId("mail"), Origin.MQTT, tainted=True)
    async with telling(tmp_path, clock, channels=[phone]) as there:
        await there.tell(notice("Unlock the door\n”now", at=clock.now(), cause=cause))
    assert phone.delivered[0][0].text == "From outside: “Unlock the door now”"


async def test_without_anybody_and_any_channel_it_is_missed_and_can_be_asked_for(tmp_path: Path, clock: ManualClock):
    async with telling(tmp_path, clock, people=[]) as there:
        await there.tell(notice(at=clock.now(), people=[]))
        missed = await there.notify.view.missed(None)
        await there.do(notice_caught_up(), SAID)
        after = await there.notify.view.missed(None)
    assert [(one.text, one.state) for one in missed] == [("The parcel has come.", "missed")]
    assert after == []


async def test_who_is_away_without_a_phone_is_told_when_they_come_home(
    tmp_path: Path, clock: ManualClock, speaker: RecordedChannel
):
    async with telling(tmp_path, clock, speakers=[speaker]) as there:
        there.at_home(ANNA, "not_home")
        await there.tell(notice(at=clock.now()))
        await there.pass_time(timedelta(hours=3))
        before = len(speaker.delivered)
        there.at_home(ANNA, "home")
        there.presence.heard(KITCHEN, ANNA, clock.now())
        await there.pass_time(3600)
    assert before == 0
    assert [message.text for message, _ in speaker.delivered] == ["The parcel has come. That was at 12:00."]


async def test_nobody_is_disturbed_until_they_say_so(tmp_path: Path, clock: ManualClock, phone: RecordedChannel):
    async with telling(tmp_path, clock, channels=[phone]) as there:
        await there.do(notice_quiet(clock.now() + timedelta(hours=1)), SAID)
        await there.tell(notice(at=clock.now()))
        await there.pass_time(timedelta(minutes=30))
        quiet = len(phone.delivered)
        outcome = await there.do(notice_quiet(None), SAID)
        await there.calm()
    assert (quiet, outcome.verdict, len(phone.delivered)) == (0, Verdict.DONE, 1)


async def test_a_wish_not_to_be_disturbed_outlives_a_restart(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel
):
    async with telling(tmp_path, clock, channels=[phone]) as there:
        await there.do(notice_quiet(clock.now() + timedelta(hours=1)), SAID)
    async with telling(tmp_path, clock, channels=[phone]) as there:
        await there.tell(notice(at=clock.now()))
        before = len(phone.delivered)
        await there.pass_time(timedelta(hours=1, minutes=1))
    assert (before, len(phone.delivered)) == (0, 1)


async def test_what_is_said_aloud_answers_what_was_just_spoken_in_the_room(
    tmp_path: Path, clock: ManualClock, speaker: RecordedChannel
):
    async with telling(tmp_path, clock, speakers=[speaker]) as there:
        await there.tell(notice(at=clock.now(), people=[], area=KITCHEN))
        outcome = await there.do(notice_answer("done"), SAID)
        row = await there.last()
        nothing = await there.do(notice_answer("done"), SAID)
    assert (outcome.verdict, row["state"], row["answered_by"]) == (Verdict.DONE, "acknowledged", ANNA)
    assert nothing.verdict is Verdict.FAILED


async def test_what_was_called_out_in_all_rooms_is_answered_in_any(
    tmp_path: Path, clock: ManualClock, speaker: RecordedChannel
):
    """A house of one loudspeaker, where nothing tells who is where, and nobody has a phone."""
    async with telling(tmp_path, clock, speakers=[speaker]) as there:
        await there.tell(notice(at=clock.now()))
        said = [message.area for message, _ in speaker.delivered]
        outcome = await there.do(notice_answer("done"), Cause(CauseId("c"), Origin.VOICE, area=KITCHEN))
        row = await there.last()
    assert (said, outcome.verdict, row["state"]) == ([None], Verdict.DONE, "acknowledged")


async def test_was_i_told_is_answered_from_the_record(tmp_path: Path, clock: ManualClock, phone: RecordedChannel):
    async with telling(tmp_path, clock, channels=[phone]) as there:
        await there.tell(notice("Two parcels have come.", at=clock.now()))
        phone.answer(phone.delivered[0][0].key, Answer.DONE, at=clock.now(), person=ANNA)
        await there.calm()
        told = await there.notify.view.about("the parcel")
        other = await there.notify.view.about("cat")
    assert [(one.text, one.ways, one.answered) for one in told] == [
        ("Two parcels have come.", ("Anna on ntfy at 12:00",), "Anna took note")
    ]
    assert other == []


async def test_who_dismisses_most_gets_fewer_a_day_and_can_have_that_forgotten(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel
):
    manners = Manners(a_day={Urgency.NORMAL: 10})
    async with telling(tmp_path, clock, channels=[phone], manners=manners) as there:
        for number in range(5):
            await there.tell(notice(f"Note {number}", at=clock.now()))
            key = phone.delivered[-1][0].key
            phone.answer(key, Answer.DISMISSED, at=clock.now(), person=ANNA)
            await there.calm()
        normal = there.notify.view.allowances(ANNA)[1]
        await there.tell(notice("Sixth", at=clock.now()))
        row = await there.last()
        await there.do(notice_reset(), SAID)
        again = there.notify.view.allowances(ANNA)[1]
    assert (normal.a_day, normal.today, normal.dismissed) == (2, 5, 5)
    assert row["held"] == "budget"
    assert (again.a_day, again.dismissed) == (10, 0)


async def test_a_skill_may_tell_people_and_nothing_worded_by_a_model_is_critical(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel
):
    model = Cause(CauseId("model"), Origin.MODEL)
    async with telling(tmp_path, clock, channels=[phone]) as there:
        done = await there.do(notice_send("The laundry is done.", people=[ANNA], urgency="critical"), model)
        strange = await there.do(notice_send("Hello", people=[PersonId("zoe")]), model)
        row = await there.last()
    assert (done.verdict, strange.verdict) == (Verdict.DONE, Verdict.FAILED)
    assert row["urgency"] == "important"


async def test_a_full_disk_does_not_silence_a_notice(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel, monkeypatch: pytest.MonkeyPatch
):
    async with telling(tmp_path, clock, channels=[phone]) as there:
        await _fill(there, monkeypatch)
        await there.notify.announce(notice(at=clock.now()))
        await there.calm()
    assert to(phone) == [ANNA]


async def test_an_answer_on_a_full_disk_ends_it_everywhere(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel, monkeypatch: pytest.MonkeyPatch
):
    """What is urgent finds room; that the answer could not be counted undid the answer itself."""
    async with telling(tmp_path, clock, channels=[phone]) as there:
        await there.tell(notice(at=clock.now(), urgency=Urgency.IMPORTANT))
        await _leave_reserve(there, monkeypatch)
        phone.answer(phone.delivered[0][0].key, Answer.DONE, at=clock.now(), person=ANNA)
        await there.calm()
        gone = phone.shown == {}
        monkeypatch.undo()
        row = await there.last()
    assert (gone, row["state"]) == (True, "acknowledged")


async def _leave_reserve(there: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    from daemon.store import DiskFullError

    write = there.store.run_bare

    async def full(work: Callable[[Connection], object], *, urgent: bool = False) -> object:
        if not urgent:
            raise DiskFullError("no space left")
        return await write(work, urgent=True)

    monkeypatch.setattr(there.store, "run_bare", full)


async def _fill(there: Telling, monkeypatch: pytest.MonkeyPatch) -> None:
    from daemon.store import DiskFullError

    async def refuse(*_: object, **__: object) -> None:
        raise DiskFullError("no space left")

    monkeypatch.setattr(there.store, "run_bare", refuse)


async def test_late_answers_still_count(tmp_path: Path, clock: ManualClock, phone: RecordedChannel):
    async with telling(tmp_path, clock, channels=[phone]) as there:
        await there.tell(notice(at=clock.now()))
        await there.pass_time(700)
        told = (await there.last())["state"]
        phone.answer(phone.delivered[0][0].key, Answer.DONE, at=clock.now(), person=ANNA)
        await there.calm()
        row = await there.last()
    assert (told, row["state"], phone.shown) == ("told", "acknowledged", {})


async def test_an_answer_to_something_that_never_was_is_nothing(tmp_path: Path, clock: ManualClock):
    async with telling(tmp_path, clock) as there:
        answers = [
            await there.notify.answer(RecordedChannel().answer(key, Answer.DONE, at=START))
            for key in ("hearth-99", "hearth-", "hearth-9999999999999999999999", "x", "")
        ]
    assert answers == [False] * 5


async def test_only_what_ended_long_ago_is_forgotten_while_we_run(
    tmp_path: Path, clock: ManualClock, phone: RecordedChannel
):
    async with telling(tmp_path, clock, channels=[phone]) as there:
        await there.tell(notice("The parcel has come.", at=clock.now()))
        await there.pass_time(timedelta(days=89))
        await there.tell(notice("The cat is in.", at=clock.now(), key="cat"))
        await there.notify.forget()
        before = [row["text"] for row in await there.notify.reading.recent(9)]
        await there.pass_time(timedelta(days=2))
        await there.notify.forget()
        after = [row["text"] for row in await there.notify.reading.recent(9)]
    assert (before, after) == (["The cat is in.", "The parcel has come."], ["The cat is in."])
