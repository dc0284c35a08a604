"""Humidifiers: how humid, and in which mode."""

from pathlib import Path

from skills.api import Skill
from skills.builtin.doing import Deed, act
from skills.builtin.words import number, to_number
from skills.language import say, term
from skills.model import Reply, Request

_SET = Deed(
    "{things} can't be set to {number} percent humidity",
    "{things} {things:is|are} set to {number} percent",
    "I set {things} to {number} percent",
)
_MODE = Deed(
    "{things} can't be set to {mode} mode", "{things} {things:is|are} in {mode} mode", "I set {things} to {mode} mode"
)

skill = Skill("humidifiers")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassHumidifierSetpoint")
async def set_humidity(request: Request, humidity: object = None) -> Reply:
    """Answer "set the bedroom humidifier to 50 percent"."""
    wanted = to_number(humidity)
    if wanted is None or not 0 <= wanted <= 100:
        return Reply(say("Humidity goes from 0 to 100 percent."))
    return act(request, "set_humidity", {"humidity": wanted}, deed=_SET, number=number(wanted))


@skill.handles("HassHumidifierMode")
async def set_mode(request: Request, mode: object = None) -> Reply:
    """Answer "set the humidifier to sleep mode"."""
    wanted = str(mode)
    return act(request, "set_mode", {"mode": wanted}, deed=_MODE, mode=term("mode", wanted))
