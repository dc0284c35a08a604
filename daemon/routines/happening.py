"""Says whether what happened outside the states is what a trigger waits for: messages, events, sentences, comings."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache

from daemon.routines.computing import computed, filled
from daemon.routines.evaluating import Around, was_inside
from daemon.routines.triggers import (
    CalendarTrigger,
    EventTrigger,
    HomeTrigger,
    MqttTrigger,
    PhraseTrigger,
    RoutineTrigger,
    TagTrigger,
    WebhookTrigger,
    When,
    ZoneTrigger,
)
from daemon.routines.values import UNKNOWN, Value, spoken, value_of
from daemon.routines.world import (
    CalendarMoment,
    Change,
    EventFired,
    HomeTurned,
    MessageCame,
    RoutineEnded,
    Said,
    StateChanged,
    TagRead,
    WebhookCalled,
    state_value,
)
from devices.topics import fits

Data = Mapping[str, Value]
_METHODS = ("POST", "PUT")


def happened(when: When, change: Change, around: Around) -> Data | None:
    """Return the ``trigger`` variable where a change is what a trigger waits for; none where it is not."""
    match when, change:
        case ZoneTrigger(), StateChanged():
            return _crossed(when, change, around)
        case MqttTrigger(), MessageCame():
            return _message(when, change, around)
        case EventTrigger(), EventFired():
            return _event(when, change, around)
        case CalendarTrigger(), CalendarMoment():
            return _calendar(when, change)
        case WebhookTrigger(), WebhookCalled():
            return _webhook(when, change)
        case PhraseTrigger(), Said():
            return _phrase(when, change)
        case HomeTrigger(), HomeTurned() if when.event == change.event:
            return {"platform": "homeassistant", "event": change.event}
        case TagTrigger(), TagRead() if change.tag_id in when.tag_id:
            if when.device_id and change.device_id not in when.device_id:
                return None
            return {"platform": "tag", "tag_id": change.tag_id, "device_id": change.device_id}
        case RoutineTrigger(), RoutineEnded() if change.routine in when.routine and change.result in when.result:
            return {"platform": "routine", "routine": change.routine, "result": change.result}
        case _:
            return None


def _crossed(when: ZoneTrigger, change: StateChanged, around: Around) -> Data | None:
    if change.entity_id not in when.entity_id:
        return None
    before, after = (was_inside(around.world, seen, when.zone) for seen in (change.old, change.new))
    if (before, after) != ((False, True) if when.event == "enter" else (True, False)):
        return None
    return {
        "platform": "zone",
        "entity_id": change.entity_id,
        "from_state": state_value(change.entity_id, change.old),
        "to_state": state_value(change.entity_id, change.new),
        "zone": state_value(when.zone, around.world.state(when.zone)),
        "event": when.event,
    }


def _message(when: MqttTrigger, change: MessageCame, around: Around) -> Data | None:
    if not fits(when.topic, change.topic):
        return None
    try:
        whole = value_of(json.loads(change.payload))
    except (ValueError, RecursionError):
        whole = UNKNOWN
    said: Value = change.payload
    if when.value_template is not None:
        given = {**around.variables, "value": change.payload, "value_json": whole}
        said = computed(when.value_template, around.world, given, around.seed)
    if when.payload is not None and spoken(said) != when.payload:
        return None
    return {"platform": "mqtt", "topic": change.topic, "payload": change.payload, "payload_json": whole}


def _event(when: EventTrigger, change: EventFired, around: Around) -> Data | None:
    if change.event_type not in when.event_type:
        return None
    wanted = filled(dict(when.event_data), around.world, around.variables, around.seed)
    if not isinstance(wanted, Mapping) or any(not _same(change.data.get(key), item) for key, item in wanted.items()):
        return None
    event: Data = {"event_type": change.event_type, "data": change.data, "context": change.context}
    return {"platform": "event", "event": event}


def _same(found: Value, wanted: Value) -> bool:
    return found == wanted or (wanted is not UNKNOWN and spoken(found) == spoken(wanted))


def _calendar(when: CalendarTrigger, change: CalendarMoment) -> Data | None:
    if change.entity_id not in when.entity_id or (change.event, change.offset) != (when.event, when.offset):
        return None
    return {
        "platform": "calendar",
        "event": change.event,
        "entity_id": change.entity_id,
        "offset": change.offset,
        "calendar_event": change.entry,
    }


def _webhook(when: WebhookTrigger, change: WebhookCalled) -> Data | None:
    if change.webhook_id != when.webhook_id or (when.local_only and not change.local):
        return None
    if change.method.upper() not in (when.allowed_methods or _METHODS):
        return None
    name = change.webhook_id if isinstance(change.webhook_id, str) else change.webhook_id.name
    return {"platform": "webhook", "webhook_id": name, "json": change.json, "data": change.data, "query": change.query}


def _phrase(when: PhraseTrigger, change: Said) -> Data | None:
    bare = _bare(change.text)
    for command in when.command:
        found = _pattern(command).fullmatch(bare)
        if found is None and change.text != command:
            continue
        caught = {} if found is None else {name: text.strip() for name, text in found.groupdict().items() if text}
        slots: Data = {**caught, **change.slots}
        return {
            "platform": "conversation",
            "sentence": change.text,
            "slots": slots,
            "user_id": change.person,
            "area": change.area,
        }
    return None


def _bare(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s'-]+", " ", text.lower()).split())


@lru_cache(maxsize=1024)
def _pattern(command: str) -> re.Pattern[str]:
    """Return a sentence form of Home Assistant's (``[please] (open|raise) the {what}``) as a pattern."""
    marks = {"[": r"(?:\s*", "]": r"\s*)?", "(": "(?:", ")": ")", "|": "|"}
    names: set[str] = set()
    found = ""
    for token in re.findall(r"\{\w+\}|[\[\]()|]|\s+|[^\[\](){}|\s]+", command.lower()):
        if token.startswith("{"):
            name = token[1:-1]
            found += r".+?" if name in names or name[:1].isdigit() else rf"(?P<{name}>.+?)"
            names.add(name)
        elif token in marks:
            found += marks[token]
        else:
            found += r"\s*" if token.isspace() else re.escape(_bare(token))
    try:
        return re.compile(found)
    except re.error:
        return re.compile(re.escape(_bare(command)))
