"""Reads routines from Home Assistant's automation form, in both its spellings, with our additions in the same style.

Nothing raises and nothing is dropped: what has no meaning here is named, with its place, and kept word for word.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from daemon.routines.blueprints import filled_in
from daemon.routines.expressions import Data
from daemon.routines.loading import LoadingError, loaded, raw_of, raw_of_json
from daemon.routines.model import DEFAULT_MAX, Mode, NotUnderstood, Routine, RoutineId
from daemon.routines.notation import MisreadError, data_of, flag, items_of, number
from daemon.routines.parts import PartsReader
from daemon.routines.values import Raw

_MEANINGLESS: Final = ("max_exceeded", "hide_entity", "trace", "stored_traces", "icon")
"""What stands in automations and changes nothing about what they do here."""
_KNOWN: Final = frozenset(
    (
        *("id", "alias", "description", "triggers", "trigger", "conditions", "condition", "actions", "action", "mode"),
        *("max", "variables", "trigger_variables", "enabled", "initial_state", "version"),
    )
)
_MODES: Final[dict[object, Mode]] = {
    "single": "single", "restart": "restart", "queued": "queued", "parallel": "parallel"
}  # fmt: skip
MOST_RUNS = 100


@dataclass(frozen=True, slots=True)
class Known:
    """What a household's Home Assistant knows beside its automations, as far as somebody has it."""

    entities: Mapping[str, str] = field(default_factory=dict[str, str])
    """Entities' ids by those of the entity registry, which devices' triggers are written with."""
    blueprints: Mapping[str, str] = field(default_factory=dict[str, str])
    """The texts of blueprints by their paths under ``blueprints/automation``."""


