"""Makes a routine of a habit, in the form in which routines stand in files."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from daemon.habits.levels import SCALES
from daemon.habits.model import EVERY_DAY, FIRST_HOME, LAST_OUT, WEEKEND, WORKDAYS, Following, Habit, Timely
from daemon.habits.record import Record
from devices.model import EntityId, HomeView
from devices.names import fold

Form: TypeAlias = Mapping[str, object]

STEP: Final = 5
"""Minutes to which a time is rounded: nobody means 6:58."""
_WEEK: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SERVICES: Final[Mapping[str, tuple[str, str]]] = {
    "cover": ("open_cover", "close_cover"),
    "valve": ("open_valve", "close_valve"),
    "lock": ("unlock", "lock"),
    "vacuum": ("start", "return_to_base"),
    "media_player": ("media_play", "turn_off"),
}
_NO_ROUTINE: Final = frozenset({"alarm_control_panel"})
"""An alarm is armed with a code."""
_DELICATE: Final = frozenset({
    "lock", "alarm_control_panel", "climate", "water_heater", "valve", "siren", "humidifier", "vacuum",
})  # fmt: skip
_DELICATE_CLASSES: Final = frozenset({"garage", "garage_door", "gate", "door"})
_DELICATE_WORDS: Final = (
    "heat", "oven", "stove", "hob", "iron", "boiler", "sauna", "fryer", "grill", "kettle", "blanket", "alarm", "lock",
    "gate", "garage", "door", "heiz", "ofen", "herd", "bügel", "kocher", "fritteuse", "decke", "schloss", "tor ",
    "tür", "pump", "server", "freezer", "fridge", "kühl", "gefrier",
)  # fmt: skip
"""In a name: what makes heat, lets somebody in, or must not go off."""


def key_of(habit: Habit) -> str:
    """Return an id that stays the same as long as the habit does, whatever its time drifts to."""
    reason = habit.reason
    occasion = f"{reason.event}/{reason.up}" if isinstance(reason, Following) else f"{round(habit.minute / 60) % 24}"
    way = f"sets {habit.levels.get(habit.targets[0])}" if habit.sets else str(habit.ups[0])
    text = "|".join((*sorted(habit.targets), way, occasion))
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def is_delicate(targets: Sequence[str], home: HomeView) -> bool:
    """Say whether something is about safety, heat, or what must not go off: it is proposed only if somebody asks."""
    for target in targets:
        domain = target.partition(".")[0]
        entity = home.entity(EntityId(target))
        name = f"{fold(entity.name)} {target} " if entity is not None else f"{target} "
        if domain in _DELICATE or any(word in name for word in _DELICATE_WORDS):
            return True
        if entity is None or entity.device_class in _DELICATE_CLASSES:
            return True
    return False


def drafted(habit: Habit, record: Record, words: Mapping[str, str]) -> Form | None:
    """Return the routine that does what people do, if there can be one; ``words``: what things say when they are on."""
    if any(target.partition(".")[0] in _NO_ROUTINE for target in habit.targets):
        return None
    triggers = list(_triggers(habit, record, words))
    if not triggers:
        return None
    return {
        "id": f"habit_{key_of(habit)}",
        "triggers": triggers,
        "conditions": list(_conditions(habit, record)),
        "actions": list(_actions(habit)),
        "mode": "single",
    }


def _triggers(habit: Habit, record: Record, words: Mapping[str, str]) -> Iterator[Form]:
    match habit.reason:
        case Timely(anchor="clock", offset=offset):
            minute = _rounded(offset) % 1440
            yield {"trigger": "time", "at": f"{minute // 60:02d}:{minute % 60:02d}:00"}
        case Timely(anchor="lux", sensor=sensor, level=level):
            yield {"trigger": "numeric_state", "entity_id": sensor, "below" if habit.ups[0] else "above": level}
        case Timely(anchor=anchor, offset=offset):
            sun: Form = {"trigger": "sun", "event": anchor}
            yield {**sun, "offset": _length(_rounded(offset))} if _rounded(offset) else sun
        case Following(event=event, up=up):
            for one in _people(record) if event in (FIRST_HOME, LAST_OUT) else [event]:
                yield {"trigger": "state", "entity_id": one, "to": _word(one, record, words, up=up)}


def _conditions(habit: Habit, record: Record) -> Iterator[Form]:
    ahead = isinstance(habit.reason, Timely) and habit.reason.anchor == "clock" and habit.reason.offset >= 1440
    days = habit.days
    days = WORKDAYS if "workday" in habit.limits else WEEKEND if "weekend" in habit.limits else days
    if days != EVERY_DAY:
        yield {"condition": "time", "weekday": [_WEEK[day] for day in sorted((day + ahead) % 7 for day in days)]}
    if "dark" in habit.limits or "light" in habit.limits:
        state = "below_horizon" if "dark" in habit.limits else "above_horizon"
        yield {"condition": "state", "entity_id": "sun.sun", "state": state}
    if habit.sets:
        # What is off stays off: only how bright it is was ever set then.
        yield from ({"condition": "state", "entity_id": one, "state": _word(one, record, {}, up=True)}
                    for one in habit.targets if not one.startswith("climate."))  # fmt: skip
    people = _people(record)
    if isinstance(habit.reason, Following) and habit.reason.event == LAST_OUT and len(people) > 1:
        yield from ({"condition": "state", "entity_id": one, "state": "not_home"} for one in people)
    elif people and (isinstance(habit.reason, Timely) or "home" in habit.limits):
        # Without it, it would go on while everybody is on holiday.
        somebody: list[Form] = [{"condition": "state", "entity_id": one, "state": "home"} for one in people]
        yield somebody[0] if len(somebody) == 1 else {"condition": "or", "conditions": somebody}


def _actions(habit: Habit) -> Iterator[Form]:
    calls: dict[tuple[str, float | None], list[str]] = {}
    for target, up in zip(habit.targets, habit.ups, strict=True):
        domain, level = target.partition(".")[0], habit.levels.get(target)
        services = _SERVICES.get(domain, ("turn_on", "turn_off"))
        # A level alone brings on a lamp, a fan or a blind, and no heating.
        if level is None or (domain == "climate" and not habit.sets):
            calls.setdefault((f"{domain}.{services[0 if up else 1]}", None), []).append(target)
        if level is not None:
            calls.setdefault((SCALES[domain].service, level), []).append(target)
    for (service, level), targets in calls.items():
        call: Form = {"action": service, "target": {"entity_id": targets}}
        data = {} if level is None else {SCALES[service.partition(".")[0]].parameter: level}
        yield {**call, "data": data} if data else call


def _people(record: Record) -> list[str]:
    return [one for one, place in record.places.items() if place.role == "person" and record.turns[one].at]


def _word(entity: str, record: Record, words: Mapping[str, str], *, up: bool) -> str:
    if record.places[entity].role == "person":
        return "home" if up else "not_home"
    pairs = {"cover": ("open", "closed"), "valve": ("open", "closed"), "lock": ("unlocked", "locked")}
    usual = pairs.get(entity.partition(".")[0], ("on", "off"))[0 if up else 1]
    return words.get(f"{entity}/{up}", usual)


def _rounded(minutes: float) -> int:
    return round(minutes / STEP) * STEP


def _length(minutes: int) -> str:
    sign, size = "-" if minutes < 0 else "", abs(minutes)
    return f"{sign}{size // 60:02d}:{size % 60:02d}:00"
