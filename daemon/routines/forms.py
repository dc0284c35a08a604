"""Turns other spellings into the one we read: services, devices by entity, shorthand, and what is newer or older."""

from collections.abc import Mapping

from daemon.routines.notation import MisreadError, items_of, text_of
from daemon.routines.values import Raw

Parts = Mapping[str, Raw]
_TARGETS = ("entity_id", "device_id", "area_id", "floor_id", "label_id")
_STATES = {
    "turned_on": "on", "turned_off": "off", "is_on": "on", "is_off": "off",
    "opening": "opening", "closing": "closing", "is_opening": "opening", "is_closing": "closing",
    "locked": "locked", "unlocked": "unlocked", "is_locked": "locked", "is_unlocked": "unlocked",
    "jammed": "jammed", "playing": "playing", "paused": "paused", "idle": "idle", "buffering": "buffering",
    "is_playing": "playing", "is_paused": "paused", "is_idle": "idle",
    "cleaning": "cleaning", "docked": "docked", "is_cleaning": "cleaning", "is_docked": "docked",
    "disarmed": "disarmed", "triggered": "triggered", "arming": "arming",
    "armed_away": "armed_away", "armed_home": "armed_home", "armed_night": "armed_night",
    "is_disarmed": "disarmed", "is_armed_away": "armed_away", "is_armed_home": "armed_home",
    "is_armed_night": "armed_night", "is_triggered": "triggered", "is_home": "home", "is_not_home": "not_home",
}  # fmt: skip
_OFF = {
    "not_opened": "off", "closed": "off", "no_motion": "off", "not_occupied": "off", "not_connected": "off",
    "not_moist": "off", "no_smoke": "off", "no_gas": "off", "no_problem": "off", "no_sound": "off",
    "no_vibration": "off", "no_light": "off", "not_present": "off", "not_plugged_in": "off", "not_powered": "off",
    "not_moving": "off", "not_running": "off", "not_unsafe": "off", "not_hot": "off", "not_cold": "off",
    "not_bat_low": "off", "not_locked": "on", "no_co": "off", "not_tampered": "off", "no_update": "off",
}  # fmt: skip
_ON = {
    "opened": "on", "motion": "on", "occupied": "on", "connected": "on", "moist": "on", "smoke": "on", "gas": "on",
    "problem": "on", "sound": "on", "vibration": "on", "light": "on", "present": "on", "plugged_in": "on",
    "powered": "on", "moving": "on", "running": "on", "unsafe": "on", "hot": "on", "cold": "on", "bat_low": "on",
    "locked": "off", "co": "on", "tampered": "on", "update": "on",
}  # fmt: skip
"""Home Assistant's device triggers of a binary sensor (2026.11); a lock's sensor is on where it is open."""
_KEPT = ("id", "alias", "enabled", "variables", "for", "metadata", "continue_on_error")


def trigger_form(raw: Parts) -> Parts:
    """Return a trigger with one word for its kind, and a device's as that of its entity.

    Raises:
        MisreadError: it is one that needs Home Assistant's own registry or integration.
    """
    parts = _renamed(raw, {"platform": "trigger"})
    match parts.get("trigger"):
        case "device":
            return _device(parts, "trigger")
        case "zone.occupancy_detected" | "zone.occupancy_cleared" as kind:
            options = _options(parts)
            limit: Parts = {"above": 0} if kind.endswith("detected") else {"below": 1}
            return {
                **_common(parts),
                "trigger": "numeric_state",
                "entity_id": options.get("zone"),
                **limit,
                **_for(options),
            }
        case "persistent_notification" | "geo_location" as kind:
            msg = f"{kind} triggers, which only Home Assistant itself has"
            raise MisreadError(msg)
        case str(kind) if "." in kind and (said := _purpose(kind, parts)) is not None:
            return {**_common(parts), "trigger": "state", "to": said[0], **said[1], **_for(_options(parts))}
        case _:
            return parts


