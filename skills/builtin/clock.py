"""What time it is, and what day."""

from pathlib import Path

from skills.api import Skill
from skills.builtin import words
from skills.model import Reply, Request

skill = Skill("clock")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassGetCurrentTime")
async def time(request: Request) -> Reply:
    """Answer "what time is it?"."""
    return Reply(f"It's {words.clock(request.now)}.")


@skill.handles("HassGetCurrentDate")
async def date(request: Request) -> Reply:
    """Answer "what's today's date?"."""
    now = request.now
    return Reply(f"It's {now:%A}, {now.day} {now:%B} {now.year}.")
