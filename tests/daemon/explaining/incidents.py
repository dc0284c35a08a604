"""Reads scripted incidents (JSON, a home as YAML) as timelines, and scores what an explanation makes of them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Final, cast
from zoneinfo import ZoneInfo

import yaml

from daemon.explaining.answering import Explanation, explain
from daemon.explaining.timeline import Event, Kind, Timeline
from daemon.routines.reading import read_routines
from daemon.routines.values import Value, value_of
from daemon.routines.world import Seen
from devices.model import Area, AreaId, Entity, EntityId
from skills.language import speaking

Json = Mapping[str, object]
_KINDS: Final[Mapping[str, Kind]] = {
    "sensor": "became",
    "state": "became",
    "sun": "became",
    "manual": "hand",
    "ha-change": "elsewhere",
    "voice": "asked",
    "dashboard": "asked",
    "action": "did",
    "action-retry": "retried",
    "action-failed": "failed",
    "refused": "refused",
    "no-ack": "silent",
    "device-message": "message",
    "confirm-asked": "confirm-asked",
    "confirm-denied": "confirm-denied",
    "confirm-timeout": "confirm-timeout",
    "unavailable": "gone",
    "available": "back",
    "unavailable-all": "all-gone",
    "available-all": "all-back",
    "broker-down": "broker-down",
    "broker-up": "broker-up",
    "routine-start": "began",
    "routine-end": "ended",
    "held": "held",
    "routines-paused": "paused",
    "routines-resumed": "resumed",
    "routine-disabled": "disabled",
    "routine-enabled": "enabled",
    "routine-edited": "edited",
    "loop-stopped": "looped",
    "entity-removed": "removed",
    "entity-renamed": "renamed",
    "clock-change": "clock-changed",
    "journal-start": "recording",
}
_WORDS: Final = ("text", "reason", "change", "trigger", "from")


def timeline_of(incident: Json, home: Json) -> Timeline:
    """Return an incident as a timeline, its things named in its language."""
    zone = ZoneInfo(str(incident["time_zone"]))
    german = incident["lang"] == "de"
    now = _at(incident["asked_at"], zone)
    routines = read_routines(str(incident["routines"])).routines
    events = [event for raw in _autumn(_list(incident["events"])) if (event := _event(raw, zone)) is not None]
    begins = events[0].at if events else now
    initial = {str(raw["entity_id"]): str(raw["state"]) for raw in _list(home["entities"])}
    initial |= {key: str(value) for key, value in _map(incident.get("initial", {})).items()}
    areas = {
        str(raw["area_id"]): Area(
            AreaId(str(raw["area_id"])),
            _name(raw, german=german),
            (_name(raw, german=not german), *_strings(raw["aliases"])),
        )
        for raw in _list(home["areas"])
    }
    return Timeline(
        now=now,
        things={str(raw["entity_id"]): _thing(raw, german=german) for raw in _list(home["entities"])},
        areas=areas,
        initial={name: Seen(value, begins) for name, value in initial.items()},
        events=tuple(events),
        routines=routines,
        contents=_contents(home),
        sun={
            "sunrise": time.fromisoformat(str(_map(incident["sun"])["sunrise"])),
            "sunset": time.fromisoformat(str(_map(incident["sun"])["sunset"])),
        },
    )


def answered(incident: Json, home: Json) -> Explanation:
    """Return what is said to an incident's question, in its language."""
    with speaking(str(incident["lang"])):
        return explain(str(incident["question"]), timeline_of(incident, home))


@dataclass(frozen=True, slots=True)
class Score:
    """How an answer compares with what is right."""

    id: str
    expected: str
    cause: bool
    """The right kind of cause, and nothing made up."""
    detail: bool
    """The thing, the routine and the person as well."""
    mentioned: bool
    """All that must be said is said."""
    blamed: bool
    """What must not be blamed is."""
    answer: Explanation

    @property
    def right(self) -> bool:
        """Whether nothing is wrong with it."""
        return self.cause and self.detail and self.mentioned and not self.blamed


def score(incident: Json, home: Json) -> Score:
    """Score the answer to one incident."""
    wanted = _map(incident["expected"])
    answer = answered(incident, home)
    found = answer.finding
    cause = "unknown" if wanted.get("unknown") else str(wanted["cause"])
    said = answer.text.casefold()
    got = {
        "entity": found.entity, "routine": found.routine, "person": found.person,
        "also_routine": found.also_routine, "by": found.by, "via": found.via,
    }  # fmt: skip
    names = {str(raw["entity_id"]): str(raw["name"]) for raw in _list(home["entities"])}
    detail = all(got[key] == wanted[key] for key in got if key in wanted)
    mentioned = all(
        any(str(word).casefold() in said for word in _strings(words)) for words in _list_of(wanted.get("must_mention"))
    )
    aliases: dict[str, str] = {routine.id: routine.alias for routine in timeline_of(incident, home).routines}
    blamed = any(
        each in (found.routine, found.entity, found.person)
        or any(name.casefold() in said for name in (aliases.get(each), names.get(each)) if name)
        for each in _strings(wanted.get("must_not_blame"))
    )
    return Score(str(incident["id"]), cause, found.cause == cause, detail, mentioned, blamed, answer)


