"""What the command line can ask of the running daemon: the operations behind the control socket."""

import base64
import binascii
from collections.abc import AsyncGenerator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from os import getpid
from typing import cast
from zoneinfo import ZoneInfo

from daemon.agenda import Agenda
from daemon.clock import Clock
from daemon.control import ControlError, Operation, Request, Stream
from daemon.conversation import Answer, Conversation, Status
from daemon.household import Household
from daemon.journal import Entry, Journal
from daemon.listening import Ears, Heard
from daemon.notices import Notices
from daemon.notify.reading import Reading
from daemon.reminders import called
from daemon.rooms import Answering, Place
from daemon.schedule import Due
from daemon.supervise import HealthTable
from devices.home import Home
from devices.homefile import to_home_file
from devices.model import AreaId, Entity
from skills.actions import forget_learned, notice_reset, undo
from skills.model import Action, Cause, Origin, Outcome, PersonId, Reply, SkillError
from skills.views import Appointment, CalendarView, Kind, LearnedView
from voice.model import NoSpeech, NotUnderstood, VoiceError

MOST_ENTRIES = 100_000
"""Entries of the journal in one answer."""
MOST_DAYS = 366
"""Days of the calendars in one answer."""

MOST_NOTICES = 10_000
"""Notices in one answer."""


