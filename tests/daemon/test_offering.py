"""What a model worked out and a person confirmed is a sentence from then on, for other rooms and lengths too."""

import json
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.app import Hearth
from daemon.config import Config, load
from daemon.config.machines import OllamaSection
from daemon.conversation import Answer
from daemon.learning.forms import form_of, slotted
from devices.home import Home
from devices.model import Area, AreaId, Capability, Entity, EntityId
from skills.model import Origin
from tests.daemon.reasoner.servers import Server, ollama
from tests.daemon.test_app import daemon

ON_OFF = frozenset({Capability.ON_OFF, Capability.BRIGHTNESS})
ROOMS = {"en": ("Lounge", "Bedroom"), "de": ("Wohnzimmer", "Küche")}
Step = tuple[str, Sequence[str], str]


def proposing(*steps: Step) -> Callable[[str], str]:
    """Return a model that proposes tools for things of these names, each with a value."""

    def answer(system: str) -> str:
        keys = {name: key for key, name in re.findall(r"^- (e\d+), \w+, ([^,]+),", system, re.MULTILINE)}
        told = [
            {"tool": tool, "things": [keys[name] for name in names if name in keys], "value": value}
            for tool, names, value in steps
        ]
        return json.dumps({"kind": "do", "steps": told, "say": ""})

    return answer


@asynccontextmanager
async def rooms(state: Path, language: str, *steps: Step) -> AsyncGenerator[tuple[Hearth, Server]]:
    """Run a house of two rooms, with two lamps in each and a blind in the first, and a model that says this."""
    home = load(None).home.model_copy(update={"language": language})
    async with ollama(answer=proposing(*steps)) as server:
        config = Config(home=home, ollama=OllamaSection(url=server.url, model="tiny"))
        async with daemon(state, config) as (hearth, _):
            areas = [Area(AreaId(name.lower()), name) for name in ROOMS[language]]
            hearth.home.lay_out([], areas)
            for area in areas:
                for kind in ("Floor", "Wall"):
                    lamp = EntityId(f"light.{area.id}_{kind.lower()}")
                    hearth.home.add(Entity(lamp, f"{area.name} {kind}", "light", area=area.id, capabilities=ON_OFF))
                    hearth.home.observe(lamp, "off", at=datetime.now(UTC))  # noqa: TID251 - as the twin's states
            yield hearth, server


async def say(hearth: Hearth, text: str, area: str | None = None) -> Answer:
    where = AreaId(area) if area is not None else None
    return await hearth.conversation.answer(text, origin=Origin.TEXT, area=where)


def about(answer: Answer) -> list[str]:
    """Return what was moved."""
    return sorted(target.entity for _, outcome in answer.outcomes for target in outcome.targets)


BOTH = ("turn_on", ("Lounge Floor", "Lounge Wall"), "")
DIM = ("set_brightness", ("Lounge Floor", "Lounge Wall"), "30")
BEIDE = ("turn_on", ("Wohnzimmer Floor", "Wohnzimmer Wall"), "")
KNITTING = "grandma and her lamps want some love in here"
DUSTER, DUSTER_THERE = "im Wohnzimmer ist es mir zu duster", "in der Küche ist es mir zu duster"
COSY, COSY_THERE = "some cosiness in the lounge", "some cosiness in the bedroom"
CASES = [
    pytest.param("en", BOTH, KNITTING, "turn on the lights", KNITTING, "bedroom", id="here"),
    pytest.param(
        "en", DIM, "a lamp fit for tea", "set the lights to 30 percent", "a lamp fit for tea", "bedroom", id="it"
    ),
    pytest.param("en", DIM, COSY, "set the lights in the Lounge to 30 percent", COSY_THERE, "bedroom", id="named"),
    pytest.param("de", BEIDE, DUSTER, "schalte das Licht im Wohnzimmer ein", DUSTER_THERE, "küche", id="German"),
]


@pytest.mark.parametrize(("language", "step", "said", "command", "again", "room"), CASES)
async def test_what_is_about_a_room_is_about_every_room(
    tmp_path: Path, language: str, step: Step, said: str, command: str, again: str, room: str
):
    first, yes = ("lounge", "yes") if language == "en" else ("wohnzimmer", "ja")
    async with rooms(tmp_path, language, step) as (hearth, server):
        offered = await say(hearth, said, first)
        learned = await say(hearth, yes, first)
        asked = len(server.asked)
        second = await say(hearth, again, room)
    assert command in offered.reply
    assert (learned.status, second.status, second.route) == ("done", "done", "paraphrase")
    assert about(second) == [f"light.{room}_floor", f"light.{room}_wall"]
    assert len(server.asked) == asked


async def test_what_had_to_be_agreed_to_is_offered_once_it_is_done(tmp_path: Path):
    """Said of no lamp and no room: it is asked about, done after a yes, and known after another one."""
    said = "grandma and her knitting want some love"
    async with rooms(tmp_path, "en", BOTH) as (hearth, server):
        asked = await say(hearth, said, "lounge")
        done = await say(hearth, "yes", "lounge")
        learned = await say(hearth, "yes", "lounge")
        before = len(server.asked)
        again = await say(hearth, said, "bedroom")
    assert (asked.status, done.status, learned.status, again.status) == ("waiting", "done", "done", "done")
    assert "“grandma and her knitting want some love” for “turn on the lights”" in done.reply
    assert len(server.asked) == before


