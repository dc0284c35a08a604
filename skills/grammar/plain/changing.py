"""Puts another length, number or thing into the draft of a routine, where one of its kind stands."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TypeAlias, cast

from devices.model import Entity, EntityId
from skills.grammar.numbers import numbers_at
from skills.grammar.plain.lengths import lengths
from skills.grammar.plain.model import Written, clock_of, plain
from skills.grammar.plain.said import Said
from skills.grammar.plain.services import reversed_
from skills.grammar.plain.setting import Setting, only
from skills.grammar.plain.speech import Speech
from skills.grammar.plain.things import Found

Halves: TypeAlias = tuple[list[Written], list[Written], list[Written]]
"""Triggers, conditions, actions."""

_PERCENT = ("brightness_pct", "position", "percentage", "volume_level")
_SWITCHED = frozenset({"light", "switch", "fan", "input_boolean", "media_player", "siren", "humidifier"})
_UNITS = {
    "percent": _PERCENT, "%": _PERCENT, "prozent": _PERCENT,
    "degrees": ("temperature",), "degree": ("temperature",), "grad": ("temperature",), "°": ("temperature",),
}  # fmt: skip


def another_length(
    words: Said, setting: Setting, triggers: list[Written], conditions: list[Written], actions: list[Written]
) -> Halves | None:
    """Return a draft with another length of time: of its wait, else of how long something is to be so before it.

    One that has neither holds so long what it does, if "for ten minutes" was said and it can be undone.
    """
    found = lengths(words, setting.speech)
    if not found:
        return _as_long(words, setting.speech, triggers, conditions, actions)
    if len(found) != 1:
        return None
    start, end, seconds = found[0]
    around = words.without((start, end))
    held = any(setting.speech.leads.fullmatch(word) for word in around.words) or "lang" in around.words
    if any(word not in setting.speech.idle and not _leads(word, setting.speech) for word in around.words):
        return None
    length = clock_of(seconds)
    if sum("delay" in one for one in actions) == 1:
        return triggers, conditions, [{**one, "delay": length} if "delay" in one else one for one in actions]
    if any("for" in one for one in triggers):
        return [{**one, "for": length} if "for" in one else one for one in triggers], conditions, actions
    waited = any(setting.speech.waits.fullmatch(word) for word in around.words)
    if waited and len(triggers) == 1 and triggers[0].get("trigger") in ("state", "numeric_state"):
        return [{**triggers[0], "for": length}], conditions, actions
    back = [reversed_(one) for one in actions]
    if not held or not back or any(one is None for one in back):
        return None
    return triggers, conditions, [*actions, {"delay": length}, *(one for one in back if one is not None)]


def _as_long(
    words: Said, speech: Speech, triggers: list[Written], conditions: list[Written], actions: list[Written]
) -> Halves | None:
    """Read "make it five" of a routine with one length, which no clock sets off: the number is of its unit."""
    lasting = [str(one["delay"]) for one in actions if "delay" in one]
    number = _number(words, speech)
    if number is None or len(lasting) != 1 or any(one.get("trigger") != "state" for one in triggers):
        return None
    if any(word not in speech.idle for word in number[1].words):
        return None
    hours, minutes, seconds = (int(part) for part in lasting[0].split(":"))
    unit = 1 if seconds else 60 if minutes or not hours else 3600
    length = clock_of(round(number[0] * unit))
    return triggers, conditions, [{**one, "delay": length} if "delay" in one else one for one in actions]


def _leads(word: str, speech: Speech) -> bool:
    return any(pattern.fullmatch(word) is not None for pattern in (speech.leads, speech.waits, speech.later)) or (
        word in ("lang", "long", "after", "nach")
    )


def another_number(
    words: Said, setting: Setting, triggers: list[Written], conditions: list[Written], actions: list[Written]
) -> Halves | None:
    """Return a draft with another number: how bright or warm, or the limit that sets it off."""
    speech = setting.speech
    number = _number(words, speech)
    if number is None:
        return None
    value, rest = number
    side = "above" if rest.span(speech.above) else "below" if rest.span(speech.below) else ""
    units = [key for word in rest.words for key in _UNITS.get(word, ())]
    known = {*speech.idle, *_UNITS, *speech.measures}
    if not side and any(word not in known and speech.to.fullmatch(word) is None for word in rest.words):
        return None
    data = [(at, key) for at, one in enumerate(actions) for key in _data(one) if not units or key in units]
    if not side and len(data) == 1 and data[0][1] in (*_PERCENT, "temperature"):
        at, key = data[0]
        new = value / 100 if key == "volume_level" and value > 1 else value
        fresh = {**actions[at], "data": {**_data(actions[at]), key: plain(new)}}
        return triggers, conditions, [*actions[:at], fresh, *actions[at + 1 :]]
    limited = [at for at, one in enumerate(triggers) if one.get("trigger") == "numeric_state"]
    if len(limited) != 1:
        return None
    old = triggers[limited[0]]
    keys = [key for key in ("above", "below") if key in old]
    if not side and len(keys) != 1:
        return None
    kept = {key: one for key, one in old.items() if key not in ("above", "below")}
    fresh = {**kept, side or keys[0]: plain(value)}
    return [*triggers[: limited[0]], fresh, *triggers[limited[0] + 1 :]], conditions, actions


def _number(words: Said, speech: Speech) -> tuple[float, Said] | None:
    for at in range(len(words)):
        read = numbers_at(words.words, at, speech.code)
        if read:
            end, value = max(read)
            return value, words.without((at, end))
    return None


def _data(action: Written) -> Mapping[str, object]:
    data = action.get("data")
    return cast("Mapping[str, object]", data) if isinstance(data, Mapping) else {}


def another_thing(
    words: Said, setting: Setting, triggers: list[Written], conditions: list[Written], actions: list[Written]
) -> Halves | None:
    """Return a draft about another thing, in the place of one that can do or say the same.

    Raises:
        UnclearError: it may be several things.
    """
    doing = _replaceable(words, setting, actions)
    telling = _replaceable(words, setting, triggers)
    if doing is None and telling is None:
        checked = _replaceable(words, setting, conditions)
        return None if checked is None else (triggers, _with(conditions, checked, setting), actions)
    if doing is not None and (telling is None or doing[1].named >= telling[1].named):
        return triggers, conditions, _with(actions, doing, setting)
    assert telling is not None
    return _with(triggers, telling, setting), conditions, actions


def _replaceable(words: Said, setting: Setting, parts: Sequence[Written]) -> tuple[Entity, Found] | None:
    """Return the thing of a routine's part that may be another one, and what that may be."""
    home, speech = setting.home, setting.speech
    best: tuple[Entity, Found] | None = None
    for part in parts:
        old = [entity for one in _ids(part) if (entity := home.entity(one)) is not None]
        if not old:
            continue
        alike = [one for one in home.entities() if not one.hidden and one.id != old[0].id and _alike(one, old[0], part)]
        same = [one for one in alike if one.domain == old[0].domain]
        kinds = partial(_kinds, frozenset({old[0].device_class or "", old[0].domain}))
        for among in (same, alike):
            found = setting.things.find(words.words, among, kinds=kinds)
            said = any(word not in speech.idle for word in words.words)
            if found is not None and said and (best is None or found.named > best[1].named):
                best = old[0], found
    return best


