"""Locks: lock and unlock. Whether a wish to unlock needs a yes first is the gateway's to decide."""

from skills.api import Skill
from skills.builtin.doing import Deed, act
from skills.model import Reply, Request

_LOCKED = Deed(
    "{things} can't be locked from here",
    "{things} {things:is|are} locked",
    "I locked {things}",
    "{things} were already locked",
    "locked",
)
_UNLOCKED = Deed(
    "{things} can't be unlocked from here",
    "{things} {things:is|are} unlocked",
    "I unlocked {things}",
    "{things} were already unlocked",
    "unlocked",
)

skill = Skill("locks")


@skill.handles("HassTurnOn", domains=["lock"])
async def lock(request: Request) -> Reply:
    """Answer "lock the front door": Home Assistant's sentences turn a lock on."""
    return act(request, "lock", deed=_LOCKED)


@skill.handles("HassTurnOff", domains=["lock"])
async def unlock(request: Request) -> Reply:
    """Answer "unlock the back door": Home Assistant's sentences turn a lock off."""
    return act(request, "unlock", deed=_UNLOCKED)
