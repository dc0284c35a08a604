"""Zigbee2MQTT as a gateway with its devices and groups, told from the source of 2.12.1 (lib/extension/publish.ts,
availability.ts, groups.ts, bridge.ts).

State is published on ``zigbee2mqtt/<friendly name>`` not retained, as a whole; commands come on ``…/set``,
``…/set/<attribute>`` and ``…/get``. It is a house with ``optimistic: false``: only what a device does is published,
never what it was asked for.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import cast

from devices.simulation.fitting import Fitting, Group
from devices.simulation.line import Voice, Will
from devices.simulation.part import Pace, Part, Temper
from devices.simulation.wire import as_object
from devices.simulation.zigbee_models import MODELS, Model

BASE = "zigbee2mqtt"
_COMMAND = re.compile(rf"^{BASE}/(?!bridge)(.+?)/(get|set)(?:/(.+))?$")
_BARE = ("on", "off", "toggle", "open", "close", "stop", "lock", "unlock")
_COORDINATOR: dict[str, object] = {
    "ieee_address": "0x00124b0024c0ffee", "type": "Coordinator", "network_address": 0, "supported": True,
    "friendly_name": "Coordinator", "disabled": False, "interview_completed": True, "interviewing": False,
    "interview_state": "SUCCESSFUL", "endpoints": {},
}  # fmt: skip


class Zigbee:
    """The gateway: one connection for all its devices."""

    client_id = "mqttjs_z2m"
    will = Will(f"{BASE}/bridge/state", '{"state":"offline"}')
    filters: Sequence[str] = (f"{BASE}/#",)

    def __init__(self, fittings: Sequence[Fitting], groups: Sequence[Group], pace: Pace) -> None:
        self._devices = {f.name: _Device(index, f, pace, self) for index, f in enumerate(fittings, start=1)}
        self._groups = {group.name: group for group in groups}
        self._group_states: dict[str, dict[str, object]] = {g.name: {"state": "OFF"} for g in groups}
        self._voice: Voice | None = None

    @property
    def parts(self) -> Mapping[str, Part]:
        """Every device by its friendly name."""
        return {name: device.part for name, device in self._devices.items()}

    def wake(self, voice: Voice) -> None:
        """Say what Zigbee2MQTT says when it starts: it is here, who is there, who is reachable, how they are."""
        self._voice = voice
        self.say("bridge/state", {"state": "online"}, retain=True, qos=1)
        self.say("bridge/info", {"version": "2.12.1", "permit_join": False, "log_level": "info"}, retain=True)
        devices = [_COORDINATOR, *(device.described() for device in self._devices.values())]
        voice.publish(f"{BASE}/bridge/devices", devices, retain=True)
        voice.publish(f"{BASE}/bridge/groups", self._described_groups(), retain=True)
        for name, device in self._devices.items():
            self._tell_availability(name, online=device.part.temper is not Temper.OFFLINE)
            device.publish()
        for group in self._groups.values():
            self._tell_availability(group.name, online=True)
            self.say(group.name, self._group_states[group.name])

    def hear(self, topic: str, payload: str) -> None:
        """Act on a command for a device or a group."""
        found = _COMMAND.match(topic)
        if found is None:
            return
        name, verb, attribute = found.groups()
        message = _message(payload, attribute)
        if name in self._groups and verb == "set":
            self._hear_group(self._groups[name], message)
        elif name in self._devices and verb == "set":
            self._devices[name].command(message)
        elif name in self._devices:
            self._devices[name].asked()
        else:
            self.say("bridge/logging", {"level": "error", "message": f"Entity '{name}' is unknown", "namespace": "z2m"})

    def remind(self) -> None:
        """Say nothing: it tells only what changes."""

    def reach(self, name: str, *, online: bool) -> None:
        """Publish that a device answers its pings, or no longer."""
        device = self._devices[name]
        device.part.reach(online=online)
        self._tell_availability(name, online=online)
        if online:
            device.publish()

    def say(self, topic: str, payload: Mapping[str, object], *, retain: bool = False, qos: int = 0) -> None:
        """Publish below the base topic, once connected."""
        if self._voice is not None:
            self._voice.publish(f"{BASE}/{topic}", payload, retain=retain, qos=qos)

    def member_changed(self, name: str) -> None:
        """Publish the state of the optimistic groups that a device belongs to: any member on is on."""
        for group in self._groups.values():
            if name in group.members and group.optimistic:
                states = [self._devices[member].part.condition.get("state") for member in group.members]
                self._group_states[group.name]["state"] = "ON" if "ON" in states else "OFF"
                self.say(group.name, self._group_states[group.name])

    def _hear_group(self, group: Group, message: Mapping[str, object]) -> None:
        # One broadcast over the air: each member hears it and answers, or does not, for itself.
        for member in group.members:
            self._devices[member].command(message)

    def _tell_availability(self, name: str, *, online: bool) -> None:
        self.say(f"{name}/availability", {"state": "online" if online else "offline"}, retain=True, qos=1)

    def _described_groups(self) -> list[dict[str, object]]:
        return [
            {
                "id": number,
                "friendly_name": group.name,
                "description": None,
                "scenes": [],
                "members": [{"ieee_address": self._devices[m].address, "endpoint": 1} for m in group.members],
            }
            for number, group in enumerate(self._groups.values(), start=1)
        ]


class _Device:
    """One Zigbee device behind the gateway."""

    def __init__(self, index: int, fitting: Fitting, pace: Pace, gateway: Zigbee) -> None:
        self.name = fitting.name
        self.address = f"0x00158d00{0x0A1B2C00 + index:08x}"
        self.model: Model = MODELS[fitting.kind]
        self.part = Part(pace, self.model.state, fitting.temper)
        self.part.report = self.publish
        self._gateway = gateway

    def publish(self) -> None:
        """Publish the whole state, as Zigbee2MQTT does with ``cache_state``."""
        if self.part.temper is not Temper.OFFLINE:
            # `retain: true` in the settings of battery devices: they speak once an hour, and never when asked.
            self._gateway.say(self.name, self._state(), retain=self.model.sleepy)
            self._gateway.member_changed(self.name)

    def asked(self) -> None:
        """Answer a ``/get``: the device is read over the air, where it listens."""
        if not self.model.sleepy:
            self.part.obey(_nothing)

    def command(self, message: Mapping[str, object]) -> None:
        """Carry out a ``/set``; what the model does not have is left aside, as the converters do."""
        known = {key: value for key, value in message.items() if key in self.part.condition}
        if not known:
            return
        if "position" in self.part.condition:
            self.part.obey(lambda: self._move(known))
        else:
            self.part.obey(lambda: self._apply(known))

    def _apply(self, message: Mapping[str, object]) -> None:
        condition = self.part.condition
        for key, value in message.items():
            if key == "state":
                condition |= self._switched(str(value).upper())
            elif key == "brightness" and isinstance(value, int | float):
                condition["brightness"] = min(254, max(0, int(value)))
                # The level cluster's "move to level with on/off": 0 is off, anything else is on.
                condition["state"] = "ON" if value else "OFF"
            elif key == "color" and (color := as_object(value)):
                condition |= {"color": _as_xy(color), "color_mode": "xy"}
            elif key == "color_temp" and isinstance(value, int | float):
                condition |= {"color_temp": round(value), "color_mode": "color_temp"}
            else:
                condition[key] = value
        self._follow()

    def _switched(self, wanted: str) -> dict[str, object]:
        if wanted in ("LOCK", "UNLOCK"):
            return {"state": wanted, "lock_state": "locked" if wanted == "LOCK" else "unlocked"}
        if wanted == "TOGGLE":
            wanted = "OFF" if self.part["state"] == "ON" else "ON"
        return {"state": wanted} if wanted in ("ON", "OFF") else {}

    def _follow(self) -> None:
        """Let what follows from the new state happen: a plug draws power, a valve opens."""
        condition = self.part.condition
        if "power" in condition:
            condition |= {"power": 62, "current": 0.28} if condition["state"] == "ON" else {"power": 0, "current": 0}
        if "system_mode" in condition:
            cold = self.part.number("occupied_heating_setpoint") > self.part.number("local_temperature")
            condition["running_state"] = "heat" if cold and condition["system_mode"] != "off" else "idle"

    def _move(self, message: Mapping[str, object]) -> None:
        wanted = str(message.get("state", "")).upper()
        if wanted == "STOP":
            self.part.halt()
        elif wanted in ("OPEN", "CLOSE"):
            self.part.travel("position", 100 if wanted == "OPEN" else 0)
        elif isinstance(position := message.get("position"), int | float):
            self.part.travel("position", position)
        if isinstance(tilt := message.get("tilt"), int | float):
            self.part.set(tilt=min(100, max(0, round(tilt))))

    def _state(self) -> dict[str, object]:
        state = {**self.part.condition}
        if "position" in state:
            direction = self.part.number("moving")
            state["state"] = "OPEN" if self.part.number("position") > 0 else "CLOSE"
            state.pop("moving", None)
            if "moving" in self.model.state:
                state["moving"] = "UP" if direction > 0 else "DOWN" if direction < 0 else "STOP"
        return state

    def described(self) -> dict[str, object]:
        """Return the device's row in ``bridge/devices``."""
        model = self.model
        return {
            "ieee_address": self.address,
            "type": "EndDevice" if model.sleepy else "Router",
            "network_address": int(self.address[-4:], 16),
            "supported": True,
            "friendly_name": self.name,
            "disabled": False,
            "definition": {
                "source": "native",
                "model": model.model,
                "vendor": model.vendor,
                "description": model.description,
                "exposes": list(model.exposes),
                "supports_ota": False,
                "options": [],
            },
            "power_source": "Battery" if model.sleepy else "Mains (single phase)",
            "model_id": model.model,
            "manufacturer": model.vendor,
            "interviewing": False,
            "interview_completed": True,
            "interview_state": "SUCCESSFUL",
            "endpoints": {"1": {"bindings": [], "configured_reportings": [], "clusters": {"input": [], "output": []}}},
        }


def _nothing() -> None:
    """Change nothing: a read."""


def _message(payload: str, attribute: str | None) -> Mapping[str, object]:
    """Read a command as publish.ts does: JSON, or a bare word, or the value of the attribute in the topic."""
    try:
        value: object = json.loads(payload)
    except ValueError:
        value = payload
    if attribute is not None:
        return {attribute: value}
    if isinstance(value, dict):
        return as_object(cast(object, value))
    return {"state": value} if isinstance(value, str) and value.lower() in _BARE else {}


def _as_xy(color: Mapping[str, object]) -> dict[str, object]:
    """Keep xy or hue and saturation as they came; turn RGB into xy (sRGB, D65), which is what the bulb is sent."""
    try:
        red, green, blue = (_linear(float(str(color[key])) / 255) for key in ("r", "g", "b"))
    except KeyError:
        return dict(color)
    x = red * 0.4124 + green * 0.3576 + blue * 0.1805
    y = red * 0.2126 + green * 0.7152 + blue * 0.0722
    z = red * 0.0193 + green * 0.1192 + blue * 0.9505
    total = (x + y + z) or 1.0
    return {"x": round(x / total, 4), "y": round(y / total, 4)}


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
