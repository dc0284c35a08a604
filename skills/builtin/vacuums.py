"""Robots on floor and lawn: vacuums and mowers start, pause, go home, and say where they are."""

from pathlib import Path

from skills.api import Skill
from skills.builtin.doing import act, many, wording
from skills.builtin.words import is_are, join, names
from skills.model import Reply, Request

skill = Skill("vacuums")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassVacuumStart")
@skill.handles("HassTurnOn", domains=["vacuum"])
async def start(request: Request) -> Reply:
    """Answer "start the vacuum"."""
    done = wording(request, state="cleaning", verb="started {}")
    return act(request, "start", done=done, cannot="be started from here")


@skill.handles("HassVacuumReturnToBase")
@skill.handles("HassTurnOff", domains=["vacuum"])
async def go_home(request: Request) -> Reply:
    """Answer "return Rover to base"; holds also while it is still on its way."""
    done = wording(request, state="on the way back", verb="sent {} back")
    return act(request, "return_to_base", done=done, cannot="be sent home")


@skill.handles("HassVacuumCleanArea")
async def clean_area(request: Request) -> Reply:
    """Answer "vacuum the nursery": no bridge can send a vacuum to one room, and all rooms is not what was asked."""
    robots = [entity for entity in request.targets if entity.domain == "vacuum"]
    who = f"{names(robots)} can't" if robots else "I can't make a vacuum"
    return Reply(join([f"{who} clean a single room yet, only everything"]))


@skill.command()
async def pause(request: Request) -> Reply:
    """Answer "pause the vacuum"."""
    return act(request, "pause", done=wording(request, state="paused", verb="paused {}"), cannot="pause")


@skill.command()
async def locate(request: Request) -> Reply:
    """Answer "where is the vacuum": it makes itself heard."""
    return act(
        request, "locate", done=lambda robots: f"{names(robots)} {is_are(robots)} calling", cannot="make itself heard"
    )


@skill.handles("HassLawnMowerStartMowing")
@skill.handles("HassTurnOn", domains=["lawn_mower"])
async def mow(request: Request) -> Reply:
    """Answer "start mowing"."""
    done = wording(request, state="mowing", verb="started {}")
    return act(request, "start_mowing", done=done, cannot="be started from here")


@skill.handles("HassLawnMowerDock")
@skill.handles("HassTurnOff", domains=["lawn_mower"])
async def dock(request: Request) -> Reply:
    """Answer "stop mowing"."""
    return act(
        request,
        "dock",
        done=lambda mowers: many(request, mowers, say="I sent {} back"),
        cannot="be sent home",
    )