class Operations:
    """Turns requests of the control socket into what the parts of the daemon offer."""

    def __init__(
        self,
        home: Home,
        household: Household,
        conversation: Conversation,
        journal: Journal,
        *,
        ears: Ears,
        notices: Notices,
        told: Reading,
        agenda: Agenda,
        learning: LearnedView,
        calendar: CalendarView,
        table: HealthTable,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._home, self._household, self._conversation = home, household, conversation
        self._journal, self._ears = journal, ears
        self._table, self._clock, self._zone = table, clock, zone
        self._told = told
        self._notices, self._agenda, self._calendar = notices, agenda, calendar
        self._learning = learning

    def operations(self, origin: Origin = Origin.TEXT) -> Mapping[str, Operation]:
        """Return what can be asked for, by name; what is wished for in writing comes through the door ``origin``."""
        return {
            "ready": self._ready,
            "ask": partial(self._ask, origin),
            "listen": self._listen,
            "devices": self._devices,
            "home": self._home_file,
            "health": self._health,
            "journal": self._entries,
            "journal.verify": self._verify,
            "due": self._due,
            "lists": self._lists,
            "notices": self._told_lately,
            "notices.budget": self._allowances,
            "notices.reset": partial(self._reset_allowances, origin),
            "learned": self._learned,
            "learned.forget": partial(self._forget, origin),
            "explain": self._explain,
            "calendar": self._events,
            "undo": partial(self._undo, origin),
            "why": self._why,
        }

    def streams(self) -> Mapping[str, Stream]:
        """Return what can be followed, by name."""
        return {"journal.follow": self._follow, "notices.follow": self._follow_notices}

    async def _ready(self, request: Request) -> object:
        del request
        return {"pid": getpid()}

    async def _ask(self, origin: Origin, request: Request) -> object:
        text = _text(request, "text")
        answer = await self._answered(text, request, origin)
        return answer_json(text, answer)

    async def _answered(self, text: str, request: Request, origin: Origin) -> Answer:
        language = _perhaps(request, "language")
        try:
            return await self._conversation.answer(
                text,
                origin=origin,
                area=self._area(request),
                person=self._person(request),
                language=language,
            )
        except SkillError as error:
            raise ControlError("unknown-language", str(error), "use a code such as en or de") from error

    async def _listen(self, request: Request) -> object:
        try:
            sound = base64.b64decode(_text(request, "wav"), validate=True)
        except binascii.Error as error:
            raise ControlError("bad-request", f"'wav' is not base64: {error}") from error
        area, language = self._area(request), _perhaps(request, "language")
        place = Place(area, self._person(request), language)
        house = Answering(self._conversation, self._home, place, speaks=bool(request.get("speak")))
        try:
            heard = await self._ears.hear(
                sound,
                _text(request, "name"),
                house,
                area=area,
                speaks=bool(request.get("speak")),
                realtime=bool(request.get("realtime")),
            )
        except VoiceError as error:
            raise ControlError(error.code, str(error)) from error
        wav = base64.b64encode(heard.sound).decode() if heard.sound else None
        if house.last is None:
            return self._nothing_heard(heard, wav)
        text, turn = house.last
        timings_ms = {**heard.timings_ms, **{f"answer.{stage}": ms for stage, ms in turn.timings_ms.items()}}
        transcript = heard.turn.transcript
        confidence = transcript.confidence if transcript is not None else 0.0
        return {**answer_json(text, turn), "confidence": confidence, "timings_ms": timings_ms, "wav": wav}

    def _nothing_heard(self, heard: Heard, wav: str | None) -> object:
        problem = heard.turn.problem
        if problem is not None and not isinstance(problem, NoSpeech | NotUnderstood):
            raise ControlError(problem.code, str(problem)) from problem
        nothing = answer_json("", Answer(str(problem or "nothing was heard"), Status.NOT_UNDERSTOOD))
        return {**nothing, "confidence": 0.0, "timings_ms": heard.timings_ms, "wav": wav}

    async def _devices(self, request: Request) -> object:
        del request
        return [self._row(entity) for entity in self._home.entities()]

    def _row(self, entity: Entity) -> Mapping[str, object]:
        state = self._home.state(entity.id)
        area = self._home.area(entity.area) if entity.area else None
        return {
            "id": entity.id,
            "name": entity.name,
            "domain": entity.domain,
            "device_class": entity.device_class,
            "area": area.name if area else None,
            "aliases": entity.aliases,
            "unit": entity.unit,
            "hidden": entity.hidden,
            "state": state.value if state else None,
            "attributes": dict(state.attributes) if state else {},
            "available": bool(state and state.available),
            "seen_at": _iso(state.seen_at, self._zone) if state else None,
        }

    async def _home_file(self, request: Request) -> object:
        import yaml

        del request
        text: str = yaml.safe_dump(to_home_file(self._home), allow_unicode=True, sort_keys=False)
        return text

    async def _health(self, request: Request) -> object:
        del request
        return [asdict(row) for row in self._table.rows()]

    async def _entries(self, request: Request) -> object:
        entries = await self._journal.entries(limit=_number(request, "limit", 50, most=MOST_ENTRIES))
        return [self._entry(entry) for entry in entries]

    async def _follow(self, request: Request) -> AsyncGenerator[object]:
        del request
        async for entry in self._journal.follow():
            yield self._entry(entry)

    async def _follow_notices(self, request: Request) -> AsyncGenerator[object]:
        del request
        async for notice in self._notices.follow():
            yield {
                "text": notice.text,
                "kind": notice.kind,
                "at": _iso(notice.at, self._zone),
                "late": notice.late,
                "area": notice.area,
                "cause": cause_json(notice.cause),
            }

    async def _due(self, request: Request) -> object:
        wanted = request.get("kind")
        kinds = [kind for kind in Kind if wanted in (None, kind.value)]
        if not kinds:
            raise ControlError("bad-request", f"there is no kind {wanted!r}", f"use one of {', '.join(Kind)}")
        rows = [self._appointment(one) for kind in kinds for one in self._agenda.open(kind)]
        aside = [due for due in self._agenda.aside() if wanted in (None, due.kind)]
        return [*rows, *(self._set_aside(due) for due in aside)]

    def _set_aside(self, due: Due) -> Mapping[str, object]:
        return {
            "id": due.id,
            "kind": due.kind,
            "at": _iso(due.at, self._zone),
            "name": due.name,
            "text": called(due),
            "command": None,
            "rule": due.rule,
            "left_s": 0.0,
            "aside": True,
        }

    def _appointment(self, one: Appointment) -> Mapping[str, object]:
        area = self._home.area(one.area) if one.area else None
        left_s = (one.at - self._clock.now()).total_seconds() if one.paused_left_s is None else one.paused_left_s
        return {
            **asdict(one),
            "at": _iso(one.at, self._zone) if one.paused_left_s is None else None,
            "left_s": round(max(0.0, left_s), 3),
            "area": area.name if area else one.area,
            "aside": False,
        }

    async def _lists(self, request: Request) -> object:
        name = request.get("list")
        return [asdict(item) for item in await self._agenda.items(name if isinstance(name, str) else None)]

    async def _events(self, request: Request) -> object:
        days = _number(request, "days", 7, most=MOST_DAYS)
        person, now = self._person(request), self._clock.now().astimezone(self._zone)
        notes = self._calendar.calendars(person=person)
        found = await self._calendar.events(now, now + timedelta(days=days), person=person)
        zone = self._zone
        return {
            "calendars": [{**asdict(note), "as_of": _iso(note.as_of, zone)} for note in notes],
            "events": [
                {**asdict(event), "begins": _iso(event.begins, zone), "ends": _iso(event.ends, zone)} for event in found
            ],
        }

    async def _learned(self, request: Request) -> object:
        del request
        return [{**asdict(one), "at": _iso(one.at, self._zone)} for one in self._learning.learned()]

    async def _forget(self, origin: Origin, request: Request) -> object:
        number = request.get("id")
        if not isinstance(number, int) or isinstance(number, bool):
            raise ControlError("bad-request", "'id' must be a number", "see: hearth learned")
        known = next((one for one in self._learning.learned() if one.id == number), None)
        if known is None:
            raise ControlError("unknown-lesson", f"nothing learned has the number {number}", "see: hearth learned")
        said, reply = f"hearth learned forget {number}", Reply(f"I forgot “{known.words}”.", [forget_learned(number)])
        answer = await self._conversation.carry_out(reply, origin=origin, person=self._person(request), said=said)
        return answer_json(said, answer)

    async def _explain(self, request: Request) -> object:
        language = _perhaps(request, "language")
        return await self._conversation.explain(_text(request, "text"), area=self._area(request), language=language)

    async def _told_lately(self, request: Request) -> object:
        rows = await self._told.recent(_number(request, "limit", 50, most=MOST_NOTICES))
        return [_zoned(row, self._zone) for row in rows]

    async def _allowances(self, request: Request) -> object:
        person = self._person(request)
        people = [person] if person is not None else list(self._household.people)
        return [{"person": one, **asdict(each)} for one in people for each in self._told.allowances(one)]

    async def _reset_allowances(self, origin: Origin, request: Request) -> object:
        said, reply = "hearth notices reset", Reply("I learn anew how many notices you get.", [notice_reset()])
        answer = await self._conversation.carry_out(reply, origin=origin, person=self._person(request), said=said)
        return answer_json(said, answer)

    def _entry(self, entry: Entry) -> Mapping[str, object]:
        return {
            "id": entry.id,
            "at": _iso(entry.at, self._zone),
            "kind": entry.kind,
            "what": entry.words,
            "effect": entry.effect,
            "targets": entry.targets,
            "verdict": entry.verdict,
            "ref": entry.ref,
            "cause": cause_json(entry.cause),
            "body": entry.body,
            "hash": entry.hash,
        }

    async def _verify(self, request: Request) -> object:
        del request
        return asdict(await self._journal.verify())

    async def _undo(self, origin: Origin, request: Request) -> object:
        since = _perhaps(request, "since")
        reply = Reply("I took that back.", [undo(self._time(since).isoformat() if since is not None else None)])
        said = "hearth undo" if since is None else f"hearth undo --since {since}"
        answer = await self._conversation.carry_out(reply, origin=origin, person=self._person(request), said=said)
        return answer_json(said, answer)

    async def _why(self, request: Request) -> object:
        words = _perhaps(request, "entity")
        if words is None:
            return [self._happening(entry) for entry in (await self._journal.recent(limit=1))]
        entity = self._named(words)
        return [self._entry(entry) for entry in await self._journal.why(entity.id)]

    def _happening(self, happening: object) -> Mapping[str, object]:
        row = asdict(happening)  # type: ignore[call-overload]  # a frozen dataclass
        return {**row, "at": _iso(row["at"], self._zone)}

    def _named(self, words: str) -> Entity:
        found = [e for e in self._home.entities() if e.id == words] or list(self._home.find(name=words))
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(entity.id for entity in found)
            raise ControlError("entity-ambiguous", f"several things are called {words!r}: {ids}", "give one of the ids")
        near = [entity.name for entity in self._home.near(words)]
        remedy = f"did you mean {near[0]!r}?" if near else "see: hearth devices"
        raise ControlError("unknown-entity", f"nothing is called {words!r}", remedy)

    def _area(self, request: Request) -> AreaId | None:
        words = _perhaps(request, "area")
        if words is None or not words.strip():
            return None
        area = self._home.area_named(words)
        if area is None:
            rooms = ", ".join(area.name for area in self._home.areas()) or "none is configured"
            raise ControlError("unknown-area", f"there is no room {words!r}", f"rooms: {rooms}")
        return area.id

    def _person(self, request: Request) -> PersonId | None:
        words = _perhaps(request, "person")
        if words is None or not words.strip():
            return None
        person = self._household.person_named(words)
        if person is None:
            raise ControlError("unknown-person", f"nobody here is called {words!r}", "add them under [[people]]")
        return person.id

    def _time(self, words: str) -> datetime:
        """Return the time that ``--since`` names: ``18:30`` is the last time it was so, else ISO 8601."""
        now = self._clock.now().astimezone(self._zone)
        try:
            hour, minute = (int(part) for part in words.split(":"))
            at = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        except ValueError:
            pass
        else:
            if at > now:
                raise ControlError("bad-time", f"{words} is yet to come today", "give the day too: 2026-11-22T18:30")
            return at
        try:
            at = datetime.fromisoformat(words)
        except ValueError as error:
            raise ControlError("bad-time", f"{words!r} is no time", "use 18:30 or 2026-11-22T18:30+01:00") from error
        return at if at.tzinfo else at.replace(tzinfo=self._zone)


def answer_json(text: str, answer: Answer) -> dict[str, object]:
    """Return an answer in the form that ``hearth ask --json`` prints."""
    return {
        "utterance": text,
        "reply": answer.reply,
        "status": answer.status,
        "route": answer.route,
        "commands": [
            {"intent": match.intent, "slots": dict(match.slots), "targets": list(match.targets)}
            for match in answer.commands
        ],
        "outcomes": [outcome_json(action, outcome) for action, outcome in answer.outcomes],
        "cause": cause_json(answer.cause) if answer.cause else None,
        "timings_ms": dict(answer.timings_ms),
    }


def outcome_json(action: Action, outcome: Outcome) -> dict[str, object]:
    """Return an outcome as programs read it."""
    return {
        "effect": outcome.effect or action.effect,
        "targets": [target.entity for target in outcome.targets],
        "verdict": outcome.verdict,
        "detail": outcome.detail,
        "each": [{"target": t.entity, "verdict": t.verdict, "detail": t.detail} for t in outcome.targets],
        "entry": outcome.entry,
        "approval": outcome.approval,
        "can_undo": outcome.undo is not None,
    }


def cause_json(cause: Cause) -> dict[str, object]:
    """Return a cause as programs read it."""
    return {
        "id": cause.id,
        "origin": cause.origin,
        "person": cause.person,
        "parent": cause.parent,
        "area": cause.area,
        "said": cause.said,
        "tainted": cause.tainted,
    }


def _text(request: Request, key: str) -> str:
    value = _perhaps(request, key)
    if value is None:
        raise ControlError("bad-request", f"{key!r} must be a text")
    return value


def _perhaps(request: Request, key: str) -> str | None:
    """Return a text that may be left out."""
    value = request.get(key)
    if value is not None and not isinstance(value, str):
        raise ControlError("bad-request", f"{key!r} must be a text")
    return value


def _number(request: Request, key: str, otherwise: int, *, most: int) -> int:
    number = request.get(key, otherwise)
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number <= most:
        raise ControlError("bad-request", f"{key!r} must be a number from 1 to {most}")
    return number


def _zoned(value: object, zone: ZoneInfo) -> object:
    """Return the same with every time as text, in the zone of the house."""
    match value:
        case datetime():
            return _iso(value, zone)
        case dict():
            return {str(key): _zoned(item, zone) for key, item in cast("dict[object, object]", value).items()}
        case list():
            return [_zoned(item, zone) for item in cast("list[object]", value)]
        case _:
            return value


def _iso(at: datetime | None, zone: ZoneInfo) -> str | None:
    return at.astimezone(zone).isoformat(timespec="milliseconds") if at else None
