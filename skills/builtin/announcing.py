"""Telling people in other rooms: "announce in the kitchen dinner is ready", "tell everyone we leave in ten minutes"."""

import re
from pathlib import Path

from devices.model import Area
from devices.names import fold
from skills.actions import satellite_announce
from skills.api import Skill
from skills.builtin.words import room as called_room
from skills.language import say
from skills.model import Reply, Request
from skills.reaching import notice_tell

LONGEST = 500
"""Characters that are announced, as the effect takes them."""

SAID_FIRST = "first"
"""The response of sentences that say what is to be told before whom: "dinner is ready, tell everyone"."""
_WHOM = re.compile(
    r"(?i)[\s,;:.!]*(?:\b(?:and|so|please|und|bitte)\s+)?"
    r"\b(?:(?:tell|let)\s+(?:every\w*|all|the)|(?:sage?|gib)\s+(?:bitte\s+)?(?:allen|jedem|uns|der|den|im|überall))\b"
)
_WAITS = re.compile(r"(?i)^\W*(?:if|when|once|whenever|after|before|as soon as|tell|remind|let|ask|don't|do not)\b")
"""Begins what is no message: it waits for something, or is told to somebody else."""

skill = Skill("announcing")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassBroadcast")
async def broadcast(request: Request, message: str) -> Reply:
    """Answer "broadcast dinner is ready": said in every room but the one where it was asked for."""
    text = _text(request, message)
    if request.match.response == SAID_FIRST:
        text = _said_first(request)
    if not text:
        return Reply(say("What shall I tell them?"), failed=True)
    return Reply(say("I told everyone."), [satellite_announce(text, but=request.utterance.area)])


@skill.command()
async def there(request: Request, message: str, area: str) -> Reply:
    """Answer "announce in the kitchen dinner is ready"."""
    room = _area(request, area)
    if room is None:
        return Reply(say("I don't know the room {room}.", room=area), failed=True)
    if not _text(request, message):
        return Reply(say("What shall I say {room:in}?", room=called_room(room.name)), failed=True)
    said = say("I announced it {room:in}.", room=called_room(room.name))
    return Reply(said, [satellite_announce(_text(request, message), [room.id])])


@skill.command()
async def person(request: Request, name: str, message: str, area: str | None = None) -> Reply:
    """Answer "tell Anna dinner is ready": said in the room where she is, or sent to her; "… in the kitchen …" there."""
    if area is not None:
        return await there(request, message, area)
    who = request.targets[0].name if request.targets else name
    if not _text(request, message):
        return Reply(say("What shall I tell {who}?", who=who), failed=True)
    return Reply(say("I told {who}.", who=who), [notice_tell(_text(request, message), who)])


def _area(request: Request, words: str) -> Area | None:
    wanted = fold(words)
    areas = request.home.areas()
    return next((one for one in areas if wanted in map(fold, (one.id, one.name, *one.aliases))), None)


def _said_first(request: Request) -> str:
    """Return what stands before "tell everyone"; nothing where that is no plain statement."""
    said = request.utterance.text
    ends = [found.start() for found in _WHOM.finditer(said)]
    text = said[: ends[-1]].strip(" ,:")[:LONGEST] if ends else ""
    return "" if _WAITS.match(text) else text[:1].upper() + text[1:]


def _text(request: Request, message: str) -> str:
    """Return what is said: a sentence that begins like one. A German clause keeps its ``dass``: its verb is last."""
    text = message.strip(" ,:")[:LONGEST]
    if text and re.search(rf"(?i)\bdass\s+{re.escape(text)}", request.utterance.text):
        return say("I am to say that {message}", message=text)
    return text[:1].upper() + text[1:]
