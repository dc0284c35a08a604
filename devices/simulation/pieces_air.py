"""The entities that discovery can announce and that move air, heat water, clean floors or hang before windows."""

from collections.abc import Mapping

from devices.simulation.discovery import Command, Piece
from devices.simulation.line import Payload
from devices.simulation.part import Part
from devices.simulation.pieces import DOCKING_S


def _sets(key: str, *, number: bool = False) -> Command:
    def obey(part: Part, payload: str) -> None:
        part.set(**{key: float(payload) if number else payload})

    return obey


def climate(part: Part, key: str = "main") -> Piece:
    """Return an air conditioner: one JSON state, a command topic for each thing."""
    value = "{{{{ value_json.{} }}}}".format
    config: dict[str, object] = {
        "name": None, "curr_temp_t": "/state", "curr_temp_tpl": value("current"), "temp_cmd_t": "/temperature/set",
        "temp_stat_t": "/state", "temp_stat_tpl": value("target"), "mode_cmd_t": "/mode/set", "mode_stat_t": "/state",
        "mode_stat_tpl": value("mode"), "modes": ["off", "heat", "cool", "auto", "dry", "fan_only"],
        "fan_mode_cmd_t": "/fan/set", "fan_mode_stat_t": "/state", "fan_mode_stat_tpl": value("fan"),
        "fan_modes": ["auto", "low", "medium", "high"], "pr_mode_cmd_t": "/preset/set", "pr_mode_stat_t": "/state",
        "pr_mode_val_tpl": value("preset"), "pr_modes": ["eco", "away", "boost"], "act_t": "/state",
        "act_tpl": value("action"), "min_temp": 16, "max_temp": 30, "temp_step": 0.5, "temp_unit": "C",
    }  # fmt: skip

    def report(part: Part) -> Mapping[str, Payload]:
        mode, gap = part["mode"], part.number("target") - part.number("current")
        action = "off" if mode == "off" else "heating" if gap > 0 else "cooling" if gap < 0 else "idle"
        return {"/state": {**part.condition, "action": action}}

    commands = {
        "/temperature/set": _sets("target", number=True), "/mode/set": _sets("mode"), "/fan/set": _sets("fan"),
        "/preset/set": _sets("preset"),
    }  # fmt: skip
    return Piece("climate", key, part, config, report, commands)


def fan(part: Part, key: str = "main") -> Piece:
    """Return a fan with a percentage, a direction and swinging."""
    config: dict[str, object] = {
        "name": None, "stat_t": "/state", "cmd_t": "/set", "pct_cmd_t": "/speed/set", "pct_stat_t": "/speed",
        "osc_cmd_t": "/swing/set", "osc_stat_t": "/swing", "dir_cmd_t": "/direction/set", "dir_stat_t": "/direction",
        "pr_mode_cmd_t": "/preset/set", "pr_mode_stat_t": "/preset", "pr_modes": ["breeze", "sleep"],
    }  # fmt: skip

    def speed(part: Part, payload: str) -> None:
        part.set(speed=int(float(payload)), state="ON" if float(payload) else "OFF")

    def report(part: Part) -> Mapping[str, Payload]:
        names = {"/state": "state", "/speed": "speed", "/swing": "swing", "/direction": "direction"}
        return {topic: str(part[name]) for topic, name in (*names.items(), ("/preset", "preset"))}

    commands = {
        "/set": _sets("state"), "/speed/set": speed, "/swing/set": _sets("swing"),
        "/direction/set": _sets("direction"), "/preset/set": _sets("preset"),
    }  # fmt: skip
    return Piece("fan", key, part, config, report, commands)


def humidifier(part: Part, key: str = "main") -> Piece:
    """Return a humidifier with modes."""
    config: dict[str, object] = {
        "name": None, "stat_t": "/state", "cmd_t": "/set", "hum_cmd_t": "/target/set", "hum_stat_t": "/target",
        "curr_hum_t": "/current", "mode_cmd_t": "/mode/set", "mode_stat_t": "/mode", "modes": ["normal", "sleep"],
        "min_hum": 30, "max_hum": 80, "dev_cla": "humidifier",
    }  # fmt: skip

    def report(part: Part) -> Mapping[str, Payload]:
        return {
            "/state": str(part["state"]), "/target": f"{part.number('target'):g}", "/current": str(part["current"]),
            "/mode": str(part["mode"]),
        }  # fmt: skip

    commands = {"/set": _sets("state"), "/target/set": _sets("target", number=True), "/mode/set": _sets("mode")}
    return Piece("humidifier", key, part, config, report, commands)


