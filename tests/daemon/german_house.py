"""A house as a German household would name it, over the twin."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from daemon.app import Hearth, build
from daemon.clock import SystemClock
from daemon.config import Config
from devices.model import NOTHING, AreaId, Call, Capability, Entity, EntityId
from devices.twin import Twin

C = Capability
_DIMMABLE = frozenset({C.ON_OFF, C.BRIGHTNESS})
_COLOURED = _DIMMABLE | {C.COLOR, C.COLOR_TEMPERATURE}
_SHADING = frozenset({C.OPEN_CLOSE, C.STOP, C.POSITION})
_HEATING = frozenset({C.TARGET_TEMPERATURE, C.HVAC_MODE})


def _entity(
    id: str,
    name: str,
    area: str,
    can: frozenset[Capability] = frozenset(),
    kind: str | None = None,
    limits: Mapping[str, object] = NOTHING,
    unit: str | None = None,
) -> Entity:
    domain = id.partition(".")[0]
    return Entity(EntityId(id), name, domain, kind, area=AreaId(area), capabilities=can, limits=limits, unit=unit)


ENTITIES = (
    _entity("light.decke", "Deckenlicht", "kueche", _DIMMABLE),
    _entity("light.stehlampe", "Stehlampe", "wohnzimmer", _COLOURED),
    _entity("light.regal", "Regal", "wohnzimmer", _DIMMABLE),
    _entity("light.flur", "Licht im Flur", "flur", frozenset({C.ON_OFF})),
    _entity("light.nacht", "Nachttischlampe", "schlafzimmer", _DIMMABLE),
    _entity("cover.schlaf", "Rollladen", "schlafzimmer", _SHADING, "shutter"),
    _entity("cover.wohn", "Jalousie", "wohnzimmer", _SHADING, "blind"),
    _entity("lock.haus", "Haustür", "flur", frozenset({C.LOCK})),
    _entity("climate.schlaf", "Heizung", "schlafzimmer", _HEATING,
            limits={"min": 5, "max": 30, "hvac_modes": ("off", "heat")}),
    _entity("switch.kaffee", "Kaffeemaschine", "kueche", frozenset({C.ON_OFF})),
    _entity("media_player.fernseher", "Fernseher", "wohnzimmer",
            frozenset({C.ON_OFF, C.PLAY, C.NEXT_PREVIOUS, C.VOLUME, C.MUTE})),
    _entity("vacuum.robbi", "Robbi", "flur", frozenset({C.START, C.PAUSE, C.RETURN_HOME, C.LOCATE})),
    _entity("fan.turm", "Ventilator", "schlafzimmer", frozenset({C.ON_OFF, C.SPEED})),
    _entity("binary_sensor.kueche", "Küchenfenster", "kueche", kind="window"),
    _entity("binary_sensor.bad", "Badfenster", "bad", kind="window"),
    _entity("sensor.wohn", "Temperatur Wohnzimmer", "wohnzimmer", kind="temperature", unit="°C"),
)  # fmt: skip
STATES = {"binary_sensor.kueche": "on", "binary_sensor.bad": "off", "sensor.wohn": "21.5"}
ROOMS = {"kueche": "Küche", "wohnzimmer": "Wohnzimmer", "flur": "Flur", "schlafzimmer": "Schlafzimmer", "bad": "Bad"}


class Late:
    """A bridge that is put in place once the house is built."""

    name = "twin"

    def __init__(self) -> None:
        self.twin: Twin | None = None

    async def run(self) -> None:
        """Nothing runs by itself."""

    async def call(self, call: Call) -> None:
        assert self.twin is not None
        await self.twin.call(call)


@asynccontextmanager
async def german(state: Path) -> AsyncGenerator[Hearth]:
    """Yield the whole daemon in that house; it speaks German unless told otherwise."""
    rooms = [{"id": room, "name": name} for room, name in ROOMS.items()]
    home = {"language": "de", "zone": "Europe/Berlin", "areas": rooms, "latitude": 52.5, "longitude": 13.4}
    config, bridge = Config.model_validate({"home": home}), Late()
    async with build(config, state, clock=SystemClock(), environment={}, bridge=bridge) as hearth:
        bridge.twin = Twin(hearth.home, ENTITIES, now=now)
        for entity, value in STATES.items():
            hearth.home.observe(EntityId(entity), value, at=now())
        yield hearth


def now() -> datetime:
    """Return the present: the states are of now."""
    return datetime.now(UTC)  # noqa: TID251 - the states are of now