_NOTHING: Final = Known()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file of routines says."""

    routines: tuple[Routine, ...]
    not_understood: tuple[NotUnderstood, ...] = ()

    def wholly(self, routine: Routine) -> bool:
        """Say whether every part of a routine that is switched on has a meaning."""
        return all(place.harmless for place in self.not_understood if place.routine == routine.id)


def read_routines(text: str, *, known: Known = _NOTHING) -> Reading:
    """Read a YAML file of routines: a list, one alone, or a configuration with ``automation:`` in it."""
    try:
        return read_raw(loaded(text), known=known)
    except LoadingError as error:
        return Reading((), (NotUnderstood("", "", str(error)),))


def read_object(thing: object, *, known: Known = _NOTHING) -> Reading:
    """Read routines from data that is no text any more: of a request, of a database."""
    try:
        return read_raw(raw_of(thing), known=known)
    except LoadingError as error:
        return Reading((), (NotUnderstood("", "", str(error)),))


def restored_routine(text: str) -> Routine:
    """Return the routine that `writing.stored_routine` made this of.

    Raises:
        LoadingError: it is none.
    """
    try:
        reading = read_raw(raw_of_json(json.loads(text)))
    except (ValueError, RecursionError) as error:
        msg = f"a stored routine that cannot be read: {error}"
        raise LoadingError(msg) from error
    if len(reading.routines) != 1:
        msg = "a stored routine that is none"
        raise LoadingError(msg)
    return reading.routines[0]


def read_raw(raw: Raw, *, known: Known = _NOTHING) -> Reading:
    """Read routines from what `loaded` gives."""
    routines: list[Routine] = []
    report: list[NotUnderstood] = []
    taken: set[str] = set()
    for place, item in enumerate(_listed(raw)):
        where = f"[{place}]"
        if not isinstance(item, Mapping):
            report.append(NotUnderstood(where, "", f"{str(item)[:60]!r} is no routine"))
            continue
        wanted = _id_of(item, place)
        named = wanted
        while named in taken:
            named += "_2"
        taken.add(named)
        reader = PartsReader(known.entities, named)
        if named != wanted:
            reader.note("id", f"another routine is called {wanted!r} already; this one is {named!r} now", harmless=True)
        routines.append(_routine(_filled_in(item, known, reader), reader))
        report += reader.report
    return Reading(tuple(routines), tuple(report))


def _listed(raw: Raw) -> tuple[Raw, ...]:
    if not isinstance(raw, Mapping):
        return items_of(raw)
    inside = [raw[key] for key in raw if key == "automation" or key.startswith("automation ")]
    return tuple(item for each in inside for item in items_of(each)) if inside else (raw,)


def _id_of(raw: Mapping[str, Raw], place: int) -> str:
    if isinstance(raw.get("id"), str | int):
        return str(raw["id"])
    alias = raw.get("alias")
    slug = re.sub(r"[^a-z0-9]+", "_", alias.lower()).strip("_") if isinstance(alias, str) else ""
    return slug or f"routine_{place + 1}"


def _routine(raw: Mapping[str, Raw], reader: PartsReader) -> Routine:
    strange = {key: raw[key] for key in raw if key not in _KNOWN and key not in _MEANINGLESS}
    for key in sorted(strange.keys() - {"use_blueprint"}):
        reader.note(key, f"nothing is known of {key!r} here")
    if "use_blueprint" not in strange and not raw.keys() & {"triggers", "trigger"}:
        reader.note("", "nothing sets it off: there are no triggers")
    triggers, conditions, actions = (_either(raw, f"{name}s", name) for name in ("trigger", "condition", "action"))
    alias = raw.get("alias")
    return Routine(
        id=RoutineId(reader.routine),
        alias=str(alias) if isinstance(alias, str | int | float) else reader.routine,
        triggers=reader.triggers(triggers, "triggers"),
        conditions=reader.conditions(conditions, "conditions"),
        actions=reader.actions(actions, "actions"),
        description=str(raw.get("description") or ""),
        mode=_mode(raw, reader),
        max=_count(raw, "max", DEFAULT_MAX, reader),
        variables={**_variables(raw, "trigger_variables", reader), **_variables(raw, "variables", reader)},
        enabled=_is_on(raw, reader),
        version=_count(raw, "version", 1, reader),
        kept={**{key: raw[key] for key in raw if key in _MEANINGLESS}, **strange},
    )


def _filled_in(raw: Mapping[str, Raw], known: Known, reader: PartsReader) -> Mapping[str, Raw]:
    if "use_blueprint" not in raw:
        return raw
    try:
        return filled_in(raw, known.blueprints)
    except MisreadError as error:
        reader.note("use_blueprint", str(error))
        return raw


def _either(raw: Mapping[str, Raw], name: str, older: str) -> Raw:
    return raw[name] if name in raw else raw.get(older)


def _mode(raw: Mapping[str, Raw], reader: PartsReader) -> Mode:
    said = raw.get("mode", "single")
    if said not in _MODES:
        reader.note("mode", f"{said!r} is none of {', '.join(map(str, _MODES))}")
    return _MODES.get(said, "single")


def _count(raw: Mapping[str, Raw], key: str, usual: int, reader: PartsReader) -> int:
    try:
        found = int(number(raw.get(key, usual)))
    except MisreadError as error:
        reader.note(key, str(error))
        return usual
    most = MOST_RUNS if key == "max" else found
    if not 1 <= found <= most:
        reader.note(key, f"{found} is not in 1 to {most}")
        return usual
    return found


def _variables(raw: Mapping[str, Raw], key: str, reader: PartsReader) -> Mapping[str, Data]:
    given = raw.get(key)
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        reader.note(key, "no mapping of names to values")
        return {}
    found: dict[str, Data] = {}
    for name, value in given.items():
        try:
            found[name] = data_of(value)
        except MisreadError as error:
            reader.note(f"{key}.{name}", str(error))
    return found


def _is_on(raw: Mapping[str, Raw], reader: PartsReader) -> bool:
    try:
        return flag(raw.get("enabled", raw.get("initial_state", True)))
    except MisreadError as error:
        reader.note("enabled", str(error))
        return False
