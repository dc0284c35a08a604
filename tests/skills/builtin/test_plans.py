"""Plans and projects by voice, in English and German."""

from dataclasses import replace
from datetime import date

import pytest

from devices.home import Home
from devices.model import AreaId, Capability, Entity, EntityId
from skills.builtin.mealplan import is_in, parts, thing_of
from skills.builtin.plans import skill
from skills.builtin.recipes import movie_night, safe_night
from skills.builtin.waking import skill as waking
from skills.planned import Item, Planned, Project, Waits
from skills.testing import NOON, Bench

UNLOCK = Waits("door", "unlock Front Door", "d" * 16)
RUNNING = Planned("p1", "Movie night", "running", "a" * 16, 2, 5)
DRAFT = Planned("p2", "Safe", "proposed", "b" * 16, 0, 2, "safe_night")
ITEMS = Item(7, "step", "drinks", "Anna"), Item(8, "question", "how many come")
PARTY = Project(1, "Garden party", due=date(2026, 3, 12), items=ITEMS)


class Known:
    """What there is: fulfils `skills.planned.PlansView`."""

    def __init__(self, *plans: Planned, projects: tuple[Project, ...] = (PARTY,)) -> None:
        self._plans, self._projects = plans, projects

    def plans(self) -> tuple[Planned, ...]:
        return self._plans

    def projects(self) -> tuple[Project, ...]:
        return self._projects


@pytest.mark.parametrize(
    ("language", "said", "told", "wished"),
    [
        ("en", "how far are you?", "Movie night: 2 of 5 done.", []),
        ("en", "stop the plan", "", ["plan.stop"]),
        ("en", "stop the movie night plan", "", ["plan.stop"]),
        ("en", "pause the plan", "The plan rests.", ["plan.pause"]),
        ("en", "take back the plan", "The plan is taken back.", ["plan.undo"]),
        ("en", "what's next for the garden party?",
         "Anna takes care of: drinks. Still open: how many come. There are ten days left.", []),
        ("en", "the next step for the garden party is to order chairs", "Noted.", ["project.note"]),
        ("en", "Anna takes care of the drinks for the garden party", "Noted.", ["project.note"]),
        ("en", "tick off the drinks for the garden party", "Done: drinks.", ["project.done"]),
        ("en", "the plan belongs to the garden party project", "Movie night is a step of Garden party now.",
         ["project.note"]),
        ("de", "der Plan gehört zum Projekt Garden party", "Movie night ist jetzt ein Schritt von Garden party.",
         ["project.note"]),
        ("en", "let's go through the projects",
         "Garden party: Anna takes care of: drinks. Still open: how many come.", []),
        ("de", "gehen wir die Projekte durch",
         "Garden party: Anna kümmert sich um: drinks. Noch offen: how many come.", []),
        ("en", "close the project", "The project Garden party is closed.", ["project.close"]),
        ("en", "start a project: move house on the 20th",
         "The project Move house is begun, and 18 days are left.", ["project.add"]),
        ("de", "wie weit bist du?", "Movie night: 2 von 5 erledigt.", []),
        ("de", "brich den Plan ab", "", ["plan.stop"]),
        ("de", "schließ das Projekt", "Das Projekt Garden party ist geschlossen.", ["project.close"]),
        ("de", "starte ein Projekt: Umzug am 20.",
         "Das Projekt Umzug ist begonnen, und es bleiben noch 18 Tage.", ["project.add"]),
    ],
)  # fmt: skip
async def test_what_is_said_of_plans_and_projects(language: str, said: str, told: str, wished: list[str]):
    reply = await Bench(skill, plans=Known(RUNNING), language=language).hear(said)
    assert (reply.text, [wish.effect for wish in reply.do]) == (told, wished)


async def test_a_step_that_waits_is_asked_about_by_its_literal_action():
    waiting = Planned("p1", "Morning", "running", "a" * 16, 1, 2, waits=(UNLOCK,))
    reply = await Bench(skill, plans=Known(waiting)).hear("confirm the plan")
    assert (reply.text, list(reply.do)) == ("Shall I unlock Front Door?", [])


