"""Robots on floor and lawn: vacuums and mowers start, pause, go home, and say where they are."""

from pathlib import Path

from skills.api import Skill
from skills.builtin.doing import Deed, act
from skills.builtin.words import join, names
from skills.language import say
from skills.model import Reply, Request

_STARTED = Deed(
    "{things} can't be started from here",
    "{things} {things:is|are} cleaning",
    "I started {things}",
    "{things} were already cleaning",
    "cleaning",
)
_SENT_BACK = Deed("{things} can't be sent home", "{things} {things:is|are} on the way back", "I sent {things} back")
_PAUSED = Deed(
    "{things} can't pause",
    "{things} {things:is|are} paused",
    "I paused {things}",
    "{things} were already paused",
    "paused",
)
_CALLING = Deed("{things} can't make itself heard", "{things} {things:is|are} calling")
_MOWING = Deed(
    "{things} can't be started from here",
    "{things} {things:is|are} mowing",
    "I started {things}",
    "{things} were already mowing",
    "mowing",
)
_DOCKED = Deed("{things} can't be sent home", "I sent {things} back", "I sent {things} back")

skill = Skill("vacuums")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassVacuumStart")
@skill.handles("HassTurnOn", domains=["vacuum"])
async def start(request: Request) -> Reply:
    """Answer "start the vacuum"."""
    return act(request, "start", deed=_STARTED)


@skill.handles("HassVacuumReturnToBase")
@skill.handles("HassTurnOff", domains=["vacuum"])
async def go_home(request: Request) -> Reply:
    """Answer "return Rover to base"; holds also while it is still on its way."""
    return act(request, "return_to_base", deed=_SENT_BACK)


@skill.handles("HassVacuumCleanArea")
async def clean_area(request: Request) -> Reply:
    """Answer "vacuum the nursery": no bridge can send a vacuum to one room, and all rooms is not what was asked."""
    robots = [entity for entity in request.targets if entity.domain == "vacuum"]
    if not robots:
        return Reply(say("I can't make a vacuum clean a single room yet, only everything."))
    said = say("{things} can't clean a single room yet, only everything", things=names(robots))
    return Reply(join([said]))


@skill.command()
async def pause(request: Request) -> Reply:
    """Answer "pause the vacuum"."""
    return act(request, "pause", deed=_PAUSED)


@skill.command()
async def locate(request: Request) -> Reply:
    """Answer "where is the vacuum": it makes itself heard."""
    return act(request, "locate", deed=_CALLING)


@skill.handles("HassLawnMowerStartMowing")
@skill.handles("HassTurnOn", domains=["lawn_mower"])
async def mow(request: Request) -> Reply:
    """Answer "start mowing"."""
    return act(request, "start_mowing", deed=_MOWING)


@skill.handles("HassLawnMowerDock")
@skill.handles("HassTurnOff", domains=["lawn_mower"])
async def dock(request: Request) -> Reply:
    """Answer "stop mowing"."""
    return act(request, "dock", deed=_DOCKED)
