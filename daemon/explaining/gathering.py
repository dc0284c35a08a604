"""Makes a timeline of what a running house has on record: journal, history, and the traces of routines."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Final, cast

from daemon.explaining.timeline import Event, Kind, Timeline
from daemon.history.recording import OURS, Kept, Recording
from daemon.history.standing import BROKER, RUNS, STANDING, breaks
from daemon.journal.entry import NO_TO, NOBODY_ANSWERED, Entry
from daemon.journal.entry import Kind as EntryKind
from daemon.notify.reading import HeldBack
from daemon.routines.model import Routine
from daemon.routines.triggers import SunEvent
from daemon.routines.values import Value, value_of
from daemon.routines.world import Seen
from devices.home import Home
from devices.model import State
from skills.model import Origin, Verdict

_PEOPLE: Final = frozenset({Origin.VOICE, Origin.TEXT, Origin.DASHBOARD, Origin.MODEL, Origin.MCP})
_CAME_OF_IT: Final[Mapping[Verdict, Kind]] = {
    Verdict.REFUSED: "refused",
    Verdict.FAILED: "failed",
    Verdict.UNCONFIRMED: "silent",
    Verdict.WAITING: "confirm-asked",
}
_SWITCHES: Final[Mapping[str, Kind]] = {
    "routine.disable": "disabled",
    "routine.enable": "enabled",
    "routine.edit": "edited",
}
_LOOPS: Final = ("loop", "depth")
"""The limits that a routine meets which leads to itself; see `daemon.automating.limits`."""
_RUNS_OF: Final = "routine/"
"""The ids of causes begin so that are runs of routines; behind the run's own comes which of its calls it is."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What there is to make a timeline of."""

    home: Home
    now: datetime
    """In the zone of the house."""
    entries: Sequence[Entry] = ()
    """Of the journal, oldest first."""
    recording: Recording | None = None
    """None where no history is kept."""
    traces: Sequence[Mapping[str, object]] = ()
    """Runs of routines as `daemon.automating` tells of them."""
    routines: tuple[Routine, ...] = ()
    sun: Callable[[SunEvent], datetime | None] = lambda _event: None
    held: Sequence[HeldBack] = ()
    """Notices that were not told when they were raised, oldest first."""
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """What people are called, by their ids."""


def gathered(sources: Sources) -> Timeline:
    """Return a timeline of all that, in the order of time."""
    home, now = sources.home, sources.now
    runs = {str(run["id"]): str(run["routine"]) for run in sources.traces}
    events = [*_of_entries(sources, runs), *_of_traces(sources.traces), *_of_history(sources.recording)]
    events += [_of_held(one, runs) for one in sources.held]
    events = [event for event in events if event.at <= now]
    initial: dict[str, Seen] = {}
    if sources.recording is None:
        initial |= {one.id: seen for one in home.entities() if (seen := _seen(home.state(one.id), now)) is not None}
    else:
        before = [kept for kept in sources.recording.before.values() if kept.entity not in STANDING]
        initial |= {kept.entity: Seen(kept.value, kept.at, kept.attributes) for kept in before if kept.value}
    sun: dict[SunEvent, time] = {
        event: at.astimezone(now.tzinfo).time() for event in _SUN if (at := sources.sun(event)) is not None
    }
    return Timeline(
        now,
        {one.id: one for one in home.entities()},
        {area.id: area for area in home.areas()},
        initial,
        tuple(sorted(events, key=lambda event: event.at)),
        sources.routines,
        sun=sun,
    )


_SUN: Final[tuple[SunEvent, ...]] = ("sunrise", "sunset")


def _of_entries(sources: Sources, runs: Mapping[str, str]) -> Iterator[Event]:
    wishes = {entry.id: entry for entry in sources.entries if entry.kind is EntryKind.WISH}
    for entry in sources.entries:
        wish = wishes.get(entry.ref) if entry.ref is not None else None
        match entry.kind:
            case EntryKind.WISH:
                yield from _calls(entry, entry, "asked" if entry.cause.origin in _PEOPLE else "did", sources, runs)
            case EntryKind.OUTCOME if wish is not None:
                yield from _came_of_it(entry, wish, sources, runs)
            case EntryKind.NOTE if wish is not None:
                yield from _settled(entry, wish, sources, runs)
            case _:
                pass


def _settled(entry: Entry, wish: Entry, sources: Sources, runs: Mapping[str, str]) -> Iterator[Event]:
    """Yield that a yes which was waited for did not come."""
    if entry.what.startswith(NO_TO):
        said_no = sources.names.get(entry.cause.person or "", entry.cause.person)
        yield from (replace(event, person=said_no) for event in _calls(wish, entry, "confirm-denied", sources, runs))
    elif entry.what.startswith(NOBODY_ANSWERED):
        yield from _calls(wish, entry, "confirm-timeout", sources, runs)


