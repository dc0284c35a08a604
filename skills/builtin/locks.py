"""Locks: lock and unlock. Whether a wish to unlock needs a yes first is the gateway's to decide."""

from skills.api import Skill
from skills.builtin.doing import act, wording
from skills.model import Reply, Request

skill = Skill("locks")


@skill.handles("HassTurnOn", domains=["lock"])
async def lock(request: Request) -> Reply:
    """Answer "lock the front door": Home Assistant's sentences turn a lock on."""
    return act(request, "lock", done=wording(request, state="locked", verb="locked {}"), cannot="be locked from here")


@skill.handles("HassTurnOff", domains=["lock"])
async def unlock(request: Request) -> Reply:
    """Answer "unlock the back door": Home Assistant's sentences turn a lock off."""
    return act(
        request, "unlock", done=wording(request, state="unlocked", verb="unlocked {}"), cannot="be unlocked from here"
    )
