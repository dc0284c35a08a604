"""Tasmota devices with native discovery, as of 14.x (tasmota.github.io/docs/MQTT, /Commands; the discovery fields as
hatasmota 0.10 requires them).

``cmnd/<topic>/<command>`` is answered on ``stat/<topic>/RESULT``; ``tele/<topic>/LWT`` says Online or Offline;
``tele/<topic>/STATE`` and ``SENSOR`` tell the whole. Commands are spelled in any case, a number at the end is the
channel.
"""

import colorsys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from devices.simulation.fitting import Fitting
from devices.simulation.line import Voice, Will
from devices.simulation.part import Pace, Part

_TIME = "2026-01-01T12:00:00"
"""Tasmota stamps its telemetry with its own clock; nobody should read it, so it stands still."""


@dataclass(frozen=True, slots=True)
class Model:
    """One kind of module: its relays (1 relay, 2 light, 3 shutter), its light subtype (1 dimmer … 5 RGBCW)."""

    module: str
    relays: tuple[int, ...]
    subtype: int = 0
    as_light: bool = False
    """SetOption30: a relay that is announced as a light."""
    state: Mapping[str, object] = field(default_factory=dict[str, object])
    energy: bool = False
    shutter: bool = False


MODELS: Mapping[str, Model] = {
    "relay lamp": Model("Sonoff Basic", (1,), as_light=True, state={"POWER": "OFF"}),
    "power plug": Model("Sonoff S31", (1,), state={"POWER": "ON"}, energy=True),
    "dimmer": Model("Arlec Dimmer", (2,), 1, state={"POWER": "OFF", "Dimmer": 60}),
    "rgbcw bulb": Model(
        "Athom Bulb", (2,), 5, state={"POWER": "OFF", "Dimmer": 80, "HSBColor": "30,60,80", "White": 0, "CT": 350}
    ),
    "shutter": Model("Sonoff 4CHPROR3", (3, 3), shutter=True, state={"Position": 100, "Target": 100, "Tilt": 0}),
}


