"""A household that lives a month with the whole daemon: three generations, two languages, a guest, and what they say.

A script is plain text: ``== 3 07:30`` is a day and an hour, ``sara kitchen: …`` what somebody says in a room,
``phone`` what they type; after ``=>`` stands what the answer has to have, after ``=> !`` what it must not. After
``=>?`` stands what a good butler would answer and this one does not yet.
"""

import asyncio
import re
import sqlite3
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from daemon.app import Hearth, build
from daemon.config import Config
from daemon.conversation import Status
from daemon.conversation.tongues import foreign_in
from devices.model import AreaId, Capability, Entity, EntityId
from devices.twin import Twin
from skills.model import Origin, PersonId
from tests.daemon.german_house import Late
from tests.doubles import ManualClock

ZONE = ZoneInfo("Europe/Berlin")
PEOPLE = (
    {"id": "tom", "name": "Tom", "role": "owner"},
    {"id": "sara", "name": "Sara", "language": "de"},
    {"id": "mia", "name": "Mia", "role": "child"},
    {"id": "greta", "name": "Greta", "language": "de"},
    {"id": "gus", "name": "Gus", "role": "guest"},
)
ROOMS = (
    {"name": "Kitchen", "aliases": ["Küche"]},
    {"name": "Living Room", "id": "living", "aliases": ["Wohnzimmer"]},
    {"name": "Bedroom", "aliases": ["Schlafzimmer"]},
    {"name": "Hall", "aliases": ["Flur"]},
)
C = Capability
_COLOURED = frozenset({C.ON_OFF, C.BRIGHTNESS, C.COLOR, C.COLOR_TEMPERATURE})
_DIMMABLE = frozenset({C.ON_OFF, C.BRIGHTNESS})
_HEATING = frozenset({C.TARGET_TEMPERATURE, C.HVAC_MODE})
_LIMITS: Mapping[str, Mapping[str, object]] = {
    "climate": {"min": 5, "max": 30, "hvac_modes": ("off", "heat")},
    "media_player": {"sources": ("Jazz Club", "Schlager Welle", "Operette Klassik", "News")},
}
_RADIO = frozenset({C.ON_OFF, C.SOURCE, C.PLAY, C.NEXT_PREVIOUS, C.VOLUME, C.MUTE})


def _entity(id: str, names: tuple[str, ...], area: str, can: frozenset[C], kind: str | None = None) -> Entity:
    domain = id.partition(".")[0]
    limits = _LIMITS.get(domain, {})
    unit = "°C" if kind == "temperature" else None
    return Entity(
        EntityId(id),
        names[0],
        domain,
        kind,
        AreaId(area),
        aliases=names[1:],
        capabilities=can,
        limits=limits,
        unit=unit,
    )


ENTITIES = (
    _entity("light.kitchen", ("Kitchen Light", "Küchenlicht"), "kitchen", _DIMMABLE),
    _entity("light.floor", ("Floor Lamp", "Stehlampe"), "living", _COLOURED),
    _entity("light.desk", ("Desk Lamp", "Schreibtischlampe"), "living", _COLOURED),
    _entity("light.bedside", ("Bedside Lamp", "Nachttischlampe"), "bedroom", _COLOURED),
    _entity("light.hall", ("Hall Light", "Flurlicht"), "hall", _DIMMABLE),
    _entity("cover.blind", ("Blind", "Rollladen"), "bedroom", frozenset({C.OPEN_CLOSE, C.STOP, C.POSITION}), "shutter"),
    _entity("cover.garage", ("Garage Door", "Garagentor"), "hall", frozenset({C.OPEN_CLOSE, C.STOP}), "garage"),
    _entity("lock.front", ("Front Door", "Haustür"), "hall", frozenset({C.LOCK})),
    _entity("climate.living", ("Heating", "Heizung"), "living", _HEATING),
    _entity("media_player.radio", ("Radio",), "living", _RADIO),
    _entity("switch.coffee", ("Coffee Machine", "Kaffeemaschine"), "kitchen", frozenset({C.ON_OFF})),
    _entity("sensor.living", ("Living Room Temperature",), "living", frozenset(), "temperature"),
    _entity("binary_sensor.window", ("Kitchen Window", "Küchenfenster"), "kitchen", frozenset(), "window"),
)
STATES = {"sensor.living": "21", "binary_sensor.window": "on", "lock.front": "locked", "cover.blind": "closed",
          "cover.garage": "closed"}  # fmt: skip
