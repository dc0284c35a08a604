"""What is done next about a notice, as tables: pure functions of what was tried and how things stand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from daemon.household import ANYBODY, span_end
from daemon.notify.attention import LEARNS_FROM, Attention, budget, next_digest
from daemon.notify.model import Urgency
from daemon.notify.notification import (
    Attempt,
    Contact,
    Held,
    Notification,
    NotificationId,
    Result,
    State,
    digest_words,
    said,
)
from daemon.notify.steps import End, Hold, Situation, Standing, Step, Tell, next_step
from devices.model import AreaId
from skills.model import Cause, CauseId, Origin, PersonId
from tests.doubles import START
from tests.telling import ANNA, BEDROOM, BEN, CLEO, KITCHEN, PEOPLE, notice

SPEAKER, PHONE, MAIL = "speech", "ntfy", "email"
NIGHT_ENDS, DIGEST = START + timedelta(hours=8), START + timedelta(hours=6)
BERLIN = ZoneInfo("Europe/Berlin")


def standing(person: PersonId, **changes: object) -> Standing:
    (who,) = (one for one in PEOPLE if one.id == person)
    return replace(Standing(who, ways=(PHONE, MAIL)), **changes)


def situation(*people: Standing, **changes: object) -> Situation:
    there = people or (standing(ANNA), standing(BEN), standing(CLEO))
    return replace(Situation(START, DIGEST, there, speakers=(SPEAKER,)), **changes)


def notification(urgency: Urgency = Urgency.NORMAL, **changes: object) -> Notification:
    return replace(Notification(NotificationId(1), notice(at=START, urgency=urgency), START), **changes)


def tried(*contacts: tuple[PersonId, str, Result], round: int = 0, area: AreaId | None = None) -> list[Attempt]:
    return [
        Attempt(number, Contact(person, channel, area if channel == SPEAKER else None), round, START, "", result)
        for number, (person, channel, result) in enumerate(contacts)
    ]


def told(step: Step) -> list[tuple[PersonId, str]]:
    assert isinstance(step, Tell), step
    return [(contact.person, contact.channel) for contact in step.contacts]


IN_KITCHEN = standing(ANNA, at_home=True, rooms=(KITCHEN,))
OK, FAILED, PENDING, LASTING, UNKNOWN = (
    Result.DELIVERED,
    Result.FAILED,
    Result.PENDING,
    Result.LASTING,
    Result.UNKNOWN,
)


@pytest.mark.parametrize(
    ("urgency", "attempts", "expected"),
    [
        (Urgency.NORMAL, [], [(ANNA, SPEAKER)]),
        (Urgency.NORMAL, [(ANNA, SPEAKER, OK)], [(ANNA, PHONE)]),
        (Urgency.NORMAL, [(ANNA, SPEAKER, FAILED)], [(ANNA, PHONE)]),
        (Urgency.NORMAL, [(ANNA, SPEAKER, FAILED), (ANNA, PHONE, FAILED)], [(ANNA, MAIL)]),
        (Urgency.NORMAL, [(ANNA, SPEAKER, UNKNOWN)], [(ANNA, SPEAKER)]),
        (Urgency.IMPORTANT, [(ANNA, SPEAKER, OK), (ANNA, PHONE, OK), (ANNA, MAIL, OK)], [(BEN, PHONE)]),
        (Urgency.CRITICAL, [], [(ANNA, SPEAKER), (ANNA, PHONE), (ANNA, MAIL)]),
        (Urgency.CRITICAL, [(ANNA, SPEAKER, OK), (ANNA, PHONE, FAILED), (ANNA, MAIL, OK)],
         [(BEN, PHONE), (BEN, MAIL)]),
    ],
)  # fmt: skip
def test_who_is_told_next(
    urgency: Urgency, attempts: Sequence[tuple[PersonId, str, Result]], expected: list[tuple[PersonId, str]]
):
    there = situation(IN_KITCHEN, standing(BEN), standing(CLEO))
    step = next_step(notification(urgency), tried(*attempts, area=KITCHEN), there)
    assert told(step) == expected


@pytest.mark.parametrize(
    ("urgency", "changes", "held"),
    [
        (Urgency.NORMAL, {"quiet_until": NIGHT_ENDS}, Hold(NIGHT_ENDS, Held.QUIET)),
        (Urgency.NORMAL, {"disturb_until": NIGHT_ENDS}, Hold(NIGHT_ENDS, Held.DISTURB)),
        (Urgency.NORMAL, {"spent": True}, Hold(DIGEST, Held.BUDGET)),
        (Urgency.INFO, {}, Hold(DIGEST, Held.DIGEST)),
        (Urgency.CRITICAL, {"quiet_until": NIGHT_ENDS, "disturb_until": NIGHT_ENDS, "spent": True}, None),
    ],
)
def test_what_holds_a_notice(urgency: Urgency, changes: dict[str, object], held: Hold | None):
    step = next_step(notification(urgency), [], situation(standing(ANNA, **changes)))
    assert (step if isinstance(step, Hold) else None) == held


def test_what_is_important_goes_to_who_has_no_quiet_hours_now():
    there = situation(standing(ANNA, quiet_until=NIGHT_ENDS), standing(BEN))
    assert told(next_step(notification(Urgency.IMPORTANT), [], there)) == [(BEN, PHONE)]


def test_a_child_is_not_told_what_was_for_an_adult():
    done = tried((ANNA, PHONE, OK), (ANNA, MAIL, OK), (BEN, PHONE, OK), (BEN, MAIL, OK))
    step = next_step(notification(Urgency.IMPORTANT), done, situation())
    assert step == Hold(START + timedelta(minutes=5), Held.RETRY)


@pytest.mark.parametrize(("kind", "through"), [("timer", True), ("alarm", True), ("reminder", False)])
def test_a_timer_rings_for_who_set_it_though_nobody_may_disturb(kind: str, through: bool):
    own = notification()
    own = replace(own, notice=replace(own.notice, kind=kind, asked=True))
    step = next_step(own, [], situation(standing(ANNA, disturb_until=NIGHT_ENDS)))
    assert isinstance(step, Tell) is through


@pytest.mark.parametrize(
    ("quiet", "resting", "asked_in", "spoken"),
    [
        ((KITCHEN,), (), None, False),
        ((), (KITCHEN,), None, False),
        ((KITCHEN,), (), KITCHEN, True),
        ((KITCHEN,), (), BEDROOM, False),
        ((), (KITCHEN,), BEDROOM, True),
    ],
)
def test_a_quiet_room_is_spoken_in_only_for_what_was_asked_for_there(
    quiet: tuple[AreaId, ...], resting: tuple[AreaId, ...], asked_in: AreaId | None, spoken: bool
):
    own = notification()
    own = replace(own, notice=replace(own.notice, asked=asked_in is not None, area=asked_in))
    there = situation(IN_KITCHEN, quiet_rooms=frozenset(quiet), resting_rooms=frozenset(resting))
    assert (told(next_step(own, [], there)) == [(ANNA, SPEAKER)]) is spoken


def test_what_is_for_nobody_by_name_is_said_where_somebody_is_and_then_shown_to_who_is_at_home():
    own = notification()
    own = replace(own, notice=replace(own.notice, people=()))
    anybody = Standing(ANYBODY, True, (KITCHEN,))
    there = situation(standing(ANNA, at_home=False), standing(BEN, at_home=True), anybody=anybody)
    first = next_step(own, [], there)
    second = next_step(own, tried((ANYBODY.id, SPEAKER, OK), area=KITCHEN), there)
    assert (told(first), told(second)) == ([(ANYBODY.id, SPEAKER)], [(BEN, PHONE)])


@pytest.mark.parametrize(
    ("changes", "quiet", "urgency", "called"),
    [
        ({"ways": ()}, (), Urgency.NORMAL, True),
        ({"ways": (PHONE,)}, (), Urgency.NORMAL, False),
        ({"ways": (), "at_home": False}, (), Urgency.NORMAL, False),
        ({"ways": ()}, (BEDROOM,), Urgency.NORMAL, False),
        ({"ways": ()}, (BEDROOM,), Urgency.CRITICAL, True),
    ],
)
def test_who_can_only_be_called_and_may_be_anywhere_is_called_in_all_rooms(
    changes: dict[str, object], quiet: tuple[AreaId, ...], urgency: Urgency, *, called: bool
):
    there = situation(standing(ANNA, **changes), quiet_rooms=frozenset(quiet))
    step = next_step(notification(urgency), [], there)
    assert (isinstance(step, Tell) and step.contacts == (Contact(ANNA, SPEAKER),)) is called


def test_a_room_without_a_loudspeaker_is_not_the_end_of_it():
    own = notification()
    own = replace(own, notice=replace(own.notice, area=BEDROOM))
    there = situation(standing(ANNA, ways=()))
    deaf = tried((ANNA, SPEAKER, LASTING), area=BEDROOM)
    assert [told(next_step(own, attempts, there)) for attempts in ([], deaf)] == [[(ANNA, SPEAKER)]] * 2


def test_nobody_is_spoken_to_twice_in_the_same_room():
    own = notification(Urgency.IMPORTANT)
    both = situation(IN_KITCHEN, standing(BEN, at_home=True, rooms=(KITCHEN,), ways=()))
    done = tried((ANNA, SPEAKER, OK), (ANNA, PHONE, OK), (ANNA, MAIL, OK), area=KITCHEN)
    assert isinstance(next_step(own, done, both), Hold)


def test_a_channel_that_fails_all_the_time_is_tried_last():
    there = situation(standing(ANNA), poor=frozenset({PHONE}))
    assert told(next_step(notification(), [], there)) == [(ANNA, MAIL)]


@pytest.mark.parametrize(("rounds", "wait_s"), [(1, 15), (2, 60), (3, 300), (4, 900), (5, 3600), (6, 3600), (40, 3600)])
def test_where_everything_fails_it_is_tried_again_after_growing_waits(rounds: int, wait_s: float):
    attempts = [
        one for number in range(rounds) for one in tried((ANNA, PHONE, FAILED), (ANNA, MAIL, FAILED), round=number)
    ]
    step = next_step(notification(round=rounds - 1), attempts, situation(standing(ANNA)))
    assert step == Hold(START + timedelta(seconds=wait_s), Held.RETRY)


@pytest.mark.parametrize(
    ("urgency", "changes", "attempts", "end"),
    [
        (Urgency.NORMAL, {}, [(ANNA, PHONE, OK), (ANNA, MAIL, OK)], State.TOLD),
        (Urgency.NORMAL, {"declined": frozenset((ANNA, BEN))}, [(ANNA, PHONE, OK)], State.MISSED),
        (Urgency.NORMAL, {"raised_at": START - timedelta(days=4)}, [(ANNA, PHONE, FAILED), (ANNA, MAIL, FAILED)],
         State.MISSED),
    ],
)  # fmt: skip
def test_how_it_ends(
    urgency: Urgency, changes: dict[str, object], attempts: Sequence[tuple[PersonId, str, Result]], end: State
):
    step = next_step(notification(urgency, **changes), tried(*attempts), situation(standing(ANNA), standing(BEN)))
    assert isinstance(step, End)
    assert step.state is end


def test_what_nobody_takes_note_of_is_missed_in_the_end():
    attempts = [one for number in range(4) for one in tried((ANNA, PHONE, OK), (ANNA, MAIL, OK), round=number)]
    step = next_step(notification(Urgency.IMPORTANT, round=3), attempts, situation(standing(ANNA)))
    assert step == End(State.MISSED, "nobody took note of it")


@pytest.mark.parametrize("held", [Held.SNOOZE, Held.RETRY, Held.BUDGET, Held.DIGEST])
def test_a_wait_for_a_time_is_not_cut_short(held: Held):
    until = START + timedelta(minutes=5)
    step = next_step(notification(held=held, held_until=until), [], situation())
    assert step == Hold(until, held)


@pytest.mark.parametrize(
    ("answered", "dismissed", "a_day"),
    [(0, 0, 20), (0, LEARNS_FROM - 1, 20), (0, LEARNS_FROM, 4), (5, 5, 10), (10, 0, 20), (1, 999, 4)],
)
def test_who_dismisses_more_gets_fewer(answered: int, dismissed: int, a_day: int):
    attention = Attention(ANNA, Urgency.NORMAL, answered + dismissed, answered, dismissed)
    assert budget(attention, 20) == a_day


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 3, 28, 7, 0, tzinfo=UTC), datetime(2026, 3, 28, 17, 0, tzinfo=UTC)),
        (datetime(2026, 3, 28, 17, 0, tzinfo=UTC), datetime(2026, 3, 29, 6, 0, tzinfo=UTC)),
        (datetime(2026, 3, 29, 6, 0, tzinfo=UTC), datetime(2026, 3, 29, 16, 0, tzinfo=UTC)),
    ],
)
def test_digests_are_at_the_same_hour_on_the_wall_when_the_clocks_change(now: datetime, expected: datetime):
    assert next_digest(now, (time(18), time(8)), BERLIN) == expected


@pytest.mark.parametrize(
    ("local", "ends"),
    [
        (datetime(2026, 3, 28, 23, 0), datetime(2026, 3, 29, 4, 30, tzinfo=UTC)),
        (datetime(2026, 3, 29, 6, 29), datetime(2026, 3, 29, 4, 30, tzinfo=UTC)),
        (datetime(2026, 3, 29, 6, 30), None),
        (datetime(2026, 3, 29, 22, 29), None),
        (datetime(2026, 10, 24, 22, 30), datetime(2026, 10, 25, 5, 30, tzinfo=UTC)),
    ],
)
def test_quiet_hours_end_at_their_hour_on_the_wall(local: datetime, ends: datetime | None):
    assert span_end((time(22, 30), time(6, 30)), local.replace(tzinfo=BERLIN), BERLIN) == ends


def test_what_is_late_says_when_it_was():
    assert said(notification(), START + timedelta(hours=1), UTC) == "The parcel has come. That was at 12:00."
    assert said(notification(), START, UTC) == "The parcel has come."


def test_words_from_outside_are_one_line_in_quotes_and_not_endless():
    cause = Cause(CauseId("mail"), Origin.MQTT, tainted=True)
    own = Notification(NotificationId(1), notice("x\n\x1b” " * 300, at=START, cause=cause), START)
    text = said(own, START, UTC)
    assert text.startswith("From outside: “x x")
    assert text.endswith("…”")
    assert len(text) < 530


@pytest.mark.parametrize(("count", "shown"), [(2, 2), (5, 5), (6, 3), (40, 3)])
def test_a_digest_reads_out_a_few(count: int, shown: int):
    lines = tuple(f"08:0{number % 10}, note." for number in range(min(count, 20)))
    text = digest_words(lines, count)
    assert text.count("note.") == shown
    assert ("ask me what you missed" in text) is (count > 5)
