"""Questions that compare: "which room is the coldest?", "which are above 21 degrees?", "what uses most power?"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from devices.model import Entity
from skills.api import Skill
from skills.builtin.states import is_known, with_unit
from skills.builtin.weather import OUTSIDE
from skills.builtin.words import called, counted, listing, room, sentence, to_number
from skills.language import Words, say
from skills.model import Reply, Request

MOST_TOLD = 3
"""As many of what uses power are told, the first first."""
WATT = 1.0
"""What uses less stands by."""
_WATTS = {"W": 1.0, "kW": 1000.0}

skill = Skill("comparing")
skill.sentences(Path(__file__).parent / "sentences")


@dataclass(frozen=True, slots=True)
class Measured:
    """A room, or what is fed through a plug, and what was measured there."""

    name: Words
    value: float
    unit: str | None


@skill.handles("comparing.rooms")
async def rooms(request: Request, measure: str, than: float, more: bool) -> Reply:
    """Answer "which rooms are warmer than 21 degrees?"."""
    measured = _rooms(request, measure)
    if not measured:
        return _nothing_measured()
    found = sorted(
        (one for one in measured if (one.value > than) is more and one.value != than), key=_value, reverse=more
    )
    if not found:
        return Reply(say("None of {rooms} where I can tell.", rooms=counted(len(measured), "room")))
    return Reply(sentence(listing([_told(one) for one in found])))


@skill.handles("comparing.room")
async def extreme(request: Request, measure: str, more: bool) -> Reply:
    """Answer "which room is the coldest?"."""
    measured = _rooms(request, measure)
    if not measured:
        return _nothing_measured()
    first = (max if more else min)(measured, key=_value)
    return Reply(sentence(_told(first)))


@skill.handles("comparing.power")
async def power(request: Request) -> Reply:
    """Answer "what's using the most electricity?"."""
    measured = _powers(request)
    if not measured:
        return _nothing_measured()
    using = sorted((one for one in measured if one.value >= WATT), key=_value, reverse=True)
    if not using:
        return Reply(say("Nothing that measures its power uses any."))
    return Reply(sentence(listing([_told(one) for one in using[:MOST_TOLD]])))


def _rooms(request: Request, measure: str) -> Sequence[Measured]:
    """Return each room indoors with the mean of what its sensors of a kind tell; of warmth thermostats tell too."""
    home, found = request.home, list[Measured]()
    for area in home.areas():
        if OUTSIDE.search(area.name):
            continue
        entities = home.find(area=area.id, domains=frozenset({"sensor"}), device_classes=frozenset({measure}))
        values = [value for entity in entities if (value := _reading(request, entity)) is not None]
        unit = next((entity.unit for entity in entities if entity.unit), None)
        if measure == "temperature" and not values:
            values, unit = _felt_by_thermostats(request, area.id), "°C"
        if values:
            found.append(Measured(room(area.name), round(sum(values) / len(values), 1), unit))
    return found


def _felt_by_thermostats(request: Request, area: str) -> list[float]:
    thermostats = [one for one in request.home.entities() if one.domain == "climate" and one.area == area]
    states = [state for one in thermostats if is_known(state := request.home.state(one.id)) and state is not None]
    values = [to_number(state.attributes.get("current_temperature")) for state in states]
    return [value for value in values if value is not None]


def _powers(request: Request) -> Sequence[Measured]:
    """Return what uses power, by its switch where the plug that measures has one."""
    switches: Mapping[str, Entity] = {
        one.device: one for one in request.home.entities() if one.domain == "switch" and one.device is not None
    }
    found: list[Measured] = []
    for entity in request.home.find(domains=frozenset({"sensor"}), device_classes=frozenset({"power"})):
        value = _reading(request, entity)
        if value is not None and entity.unit in _WATTS:
            named = switches.get(entity.device or "", entity)
            found.append(Measured(called(named), value * _WATTS[entity.unit], "W"))
    return found


def _reading(request: Request, entity: Entity) -> float | None:
    state = request.home.state(entity.id)
    return to_number(state.value) if state is not None and is_known(state) else None


def _value(one: Measured) -> float:
    return one.value


def _told(one: Measured) -> str:
    return say("{name} with {value}", name=one.name, value=with_unit(str(one.value), one.unit))


def _nothing_measured() -> Reply:
    return Reply(say("Nothing here measures that."), failed=True)