LEFT_OUT = frozenset({"control", "pulse", "copies", "dashboard"})
"""What needs sockets, or a real clock."""
STEP_S = 300.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that is said, and what is expected of its answer."""

    who: str
    room: str
    text: str
    wanted: str = ""
    """A pattern; with ``!`` before it one that must not be there."""
    is_gap: bool = False
    """Whether it is known that the answer is not as it should be."""


@dataclass(frozen=True, slots=True)
class Played:
    """A turn with its answer."""

    at: datetime
    turn: Turn
    reply: str
    status: Status
    language: str

    @property
    def as_expected(self) -> bool:
        """Whether it was understood, and its answer has what it has to have."""
        wanted = self.turn.wanted
        if wanted.startswith("!"):
            return re.search(wanted[1:], self.reply) is None
        if self.status is Status.NOT_UNDERSTOOD and not wanted:
            return False
        return re.search(wanted, self.reply) is not None


def script(path: Path) -> Sequence[tuple[datetime, Sequence[Turn]]]:
    """Return what is said, and when: all months are the March of 2026."""
    found: list[tuple[datetime, list[Turn]]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            day, _, hour = line.removeprefix("== ").partition(" ")
            at = datetime.strptime(f"2026-03-{int(day):02} {hour}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
            found.append((at, []))
        elif line.strip() and not line.startswith("#"):
            speaker, _, rest = line.partition(": ")
            who, _, room = speaker.partition(" ")
            text, _, wanted = rest.partition("=>")
            gap, wanted = wanted.startswith("?"), wanted.removeprefix("?").strip()
            found[-1][1].append(Turn(who, room, text.strip(), wanted, gap))
    return found


class Household:
    """Lives the month; its clock moves only forward."""

    def __init__(self, hearth: Hearth, clock: ManualClock, state: Path) -> None:
        self.hearth, self.clock, self.state = hearth, clock, state
        self._told = 0

    async def plays(self, path: Path) -> AsyncGenerator[Played | str]:
        """Yield each turn as it is answered, and what the house told by itself before it."""
        for at, turns in script(path):
            await self.until(at)
            for told in self._notices():
                yield told
            for turn in turns:
                yield await self.says(turn)

    async def says(self, turn: Turn) -> Played:
        """Say one thing and return what came of it; the next is said a third of a minute later."""
        person = None if turn.who == "?" else PersonId(turn.who)
        typed = turn.room == "phone"
        area, origin = (None, Origin.TEXT) if typed else (AreaId(turn.room), Origin.VOICE)
        answer = await self.hearth.conversation.answer(turn.text, origin=origin, person=person, area=area)
        at = self.clock.now().astimezone(ZONE)
        await self.until(self.clock.now() + timedelta(seconds=20))
        own = "de" if turn.who in ("sara", "greta") else "en"
        language = foreign_in(turn.text, (own,)) or own
        return Played(at, turn, answer.reply, answer.status, language)

    async def until(self, at: datetime) -> None:
        """Let time pass, and what is due be done."""
        while self.clock.now() < at:
            # To every fifth minute sharp: what is due then is not late.
            sharp = STEP_S - self.clock.now().timestamp() % STEP_S
            await self.clock.advance(min(timedelta(seconds=sharp), at - self.clock.now()))
            for _ in range(20):
                await asyncio.sleep(0)

    def _notices(self) -> Sequence[str]:
        with closing(sqlite3.connect(f"file:{self.state / 'hearth.db'}?mode=ro", uri=True)) as connection:
            query = "SELECT id, people, text FROM notification WHERE id > ? ORDER BY id"
            rows = connection.execute(query, (self._told,)).fetchall()
        self._told = max((row[0] for row in rows), default=self._told)
        return [f"{person}: {text}" for _, person, text in rows]


async def keep_on(run: Callable[[], Awaitable[None]]) -> None:
    """Run a part until cancelled."""
    await run()


@asynccontextmanager
async def household(state: Path, **sections: object) -> AsyncGenerator[Household]:
    """Yield the household in its house, on the first of March, with all that runs by itself."""
    home = {"language": "en", "zone": "Europe/Berlin", "areas": ROOMS, "latitude": 52.5, "longitude": 13.4}
    config = Config.model_validate({"home": home, "people": PEOPLE, **sections})
    bridge, clock = Late(), ManualClock(datetime(2026, 3, 1, 8, 0, tzinfo=ZONE))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("daemon.automating.routines.READY_S", 0.05)
        patch.setattr("daemon.plans.plans.READY_S", 0.05)
        async with (
            build(config, state, clock=clock, environment={}, bridge=bridge) as hearth,
            asyncio.TaskGroup() as group,
        ):
            bridge.twin = Twin(hearth.home, ENTITIES, now=clock.now)
            for entity, value in STATES.items():
                hearth.home.observe(EntityId(entity), value, at=clock.now())
            tasks = [group.create_task(keep_on(one.run)) for one in hearth.runs if one.name not in LEFT_OUT]
            yield Household(hearth, clock, state)
            for task in tasks:
                task.cancel()
