"""ESPHome nodes over MQTT, told from the source of 2024.10 (esphome/components/mqtt/*.cpp): Home Assistant discovery
with a config for each entity, long keys abbreviated as the firmware has them, topics ``<node>/<component>/<id>/state``
and ``…/command``, availability on ``<node>/status``.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from devices.simulation.discovery import PREFIX, Command, Piece
from devices.simulation.line import Payload, Voice, Will
from devices.simulation.part import Part
from devices.simulation.pieces_air import way
from devices.simulation.wire import as_object, read_object


class Node:
    """One ESPHome node."""

    def __init__(self, index: int, friendly_name: str, area: str, pieces: Mapping[str, Piece]) -> None:
        """Take the node's friendly name, its configured area, and its entities by the names people use."""
        self._name = friendly_name.lower().replace(" ", "-")
        self._friendly_name = friendly_name
        self._area = area
        self._mac = f"34b4720{0x1A200 + index:05x}"
        self._pieces = pieces
        self._commands: dict[str, tuple[Part, Command]] = {
            f"{self._topic(piece)}{suffix}": (piece.part, command)
            for piece in pieces.values()
            for suffix, command in piece.commands.items()
        }
        self.client_id = f"{self._name}-{self._mac}"
        self.will = Will(f"{self._name}/status", "offline")
        self.filters: Sequence[str] = ("esphome/discover", f"esphome/ping/{self._name}", *self._commands)
        self.parts: Mapping[str, Part] = {name: piece.part for name, piece in pieces.items()}
        self._voice: Voice | None = None
        for piece in pieces.values():
            piece.part.report = partial(self._report, piece)

    def wake(self, voice: Voice) -> None:
        """Say: online, who, and every state; states are retained by default."""
        self._voice = voice
        voice.publish(self.will.topic, "online", retain=True)
        self._introduce()
        for piece in self._pieces.values():
            topic = f"{PREFIX}/{piece.component}/{self._name}/{piece.key}/config"
            voice.publish(topic, self._config(piece), retain=True)
            self._report(piece)

    def hear(self, topic: str, payload: str) -> None:
        """Carry out a command, or answer who is there."""
        if topic.startswith("esphome/"):
            self._introduce()
            return
        part, command = self._commands[topic]
        part.obey(lambda: command(part, payload))

    def remind(self) -> None:
        """Tell the sensors' values again, at their ``update_interval``."""
        for piece in self._pieces.values():
            if piece.component == "sensor":
                self._report(piece)

    def _topic(self, piece: Piece) -> str:
        return f"{self._name}/{piece.component}/{piece.key}"

    def _introduce(self) -> None:
        row = {
            "ip": "192.168.1.80", "name": self._name, "friendly_name": self._friendly_name, "port": 6053,
            "version": "2024.10.2", "mac": self._mac, "platform": "ESP32", "board": "esp32dev", "network": "wifi",
        }  # fmt: skip
        if self._voice is not None:
            self._voice.publish(f"esphome/discover/{self._name}", row, retain=True, qos=1)

    def _report(self, piece: Piece) -> None:
        if self._voice is not None:
            for suffix, payload in piece.report(piece.part).items():
                self._voice.publish(f"{self._topic(piece)}{suffix}", payload, retain=True)

    def _config(self, piece: Piece) -> dict[str, object]:
        base = self._topic(piece)
        topics = {
            key: f"{base}{value}" if isinstance(value, str) and value.startswith("/") else value
            for key, value in piece.config.items()
        }
        return {
            **topics,
            "avty_t": self.will.topic,
            "uniq_id": f"ESP{piece.component}{piece.key}_{self._mac}",
            "dev": {
                "ids": self._mac,
                "name": self._friendly_name,
                "sw": "2024.10.2 (Nov  1 2024, 09:00:00)",
                "mdl": "esp32dev",
                "mf": "Espressif",
                "sa": self._area,
                "cns": [["mac", self._mac]],
            },
        }