def _came_of_it(entry: Entry, wish: Entry, sources: Sources, runs: Mapping[str, str]) -> Iterator[Event]:
    kind = _SWITCHES.get(entry.effect)
    arguments = wish.body.get("arguments")
    if entry.effect == "routine.add" and entry.verdict is Verdict.DONE and isinstance(arguments, Mapping):
        off = cast("Mapping[str, object]", arguments).get("off")
        for routine in cast("list[str]", off) if isinstance(off, list) else ():
            yield Event(entry.at, "disabled", routine=routine, person=_person(entry, sources), door=_door(entry))
    if kind is not None and entry.verdict is Verdict.DONE and isinstance(arguments, Mapping):
        who = _person(entry, sources)
        yield Event(entry.at, kind, routine=str(arguments.get("id", "")), person=who, door=_door(entry))  # pyright: ignore[reportUnknownArgumentType] - arguments are JSON
    found = None if entry.verdict is None else _CAME_OF_IT.get(entry.verdict)
    if found is not None:
        yield from _calls(wish, entry, found, sources, runs)


def _calls(wish: Entry, entry: Entry, kind: Kind, sources: Sources, runs: Mapping[str, str]) -> Iterator[Event]:
    """Yield what a wish was about, once for each of its things."""
    arguments = value_of(wish.body.get("arguments"))
    service = arguments.get("service") if isinstance(arguments, Mapping) else None
    data: Value = arguments.get("data") if isinstance(arguments, Mapping) else None
    if not isinstance(service, str):
        return
    run = _run_of(wish.cause.id)
    for target in wish.targets:
        yield Event(
            entry.at,
            kind,
            target,
            action=f"{target.partition('.')[0]}.{service}",
            data=data if isinstance(data, Mapping) else {},
            routine=runs.get(run) if wish.cause.origin is Origin.ROUTINE else None,
            person=_person(wish, sources),
            door=_door(wish),
            text=(entry.detail or None) if entry is not wish else wish.cause.said,
        )


def _of_held(held: HeldBack, runs: Mapping[str, str]) -> Event:
    routine = runs.get(_run_of(held.cause))
    return Event(held.at, "held", action="notify", routine=routine, text=held.why, until=held.until)


def _run_of(cause: str) -> str:
    return cause.removeprefix(_RUNS_OF).partition("/")[0]


def _person(entry: Entry, sources: Sources) -> str | None:
    person = entry.cause.person
    return None if person is None else sources.names.get(person, person)


def _door(entry: Entry) -> str:
    return "voice" if entry.cause.origin in (Origin.VOICE, Origin.TEXT) else str(entry.cause.origin)


def _of_traces(traces: Iterable[Mapping[str, object]]) -> Iterator[Event]:
    for run in traces:
        at, routine = datetime.fromisoformat(str(run["began_at"])), str(run["routine"])
        if run.get("result") == "declined":
            origin: Mapping[str, object] = json.loads(str(run.get("cause") or "{}"))
            if origin.get("guard") in _LOOPS:
                chain = cast("Sequence[str]", origin.get("chain", ()))
                others = tuple(one for one in dict.fromkeys(chain) if one != routine)
                yield Event(at, "looped", routine=routine, others=others)
            elif origin.get("guard"):
                yield Event(at, "declined", routine=routine, text=str(run.get("why") or "") or None)
            continue
        if run.get("waits"):
            continue
        yield Event(at, "began", routine=routine)
        if run.get("ended_at") is not None:
            yield Event(datetime.fromisoformat(str(run["ended_at"])), "ended", routine=str(run["routine"]))


def _of_history(recording: Recording | None) -> Iterator[Event]:
    if recording is None:
        return
    yield from _of_standing(recording)
    was: dict[str, str | None] = {kept.entity: kept.value for kept in recording.before.values()}
    for kept in recording.changes:
        if kept.entity in STANDING:
            continue
        if kept.value != "unknown":
            yield _of_change(kept, was.get(kept.entity))
        was[kept.entity] = kept.value


def _of_standing(recording: Recording) -> Iterator[Event]:
    """Yield when Hearth stopped and started, and when the broker went and came back."""
    earlier = recording.before.get(RUNS)
    beats = [*([earlier] if earlier is not None else []), *(kept for kept in recording.changes if kept.entity == RUNS)]
    for before, after in breaks(beats):
        yield Event(before.at, "stopped")
        yield Event(after.at, "started")
    was_up = (earlier := recording.before.get(BROKER)) is None or earlier.value == "on"
    for kept in recording.changes:
        if kept.entity == BROKER and (up := kept.value == "on") is not was_up:
            was_up = up
            yield Event(kept.at, "broker-up" if up else "broker-down")


def _of_change(kept: Kept, before: str | None) -> Event:
    if kept.value is None:
        return Event(kept.at, "removed", kept.entity)
    if kept.value == "unavailable":
        return Event(kept.at, "gone", kept.entity)
    kind: Kind = "became" if kept.by in (None, OURS) else "elsewhere"
    if before in ("unavailable", "unknown"):
        kind = "back"
    return Event(kept.at, kind, kept.entity, kept.value, door=None if kept.by == OURS else kept.by)


def _seen(state: State | None, now: datetime) -> Seen | None:
    if state is None or (state.reports == 0 and state.available):
        return None
    return Seen(state.value if state.available else "unavailable", state.changed_at or now)
