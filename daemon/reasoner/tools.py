"""The commands that a model may propose: those of the sentences, so that the same skills answer and the same gate is
passed. It never gets to name an effect of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from devices.model import Entity

ARGUMENT_MAX = 200
"""Characters of a text that a model gives."""
TIMER_MAX_S = 24 * 3600


class ArgumentError(ValueError):
    """A value that the tool does not take; the message is for the model."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One command."""

    name: str
    """As the model says it."""
    does: str
    """What it is for, in a few words."""
    intent: str
    domains: frozenset[str] = frozenset()
    """What it can be about; empty: about no thing."""
    value: Callable[[object], Mapping[str, object]] | None = None
    """Makes the slots from what the model gives as value; raises `ArgumentError`. None: it takes none."""
    takes: str = ""
    """What the value is, in words for the model."""
    reads: bool = False
    """It changes nothing."""
    usual: tuple[float, float] | None = None
    """Between which numbers a value may be that the person has not said; None: any that it takes."""
    waits: bool = False
    """It is what a time may be named for: begun now, it comes to something later only."""

    def fits(self, entity: Entity) -> bool:
        """Return whether it can be about this."""
        return entity.domain in self.domains


def _number(slot: str, low: float, high: float) -> Callable[[object], Mapping[str, object]]:
    def slots(value: object) -> Mapping[str, object]:
        number: float | None = None
        if isinstance(value, int | float) and not isinstance(value, bool):
            number = float(value)
        elif isinstance(value, str):
            try:
                number = float(value.strip().rstrip("%°CK ").strip())
            except ValueError:
                number = None
        if number is None or not low <= number <= high:
            raise ArgumentError(f"value must be a number from {low:g} to {high:g}")
        return {slot: int(number) if number.is_integer() else number}

    return slots


def _text(slot: str) -> Callable[[object], Mapping[str, object]]:
    def slots(value: object) -> Mapping[str, object]:
        text = " ".join(value.split()) if isinstance(value, str) else ""
        if not 0 < len(text) <= ARGUMENT_MAX:
            raise ArgumentError(f"value must be a text of at most {ARGUMENT_MAX} characters")
        return {slot: text}

    return slots


def _seconds(value: object) -> Mapping[str, object]:
    seconds = _number("seconds", 1, TIMER_MAX_S)(value)["seconds"]
    return {"seconds": round(float(str(seconds)))}


_SWITCHED = frozenset({"light", "switch", "fan", "humidifier", "siren", "media_player", "climate", "input_boolean"})
_SEEN = frozenset(
    {
        "binary_sensor",
        "climate",
        "cover",
        "fan",
        "humidifier",
        "light",
        "lock",
        "media_player",
        "sensor",
        "switch",
        "vacuum",
        "valve",
    }
)
_OPENED = frozenset({"cover", "valve"})
_PLAYED = frozenset({"media_player"})

TOOLS: Sequence[Tool] = (
    Tool("turn_on", "switch on", "HassTurnOn", _SWITCHED),
    Tool("turn_off", "switch off", "HassTurnOff", _SWITCHED),
    Tool("open", "open", "HassTurnOn", _OPENED),
    Tool("close", "close", "HassTurnOff", _OPENED),
    Tool("lock", "lock", "HassTurnOn", frozenset({"lock"})),
    Tool("unlock", "unlock", "HassTurnOff", frozenset({"lock"})),
    Tool("run", "run a scene or script", "HassTurnOn", frozenset({"scene", "script"})),
    Tool(
        "set_brightness", "brightness", "HassLightSet", frozenset({"light"}), _number("brightness", 0, 100), "percent"
    ),
    Tool("set_position", "how far open", "HassSetPosition", _OPENED, _number("position", 0, 100), "percent open"),
    Tool(
        "set_temperature",
        "heating or cooling",
        "HassClimateSetTemperature",
        frozenset({"climate", "water_heater"}),
        _number("temperature", 5, 80),
        "degrees Celsius",
        usual=(16, 24),
    ),
    Tool("set_fan_speed", "speed", "HassFanSetSpeed", frozenset({"fan"}), _number("percentage", 0, 100), "percent"),
    Tool("set_volume", "volume", "HassSetVolume", _PLAYED, _number("volume_level", 0, 100), "percent", usual=(0, 60)),
    Tool("pause", "pause music or film", "HassMediaPause", _PLAYED),
    Tool("play", "go on playing", "HassMediaUnpause", _PLAYED),
    Tool("next", "next track", "HassMediaNext", _PLAYED),
    Tool("vacuum", "start cleaning", "HassVacuumStart", frozenset({"vacuum"})),
    Tool("dock", "send the vacuum home", "HassVacuumReturnToBase", frozenset({"vacuum"})),
    Tool("mow", "start mowing", "HassLawnMowerStartMowing", frozenset({"lawn_mower"})),
    Tool("look", "say how a thing is", "HassGetState", _SEEN, reads=True),
    Tool("timer", "start a timer", "HassStartTimer", value=_seconds, takes="seconds", waits=True),
    Tool("buy", "put on the shopping list", "HassShoppingListAddItem", value=_text("item"), takes="what"),
    # These draw up a plan, which changes nothing before somebody says yes to what is shown of it.
    Tool("guests", "prepare for visitors", "directives.visit", value=_text("when"), takes="when, as said", reads=True),
    Tool("leave", "prepare for days away", "directives.leave", value=_text("when"), takes="when, how long", reads=True),
    Tool("week_shopping", "shop for the meal plan", "directives.shop", reads=True),
    Tool("movie_night", "prepare a film evening", "plans.movie", reads=True),
    Tool("safe_night", "make the house safe for the night", "plans.safe", reads=True),
    Tool("weather", "tell the weather", "HassGetWeather", reads=True),
    Tool("time", "tell the time", "HassGetCurrentTime", reads=True),
)


def by_name() -> Mapping[str, Tool]:
    """Return the tools by their names."""
    return {tool.name: tool for tool in TOOLS}
