"""What time it is, and what day."""

from pathlib import Path

from skills.api import Skill
from skills.builtin import words
from skills.model import Reply, Request

skill = Skill("clock")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassGetCurrentTime")
async def time(request: Request, place: object = None) -> Reply:
    """Answer "what time is it?", for here only."""
    if place is not None:
        return Reply(f"I only know the time here: it's {words.clock(request.now)}.")
    return Reply(f"It's {words.clock(request.now)}.")


@skill.handles("HassGetCurrentDate")
async def date(request: Request, day: object = None) -> Reply:
    """Answer "what's today's date?", for no other day."""
    now = request.now
    if day is not None:
        return Reply(f"I only know what today is: {now:%A}, {now.day} {now:%B} {now.year}.")
    return Reply(f"It's {now:%A}, {now.day} {now:%B} {now.year}.")
