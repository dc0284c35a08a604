"""The service of Home Assistant's that a command is where it stands in a routine."""

from collections.abc import Mapping, Sequence

from devices.model import Entity, HomeView
from skills.grammar.plain.model import UnclearError, Written
from skills.language import say
from skills.model import Match

_ON: Mapping[str, str] = {
    "cover": "cover.open_cover",
    "valve": "valve.open_valve",
    "lock": "lock.lock",
    "vacuum": "vacuum.start",
    "button": "button.press",
    "input_button": "input_button.press",
}
_OFF: Mapping[str, str] = {
    "cover": "cover.close_cover",
    "valve": "valve.close_valve",
    "lock": "lock.unlock",
    "vacuum": "vacuum.stop",
}
_PLAIN: Mapping[str, str] = {
    "HassVacuumStart": "vacuum.start",
    "HassVacuumReturnToBase": "vacuum.return_to_base",
    "HassLawnMowerStartMowing": "lawn_mower.start_mowing",
    "HassLawnMowerDock": "lawn_mower.dock",
    "HassMediaPause": "media_player.media_pause",
    "HassMediaUnpause": "media_player.media_play",
    "HassMediaNext": "media_player.media_next_track",
    "HassMediaPrevious": "media_player.media_previous_track",
    "HassStopMoving": "cover.stop_cover",
    "alarm.disarm": "alarm_control_panel.alarm_disarm",
}
_REVERSED: Mapping[str, str] = {
    "turn_on": "turn_off",
    "turn_off": "turn_on",
    "open_cover": "close_cover",
    "close_cover": "open_cover",
    "open_valve": "close_valve",
    "lock": "unlock",
    "unlock": "lock",
    "start": "return_to_base",
    "media_play": "media_pause",
    "media_pause": "media_play",
}
WHOLE = "all"
"""What stands for all things of a domain; Home Assistant takes it for ``entity_id``."""


def called(match: Match, home: HomeView) -> list[Written] | None:
    """Return the actions that a command is; ``None`` for one that can only be done at once, or tells something.

    Raises:
        UnclearError: it says how much more or less, which depends on what is then.
    """
    if match.intent in ("climate.warmer", "climate.cooler"):
        raise UnclearError(say("To how many degrees shall I set it?"))
    if match.intent == "HassListAddItem":
        item: Written = {"item": str(match.slots.get("item", ""))}
        return [_action("todo.add_item", match.targets, item)] if match.targets else None
    entities = [entity for target in match.targets if (entity := home.entity(target)) is not None]
    if not entities:
        return None
    if match.intent in ("HassTurnOn", "HassTurnOff"):
        return _switched(entities, home, on=match.intent == "HassTurnOn")
    named = _with_data(match)
    if named is None:
        service = _PLAIN.get(match.intent)
        data: Written = {}
        named = None if service is None else (service, data)
    if named is None:
        return None
    return [_action(named[0], [one.id for one in entities], named[1])]


def _with_data(match: Match) -> tuple[str, Written] | None:
    """Return the service and its data of a command that says how much or which."""
    slots = match.slots
    match match.intent:
        case "HassLightSet":
            names = {"brightness": "brightness_pct", "color": "color_name", "temperature": "color_temp_kelvin"}
            return "light.turn_on", {new: slots[old] for old, new in names.items() if old in slots}
        case "HassClimateSetTemperature":
            return "climate.set_temperature", {"temperature": slots.get("temperature")}
        case "climate.mode" | "HassClimateSetHvacMode":
            return "climate.set_hvac_mode", {"hvac_mode": slots.get("mode", slots.get("hvac_mode"))}
        case "climate.preset":
            return "climate.set_preset_mode", {"preset_mode": slots.get("preset")}
        case "HassSetPosition":
            ends = {0: "cover.close_cover", 100: "cover.open_cover"}
            at = slots.get("position")
            whole = ends.get(at) if isinstance(at, int) else None
            return ("cover.set_cover_position", {"position": at}) if whole is None else (whole, {})
        case "HassFanSetSpeed":
            return "fan.set_percentage", {"percentage": slots.get("percentage")}
        case "HassSetVolume":
            level = slots.get("volume_level")
            return "media_player.volume_set", {"volume_level": level / 100 if isinstance(level, int | float) else level}
        case "HassMediaPlayerMute" | "HassMediaPlayerUnmute":
            return "media_player.volume_mute", {"is_volume_muted": match.intent.endswith("rMute")}
        case "alarm.arm":
            return f"alarm_control_panel.alarm_arm_{slots.get('mode', 'away')}", {}
        case _:
            return None


def _switched(entities: Sequence[Entity], home: HomeView, *, on: bool) -> list[Written]:
    """Return one action for every domain; all lights of a house are `WHOLE`."""
    actions: list[Written] = []
    for domain in dict.fromkeys(entity.domain for entity in entities):
        ids = [entity.id for entity in entities if entity.domain == domain]
        usual = f"{domain}.turn_{'on' if on else 'off'}"
        service = (_ON if on else _OFF).get(domain, usual)
        every = sum(one.domain == domain and not one.hidden for one in home.entities())
        whole = domain == "light" and len(ids) == every > 1
        actions.append(_action(service, [WHOLE] if whole else ids, {}))
    return actions


def _action(service: str, targets: Sequence[str], data: Written) -> Written:
    target: Written = {"entity_id": targets[0] if len(targets) == 1 else list(targets)}
    return {"action": service, "target": target, **({"data": data} if data else {})}


def act_on(service: str, entities: Sequence[Entity], data: Written | None = None) -> Written:
    """Return the action that calls one service on entities."""
    return _action(service, [entity.id for entity in entities], data or {})


def switched(entities: Sequence[Entity], home: HomeView, *, on: bool) -> list[Written]:
    """Return the actions that switch, open or start things, or the other way."""
    return _switched(entities, home, on=on)


def undoes_itself(actions: Sequence[Written]) -> bool:
    """Return whether one of some actions takes another back, or sets another value, with no wait between them."""
    if any("delay" in one or "wait_for_trigger" in one for one in actions):
        return False
    set_to = [(one.get("action"), one.get("target")) for one in actions if "target" in one and "data" in one]
    if any(set_to.count(one) > 1 for one in set_to):
        return True
    return any(
        reversed_(one) in [{key: other.get(key) for key in ("action", "target")} for other in actions]
        for one in actions
    )


def reversed_(action: Written) -> Written | None:
    """Return the action that takes another back; ``None`` if that has none, or needs to know what was before."""
    domain, _, service = str(action.get("action", "")).partition(".")
    back = _REVERSED.get(service)
    if back is None:
        return None
    if domain == "vacuum":
        return {"action": "vacuum.return_to_base", "target": action["target"]}
    return {"action": f"{domain}.{back}", "target": action["target"]}
