"""A timeline of what a running house has on record."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from daemon.explaining.answering import explain
from daemon.explaining.gathering import Sources, gathered
from daemon.history import Kept, Recording
from daemon.journal.entry import Entry, Kind
from daemon.notify.reading import HeldBack
from devices.home import Home
from devices.model import AreaId, Entity, EntityId
from skills.model import Cause, CauseId, EntryId, Origin, PersonId, Risk, Verdict
from tests.daemon.routines.house import routine

NOW = datetime(2026, 10, 6, 20, tzinfo=UTC)
HALL = AreaId("hall")
LAMP, MOTION = EntityId("light.hall"), EntityId("binary_sensor.hall_motion")
BY_MOTION = """
id: by_motion
alias: By motion
triggers: [{trigger: state, entity_id: binary_sensor.hall_motion, to: 'on'}]
actions: [{action: light.turn_on, target: {entity_id: light.hall}}]
"""


def home() -> Home:
    """Return a hall with a lamp and a motion sensor."""
    found = Home()
    found.add(Entity(LAMP, "Hall lamp", "light"))
    found.add(Entity(MOTION, "Hall motion", "binary_sensor", device_class="motion"))
    return found


def wish(cause: Cause, *, minutes: int, service: str = "turn_on", verdict: Verdict = Verdict.DONE) -> list[Entry]:
    """Return a wish for the lamp and what came of it, so many minutes ago."""
    at = NOW - timedelta(minutes=minutes)
    first = EntryId(1000 - minutes)
    arguments: dict[str, object] = {"service": service, "targets": [LAMP], "data": dict[str, object]()}
    asked: dict[str, object] = {"what": "the lamp", "arguments": arguments, "detail": ""}
    came = {"what": "the lamp", "detail": "it is offline" if verdict is Verdict.FAILED else ""}
    head = (cause, "device.call", Risk.REVERSIBLE, (LAMP,))
    return [
        Entry(first, at, Kind.WISH, *head, None, None, asked, ""),
        Entry(EntryId(first + 500), at + timedelta(seconds=1), Kind.OUTCOME, *head, verdict, first, came, ""),
    ]


def recording(*changes: Kept) -> Recording:
    """Return a history of the last day, in which all was off before."""
    since = NOW - timedelta(days=1)
    return Recording(since, NOW, {one: Kept(since, one, "off") for one in (LAMP, MOTION)}, changes)


def ago(minutes: int) -> datetime:
    """Return a moment before now."""
    return NOW - timedelta(minutes=minutes)


IDA = Cause(CauseId("c1"), Origin.VOICE, PersonId("ida"), said="lamp on")
RUN = Cause(CauseId("routine/r1/1"), Origin.ROUTINE)
TRACE = {"id": "r1", "routine": "by_motion", "began_at": ago(10).isoformat(), "ended_at": None, "result": None}
MOVED = Kept(ago(10), MOTION, "on")
LIT = Kept(ago(10) + timedelta(seconds=2), LAMP, "on", by="ours")


@pytest.mark.parametrize(
    ("question", "sources", "cause", "said"),
    [
        ("Why is the hall lamp on?", {"entries": wish(IDA, minutes=10), "recording": recording(LIT)}, "person", "Ida"),
        (
            "Why is the hall lamp on?",
            {"entries": wish(RUN, minutes=10), "traces": [TRACE], "recording": recording(MOVED, LIT)},
            "routine",
            "By motion",
        ),
        ("Why is the hall lamp on?", {"recording": recording(Kept(ago(5), LAMP, "on"))}, "unknown", "do not know"),
        (
            "Why is the hall lamp on?",
            {"recording": recording(Kept(ago(5), LAMP, "on", by="Emil"))},
            "home-assistant",
            "Emil",
        ),
        (
            "Why did the hall lamp not come on?",
            {"entries": wish(IDA, minutes=10, verdict=Verdict.FAILED), "recording": recording()},
            "unavailable",
            "reached",
        ),
        (
            "Why is the hall lamp off?",
            {"recording": recording(*(Kept(ago(5), LAMP, one) for one in ("unavailable", "unknown", "off")))},
            "unknown",
            "do not know",
        ),
        (
            "Why did the hall lamp not come on?",
            {"traces": [], "recording": recording(Kept(ago(30), MOTION, "unavailable"))},
            "unavailable",
            "hall motion",
        ),
    ],
    ids=["said", "routine", "nobody-knows", "home-assistant", "failed", "back-as-it-was", "sensor-away"],
)
def test_what_is_on_record_is_told(question: str, sources: dict[str, object], cause: str, said: str) -> None:
    timeline = gathered(Sources(home(), NOW, routines=(routine(BY_MOTION),), names={"ida": "Ida"}, **sources))  # type: ignore[arg-type] - fields by name
    found = explain(question, timeline)
    assert (found.finding.cause, said in found.text) == (cause, True), found.text


@pytest.mark.parametrize(
    ("button", "value", "seconds", "cause"),
    [
        (Entity(EntityId("event.hall_button"), "Hall button", "event", area=HALL), "press", -1, "manual"),
        (Entity(EntityId("sensor.hall_remote_action"), "Remote", "sensor", area=HALL), "on_press", 0, "manual"),
        (Entity(EntityId("sensor.hall_remote_action"), "Remote", "sensor", area=HALL), "none", 0, "unknown"),
        (Entity(EntityId("event.hall_button"), "Hall button", "event", area=HALL), "press", -20, "unknown"),
        (Entity(EntityId("event.bath_button"), "Bath button", "event", area=AreaId("bath")), "press", -1, "unknown"),
        (Entity(EntityId("sensor.hall_light"), "Hall lux", "sensor", area=HALL), "12", -1, "unknown"),
    ],
    ids=["a button", "a remote", "not pressed", "long before", "another room", "no button"],
)
def test_a_press_in_the_room_tells_of_a_hand(button: Entity, value: str, seconds: int, cause: str) -> None:
    there = Home()
    there.add(Entity(LAMP, "Hall lamp", "light", area=HALL))
    there.add(button)
    pressed = Kept(ago(5) + timedelta(seconds=seconds), button.id, value)
    past = Recording(NOW - timedelta(days=1), NOW, {LAMP: Kept(NOW - timedelta(days=1), LAMP, "off")},
                     sorted((Kept(ago(5), LAMP, "on"), pressed), key=lambda kept: kept.at))  # fmt: skip
    explanation = explain("Why is the hall lamp on?", gathered(Sources(there, NOW, recording=past)))
    assert explanation.finding.cause == cause
    assert ("by hand" in explanation.text) is (cause == "manual")


@pytest.mark.parametrize(
    ("note", "said"),
    [("no to: the lamp", "Ida said no"), ("nobody answered: the lamp", "nobody answered in time"), ("", "still wait")],
    ids=["no", "nobody", "not yet"],
)
def test_a_yes_that_did_not_come_is_told_of(note: str, said: str) -> None:
    asked = wish(IDA, minutes=2, verdict=Verdict.WAITING)
    told = Entry(
        EntryId(2000), ago(1), Kind.NOTE, IDA, "device.call", Risk.CRITICAL, (), None, asked[0].id, {"what": note}, ""
    )
    entries = [*asked, *([told] if note else [])]
    sources = Sources(home(), NOW, entries, recording=recording(), names={"ida": "Ida"})
    found = explain("Why did the hall lamp not come on?", gathered(sources))
    assert (found.finding.cause, said in found.text) == ("not-confirmed", True), found.text


def test_a_routine_that_was_kept_switched_off_says_since_when() -> None:
    entries = [
        replace(one, effect="routine.add", body={**one.body, "arguments": {"text": "", "off": ["by_motion"]}})
        for one in wish(IDA, minutes=60)
    ]
    off = replace(routine(BY_MOTION), enabled=False)
    sources = Sources(home(), NOW, entries, recording=recording(MOVED), routines=(off,), names={"ida": "Ida"})
    found = explain("Why did the hall lamp not come on?", gathered(sources))
    assert found.finding.cause == "routine-disabled"
    assert "was switched off" in found.text
    assert "by Ida" in found.text


def test_a_limit_that_a_routine_met_is_told_of() -> None:
    stormed = {**TRACE, "result": "declined", "cause": '{"guard": "rate"}', "why": "too often in a minute"}
    sources = Sources(home(), NOW, recording=recording(MOVED), traces=[stormed], routines=(routine(BY_MOTION),))
    found = explain("Why did the hall lamp not come on?", gathered(sources))
    assert (found.finding.cause, "too often in a minute" in found.text) == ("refused", True), found.text


def test_a_notice_that_was_kept_back_is_told_of() -> None:
    telling = BY_MOTION.replace("light.turn_on, target: {entity_id: light.hall}", "notify.notify, data: {message: m}")
    held = HeldBack(ago(10), CauseId("routine/r1/1"), "these are quiet hours", NOW + timedelta(hours=1))
    sources = Sources(
        home(), NOW, recording=recording(MOVED), traces=[TRACE], routines=(routine(telling),), held=[held]
    )
    found = explain("Why didn't you tell me about the hall motion?", gathered(sources))
    assert found.finding.cause == "held-back"
    assert "quiet hours" in found.text


def test_without_a_history_what_is_so_now_is_what_is_known() -> None:
    lit = home()
    lit.observe(LAMP, "on", {}, at=ago(5))
    found = explain("Why is the hall lamp on?", gathered(Sources(lit, NOW)))
    assert found.finding.cause == "unknown"
