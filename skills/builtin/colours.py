"""Names of colours, as people say them to a lamp."""

from collections.abc import Mapping

Rgb = tuple[int, int, int]

COLOURS: Mapping[str, Rgb] = {
    "red": (255, 0, 0),
    "orange": (255, 128, 0),
    "yellow": (255, 220, 0),
    "green": (0, 255, 0),
    "blue": (0, 0, 255),
    "purple": (128, 0, 255),
    "violet": (148, 0, 255),
    "pink": (255, 80, 160),
    "magenta": (255, 0, 255),
    "turquoise": (0, 220, 200),
    "cyan": (0, 255, 255),
    "teal": (0, 160, 140),
    "lime": (160, 255, 0),
    "gold": (255, 190, 40),
    "amber": (255, 170, 0),
    "coral": (255, 110, 80),
    "salmon": (255, 130, 110),
    "lavender": (180, 150, 255),
    "indigo": (75, 0, 200),
    "brown": (150, 75, 30),
    "crimson": (220, 20, 60),
    "peach": (255, 190, 140),
}
"""Tuned for light, not for a screen: full where a screen's colour would look pale or dark on a lamp."""

WHITES: Mapping[str, int] = {"white": 4_000, "warm white": 2_700, "cool white": 5_000, "cold white": 5_000}
"""Colours that a lamp makes as a colour temperature, in kelvin."""
WHITE: Rgb = (255, 255, 255)
"""White for a lamp that knows colours but no colour temperature."""
