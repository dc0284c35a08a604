"""Scenes and scripts of other systems, and buttons: activate, run, press."""

from pathlib import Path

from skills.actions import sentence_hand_over
from skills.api import Skill
from skills.builtin.doing import Deed, act
from skills.builtin.words import bare, join, listing
from skills.language import say
from skills.model import Reply, Request

_ACTIVATED = Deed("{things} can't be activated from here", "I activated {titles}")
_RUN = Deed("{things} can't be started from here", "I started {titles}")
_PRESSED = Deed("{things} can't be pressed from here", "I pressed {things}", "I pressed {things}")

skill = Skill("scenes")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassTurnOn", domains=["scene"])
async def activate(request: Request) -> Reply:
    """Answer "activate movie night"."""
    return act(request, "turn_on", deed=_ACTIVATED, titles=_titles(request))


@skill.handles("HassTurnOff", domains=["scene", "button", "input_button"])
async def no_off(request: Request) -> Reply:
    """Answer "turn off movie night": there is no such thing, but there is a way."""
    return Reply(join([say("{titles} has no off. Say undo to take back what I did", titles=_titles(request))]))


@skill.handles("HassTurnOn", domains=["script"])
async def run(request: Request) -> Reply:
    """Answer "run the bedtime routine"."""
    return act(request, "turn_on", deed=_RUN, titles=_titles(request))


@skill.handles("HearthHandOver")
async def hand_over(request: Request) -> Reply:
    """Answer a sentence that somebody gave to an automation of another system: it is for that to answer."""
    return Reply("", [sentence_hand_over(str(request.match.slots["text"]), request.utterance.language)])


@skill.handles("HassTurnOn", domains=["button", "input_button"])
async def press(request: Request) -> Reply:
    """Answer "press the doorbell"."""
    return act(request, "press", deed=_PRESSED)


def _titles(request: Request) -> str:
    return listing([bare(entity) for entity in request.targets])
