"""The alarm: arm it for home, away, night or vacation, and disarm it. The gateway asks before it disarms."""

from collections.abc import Mapping
from pathlib import Path

from skills.api import Skill
from skills.builtin.doing import act, wording
from skills.builtin.words import is_are, join, names
from skills.model import Reply, Request

ARMED: Mapping[str, str] = {
    "away": "armed",
    "home": "armed for home",
    "night": "armed for the night",
    "vacation": "armed for vacation",
}
"""The modes, and how a panel in each is called."""

skill = Skill("alarm")
skill.sentences(Path(__file__).parent / "sentences")


@skill.command()
async def arm(request: Request, mode: object = "away") -> Reply:
    """Answer "arm the alarm", "arm the house for the night"."""
    return _armed(request, str(mode))


@skill.handles("HassTurnOn", domains=["alarm_control_panel"])
async def turn_on(request: Request) -> Reply:
    """Answer "turn on the alarm": away, as an alarm that is on without a word is."""
    return _armed(request, "away")


@skill.command()
async def disarm(request: Request) -> Reply:
    """Answer "disarm the alarm"."""
    return _disarmed(request)


@skill.handles("HassTurnOff", domains=["alarm_control_panel"])
async def turn_off(request: Request) -> Reply:
    """Answer "turn off the alarm"."""
    return _disarmed(request)


def _armed(request: Request, mode: str) -> Reply:
    if mode not in ARMED:
        return Reply("I can arm the alarm for home, away, night or vacation.")
    state = ARMED[mode]
    done = wording(request, state=state, verb=f"{state.replace('armed', 'armed {}')}")
    return act(request, f"alarm_arm_{mode}", done=done, cannot="be armed from here")


def _disarmed(request: Request) -> Reply:
    coded = [panel for panel in request.targets if panel.limits.get("code_required") is True]
    if coded:
        # A code said aloud is a code everyone in the room knows.
        return Reply(join([f"{names(coded)} {is_are(coded)} only disarmed with the code, and I don't take that aloud"]))
    return act(
        request,
        "alarm_disarm",
        done=wording(request, state="disarmed", verb="disarmed {}"),
        cannot="be disarmed from here",
    )