class Tasmota:
    """One module on its own connection."""

    def __init__(self, index: int, fitting: Fitting, pace: Pace) -> None:
        self._name = fitting.name
        self._model = MODELS[fitting.kind]
        self._mac = f"A4CF12{0x0B3000 + index:06X}"
        self._topic = f"tasmota_{self._mac[-6:]}"
        self.client_id = f"DVES_{self._mac[-6:]}"
        self.will = Will(f"tele/{self._topic}/LWT", "Offline")
        self.filters: Sequence[str] = (f"cmnd/{self._topic}/#", "cmnd/tasmotas/#", f"cmnd/{self.client_id}_fb/#")
        self._part = Part(pace, self._model.state, fitting.temper)
        self._part.report = self._result
        self.parts: Mapping[str, Part] = {fitting.name: self._part}
        self._voice: Voice | None = None

    def wake(self, voice: Voice) -> None:
        """Say what a module says after it has connected: here, who, how."""
        self._voice = voice
        voice.publish(self.will.topic, "Online", retain=True)
        discovery = f"tasmota/discovery/{self._mac}"
        voice.publish(f"{discovery}/config", self._config(), retain=True)
        voice.publish(f"{discovery}/sensors", {"sn": self._sensors(), "ver": 1}, retain=True)
        self.remind()

    def hear(self, topic: str, payload: str) -> None:
        """Carry out one command; Backlog is several."""
        command = topic.rsplit("/", 1)[-1]
        if command.lower().startswith("backlog"):
            for one in payload.split(";"):
                word, _, argument = one.strip().partition(" ")
                self._command(word, argument.strip())
        else:
            self._command(command, payload.strip())

    def remind(self) -> None:
        """Tell the telemetry, as each TelePeriod does."""
        self._say("tele/%/STATE", self._state())
        self._say("tele/%/SENSOR", self._sensors())

    def _say(self, topic: str, payload: Mapping[str, object] | str) -> None:
        if self._voice is not None:
            self._voice.publish(f"{topic.replace('%', self._topic)}", payload)

    def _command(self, command: str, argument: str) -> None:
        word = command.lower().rstrip("0123456789")
        channel = command[len(word) :]
        if word == "state":
            self._say("stat/%/RESULT", self._state())
        elif word == "status":
            self._status(argument)
        elif word.startswith("shutter") and self._model.shutter:
            self._part.obey(lambda: self._shutter(word.removeprefix("shutter"), argument))
        elif word in ("power", "dimmer", "ct", "color", "hsbcolor", "white") and not self._model.shutter:
            self._part.obey(lambda: self._switch(word, channel, argument))
        else:
            self._say("stat/%/RESULT", {"Command": "Unknown", "Input": command})

    def _switch(self, word: str, channel: str, argument: str) -> None:
        if not argument:
            return  # A query: only the result is wanted.
        condition = self._part.condition
        if word == "power":
            now = condition["POWER"] == "ON"
            on = {"on": True, "1": True, "off": False, "0": False, "toggle": not now, "2": not now}.get(
                argument.lower()
            )
            condition["POWER"] = condition["POWER"] if on is None else "ON" if on else "OFF"
        elif word == "dimmer":
            # SetOption20 is 0: a level switches on as well, and 0 switches off.
            level = _clamped(argument, 100)
            condition |= {"POWER": "ON" if level else "OFF"} | ({"Dimmer": level} if level else {})
        elif word == "ct" and "CT" in condition:
            condition |= {"POWER": "ON", "CT": min(500, max(153, int(float(argument)))), "White": condition["Dimmer"]}
        elif word == "white" and "White" in condition:
            condition |= {"POWER": "ON", "White": _clamped(argument, 100)}
        elif "HSBColor" in condition:
            condition |= {"POWER": "ON", "White": 0, "HSBColor": self._colored(word, channel, argument)}

    def _colored(self, word: str, channel: str, argument: str) -> str:
        hue, saturation, brightness = str(self._part["HSBColor"]).split(",")
        if word == "hsbcolor" and channel == "1":
            return f"{_clamped(argument, 360)},{saturation},{brightness}"
        if word == "hsbcolor" and channel == "2":
            return f"{hue},{_clamped(argument, 100)},{brightness}"
        if word == "hsbcolor":
            return ",".join(str(int(float(one))) for one in argument.split(",")[:3])
        red, green, blue = _rgb_of(argument)
        return ",".join(map(str, _hsb_of(red, green, blue)))

    def _shutter(self, word: str, argument: str) -> None:
        target = {"open": 100, "close": 0}.get(word)
        if word == "position" and argument:
            target = {"open": 100, "close": 0, "stop": None}.get(argument.lower(), _clamped(argument, 100))
        if word == "stop" or argument.lower() == "stop":
            self._part.halt()
            self._part.set(Target=self._part["Position"])
        elif target is not None:
            self._part.travel("Position", target)
            self._part.set(Target=target)

    def _status(self, argument: str) -> None:
        if argument in ("0", "8", "10"):
            number = "8" if argument == "8" else "10"
            self._say(f"stat/%/STATUS{number}", {"StatusSNS": self._sensors()})
        if argument in ("0", "11"):
            self._say("stat/%/STATUS11", {"StatusSTS": self._state()})

    def _result(self) -> None:
        if self._model.shutter:
            self._say("stat/%/RESULT", self._shutter_state())
            return
        light = {key: value for key, value in self._light().items() if key != "POWER"}
        self._say("stat/%/RESULT", {"POWER": self._part["POWER"], **light})
        self._say("stat/%/POWER", str(self._part["POWER"]))

    def _light(self) -> dict[str, object]:
        condition = {key: value for key, value in self._part.condition.items() if key != "moving"}
        if "HSBColor" in condition:
            hue, saturation, _ = (int(one) for one in str(condition["HSBColor"]).split(","))
            level = int(self._part.number("Dimmer"))
            white = condition["White"]
            color = (0, 0, 0) if white else _rgb_from(hue, saturation, level)
            condition["HSBColor"] = f"{hue},{saturation},{0 if white else level}"
            condition["Color"] = "".join(f"{channel:02X}" for channel in (*color, 0, 0))
        return condition

    def _state(self) -> dict[str, object]:
        state: dict[str, object] = {"Time": _TIME, "Uptime": "1T02:03:04", "SleepMode": "Dynamic", "MqttCount": 1}
        return state | ({"POWER1": "OFF", "POWER2": "OFF"} if self._model.shutter else self._light())

    def _sensors(self) -> dict[str, object]:
        sensors: dict[str, object] = {"Time": _TIME}
        if self._model.energy:
            on = self._part["POWER"] == "ON"
            sensors["ENERGY"] = {
                "TotalStartTime": "2026-01-01T00:00:00", "Total": 12.481, "Yesterday": 0.412, "Today": 0.136,
                "Power": 47 if on else 0, "ApparentPower": 52 if on else 0, "ReactivePower": 21 if on else 0,
                "Factor": 0.9 if on else 0.0, "Voltage": 230, "Current": 0.226 if on else 0.0,
            }  # fmt: skip
        return sensors | (self._shutter_state() if self._model.shutter else {})

    def _shutter_state(self) -> dict[str, object]:
        part = self._part
        state = {"Position": part["Position"], "Direction": int(part.number("moving"))}
        return {"Shutter1": {**state, "Target": part["Target"], "Tilt": part["Tilt"]}}

    def _config(self) -> dict[str, object]:
        relays = [*self._model.relays, *[0] * (8 - len(self._model.relays))]
        options = dict.fromkeys(("4", "11", "13", "17", "20", "30", "68", "73", "82", "114", "117"), 0)
        options["30"] = int(self._model.as_light)
        return {
            "ip": "192.168.1.40", "dn": self._name, "fn": [self._name, *[None] * 7],
            "hn": self._topic.replace("_", "-"),
            "mac": self._mac, "md": self._model.module, "ty": 0, "if": 0, "cam": 0, "ofln": "Offline",
            "onln": "Online", "state": ["OFF", "ON", "TOGGLE", "HOLD"], "sw": "14.3.0", "t": self._topic,
            "ft": "%prefix%/%topic%/", "tp": ["cmnd", "stat", "tele"], "rl": relays, "swc": [-1] * 8,
            "swn": [None] * 8, "btn": [0] * 8, "so": options, "lk": 1, "lt_st": self._model.subtype, "bat": 0,
            "dslp": 0, "sho": [0, 0, 0, 0], "sht": [[0, 0, 0]] * 4, "ver": 1,
        }  # fmt: skip


def _clamped(argument: str, most: int) -> int:
    return min(most, max(0, int(float(argument))))


def _rgb_of(argument: str) -> tuple[int, int, int]:
    argument = argument.rstrip("=")
    if "," in argument:
        red, green, blue = (int(one) for one in argument.split(",")[:3])
    else:
        red, green, blue = (int(argument.lstrip("#")[at : at + 2], 16) for at in (0, 2, 4))
    return red, green, blue


def _hsb_of(red: int, green: int, blue: int) -> tuple[int, int, int]:
    hue, saturation, value = colorsys.rgb_to_hsv(red / 255, green / 255, blue / 255)
    return round(hue * 360), round(saturation * 100), round(value * 100)


def _rgb_from(hue: int, saturation: int, level: int) -> tuple[int, int, int]:
    red, green, blue = colorsys.hsv_to_rgb(hue / 360, saturation / 100, level / 100)
    return round(red * 255), round(green * 255), round(blue * 255)
