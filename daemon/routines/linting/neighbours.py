"""Finds, among many paths, the few that one can meet: those set off by the same, and those set off by what it does."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import time

from daemon.routines.actions import Fire
from daemon.routines.linting.moments import minute_of
from daemon.routines.linting.paths import Path
from daemon.routines.linting.starting import pattern_minutes, plainly
from daemon.routines.triggers import (
    CalendarTrigger,
    EventTrigger,
    HomeTrigger,
    MqttTrigger,
    NumericTrigger,
    PatternTrigger,
    PhraseTrigger,
    RecurrenceTrigger,
    RoutineTrigger,
    StateTrigger,
    SunTrigger,
    TagTrigger,
    TemplateTrigger,
    TimeTrigger,
    WebhookTrigger,
    When,
    ZoneTrigger,
)


class Neighbours:
    """An index of paths by what sets them off."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._by: dict[str, dict[int, Path]] = {}
        for number, path in enumerate(paths):
            for signal in signals(path.trigger.when) if path.trigger is not None else ():
                self._by.setdefault(signal, {})[number] = path

    def beside(self, path: Path) -> Iterable[Path]:
        """Return the paths that may be set off by what sets this one off, itself among them."""
        return self._of(signals(path.trigger.when)) if path.trigger is not None else ()

    def behind(self, path: Path) -> Iterable[Path]:
        """Return the paths that may be set off by what this one does before any wait."""
        events = {f"event {act.do.event}" for act in path.now() if isinstance(act.do, Fire)}
        return self._of(events | {f"entity {entity}" for entity in path.last()})

    def around(self, path: Path) -> Iterable[Path]:
        """Return both, each once."""
        found = {id(each): each for each in (*self.beside(path), *self.behind(path))}
        return found.values()

    def _of(self, wanted: Iterable[str]) -> Iterable[Path]:
        found: dict[int, Path] = {}
        for signal in wanted:
            found |= self._by.get(signal, {})
        return [found[number] for number in sorted(found)]


def signals(when: When) -> frozenset[str]:
    """Return what a trigger listens to, in words; two that one thing can set off share at least one."""
    return frozenset(_signals(plainly(when)))


def _signals(when: When) -> Iterator[str]:  # a table of kinds
    match when:
        case StateTrigger() | NumericTrigger() | ZoneTrigger():
            yield from (f"entity {entity}" for entity in when.entity_id)
            if any(entity == "zone.home" or entity.startswith("person.") for entity in when.entity_id):
                yield "people"
            if "sun.sun" in when.entity_id:
                yield "sun"
        case TimeTrigger():
            yield from (f"clock {minute_of(at)}" for at in when.at if isinstance(at, time))
        case PatternTrigger():
            yield from (f"clock {minute}" for minute in pattern_minutes(when))
        case SunTrigger():
            yield "sun"
        case EventTrigger():
            yield from (f"event {event}" for event in when.event_type)
        case CalendarTrigger():
            yield from (f"entity {entity}" for entity in when.entity_id)
        case MqttTrigger():
            yield "mqtt"
        case WebhookTrigger():
            yield f"webhook {when.webhook_id}"
        case PhraseTrigger():
            yield from (f"phrase {command}" for command in when.command)
        case TagTrigger():
            yield from (f"tag {tag}" for tag in when.tag_id)
        case HomeTrigger():
            yield f"home {when.event}"
        case RoutineTrigger():
            yield from (f"routine {routine}" for routine in when.routine)
        case RecurrenceTrigger():
            yield f"rule {when.rule}"
        case TemplateTrigger():
            yield f"template {when.value_template.source}"
        case _:
            pass
