"""How bad it would be if a call were not wanted: a table by entity and service."""

from collections.abc import Iterable
from typing import cast

from devices.model import Call, Entity
from skills.model import Risk

DOORS = frozenset({"garage", "gate", "door"})
"""Device classes of covers that keep people out."""
_HARMLESS = {
    "lock": frozenset({"lock"}),
    "alarm_control_panel": frozenset({"alarm_arm_home", "alarm_arm_away", "alarm_arm_night", "alarm_arm_vacation"}),
    "door": frozenset({"close_cover", "stop_cover", "set_cover_tilt_position"}),
    "valve": frozenset({"close_valve", "stop_valve"}),
}
"""The services of guarded things that guard: every other one, also one that nobody knows yet, is the dangerous kind."""


_IN_A_SCENE = {
    "lock": Risk.CRITICAL,
    "alarm_control_panel": Risk.CRITICAL,
    "cover": Risk.CONSEQUENTIAL,
    "valve": Risk.CONSEQUENTIAL,
    "siren": Risk.CONSEQUENTIAL,
    "script": Risk.CONSEQUENTIAL,
}
"""What a scene may do to a thing of each domain: whether it locks or unlocks, nobody tells."""


def risk_of(entity: Entity, call: Call) -> Risk:
    """Return how bad ``call`` on ``entity`` is if nobody wanted it. Closing and locking is never worse than a light."""
    match entity.domain:
        case "lock" | "alarm_control_panel":
            return _unless(entity.domain, call, Risk.CRITICAL)
        case "cover" if entity.device_class in DOORS:
            return Risk.REVERSIBLE if _shuts(call) else _unless("door", call, Risk.CRITICAL)
        case "valve":
            risk = Risk.CRITICAL if entity.device_class == "gas" else Risk.CONSEQUENTIAL
            return Risk.REVERSIBLE if _shuts(call) else _unless("valve", call, risk)
        case "update":
            return Risk.CRITICAL
        case "siren":
            return Risk.REVERSIBLE if call.service == "turn_off" else Risk.CONSEQUENTIAL
        case "script" | "automation":
            # They may do anything; what they do does not pass our gateway.
            return Risk.CONSEQUENTIAL
        case "scene":
            return worst(_affected(thing) for thing in cast("Iterable[str]", entity.limits.get("affects", ())))
        case "button" if entity.device_class in ("restart", "update"):
            return Risk.CONSEQUENTIAL
        case _:
            return Risk.REVERSIBLE


def worst(risks: Iterable[Risk]) -> Risk:
    """Return the worst of several."""
    return max(risks, default=Risk.REVERSIBLE)


def _affected(thing: str) -> Risk:
    """Return how bad it may be that a scene does something to a thing, of which only the id is known."""
    return _IN_A_SCENE.get(thing.partition(".")[0], Risk.REVERSIBLE)


def _unless(guard: str, call: Call, risk: Risk) -> Risk:
    return Risk.REVERSIBLE if call.service in _HARMLESS[guard] else risk


def _shuts(call: Call) -> bool:
    return call.service in ("set_cover_position", "set_valve_position") and call.data.get("position") == 0
