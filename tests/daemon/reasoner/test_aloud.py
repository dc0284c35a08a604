"""Talk is spoken sentence by sentence while it comes, and nothing of it that no model gets to say."""

import asyncio
import json
from collections.abc import AsyncGenerator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from daemon.reasoner.aloud import Aloud
from daemon.reasoner.checking import Do, Nothing, Say
from daemon.reasoner.errors import CutOffError, GarbledError, ModelError, UnreachableError
from daemon.reasoner.model import Model, Prompt
from daemon.reasoner.prompt import Earlier
from daemon.reasoner.reasoner import Reasoner
from devices.home import Home
from tests.daemon.reasoner.models import ScriptedModel, texts_of
from tests.daemon.reasoner.test_reasoner import done, said

NOON = datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("Europe/Berlin"))
LONG = "The sky is blue because of the air. It scatters blue light more than red. That is all there is to it."


async def proposal(model: Model, *, larger: Model | None = None, aloud: list[str] | None = None, text: str = "why"):
    """Return what comes of a sentence in an empty house, and put what is said meanwhile into a list."""
    speak = aloud.append if aloud is not None else None
    reasoner = Reasoner(model, Home(), larger=larger, budget_s=5, small_s=0.2)
    return await reasoner.propose(text, now=NOON, language="en", speak=speak)


def heard(answer: str, size: int = 1) -> tuple[list[str], Say]:
    """Return what is said of an answer that comes in pieces, and the whole of it."""
    spoken: list[str] = []
    aloud = Aloud(spoken.append)
    for at in range(0, len(answer), size):
        aloud.take(answer[at : at + size])
    return spoken, aloud.whole()


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 1_000])
def test_each_sentence_is_handed_over_once_it_is_whole(size: int):
    spoken, whole = heard(said("talk", LONG), size)
    assert spoken == ["The sky is blue because of the air.", "It scatters blue light more than red."]
    assert whole == Say(LONG, asks=False, told=" ".join(spoken))


@pytest.mark.parametrize("size", [1, 4, 7])
def test_markup_and_escapes_are_gone_wherever_a_piece_ends(size: int):
    text = 'Call it **"Grüße"** \\ from 🎉 Köln! See [this](https://example.org) too. The rest.'
    spoken, whole = heard(json.dumps({"kind": "talk", "steps": [], "say": text}), size)
    assert spoken == ['Call it "Grüße" from Köln!', "See this too."]
    assert whole.text.endswith("The rest.")


@pytest.mark.parametrize("kind", ["ask", "do", "no"])
def test_nothing_but_talk_is_said_before_its_end(kind: str):
    assert heard(said(kind, LONG))[0] == []


def test_what_claims_that_something_was_done_ends_the_talk():
    spoken, whole = heard(said("talk", "Here is a thought for you. I have unlocked the door. And more of it."))
    assert (spoken, whole.text) == (["Here is a thought for you."], "Here is a thought for you.")


def test_a_claim_at_the_end_is_left_out():
    assert heard(said("talk", "Here is a thought for you. The light is on."))[1].text == "Here is a thought for you."


def test_no_more_is_said_than_anyone_wants_to_hear():
    spoken, whole = heard(said("talk", "This sentence comes again and again and again. " * 30))
    assert len(" ".join(spoken)) <= 400
    assert len(whole.text) <= 400


async def test_what_was_begun_aloud_is_not_begun_anew_when_the_model_breaks_off():
    class Breaking(ScriptedModel):
        async def complete(self, prompt: Prompt) -> AsyncGenerator[str]:
            self.asked.append(prompt)
            yield said("talk", LONG)[:-60]
            raise CutOffError("gone")

    aloud: list[str] = []
    small, larger = Breaking(), ScriptedModel()
    found = await proposal(small, larger=larger, aloud=aloud)
    assert isinstance(found, Say)
    assert found.text.startswith(found.told)
    assert (aloud, len(small.asked), len(larger.asked)) == ([found.told], 1, 0)


@pytest.mark.parametrize(
    "first",
    [("rubbish", "rubbish"), (UnreachableError("away"),), (said("no", ""),)],
    ids=["of no use", "away", "gives up"],
)
async def test_the_larger_model_is_asked_where_the_small_one_is_of_no_help(first: tuple[str | ModelError, ...]):
    small, larger = ScriptedModel(*first), ScriptedModel(said("talk", "Because."))
    assert await proposal(small, larger=larger) == Say("Because.", asks=False)
    assert (len(small.asked), len(larger.asked)) == (len(first), 1)


async def test_the_larger_model_is_left_alone_where_the_small_one_knows():
    larger = ScriptedModel()
    found = await proposal(ScriptedModel(done({"tool": "time", "things": [], "value": ""})), larger=larger)
    assert isinstance(found, Do)
    assert larger.asked == []


async def test_a_small_model_that_is_slow_leaves_time_to_the_larger_one():
    class Silent(ScriptedModel):
        async def complete(self, prompt: Prompt) -> AsyncGenerator[str]:
            await asyncio.Event().wait()
            yield ""

    assert await proposal(Silent(), larger=ScriptedModel(said("no", ""))) == Nothing()


async def test_there_are_never_more_than_four_rounds():
    small, larger = ScriptedModel(*["rubbish"] * 9), ScriptedModel(*["rubbish"] * 9)
    with pytest.raises(GarbledError):
        await proposal(small, larger=larger)
    assert len(small.asked) + len(larger.asked) == 4


async def test_the_model_is_told_what_was_said_before_and_where_it_was_interrupted():
    model = ScriptedModel(said("talk", "As I said."))
    earlier = [
        Earlier("who was Ada Lovelace", "She wrote about engines. She lived in London.", heard="She wrote"),
        Earlier("and her father", "A poet."),
    ]
    await Reasoner(model, Home()).propose("go on", now=NOON, language="en", earlier=earlier)
    shown = texts_of(model.asked[0])[0]
    assert (
        "- person: who was Ada Lovelace\n- you, interrupted by the person, who heard only this: She wrote ..." in shown
    )
    assert "She lived in London" not in shown
    assert "- person: and her father\n- you: A poet." in shown