def _kinds(kinds: frozenset[str], _: Entity) -> frozenset[str]:
    return kinds


def _alike(one: Entity, old: Entity, part: Written) -> bool:
    if "action" in part:
        service = str(part["action"]).partition(".")[2]
        both = one.domain in _SWITCHED and old.domain in _SWITCHED and service in ("turn_on", "turn_off")
        return one.domain == old.domain or both
    return one.domain == old.domain and one.device_class == old.device_class


def _with(parts: Sequence[Written], chosen: tuple[Entity, Found], setting: Setting) -> list[Written]:
    old, found = chosen
    new = only(list(found.entities), setting)
    return [_swapped(one, old, new) if old.id in _ids(one) else one for one in parts]


def _swapped(part: Written, old: Entity, new: Entity) -> Written:
    if "action" not in part:
        return {**part, "entity_id": new.id}
    service = str(part["action"]).partition(".")[2]
    moved: Written = {"action": f"{new.domain}.{service}", "target": {"entity_id": new.id}}
    return {**part, **moved} if new.domain == old.domain else moved


def _ids(part: Written) -> list[EntityId]:
    target = part.get("target")
    inside = cast("Mapping[str, object]", target).get("entity_id") if isinstance(target, Mapping) else None
    named = part.get("entity_id") or inside
    listed = cast("Sequence[object]", named) if isinstance(named, list | tuple) else [named] if named else []
    return [EntityId(str(one)) for one in listed]
