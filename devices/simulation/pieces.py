"""The entities that discovery can announce and that do something: how each is configured, speaks and obeys.

Keys and payloads are those of Home Assistant's MQTT pages (2026.8), abbreviated in part, as publishers do it.
"""

from collections.abc import Mapping

from devices.simulation.discovery import Piece
from devices.simulation.line import Payload
from devices.simulation.part import Part
from devices.simulation.wire import read_object

LOCKING_S = 0.4
DOCKING_S = 1.2
ARMING_S = 0.4


def _silent(_: Part) -> Mapping[str, Payload]:
    return {}


def _plain(key: str) -> dict[str, object]:
    """The commonest shape: state on ``/state``, orders on ``/set``."""
    return {"name": None if key == "main" else key.replace("_", " ").capitalize(), "stat_t": "/state", "cmd_t": "/set"}


def json_light(part: Part, key: str = "main", *, modes: tuple[str, ...] = ("brightness",)) -> Piece:
    """Return a light of the JSON schema; condition: ``state``, ``brightness``, ``color_mode`` and so on."""
    config = {**_plain(key), "schema": "json", "sup_clrm": list(modes)}
    if modes != ("onoff",):
        config["brightness"] = True
    if "color_temp" in modes:
        config |= {"min_mirs": 153, "max_mirs": 500}
    if "effect" in part.condition:
        config |= {"effect": True, "fx_list": ["None", "Rainbow", "Fireplace"]}

    def obey(part: Part, payload: str) -> None:
        wanted = read_object(payload)
        part.set(**{key: value for key, value in wanted.items() if key in part.condition})
        if "color" in wanted and "rgb" in modes:
            part.set(color_mode="rgb")
        elif "color_temp" in wanted and "color_temp" in modes:
            part.set(color_mode="color_temp")

    return Piece("light", key, part, config, lambda part: {"/state": _light_state(part)}, {"/set": obey})


def _light_state(part: Part) -> Mapping[str, object]:
    """Of color and temperature, a light reports the one that is in force."""
    state = dict(part.condition)
    match state.get("color_mode"):
        case "rgb":
            state.pop("color_temp", None)
        case "color_temp":
            state.pop("color", None)
        case _:
            pass
    return state


def basic_light(part: Part, key: str = "main") -> Piece:
    """Return a light of the default schema with its brightness in percent on topics of its own."""
    levels = {"bri_cmd_t": "/brightness/set", "bri_stat_t": "/brightness", "bri_scl": 100, "on_cmd_type": "first"}

    def dim(part: Part, payload: str) -> None:
        level = min(100, max(0, int(float(payload))))
        part.set(level=level, state="ON" if level else "OFF")

    return Piece(
        "light", key, part, {**_plain(key), **levels},
        lambda part: {"/state": str(part["state"]), "/brightness": str(part["level"])},
        {"/set": lambda part, payload: part.set(state=payload), "/brightness/set": dim},
    )  # fmt: skip


def template_light(part: Part, key: str = "main") -> Piece:
    """Return a light of the template schema: ``on,128`` and ``off``."""
    config = {
        **_plain(key),
        "schema": "template",
        "cmd_on_tpl": "on,{{ brightness|d }}",
        "cmd_off_tpl": "off",
        "stat_tpl": "{{ value.split(',')[0] }}",
        "bri_tpl": "{{ value.split(',')[1] }}",
    }

    def obey(part: Part, payload: str) -> None:
        word, _, level = payload.partition(",")
        part.set(state=word, **({"level": int(float(level))} if level else {}))

    return Piece(
        "light", key, part, config, lambda part: {"/state": f"{part['state']},{part['level']}"}, {"/set": obey}
    )


def switch(part: Part, key: str = "main") -> Piece:
    """Return a switch that reports in JSON."""
    config = {**_plain(key), "val_tpl": "{{ value_json.power }}", "pl_on": "ON", "pl_off": "OFF"}
    return Piece(
        "switch", key, part, config,
        lambda part: {"/state": {"power": part["state"]}}, {"/set": lambda part, payload: part.set(state=payload)},
    )  # fmt: skip


def lock(part: Part, key: str = "main") -> Piece:
    """Return a lock that is on its way for a moment."""
    config = {
        **_plain(key), "pl_lock": "LOCK", "pl_unlk": "UNLOCK", "pl_open": "OPEN", "stat_locked": "LOCKED",
        "stat_unlocked": "UNLOCKED", "stat_locking": "LOCKING", "stat_unlocking": "UNLOCKING", "stat_jam": "JAMMED",
    }  # fmt: skip
    ways = {"LOCK": ("LOCKING", "LOCKED"), "UNLOCK": ("UNLOCKING", "UNLOCKED"), "OPEN": ("UNLOCKING", "UNLOCKED")}

    def obey(part: Part, payload: str) -> None:
        on_the_way, there = ways[payload]
        part.set(state=on_the_way)
        part.pace.later(LOCKING_S, lambda: part.hand(lambda: part.set(state=there)))

    return Piece("lock", key, part, config, lambda part: {"/state": str(part["state"])}, {"/set": obey})


