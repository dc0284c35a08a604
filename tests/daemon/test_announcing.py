"""Announcements: where they are said, and that nothing is called said that was not."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from daemon.announcing import Announcing, PassingOn
from daemon.household import Household, Person
from daemon.notify.model import Notice
from devices.home import Home
from devices.model import Area, AreaId
from skills.actions import SatelliteAnnounce
from skills.model import Cause, CauseId, Origin, Outcome, PersonId, Verdict
from skills.reaching import NoticeTell, SatelliteIntercom
from tests.doubles import START
from voice.intercom import Refused

KITCHEN, ATTIC, HALL = AreaId("kitchen"), AreaId("attic"), AreaId("hall")
HOME = Home(areas=[Area(KITCHEN, "Kitchen"), Area(ATTIC, "Attic"), Area(HALL, "Hall")])


@dataclass
class Rooms:
    """Rooms with a loudspeaker; some take nothing, some are busy for ever."""

    loud: frozenset[AreaId] = frozenset({KITCHEN, ATTIC})
    broken: frozenset[AreaId] = frozenset()
    busy: frozenset[AreaId] = frozenset()
    homeless: bool = False
    said: list[tuple[str, AreaId | None]] = field(default_factory=list[tuple[str, AreaId | None]])
    hushed: list[str] = field(default_factory=list[str])
    refused: Refused | None = None
    connected: list[tuple[AreaId, AreaId | None]] = field(default_factory=list[tuple[AreaId, AreaId | None]])

    def speaks_in(self, area: AreaId | None) -> bool:
        return bool(self.loud) or self.homeless if area is None else area in self.loud

    async def say(self, text: str, area: AreaId | None, *, key: str, language: str | None) -> bool:
        if area in self.busy:
            await asyncio.Event().wait()
        self.said.append((text, area))
        return area not in self.broken

    async def hush(self, key: str) -> None:
        self.hushed.append(key)

    async def connect(self, here: AreaId, there: AreaId) -> Refused | None:
        self.connected.append((here, there))
        return self.refused

    async def hang_up(self, area: AreaId) -> None:
        self.connected.append((area, None))


async def announced(rooms: Rooms, *areas: AreaId, but: AreaId | None = None) -> Outcome:
    effect, _ = Announcing(HOME, rooms).effects()
    given = SatelliteAnnounce(text="Dinner", areas=areas, but=but)
    return await effect.execute(given, Cause(CauseId("c1"), Origin.VOICE))


@pytest.mark.parametrize(
    ("rooms", "areas", "but", "told"),
    [
        (Rooms(), [KITCHEN], None, [KITCHEN]),
        (Rooms(), [KITCHEN, ATTIC], None, [KITCHEN, ATTIC]),
        (Rooms(), [], None, [KITCHEN, ATTIC]),
        (Rooms(), [], KITCHEN, [ATTIC]),
        (Rooms(), [], HALL, [KITCHEN, ATTIC]),
        (Rooms(frozenset({KITCHEN})), [], KITCHEN, [None]),
        (Rooms(frozenset(), homeless=True), [], None, [None]),
    ],
    ids=["one room", "two rooms", "everywhere", "not here", "from a silent room", "only here", "nobody knows where"],
)
async def test_it_is_said_where_it_is_meant(
    rooms: Rooms, areas: Sequence[AreaId], but: AreaId | None, told: Sequence[AreaId | None]
):
    assert (await announced(rooms, *areas, but=but)).verdict is Verdict.DONE
    assert rooms.said == [("Dinner", area) for area in told]


@pytest.mark.parametrize(
    ("rooms", "areas", "verdict", "detail"),
    [
        (Rooms(), [HALL], Verdict.FAILED, "there is no loudspeaker in the hall"),
        (Rooms(frozenset()), [], Verdict.FAILED, "there is no loudspeaker in the house"),
        (Rooms(), [KITCHEN, HALL], Verdict.PARTLY, "there is no loudspeaker in the hall"),
        (Rooms(broken=frozenset({ATTIC})), [ATTIC], Verdict.FAILED, "no loudspeaker in the attic took it"),
        (Rooms(broken=frozenset({ATTIC})), [], Verdict.PARTLY, "no loudspeaker in the attic took it"),
    ],
    ids=["no satellite", "none at all", "one of two", "broken", "one of all broken"],
)
async def test_what_was_not_said_is_not_called_said(
    rooms: Rooms, areas: Sequence[AreaId], verdict: Verdict, detail: str
):
    outcome = await announced(rooms, *areas)
    assert (outcome.verdict, outcome.detail) == (verdict, detail)


async def test_a_room_that_stays_busy_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("daemon.announcing.SAY_S", 0.01)
    rooms = Rooms(busy=frozenset({ATTIC}))
    assert (await announced(rooms)).verdict is Verdict.PARTLY
    assert rooms.hushed == ["announcement/c1/attic"]


async def intercom(rooms: Rooms, there: AreaId | None, cause: Cause) -> Outcome:
    _, effect = Announcing(HOME, rooms).effects()
    return await effect.execute(SatelliteIntercom(here=HALL, there=there), cause)


@pytest.mark.parametrize(
    ("refused", "verdict", "detail"),
    [
        (None, Verdict.DONE, ""),
        (Refused.MUTED, Verdict.FAILED, "a microphone is muted here or in the kitchen"),
        (Refused.BUSY, Verdict.FAILED, "somebody is talking to me in the kitchen just now"),
        (Refused.NOBODY_THERE, Verdict.FAILED, "there is no loudspeaker in the kitchen"),
    ],
)
async def test_two_rooms_are_connected_or_it_is_said_why_not(refused: Refused | None, verdict: Verdict, detail: str):
    rooms = Rooms(refused=refused)
    outcome = await intercom(rooms, KITCHEN, Cause(CauseId("c1"), Origin.VOICE))
    assert (outcome.verdict, outcome.detail, rooms.connected) == (verdict, detail, [(HALL, KITCHEN)])


@pytest.mark.parametrize(
    "cause",
    [
        Cause(CauseId("c1"), Origin.TEXT),
        Cause(CauseId("c2"), Origin.ROUTINE),
        Cause(CauseId("c3"), Origin.VOICE, tainted=True),
    ],
    ids=["written", "routine", "somebody else's words"],
)
async def test_nobody_opens_a_microphone_from_afar(cause: Cause):
    rooms = Rooms()
    outcome = await intercom(rooms, KITCHEN, cause)
    assert (outcome.verdict, rooms.connected) == (Verdict.FAILED, [])


async def test_anybody_may_hang_up():
    rooms = Rooms()
    assert (await intercom(rooms, None, Cause(CauseId("c1"), Origin.TEXT))).verdict is Verdict.DONE
    assert rooms.connected == [(HALL, None)]


@pytest.mark.parametrize(
    ("sender", "whom", "told"),
    [
        (None, "Anna", [("Dinner", ("anna",))]),
        ("ben", "anna", [("Ben: Dinner", ("anna",))]),
        (None, "Carl", []),
    ],
    ids=["from anybody", "from somebody", "to nobody here"],
)
async def test_words_are_passed_on_to_who_lives_here(
    sender: str | None, whom: str, told: list[tuple[str, tuple[str, ...]]]
):
    people = {PersonId(one): Person(PersonId(one), one.capitalize()) for one in ("anna", "ben")}
    notices: list[Notice] = []

    async def announce(notice: Notice) -> None:
        notices.append(notice)

    (effect,) = PassingOn(Household(people), announce, lambda: START).effects()
    cause = Cause(CauseId("c1"), Origin.VOICE, person=None if sender is None else PersonId(sender))
    outcome = await effect.execute(NoticeTell(text="Dinner", person=whom), cause)

    assert [(one.text, one.people) for one in notices] == told
    assert outcome.verdict is (Verdict.DONE if told else Verdict.FAILED)
