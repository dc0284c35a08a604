"""Tests of `daemon.policy` and `daemon.household`: tables of decisions."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.household import Household, Person, Role
from daemon.policy import Allow, Ask, Decision, Refuse, decide, objection
from devices.model import EntityId
from skills.model import Cause, CauseId, Origin, PersonId, Risk

PEOPLE = {PersonId(role.value): Person(PersonId(role.value), role.value.title(), role) for role in Role}
HOUSE = Household(PEOPLE, ZoneInfo("Europe/Berlin"))
NIGHTLY = replace(HOUSE, night=(time(22), time(6)))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
GARAGE = EntityId("cover.garage")
READ, REVERSIBLE, CONSEQUENTIAL, CRITICAL = Risk


def cause(origin: Origin, person: str | None = None, *, tainted: bool = False) -> Cause:
    return Cause(CauseId("c"), origin, person=PersonId(person) if person else None, tainted=tainted)


OWNER, ADULT, CHILD, GUEST = (cause(Origin.VOICE, role.value) for role in Role)
STRANGER, TERMINAL = cause(Origin.VOICE), cause(Origin.TEXT)
NOBODY, DASHBOARD = cause(Origin.VOICE, "no such person"), cause(Origin.DASHBOARD)
MODEL, MCP, MQTT = cause(Origin.MODEL, "owner"), cause(Origin.MCP), cause(Origin.MQTT)
ROUTINE, REMINDER, DAEMON = cause(Origin.ROUTINE, "owner"), cause(Origin.REMINDER), cause(Origin.DAEMON)
TAINTED = cause(Origin.TEXT, "owner", tainted=True)
PUT_OFF = replace(cause(Origin.ROUTINE), door=Origin.VOICE)

A, Q, R = Allow, Ask, Refuse
TABLE = [
    # who         read  reversible  consequential  critical
    ("owner", OWNER, A, A, A, Q),
    ("adult", ADULT, A, A, A, Q),
    ("child", CHILD, A, A, Q, R),
    ("guest", GUEST, A, A, Q, R),
    ("unknown voice", STRANGER, A, A, Q, Q),
    ("unknown person", NOBODY, A, A, Q, Q),
    ("terminal", TERMINAL, A, A, A, Q),
    ("dashboard without a person", DASHBOARD, A, A, Q, Q),
    ("model", MODEL, A, A, Q, Q),
    ("mcp", MCP, A, A, Q, Q),
    ("mqtt", MQTT, A, A, Q, R),
    ("routine", ROUTINE, A, A, A, R),
    ("what a guest put off", cause(Origin.ROUTINE, "guest"), A, A, R, R),
    ("what a child put off", cause(Origin.ROUTINE, "child"), A, A, R, R),
    ("what an unknown voice put off", PUT_OFF, A, A, R, R),
    ("what the terminal put off", replace(PUT_OFF, door=Origin.TEXT), A, A, A, R),
    ("what an adult put off", replace(PUT_OFF, person=PersonId("adult")), A, A, A, R),
    ("reminder", REMINDER, A, A, A, R),
    ("daemon", DAEMON, A, A, A, R),
    ("tainted", TAINTED, A, Q, Q, Q),
    ("tainted routine", replace(ROUTINE, tainted=True), A, Q, Q, R),
    ("tainted model", replace(MODEL, tainted=True), A, Q, Q, Q),
]


@pytest.mark.parametrize("risk", list(Risk), ids=lambda risk: risk.name.lower())
@pytest.mark.parametrize(("who", "row"), [(row[1], row[2:]) for row in TABLE], ids=[row[0] for row in TABLE])
def test_who_may_do_what(who: Cause, row: tuple[type[Decision], ...], risk: Risk):
    decision = decide(risk, who, targets=[EntityId("light.a")], household=HOUSE, now=NOON)
    assert isinstance(decision, row[risk])


def lamps(count: int) -> Collection[EntityId]:
    return [EntityId(f"light.{number}") for number in range(count)]


@pytest.mark.parametrize(
    ("who", "count", "expected"),
    [
        (OWNER, 40, Allow),
        (OWNER, 41, Ask),
        (TERMINAL, 41, Ask),
        (MQTT, 41, Ask),
        (ROUTINE, 41, Allow),
        (DAEMON, 41, Allow),
    ],
)
def test_many_devices_at_once_are_asked_about(who: Cause, count: int, expected: type[Decision]):
    assert isinstance(decide(REVERSIBLE, who, targets=lamps(count), household=HOUSE, now=NOON), expected)


def test_the_household_says_how_many_are_many():
    few = replace(HOUSE, most_devices=2)
    assert isinstance(decide(REVERSIBLE, OWNER, targets=lamps(3), household=few, now=NOON), Ask)


@pytest.mark.parametrize(
    ("hour_utc", "expected"), [(20, Allow), (21, Ask), (23, Ask), (4, Ask), (5, Allow), (12, Allow)]
)
def test_at_night_what_has_consequences_is_asked_about(hour_utc: int, expected: type[Decision]):
    now = NOON.replace(hour=hour_utc)
    assert isinstance(decide(CONSEQUENTIAL, OWNER, targets=[], household=NIGHTLY, now=now), expected)


@pytest.mark.parametrize(
    ("who", "targets", "expected"),
    [
        (ROUTINE, [GARAGE], Allow),
        (ROUTINE, [GARAGE, EntityId("lock.front")], Refuse),
        (ROUTINE, [], Refuse),
        (replace(ROUTINE, tainted=True), [GARAGE], Refuse),
        (OWNER, [GARAGE], Ask),
        (MODEL, [GARAGE], Ask),
    ],
    ids=["let", "not all of them", "nothing", "tainted", "a person is still asked", "so is the model"],
)
def test_routines_may_open_what_the_household_lets_them(who: Cause, targets: list[EntityId], expected: type[Decision]):
    house = replace(HOUSE, unattended=frozenset({GARAGE}))
    assert isinstance(decide(CRITICAL, who, targets=targets, household=house, now=NOON), expected)


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (OWNER, CRITICAL),
        (ADULT, CRITICAL),
        (TERMINAL, CRITICAL),
        (CHILD, REVERSIBLE),
        (GUEST, REVERSIBLE),
        (STRANGER, CONSEQUENTIAL),
        (NOBODY, CONSEQUENTIAL),
        (DASHBOARD, CONSEQUENTIAL),
        (MODEL, None),
        (MCP, None),
        (MQTT, None),
        (ROUTINE, None),
        (REMINDER, None),
        (DAEMON, None),
        (TAINTED, None),
    ],
)
@pytest.mark.parametrize("risk", [REVERSIBLE, CONSEQUENTIAL, CRITICAL])
def test_who_may_say_yes_to_what(who: Cause, may: Risk | None, risk: Risk):
    assert (objection(risk, who, HOUSE) is None) == (may is not None and risk <= may)


def test_a_household_may_trust_every_voice():
    assert objection(CRITICAL, STRANGER, replace(HOUSE, voice_confirms_critical=True)) is None


causes = st.builds(
    Cause,
    id=st.just(CauseId("c")),
    origin=st.sampled_from(Origin),
    person=st.sampled_from([None, *(PersonId(role.value) for role in Role)]),
    tainted=st.booleans(),
)


@settings(deadline=None)
@given(causes, st.lists(st.just(GARAGE), max_size=50), st.datetimes(timezones=st.just(UTC)))
def test_nothing_critical_is_ever_allowed_without_a_yes(who: Cause, targets: list[EntityId], now: datetime):
    assert not isinstance(decide(CRITICAL, who, targets=targets, household=NIGHTLY, now=now), Allow)


@settings(deadline=None)
@given(causes, st.sampled_from(Risk), st.datetimes(timezones=st.just(UTC)))
def test_text_from_outside_never_makes_anything_easier(who: Cause, risk: Risk, now: datetime):
    order = [Allow, Ask, Refuse]
    clean, tainted = (
        decide(risk, replace(who, tainted=taint), targets=[GARAGE], household=NIGHTLY, now=now)
        for taint in (False, True)
    )
    assert order.index(type(tainted)) >= order.index(type(clean))


@pytest.mark.parametrize(("words", "found"), [("owner", "owner"), ("Guest", "guest"), ("nobody", None)])
def test_a_person_is_found_by_id_or_name(words: str, found: str | None):
    person = HOUSE.person_named(words)
    assert (person.id if person else None) == found


@pytest.mark.parametrize(("sure", "may"), [(1.0, True), (0.97, False)], ids=["known by name", "only heard"])
def test_a_voice_that_is_recognised_is_not_enough_for_what_is_about_safety(sure: float, may: bool):
    heard = Cause(CauseId("said"), Origin.VOICE, PersonId("anna"), sure=sure)
    household = Household({PersonId("anna"): Person(PersonId("anna"), "Anna", Role.OWNER)})

    assert (objection(Risk.CRITICAL, heard, household) is None) is may