async def test_one_lamp_of_a_room_is_not_what_is_meant_by_here(tmp_path: Path):
    async with rooms(tmp_path, "en", ("turn_on", ("Lounge Floor",), "")) as (hearth, _):
        answer = await say(hearth, "I can hardly see my book here", "lounge")
    assert (answer.status, answer.asks) == ("done", False)


async def test_several_things_at_once_are_one_sentence(tmp_path: Path):
    steps = (("turn_on", ("Lounge Floor", "Bedroom Wall"), ""), ("close", ("Office Blind",), ""))
    async with rooms(tmp_path, "en", *steps) as (hearth, _):
        said = "lounge floor, bedroom wall and office blind as for grandma"
        offered = await say(hearth, said)
        await say(hearth, "yes")
        second = await say(hearth, said)
    assert "“turn on Lounge Floor and Bedroom Wall and close the Office Blind”" in offered.reply
    assert about(second) == ["cover.office_blind", "light.bedroom_wall", "light.lounge_floor"]


@pytest.mark.parametrize(
    ("language", "said", "command", "again", "minutes"),
    [
        ("en", "my tea needs four minutes", "set a timer for 4 minutes", "my tea needs twenty five minutes", 25),
        ("de", "mein Tee braucht vier Minuten", "stelle einen Timer auf 4 Minuten", "mein Tee braucht 7 Minuten", 7),
    ],
)
async def test_a_length_may_be_another_one(
    tmp_path: Path, language: str, said: str, command: str, again: str, minutes: int
):
    async with rooms(tmp_path, language, ("timer", (), "240")) as (hearth, server):
        offered = await say(hearth, said)
        await say(hearth, "ja" if language == "de" else "yes")
        asked = len(server.asked)
        second = await say(hearth, again)
    assert command in offered.reply
    assert [dict(match.slots) for match in second.commands] == [{"minutes": minutes}]
    assert len(server.asked) == asked


async def test_who_is_asked_in_another_language_than_the_house_answers_in_it(tmp_path: Path):
    async with rooms(tmp_path, "en", ("timer", (), "240")) as (hearth, server):
        await say(hearth, "mein Tee braucht vier Minuten")
        learned = await say(hearth, "ja")
        asked = len(server.asked)
        second = await say(hearth, "mein Tee braucht 7 Minuten")
    assert learned.reply.startswith("Wenn du „mein Tee braucht vier Minuten“ sagst")
    assert [dict(match.slots) for match in second.commands] == [{"minutes": 7}]
    assert len(server.asked) == asked


async def test_what_was_learned_is_listed_and_unlearned(tmp_path: Path):
    async with rooms(tmp_path, "en", BOTH) as (hearth, server):
        await say(hearth, "grandma and her lamps want some love in here", "lounge")
        await say(hearth, "yes", "lounge")
        told = await say(hearth, "what have you learned", "lounge")
        forgot = await say(hearth, "forget that", "lounge")
        asked = len(server.asked)
        await say(hearth, "grandma and her lamps want some love in here", "lounge")
    assert "“grandma and her lamps want some love in here” means “turn on the lights”" in told.reply
    assert forgot.status == "done"
    assert len(server.asked) > asked


@pytest.mark.parametrize(
    ("phrase", "command", "words", "general"),
    [
        (
            "tea for 4 minutes",
            "set a timer for 4 minutes",
            "tea for {number} minutes",
            "set a timer for {number} minutes",
        ),
        ("tea for 4 of 5", "set a timer for 4 minutes", "tea for {number} of 5", "set a timer for {number} minutes"),
        (
            "dinner in the lounge",
            "turn on the lights in the Lounge",
            "dinner {room}",
            "turn on the lights in the {room}",
        ),
        (
            "lounge at 40 please now",
            "set the lights in the Lounge to 40 percent",
            "{room} at {number} please now",
            "set the lights in the {room} to {number} percent",
        ),
    ],
)
def test_what_stands_in_phrase_and_command_may_be_another(phrase: str, command: str, words: str, general: str):
    home = Home(areas=[Area(AreaId("lounge"), "Lounge")])
    form = form_of(tuple(phrase.split()), command, home, "en")
    assert form is not None
    assert (" ".join(form.words), form.command) == (words, general)


@pytest.mark.parametrize(
    ("phrase", "command"),
    [
        ("tea for 4 minutes", "set a timer for 5 minutes"),
        ("movie time in the lounge", "turn off the Lounge Lamp"),
        ("level 2 please", "set the lamp 2 to 2 percent"),
        ("number two please", "turn on Lamp 2"),
        ("tea at 4 for 4 minutes", "set a timer for 4 minutes"),
        ("movie time", "turn off the lights"),
    ],
)
def test_what_stands_in_one_of_them_only_is_itself(phrase: str, command: str):
    home = Home(areas=[Area(AreaId("lounge"), "Lounge")])
    assert form_of(tuple(phrase.split()), command, home, "en") is None


def test_a_long_phrase_has_few_forms():
    words = ("one", "two", "lamps", "four", "five") * 2
    assert len(list(slotted(words, Home(), "en"))) <= len(words)
