"""Switches, and everything else that is simply on or off: sirens, humidifiers, players, fans, scripts' toggles."""

from pathlib import Path

from skills.api import Skill
from skills.builtin.doing import Deed, act
from skills.builtin.states import is_on
from skills.model import Reply, Request

TURNED_ON = Deed(
    "{things} can't be turned on",
    "{things} {things:is|are} on",
    "I turned on {things}",
    "{things} were already on",
    "on",
)
TURNED_OFF = Deed(
    "{things} can't be turned off",
    "{things} {things:is|are} off",
    "I turned off {things}",
    "{things} were already off",
    "off",
)

skill = Skill("switches")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassTurnOn")
async def turn_on(request: Request) -> Reply:
    """Answer "turn on the coffee maker": for every domain that has no skill of its own."""
    return act(request, "turn_on", deed=TURNED_ON)


@skill.handles("HassTurnOff")
async def turn_off(request: Request) -> Reply:
    """Answer "turn off the siren"."""
    return act(request, "turn_off", deed=TURNED_OFF)


@skill.command()
async def toggle(request: Request) -> Reply:
    """Answer "toggle the desk lamp"; if any of several is on, all go off."""
    lit = any(is_on(request.home.state(entity.id)) for entity in request.targets)
    return await (turn_off if lit else turn_on)(request)
