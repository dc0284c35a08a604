"""Fans: how fast, and whether they swing."""

from pathlib import Path

from devices.model import Call, Capability, State
from skills.api import Skill
from skills.builtin.doing import NOTHING_THERE, act, many, wishes, wording
from skills.builtin.words import is_are, join, names, percent, to_number
from skills.model import Reply, Request

STEP_PERCENT = 25
"""How much "faster" is."""
LEAST_PERCENT = 1
"""Slower never means off; a bridge makes the lowest speed of it."""

skill = Skill("fans")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassFanSetSpeed")
async def set_speed(request: Request, percentage: object = None) -> Reply:
    """Answer "set the tower fan to 60 percent"."""
    wanted = to_number(percentage)
    if wanted is None or not 0 <= wanted <= 100:
        return Reply("A fan's speed goes from 0 to 100 percent.")
    said = percent(wanted)
    return act(
        request,
        "set_percentage",
        {"percentage": round(wanted)},
        done=wording(request, state=f"at {said}", verb=f"set {{}} to {said}"),
        cannot="change speed",
    )


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
    done = wording(request, state="swinging" if on else "still", verb="let {} swing" if on else "stopped {} swinging")
    return act(request, "oscillate", {"oscillating": on}, done=done, cannot="swing")


def _stepped(request: Request, step: int) -> Reply:
    fans = [fan for fan in request.targets if Capability.SPEED in fan.capabilities]
    if not fans:
        others = request.targets
        return Reply(join([f"{names(others)} can't change speed"]) if others else NOTHING_THERE)
    now = {fan.id: _speed(request.home.state(fan.id)) for fan in fans}
    if step < 0:
        fans, still = [fan for fan in fans if now[fan.id] > 0], fans
        if not fans:
            return Reply(join([f"{names(still)} {is_are(still)} off"]))
    after = {fan.id: min(100, max(LEAST_PERCENT, now[fan.id] + step)) for fan in fans}
    calls = [Call(fan.id, "set_percentage", {"percentage": after[fan.id]}) for fan in fans]
    if len(fans) == 1:
        return Reply(join([f"{names(fans)} {is_are(fans)} at {percent(after[fans[0].id])}"]), do=wishes(calls))
    return Reply(
        join([many(request, fans, say=f"I {'sped up' if step > 0 else 'slowed down'} {{}}")]), do=wishes(calls)
    )


def _speed(state: State | None) -> int:
    """Return how fast the fan turns, in percent; one that is on and does not say how fast counts as full."""
    if state is None or state.value != "on":
        return 0
    speed = to_number(state.attributes.get("percentage"))
    return 100 if speed is None else round(speed)
