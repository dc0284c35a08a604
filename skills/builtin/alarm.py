"""The alarm: arm it for home, away, night or vacation, and disarm it. The gateway asks before it disarms."""

from collections.abc import Mapping
from pathlib import Path

from skills.api import Skill
from skills.builtin.doing import Deed, act
from skills.builtin.words import join, names
from skills.language import say
from skills.model import Reply, Request

_CANNOT = "{things} can't be armed from here"
ARMED: Mapping[str, Deed] = {
    "away": Deed(_CANNOT, "{things} {things:is|are} armed", "I armed {things}"),
    "home": Deed(_CANNOT, "{things} {things:is|are} armed for home", "I armed {things} for home"),
    "night": Deed(_CANNOT, "{things} {things:is|are} armed for the night", "I armed {things} for the night"),
    "vacation": Deed(_CANNOT, "{things} {things:is|are} armed for vacation", "I armed {things} for vacation"),
}
"""The modes of a panel."""
_DISARMED = Deed(
    "{things} can't be disarmed from here",
    "{things} {things:is|are} disarmed",
    "I disarmed {things}",
    "{things} were already disarmed",
    "disarmed",
)

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
        return Reply(say("I can arm the alarm for home, away, night or vacation."))
    return act(request, f"alarm_arm_{mode}", deed=ARMED[mode])


def _disarmed(request: Request) -> Reply:
    coded = [panel for panel in request.targets if panel.limits.get("code_required") is True]
    if coded:
        # A code said aloud is a code everyone in the room knows.
        text = "{things} {things:is|are} only disarmed with the code, and I don't take that aloud"
        return Reply(join([say(text, things=names(coded))]))
    return act(request, "alarm_disarm", deed=_DISARMED)
