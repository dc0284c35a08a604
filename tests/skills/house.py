"""A house with one of nearly everything, for the tests of skills."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from devices.home import Home
from devices.model import NOTHING, Area, AreaId, Capability, DeviceId, Entity, EntityId, Floor, FloorId
from skills.testing import NOON

C = Capability
GROUND, UPPER = FloorId("ground"), FloorId("upper")
AREAS = (
    Area(AreaId("kitchen"), "Kitchen", floor=GROUND),
    Area(AreaId("hallway"), "Hallway", floor=GROUND),
    Area(AreaId("living"), "Living Room", floor=GROUND),
    Area(AreaId("bedroom"), "Bedroom", floor=UPPER),
    Area(AreaId("office"), "Office", floor=UPPER),
)
FLOORS = (Floor(GROUND, "Ground Floor", ("downstairs",), 0), Floor(UPPER, "First Floor", ("upstairs",), 1))

_DIMMABLE = frozenset({C.ON_OFF, C.BRIGHTNESS})
_COLOURED = _DIMMABLE | {C.COLOR, C.COLOR_TEMPERATURE}
_SHADING = frozenset({C.OPEN_CLOSE, C.STOP, C.POSITION, C.TILT})
_HEATING = frozenset({C.TARGET_TEMPERATURE, C.HVAC_MODE, C.PRESET})
_PLAYING = frozenset({C.ON_OFF, C.PLAY, C.NEXT_PREVIOUS, C.VOLUME, C.MUTE})
_RADIATOR = {"min": 5, "max": 30, "hvac_modes": ("off", "heat"), "preset_modes": ("eco", "comfort")}


def _entity(
    entity_id: str,
    name: str,
    area: str | None = None,
    can: frozenset[Capability] = frozenset(),
    *,
    device_class: str | None = None,
    limits: Mapping[str, object] = NOTHING,
    unit: str | None = None,
    device: str | None = None,
) -> Entity:
    return Entity(
        EntityId(entity_id),
        name,
        entity_id.partition(".")[0],
        device_class=device_class,
        area=AreaId(area) if area else None,
        device=DeviceId(device) if device else None,
        capabilities=can,
        limits=limits,
        unit=unit,
    )


ENTITIES = (
    _entity("light.kitchen", "Kitchen Light", "kitchen", _DIMMABLE),
    _entity("light.counter", "Counter Light", "kitchen", _COLOURED, limits={"min_kelvin": 2_200, "max_kelvin": 4_000}),
    _entity("light.pendants", "Island Pendants", "kitchen", _DIMMABLE),
    _entity("light.hallway", "Hallway Light", "hallway", frozenset({C.ON_OFF})),
    _entity("light.desk", "Desk Lamp", "office", _COLOURED, limits={"min_kelvin": 2_200, "max_kelvin": 6_500}),
    _entity("light.bookshelf", "Bookshelf", "living", _DIMMABLE),
    _entity("switch.coffee", "Coffee Maker", "kitchen", frozenset({C.ON_OFF})),
    _entity("switch.washer", "Washing Machine", "kitchen", frozenset({C.ON_OFF}), device="plug"),
    _entity("sensor.washer_power", "Washer Power", "kitchen", device_class="power", unit="W", device="plug"),
    _entity("cover.office", "Office Blind", "office", _SHADING, device_class="blind"),
    _entity("cover.bedroom", "Bedroom Curtains", "bedroom", frozenset({C.OPEN_CLOSE}), device_class="curtain"),
    _entity("cover.garage", "Garage Door", None, frozenset({C.OPEN_CLOSE, C.STOP}), device_class="garage"),
    _entity("valve.garden", "Garden Valve", None, frozenset({C.OPEN_CLOSE})),
    _entity("climate.bedroom", "Bedroom Radiator", "bedroom", _HEATING, limits=_RADIATOR),
    _entity("climate.office", "Office Radiator", "office", _HEATING, limits=_RADIATOR),
    _entity(
        "water_heater.boiler",
        "Boiler",
        None,
        frozenset({C.TARGET_TEMPERATURE, C.ON_OFF}),
        limits={"min": 30, "max": 60, "operation_modes": ("eco", "performance")},
    ),
    _entity("lock.front", "Front Door", "hallway", frozenset({C.LOCK})),
    _entity("lock.back", "Back Door", "kitchen", frozenset({C.LOCK})),
    _entity("fan.tower", "Tower Fan", "bedroom", frozenset({C.ON_OFF, C.SPEED, C.OSCILLATE})),
    _entity("fan.hood", "Range Hood", "kitchen", frozenset({C.ON_OFF})),
    _entity("media_player.tv", "Living Room TV", "living", _PLAYING),
    _entity("media_player.speaker", "Kitchen Speaker", "kitchen", _PLAYING),
    _entity("vacuum.rover", "Rover", "living", frozenset({C.START, C.PAUSE, C.RETURN_HOME, C.LOCATE})),
    _entity("lawn_mower.clippy", "Clippy", None, frozenset({C.START, C.RETURN_HOME})),
    _entity("scene.movie", "Movie Night", None, frozenset({C.ACTIVATE})),
    _entity("button.bell", "Test Bell", "hallway", frozenset({C.PRESS})),
    _entity("siren.attic", "Attic Siren", None, frozenset({C.ON_OFF})),
    _entity("alarm_control_panel.house", "House Alarm", None, frozenset({C.ARM})),
    _entity(
        "humidifier.bedroom",
        "Bedroom Humidifier",
        "bedroom",
        frozenset({C.ON_OFF, C.TARGET_HUMIDITY, C.PRESET}),
        limits={"preset_modes": ("auto", "sleep")},
    ),
    _entity("binary_sensor.kitchen_window", "Kitchen Window", "kitchen", device_class="window"),
    _entity("binary_sensor.office_window", "Office Window", "office", device_class="window"),
    _entity("binary_sensor.leak", "Leak Sensor", "kitchen", device_class="moisture"),
    _entity("sensor.living_temperature", "Living Room Temperature", "living", device_class="temperature", unit="°C"),
    _entity("person.jane", "Jane"),
)
STATES: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "light.kitchen": ("on", {"brightness": 128}),
    "light.counter": ("off", {}),
    "light.pendants": ("off", {}),
    "light.hallway": ("on", {}),
    "light.desk": ("on", {"brightness": 255}),
    "light.bookshelf": ("off", {}),
    "switch.coffee": ("off", {}),
    "switch.washer": ("on", {}),
    "sensor.washer_power": ("2.4", {}),
    "cover.office": ("open", {"current_position": 40}),
    "cover.bedroom": ("closed", {}),
    "cover.garage": ("closed", {}),
    "valve.garden": ("closed", {}),
    "climate.bedroom": ("heat", {"temperature": 20, "current_temperature": 19.5}),
    "climate.office": ("heat", {"temperature": 30, "current_temperature": 22}),
    "water_heater.boiler": ("eco", {"temperature": 50}),
    "lock.front": ("locked", {}),
    "lock.back": ("unlocked", {}),
    "fan.tower": ("on", {"percentage": 50}),
    "fan.hood": ("off", {}),
    "media_player.tv": ("playing", {"volume_level": 0.4, "media_title": "The News"}),
    "media_player.speaker": ("idle", {"volume_level": 0.95}),
    "vacuum.rover": ("docked", {}),
    "lawn_mower.clippy": ("docked", {}),
    "siren.attic": ("off", {}),
    "alarm_control_panel.house": ("disarmed", {}),
    "humidifier.bedroom": ("on", {"humidity": 45}),
    "binary_sensor.kitchen_window": ("on", {}),
    "binary_sensor.office_window": ("off", {}),
    "binary_sensor.leak": ("off", {}),
    "sensor.living_temperature": ("21.46", {}),
    "person.jane": ("not_home", {}),
}


def furnished(*, at: datetime = NOON - timedelta(minutes=20)) -> Home:
    """Return the house as it was last seen at a time."""
    home = Home(floors=FLOORS, areas=AREAS)
    for entity in ENTITIES:
        home.add(entity)
    for entity_id, (value, attributes) in STATES.items():
        home.observe(EntityId(entity_id), value, attributes, at=at)
    return home
