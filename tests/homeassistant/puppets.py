"""A twin behind MQTT discovery: every entity of the ward as a device that Home Assistant finds by itself."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import cast

import aiomqtt

from devices.home import Home
from devices.model import Call, Capability, Entity, EntityId, State
from devices.twin import Fault, Twin
from tests.conformance.ward import WARD

Object = dict[str, object]
PREFIX = "homeassistant"
_BASE = "ward"
C = Capability


class Puppets:
    """Publishes what the twin's entities are and how they are, and gives it what Home Assistant commands."""

    def __init__(self, client: aiomqtt.Client, home: Home, twin: Twin) -> None:
        self.twin = twin
        self._client, self._home = client, home
        self._told: asyncio.Queue[EntityId] = asyncio.Queue(10_000)

    async def run(self) -> None:
        """Announce everything, then follow both sides."""
        stop = self._home.listen(lambda _, after: self._told.put_nowait(after.entity))
        try:
            await self._client.subscribe(f"{_BASE}/+/+/do/#", qos=1)
            for entity in puppets():
                await self._client.publish(*announcement(entity), qos=1, retain=True)
                await self._publish(entity.id)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._tell())
                async for message in self._client.messages:
                    await self._obey(str(message.topic), bytes(message.payload).decode())
        finally:
            stop()

    async def _tell(self) -> None:
        while True:
            await self._publish(await self._told.get())

    async def _publish(self, id: EntityId) -> None:
        entity, state = self._home.entity(id), self._home.state(id)
        assert entity is not None
        assert state is not None
        base = _base(entity)
        await self._client.publish(f"{base}/there", "online" if state.available else "offline", qos=1, retain=True)
        if state.available:
            for topic, payload in reported(entity, state).items():
                await self._client.publish(f"{base}/{topic}", payload, qos=1, retain=True)
            # Home Assistant tells nothing that changes nothing: devices have a time, or a link quality, that does.
            await self._client.publish(f"{base}/seen", json.dumps({"seen": state.reports}), qos=1)

    async def _obey(self, topic: str, payload: str) -> None:
        _, domain, object_id, _, what = topic.split("/")
        entity = self._home.entity(f"{domain}.{object_id}")
        assert entity is not None
        service, data = commanded(entity, what, payload)
        await self.twin.call(Call(entity.id, service, data))


@asynccontextmanager
async def puppets_on(port: int, home: Home, faults: Mapping[EntityId, Fault]) -> AsyncGenerator[Puppets]:
    """Run them over the broker on ``port``."""
    from tests.conformance.house import AT

    twin = Twin(home, puppets(), now=lambda: AT, faults=faults, slow_s=0.3)
    # Home Assistant installs nothing where nothing is new, and takes no number out of its range.
    home.observe(EntityId("update.washing_machine_firmware"), "on", at=AT)
    home.observe(EntityId("number.standing_desk_height"), "80", at=AT)
    async with aiomqtt.Client("127.0.0.1", port, protocol=aiomqtt.ProtocolVersion.V311) as client:
        it = Puppets(client, home, twin)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(it.run())
            try:
                yield it
            finally:
                task.cancel()


def puppets() -> list[Entity]:
    """Return the ward without its group, which is Home Assistant's own."""
    return [entity for entity in WARD if not entity.members]


def _base(entity: Entity) -> str:
    return f"{_BASE}/{entity.id.replace('.', '/')}"


def announcement(entity: Entity) -> tuple[str, str]:
    """Return topic and payload of the discovery message of an entity (2024.3)."""
    base = _base(entity)
    config: Object = {
        "name": None, "object_id": entity.id.split(".")[1], "unique_id": f"ward_{entity.id}",
        "availability_topic": f"{base}/there", "json_attributes_topic": f"{base}/seen",
        "device": {
            "identifiers": [f"ward_{entity.id}"], "name": entity.name,
            "suggested_area": (entity.area or "").replace("_", " ").title(),
        },
    }  # fmt: skip
    for key, suffix in _TOPICS.get(entity.domain, {"state_topic": "state"}).items():
        config[key] = f"{base}/{suffix}"
    for capability, topics in _MORE_TOPICS.get(entity.domain, {}).items():
        config |= {key: f"{base}/{suffix}" for key, suffix in topics.items() if capability in entity.capabilities}
    config |= {**_PLAIN.get(entity.domain, {}), **_CONFIGS.get(entity.domain, lambda _: {})(entity)}
    return f"{PREFIX}/{entity.domain}/{entity.id.split('.')[1]}/config", json.dumps(config)


