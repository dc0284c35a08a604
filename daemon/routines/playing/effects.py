"""What a call makes of the house: which entity becomes what, by Home Assistant's services (2026.11)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from daemon.routines.playing.house import House
from daemon.routines.values import Value, number_of, spoken

_BECOMES: Final[Mapping[str, str]] = {
    "turn_on": "on", "turn_off": "off", "open_cover": "open", "close_cover": "closed", "open_valve": "open",
    "close_valve": "closed", "lock": "locked", "unlock": "unlocked", "open": "open", "start_mowing": "mowing",
    "dock": "docked", "return_to_base": "docked", "clean_spot": "cleaning", "alarm_arm_home": "armed_home",
    "alarm_arm_away": "armed_away", "alarm_arm_night": "armed_night", "alarm_arm_vacation": "armed_vacation",
    "alarm_disarm": "disarmed", "alarm_trigger": "triggered", "media_play": "playing", "media_pause": "paused",
    "media_stop": "idle", "play_media": "playing", "cancel": "idle", "finish": "idle",
}  # fmt: skip
"""What an entity is after a service, whatever its domain."""
_OWN: Final[Mapping[tuple[str, str], str]] = {
    ("vacuum", "start"): "cleaning", ("vacuum", "stop"): "idle", ("vacuum", "pause"): "paused",
    ("vacuum", "turn_on"): "cleaning", ("vacuum", "turn_off"): "docked", ("lawn_mower", "pause"): "paused",
    ("timer", "start"): "active", ("timer", "pause"): "paused", ("media_player", "turn_on"): "idle",
    ("climate", "turn_on"): "heat", ("water_heater", "turn_on"): "eco", ("cover", "turn_on"): "open",
    ("cover", "turn_off"): "closed", ("lock", "turn_on"): "locked", ("lock", "turn_off"): "unlocked",
}  # fmt: skip
_CHOSEN: Final = {"select_option": "option", "set_value": "value", "set_hvac_mode": "hvac_mode", "set_options": ""}
"""Services whose data are what the entity becomes."""
_KEPT: Final = {
    "set_temperature": ("temperature", "target_temp_low", "target_temp_high"),
    "set_humidity": ("humidity",),
    "set_preset_mode": ("preset_mode",),
    "set_fan_mode": ("fan_mode",),
    "volume_set": ("volume_level",),
    "set_percentage": ("percentage",),
    "select_source": ("source",),
}
"""Services whose data become attributes of the same name."""
_BY_WHAT_IT_WAS: Final = frozenset(
    (
        *("increment", "decrement", "press", "set_datetime", "select_next", "select_previous", "select_first"),
        *("select_last", "add_item", "remove_item", "volume_up", "volume_down", "reset"),
    )
)
TOGGLED: Final[Mapping[str, str]] = {
    "on": "off", "off": "on", "open": "closed", "closed": "open", "locked": "unlocked", "unlocked": "locked",
    "playing": "paused", "paused": "playing", "idle": "playing", "heat": "off", "cool": "off",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of one entity."""

    entity: str
    state: str | None = None
    """None: it stays as it is, or nobody can say (see `sure`)."""
    attributes: Mapping[str, Value] = field(default_factory=dict[str, Value])
    sure: bool = True
    """False where the state depends on what it was, or on what a template comes to."""


def aimed_at(action: str, target: Mapping[str, Sequence[str]], house: House) -> tuple[str, ...]:
    """Return the entities that a call is for: those named, those of its domain in the named places, all for ``all``."""
    domain = action.partition(".")[0]
    found: list[str] = []
    for name in target.get("entity_id", ()):
        members = house.things[name].attributes.get("entity_id") if name in house.things else None
        if name == "all":
            found += [thing.id for thing in house.things.values() if thing.domain == domain]
        elif isinstance(members, tuple):
            found += [*(spoken(member) for member in members), name]
        else:
            found.append(name)
    for kind, key in (("area", "area_id"), ("floor", "floor_id")):
        for name in target.get(key, ()):
            inside = house.members("area" if kind == "area" else "floor", name)
            found += [each for each in inside if domain in ("homeassistant", each.partition(".")[0])]
    return tuple(dict.fromkeys(found))


