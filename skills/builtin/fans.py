"""Fans: how fast, and whether they swing."""

from pathlib import Path

from devices.model import Call, Capability
from skills.api import Skill
from skills.builtin.doing import NOTHING_THERE, act, many, wishes, wording
from skills.builtin.words import is_are, join, names, percent, to_number
from skills.model import Reply, Request

STEP_PERCENT = 25
"""How much "faster" is."""

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
    calls: list[Call] = []
    for fan in fans:
        state = request.home.state(fan.id)
        now = to_number(state.attributes.get("percentage")) if state is not None and state.value == "on" else 0.0
        after = min(100, max(abs(STEP_PERCENT), round(now or 0) + step))
        calls.append(Call(fan.id, "set_percentage", {"percentage": after}))
    if len(fans) == 1:
        said = percent(float(str(calls[0].data["percentage"])))
        return Reply(join([f"{names(fans)} {is_are(fans)} at {said}"]), do=wishes(calls))
    return Reply(
        join([many(request, fans, say=f"I {'sped up' if step > 0 else 'slowed down'} {{}}")]), do=wishes(calls)
    )
