"""Talk with the model in a conversation: what is said meanwhile, what is remembered of it, and what is learned."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from daemon.app import Hearth
from daemon.config import Config
from daemon.config.machines import OllamaSection
from daemon.conversation import Answer, Conversation, Grammars
from daemon.conversation.reasoning import STILL_S
from daemon.conversation.threads import TOLD_S
from daemon.reasoner.model import Prompt
from daemon.reasoner.reasoner import Reasoner
from devices.home import Home
from devices.model import AreaId
from skills.grammar.model import Decision, Understanding
from skills.model import Origin, PersonId
from skills.registry import registered
from tests.daemon.reasoner.models import ScriptedModel, texts_of
from tests.daemon.reasoner.servers import Server, ollama
from tests.daemon.test_app import daemon
from tests.daemon.test_conversation import Door, NoJournal, Scripted
from tests.daemon.test_reasoning import GLOOMY, named
from tests.doubles import ManualClock

KITCHEN, BATH = AreaId("kitchen"), AreaId("bath")


def talks(text: str) -> str:
    """Return the answer of a model that talks."""
    return json.dumps({"kind": "talk", "steps": [], "say": text})


def talk(model: ScriptedModel) -> tuple[Conversation, ManualClock]:
    """Return a conversation in an empty house, with a model that is asked everything."""
    clock, home = ManualClock(datetime(2026, 11, 22, tzinfo=UTC)), Home()
    grammar = Scripted({})
    grammar.understand = lambda text, home, context: Understanding(Decision.DEFER, reason="no-sentence")
    grammars = Grammars("en", lambda language: grammar)
    zone = ZoneInfo("UTC")
    conversation = Conversation(
        home, registered(), grammars, Door(), NoJournal(), clock=clock, zone=zone, reasoner=Reasoner(model, home)
    )
    return conversation, clock


async def say(
    conversation: Conversation, text: str, area: AreaId = KITCHEN, speak: Callable[[str], None] | None = None
) -> Answer:
    return await conversation.answer(text, origin=Origin.VOICE, area=area, speak=speak)


async def test_the_beginning_is_said_at_once_and_the_rest_is_the_answer():
    aloud: list[str] = []
    conversation, _ = talk(ScriptedModel(talks("Ada was a countess. She wrote about engines.")))
    answer = await say(conversation, "who was Ada", speak=aloud.append)
    assert aloud == ["Ada was a countess."]
    assert (answer.reply, answer.rest) == ("Ada was a countess. She wrote about engines.", "She wrote about engines.")


class Late(ScriptedModel):
    """Answers once it is let."""

    def __init__(self, *answers: str) -> None:
        super().__init__(*answers)
        self.let = asyncio.Event()

    async def complete(self, prompt: Prompt) -> AsyncGenerator[str]:
        await self.let.wait()
        async for piece in super().complete(prompt):
            yield piece


async def test_who_waits_by_voice_hears_that_it_goes_on():
    aloud: list[str] = []
    model = Late(talks("Because."))
    conversation, clock = talk(model)
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(say(conversation, "why", speak=aloud.append))
        await clock.until_sleeping()
        await clock.advance(STILL_S)
        async with asyncio.timeout(5):
            while not aloud:
                await asyncio.sleep(0)
        model.let.set()
    assert (aloud, asked.result().reply, asked.result().rest) == (["Still on it."], "Because.", "Because.")


async def test_the_model_knows_what_was_talked_about_and_how_much_of_it_was_heard():
    model = ScriptedModel(talks("Ada was a countess. She wrote about engines."), talks("Of course."))
    conversation, _ = talk(model)
    answer = await say(conversation, "who was Ada")
    conversation.said(answer.reply, "Ada was a", area=KITCHEN, person=None)
    await say(conversation, "go on please")
    assert "person: who was Ada\n- you, interrupted by the person, who heard only this: Ada was a ..." in shown(model)


async def test_what_was_talked_about_in_one_room_is_not_known_in_another():
    model = ScriptedModel(talks("A countess."), talks("Who knows."))
    conversation, _ = talk(model)
    await say(conversation, "who was Ada")
    await say(conversation, "and her father", BATH)
    assert "Ada" not in shown(model)


@pytest.mark.parametrize(("first", "then", "knows"), [("ann", "bob", False), ("ann", None, False), (None, "bob", True)])
async def test_what_one_person_talked_about_is_not_told_for_another(first: str | None, then: str | None, knows: bool):
    model = ScriptedModel(talks("A countess."), talks("Who knows."))
    conversation, _ = talk(model)
    for text, name in (("who was Ada", first), ("and her father", then)):
        person = PersonId(name) if name is not None else None
        # Made out by their voices alone: one room, one thread.
        await conversation.answer(text, origin=Origin.VOICE, area=KITCHEN, person=person, sure=0.8)
    assert ("Ada" in shown(model)) is knows


async def test_what_was_talked_about_is_forgotten_after_a_while():
    model = ScriptedModel(talks("A countess."), talks("Who knows."))
    conversation, clock = talk(model)
    await say(conversation, "who was Ada")
    await clock.advance(TOLD_S + 1)
    await say(conversation, "and her father")
    assert "Ada" not in shown(model)


def shown(model: ScriptedModel) -> str:
    """Return what the model was told when it was asked last."""
    return texts_of(model.asked[-1])[0]


@asynccontextmanager
async def house(state: Path, *steps: tuple[str, str]) -> AsyncGenerator[tuple[Hearth, Server, Sequence[str]]]:
    """Run the daemon with a model that always proposes these steps."""
    calls: list[str] = []
    async with (
        ollama(answer=named("do", *steps)) as server,
        daemon(state, Config(ollama=OllamaSection(url=server.url, model="tiny"))) as (hearth, twin),
    ):
        hearth.gateway.listen(lambda wish: calls.append(wish.what))
        yield hearth, server, calls
        assert len(twin.sent) <= len(calls)


async def test_what_the_model_worked_out_is_a_sentence_the_second_time(tmp_path: Path):
    async with house(tmp_path, ("turn_on", "Desk Lamp")) as (hearth, server, _):
        offered = await ask(hearth, GLOOMY)
        learned = await ask(hearth, "yes")
        await ask(hearth, "turn off the desk lamp")
        asked = len(server.asked)
        again = await ask(hearth, GLOOMY)
    assert offered.reply.startswith(
        "The desk lamp is on. Shall I take “the evening makes the lamp corner feel so gloomy”"
    )
    assert (learned.status, again.status, again.route) == ("done", "done", "paraphrase")
    assert len(server.asked) == asked, "the model was asked again"
    assert again.timings_ms["total"] < 1_000


async def test_what_nobody_confirms_is_not_learned(tmp_path: Path):
    async with house(tmp_path, ("turn_on", "Desk Lamp")) as (hearth, _, _):
        await ask(hearth, GLOOMY)
        await ask(hearth, "no")
        assert (await ask(hearth, GLOOMY)).route == "reasoner"


@pytest.mark.parametrize("steps", [[("unlock", "Front Door")], [("look", "Desk Lamp")]])
async def test_what_waits_or_changes_nothing_is_not_offered(tmp_path: Path, steps: list[tuple[str, str]]):
    async with house(tmp_path, *steps) as (hearth, _, _):
        answer = await ask(hearth, "somehow the front door and the desk lamp worry me so much")
    assert "Shall I take" not in answer.reply


async def test_several_steps_are_offered_as_one_sentence(tmp_path: Path):
    async with house(tmp_path, ("turn_on", "Desk Lamp"), ("close", "Office Blind")) as (hearth, _, calls):
        offered = await ask(hearth, "desk lamp and office blind in cosy please")
        await ask(hearth, "yes")
        before = len(calls)
        again = await ask(hearth, "desk lamp and office blind in cosy please")
    assert "for “turn on the Desk Lamp and close the Office Blind” from now on?" in offered.reply
    assert (again.route, len(calls) - before) == ("paraphrase", 2)


async def ask(hearth: Hearth, text: str) -> Answer:
    return await hearth.conversation.answer(text, origin=Origin.TEXT)
