"""What others know: "look up whales", "what does the encyclopedia say about moss?"."""

from skills.api import Skill
from skills.model import Reply, Request
from skills.outside import LOOK_UP, outside_ask

skill = Skill("lookup")


@skill.handles(LOOK_UP)
async def look_up(request: Request, text: str, server: str) -> Reply:
    """Answer with what a tool of others says, told as theirs: which tools there are, the owner decides."""
    del request
    return Reply("", [outside_ask(text, server)])
