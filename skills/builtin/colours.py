"""Names of colours, as people say them to a lamp."""

from collections.abc import Collection, Mapping

from devices.model import Capability
from devices.names import fold

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
_GERMAN: Mapping[str, str] = {
    "rot": "red", "gelb": "yellow", "grun": "green", "blau": "blue", "lila": "purple", "violett": "violet",
    "rosa": "pink", "turkis": "turquoise", "gold": "gold", "golden": "gold", "bernstein": "amber", "braun": "brown",
    "lachs": "salmon", "koralle": "coral", "weiss": "white", "warmweiss": "warm white", "kaltweiss": "cool white",
    "warm": "warm white", "kuhl": "cool white", "kalt": "cool white", "cool": "cool white", "cold": "cool white",
}  # fmt: skip


def colour_data(words: str, able: Collection[Capability]) -> Mapping[str, object]:
    """Return what makes a lamp the colour that words name, in English or German; nothing if it cannot, or none is."""
    said = fold(words).split()
    names = {" ".join(said), *said, *(_GERMAN[word] for word in said if word in _GERMAN)}
    white = next((kelvin for name, kelvin in WHITES.items() if name in names), None)
    if white is not None and Capability.COLOR_TEMPERATURE in able:
        return {"color_temp_kelvin": white}
    rgb = WHITE if white is not None else next((rgb for name, rgb in COLOURS.items() if name in names), None)
    return {"rgb_color": rgb} if rgb is not None and Capability.COLOR in able else {}
