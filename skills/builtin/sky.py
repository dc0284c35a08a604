"""What a weather entity knows: how it is now, and how each of the next days will be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import cast

from devices.model import State
from skills.builtin.words import degrees, number, percent, to_number
from skills.language import say, term

CONDITIONS: Mapping[str, str] = {
    "clear-night": "clear",
    "cloudy": "cloudy",
    "exceptional": "exceptional",
    "fog": "foggy",
    "hail": "hailing",
    "lightning": "thundery",
    "lightning-rainy": "thundery with rain",
    "partlycloudy": "partly cloudy",
    "pouring": "pouring",
    "rainy": "rainy",
    "snowy": "snowy",
    "snowy-rainy": "sleety",
    "sunny": "sunny",
    "windy": "windy",
    "windy-variant": "windy and cloudy",
}
"""Home Assistant's conditions (weather, 2026.11) as they are said."""

RAINY = frozenset({"hail", "lightning-rainy", "pouring", "rainy", "snowy-rainy"})
SNOWY = frozenset({"snowy", "snowy-rainy"})
STORMY = frozenset({"lightning", "lightning-rainy", "exceptional"})
SUNNY = frozenset({"sunny", "partlycloudy", "clear-night"})
FOGGY = frozenset({"fog"})
CLOUDY = frozenset({"cloudy", "partlycloudy", "windy-variant"})


@dataclass(frozen=True, slots=True)
class Sky:
    """The weather now or of one day."""

    condition: str
    """Home Assistant's word; empty: not known."""
    warmest: float | None = None
    """In the unit of the house; now: how warm it is."""
    coldest: float | None = None
    chance: float | None = None
    """How likely rain or snow is, 0 to 100."""
    wind: float | None = None
    humidity: float | None = None

    @property
    def said(self) -> str:
        """The condition in words."""
        return (
            term("weather", CONDITIONS.get(self.condition, self.condition.replace("_", " "))) if self.condition else ""
        )

    @property
    def warmth(self) -> str:
        """How warm it is: ``14 degrees``, ``8 to 14 degrees``; empty if that is not known."""
        if self.warmest is None:
            return ""
        if self.coldest is None or number(self.coldest) == number(self.warmest):
            return degrees(self.warmest)
        return say("{low} to {high}", low=number(self.coldest), high=degrees(self.warmest))

    @property
    def whole(self) -> str:
        """Everything worth saying: ``rainy, 8 to 14 degrees, chance of rain 70 percent``."""
        risk = ""
        if self.chance:
            text = "chance of snow {percent}" if self.falling == "snow" else "chance of rain {percent}"
            risk = say(text, percent=percent(self.chance))
        return ", ".join(part for part in (self.said, self.warmth, risk) if part)

    @property
    def falling(self) -> str:
        """What falls if anything does."""
        return "snow" if self.condition == "snowy" else "rain"


def now_of(state: State) -> Sky:
    """Return how the weather is now."""
    have = state.attributes
    return Sky(
        state.value if state.value in CONDITIONS else "",
        warmest=to_number(have.get("temperature")),
        wind=to_number(have.get("wind_speed")),
        humidity=to_number(have.get("humidity")),
    )


def days_of(state: State, zone: tzinfo | None) -> Mapping[date, Sky]:
    """Return the days that are forecast, from the attribute ``forecast``: a list of days, half days or hours, each with
    its ``datetime`` and any of ``condition, temperature, templow, precipitation_probability, wind_speed, humidity``
    (Home Assistant's form of a forecast, 2026.11). What is not of that form is passed over.
    """
    raw = state.attributes.get("forecast")
    by_day: dict[date, list[Mapping[str, object]]] = {}
    for entry in cast("Sequence[object]", raw) if isinstance(raw, list | tuple) else ():
        if isinstance(entry, Mapping):
            part = cast("Mapping[str, object]", entry)
            day = _day(part.get("datetime"), zone)
            if day is not None:
                by_day.setdefault(day, []).append(part)
    return {day: _summed(parts) for day, parts in sorted(by_day.items())}


def _day(at: object, zone: tzinfo | None) -> date | None:
    try:
        moment = datetime.fromisoformat(str(at))
    except ValueError:
        return None
    return (moment.astimezone(zone) if moment.tzinfo else moment).date()


def _summed(parts: Sequence[Mapping[str, object]]) -> Sky:
    conditions = [str(part["condition"]) for part in parts if part.get("condition") in CONDITIONS]
    falling = [one for one in conditions if one in RAINY | SNOWY | STORMY]
    highs = _numbers(parts, "temperature")
    return Sky(
        max(falling or conditions, key=conditions.count, default=""),
        warmest=max(highs, default=None),
        coldest=min(_numbers(parts, "templow") or (highs if len(parts) > 1 else []), default=None),
        chance=max(_numbers(parts, "precipitation_probability"), default=None),
        wind=max(_numbers(parts, "wind_speed"), default=None),
        humidity=max(_numbers(parts, "humidity"), default=None),
    )


def _numbers(parts: Iterable[Mapping[str, object]], key: str) -> list[float]:
    return [value for part in parts if (value := to_number(part.get(key))) is not None]
