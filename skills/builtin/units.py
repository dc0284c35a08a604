"""Units of the kitchen and the workshop, and what one is in another."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: of what, how many of that kind's first unit it is, and where its zero lies."""

    kind: str
    factor: float
    zero: float = 0.0


# Exact by definition (NIST SP 811, appendix B), but for the cup, which is a quarter of a litre where litres are used.
UNITS: Mapping[str, Unit] = {
    "gram": Unit("mass", 1.0),
    "milligram": Unit("mass", 0.001),
    "kilogram": Unit("mass", 1000.0),
    "tonne": Unit("mass", 1_000_000.0),
    "ounce": Unit("mass", 28.349523125),
    "pound": Unit("mass", 453.59237),
    "metric pound": Unit("mass", 500.0),
    "stone": Unit("mass", 6350.29318),
    "millilitre": Unit("volume", 1.0),
    "centilitre": Unit("volume", 10.0),
    "decilitre": Unit("volume", 100.0),
    "litre": Unit("volume", 1000.0),
    "teaspoon": Unit("volume", 5.0),
    "tablespoon": Unit("volume", 15.0),
    "cup": Unit("volume", 250.0),
    "fluid ounce": Unit("volume", 29.5735295625),
    "pint": Unit("volume", 568.26125),
    "gallon": Unit("volume", 3785.411784),
    "millimetre": Unit("length", 0.001),
    "centimetre": Unit("length", 0.01),
    "metre": Unit("length", 1.0),
    "kilometre": Unit("length", 1000.0),
    "inch": Unit("length", 0.0254),
    "foot": Unit("length", 0.3048),
    "yard": Unit("length", 0.9144),
    "mile": Unit("length", 1609.344),
    "degree Celsius": Unit("temperature", 1.0),
    "degree Fahrenheit": Unit("temperature", 5 / 9, -160 / 9),
    "kilometre per hour": Unit("speed", 1.0),
    "mile per hour": Unit("speed", 1.609344),
    "second": Unit("time", 1.0),
    "minute": Unit("time", 60.0),
    "hour": Unit("time", 3600.0),
    "day": Unit("time", 86_400.0),
    "week": Unit("time", 604_800.0),
}


def converted(value: float, unit: str, other: str) -> float | None:
    """Return so much of a unit in another one; ``None`` where the two measure different things."""
    this, that = UNITS[unit], UNITS[other]
    if this.kind != that.kind:
        return None
    return (value * this.factor + this.zero - that.zero) / that.factor