def valve(part: Part, key: str = "main") -> Piece:
    """Return a water valve with a position."""
    config = {**_plain(key), "dev_cla": "water", "reports_position": True, "pos_open": 100, "pos_clsd": 0}

    def obey(part: Part, payload: str) -> None:
        if payload.lower() == "stop":
            part.halt()
        else:
            part.travel("position", float(payload))

    def report(part: Part) -> Mapping[str, Payload]:
        moving = int(part.number("moving"))
        state = {1: "opening", -1: "closing"}.get(moving, "open" if part.number("position") else "closed")
        return {"/state": {"state": state, "position": part["position"]}}

    return Piece("valve", key, part, config | {"pl_stop": "stop"}, report, {"/set": obey})


def siren(part: Part, key: str = "main") -> Piece:
    """Return a siren with tones and a duration."""
    config = {**_plain(key), "av_tones": ["alarm", "doorbell", "chirp"], "sup_dur": True, "sup_vol": True}

    def obey(part: Part, payload: str) -> None:
        wanted = read_object(payload) if payload.startswith("{") else {"state": payload}
        part.set(**{key: value for key, value in wanted.items() if key in part.condition})

    return Piece("siren", key, part, config, lambda part: {"/state": dict(part.condition)}, {"/set": obey})


def alarm_panel(part: Part, key: str = "main", *, code: str = "1234") -> Piece:
    """Return an alarm panel that checks the code itself and wants one only for disarming."""
    config = {
        **_plain(key), "code": "REMOTE_CODE", "cod_arm_req": False, "cod_dis_req": True,
        "cmd_tpl": '{"action":"{{ action }}","code":"{{ code }}"}',
        "sup_feat": ["arm_home", "arm_away", "arm_night"],
    }  # fmt: skip
    modes = {"ARM_HOME": "armed_home", "ARM_AWAY": "armed_away", "ARM_NIGHT": "armed_night"}

    def obey(part: Part, payload: str) -> None:
        wanted = read_object(payload)
        action = str(wanted["action"])
        if action in modes:
            part.set(state="arming")
            part.pace.later(ARMING_S, lambda: part.hand(lambda: part.set(state=modes[action])))
        elif action == "DISARM" and wanted.get("code") == code:
            part.set(state="disarmed")

    return Piece("alarm_control_panel", key, part, config, lambda p: {"/state": str(p["state"])}, {"/set": obey})


def button(part: Part, key: str = "main", *, device_class: str | None = None) -> Piece:
    """Return a button; a press leaves no trace but a count in the condition."""
    config = {"name": _plain(key)["name"], "cmd_t": "/press", "pl_prs": "PRESS"}
    config |= {"dev_cla": device_class} if device_class else {}
    return Piece(
        "button", key, part, config, _silent,
        {"/press": lambda part, _: part.set(presses=part.number("presses") + 1)},
    )  # fmt: skip


def scene(part: Part, key: str) -> Piece:
    """Return a scene that a controller offers."""
    config = {"name": key.replace("_", " ").title(), "cmd_t": "/set", "pl_on": "ON"}
    return Piece(
        "scene", key, part, config, _silent,
        {"/set": lambda part, _: part.set(activations=part.number("activations") + 1)},
    )  # fmt: skip


def number(part: Part, key: str, *, least: float, most: float, step: float = 1, unit: str | None = None) -> Piece:
    """Return a number that can be set."""
    config = {**_plain(key), "min": least, "max": most, "step": step} | ({"unit_of_meas": unit} if unit else {})

    def obey(part: Part, payload: str) -> None:
        part.set(value=min(most, max(least, float(payload))))

    return Piece("number", key, part, config, lambda part: {"/state": f"{part.number('value'):g}"}, {"/set": obey})


def select(part: Part, key: str, *options: str) -> Piece:
    """Return a choice."""

    def obey(part: Part, payload: str) -> None:
        if payload in options:
            part.set(option=payload)

    return Piece(
        "select", key, part, {**_plain(key), "ops": list(options)},
        lambda part: {"/state": str(part["option"])}, {"/set": obey},
    )  # fmt: skip


def update(part: Part, key: str = "firmware") -> Piece:
    """Return an update that can be installed."""
    config = {**_plain(key), "dev_cla": "firmware", "pl_inst": "install"}

    def obey(part: Part, _: str) -> None:
        part.set(installed_version=part["latest_version"])

    return Piece("update", key, part, config, lambda part: {"/state": dict(part.condition)}, {"/set": obey})


def sensor(part: Part, key: str, device_class: str | None, unit: str | None) -> Piece:
    """Return a sensor that reports ``{"value": …}``."""
    config: dict[str, object] = {"name": key.replace("_", " ").capitalize(), "stat_t": "/state"}
    config |= {"val_tpl": "{{ value_json.value | round(1) }}" if unit else "{{ value_json.value }}"}
    config |= {"dev_cla": device_class} if device_class else {}
    config |= {"unit_of_meas": unit, "stat_cla": "measurement"} if unit else {}
    return Piece("sensor", key, part, config, lambda part: {"/state": {"value": part["value"]}})


def binary_sensor(part: Part, key: str, device_class: str) -> Piece:
    """Return a sensor of two states."""
    config = {"name": key.replace("_", " ").capitalize(), "stat_t": "/state", "dev_cla": device_class}
    return Piece("binary_sensor", key, part, config, lambda part: {"/state": str(part["state"])})