def incidents_in(folder: Path) -> Sequence[Json]:
    """Return all incidents of a folder, in the order of their names."""
    return [cast(Json, json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.json"))]


def own_incidents(file: Path) -> Sequence[Json]:
    """Return the timelines of a file, written short: ``08:00 action light.turn_on light.bath routine=night``."""
    whole = home_in(file)
    routines = _map(whole["routines"])
    return [_written_out(raw, routines) for raw in _list(whole["timelines"])]


def _written_out(raw: Json, routines: Json) -> Json:
    day = str(raw.get("day", "2026-10-06"))
    clock, _, question = str(raw["asked"]).partition(" ")
    return {
        "id": raw["id"], "lang": raw.get("lang", "en"), "time_zone": "Europe/Vienna",
        "sun": {"sunrise": "07:00", "sunset": "18:25"}, "initial": raw.get("initial", {}),
        "routines": routines.get(str(raw.get("routines")), "[]"),
        "events": [_event_written_out(line, day) for line in _strings(raw.get("events", []))],
        "asked_at": f"{day}T{clock}", "asked_by": "person.ida", "question": question, "expected": raw["expected"],
    }  # fmt: skip


def _event_written_out(line: str, day: str) -> Json:
    clock, kind, *rest = line.split(" ")
    found: dict[str, object] = {"t": clock if "T" in clock else f"{day}T{clock}", "kind": kind}
    commands = ("voice", "dashboard", "action", "action-retry", "action-failed", "refused")
    plain = [word for word in rest if "=" not in word]
    names = ("routine",) if kind == "routine-start" else ("entity", "to")
    names = ("action", "entity") if kind in commands or kind.startswith("confirm") else names
    found |= dict(zip(names, plain, strict=False))
    for word in rest:
        key, equals, value = word.partition("=")
        outer, dot, inner = key.partition(".")
        if equals:
            found[outer] = {inner: value} if dot else value.replace("_", " ") if key in _WORDS else value
    return found


def home_in(path: Path) -> Json:
    """Return the home that incidents are over."""
    return cast(Json, yaml.safe_load(path.read_text(encoding="utf-8")))


def _event(raw: Json, zone: ZoneInfo) -> Event | None:
    kind = str(raw["kind"])
    known: Kind | None = _KINDS.get(kind)
    if kind == "restart":
        known = "stopped" if raw.get("phase") == "stop" else "started"
    if known is None:
        return None
    text = next((str(raw[key]) for key in _WORDS if raw.get(key) is not None), None)
    door = str(raw.get("by") or raw.get("where") or "") or (kind if kind in ("voice", "dashboard") else None)
    entity = raw.get("entity") or (raw.get("from") if known == "renamed" else None)
    to = raw.get("to") or raw.get("new")
    person = raw.get("person")
    if known == "elsewhere":
        context = _map(raw.get("context", {}))
        door = next((str(value) for value in context.values() if value), None)
        person = next((value for value in context.values() if str(value).startswith("person.")), None)
    if kind == "sun":
        entity, to = "sun.sun", "below_horizon" if raw.get("event") == "sunset" else "above_horizon"
    named = tuple(str(each) for each in _list_of(raw.get("routines")))
    return Event(
        at=_at(raw["t"], zone).replace(fold=int(bool(raw.get("again")))),
        kind=known,
        entity=None if entity is None else str(entity),
        to=None if to is None else str(to),
        action=_text(raw.get("action")),
        data=cast(Mapping[str, Value], value_of(raw.get("data", {}))),
        routine=_text(raw.get("routine")),
        others=named,
        script=_text(raw.get("script")),
        person=_text(person),
        door=door,
        text=text,
        until=None if raw.get("until") is None else _at(raw["until"], zone),
    )


def _autumn(events: Sequence[Json]) -> Iterator[Json]:
    """Yield events; those of the hour that comes twice, once it comes again, say so."""
    again = False
    for raw in events:
        if raw["kind"] == "clock-change" and str(raw["to"]) < str(raw["from"]):
            again = True
            yield {**raw, "t": f"{str(raw['t'])[:11]}{raw['to']}", "again": True}
        else:
            yield {**raw, "again": again}


def _thing(raw: Json, *, german: bool) -> Entity:
    return Entity(
        EntityId(str(raw["entity_id"])),
        _name(raw, german=german),
        str(raw["domain"]),
        device_class=_text(raw.get("device_class")),
        area=None if raw.get("area") is None else AreaId(str(raw["area"])),
        aliases=(_name(raw, german=not german),),
        unit=_text(raw.get("unit")),
    )


def _contents(home: Json) -> Mapping[str, tuple[tuple[str, str], ...]]:
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for name, states in _map(home["scenes"]).items():
        found[name] = tuple((entity, str(state)) for entity, state in _map(states).items())
    for name, steps in _map(home["scripts"]).items():
        pairs = [str(step).split(" ", 1) for step in _list_of(steps)]
        found[name] = tuple(
            (action.split(".")[0] if what.startswith("all") else what, action) for action, what in pairs
        )
    return found


def _name(raw: Json, *, german: bool) -> str:
    return str(raw.get("name_de" if german else "name") or raw["name"])


def _at(text: object, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(str(text)).replace(tzinfo=zone)


def _text(thing: object) -> str | None:
    return None if thing is None else str(thing)


def _map(thing: object) -> Json:
    return cast(Json, thing)


def _list(thing: object) -> Sequence[Json]:
    return cast(Sequence[Json], thing)


def _list_of(thing: object) -> Sequence[object]:
    return cast(Sequence[object], thing) if isinstance(thing, list) else ()


def _strings(thing: object) -> Sequence[str]:
    return [str(each) for each in _list_of(thing)]
