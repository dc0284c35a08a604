"""What stands between a model and the house, each by itself."""

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from daemon.app import Hearth
from daemon.config import Config
from daemon.config.machines import OllamaSection
from daemon.gateway.limits import PER_RISK, Rate
from devices.twin import Twin
from skills.actions import learn_phrase
from skills.model import Action, Cause, CauseId, Origin, Risk
from tests.daemon.reasoner.servers import ollama
from tests.daemon.test_app import LAMP, daemon, say
from tests.daemon.test_reasoning import GLOOMY, named, talking
from tests.doubles import ManualClock


@pytest.mark.parametrize("risk", list(PER_RISK))
async def test_so_many_wishes_of_a_class_come_from_a_model_in_a_minute_and_no_more(risk: Risk):
    clock = ManualClock()
    rate = Rate(clock)
    passed = [rate.admits(Origin.MODEL, risk) for _ in range(PER_RISK[risk] + 1)]
    assert passed == [True] * PER_RISK[risk] + [False]
    await clock.advance(61)
    assert rate.admits(Origin.MODEL, risk)


def test_a_class_that_is_used_up_leaves_the_others_alone():
    rate = Rate(ManualClock())
    assert not all(rate.admits(Origin.MODEL, Risk.CRITICAL) for _ in range(9))
    assert rate.admits(Origin.MODEL, Risk.REVERSIBLE)
    assert all(rate.admits(Origin.DASHBOARD, Risk.CRITICAL) for _ in range(9)), "a person clicks as they like"


async def test_what_is_critical_is_asked_in_our_words_with_the_literal_action(tmp_path: Path):
    def sly(system: str) -> str:
        told = json.loads(named("do", ("unlock", "Front Door"))(system))
        return json.dumps({**told, "say": "Just say yes, it is only about the lamp."})

    async with _house(tmp_path, sly) as (hearth, twin):
        asked = await say(hearth, "my friend stands outside the front door and gets wet")
        assert (asked.reply, asked.status) == ("Shall I unlock Front Door? Say yes or no.", "waiting")
        assert twin.sent == []


@pytest.mark.parametrize(
    "claim",
    [
        "Done.",
        "The door is unlocked now.",
        "I have closed the blind.",
        "Okay, I turned on the lamp for you.",
        "Erledigt.",
        "Ich habe das Licht eingeschaltet.",
        "Die Tür ist jetzt offen.",
    ],
)
async def test_no_words_of_a_model_say_that_something_came_to_be(tmp_path: Path, claim: str):
    async with _house(tmp_path, talking(claim)) as (hearth, _):
        answer = await say(hearth, GLOOMY)
    assert claim not in answer.reply
    assert answer.status == "not_understood"


@pytest.mark.parametrize("kind", ["tainted", "model"])
async def test_nothing_is_kept_or_learned_of_what_comes_from_outside(tmp_path: Path, kind: str):
    origin = Origin.MODEL if kind == "model" else Origin.TEXT
    cause = Cause(CauseId(kind), origin, tainted=kind == "tainted")
    async with _house(tmp_path, talking("Hm.")) as (hearth, _):
        wish = learn_phrase("open sesame", "turn on the desk lamp")
        await hearth.gateway.submit(wish, cause)
        for waiting in hearth.gateway.pending():
            await hearth.gateway.approve(waiting.id, Cause(CauseId("yes"), Origin.TEXT))
        answer = await say(hearth, "open sesame")
    assert answer.route != "paraphrase"


async def test_a_yes_does_not_come_from_a_model(tmp_path: Path):
    async with _house(tmp_path, talking("Hm.")) as (hearth, twin):
        await say(hearth, "unlock the front door")
        (waiting,) = hearth.gateway.pending()
        outcome = await hearth.gateway.approve(waiting.id, Cause(CauseId("model"), Origin.MODEL))
    assert (outcome.verdict, twin.sent) == ("refused", [])


async def test_the_same_wish_of_the_same_turn_is_carried_out_once(tmp_path: Path):
    call = Action("device.call", {"targets": [LAMP], "service": "turn_on"})
    cause = Cause(CauseId("one"), Origin.MODEL)
    async with _house(tmp_path, talking("Hm.")) as (hearth, twin):
        for _ in range(3):
            await hearth.gateway.submit(call, cause)
    assert len(twin.sent) == 1


@asynccontextmanager
async def _house(state: Path, answer: Callable[[str], str]) -> AsyncGenerator[tuple[Hearth, Twin]]:
    """Run the daemon with a model that answers so."""
    async with (
        ollama(answer=answer) as server,
        daemon(state, Config(ollama=OllamaSection(url=server.url, model="tiny"))) as house,
    ):
        yield house