def condition_form(raw: Raw) -> Parts:
    """Return a condition with its kind, from shorthand too.

    Raises:
        MisreadError: it is one that needs Home Assistant's own registry or integration.
    """
    if isinstance(raw, str):
        return {"condition": "template", "value_template": raw}
    if not isinstance(raw, Mapping):
        msg = f"{str(raw)[:60]!r} is no condition"
        raise MisreadError(msg)
    for kind in ("and", "or", "not"):
        if kind in raw and "condition" not in raw:
            return {**_without(raw, kind), "condition": kind, "conditions": raw[kind]}
    match raw.get("condition"):
        case "device":
            return _device(raw, "condition")
        case "zone.in_zone":
            return _in_zone(raw)
        case str(kind) if "." in kind and "{" not in kind and (said := _purpose(kind, raw)) is not None:
            return {
                **_common(raw),
                "condition": "state",
                "state": said[0],
                "match": "any",
                **said[1],
                **_for(_options(raw)),
            }
        case tuple():
            return {**_without(raw, "condition"), "condition": "and", "conditions": raw["condition"]}
        case str(kind) if "{" in kind:
            return {**_without(raw, "condition"), "condition": "template", "value_template": kind}
        case _:
            return raw


def _purpose(kind: str, parts: Parts) -> tuple[Raw, Parts] | None:
    """Return the state, and whose, that a purpose's trigger or condition means (``light.turned_on``, since 2025.12).

    None where it is about a place or a label, counts several (``first``, ``last``), or has options of its own.
    """
    domain, _, what = kind.partition(".")
    target, options = parts.get("target"), _options(parts)
    state = _state(domain, what)
    plain = options.keys() <= {"behavior", "for"} and options.get("behavior", "any") == "any"
    if state is None or not plain or not isinstance(target, Mapping) or set(target) != {"entity_id"}:
        return None
    return state, {"entity_id": target["entity_id"]}


def _in_zone(raw: Parts) -> Parts:
    target, options = raw.get("target"), _options(raw)
    who = target.get("entity_id") if isinstance(target, Mapping) else None
    several = len(items_of(who)) > 1 and options.get("behavior", "any") == "any"
    if who is None or several or options.get("for") not in (None, "00:00:00"):
        msg = "zone.in_zone of several, by a place, or for a time"
        raise MisreadError(msg)
    return {**_common(raw), "condition": "zone", "entity_id": who, "zone": options.get("zone")}


def action_form(raw: Parts) -> Parts:
    """Return an action as we read it: ``action`` for ``service``, targets in ``target``, a device's as a call.

    Raises:
        MisreadError: it is one that needs Home Assistant's own registry or integration.
    """
    if "scene" in raw:
        raw = {**_without(raw, "scene"), "action": "scene.turn_on", "target": {"entity_id": raw["scene"]}}
    parts = _renamed(raw, {"service": "action", "service_template": "action"})
    if "device_id" in parts and "domain" in parts and "action" not in parts:
        return _device(parts, "action")
    if "action" not in parts:
        return parts
    data = [parts[key] for key in ("data", "data_template") if parts.get(key)]
    if len(data) == 2 and all(isinstance(each, Mapping) for each in data):
        parts = {
            **parts,
            "data": {key: item for each in data if isinstance(each, Mapping) for key, item in each.items()},
        }
    elif data:
        parts = {**parts, "data": data[-1]}
    aimed = {key: parts[key] for key in _TARGETS if key in parts}
    target = parts.get("target")
    if aimed:
        parts = {**parts, "target": {**(target if isinstance(target, Mapping) else {}), **aimed}}
    bare = _without(parts, "data_template", *_TARGETS)
    return {key: value for key, value in bare.items() if not (key in ("data", "target") and not value)}