def light(part: Part, key: str, *, modes: tuple[str, ...], effects: tuple[str, ...] = ()) -> Piece:
    """Return a light as ``mqtt_light.cpp`` and ``light_json_schema.cpp`` have it."""
    config: dict[str, object] = {
        "name": "", "schema": "json", "clrm": True, "supported_color_modes": list(modes), "brightness": True,
        "stat_t": "/state", "cmd_t": "/command",
    }  # fmt: skip
    if effects:
        config |= {"effect": True, "fx_list": [*effects, "None"]}

    def obey(part: Part, payload: str) -> None:
        wanted = read_object(payload)
        if color := as_object(wanted.get("color")):
            # The firmware scales the color to full and keeps the brightness apart.
            wanted["color"] = {axis: color.get(axis, 0) for axis in ("r", "g", "b")}
        part.set(**{key: value for key, value in wanted.items() if key in part.condition})

    return Piece("light", key, part, config, lambda part: {"/state": dict(part.condition)}, {"/command": obey})


def fan(part: Part, key: str, *, speeds: int) -> Piece:
    """Return a fan with speeds counted from 1, and swinging."""
    config: dict[str, object] = {
        "name": "", "stat_t": "/state", "cmd_t": "/command", "osc_cmd_t": "/oscillation/command",
        "osc_stat_t": "/oscillation/state", "pct_cmd_t": "/speed_level/command", "pct_stat_t": "/speed_level/state",
        "spd_rng_max": speeds,
    }  # fmt: skip

    def speed(part: Part, payload: str) -> None:
        # Clamped to at least 1, and it does not switch on (fan.cpp, FanCall::validate_).
        part.set(speed=min(speeds, max(1, int(payload))))

    def report(part: Part) -> Mapping[str, Payload]:
        swing = "oscillate_on" if part["swing"] else "oscillate_off"
        return {"/state": str(part["state"]), "/oscillation/state": swing, "/speed_level/state": str(part["speed"])}

    commands: dict[str, Command] = {
        "/command": _on_off,
        "/oscillation/command": lambda part, payload: part.set(swing=payload == "oscillate_on"),
        "/speed_level/command": speed,
    }
    return Piece("fan", key, part, config, report, commands)


def cover(part: Part, key: str, name: str, *, device_class: str) -> Piece:
    """Return a cover with a position."""
    config: dict[str, object] = {
        "name": name, "dev_cla": device_class, "pos_t": "/position/state", "set_pos_t": "/position/command",
        "stat_t": "/state", "cmd_t": "/command",
    }  # fmt: skip

    def obey(part: Part, payload: str) -> None:
        if payload == "STOP":
            part.halt()
        elif payload in ("OPEN", "CLOSE"):
            part.travel("position", 100 if payload == "OPEN" else 0)

    commands: dict[str, Command] = {
        "/command": obey,
        "/position/command": lambda part, payload: part.travel("position", float(payload)),
    }
    return Piece(
        "cover", key, part, config,
        lambda part: {"/position/state": str(part["position"]), "/state": way(part)}, commands,
    )  # fmt: skip


def sensor(part: Part, key: str, name: str, device_class: str, unit: str) -> Piece:
    """Return a sensor that reports a bare number with one decimal."""
    config: dict[str, object] = {
        "name": name, "dev_cla": device_class, "unit_of_meas": unit, "stat_cla": "measurement", "stat_t": "/state",
    }  # fmt: skip
    return Piece("sensor", key, part, config, lambda part: {"/state": f"{part.number('value'):.1f}"})


def switch(part: Part, key: str, name: str) -> Piece:
    """Return a switch."""
    config: dict[str, object] = {"name": name, "stat_t": "/state", "cmd_t": "/command"}
    return Piece("switch", key, part, config, lambda part: {"/state": str(part["state"])}, {"/command": _on_off})


def _on_off(part: Part, payload: str) -> None:
    """Obey ``ON``, ``OFF`` and ``TOGGLE`` in any case, as ``parse_on_off`` does."""
    words = {"ON": "ON", "OFF": "OFF", "TOGGLE": "OFF" if part["state"] == "ON" else "ON"}
    part.set(state=words[payload.upper()])