def water_heater(part: Part, key: str = "main") -> Piece:
    """Return a boiler."""
    config: dict[str, object] = {
        "name": None, "curr_temp_t": "/current", "temp_cmd_t": "/target/set", "temp_stat_t": "/target",
        "mode_cmd_t": "/mode/set", "mode_stat_t": "/mode", "modes": ["off", "eco", "electric", "performance"],
        "pow_cmd_t": "/power/set", "min_temp": 35, "max_temp": 65, "temp_unit": "C", "init": 50,
    }  # fmt: skip

    def power(part: Part, payload: str) -> None:
        part.set(mode="eco" if payload == "ON" else "off")

    def report(part: Part) -> Mapping[str, Payload]:
        return {
            "/current": str(part["current"]), "/target": f"{part.number('target'):g}", "/mode": str(part["mode"]),
        }  # fmt: skip

    commands = {"/target/set": _sets("target", number=True), "/mode/set": _sets("mode"), "/power/set": power}
    return Piece("water_heater", key, part, config, report, commands)


def vacuum(part: Part, key: str = "robot") -> Piece:
    """Return a robot as Valetudo 2026.08 announces it (VacuumHassComponent.js), long keys and upper-case words."""
    config: dict[str, object] = {
        "name": "Robot",
        "supported_features": ["status", "start", "stop", "pause", "return_home", "locate", "fan_speed"],
        "state_topic": "/state", "command_topic": "/command", "payload_start": "START", "payload_pause": "PAUSE",
        "payload_return_to_base": "HOME", "payload_stop": "STOP", "payload_locate": "LOCATE",
        "fan_speed_list": ["low", "medium", "high", "max"], "set_fan_speed_topic": "/fan/set",
    }  # fmt: skip

    def obey(part: Part, payload: str) -> None:
        states = {"START": "cleaning", "PAUSE": "paused", "STOP": "idle", "HOME": "returning"}
        if payload not in states or (payload == "HOME" and part["state"] == "docked"):
            return
        part.set(state=states[payload])
        if payload == "HOME":
            part.pace.later(DOCKING_S, lambda: _dock(part))

    def report(part: Part) -> Mapping[str, Payload]:
        return {"/state": dict(part.condition)}

    return Piece("vacuum", key, part, config, report, {"/command": obey, "/fan/set": _sets("fan_speed")})


def _dock(part: Part) -> None:
    if part["state"] == "returning":
        part.hand(lambda: part.set(state="docked"))


def cover(part: Part, key: str = "main", *, device_class: str, tilt: bool = False) -> Piece:
    """Return a cover with a position and, where it has slats, a tilt."""
    config: dict[str, object] = {
        "name": None, "dev_cla": device_class, "cmd_t": "/set", "stat_t": "/state", "pos_t": "/position",
        "set_pos_t": "/position/set",
    }  # fmt: skip
    if tilt:
        config |= {"tilt_cmd_t": "/tilt/set", "tilt_status_t": "/tilt"}

    def obey(part: Part, payload: str) -> None:
        if payload == "STOP":
            part.halt()
        else:
            part.travel("position", 100 if payload == "OPEN" else 0)

    def slant(part: Part, payload: str) -> None:
        part.set(tilt=round(min(100, max(0, float(payload)))))

    def report(part: Part) -> Mapping[str, Payload]:
        tilted = {"/tilt": str(part["tilt"])} if tilt else {}
        return {"/position": str(part["position"]), **tilted, "/state": way(part)}

    commands: dict[str, Command] = {
        "/set": obey, "/position/set": lambda part, payload: part.travel("position", float(payload)),
        "/tilt/set": slant,
    }  # fmt: skip
    return Piece("cover", key, part, config, report, commands)


def way(part: Part) -> str:
    """Return ``opening``, ``closing``, ``open`` or ``closed``."""
    moving = int(part.number("moving"))
    return {1: "opening", -1: "closing"}.get(moving, "open" if part.number("position") else "closed")
