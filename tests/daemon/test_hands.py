"""What is set by hand, in Home Assistant or by a routine that somebody started: whose wish that is."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from daemon.gateway import Gateway
from daemon.gateway.rules import Rules
from daemon.household import Household, Person, Role
from daemon.household.namesakes import Namesakes
from daemon.journal import Journal
from daemon.lending import Lending
from daemon.pins import Pins
from daemon.precedence import Precedence
from daemon.presence import Presence
from daemon.store import Store
from devices.home import Home
from devices.model import Entity, EntityId, Trace
from devices.twin import Twin
from skills.actions import device_call
from skills.model import Cause, CauseId, Origin, Outcome, PersonId, Verdict
from tests.daemon.house import ENTITIES, LAMP, actuate_over, now_is, twin_of
from tests.doubles import START, ManualClock

ANNA, KIM = PersonId("anna"), PersonId("kim")
PEOPLE = Household({ANNA: Person(ANNA, "Anna", Role.OWNER), KIM: Person(KIM, "Kim", Role.CHILD)})
BY_ANNA, BY_KIM = Trace("1", who="Anna"), Trace("1", who="Kim")


@dataclass
class House:
    twin: Twin
    gateway: Gateway
    precedence: Precedence
    clock: ManualClock

    async def wishes(self, cause: Cause, *, on: bool) -> Outcome:
        return await self.gateway.submit(device_call([LAMP], "turn_on" if on else "turn_off"), cause)

    def reports(self, value: str, trace: Trace | None = None, **attributes: object) -> None:
        self.twin.home.observe(LAMP, value, attributes, at=self.clock.now(), trace=trace)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    twin, clock = twin_of(ENTITIES), ManualClock()
    async with Store.open(tmp_path / "hearth.db", clock) as store:
        journal = Journal(store, clock)
        precedence = Precedence(twin.home, PEOPLE, Presence(twin.home, PEOPLE), clock)
        lending, pins = Lending(store, journal, twin.home, PEOPLE, clock), Pins(store, clock)
        rules = Rules(twin.home, lending, precedence, pins)
        gateway = Gateway(actuate_over(twin).effects(), journal, store, PEOPLE, clock, rules=rules)
        found = House(twin, gateway, precedence, clock)
        found.reports("off")
        yield found


def routine(name: str = "run") -> Cause:
    return Cause(CauseId(f"routine/{name}/1"), Origin.ROUTINE, ANNA, parent=CauseId(f"routine/{name}"))


def voice(person: PersonId | None) -> Cause:
    return Cause(CauseId(f"said by {person}"), Origin.VOICE, person)


@pytest.mark.parametrize(
    ("trace", "why"),
    [
        (None, "somebody or something else turned it on 3 minutes ago"),
        (Trace("1"), "somebody or something else turned it on 3 minutes ago"),
        (BY_ANNA, "Anna turned it on 3 minutes ago"),
        (Trace("1", who="Uncle Bob"), "Uncle Bob turned it on 3 minutes ago"),
    ],
    ids=["at the switch", "at the switch, told by Home Assistant", "by a person", "by somebody who is no entry"],
)
async def test_what_was_set_past_the_gateway_is_left_alone_by_routines(house: House, trace: Trace | None, why: str):
    house.reports("on", trace)
    await house.clock.advance(180)
    outcome = await house.wishes(routine(), on=False)
    assert (outcome.verdict, outcome.detail, now_is(house.twin, LAMP)) == (Verdict.REFUSED, why, "on")


@pytest.mark.parametrize(
    "trace",
    [Trace("1", ours=True), Trace("1", what="the automation Night Lights"), Trace("1", who="Anna", what="the script")],
    ids=["our own call", "an automation of Home Assistant", "a script"],
)
async def test_what_another_automation_set_is_nobodys_hand(house: House, trace: Trace):
    house.reports("on", trace)
    assert (await house.wishes(routine(), on=False)).verdict is Verdict.DONE


async def test_the_echo_of_a_wish_is_no_hand_and_turning_it_back_is(house: House):
    assert (await house.wishes(routine(), on=True)).verdict is Verdict.DONE
    assert (await house.wishes(routine("second"), on=False)).verdict is Verdict.DONE
    await house.clock.advance(20)
    assert (await house.wishes(routine("third"), on=True)).verdict is Verdict.DONE
    await house.clock.advance(3)
    house.reports("off")
    assert (await house.wishes(routine("fourth"), on=True)).verdict is Verdict.REFUSED


async def test_what_comes_back_after_it_was_away_is_nobodys_hand(house: House):
    house.twin.home.reach(LAMP, False, at=house.clock.now())
    house.reports("on")
    house.twin.home.reach(LAMP, True, at=house.clock.now())
    assert (await house.wishes(routine(), on=False)).verdict is Verdict.DONE


async def test_a_hand_holds_for_half_an_hour_and_against_no_person(house: House):
    house.reports("on")
    assert (await house.wishes(voice(KIM), on=False)).verdict is Verdict.DONE
    house.reports("on")
    await house.clock.advance(31 * 60)
    assert (await house.wishes(routine(), on=False)).verdict is Verdict.DONE


async def test_what_a_grown_up_set_in_home_assistant_a_child_leaves(house: House):
    house.reports("on", BY_ANNA)
    assert (await house.wishes(voice(KIM), on=False)).verdict is Verdict.REFUSED
    house.reports("off", BY_KIM)
    assert (await house.wishes(voice(ANNA), on=True)).verdict is Verdict.DONE


async def test_a_person_who_dims_a_light_holds_it_and_a_light_that_drifts_does_not(house: House):
    house.reports("on", Trace("0", ours=True), brightness=100)
    house.reports("on", brightness=120)
    assert (await house.wishes(routine(), on=False)).verdict is Verdict.DONE
    house.reports("on", Trace("2", ours=True), brightness=100)
    house.reports("on", BY_ANNA, brightness=20)
    assert (await house.wishes(routine("second"), on=False)).verdict is Verdict.REFUSED


async def test_a_routine_that_somebody_started_counts_as_much_as_they_do(house: House):
    """Anna turned the lamp on; "run movie night" by her turns it off, by the child it does not, nor by itself."""
    began = {"by-anna": voice(ANNA), "by-kim": voice(KIM)}
    house.precedence.led_to = lambda step: next((by.id for run, by in began.items() if run in step), None)
    assert (await house.wishes(voice(ANNA), on=True)).verdict is Verdict.DONE
    for started in began.values():
        house.precedence.note_start(started)
    assert (await house.wishes(routine("by-itself"), on=False)).verdict is Verdict.REFUSED
    assert (await house.wishes(routine("by-kim"), on=False)).verdict is Verdict.REFUSED
    assert (await house.wishes(routine("by-anna"), on=False)).verdict is Verdict.DONE
    assert (await house.wishes(routine("next"), on=True)).verdict is Verdict.REFUSED


def _people() -> tuple[Home, Household]:
    home = Home()
    home.add(Entity(EntityId("person.anna"), "Anna", "person"))
    Namesakes(home, PEOPLE)
    home.add(Entity(EntityId("person.anna_mueller"), "Anna", "person"))
    return home, PEOPLE


def test_a_person_of_the_same_name_in_home_assistant_is_the_same_person():
    home, people = _people()
    presence = Presence(home, people)
    home.observe(EntityId("person.anna_mueller"), "not_home", at=START)
    where = presence.where(people.people[ANNA], START)
    assert where.at_home is False
    assert [one.id for one in home.find(domains=frozenset({"person"})) if not one.hidden] == ["person.anna"]
    home.observe(EntityId("person.anna_mueller"), "home", at=START)
    assert _value(home, "person.anna") == "home"


def test_where_home_assistant_has_the_id_too_a_namesake_is_somebody_else():
    home, _ = _people()
    home.observe(EntityId("person.anna"), "home", at=START)
    home.observe(EntityId("person.anna_mueller"), "not_home", at=START)
    assert _value(home, "person.anna") == "home"
    assert len([one for one in home.entities() if not one.hidden]) == 2


def test_whose_person_there_has_another_name_is_told_by_their_tracker():
    known = Person(ANNA, "Anna", trackers=("person.am",))
    home = Home()
    home.add(Entity(EntityId("person.am"), "Anna Müller", "person"))
    assert Presence(home, Household({ANNA: known})).named("anna müller") == known


def _value(home: Home, entity: str) -> str:
    state = home.state(EntityId(entity))
    assert state is not None
    return state.value
