"""The common ground of the conformance suite: what stands in the house, what is asked of it, what must not be asked."""

from collections.abc import Mapping
from dataclasses import dataclass

from devices.model import NOTHING, AreaId, Call, Capability, Entity, EntityId

C = Capability
ON_OFF, DIMMABLE = frozenset({C.ON_OFF}), frozenset({C.ON_OFF, C.BRIGHTNESS})
WHITE, COLORED = DIMMABLE | {C.COLOR_TEMPERATURE}, DIMMABLE | {C.COLOR, C.COLOR_TEMPERATURE}
COVER = frozenset({C.OPEN_CLOSE, C.STOP, C.POSITION})
CLIMATE = frozenset({C.ON_OFF, C.TARGET_TEMPERATURE, C.HVAC_MODE})


def _entity(
    name: str,
    domain: str,
    area: str,
    capabilities: frozenset[Capability] = frozenset(),
    *,
    object_id: str | None = None,
    limits: Mapping[str, object] = NOTHING,
) -> Entity:
    entity = EntityId(f"{domain}.{object_id or name.lower().replace(' ', '_')}")
    return Entity(entity, name, domain, area=AreaId(area), capabilities=capabilities, limits=limits)


_SPOTS = tuple(EntityId(f"light.dining_spot_{number}") for number in (1, 2, 3, 4))

WARD: tuple[Entity, ...] = (
    _entity("Kitchen Light", "light", "kitchen", WHITE),
    _entity("Living Room Ceiling", "light", "living_room", COLORED),
    _entity("Hallway Lamp", "light", "hallway", COLORED),
    _entity("Bedside Lamp", "light", "bedroom", ON_OFF),
    _entity("Office Strip", "light", "office", DIMMABLE | {C.COLOR, C.EFFECT}),
    _entity("Patio Lights", "light", "garden", COLORED),
    _entity("Reading Lamp", "light", "living_room", DIMMABLE),
    _entity("Porch Light", "light", "garden", DIMMABLE),
    _entity("Laundry Plug", "switch", "laundry_room", ON_OFF),
    _entity("Coffee Machine", "switch", "kitchen", ON_OFF),
    _entity("Garage Light", "switch", "garage", ON_OFF, object_id="shelly_1_1f4b01"),
    _entity("Hallway Dimmer", "light", "hallway", DIMMABLE, object_id="shelly_dimmer_2_1f4b03"),
    _entity("Living Room Shutter", "cover", "living_room", COVER, object_id="shelly_2_5_1f4b04"),
    _entity("Bathroom Heater", "switch", "bathroom", ON_OFF),
    _entity("Bathroom Blind", "cover", "bathroom", COVER),
    _entity("Guest Room Light", "light", "guest_room", DIMMABLE),
    _entity("Bedroom Blind", "cover", "bedroom", COVER),
    _entity("Office Blind", "cover", "office", COVER | {C.TILT}),
    _entity("Guest Room Blind", "cover", "guest_room", COVER),
    _entity("Garage Door", "cover", "garage", COVER),
    _entity("Pergola", "cover", "garden", COVER | {C.TILT}),
    _entity("Bedroom Thermostat", "climate", "bedroom", CLIMATE, limits={"min": 5.0, "max": 30.0}),
    _entity(
        "Living Room Air Conditioner", "climate", "living_room", CLIMATE | {C.FAN_MODE, C.PRESET},
        limits={
            "min": 16.0, "max": 30.0, "hvac_modes": ("off", "heat", "cool", "auto", "dry", "fan_only"),
            "fan_modes": ("auto", "low", "medium", "high"), "preset_modes": ("eco", "away", "boost"),
        },
    ),
    _entity("Front Door", "lock", "hallway", frozenset({C.LOCK})),
    _entity("Back Door", "lock", "laundry_room", frozenset({C.LOCK})),
    _entity("Bedroom Fan", "fan", "bedroom", ON_OFF | {C.SPEED, C.OSCILLATE, C.DIRECTION}),
    _entity("Guest Room Fan", "fan", "guest_room", ON_OFF | {C.SPEED, C.OSCILLATE}),
    _entity("Dusty Robot", "vacuum", "living_room", frozenset({C.START, C.PAUSE, C.STOP, C.RETURN_HOME})),
    _entity("Garden Valve", "valve", "garden", COVER),
    _entity("Hallway Siren", "siren", "hallway", ON_OFF | {C.TONE, C.DURATION}),
    _entity("House Alarm", "alarm_control_panel", "hallway", frozenset({C.ARM})),
    _entity("Kids Room Humidifier", "humidifier", "kids_room", ON_OFF | {C.TARGET_HUMIDITY}, limits={"max": 80.0}),
    _entity("Boiler", "water_heater", "laundry_room", frozenset({C.TARGET_TEMPERATURE}), limits={"max": 65.0}),
    _entity("Standing Desk Height", "number", "office", frozenset({C.SET_VALUE}), limits={"min": 62.0, "max": 127.0}),
    Entity(
        EntityId("select.washing_machine_program"), "Washing Machine Program", "select",
        area=AreaId("laundry_room"), capabilities=frozenset({C.SELECT_OPTION}), options=("Cotton 40", "Wool"),
    ),
    _entity("Washing Machine Firmware", "update", "laundry_room", frozenset({C.INSTALL})),
    _entity("Doorbell Chime", "button", "hallway", frozenset({C.PRESS})),
    _entity("Living Room Scenes Movie Night", "scene", "living_room", frozenset({C.ACTIVATE})),
    _entity("Bathroom Air Temperature", "sensor", "bathroom"),
    _entity("Living Room Window Contact", "binary_sensor", "living_room"),
    _entity("Attic Lamp", "light", "attic", DIMMABLE),
    _entity("Sleepy Lamp", "light", "attic", DIMMABLE),
    _entity("Stubborn Lamp", "light", "attic", DIMMABLE),
    _entity("Contrary Lamp", "light", "attic", DIMMABLE),
    *(_entity(f"Dining Spot {number}", "light", "dining_room", DIMMABLE) for number in (1, 2, 3, 4)),
    Entity(
        EntityId("light.dining_spots"), "Dining Spots", "light",
        area=AreaId("dining_room"), capabilities=DIMMABLE, members=_SPOTS,
    ),
)  # fmt: skip
"""What every bridge shows, at least: it may know of more capabilities, and of more entities."""

