"""Colours and colour temperatures between the forms that devices speak and the one that `State` holds.

Numbers may lie outside their range: they are clipped, never refused, so that each function is total for finite input.
"""

import colorsys
from collections.abc import Sequence
from typing import cast

Rgb = tuple[int, int, int]
"""Red, green, blue, each 0 to 255, sRGB."""


def kelvin_of(mired: float) -> int:
    """Return the colour temperature in kelvin, 1000 to 20000; mireds of zero or less give the coldest."""
    return 20000 if mired <= 50 else max(1000, round(1_000_000 / mired))


def mired_of(kelvin: float) -> int:
    """Return the colour temperature in mireds, 50 to 1000; kelvins of zero or less give the warmest."""
    return 1000 if kelvin <= 1000 else max(50, round(1_000_000 / kelvin))


def rgb_of_hs(hue: float, saturation: float) -> Rgb:
    """Return the colour at full brightness; ``hue`` in degrees (wraps around), ``saturation`` 0 to 100."""
    red, green, blue = colorsys.hsv_to_rgb((hue % 360) / 360, _clip(saturation / 100), 1.0)
    return round(red * 255), round(green * 255), round(blue * 255)


def hs_of_rgb(rgb: Rgb) -> tuple[float, float]:
    """Return hue in degrees, 0 to below 360, and saturation, 0 to 100; brightness is lost."""
    hue, saturation, _ = colorsys.rgb_to_hsv(*(_clip(part / 255) for part in rgb))
    return round(hue * 360, 3) % 360, round(saturation * 100, 3)


def rgb_of_xy(x: float, y: float) -> Rgb:
    """Return the sRGB colour of that CIE 1931 chromaticity at the greatest brightness sRGB can show.

    Chromaticities outside of sRGB are clipped to what it can show.
    """
    x, y = _clip(x), _clip(y)
    if y < 0.001:
        return 255, 255, 255
    big_x, big_z = x / y, (1 - x - y) / y
    linear = [row[0] * big_x + row[1] + row[2] * big_z for row in _XYZ_TO_RGB]
    linear = [max(0.0, part) for part in linear]
    brightest = max(linear)
    if brightest <= 0:
        return 255, 255, 255
    red, green, blue = (round(_gamma(part / brightest) * 255) for part in linear)
    return red, green, blue


def xy_of_rgb(rgb: Rgb) -> tuple[float, float]:
    """Return the CIE 1931 chromaticity; black has that of white (D65)."""
    linear = [_linear(_clip(part / 255)) for part in rgb]
    if not any(linear):
        linear = [1.0, 1.0, 1.0]
    big_x, big_y, big_z = (sum(weight * part for weight, part in zip(row, linear, strict=True)) for row in _RGB_TO_XYZ)
    total = big_x + big_y + big_z
    return round(big_x / total, 4), round(big_y / total, 4)


def rgb_of(value: object) -> Rgb | None:
    """Return a call's ``rgb_color``, a tuple or list of three numbers from 0 to 255; ``None`` if it is none."""
    if not isinstance(value, tuple | list):
        return None
    given = cast("Sequence[object]", value)
    parts = [part for part in given if isinstance(part, int | float) and 0 <= part <= 255]
    return (round(parts[0]), round(parts[1]), round(parts[2])) if len(parts) == len(given) == 3 else None


# IEC 61966-2-1 (sRGB), D65.
_XYZ_TO_RGB = (
    (3.2404542, -1.5371385, -0.4985314),
    (-0.9692660, 1.8760108, 0.0415560),
    (0.0556434, -0.2040259, 1.0572252),
)
_RGB_TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)


def _clip(part: float) -> float:
    return min(1.0, max(0.0, part))


def _gamma(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