def _device(parts: Parts, what: str) -> Parts:
    """Return what is said of a device as it is said of its entity."""
    kind, domain = (text_of(parts.get(key, ""), "kind") for key in ("type", "domain"))
    who = parts.get("entity_id")
    if who is None:
        msg = f"a device's {what} {kind or domain!r} that is no entity's: only Home Assistant knows the device"
        raise MisreadError(msg)
    said = {"trigger": _device_trigger, "condition": _device_condition, "action": _device_action}[what](
        domain, kind, parts
    )
    if said is None:
        msg = f"the {what} {kind!r} of a {domain} device"
        raise MisreadError(msg)
    return {**_common(parts), **said, **({} if what == "action" else {"entity_id": who, **_for(parts)})}


def _device_trigger(domain: str, kind: str, parts: Parts) -> Parts | None:
    if domain in ("device_tracker", "person") and kind in ("enters", "leaves"):
        return {"trigger": "zone", "zone": parts.get("zone"), "event": kind.removesuffix("s")}
    if state := _state(domain, kind):
        return {"trigger": "state", "to": state}
    if kind in ("changed_states", "toggled"):
        return {"trigger": "state", "to": ("on", "off")}
    if limits := _limits(parts):
        return {"trigger": "numeric_state", **limits}
    return None


def _device_condition(domain: str, kind: str, parts: Parts) -> Parts | None:
    if state := _state(domain, kind.removeprefix("is_")) or _STATES.get(kind):
        return {"condition": "state", "state": state}
    limits = _limits(parts)
    return {"condition": "numeric_state", **limits} if limits else None


def _device_action(domain: str, kind: str, parts: Parts) -> Parts | None:
    names = {
        "open": "open_cover", "close": "close_cover", "stop": "stop_cover", "set_position": "set_cover_position",
        "select_option": "select_option", "set_value": "set_value", "press": "press", "lock": "lock",
        "unlock": "unlock", "turn_on": "turn_on", "turn_off": "turn_off", "toggle": "toggle", "clean": "start",
        "dock": "return_to_base", "set_hvac_mode": "set_hvac_mode", "set_preset_mode": "set_preset_mode",
    }  # fmt: skip
    if domain == "light" and kind == "flash":
        flash = {"flash": parts.get("flash", "short")}
        return {"action": "light.turn_on", "target": {"entity_id": parts["entity_id"]}, "data": flash}
    if kind not in names:
        return None
    given = {key: parts[key] for key in ("value", "option", "position", "hvac_mode", "preset_mode") if key in parts}
    if "brightness_pct" in parts:
        given["brightness_pct"] = parts["brightness_pct"]
    action = f"{domain}.{names[kind]}"
    return {"action": action, "target": {"entity_id": parts["entity_id"]}, **({"data": given} if given else {})}


def _state(domain: str, kind: str) -> str | None:
    if domain == "cover":
        return {"opened": "open", "closed": "closed", "open": "open"}.get(kind) or _STATES.get(kind)
    if domain == "binary_sensor":
        kind = {"open": "opened", "not_open": "not_opened"}.get(kind, kind)
        return _ON.get(kind) or _OFF.get(kind) or _STATES.get(kind)
    if domain in ("sensor", "number", "climate"):
        return None
    return _STATES.get(kind) or _STATES.get(f"is_{kind}")


def _limits(parts: Parts) -> Parts:
    return {key: parts[key] for key in ("above", "below") if key in parts}


def _for(parts: Parts) -> Parts:
    return {"for": parts["for"]} if "for" in parts else {}


def _options(parts: Parts) -> Parts:
    options = parts.get("options")
    return options if isinstance(options, Mapping) else {}


def _common(parts: Parts) -> Parts:
    return {key: parts[key] for key in _KEPT if key in parts and key != "for"}


def _without(parts: Parts, *keys: str) -> dict[str, Raw]:
    return {key: value for key, value in parts.items() if key not in keys}


def _renamed(parts: Parts, names: Mapping[str, str]) -> Parts:
    return {names.get(key, key) if names.get(key) not in parts else key: value for key, value in parts.items()}
