"""Finds what the home does not have: entities, areas, floors, services, scenes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from daemon.routines.actions import Assign, Call, ForEach
from daemon.routines.conditions import NumericCondition, StateCondition, TimeCondition, ZoneCondition
from daemon.routines.doing import ids_of
from daemon.routines.expressions import Calculation, Constant, Data, Template, Use
from daemon.routines.linting.findings import Finding, listed, named
from daemon.routines.linting.paths import plain
from daemon.routines.model import Routine
from daemon.routines.playing.house import House
from daemon.routines.playing.play import names_of
from daemon.routines.triggers import (
    AtEntity,
    CalendarTrigger,
    EventTrigger,
    NumericTrigger,
    StateTrigger,
    ZoneTrigger,
)
from daemon.routines.values import Value, spoken, tupled
from daemon.routines.walking import parts_of

_ASKING: Final = frozenset({"states", "is_state", "state_attr", "is_state_attr", "has_value", "states.of"})
_TOLD: Final = ("notify", "tts")
_OURS: Final = ("notify.notify", "notify.send_message", "notify.persistent_notification")
_WITH_ENTITIES: Final = ("entity_id", "media_player_entity_id", "snapshot_entities", "entities", "group_members")
_UNLISTED: Final = ("automation", "notify", "tts", "conversation", "stt")
"""Domains that a description of a home need not list; they count where it lists one of them."""
_KNOWN: Final[Mapping[str, str]] = {
    "light": "turn_on turn_off toggle",
    "switch": "turn_on turn_off toggle",
    "input_boolean": "turn_on turn_off toggle",
    "siren": "turn_on turn_off toggle",
    "fan": "turn_on turn_off toggle increase_speed decrease_speed set_percentage set_preset_mode oscillate "
    "set_direction",
    "lock": "lock unlock open",
    "cover": "open_cover close_cover stop_cover toggle set_cover_position open_cover_tilt close_cover_tilt "
    "stop_cover_tilt toggle_cover_tilt set_cover_tilt_position",
    "valve": "open_valve close_valve stop_valve toggle set_valve_position",
    "climate": "turn_on turn_off toggle set_temperature set_hvac_mode set_preset_mode set_fan_mode set_humidity "
    "set_swing_mode set_swing_horizontal_mode set_aux_heat",
    "media_player": "turn_on turn_off toggle volume_up volume_down volume_mute volume_set media_play media_pause "
    "media_play_pause media_stop media_next_track media_previous_track media_seek play_media select_source "
    "select_sound_mode clear_playlist shuffle_set repeat_set join unjoin browse_media search_media",
    "vacuum": "start pause stop return_to_base clean_spot locate set_fan_speed send_command start_pause toggle turn_on "
    "turn_off clean_area",
    "alarm_control_panel": "alarm_arm_home alarm_arm_away alarm_arm_night alarm_arm_vacation alarm_arm_custom_bypass "
    "alarm_disarm alarm_trigger",
    "timer": "start pause cancel finish change",
    "counter": "increment decrement reset set_value",
    "input_number": "set_value increment decrement",
    "input_select": "select_option select_next select_previous select_first select_last set_options",
    "input_text": "set_value",
    "input_datetime": "set_datetime",
    "input_button": "press",
    "button": "press",
    "scene": "turn_on apply create delete",
    "todo": "get_items add_item update_item remove_item remove_completed_items",
    "calendar": "create_event get_events",
    "automation": "trigger toggle turn_on turn_off",
    "humidifier": "turn_on turn_off toggle set_humidity set_mode",
}
"""The services of domains that no integration adds to (Home Assistant 2026.11)."""
_SERVICES: Final = tuple(f"{domain}.{name}" for domain, names in _KNOWN.items() for name in names.split())


@dataclass(frozen=True, slots=True)
class Missing:
    """A thing that is named and not there."""

    what: str
    name: str
    near: str = ""
    """The name that may have been meant."""


def dead(routines: Sequence[Routine], house: House) -> Iterator[Finding]:
    """Yield a finding for each routine that names what is not there; none where nobody says what there is."""
    if not house.known:
        return
    made = _made(routines)
    for routine in routines:
        missing = list(dict.fromkeys(_missing(routine, house, made)))
        if missing:
            yield Finding("dead_entity", (routine.id,), _explained(routine, missing), missing[0].name)


def _explained(routine: Routine, missing: Sequence[Missing]) -> str:
    words = [f"no {each.what} {each.name!r}" for each in missing]
    near = [each.near for each in missing if each.near]
    hint = f"; perhaps {listed(near)} is meant" if near else ""
    return (
        f"{named(routine)} counts on what the home does not have: {listed(words)}{hint}. Correct the name, or drop it."
    )


def _missing(routine: Routine, house: House, made: frozenset[str]) -> Iterator[Missing]:
    for entity in entities_named(routine):
        if not _is_there(entity, house, made):
            near = get_close_matches(entity, _of_domain(house, entity), n=1, cutoff=0.6)
            yield Missing(_WORDS.get(entity.partition(".")[0], "entity"), entity, near[0] if near else "")
    for call in _live_calls(routine):
        yield from _places(call, house)
        if isinstance(call.action, str) and not _is_service(call.action.lower(), house):
            known = [*(house.services or ()), *_SERVICES, *house.scripts]
            near = get_close_matches(call.action, known, n=1, cutoff=0.6)
            yield Missing("service", call.action, near[0] if near else "")


_WORDS: Final[Mapping[str, str]] = {"scene": "scene", "script": "script", "person": "person", "zone": "zone"}


def _live_calls(routine: Routine) -> Iterator[Call]:
    return parts_of(_live(routine), Call)


def _live(routine: Routine) -> tuple[object, ...]:
    """Return the parts of a routine that are switched on, at its top."""
    triggers = tuple(part for part in routine.triggers if part.enabled)
    conditions = tuple(part for part in routine.conditions if part.enabled)
    return (*triggers, *conditions, *(part for part in routine.actions if part.enabled))


def _of_domain(house: House, entity: str) -> list[str]:
    domain = entity.partition(".")[0]
    return [thing for thing in house.things if thing.partition(".")[0] == domain]


def _is_there(entity: str, house: House, made: frozenset[str]) -> bool:
    domain = entity.partition(".")[0]
    if entity in house.things or entity in made or entity in house.scenes or entity in house.scripts:
        return True
    if entity in ("sun.sun", "zone.home", "all", "none"):
        return True
    return domain in _UNLISTED and not any(thing.partition(".")[0] == domain for thing in house.things)


def _is_service(action: str, house: House) -> bool:
    domain, _, service = action.partition(".")
    if domain in _TOLD:
        listed_here = house.services is None or action in house.services or action in _OURS
        return listed_here or (domain == "tts" and service.endswith(("_say", "speak", "clear_cache")))
    if domain == "script":
        return (
            service in ("turn_on", "turn_off", "toggle", "reload") or action in house.scripts or action in house.things
        )
    return domain not in _KNOWN or service == "reload" or service in _KNOWN[domain].split()


def _places(call: Call, house: House) -> Iterator[Missing]:
    target, data = plain(call.target), plain(call.data)
    for kind, key in (("area", "area_id"), ("floor", "floor_id")):
        for name in ids_of(target.get(key, data.get(key))):
            if house.room("area" if kind == "area" else "floor", name) is None:
                rooms = house.areas if kind == "area" else house.floors
                near = get_close_matches(name, [room.id for room in rooms], n=1, cutoff=0.6)
                yield Missing(kind, name, near[0] if near else "")


def entities_named(routine: Routine) -> Iterator[str]:
    """Yield every entity that a routine's live parts name, in triggers, conditions, actions and templates."""
    live = _live(routine)
    yield from _watched(live)
    for zone in parts_of(live, ZoneTrigger):
        yield zone.zone
    for zones in parts_of(live, ZoneCondition):
        yield from zones.zone
    limits = [(part.above, part.below) for part in parts_of(live, NumericTrigger)]
    limits += [(part.above, part.below) for part in parts_of(live, NumericCondition)]
    yield from (limit for pair in limits for limit in pair if isinstance(limit, str))
    for at in parts_of(live, AtEntity):
        yield at.entity_id
    for window in parts_of(live, TimeCondition):
        yield from (limit for limit in (window.after, window.before) if isinstance(limit, str))
    for event in parts_of(live, EventTrigger):
        yield from _ids(plain(event.event_data).get("entity_id"))
    for call in parts_of(live, Call):
        yield from _called(call)
    for loop in parts_of(live, ForEach):
        yield from _whole(loop.items)
    for names in parts_of(live, Assign):
        yield from _whole(tuple(names.variables.values()))
    yield from _whole(tuple(routine.variables.values()))
    for template in parts_of((live, *routine.variables.values()), Template):
        yield from _asked(template)


