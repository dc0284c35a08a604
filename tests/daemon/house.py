"""A small house over the twin, for the tests of what acts on it."""

from collections.abc import Iterable

from daemon.actuate import Actuate
from devices.home import Home
from devices.model import Capability, Entity, EntityId
from devices.twin import Twin
from tests.doubles import START

LAMP, DESK, ALL = EntityId("light.lamp"), EntityId("light.desk"), EntityId("light.all")
BLIND, GARAGE = EntityId("cover.blind"), EntityId("cover.garage")
LOCK, PLUG, BELL = EntityId("lock.front"), EntityId("switch.plug"), EntityId("button.bell")
HEATING, RADIO, SIREN = EntityId("climate.bath"), EntityId("media_player.radio"), EntityId("siren.attic")

_LIGHT = frozenset({Capability.ON_OFF, Capability.BRIGHTNESS, Capability.COLOR_TEMPERATURE})
_COVER = frozenset({Capability.OPEN_CLOSE, Capability.STOP, Capability.POSITION})
ENTITIES = (
    Entity(LAMP, "Lamp", "light", capabilities=_LIGHT),
    Entity(DESK, "Desk", "light", capabilities=_LIGHT),
    Entity(ALL, "All Lights", "light", capabilities=_LIGHT, members=(LAMP, DESK)),
    Entity(BLIND, "Blind", "cover", device_class="blind", capabilities=_COVER),
    Entity(GARAGE, "Garage Door", "cover", device_class="garage", capabilities=_COVER),
    Entity(LOCK, "Front Door", "lock", capabilities=frozenset({Capability.LOCK})),
    Entity(PLUG, "Plug", "switch", capabilities=frozenset({Capability.ON_OFF}), assumed_state=True),
    Entity(BELL, "Bell", "button", capabilities=frozenset({Capability.PRESS})),
    Entity(
        HEATING,
        "Bath",
        "climate",
        capabilities=frozenset({Capability.TARGET_TEMPERATURE, Capability.HVAC_MODE}),
        limits={"hvac_modes": ("off", "heat")},
    ),
    Entity(RADIO, "Radio", "media_player", capabilities=frozenset({Capability.PLAY, Capability.NEXT_PREVIOUS})),
    Entity(SIREN, "Siren", "siren", capabilities=frozenset({Capability.ON_OFF})),
)

QUICK_S = 0.08
"""How long these tests give a device that will not answer."""


def twin_of(entities: Iterable[Entity] = ENTITIES) -> Twin:
    """Return the house, at rest: lights off, blinds open, the door locked."""
    return Twin(Home(), entities, now=lambda: START)


def actuate_over(twin: Twin) -> Actuate:
    """Return what acts on it."""
    return Actuate(twin.home, lambda _: twin, deadline_s=lambda _: QUICK_S)


def now_is(twin: Twin, id: EntityId) -> str:
    """Return the value of an entity."""
    state = twin.home.state(id)
    assert state is not None
    return state.value
