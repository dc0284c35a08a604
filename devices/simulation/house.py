"""The simulated house as data: its floors, its rooms and what stands in them."""

from collections.abc import Mapping
from types import MappingProxyType

from devices.model import Area, AreaId, Floor, FloorId
from devices.simulation.fitting import Fitting, Group
from devices.simulation.part import Temper

GROUND, FIRST, TOP = FloorId("ground_floor"), FloorId("first_floor"), FloorId("top_floor")

FLOORS = (
    Floor(GROUND, "Ground Floor", ("downstairs",), 0),
    Floor(FIRST, "First Floor", ("upstairs",), 1),
    Floor(TOP, "Top Floor", ("attic floor",), 2),
)
AREAS = (
    Area(AreaId("kitchen"), "Kitchen", (), GROUND),
    Area(AreaId("living_room"), "Living Room", ("lounge", "sitting room"), GROUND),
    Area(AreaId("dining_room"), "Dining Room", (), GROUND),
    Area(AreaId("hallway"), "Hallway", ("hall", "entrance"), GROUND),
    Area(AreaId("laundry_room"), "Laundry Room", ("utility room",), GROUND),
    Area(AreaId("garage"), "Garage", (), GROUND),
    Area(AreaId("bedroom"), "Bedroom", ("master bedroom", "main bedroom"), FIRST),
    Area(AreaId("kids_room"), "Kids Room", ("nursery", "children's room"), FIRST),
    Area(AreaId("bathroom"), "Bathroom", (), FIRST),
    Area(AreaId("office"), "Office", ("study",), FIRST),
    Area(AreaId("guest_room"), "Guest Room", ("spare room",), FIRST),
    Area(AreaId("attic"), "Attic", ("loft",), TOP),
    Area(AreaId("garden"), "Garden", ("yard", "outside")),
)

_KITCHEN, _LIVING, _DINING, _HALLWAY = (AreaId(a) for a in ("kitchen", "living_room", "dining_room", "hallway"))
_LAUNDRY, _GARAGE, _BEDROOM, _KIDS = (AreaId(a) for a in ("laundry_room", "garage", "bedroom", "kids_room"))
_BATHROOM, _OFFICE, _GUEST, _ATTIC = (AreaId(a) for a in ("bathroom", "office", "guest_room", "attic"))
_GARDEN = AreaId("garden")