def effects_of(action: str, entities: Iterable[str], data: Mapping[str, Value], house: House) -> tuple[Effect, ...]:
    """Return what becomes of each entity by a call; nothing for what changes no entity (a notice)."""
    domain, _, service = action.partition(".")
    if domain == "scene" and service == "turn_on":
        return tuple(effect for scene in entities for effect in scene_of(house.scenes.get(scene, {})))
    if domain == "scene" and service == "apply":
        wanted = data.get("entities")
        return scene_of({key: _state_in(value) for key, value in wanted.items()} if isinstance(wanted, Mapping) else {})
    if domain == "script":
        names = entities if service in ("turn_on", "toggle") else (action,)
        return tuple(effect for name in names for line in house.scripts.get(name, ()) for effect in _line(line, house))
    return tuple(effect for entity in entities if (effect := _effect(domain, service, entity, data)) is not None)


def scene_of(states: Mapping[str, str]) -> tuple[Effect, ...]:
    """Return what a scene makes of its entities: ``on 20%`` is a light that is on, with a fifth of its brightness."""
    found: list[Effect] = []
    for entity, shown in states.items():
        state, _, level = shown.partition(" ")
        percent = number_of(level.removesuffix("%"))
        found.append(Effect(entity, state, {} if percent is None else {"brightness": round(percent * 2.55)}))
    return tuple(found)


def _state_in(value: Value) -> str:
    found = value.get("state") if isinstance(value, Mapping) else value
    return {True: "on", False: "off"}[found] if isinstance(found, bool) else spoken(found)


def _line(line: str, house: House) -> tuple[Effect, ...]:
    action, _, rest = line.partition(" ")
    names = ("all",) if rest.startswith("all") else tuple(name for name in rest.replace(",", " ").split() if name)
    return effects_of(action, aimed_at(action, {"entity_id": names}, house), {}, house)


def _effect(domain: str, service: str, entity: str, data: Mapping[str, Value]) -> Effect | None:
    own = entity.partition(".")[0] if domain == "homeassistant" else domain
    if service == "toggle" or service.endswith("_toggle") or service == "media_play_pause":
        return Effect(entity, sure=False)
    if service in _BY_WHAT_IT_WAS:
        return Effect(entity, sure=False)
    if service in _CHOSEN:
        chosen = data.get(_CHOSEN[service])
        return Effect(entity, sure=False) if chosen is None or is_open(chosen) else Effect(entity, spoken(chosen))
    if service in _KEPT:
        return _set(service, entity, data)
    if service in ("set_cover_position", "set_valve_position"):
        return _positioned(entity, data.get("position"))
    state = _OWN.get((own, service), _BECOMES.get(service))
    if state is None or own in ("automation", "scene", "script", "notify", "tts", "group"):
        return None
    return Effect(entity, state, _light(data) if (own, state) == ("light", "on") else {})


def _set(service: str, entity: str, data: Mapping[str, Value]) -> Effect:
    attributes = {key: data[key] for key in _KEPT[service] if key in data and not is_open(data[key])}
    mode = data.get("hvac_mode")
    return Effect(entity, None if mode is None or is_open(mode) else spoken(mode), attributes)


def _positioned(entity: str, position: Value) -> Effect:
    number = number_of(position)
    if number is None or is_open(position):
        return Effect(entity, sure=False)
    return Effect(entity, "open" if number > 0 else "closed", {"current_position": number})


def _light(data: Mapping[str, Value]) -> Mapping[str, Value]:
    percent, level = number_of(data.get("brightness_pct")), number_of(data.get("brightness"))
    if percent is not None:
        return {"brightness": round(percent * 2.55)}
    return {} if level is None else {"brightness": round(level)}


def is_open(value: Value) -> bool:
    """Say whether a value is still to be computed: the unknown, or a template's text."""
    return not isinstance(value, bool | int | float | str)
