"""Where people are: a voice tells more than a phone, a phone more than what moves."""

from datetime import timedelta

import pytest

from daemon.household import Household, Person
from daemon.presence import HEARD_FOR, Presence
from devices.home import Home
from devices.model import Entity, EntityId
from skills.model import PersonId
from tests.doubles import START
from tests.telling import ANNA, AREAS, BEDROOM, BEN, HALL, KITCHEN

PHONE, MOTION = EntityId("person.anna"), EntityId("binary_sensor.hall")


@pytest.fixture
def home() -> Home:
    home = Home(areas=AREAS)
    home.add(Entity(PHONE, "Anna", "person"))
    home.add(Entity(EntityId("person.ben"), "Ben", "person"))
    home.add(Entity(MOTION, "Hall Motion", "binary_sensor", device_class="motion", area=HALL))
    return home


@pytest.fixture
def presence(home: Home) -> Presence:
    return Presence(home, Household({one: Person(one, one.title()) for one in (ANNA, BEN)}))


def seen(presence: Presence, after: timedelta = timedelta(0)) -> tuple[bool | None, str | None]:
    where = presence.where(Person(ANNA, "Anna"), START + after)
    return where.at_home, where.area


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        ("unknown", (None, None)),
        ("home", (True, None)),
        ("not_home", (False, None)),
        ("Work", (False, None)),
        ("Bedroom", (True, BEDROOM)),
        ("unavailable", (None, None)),
    ],
)
def test_what_a_phone_tells(home: Home, presence: Presence, reported: str, expected: tuple[bool | None, str | None]):
    home.observe(PHONE, reported, at=START)
    assert seen(presence) == expected


def test_a_voice_tells_where_somebody_is_for_a_while(presence: Presence):
    presence.heard(KITCHEN, ANNA, START)
    assert seen(presence, HEARD_FOR) == (True, KITCHEN)
    assert seen(presence, HEARD_FOR + timedelta(seconds=1)) == (None, None)


def test_who_left_after_they_were_heard_is_gone(home: Home, presence: Presence):
    presence.heard(KITCHEN, ANNA, START)
    home.observe(PHONE, "not_home", at=START + timedelta(minutes=1))
    assert seen(presence, timedelta(minutes=2)) == (False, None)


def test_motion_tells_only_of_who_is_alone(home: Home, presence: Presence):
    home.observe(PHONE, "home", at=START)
    home.observe(MOTION, "on", at=START)
    together = seen(presence)
    home.observe(EntityId("person.ben"), "not_home", at=START)
    assert (together, seen(presence)) == ((True, None), (True, HALL))


def test_a_voice_that_nobody_knows_is_that_of_who_is_alone(home: Home, presence: Presence):
    presence.heard(KITCHEN, None, START)
    together = seen(presence)
    home.observe(EntityId("person.ben"), "not_home", at=START)
    assert (together, seen(presence)) == ((None, None), (True, KITCHEN))


def test_the_rooms_in_use_are_those_with_a_voice_and_then_those_where_something_moves(home: Home, presence: Presence):
    home.observe(MOTION, "on", at=START)
    presence.heard(KITCHEN, None, START)
    presence.heard(KITCHEN, PersonId("stranger"), START)
    assert presence.occupied(START) == (KITCHEN, HALL)


def test_listeners_hear_of_people_and_of_nothing_else(home: Home, presence: Presence):
    moved: list[PersonId] = []
    presence.listen(moved.append)
    home.observe(MOTION, "on", at=START)
    home.observe(PHONE, "home", at=START)
    home.observe(PHONE, "home", at=START)
    assert moved == [ANNA]


def test_a_room_is_left_once_nothing_moves_there_any_more(home: Home, presence: Presence):
    minute = timedelta(minutes=1)
    home.observe(MOTION, "on", at=START)
    assert not presence.is_left(HALL, START, START + 20 * minute)
    home.observe(MOTION, "off", at=START + 2 * minute)
    assert not presence.is_left(HALL, START, START + 6 * minute)
    assert presence.is_left(HALL, START, START + 8 * minute)


def test_who_was_heard_since_has_not_left(home: Home, presence: Presence):
    home.observe(MOTION, "on", at=START)
    home.observe(MOTION, "off", at=START + timedelta(minutes=1))
    presence.heard(HALL, None, START + timedelta(minutes=2))
    assert not presence.is_left(HALL, START, START + timedelta(minutes=10))


def test_a_room_without_a_sensor_is_left_when_everybody_is_away(home: Home, presence: Presence):
    assert not presence.is_left(KITCHEN, START, START + timedelta(hours=1))
    for phone in (PHONE, EntityId("person.ben")):
        home.observe(phone, "not_home", at=START)
    assert presence.is_left(KITCHEN, START, START + timedelta(hours=1))
