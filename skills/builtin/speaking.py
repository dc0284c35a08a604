"""How it is spoken and listened: louder, softly, not at all; what was said once more, and what was not heard of it."""

import re
from pathlib import Path
from typing import Literal

from devices.model import Area
from devices.names import fold
from skills.actions import satellite_mute, satellite_volume
from skills.api import Skill
from skills.builtin.words import room as called_room
from skills.language import say
from skills.model import Reply, Request, Told

skill = Skill("speaking")
skill.sentences(Path(__file__).parent / "sentences")

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_UNKNOWN = "I don't know that room."


def voiced(request: Request, how: Literal["louder", "quieter"]) -> Reply:
    """Return the reply to who wants us to speak otherwise where they are."""
    text = say("Is this better?") if how == "louder" else say("I speak more softly now.")
    return Reply(text, [satellite_volume(request.utterance.area, how)])


def rest_of(told: Told | None) -> Reply:
    """Return the reply that says what was not heard, from the sentence that was not heard whole."""
    if told is None or not told.is_cut:
        return Reply(say("That was all."))
    begins = [0, *(end.end() for end in _SENTENCE_END.finditer(told.text))]
    return Reply(told.text[max(begin for begin in begins if begin <= len(told.heard)) :])


@skill.command()
async def louder(request: Request) -> Reply:
    """Answer "raise your voice"."""
    return voiced(request, "louder")


@skill.command()
async def quieter(request: Request) -> Reply:
    """Answer "speak more quietly"."""
    return voiced(request, "quieter")


@skill.command()
async def whisper(request: Request) -> Reply:
    """Answer "whisper"."""
    return Reply(say("I whisper."), [satellite_volume(request.utterance.area, "whisper")])


@skill.command()
async def usual(request: Request) -> Reply:
    """Answer "speak normally"."""
    return Reply(say("I speak as usual."), [satellite_volume(request.utterance.area)])


@skill.command()
async def deaf(request: Request, area: str | None = None) -> Reply:
    """Answer "stop listening", and "mute the microphone in the kitchen"; only from elsewhere can it be told back."""
    room = _room(request, area)
    if room is None:
        return Reply(say(_UNKNOWN if area else "In which room?"), failed=True)
    told = say("I no longer listen {room:in}. Switch it on again, or write to me.", room=called_room(room.name))
    return Reply(told, [satellite_mute(room.name, muted=True)])


@skill.command()
async def deaf_everywhere(_request: Request) -> Reply:
    """Answer "mute all microphones"."""
    return Reply(say("I no longer listen anywhere. Write to me to undo that."), [satellite_mute(None, muted=True)])


@skill.command()
async def hear(request: Request, area: str | None = None) -> Reply:
    """Answer "listen again", written, or said in another room."""
    room = _room(request, area)
    if area and room is None:
        return Reply(say(_UNKNOWN), failed=True)
    if room is None:
        return await hear_everywhere(request)
    wishes = [satellite_mute(None, muted=False), satellite_mute(room.name, muted=False)]
    return Reply(say("I listen {room:in} again.", room=called_room(room.name)), wishes)


@skill.command()
async def hear_everywhere(request: Request) -> Reply:
    """Answer "unmute all microphones"."""
    rooms = [satellite_mute(room.name, muted=False) for room in request.home.areas()]
    return Reply(say("I listen everywhere again."), [satellite_mute(None, muted=False), *rooms])


@skill.command()
async def repeat(request: Request) -> Reply:
    """Answer "what did you say?"."""
    return Reply(request.told.text if request.told is not None else say("I have not said anything."))


@skill.command()
async def go_on(request: Request) -> Reply:
    """Answer "go on talking", after an answer that was interrupted."""
    return rest_of(request.told)


def _room(request: Request, words: str | None) -> Area | None:
    """Return the room that was named, else the one where it was said."""
    if words is None:
        area = request.utterance.area
        return request.home.area(area) if area is not None else None
    wanted = fold(words)
    areas = request.home.areas()
    return next((one for one in areas if wanted in map(fold, (one.id, one.name, *one.aliases))), None)
