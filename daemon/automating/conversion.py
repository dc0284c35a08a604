"""What a service of Home Assistant's is given, in the absolute values of our calls: percent, steps, mireds, names.

Names and units are those of Home Assistant 2026.11.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from daemon.routines.values import Value, number_of, spoken, tupled
from daemon.routines.world import Seen
from devices import services
from devices.dialects.color import kelvin_of, rgb_of_hs, rgb_of_xy
from devices.model import NOTHING, Capability, Entity
from skills.builtin.colours import COLOURS, WHITES


class ConversionError(ValueError):
    """A value that means nothing, or that hangs on a state nobody knows."""


@dataclass(frozen=True, slots=True)
class Given:
    """One value of a call, and what it is for."""

    key: str
    value: Value
    state: Seen | None
    entity: Entity | None

    def number(self) -> float:
        """Return the value as a number."""
        number = number_of(self.value)
        if number is None:
            msg = f"{self.key} is {spoken(self.value)[:60]!r}, which is no number"
            raise ConversionError(msg)
        return number

    def numbers(self, count: int) -> list[float]:
        """Return the value as so many numbers."""
        found = [number for item in tupled(self.value) if (number := number_of(item)) is not None]
        if len(found) != count:
            msg = f"{self.key} is {spoken(self.value)[:60]!r}, not {count} numbers"
            raise ConversionError(msg)
        return found

    def now(self, attribute: str, otherwise: float | None = None) -> float:
        """Return a number that the entity is at now."""
        found = None if self.state is None else number_of(self.state.attributes.get(attribute))
        if found is None:
            found = otherwise
        if found is None:
            msg = f"nobody knows the {attribute} that {self.key} would change"
            raise ConversionError(msg)
        return found


Made = Mapping[str, object]


def _brightness(level: float) -> Made:
    return {"brightness": max(0, min(255, round(level)))}


def _color(given: Given) -> Made:
    name = spoken(given.value).casefold().replace("_", " ")
    if name in WHITES:
        return {"color_temp_kelvin": WHITES[name]}
    found = COLOURS.get(name.replace(" ", "")) or COLOURS.get(name)
    if found is None:
        msg = f"nobody knows the colour {name!r}"
        raise ConversionError(msg)
    return {"rgb_color": list(found)}


def _rgb(given: Given) -> Made:
    return {"rgb_color": [round(part) for part in given.numbers(3)]}


_LIGHT: Final[Mapping[str, Callable[[Given], Made]]] = {
    "brightness_pct": lambda given: _brightness(given.number() * 255 / 100),
    "brightness": lambda given: _brightness(given.number()),
    "brightness_step_pct": lambda given: _brightness(given.now("brightness", 0) + given.number() * 255 / 100),
    "brightness_step": lambda given: _brightness(given.now("brightness", 0) + given.number()),
    "kelvin": lambda given: {"color_temp_kelvin": round(given.number())},
    "color_temp_kelvin": lambda given: {"color_temp_kelvin": round(given.number())},
    "color_temp": lambda given: {"color_temp_kelvin": kelvin_of(given.number())},
    "color_name": _color,
    "rgb_color": _rgb,
    "rgbw_color": lambda given: {"rgb_color": [round(part) for part in given.numbers(4)[:3]]},
    "hs_color": lambda given: {"rgb_color": list(rgb_of_hs(*given.numbers(2)))},
    "xy_color": lambda given: {"rgb_color": list(rgb_of_xy(*given.numbers(2)))},
    "white": lambda given: _brightness(given.number()),
    "effect": lambda given: {"effect": spoken(given.value)},
    "transition": lambda given: {"transition": given.number()},
    "flash": lambda _: {},
    "profile": lambda _: {},
}
_NEEDS: Final = {
    "brightness": Capability.BRIGHTNESS,
    "color_temp_kelvin": Capability.COLOR_TEMPERATURE,
    "rgb_color": Capability.COLOR,
    "effect": Capability.EFFECT,
}
"""What a lamp must be able to do; one that cannot is switched all the same, as in Home Assistant."""
_NUMBERS: Final = frozenset(
    {
        *("position", "tilt_position", "percentage", "volume_level", "humidity", "value", "temperature", "duration"),
        *("target_temp_low", "target_temp_high", "transition"),
    }
)
_STEPS: Final[Mapping[tuple[str, str], tuple[str, str, str, float]]] = {
    ("media_player", "volume_up"): ("volume_set", "volume_level", "volume_level", 0.1),
    ("media_player", "volume_down"): ("volume_set", "volume_level", "volume_level", -0.1),
    ("fan", "increase_speed"): ("set_percentage", "percentage", "percentage", 20),
    ("fan", "decrease_speed"): ("set_percentage", "percentage", "percentage", -20),
}
"""Steps as absolute values: the service, its key, the attribute that it is counted from, and by how much."""
_OTHERS: Final[Mapping[tuple[str, str], tuple[str, Mapping[str, object]]]] = {
    ("cover", "open_cover_tilt"): ("set_cover_tilt_position", {"tilt_position": 100}),
    ("cover", "close_cover_tilt"): ("set_cover_tilt_position", {"tilt_position": 0}),
    ("climate", "turn_off"): ("set_hvac_mode", {"hvac_mode": "off"}),
}
"""Services that another does as well."""


def absolute(
    service: str, domain: str, data: Mapping[str, Value], state: Seen | None, entity: Entity | None
) -> tuple[str, Made]:
    """Return the service and the data of our own call.

    Raises:
        ConversionError: a value means nothing, or the service is none of this domain.
    """
    if domain == "light" and service == "turn_on":
        return service, _lit(data, state, entity)
    if (domain, service) in _STEPS:
        wanted, key, attribute, by = _STEPS[domain, service]
        size = number_of(data.get("percentage_step")) if domain == "fan" else None
        step = by if size is None else size * (1 if by > 0 else -1)
        most = 100.0 if domain == "fan" else 1.0
        return wanted, {key: min(most, max(0.0, Given(key, None, state, entity).now(attribute, 0) + step))}
    if (domain, service) in (("input_number", "increment"), ("input_number", "decrement")):
        return "set_value", {"value": _stepped(service, data, state, entity)}
    other = _OTHERS.get((domain, service))
    if other is not None and not (domain == "climate" and entity and Capability.HVAC_MODE not in entity.capabilities):
        return other
    if (domain, service) not in services.SERVICES:
        msg = f"nothing here does {domain}.{service}"
        raise ConversionError(msg)
    takes = services.SERVICES[domain, service].takes
    strange = sorted(data.keys() - takes.keys())
    if strange:
        msg = f"{domain}.{service} takes no {', '.join(strange)} here"
        raise ConversionError(msg)
    return service, {key: _made(key, item, state, entity) for key, item in data.items()}


def _lit(data: Mapping[str, Value], state: Seen | None, entity: Entity | None) -> Made:
    made: dict[str, object] = {}
    for key, item in data.items():
        make = _LIGHT.get(key)
        if make is None:
            msg = f"light.turn_on takes no {key!r} here"
            raise ConversionError(msg)
        made |= make(Given(key, item, state, entity))
    if entity is None:
        return made
    return {key: item for key, item in made.items() if key not in _NEEDS or _NEEDS[key] in entity.capabilities}


def _stepped(service: str, data: Mapping[str, Value], state: Seen | None, entity: Entity | None) -> float:
    now = number_of(state.value) if state is not None else None
    if now is None:
        msg = f"nobody knows the number that {service!r} would change"
        raise ConversionError(msg)
    limits = NOTHING if entity is None else entity.limits
    step = number_of(data.get("amount")) or _limit(limits.get("step"), 1.0)
    moved = now + (step if service == "increment" else -step)
    return min(_limit(limits.get("max"), moved), max(_limit(limits.get("min"), moved), moved))


def _limit(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) else otherwise


def _made(key: str, value: Value, state: Seen | None, entity: Entity | None) -> object:
    if key in _NUMBERS and not isinstance(value, bool) and (key != "value" or number_of(value) is not None):
        is_text = key == "value" and entity is not None and entity.domain in ("text", "input_text")
        return spoken(value) if is_text else Given(key, value, state, entity).number()
    if isinstance(value, bool | int | float) or value is None:
        return value
    return [spoken(item) for item in value] if isinstance(value, tuple) else spoken(value)