def _watched(live: tuple[object, ...]) -> Iterator[str]:
    for states in parts_of(live, StateTrigger):
        yield from states.entity_id
    for numbers in parts_of(live, NumericTrigger):
        yield from numbers.entity_id
    for zones in parts_of(live, ZoneTrigger):
        yield from zones.entity_id
    for calendars in parts_of(live, CalendarTrigger):
        yield from calendars.entity_id
    for state in parts_of(live, StateCondition):
        yield from state.entity_id
    for numeric in parts_of(live, NumericCondition):
        yield from numeric.entity_id
    for whereabouts in parts_of(live, ZoneCondition):
        yield from whereabouts.entity_id


def _called(call: Call) -> Iterator[str]:
    if call.action == "scene.create":
        yield from _ids(plain(call.data).get("snapshot_entities"))
        return
    for aim in (call.target, call.data):
        yield from _aimed(aim if isinstance(aim, Template) else aim.get("entity_id"))
    for data in (plain(call.target), plain(call.data)):
        for key in _WITH_ENTITIES:
            yield from _ids(data.get(key))


def _whole(data: Data) -> Iterator[str]:
    """Yield the texts that are an entity's id and nothing else."""
    for item in data if isinstance(data, tuple) else (data,):
        domain, _, service = item.partition(".") if isinstance(item, str) else ("", "", "")
        if domain in _KNOWN and service.isidentifier() and service not in _KNOWN[domain].split():
            yield f"{domain}.{service}"


