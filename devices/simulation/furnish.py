"""From the rows of the house to devices that speak."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from devices.simulation import esphome, house, pieces, pieces_air
from devices.simulation.discovery import Announced, Housing, Piece
from devices.simulation.fitting import Fitting
from devices.simulation.line import Gadget
from devices.simulation.part import Pace, Part, Temper
from devices.simulation.shelly import FirstGeneration, SecondGeneration
from devices.simulation.tasmota import Tasmota
from devices.simulation.zigbee import Zigbee

Condition = Mapping[str, object]
Make = Callable[..., Part]
"""Makes a part of a condition given by name; the first one made for a row has the row's temper."""

_LAMP: Condition = {"state": "OFF", "brightness": 180}
_COLOR: Condition = {
    "state": "OFF", "brightness": 200, "color_mode": "color_temp", "color_temp": 300,
    "color": {"r": 255, "g": 160, "b": 60}, "effect": "None",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a kind of discovered device is built and announced."""

    build: Callable[[Make], Sequence[Piece]]
    whole: bool = False
    retained: bool = True


def _weather(make: Make) -> list[Piece]:
    return [
        pieces.sensor(make(value=14.2), "temperature", "temperature", "°C"),
        pieces.sensor(make(value=71), "humidity", "humidity", "%"),
        pieces.sensor(make(value=11.5), "wind", "wind_speed", "km/h"),
        pieces.sensor(make(value=5200), "illuminance", "illuminance", "lx"),
        pieces.sensor(make(value=88), "battery", "battery", "%"),
        pieces.binary_sensor(make(state="OFF"), "rain", "moisture"),
    ]


def _washer(make: Make) -> list[Piece]:
    return [
        pieces.button(make(presses=0), "start"),
        pieces.select(make(option="Cotton 40"), "program", "Cotton 40", "Cotton 60", "Wool", "Quick"),
        pieces.number(make(value=0), "delay", least=0, most=24, unit="h"),
        pieces.sensor(make(value="idle"), "status", None, None),
        pieces.sensor(make(value=3.1), "power", "power", "W"),
        pieces.binary_sensor(make(state="OFF"), "door", "door"),
        pieces.update(make(installed_version="1.4.0", latest_version="1.5.2", title="Washer firmware")),
    ]


def _scenes(make: Make) -> list[Piece]:
    return [pieces.scene(make(activations=0), key) for key in ("movie_night", "dinner_time", "good_night")]


def _air_conditioner(make: Make) -> list[Piece]:
    return [pieces_air.climate(make(current=22.5, target=22, mode="off", fan="auto", preset="none"))]


def _doorbell(make: Make) -> list[Piece]:
    return [pieces.button(make(presses=0), "chime"), pieces.binary_sensor(make(state="OFF"), "ringing", "sound")]


def _fan(make: Make) -> list[Piece]:
    return [pieces_air.fan(make(state="OFF", speed=40, swing="oscillate_off", direction="forward", preset="breeze"))]


def _desk(make: Make) -> list[Piece]:
    return [
        pieces.number(make(value=74), "height", least=62, most=127, step=0.5, unit="cm"),
        pieces.switch(make(state="OFF"), "child_lock"),
    ]


_DISCOVERED: Mapping[str, _Kind] = {
    "lock": _Kind(lambda make: [pieces.lock(make(state="LOCKED"))]),
    "alarm panel": _Kind(lambda make: [pieces.alarm_panel(make(state="disarmed"))]),
    "doorbell": _Kind(_doorbell),
    "siren": _Kind(lambda make: [pieces.siren(make(state="OFF", tone="alarm", duration=10, volume_level=0.5))]),
    "air conditioner": _Kind(_air_conditioner),
    "template light": _Kind(lambda make: [pieces.template_light(make(state="off", level=120))]),
    "scenes": _Kind(_scenes),
    "vacuum": _Kind(lambda make: [pieces_air.vacuum(make(state="docked", fan_speed="medium", battery_level=100))]),
    "washing machine": _Kind(_washer, whole=True),
    "water heater": _Kind(lambda make: [pieces_air.water_heater(make(current=48.5, target=50, mode="eco"))]),
    "fan": _Kind(_fan),
    "humidifier": _Kind(
        lambda make: [pieces_air.humidifier(make(state="OFF", target=45, current=41, mode="normal"))], whole=True
    ),
    "desk": _Kind(_desk, whole=True),
    "weather station": _Kind(_weather, whole=True),
    "valve": _Kind(lambda make: [pieces.valve(make(position=0, moving=0))]),
    "color lamp": _Kind(lambda make: [pieces.json_light(make(**_COLOR), modes=("color_temp", "rgb"))]),
    "basic light": _Kind(lambda make: [pieces.basic_light(make(state="OFF", level=70))], retained=False),
    "awning": _Kind(
        lambda make: [pieces_air.cover(make(position=0, tilt=0, moving=0), device_class="awning", tilt=True)],
        retained=False,
    ),
    "lamp": _Kind(lambda make: [pieces.json_light(make(**_LAMP))]),
}
_NODES: Mapping[str, Callable[[Make, str], Sequence[Piece]]] = {
    "strip": lambda make, key: [
        esphome.light(
            make(effect="None", color_mode="rgb", state="OFF", brightness=160, color={"r": 255, "g": 120, "b": 0}),
            key, modes=("rgb",), effects=("Rainbow", "Pulse"),
        )
    ],
    "night light": lambda make, key: [
        esphome.light(make(color_mode="brightness", state="OFF", brightness=60, color={}), key, modes=("brightness",)),
        esphome.sensor(make(value=20.6), "temperature", "Temperature", "temperature", "°C"),
    ],
    "fan": lambda make, key: [esphome.fan(make(state="OFF", swing=False, speed=1), key, speeds=3)],
    "garage door": lambda make, _: [esphome.cover(make(position=0, moving=0), "door", "Door", device_class="garage")],
    "air": lambda make, _: [
        esphome.sensor(make(value=22.4), "temperature", "Temperature", "temperature", "°C"),
        esphome.sensor(make(value=58), "humidity", "Humidity", "humidity", "%"),
        esphome.switch(make(state="OFF"), "vent", "Vent"),
    ],
}  # fmt: skip


def furnished(pace: Pace) -> list[Gadget]:
    """Return every device of the house, not yet connected."""
    return [
        Zigbee(house.ZIGBEE, house.GROUPS, pace),
        *(Tasmota(number, fitting, pace) for number, fitting in enumerate(house.TASMOTA, start=1)),
        *(FirstGeneration(fitting, pace) for fitting in house.SHELLY_FIRST),
        *(SecondGeneration(number, fitting, pace) for number, fitting in enumerate(house.SHELLY_SECOND, start=1)),
        *(_node(number, fitting, pace) for number, fitting in enumerate(house.ESPHOME, start=1)),
        *(_announced(fitting, pace) for fitting in house.DISCOVERY),
    ]


def _maker(pace: Pace, temper: Temper) -> Make:
    tempers = iter((temper,))

    def make(**condition: object) -> Part:
        return Part(pace, condition, next(tempers, Temper.SOUND))

    return make


def _named(name: str, built: Sequence[Piece]) -> dict[str, Piece]:
    """Call the first piece as its device, the others with what they are: ``Weather Station humidity``."""
    return {name if number == 0 else f"{name} {piece.key}": piece for number, piece in enumerate(built)}


def _slug(name: str) -> str:
    return name.lower().replace(" ", "_")


def _node(number: int, fitting: Fitting, pace: Pace) -> esphome.Node:
    built = _NODES[fitting.kind](_maker(pace, fitting.temper), _slug(fitting.name))
    return esphome.Node(number, fitting.name, house.area_name(fitting.area), _named(fitting.spoken, built))


def _announced(fitting: Fitting, pace: Pace) -> Announced:
    kind = _DISCOVERED[fitting.kind]
    node = _slug(fitting.name)
    device: dict[str, object] = {
        "ids": [node], "name": fitting.name, "mf": "Simulated", "mdl": fitting.kind.title(), "sw": "1.0",
        "sa": house.area_name(fitting.area),
    }  # fmt: skip
    housing = Housing(node, f"home/{node}", device, whole=kind.whole, retained=kind.retained)
    return Announced(housing, _named(fitting.name, kind.build(_maker(pace, fitting.temper))), pace)