_BOTH = {"state_topic": "state", "command_topic": "do/it"}
_TOPICS: Mapping[str, Mapping[str, str]] = {
    "light": _BOTH, "switch": _BOTH, "siren": _BOTH, "lock": _BOTH, "fan": _BOTH, "vacuum": _BOTH, "valve": _BOTH,
    "alarm_control_panel": _BOTH, "number": _BOTH, "select": _BOTH, "update": _BOTH,
    "cover": {**_BOTH, "position_topic": "position", "set_position_topic": "do/position"},
    "climate": {
        "mode_state_topic": "state", "mode_command_topic": "do/mode", "temperature_state_topic": "temperature",
        "temperature_command_topic": "do/temperature",
    },
    "humidifier": {
        **_BOTH, "target_humidity_state_topic": "humidity", "target_humidity_command_topic": "do/humidity",
    },
    "water_heater": {
        "mode_state_topic": "state", "mode_command_topic": "do/mode", "temperature_state_topic": "temperature",
        "temperature_command_topic": "do/temperature",
    },
    "button": {"command_topic": "do/it"}, "scene": {"command_topic": "do/it"},
}  # fmt: skip
_MORE_TOPICS: Mapping[str, Mapping[Capability, Mapping[str, str]]] = {
    "cover": {C.TILT: {"tilt_status_topic": "tilt", "tilt_command_topic": "do/tilt"}},
    "climate": {
        C.FAN_MODE: {"fan_mode_state_topic": "fan_mode", "fan_mode_command_topic": "do/fan_mode"},
        C.PRESET: {"preset_mode_state_topic": "preset_mode", "preset_mode_command_topic": "do/preset_mode"},
    },
    "fan": {
        C.SPEED: {"percentage_state_topic": "percentage", "percentage_command_topic": "do/percentage"},
        C.OSCILLATE: {"oscillation_state_topic": "oscillating", "oscillation_command_topic": "do/oscillating"},
        C.DIRECTION: {"direction_state_topic": "direction", "direction_command_topic": "do/direction"},
    },
}
_ON = {"payload_on": "on", "payload_off": "off", "state_on": "on", "state_off": "off"}
_PLAIN: Mapping[str, Mapping[str, object]] = {
    "switch": _ON, "fan": {**_ON, "payload_oscillation_on": "on", "payload_oscillation_off": "off"},
    "humidifier": _ON, "binary_sensor": {"payload_on": "on", "payload_off": "off"},
    "lock": {"state_locked": "locked", "state_unlocked": "unlocked"},
    "siren": {"state_on": "on", "state_off": "off", "available_tones": ["fire", "burglar"]},
    "vacuum": {"schema": "state", "supported_features": ["start", "pause", "stop", "return_home", "status"]},
    "alarm_control_panel": {"code": "1234", "code_arm_required": False},
    "valve": {"reports_position": True, "payload_stop": "STOP"}, "update": {"payload_install": "install"},
    "scene": {"payload_on": "ON"}, "water_heater": {"modes": ["off", "eco", "performance"]},
}  # fmt: skip


def _light(entity: Entity) -> Object:
    modes = [
        *(["rgb"] if C.COLOR in entity.capabilities else []),
        *(["color_temp"] if C.COLOR_TEMPERATURE in entity.capabilities else []),
    ]
    plain = ["brightness"] if C.BRIGHTNESS in entity.capabilities else ["onoff"]
    effects: Object = {"effect": True, "effect_list": ["Rainbow"]} if C.EFFECT in entity.capabilities else {}
    return {
        "schema": "json", "color_mode": True, "supported_color_modes": modes or plain, **effects,
        "brightness": C.BRIGHTNESS in entity.capabilities,
    }  # fmt: skip


def _limits(entity: Entity) -> Object:
    names = {"min": "min_temp", "max": "max_temp"} if entity.domain in ("climate", "water_heater") else {}
    names = {"max": "max_humidity"} if entity.domain == "humidifier" else names
    found: Object = {names.get(key, key): item for key, item in entity.limits.items() if isinstance(item, int | float)}
    if entity.domain == "climate":
        found["modes"] = list(cast("tuple[str, ...]", entity.limits.get("hvac_modes", ("off", "heat", "auto"))))
        for key in ("fan_modes", "preset_modes"):
            found |= {key: list(cast("tuple[str, ...]", entity.limits[key]))} if key in entity.limits else {}
    return found | ({"step": 0.5} if entity.domain == "number" else {})


_CONFIGS: Mapping[str, Callable[[Entity], Object]] = {
    "light": _light, "climate": _limits, "humidifier": _limits, "water_heater": _limits, "number": _limits,
    "select": lambda entity: {"options": list(entity.options)},
}  # fmt: skip


def reported(entity: Entity, state: State) -> Mapping[str, str]:
    """Return the state of an entity as messages: topic below its base to payload."""
    told, value = state.attributes, state.value
    plain = {key: str(item) for key, item in told.items() if isinstance(item, str | int | float)}
    match entity.domain:
        case "light":
            return {"state": json.dumps(_light_state(entity, state))}
        case "cover":
            position = told.get("current_position", 0 if value == "closed" else 100)
            tilt = {"tilt": str(told.get("current_tilt_position", 0))} if C.TILT in entity.capabilities else {}
            return {"state": value, "position": str(position), **tilt}
        case "valve":
            position = told.get("current_position", 0 if value == "closed" else 100)
            return {"state": json.dumps({"position": position, "state": value if value != "unknown" else "open"})}
        case "fan":
            if "oscillating" in told:
                plain["oscillating"] = "on" if told["oscillating"] else "off"
            return {"state": value, **plain}
        case "vacuum":
            return {"state": json.dumps({"state": value})}
        case "update":
            latest = "2" if value == "on" else "1"
            return {"state": json.dumps({"installed_version": "1", "latest_version": latest})}
        case "siren":
            return {"state": value}
        case "button" | "scene":
            return {}
        case _ if value == "unknown":
            return {}
        case _:
            return {"state": value, **plain}


