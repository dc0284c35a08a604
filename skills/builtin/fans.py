"""Fans: how fast, and whether they swing."""

from pathlib import Path

from devices.model import Call, Capability, State
from skills.api import Skill
from skills.builtin.doing import Deed, act, many, nothing_there, wishes
from skills.builtin.words import join, names, percent, to_number
from skills.language import say
from skills.model import Reply, Request

STEP_PERCENT = 25
"""How much "faster" is."""
LEAST_PERCENT = 1
"""Slower never means off; a bridge makes the lowest speed of it."""

_CANNOT = "{things} can't change speed"
_AT = "{things} {things:is|are} at {percent}"
_SET = Deed(_CANNOT, _AT, "I set {things} to {percent}")
_SWINGING = Deed("{things} can't swing", "{things} {things:is|are} swinging", "I let {things} swing")
_STILL = Deed("{things} can't swing", "{things} {things:is|are} still", "I stopped {things} swinging")

skill = Skill("fans")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassFanSetSpeed")
async def set_speed(request: Request, percentage: object = None) -> Reply:
    """Answer "set the tower fan to 60 percent"."""
    wanted = to_number(percentage)
    if wanted is None or not 0 <= wanted <= 100:
        return Reply(say("A fan's speed goes from 0 to 100 percent."))
    return act(request, "set_percentage", {"percentage": round(wanted)}, deed=_SET, percent=percent(wanted))


@skill.command()
async def faster(request: Request) -> Reply:
    """Answer "make the fan faster"."""
    return _stepped(request, STEP_PERCENT)


@skill.command()
async def slower(request: Request) -> Reply:
    """Answer "slow the fan down"; never off."""
    return _stepped(request, -STEP_PERCENT)


@skill.command()
async def oscillate(request: Request, oscillating: object = True) -> Reply:
    """Answer "let the fan swing"."""
    on = oscillating not in (False, "off", "false")
    return act(request, "oscillate", {"oscillating": on}, deed=_SWINGING if on else _STILL)


def _stepped(request: Request, step: int) -> Reply:
    fans = [fan for fan in request.targets if Capability.SPEED in fan.capabilities]
    if not fans:
        others = request.targets
        return Reply(join([say(_CANNOT, things=names(others))])) if others else nothing_there()
    now = {fan.id: _speed(request.home.state(fan.id)) for fan in fans}
    if step < 0:
        fans, still = [fan for fan in fans if now[fan.id] > 0], fans
        if not fans:
            return Reply(join([say("{things} {things:is|are} off", things=names(still))]))
    after = {fan.id: min(100, max(LEAST_PERCENT, now[fan.id] + step)) for fan in fans}
    calls = [Call(fan.id, "set_percentage", {"percentage": after[fan.id]}) for fan in fans]
    if len(fans) == 1:
        said = say(_AT, things=names(fans), percent=percent(after[fans[0].id]))
    elif step > 0:
        said = say("I sped up {things}", things=many(request, fans))
    else:
        said = say("I slowed down {things}", things=many(request, fans))
    return Reply(join([said]), do=wishes(calls))


def _speed(state: State | None) -> int:
    """Return how fast the fan turns, in percent; one that is on and does not say how fast counts as full."""
    if state is None or state.value != "on":
        return 0
    speed = to_number(state.attributes.get("percentage"))
    return 100 if speed is None else round(speed)
