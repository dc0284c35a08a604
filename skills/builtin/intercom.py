"""Talking with another room: "intercom to the kitchen", until somebody hangs up."""

from pathlib import Path

from devices.model import Area
from devices.names import fold
from skills.api import Skill
from skills.builtin.words import room as called_room
from skills.language import say
from skills.model import Reply, Request
from skills.reaching import satellite_intercom

skill = Skill("intercom")
skill.sentences(Path(__file__).parent / "sentences")


@skill.command()
async def call(request: Request, area: str) -> Reply:
    """Answer "intercom to the kitchen"."""
    here, there = request.utterance.area, _area(request, area)
    if there is None:
        return Reply(say("I don't know the room {room}.", room=area), failed=True)
    if here is None:
        return Reply(say("I don't know in which room you are."), failed=True)
    if here == there.id:
        return Reply(say("You are {room:in}.", room=called_room(there.name)), failed=True)
    return Reply(say("You can talk now."), [satellite_intercom(here, there.id)])


@skill.command()
async def end(request: Request) -> Reply:
    """Answer "hang up", after the wake word, which ended the call already."""
    here = request.utterance.area
    return Reply(say("I hung up."), [satellite_intercom(here)] if here is not None else [])


def _area(request: Request, words: str) -> Area | None:
    wanted = fold(words)
    areas = request.home.areas()
    return next((one for one in areas if wanted in map(fold, (one.id, one.name, *one.aliases))), None)