def _light_state(entity: Entity, state: State) -> Object:
    told = state.attributes
    found: Object = {"state": state.value.upper()}
    kelvin, color = told.get("color_temp_kelvin"), told.get("rgb_color")
    colored = C.COLOR in entity.capabilities or C.COLOR_TEMPERATURE in entity.capabilities
    if isinstance(color, tuple | list):
        red, green, blue = cast("tuple[int, int, int]", color)
        found |= {"color_mode": "rgb", "color": {"r": red, "g": green, "b": blue}}
    elif isinstance(kelvin, int | float):
        found |= {"color_mode": "color_temp", "color_temp": round(1_000_000 / kelvin)}
    elif colored:
        found |= {"color_mode": "rgb", "color": {"r": 255, "g": 255, "b": 255}} if C.COLOR in entity.capabilities else {
            "color_mode": "color_temp", "color_temp": 300}  # fmt: skip
    else:
        found["color_mode"] = "brightness" if C.BRIGHTNESS in entity.capabilities else "onoff"
    if C.BRIGHTNESS in entity.capabilities:
        found["brightness"] = told.get("brightness", 255)
    return found | ({"effect": told["effect"]} if "effect" in told else {})


def commanded(entity: Entity, what: str, payload: str) -> tuple[str, Object]:
    """Return what a command that Home Assistant publishes means: a service and its data."""
    if entity.domain == "light":
        return _light_command(cast("Object", json.loads(payload)))
    if entity.domain == "siren":
        on = payload == "ON" or (payload.startswith("{") and json.loads(payload)["state"] == "ON")
        return ("turn_on" if on else "turn_off"), {}
    if what != "it":
        service, key, kind = _SET[(entity.domain, what)]
        data: Object = {
            key: payload == "on" if kind is bool else kind(float(payload)) if kind is int else kind(payload)
        }
        return service, data
    if entity.domain == "valve" and payload.isdigit():
        return "set_valve_position", {"position": int(payload)}
    if entity.domain == "number":
        return "set_value", {"value": float(payload)}
    if entity.domain == "select":
        return "select_option", {"option": payload}
    service = _DO.get((entity.domain, payload.lower()))
    assert service is not None, f"{entity.id} is told {payload!r}"
    return service, {}


def _light_command(told: Object) -> tuple[str, Object]:
    if told["state"] == "OFF":
        return "turn_off", {}
    data: Object = {key: told[key] for key in ("brightness", "effect") if key in told}
    if "color" in told:
        color = cast("Mapping[str, int]", told["color"])
        data["rgb_color"] = (color["r"], color["g"], color["b"])
    if "color_temp" in told:
        data["color_temp_kelvin"] = round(1_000_000 / cast("int", told["color_temp"]))
    return "turn_on", data


Kind = type[int] | type[float] | type[str] | type[bool]
_SET: Mapping[tuple[str, str], tuple[str, str, Kind]] = {
    ("cover", "position"): ("set_cover_position", "position", int),
    ("cover", "tilt"): ("set_cover_tilt_position", "tilt_position", int),
    ("climate", "mode"): ("set_hvac_mode", "hvac_mode", str),
    ("climate", "temperature"): ("set_temperature", "temperature", float),
    ("climate", "fan_mode"): ("set_fan_mode", "fan_mode", str),
    ("climate", "preset_mode"): ("set_preset_mode", "preset_mode", str),
    ("humidifier", "humidity"): ("set_humidity", "humidity", int),
    ("water_heater", "temperature"): ("set_temperature", "temperature", float),
    ("fan", "percentage"): ("set_percentage", "percentage", int),
    ("fan", "oscillating"): ("oscillate", "oscillating", bool),
    ("fan", "direction"): ("set_direction", "direction", str),
}
_DO: Mapping[tuple[str, str], str] = {
    **{(domain, word): f"turn_{word}" for domain in ("switch", "fan", "humidifier") for word in ("on", "off")},
    **{("cover", word): f"{word}_cover" for word in ("open", "close", "stop")},
    ("lock", "lock"): "lock", ("lock", "unlock"): "unlock", ("valve", "stop"): "stop_valve",
    ("vacuum", "start"): "start", ("vacuum", "pause"): "pause", ("vacuum", "stop"): "stop",
    ("vacuum", "return_to_base"): "return_to_base",
    ("alarm_control_panel", "arm_away"): "alarm_arm_away", ("alarm_control_panel", "arm_home"): "alarm_arm_home",
    ("alarm_control_panel", "disarm"): "alarm_disarm", ("update", "install"): "install",
    ("button", "press"): "press", ("scene", "on"): "turn_on",
}  # fmt: skip
