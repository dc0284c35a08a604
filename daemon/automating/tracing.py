"""The steps of a run, as JSON for the trace and as words for people."""

from collections.abc import Mapping
from datetime import timedelta
from typing import assert_never

from daemon.routines.steps import (
    Asking,
    Calling,
    Checked,
    Ended,
    Firing,
    Noticing,
    Responding,
    Step,
    Stumbled,
    Waiting,
    Went,
)
from daemon.routines.values import Secret, Unknown, Value, encoded, spoken

LONGEST = 2_000
"""Characters of one value that are kept."""


def step_json(step: Step) -> Mapping[str, object]:  # a table of steps
    """Return a step as it is kept; a secret is named and never held."""
    match step:
        case Calling():
            target = {key: list(ids) for key, ids in step.target.items()}
            return {"kind": "call", "where": step.where, "action": step.action, "target": target, **_data(step.data)}
        case Waiting():
            return {"kind": "wait", "where": step.where, "for": step.kind, "until": step.deadline.isoformat()}
        case Asking():
            return {"kind": "ask", "where": step.where, "question": step.question, "until": step.deadline.isoformat()}
        case Noticing():
            told = {"message": step.message[:LONGEST], "title": step.title, "to": list(step.to)}
            return {"kind": "notice", "where": step.where, **told, "urgency": step.urgency}
        case Firing():
            return {"kind": "event", "where": step.where, "event": step.event_type, **_data(step.data)}
        case Responding():
            return {"kind": "response", "where": step.where, "response": step.response}
        case Checked():
            return {"kind": "condition", "where": step.where, "holds": step.holds}
        case Went():
            return {"kind": "way", "where": step.where, "way": step.way, **_data(step.values)}
        case Stumbled():
            return {"kind": "stumbled", "where": step.where, "why": step.why}
        case Ended():
            return {"kind": "end", "where": step.where, "result": step.result, "why": step.why}
        case _:
            assert_never(step)


def because_of(trigger: Mapping[str, Value], names: Mapping[str, str]) -> str:
    """Return what set a run off, in words: ``Hall Motion became on``; ``names`` are those of entities."""
    entity = spoken(trigger.get("entity_id")) if trigger.get("entity_id") is not None else ""
    name = names.get(entity, entity)
    match trigger.get("platform"):
        case "state" | "numeric_state" | "template" if entity:
            now = trigger.get("to_state")
            value = spoken(now.get("state")) if isinstance(now, Mapping) else "unknown"
            held = trigger.get("for")
            lasting = f" and stayed so for {held}" if isinstance(held, timedelta) else ""
            return f"{name} became {value}{lasting}"
        case "time":
            return "it was time for it"
        case "zone":
            return f"{name} {'came' if trigger.get('event') == 'enter' else 'went'}"
        case "mqtt":
            return f"a message came on {spoken(trigger.get('topic'))}"
        case "event":
            return "an event happened"
        case "calendar":
            return f"the calendar {name} says so"
        case "webhook":
            return "its web hook was called"
        case "conversation":
            return f"somebody said “{spoken(trigger.get('sentence'))}”"
        case "homeassistant":
            return "the house started"
        case "routine":
            return f"the routine {spoken(trigger.get('routine'))} ended"
        case None:
            return "it was asked for"
        case other:
            return spoken(other)


def _data(data: Mapping[str, Value]) -> Mapping[str, object]:
    return {"data": {key: encoded(_short(item)) for key, item in data.items()}} if data else {}


def _short(value: Value) -> Value:
    match value:
        case str():
            return value[:LONGEST]
        case Mapping():
            return {key: _short(item) for key, item in list(value.items())[:100]}
        case tuple():
            return tuple(_short(item) for item in value[:100])
        case Secret() | Unknown():
            return value
        case _:
            return value
