"""What is told of us on our topics: the state of each entity and its attributes, as JSON."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from daemon.conversation import Answer
from daemon.muting import HOUSE, Muting
from daemon.notify.model import Notice
from daemon.presenting.device import LONGEST_STATE, STAGES, Room
from daemon.supervise import Condition, HealthTable
from devices.model import HomeView
from skills.model import PersonId, Utterance
from skills.views import AgendaView, Appointment, Kind, NoticesView

WORDY = frozenset({"last_utterance", "last_answer", "last_notice", "next_due"})
"""What holds words of people: the broker keeps none of it."""
HEALTH_EVERY = timedelta(seconds=30)
"""Asking every part how it is takes milliseconds."""
LONGEST_TEXT = 2_000
MOST_LISTED = 20
_BUSIEST: Sequence[str] = ("speaking", "thinking", "listening", "follow-up", "idle", "muted", "away")

Stages = Callable[[], Iterable[tuple[str, str]]]
"""Returns the key of its room and the stage of each satellite; a stage is one of `STAGES`."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What is asked."""

    home: HomeView
    agenda: AgendaView
    notices: NoticesView
    table: HealthTable
    muting: Muting
    stages: Stages
    now: Callable[[], datetime]
    zone: ZoneInfo
    person: PersonId | None = None
    """Whose peace is shown: who lives alone; else nobody's in particular, but that of the house."""


class Facts:
    """Puts together what is told; remembers what was said, answered and noticed last."""

    def __init__(self, sources: Sources, rooms: Sequence[Room], *, words: bool) -> None:
        """Without ``words`` nothing is told that people said, or that they are told or reminded of."""
        self._sources, self._rooms, self._words = sources, tuple(rooms), words
        self._last: dict[str, bytes] = {}
        """What is not told yet is unknown there: a null is a text, or a warning, to Home Assistant 2024.3."""
        self._health: tuple[datetime, bytes] | None = None

    def read(self) -> Mapping[str, bytes]:
        """Return the payload of each topic of ours, by its last level."""
        sources, muting = self._sources, self._sources.muting
        quiet = sources.notices.undisturbed_until(sources.person)
        switches = {
            "listening": told("OFF" if muting.is_muted(HOUSE) else "ON"),
            "do_not_disturb": told("OFF" if quiet is None else "ON", until=self._local(quiet)),
            **{f"mute_{room.key}": told("ON" if muting.is_muted(room.key) else "OFF") for room in self._rooms},
        }
        counted = self._due()
        return {**self._last, **counted, **self._stages(), **switches, "health": self._healthy()}

    def said(self, utterance: Utterance, answer: Answer) -> None:
        """Remember what was said, and how it ended."""
        attributes = self.told_of(utterance, answer)
        shown = utterance.text if self._words else answer.status.value
        self._last["last_utterance"] = told(shown, **attributes)

    def told_of(self, utterance: Utterance, answer: Answer) -> Mapping[str, object]:
        """Return what may be known of an utterance."""
        area = self._sources.home.area(utterance.area) if utterance.area is not None else None
        words = {"text": utterance.text, "reply": answer.reply[:LONGEST_TEXT]} if self._words else {}
        return {
            **words,
            "room": area.name if area is not None else utterance.area,
            "person": utterance.cause.person,
            "status": answer.status,
            "origin": utterance.cause.origin,
            "at": self._local(utterance.said_at),
        }

    def answered(self, question: str, answer: Answer, reference: object) -> None:
        """Remember what was answered to somebody who asked here: it is theirs, so the words are told in any case."""
        self._last["last_answer"] = told(
            answer.reply,
            text=answer.reply[:LONGEST_TEXT],
            question=question,
            status=answer.status,
            id=reference,
            at=self._local(self._sources.now()),
        )

    def noticed(self, notice: Notice) -> None:
        """Remember what people were told."""
        shown = notice.text if self._words else notice.kind
        self._last["last_notice"] = told(shown, **self.told_of_notice(notice))

    def told_of_notice(self, notice: Notice) -> Mapping[str, object]:
        """Return what may be known of a notice."""
        area = self._sources.home.area(notice.area) if notice.area is not None else None
        return {
            **({"text": notice.text[:LONGEST_TEXT]} if self._words else {}),
            "kind": notice.kind,
            "urgency": notice.urgency.name.lower(),
            "room": area.name if area is not None else notice.area,
            "at": self._local(notice.at),
        }

    def _due(self) -> Mapping[str, bytes]:
        agenda = self._sources.agenda
        timers = agenda.open(Kind.TIMER)
        waiting = [one for kind in Kind for one in agenda.open(kind) if one.paused_left_s is None and not one.on]
        first = min(waiting, key=lambda one: one.at, default=None)
        listed = [self._local(one.at) for one in timers[:MOST_LISTED] if one.paused_left_s is None]
        told_of = {"open_timers": told(len(timers), due=listed)}
        if first is not None:
            self._last["next_due"] = told(self._local(first.at), kind=first.kind, **self._named(first))
        elif "next_due" in self._last:
            self._last["next_due"] = told(None)
        return told_of

    def _named(self, one: Appointment) -> Mapping[str, object]:
        # Home Assistant lets nobody set an attribute called "name".
        return {"called": one.name, "text": one.text} if self._words else {}

    def _stages(self) -> Mapping[str, bytes]:
        muting = self._sources.muting
        stages: dict[str, list[str]] = {}
        for key, stage in self._sources.stages():
            stages.setdefault(key, []).append(stage)

        def of(found: Iterable[str], *, muted: bool) -> bytes:
            there = [stage for stage in found if stage in STAGES]
            stage = min(there, key=_BUSIEST.index, default="idle")
            return told("muted" if muted and stage == "idle" else stage)

        whole = muting.is_muted(HOUSE)
        rooms = {
            f"state_{room.key}": of(stages.get(room.key, ["away"]), muted=whole or muting.is_muted(room.key))
            for room in self._rooms
        }
        return {**rooms, "state": of([stage for each in stages.values() for stage in each], muted=whole)}

    def _healthy(self) -> bytes:
        now = self._sources.now()
        if self._health is None or not timedelta(0) <= now - self._health[0] < HEALTH_EVERY:
            worse = [row for row in self._sources.table.rows() if row.condition is Condition.DEGRADED]
            problems = {row.part: row.detail[:LONGEST_STATE] for row in worse[:MOST_LISTED]}
            self._health = now, told(Condition.DEGRADED if worse else Condition.FINE, problems=problems)
        return self._health[1]

    def _local(self, at: datetime | None) -> str | None:
        return at.astimezone(self._sources.zone).isoformat(timespec="seconds") if at is not None else None


def told(state: str | int | None, **attributes: object) -> bytes:
    """Return a payload; ``None`` is a state that nobody knows."""
    shown = state[: LONGEST_STATE - 1] + "…" if isinstance(state, str) and len(state) > LONGEST_STATE else state
    return json.dumps({"state": shown, "attributes": attributes}, ensure_ascii=False).encode("utf-8", "replace")