BY_NAME: Mapping[str, Entity] = {entity.name: entity for entity in WARD}


@dataclass(frozen=True, slots=True)
class Ask:
    """One call of one entity, by name."""

    name: str
    service: str
    data: Mapping[str, object]

    def call(self) -> Call:
        """Return it as a call."""
        return Call(BY_NAME[self.name].id, self.service, self.data)

    def __str__(self) -> str:
        """Return what the test is called."""
        data = ",".join(f"{key}={item}" for key, item in self.data.items())
        return f"{self.name}: {self.service}({data})".replace(" ", "_")


def ask(name: str, service: str, **data: object) -> Ask:
    """Return a call of the entity of this name."""
    return Ask(name, service, data)


Steps = tuple[Ask, ...]
EFFECTIVE: tuple[Steps, ...] = (
    (ask("Kitchen Light", "turn_on"), ask("Kitchen Light", "turn_off")),
    (ask("Kitchen Light", "turn_on", brightness=128), ask("Kitchen Light", "turn_on", color_temp_kelvin=3000)),
    (
        ask("Living Room Ceiling", "turn_on", rgb_color=(255, 0, 0)),
        ask("Living Room Ceiling", "turn_on", color_temp_kelvin=4000), ask("Living Room Ceiling", "turn_off"),
    ),
    (ask("Hallway Lamp", "turn_on", brightness=51), ask("Hallway Lamp", "turn_on", rgb_color=(0, 0, 255))),
    (ask("Hallway Lamp", "turn_on", color_temp_kelvin=3500), ask("Hallway Lamp", "turn_off")),
    (ask("Bedside Lamp", "turn_on"), ask("Bedside Lamp", "turn_off")),
    (ask("Office Strip", "turn_on", rgb_color=(0, 255, 0)), ask("Office Strip", "turn_on", effect="Rainbow")),
    (ask("Patio Lights", "turn_on", brightness=200, rgb_color=(255, 128, 0)), ask("Patio Lights", "turn_off")),
    (ask("Patio Lights", "turn_on", color_temp_kelvin=2700),),
    (ask("Reading Lamp", "turn_on", brightness=90), ask("Reading Lamp", "turn_off")),
    (ask("Porch Light", "turn_on", brightness=128), ask("Porch Light", "turn_off")),
    (ask("Laundry Plug", "turn_on"), ask("Laundry Plug", "turn_off")),
    (ask("Coffee Machine", "turn_off"), ask("Coffee Machine", "turn_on")),
    (ask("Garage Light", "turn_on"), ask("Garage Light", "turn_off")),
    (ask("Hallway Dimmer", "turn_on", brightness=102), ask("Hallway Dimmer", "turn_off")),
    (ask("Living Room Shutter", "close_cover"), ask("Living Room Shutter", "set_cover_position", position=35)),
    (ask("Bathroom Heater", "turn_on"), ask("Bathroom Heater", "turn_off")),
    (ask("Bathroom Blind", "close_cover"), ask("Bathroom Blind", "set_cover_position", position=80)),
    (ask("Guest Room Light", "turn_on", brightness=204), ask("Guest Room Light", "turn_off")),
    (ask("Bedroom Blind", "close_cover"), ask("Bedroom Blind", "set_cover_position", position=40)),
    (ask("Office Blind", "set_cover_tilt_position", tilt_position=30), ask("Office Blind", "close_cover")),
    (ask("Guest Room Blind", "close_cover"), ask("Guest Room Blind", "open_cover")),
    (ask("Guest Room Blind", "set_cover_position", position=70),),
    (ask("Garage Door", "open_cover"), ask("Garage Door", "close_cover")),
    (ask("Pergola", "set_cover_position", position=60), ask("Pergola", "set_cover_tilt_position", tilt_position=75)),
    (ask("Bedroom Thermostat", "set_temperature", temperature=21),),
    (ask("Bedroom Thermostat", "set_hvac_mode", hvac_mode="off"), ask("Bedroom Thermostat", "turn_on")),
    (
        ask("Living Room Air Conditioner", "set_hvac_mode", hvac_mode="cool"),
        ask("Living Room Air Conditioner", "set_temperature", temperature=24.5),
        ask("Living Room Air Conditioner", "set_fan_mode", fan_mode="high"),
        ask("Living Room Air Conditioner", "set_preset_mode", preset_mode="eco"),
    ),
    (ask("Front Door", "unlock"), ask("Front Door", "lock")),
    (ask("Back Door", "unlock"), ask("Back Door", "lock")),
    (ask("Bedroom Fan", "turn_on"), ask("Bedroom Fan", "set_percentage", percentage=70)),
    (ask("Bedroom Fan", "oscillate", oscillating=True), ask("Bedroom Fan", "set_direction", direction="reverse")),
    (
        ask("Guest Room Fan", "turn_on"), ask("Guest Room Fan", "set_percentage", percentage=100),
        ask("Guest Room Fan", "oscillate", oscillating=True),
    ),
    (ask("Dusty Robot", "start"), ask("Dusty Robot", "pause"), ask("Dusty Robot", "return_to_base")),
    (ask("Garden Valve", "set_valve_position", position=50), ask("Garden Valve", "close_valve")),
    (ask("Hallway Siren", "turn_on"), ask("Hallway Siren", "turn_off")),
    (ask("House Alarm", "alarm_arm_away"), ask("House Alarm", "alarm_disarm", code="1234")),
    (ask("Kids Room Humidifier", "turn_on"), ask("Kids Room Humidifier", "set_humidity", humidity=55)),
    (ask("Boiler", "set_temperature", temperature=58),),
    (ask("Standing Desk Height", "set_value", value=101.5),),
    (ask("Washing Machine Program", "select_option", option="Wool"),),
    (ask("Washing Machine Firmware", "install"),),
)  # fmt: skip
"""Calls that must take effect, one after the other."""

