"""Plans and routines that a model proposes: read back in our words, approved as they were shown, done by the house."""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from daemon.app import Hearth
from daemon.journal import Wish
from daemon.reasoner.checking import Do, UnusableError, read
from daemon.reasoner.directing import Asked, Directive
from daemon.reasoner.model import Prompt
from daemon.reasoner.offer import Offers
from daemon.reasoner.ollama import Ollama
from daemon.reasoner.prompt import Situation, prompt_of, schema_of
from devices.home import Home
from devices.twin import Twin
from tests.daemon.reasoner.attacked import PARTS, running
from tests.daemon.reasoner.engine import engine
from tests.daemon.reasoner.servers import ollama
from tests.daemon.reasoner.test_reasoner import KITCHEN, NOON, home, key_of
from tests.daemon.test_app import BLIND, LAMP, daemon, say
from tests.daemon.test_reasoning import config

__all__ = ["home"]

NIGHT = "somehow the office blind and the desk lamp make it no pleasure for our guests"
TEXT = "the desk lamp and the bedroom blind and the heating"


def steps_of(home: Home, *steps: Mapping[str, object], text: str = TEXT) -> list[object]:
    """Return steps whose things are named by their ids."""
    return [
        {"value": "", **step, "things": [key_of(home, text, str(step["things"]), KITCHEN)]} if step["things"] else step
        for step in steps
    ]


def read_as(home: Home, answer: Mapping[str, object], text: str = TEXT) -> object:
    return read(json.dumps({"say": "", **answer}), Asked(text, Offers(home).of(text, KITCHEN), home))


ON = {"tool": "turn_on", "things": "light.desk"}
SHUT = {"tool": "close", "things": "cover.blind"}
WARM = {"tool": "set_temperature", "things": "climate.bedroom", "value": "21"}
LOOK = {"tool": "look", "things": "light.desk"}


def test_what_has_a_pause_is_a_plan_whatever_it_is_called(home: Home):
    found = read_as(home, {"kind": "do", "steps": steps_of(home, ON, {**SHUT, "wait_minutes": 10})})
    assert isinstance(found, Directive)
    assert [(stage.match.intent, stage.pause_s) for stage in found.stages] == [
        ("HassTurnOn", 0),
        ("HassTurnOff", 600),
    ]


@pytest.mark.parametrize("kind", ["do", "plan"])
def test_what_was_said_with_a_time_is_not_done_now(home: Home, kind: str):
    asked = Asked(TEXT, Offers(home).of(TEXT, KITCHEN), home, later=True)
    with pytest.raises(UnusableError, match="later"):
        read(json.dumps({"kind": kind, "say": "", "steps": steps_of(home, ON)}), asked)
    looked = read(json.dumps({"kind": "do", "say": "", "steps": steps_of(home, LOOK)}), asked)
    assert isinstance(looked, Do)


def test_more_than_three_changes_are_a_plan_whatever_it_is_called(home: Home):
    off = {"tool": "turn_off", "things": "light.desk"}
    assert isinstance(read_as(home, {"kind": "do", "steps": steps_of(home, ON, SHUT, WARM)}), Do)
    assert isinstance(read_as(home, {"kind": "do", "steps": steps_of(home, ON, SHUT, WARM, off)}), Directive)


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        ({"kind": "plan", "steps": []}, "at least one step"),
        ({"kind": "plan", "steps": [LOOK]}, "only look"),
        ({"kind": "plan", "steps": [{**ON, "wait_minutes": -1}]}, "wait_minutes"),
        ({"kind": "plan", "steps": [{**ON, "wait_minutes": True}]}, "wait_minutes"),
        ({"kind": "plan", "steps": [{"tool": "plan.start", "things": "light.desk"}]}, "no tool"),
        ({"kind": "routine", "steps": []}, "must be an object"),
        ({"kind": "routine", "routine": {"when": [{"kind": "sunset"}], "do": [{"tool": "rm", "things": ""}]}}, "tool"),
        ({"kind": "routine", "routine": {"when": [{"kind": "sunset"}], "do": [{"tell": "https://e.org"}]}}, "plain"),
        ({"kind": "routine", "routine": {"when": [{"kind": "state", "thing": "e99", "is": "on"}], "do": []}}, "e99"),
    ],
)
def test_a_plan_or_routine_that_is_none_is_complained_about(home: Home, answer: Mapping[str, object], wrong: str):
    steps = answer.get("steps")
    given = {**answer, "steps": steps_of(home, *steps)} if isinstance(steps, list) else answer  # pyright: ignore[reportUnknownArgumentType] - a row of the table
    with pytest.raises(UnusableError, match=wrong):
        read_as(home, given)


def test_the_form_of_routines_names_nothing_but_what_is_offered(home: Home):
    things = Offers(home).of(TEXT, KITCHEN)
    forms = cast("Sequence[object]", schema_of(things)["anyOf"])
    (routine,) = [text for form in forms if '"routine"' in (text := json.dumps(form))]
    assert all(f'"{one.key}"' in routine for one in things)
    assert '"e99"' not in routine
    assert "shell" not in routine


def planning(*steps: tuple[str, str, int]) -> Callable[[str], str]:
    """Return a model that proposes a plan of tools for things of these names, each after so many minutes."""

    def answer(system: str) -> str:
        keys = {name: key for key, name in re.findall(r"^- (e\d+), \w+, ([^,]+),", system, re.MULTILINE)}
        told = [
            {"tool": tool, "things": [keys.get(name, "")], "value": "", "wait_minutes": wait}
            for tool, name, wait in steps
        ]
        return json.dumps({"kind": "plan", "steps": told, "say": "All of it is done already."})

    return answer


