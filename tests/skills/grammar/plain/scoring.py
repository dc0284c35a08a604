"""Compares routines by what they mean: each part as one line, so that another order or spelling is no difference."""

import re
from collections.abc import Mapping, Sequence
from typing import cast

Part = Mapping[str, object]
_SECONDS = {"h": 3600, "m": 60, "s": 1}


def seconds(value: object) -> int:
    """Return a length of Home Assistant's in seconds."""
    if isinstance(value, int | float):
        return int(value)
    sign, text = (-1, str(value)[1:]) if str(value).startswith("-") else (1, str(value))
    hours, minutes, rest = (int(one) for one in text.split(":"))
    return sign * (hours * 3600 + minutes * 60 + rest)


def listed(value: object) -> list[object]:
    return list(cast("Sequence[object]", value)) if isinstance(value, list | tuple) else [value]


def triggers(parts: Sequence[Part], people: Sequence[str]) -> set[str]:
    found = {line for part in parts for line in _trigger(part)}
    away = {f"{one} -> not_home" for one in people}
    return found - away | {"zone.home -> 0"} if len(away) > 1 and away <= found else found


def _trigger(part: Part) -> list[str]:
    lasting = f" for {seconds(part['for'])}" if part.get("for") else ""
    match part.get("trigger"):
        case "state":
            to = f" -> {part['to']}" if "to" in part else f" <- {part['from']}" if "from" in part else ""
            return [f"{one}{to}{lasting}" for one in listed(part["entity_id"])]
        case "numeric_state":
            return [f"{_limits(part)}{lasting}"]
        case "time":
            return [f"at {one}" for one in listed(part["at"])]
        case "sun":
            offset = seconds(part.get("offset", 0))
            return [f"{part['event']}{offset:+}" if offset else str(part["event"])]
        case "conversation":
            return [f"says {one}" for one in listed(part["command"])]
        case "time_pattern":
            unit = next(one for one in ("hours", "minutes", "seconds") if one in part)
            return [f"every {int(str(part[unit]).strip('/')) * _SECONDS[unit[0]]}"]
        case _:
            return [str(dict(part))]


def _limits(part: Part) -> str:
    above = f" > {part['above']}" if "above" in part else ""
    below = f" < {part['below']}" if "below" in part else ""
    return f"{part['entity_id']}{above}{below}"


def conditions(parts: Sequence[Part], people: Sequence[str]) -> set[str]:
    found = {line for part in parts for line in _condition(part, people)}
    away = {f"{one} = not_home" for one in people}
    return found - away | {"zone.home = 0"} if len(away) > 1 and away <= found else found


def _condition(part: Part, people: Sequence[str]) -> list[str]:
    match part.get("condition"):
        case "state" if part.get("entity_id") == "sun.sun":
            return ["sun below" if part["state"] == "below_horizon" else "sun above"]
        case "state":
            return [f"{one} = {part['state']}" for one in listed(part["entity_id"])]
        case "numeric_state":
            return [_limits(part)]
        case "sun":
            dark = part.get("after") == "sunset" or part.get("before") == "sunrise"
            return ["sun below" if dark else "sun above"]
        case "time":
            return _time(part)
        case "trigger":
            return [str(part["id"])]
        case "or" | "not" | "and" as kind:
            inner = conditions(cast("Sequence[Part]", part["conditions"]), people)
            return sorted(inner) if kind == "and" else [f"{kind}({' | '.join(sorted(inner))})"]
        case _:
            return ["template"]


def _time(part: Part) -> list[str]:
    found = [f"weekday {','.join(str(one) for one in listed(part['weekday']))}"] if "weekday" in part else []
    if "after" in part or "before" in part:
        found.append(f"time {part.get('after', '')}-{part.get('before', '')}")
    return found


def actions(parts: Sequence[Part], people: Sequence[str]) -> list[str]:
    """Return the lines of actions, those between two waits in one order."""
    done: list[str] = []
    row: list[str] = []
    for part in parts:
        lines = _action(part, people)
        if "delay" in part or "wait_for_trigger" in part:
            done, row = [*done, *sorted(row), *lines], []
        else:
            row += lines
    return [*done, *sorted(row)]


def _action(part: Part, people: Sequence[str]) -> list[str]:
    if "delay" in part:
        return [f"delay {seconds(part['delay'])}"]
    if "wait_for_trigger" in part:
        return [f"until {line}" for line in sorted(triggers(cast("Sequence[Part]", part["wait_for_trigger"]), people))]
    if "repeat" in part:
        repeat = cast("Part", part["repeat"])
        inner = actions(cast("Sequence[Part]", repeat["sequence"]), people)
        return [f"repeat {repeat['count']}: {'; '.join(inner)}"]
    if "if" in part:
        tests = conditions(cast("Sequence[Part]", part["if"]), people)
        then, other = (actions(cast("Sequence[Part]", part.get(key, [])), people) for key in ("then", "else"))
        return [f"if {sorted(tests)}: {then} else {other}"]
    service = str(part["action"])
    data = cast("Part", part.get("data") or {})
    if service.startswith(("notify.", "tts.")):
        where = f" {data['media_player_entity_id']}" if "media_player_entity_id" in data else ""
        return [f"{service.replace('.', ' ').replace('tts speak', 'speak')}{where}"]
    extra = "".join(f" {key}={value}" for key, value in sorted(data.items()))
    target = cast("Part", part.get("target") or {})
    return [f"{service} {one}{extra}" for one in sorted(str(one) for one in listed(target.get("entity_id")))]


def messages(parts: object) -> str:
    """Return all that a routine tells, in one text."""
    if isinstance(parts, Mapping):
        own = cast("Part", parts)
        return " ".join(str(v) if k == "message" else messages(v) for k, v in own.items())
    return " ".join(messages(one) for one in cast("Sequence[object]", parts)) if isinstance(parts, list | tuple) else ""


def words_wanted(parts: object) -> list[str]:
    """Return the words that the messages of an expected routine must have."""
    if isinstance(parts, Mapping):
        own = cast("Part", parts)
        if "has" in own:
            return [str(one) for one in listed(own["has"])]
        return [word for value in own.values() for word in words_wanted(value)]
    if isinstance(parts, list):
        return [word for one in cast("list[object]", parts) for word in words_wanted(one)]
    return []


def lines(definition: Part, people: Sequence[str]) -> tuple[set[str], set[str], list[str]]:
    """Return what sets a routine off, what must be so beside what a trigger says already, and what it does."""
    started = triggers(cast("Sequence[Part]", definition["triggers"]), people)
    limited = conditions(cast("Sequence[Part]", definition["conditions"]), people)
    said = {re.sub(r" for \d+$", "", one).replace(" -> ", " = ") for one in started}
    return started, limited - said, actions(cast("Sequence[Part]", definition["actions"]), people)
