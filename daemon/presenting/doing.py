"""Carries out what is wanted of us over MQTT: with words from outside, which the policy asks about above reading."""

import json
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, cast

from daemon.conversation import Answer, Conversation
from daemon.notify import Notify
from daemon.notify.model import Answer as Noted
from daemon.notify.model import Answered, Notice
from daemon.presenting.device import Room
from daemon.presenting.topics import Command
from devices.home import Home
from devices.model import AreaId, PayloadError
from skills.actions import notice_quiet, satellite_mute
from skills.builtin.briefing import COMMANDS
from skills.model import Action, Cause, CauseId, Origin, Outcome

CHANNEL = "mqtt, all at once"
LONGEST_SAID = 500
"""Characters that are said aloud, as for every notice."""
LONGEST_ASKED = 2_000
UNDISTURBED = timedelta(days=7) - timedelta(minutes=1)
"""As long as nobody may be disturbed by one wish: whoever switches it on switches it off."""
MOST_OPEN = 200
"""Of the newest notices, those that are open are taken note of at once."""
EVENING = 17


class Rooms(Protocol):
    """Where something may be being said: `daemon.rooms.Rooms`."""

    async def quiet(self) -> None:
        """Stop whatever is announced."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """The parts of the house by which it is carried out."""

    home: Home
    submit: Callable[[Action, Cause], Awaitable[Outcome]]
    conversation: Conversation
    notify: Notify
    speaking: Rooms
    now: Callable[[], datetime]
    """Aware, in the zone of the house."""
    language: str = "en"


class Doing:
    """The table of what can be wanted; each is carried out under a cause that says that it came over MQTT."""

    def __init__(self, house: Wanted, rooms: Sequence[Room], answered: Callable[[str, Answer, object], None]) -> None:
        """``answered`` is told the answer to what was asked, with the ``id`` that came with the question."""
        self._house, self._answered = house, answered
        self._rooms = {room.key: room for room in rooms}
        self._table: dict[str, Callable[[str], Awaitable[object]]] = {
            "say": self._say,
            "ask": self._ask,
            "stop": _pressed(house.speaking.quiet),
            "acknowledge": _pressed(self._acknowledge),
            "briefing": _pressed(self._briefing),
            "listening": lambda text: self._listen(None, on=_switched(text)),
            "do_not_disturb": self._disturb,
        }
        for key, room in self._rooms.items():
            self._table[f"mute_{key}"] = self._muter(room)
            self._table[f"say_{key}"] = self._sayer(room)

    def knows(self, key: str) -> bool:
        """Return whether there is such a command."""
        return key in self._table

    async def do(self, command: Command) -> None:
        """Carry one out.

        Raises:
            PayloadError: it makes no sense; nothing was done.
        """
        await self._table[command.key](command.text)

    def _muter(self, room: Room) -> Callable[[str], Awaitable[object]]:
        return lambda text: self._listen(room.name, on=not _switched(text))

    def _sayer(self, room: Room) -> Callable[[str], Awaitable[object]]:
        return lambda text: self._say(text, area=self._area(room.name))

    async def _listen(self, room: str | None, *, on: bool) -> Outcome:
        return await self._house.submit(satellite_mute(room, muted=not on), _cause())

    async def _disturb(self, text: str) -> None:
        until = self._house.now() + UNDISTURBED if _switched(text) else None
        await self._house.submit(notice_quiet(until), _cause())

    async def _say(self, text: str, *, area: AreaId | None = None) -> None:
        given = _fields(text)
        words = _words(given.get("text"), LONGEST_SAID)
        if (room := given.get("room")) is not None:
            area = self._area(room)
        cause = _cause(said=words, tainted=True)
        await self._house.notify.announce(Notice(words, "announcement", self._house.now(), cause, area=area))

    async def _ask(self, text: str) -> None:
        given = _fields(text)
        words, room = _words(given.get("text"), LONGEST_ASKED), given.get("room")
        area = self._area(room) if room is not None else None
        parent = _cause(said=words, tainted=True)
        answer = await self._house.conversation.answer(words, origin=Origin.MQTT, area=area, parent=parent)
        reference = given.get("id")
        self._answered(words, answer, reference if isinstance(reference, str | int) else None)

    async def _briefing(self) -> None:
        house, now = self._house, self._house.now()
        words = COMMANDS.get(house.language.split("-")[0], COMMANDS["en"])[now.hour >= EVENING]
        cause = _cause(said=words)
        answer = await house.conversation.answer(words, origin=Origin.MQTT, parent=cause)
        await house.notify.announce(Notice(answer.reply, "briefing", now, cause, asked=True))

    async def _acknowledge(self) -> None:
        house = self._house
        for row in await house.notify.reading.recent(MOST_OPEN):
            if row["state"] == "open":
                await house.notify.answer(Answered(f"hearth-{row['id']}", Noted.DONE, CHANNEL, house.now()))

    def _area(self, words: object) -> AreaId:
        found = self._house.home.area_named(words) if isinstance(words, str) else None
        if found is None:
            raise PayloadError(f"there is no room {str(words)[:80]!r}")
        return found.id


def _cause(*, said: str | None = None, tainted: bool = False) -> Cause:
    return Cause(CauseId(uuid.uuid4().hex), Origin.MQTT, tainted=tainted, said=said)


def _pressed(work: Callable[[], Awaitable[object]]) -> Callable[[str], Awaitable[object]]:
    async def press(text: str) -> None:
        if text != "PRESS":
            raise PayloadError(f"a button takes PRESS, not {text[:20]!r}")
        await work()

    return press


def _switched(text: str) -> bool:
    if text not in ("ON", "OFF"):
        raise PayloadError(f"a switch takes ON or OFF, not {text[:20]!r}")
    return text == "ON"


def _fields(text: str) -> Mapping[str, object]:
    """Return what a command says: a JSON object with ``text`` (and ``room``, ``id``), or the text alone."""
    if text.lstrip().startswith("{"):
        try:
            found = cast("object", json.loads(text))
        except (ValueError, RecursionError) as error:
            raise PayloadError("neither a text nor a JSON object") from error
        if isinstance(found, dict):
            return cast("Mapping[str, object]", found)
    return {"text": text}


def _words(given: object, longest: int) -> str:
    words = " ".join(given.split()) if isinstance(given, str) else ""
    if not words or len(words) > longest:
        raise PayloadError(f"a text of 1 to {longest} characters is needed, not {len(words)}")
    return words.encode("utf-8", "replace").decode()