@asynccontextmanager
async def planned(tmp_path: Path, *steps: tuple[str, str, int]) -> AsyncGenerator[tuple[Hearth, Twin]]:
    """Run what plans need of a daemon whose model proposes these steps."""
    async with (
        ollama(answer=planning(*steps)) as server,
        daemon(tmp_path, config(server.url)) as (hearth, twin),
        asyncio.TaskGroup() as group,
    ):
        tasks = [group.create_task(running(one)) for one in hearth.runs if one.name in PARTS]
        assert len(tasks) >= 3
        yield hearth, twin
        for task in tasks:
            task.cancel()


class Sent:
    """Waits until so many calls were made."""

    def __init__(self, hearth: Hearth, count: int) -> None:
        self._count, self._came = count, asyncio.Event()
        self.wishes: list[str] = []
        hearth.gateway.listen(self._on_wish)

    def _on_wish(self, wish: Wish) -> None:
        if wish.action.effect == "device.call":
            self.wishes.append(wish.what)
        if len(self.wishes) >= self._count:
            self._came.set()

    async def all(self) -> None:
        async with asyncio.timeout(15):
            await self._came.wait()


async def test_a_plan_is_shown_then_done_in_order_after_one_yes(tmp_path: Path):
    async with planned(tmp_path, ("close", "Office Blind", 0), ("turn_on", "Desk Lamp", 0)) as (hearth, twin):
        sent = Sent(hearth, 2)
        shown = await say(hearth, NIGHT)
        before = list(twin.sent)
        begun = await say(hearth, "yes")
        await sent.all()
    assert (shown.status, before) == ("asked", []), shown
    assert "done already" not in shown.reply, "the model words nothing"
    assert begun.status == "done", begun
    assert [(call.entity, call.service) for call in twin.sent] == [(BLIND, "close_cover"), (LAMP, "turn_on")]


async def test_a_plan_that_nobody_agreed_to_is_not_done(tmp_path: Path):
    async with planned(tmp_path, ("close", "Office Blind", 0), ("turn_on", "Desk Lamp", 0)) as (hearth, twin):
        await say(hearth, NIGHT)
        left = await say(hearth, "no")
        later = await say(hearth, "yes")
    assert (left.status, later.status, twin.sent) == ("answered", "not_understood", [])


async def test_the_lock_of_an_approved_plan_waits_for_a_yes_of_its_own(tmp_path: Path):
    async with planned(tmp_path, ("turn_on", "Desk Lamp", 0), ("unlock", "Front Door", 0)) as (hearth, twin):
        sent = Sent(hearth, 1)
        shown = await say(hearth, "the lamp and the front door should be ready for our guests")
        await say(hearth, "yes")
        await sent.all()
    assert shown.status == "asked", shown
    assert [call.service for call in twin.sent] == ["turn_on"]


async def test_a_routine_is_read_back_and_kept_only_after_a_yes(tmp_path: Path):
    def answer(system: str) -> str:
        keys = {name: key for key, name in re.findall(r"^- (e\d+), \w+, ([^,]+),", system, re.MULTILINE)}
        step = {"tool": "turn_on", "things": [keys.get("Desk Lamp", "")], "value": ""}
        routine = {"when": [{"kind": "time", "at": "21:30"}], "do": [step]}
        return json.dumps({"kind": "routine", "steps": [], "say": "It is kept.", "routine": routine})

    text = "gloom creeps over the desk lamp around half past nine, mend that for good"
    async with ollama(answer=answer) as server, daemon(tmp_path, config(server.url)) as (hearth, twin):
        asked = await say(hearth, text)
        wishes: list[str] = []
        hearth.gateway.listen(lambda wish: wishes.append(wish.action.effect))
        await say(hearth, "yes")
    assert (asked.status, asked.route, twin.sent) == ("asked", "reasoner", []), asked
    assert "half past nine" in asked.reply or "21:30" in asked.reply or "9:30" in asked.reply, asked.reply
    assert "It is kept" not in asked.reply
    assert wishes == ["routine.add"]


@pytest.mark.system
@pytest.mark.slow
@pytest.mark.timeout(240)
async def test_a_real_engine_keeps_to_the_form_of_plans_and_routines(home: Home):
    """Whatever a made model of no sense answers: it has the form, names what was offered, and never breaks us."""
    things = Offers(home).of(TEXT, KITCHEN)
    async with engine() as found:
        model = Ollama(found.url, "tiny")
        try:
            for kind in ("plan", "routine"):
                whole = prompt_of(Situation(TEXT, "en", NOON, "Kitchen", things=things))
                assert whole.schema is not None
                answer = await _answered(model, replace(whole, schema=_only(whole.schema, kind), most_tokens=1_500))
                given = json.loads(answer)
                named = set(re.findall(r'"(e\d+)"', answer))
                assert given["kind"] == kind
                assert named <= {one.key for one in things}
                with contextlib.suppress(UnusableError):
                    read(answer, Asked(TEXT, things, home))
        finally:
            await model.close()


async def _answered(model: Ollama, prompt: Prompt) -> str:
    return "".join([piece async for piece in model.complete(prompt)])


def _only(schema: Mapping[str, object], kind: str) -> Mapping[str, object]:
    """Return the form of answers of one kind, and of short ones."""
    made = json.loads(re.sub(r'"maxLength": \d+', '"maxLength": 5', json.dumps(schema)))
    (form,) = [one for one in made["anyOf"] if kind in one["properties"]["kind"]["enum"]]
    form["properties"]["kind"]["enum"] = [kind]
    if kind == "plan":
        form["properties"]["steps"]["maxItems"] = 2
    else:
        for row in ("when", "only_if", "do"):
            form["properties"]["routine"]["properties"][row]["maxItems"] = 1
    return cast("Mapping[str, object]", form)