def _aimed(data: Data) -> Iterator[str]:
    """Yield the entities among which a template chooses a call's target."""
    for template in parts_of(data, Template):
        yield from _whole(
            tuple(part.value for part in parts_of(template.body, Constant) if isinstance(part.value, str))
        )


def _ids(value: Value) -> Iterator[str]:
    items = tuple(value) if isinstance(value, Mapping) else tupled(value)
    for item in items:
        for name in spoken(item).split(","):
            bare = name.strip().lower()
            if "." in bare and " " not in bare:
                yield bare


def _asked(template: Template) -> Iterator[str]:
    for use in parts_of(template.body, Use):
        first = use.given[0] if use.given else None
        if use.name == "states.of" and isinstance(first, Calculation):
            # ``states.sensor.outside``: domain and object stand apart in the tree.
            yield "".join(str(part.value) for part in parts_of(first, Constant)).lower()
        if use.name in _ASKING and isinstance(first, Constant) and isinstance(first.value, str) and "." in first.value:
            yield first.value.lower()


def _made(routines: Iterable[Routine]) -> frozenset[str]:
    """Return what routines make themselves: scenes of a moment, and the routines as entities."""
    found: set[str] = set()
    for routine in routines:
        found |= names_of(routine)
        for call in parts_of(routine.actions, Call):
            data = plain(call.data)
            if call.action == "scene.create":
                found.add(f"scene.{spoken(data.get('scene_id'))}")
            if call.action == "group.set":
                found.add(f"group.{spoken(data.get('object_id'))}")
    return frozenset(found)
