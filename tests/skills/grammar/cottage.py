"""A cottage of four rooms for the tests of conversations, and what is done there, in one line."""

from collections.abc import Sequence

from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId, Floor, FloorId
from skills.grammar.model import Context, Decision, Understander
from skills.model import Match

AREAS = {"Parlour": "lower", "Scullery": "lower", "Studio": "upper", "Nook": "upper"}
ENTITIES: Sequence[tuple[str, str, str | None, str | None]] = (
    ("light.stove", "Stove Light", "scullery", None),
    ("light.table", "Table Light", "scullery", None),
    ("light.piano", "Piano Lamp", "parlour", None),
    ("light.mantel", "Mantel Lamp", "parlour", None),
    ("light.easel", "Easel Lamp", "studio", None),
    ("light.nook", "Reading Light", "nook", None),
    ("fan.paddle", "Paddle Fan", "parlour", None),
    ("fan.vent", "Studio Vent", "studio", None),
    ("cover.parlour", "Parlour Blinds", "parlour", "blind"),
    ("cover.studio", "Studio Blinds", "studio", "blind"),
    ("cover.nook", "Nook Curtains", "nook", "curtain"),
    ("lock.porch", "Porch Door", "parlour", None),
    ("lock.cellar", "Cellar Door", "scullery", None),
    ("climate.parlour", "Parlour Radiator", "parlour", None),
    ("climate.studio", "Studio Radiator", "studio", None),
    ("media_player.gramophone", "Gramophone", "parlour", None),
    ("media_player.wireless", "Wireless", "scullery", None),
    ("switch.freezer", "Chest Freezer", "scullery", None),
    ("switch.blanket", "Warming Pad", "nook", None),
    ("vacuum.dusty", "Dusty", "parlour", None),
    ("todo.shopping", "Shopping List", None, None),
    ("todo.garden", "Garden", None, None),
)
TARGETING = ("name", "area", "floor", "domain", "device_class")


def house() -> Home:
    """Return the cottage."""
    home = Home(
        floors=[
            Floor(FloorId("lower"), "Lower Floor", ("downstairs",)),
            Floor(FloorId("upper"), "Upper Floor", ("upstairs",)),
        ],
        areas=[Area(AreaId(name.lower()), name, (), FloorId(floor)) for name, floor in AREAS.items()],
    )
    for key, name, area, device_class in ENTITIES:
        domain = key.partition(".")[0]
        home.add(Entity(EntityId(key), name, domain, device_class, None if area is None else AreaId(area)))
    return home


def done(engine: Understander, home: Home, text: str, *before: str, area: str | None = None) -> str:
    """Return what a text does after others, one line: intent, targets and values of each command; else the decision.

    Names are without the usual ``Hass``: ``LightSet light.easel brightness=20 + TurnOff fan.vent``.
    """
    context = Context(area=None if area is None else AreaId(area), history=before)
    meant = engine.understand(text, home, context)
    if meant.decision is not Decision.ACT:
        return str(meant.decision)
    return " + ".join(map(line, meant.matches))


def line(match: Match) -> str:
    """Return what one command does."""
    values = {key: value for key, value in match.slots.items() if key not in TARGETING or not match.targets}
    parts = [match.intent.removeprefix("Hass"), *match.targets, *(f"{key}={value}" for key, value in values.items())]
    return " ".join(parts)