UNSEEN = (ask("Doorbell Chime", "press"), ask("Living Room Scenes Movie Night", "turn_on"))
"""Calls that are sent and of which no report can tell."""

IMPOSSIBLE = (
    ask("Kitchen Light", "turn_on", brightness=300),
    ask("Kitchen Light", "turn_on", brightness="bright"),
    ask("Kitchen Light", "turn_on", brightness=float("nan")),
    ask("Kitchen Light", "turn_on", rgb_color=(1, 2, 3)),
    ask("Kitchen Light", "turn_on", flavor="mint"),
    ask("Kitchen Light", "open_cover"),
    ask("Living Room Ceiling", "turn_on", rgb_color=(256, 0, 0)),
    ask("Bedside Lamp", "turn_on", brightness=10),
    ask("Laundry Plug", "turn_on", brightness=10),
    ask("Bedroom Blind", "set_cover_position", position=101),
    ask("Bedroom Blind", "set_cover_position"),
    ask("Bedroom Blind", "set_cover_tilt_position", tilt_position=10),
    ask("Bedroom Thermostat", "set_temperature", temperature=99),
    ask("Living Room Air Conditioner", "set_hvac_mode", hvac_mode="thaw"),
    ask("Living Room Air Conditioner", "set_fan_mode", fan_mode="storm"),
    ask("Bedroom Fan", "set_percentage", percentage=-1),
    ask("Kids Room Humidifier", "set_humidity", humidity=95),
    ask("Boiler", "set_temperature", temperature=90),
    ask("Standing Desk Height", "set_value", value=300),
    ask("Washing Machine Program", "select_option", option="Moonwalk"),
    ask("Doorbell Chime", "turn_on"),
    ask("Bathroom Air Temperature", "turn_on"),
)
"""Calls that are a mistake of the caller: refused, and nothing is sent."""