async def test_a_step_about_safety_is_left_to_the_gateway_to_ask_about():
    waiting = Planned("p1", "Morning", "running", "a" * 16, 1, 2, waits=(replace(UNLOCK, safety=True),))
    reply = await Bench(skill, plans=Known(waiting)).hear("confirm the plan")
    assert [(wish.effect, wish.arguments["aloud"]) for wish in reply.do] == [("plan.confirm", True)]


async def test_a_draft_is_begun_by_its_digest():
    reply = await Bench(skill, plans=Known(DRAFT)).hear("carry out the plan")
    assert [dict(wish.arguments) for wish in reply.do] == [{"id": "p2", "digest": "b" * 16}]


def room() -> Home:
    home, living = Home(), AreaId("living")
    home.add(Entity(EntityId("light.a"), "A", "light", area=living, capabilities=frozenset({Capability.BRIGHTNESS})))
    home.add(
        Entity(EntityId("cover.b"), "B", "cover", "blind", area=living, capabilities=frozenset({Capability.OPEN_CLOSE}))
    )
    home.add(Entity(EntityId("cover.g"), "G", "cover", "garage", capabilities=frozenset({Capability.OPEN_CLOSE})))
    home.add(Entity(EntityId("lock.f"), "F", "lock", capabilities=frozenset({Capability.LOCK})))
    home.add(Entity(EntityId("binary_sensor.w"), "Window", "binary_sensor", "window"))
    states = {"light.a": "on", "cover.b": "open", "cover.g": "open", "lock.f": "unlocked", "binary_sensor.w": "on"}
    for entity, value in states.items():
        home.observe(EntityId(entity), value, at=NOON)
    return home


def test_a_movie_night_dims_and_darkens_the_room_and_leaves_the_garage_alone():
    form = movie_night(room(), None)
    assert form is not None
    assert [one.arguments["targets"] for one in form.steps if "cover.g" in str(one.arguments)] == []
    assert [one.id for one in form.steps] == ["blind_1", "light_1"]


def test_a_safe_night_closes_before_it_locks_and_tells_what_stays_open():
    form = safe_night(room(), None)
    assert form is not None
    assert {one.id: one.needs for one in form.steps} == {
        "shut_1": (), "lock_1": ("shut_1",), "off_1": (), "told": ("shut_1",),
    }  # fmt: skip


def test_there_is_no_plan_where_nothing_is_to_be_done():
    assert movie_night(Home(), None) is None
    assert safe_night(Home(), None) is None


@pytest.mark.parametrize(
    ("language", "said", "acts", "wished"),
    [("en", "stop", True, ["plan.stop"]), ("en", "stop", False, []), ("en", "enough", True, []),
     ("de", "halt", True, ["plan.stop"]), ("de", "stopp", True, ["plan.stop"])],
)  # fmt: skip
async def test_a_mere_stop_is_about_a_plan_that_does_something(language: str, said: str, acts: bool, wished: list[str]):
    one = replace(RUNNING, acts=acts)
    reply = await Bench(waking, plans=Known(one), language=language).hear(said)
    assert [wish.effect for wish in reply.do] == wished


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("2 onions", "onion", True), ("500 g tomatoes", "a tomato", True), ("Eier", "3 Eier", True),
     ("rice", "ice", False), ("red wine", "white wine", False), ("2 cans of beans", "beans", True)],
)  # fmt: skip
def test_what_is_to_be_bought_is_known_again_whatever_its_amount(one: str, other: str, same: bool):
    assert (thing_of(one) == thing_of(other)) is same


@pytest.mark.parametrize(
    ("thing", "item", "inside"),
    [
        ("nuts", "walnut bread", True),
        ("Nüsse", "Haselnüsse", True),
        ("milk", "soy sauce", False),
        ("a", "bread", False),
    ],
)
def test_what_somebody_must_not_eat_is_seen_in_an_item(thing: str, item: str, inside: bool):
    assert is_in(thing, item) is inside


def test_things_are_told_apart_as_they_are_said():
    assert parts("noodles, 2 onions and Salz und Pfeffer.") == ("noodles", "2 onions", "Salz", "Pfeffer")
