"""Humidifiers: how humid, and in which mode."""

from pathlib import Path

from skills.api import Skill
from skills.builtin.doing import act, wording
from skills.builtin.words import number, to_number
from skills.model import Reply, Request

skill = Skill("humidifiers")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassHumidifierSetpoint")
async def set_humidity(request: Request, humidity: object = None) -> Reply:
    """Answer "set the bedroom humidifier to 50 percent"."""
    wanted = to_number(humidity)
    if wanted is None or not 0 <= wanted <= 100:
        return Reply("Humidity goes from 0 to 100 percent.")
    said = f"{number(wanted)} percent"
    done = wording(request, state=f"set to {said}", verb=f"set {{}} to {said}")
    return act(request, "set_humidity", {"humidity": wanted}, done=done, cannot=f"be set to {said} humidity")


@skill.handles("HassHumidifierMode")
async def set_mode(request: Request, mode: object = None) -> Reply:
    """Answer "set the humidifier to sleep mode"."""
    wanted = str(mode)
    done = wording(request, state=f"in {wanted} mode", verb=f"set {{}} to {wanted} mode")
    return act(request, "set_mode", {"mode": wanted}, done=done, cannot=f"be set to {wanted} mode")
