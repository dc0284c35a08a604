"""Scenes and scripts of other systems, and buttons: activate, run, press."""

from pathlib import Path

from skills.api import Skill
from skills.builtin.doing import act, many
from skills.builtin.words import bare, join, listing
from skills.model import Reply, Request

skill = Skill("scenes")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassTurnOn", domains=["scene"])
async def activate(request: Request) -> Reply:
    """Answer "activate movie night"."""
    return act(
        request,
        "turn_on",
        done=lambda scenes: f"I activated {listing([bare(scene) for scene in scenes])}",
        cannot="be activated from here",
    )


@skill.handles("HassTurnOff", domains=["scene", "button", "input_button"])
async def no_off(request: Request) -> Reply:
    """Answer "turn off movie night": there is no such thing, but there is a way."""
    return Reply(
        join([f"{listing([bare(e) for e in request.targets])} has no off", "say undo to take back what I did"])
    )


@skill.handles("HassTurnOn", domains=["script"])
async def run(request: Request) -> Reply:
    """Answer "run the bedtime routine"."""
    return act(
        request,
        "turn_on",
        done=lambda scripts: f"I started {listing([bare(script) for script in scripts])}",
        cannot="be started from here",
    )


@skill.handles("HassTurnOn", domains=["button", "input_button"])
async def press(request: Request) -> Reply:
    """Answer "press the doorbell"."""
    return act(
        request,
        "press",
        done=lambda buttons: many(request, buttons, say="I pressed {}"),
        cannot="be pressed from here",
    )