ZIGBEE = (
    Fitting("Kitchen Light", "white light", _KITCHEN),
    Fitting("Kitchen Leak Sensor", "leak", _KITCHEN),
    Fitting("Living Room/Ceiling", "color light", _LIVING),
    Fitting("Living Spot 1", "dimmable light", _LIVING),
    Fitting("Living Spot 2", "dimmable light", _LIVING),
    Fitting("Living Room Window", "contact", _LIVING),
    Fitting("Living Room Sensor", "climate sensor", _LIVING),
    Fitting("Dining Spot 1", "dimmable light", _DINING),
    Fitting("Dining Spot 2", "dimmable light", _DINING),
    Fitting("Dining Spot 3", "dimmable light", _DINING, Temper.IGNORING),
    Fitting("Dining Spot 4", "dimmable light", _DINING, Temper.IGNORING),
    Fitting("Hallway Motion", "motion", _HALLWAY),
    Fitting("Hallway Remote", "remote", _HALLWAY),
    Fitting("Back Door", "lock", _LAUNDRY),
    Fitting("Laundry Plug", "plug", _LAUNDRY),
    Fitting("Bedroom Light", "white light", _BEDROOM),
    Fitting("Bedroom Thermostat", "thermostat", _BEDROOM),
    Fitting("Bedroom Blind", "blind", _BEDROOM),
    Fitting("Bedroom Window", "contact", _BEDROOM),
    Fitting("Kids Room Light", "dimmable light", _KIDS),
    Fitting("Kids Room Blind", "blind", _KIDS),
    Fitting("Office Light", "white light", _OFFICE),
    Fitting("Office Blind", "venetian blind", _OFFICE),
    Fitting("Office Sensor", "climate sensor", _OFFICE),
)
GROUPS = (
    Group("Living Room Spots", ("Living Spot 1", "Living Spot 2"), _LIVING),
    Group(
        "Dining Spots", ("Dining Spot 1", "Dining Spot 2", "Dining Spot 3", "Dining Spot 4"), _DINING, optimistic=False
    ),
)
TASMOTA = (
    Fitting("Coffee Machine", "power plug", _KITCHEN),
    Fitting("Hallway Lamp", "rgbcw bulb", _HALLWAY),
    Fitting("Freezer", "power plug", _GARAGE),
    Fitting("Bedside Lamp", "relay lamp", _BEDROOM),
    Fitting("Guest Room Blind", "shutter", _GUEST),
    Fitting("Attic Lamp", "dimmer", _ATTIC, Temper.OFFLINE),
)
SHELLY_FIRST = (
    Fitting("shelly1-1F4B01", "relay", _GARAGE, called="Garage Light", shown="Shelly 1 1F4B01"),
    Fitting("shelly1pm-98CDAC1F4B02", "metered relay", _GARDEN, called="Garden Pump", shown="Shelly 1PM 1F4B02"),
    Fitting("shellydimmer2-98CDAC1F4B03", "dimmer", _HALLWAY, called="Hallway Dimmer", shown="Shelly Dimmer 2 1F4B03"),
    Fitting("shellyswitch25-1F4B04", "roller", _LIVING, called="Living Room Shutter", shown="Shelly 2.5 1F4B04"),
)
SHELLY_SECOND = (
    Fitting("Bathroom Heater", "switch", _BATHROOM),
    Fitting("Bathroom Blind", "cover", _BATHROOM),
    Fitting("Guest Room Light", "light", _GUEST),
)
ESPHOME = (
    Fitting("Office Strip", "strip", _OFFICE),
    Fitting("Kids Room Lamp", "night light", _KIDS),
    Fitting("Guest Room Fan", "fan", _GUEST),
    Fitting("Garage", "garage door", _GARAGE, called="Garage Door"),
    Fitting("Bathroom Air", "air", _BATHROOM),
)
DISCOVERY = (
    Fitting("Front Door", "lock", _HALLWAY),
    Fitting("House Alarm", "alarm panel", _HALLWAY),
    Fitting("Doorbell", "doorbell", _HALLWAY),
    Fitting("Hallway Siren", "siren", _HALLWAY),
    Fitting("Living Room Air Conditioner", "air conditioner", _LIVING),
    Fitting("Reading Lamp", "template light", _LIVING),
    Fitting("Living Room Scenes", "scenes", _LIVING),
    Fitting("Dusty", "vacuum", _LIVING),
    Fitting("Washing Machine", "washing machine", _LAUNDRY),
    Fitting("Boiler", "water heater", _LAUNDRY),
    Fitting("Bedroom Fan", "fan", _BEDROOM),
    Fitting("Kids Room Humidifier", "humidifier", _KIDS),
    Fitting("Standing Desk", "desk", _OFFICE),
    Fitting("Weather Station", "weather station", _GARDEN),
    Fitting("Garden Valve", "valve", _GARDEN),
    Fitting("Patio Lights", "color lamp", _GARDEN),
    Fitting("Porch Light", "basic light", _GARDEN),
    Fitting("Pergola", "awning", _GARDEN),
    Fitting("Sleepy Lamp", "lamp", _ATTIC, Temper.SLOW),
    Fitting("Stubborn Lamp", "lamp", _ATTIC, Temper.IGNORING),
    Fitting("Contrary Lamp", "lamp", _ATTIC, Temper.LYING),
)
_UNPLACED = (*ZIGBEE, *TASMOTA, *SHELLY_FIRST, *SHELLY_SECOND)
"""What speaks a dialect that has no word for a room."""
ALL = (*ZIGBEE, *TASMOTA, *SHELLY_FIRST, *SHELLY_SECOND, *ESPHOME, *DISCOVERY)

TEMPERS: Mapping[str, Temper] = MappingProxyType({f.spoken: f.temper for f in ALL if f.temper is not Temper.SOUND})
"""The flaky ones by name; every other device is sound."""

BENCH_ROOM = 10
"""How many bench lamps share a room."""


def floors() -> tuple[Floor, ...]:
    """Return the three storeys."""
    return FLOORS


def areas(lights: int = 0) -> tuple[Area, ...]:
    """Return the rooms and the garden, and the rooms of as many bench lamps."""
    rooms = range(1, -(-lights // BENCH_ROOM) + 1)
    return (*AREAS, *(Area(AreaId(f"room_{number}"), f"Room {number}") for number in rooms))


def placement() -> dict[str, AreaId]:
    """Return where the devices stand that cannot say so themselves, by the name that Hearth shows."""
    devices = {row.shown or row.name: row.area for row in _UNPLACED}
    return devices | {group.name: group.area for group in GROUPS}


def names() -> dict[str, str]:
    """Return what people call the devices whose dialect has no name for them: first generation Shellies."""
    return {row.shown: row.called for row in ALL if row.called and row.shown}


def area_name(area: AreaId) -> str:
    """Return how a room is called, for the dialects that send its name."""
    return next(known.name for known in AREAS if known.id == area)


def bench_name(number: int) -> tuple[str, str]:
    """Return the name of a bench lamp, counted from 1, and its room's."""
    return f"Bench Lamp {number}", f"Room {(number - 1) // BENCH_ROOM + 1}"
