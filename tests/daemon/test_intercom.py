"""From what is said in one room to a line with another; ears, sentences and rooms are real."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from daemon.announcing import Announcing
from daemon.config import Config
from daemon.conversation import Conversation, Grammars
from daemon.listening import Ears
from daemon.rooms import Rooms
from devices.home import Home
from devices.model import Area, AreaId
from skills.builtin import intercom
from skills.grammar import load
from skills.model import Action, Cause, Outcome
from skills.registry import registered
from tests.daemon.test_conversation import NoJournal
from tests.doubles import ManualClock
from tests.voice.sounds import TINY, speech
from tests.voice.test_intercom import Live
from voice.satellite import Stage

pytestmark = pytest.mark.audio
HALL, KITCHEN = AreaId("hall"), AreaId("kitchen")


class Gate:
    """Carries out what the rooms offer, without policy and journal."""

    def __init__(self, announcing: Announcing) -> None:
        self._effects = {effect.name: effect for effect in announcing.effects()}
        self.came = list[Outcome]()

    async def submit(self, action: Action, cause: Cause) -> Outcome:
        effect = self._effects[action.effect]
        self.came.append(await effect.execute(effect.parameters.model_validate(dict(action.arguments)), cause))
        return self.came[-1]

    async def approve(self, approval: str, cause: Cause, pin: str | None = None) -> Outcome:
        raise NotImplementedError

    async def dismiss(self, approval: str, cause: Cause) -> Outcome:
        raise NotImplementedError


async def test_who_asks_for_the_kitchen_is_heard_there_until_the_kitchen_is_muted(tmp_path: Path):
    home = Home(areas=[Area(HALL, "Hall"), Area(KITCHEN, "Kitchen")])
    skills, deaf = registered(intercom.skill), set[str | None]()
    grammars = Grammars("en", lambda language: load(language, skills.documents(language)))
    ears = Ears(Config.model_validate({"voice": {"vosk_model": str(TINY)}}), tmp_path, home, grammars)
    rooms = Rooms(ears, home, hears=lambda room: room not in deaf)
    gate, clock = Gate(Announcing(home, rooms)), ManualClock(datetime(2026, 11, 22, tzinfo=UTC))
    rooms.answer_with(Conversation(home, skills, grammars, gate, NoJournal(), clock=clock, zone=ZoneInfo("UTC")))
    hall, kitchen = Live("Hall"), Live("Kitchen")
    async with asyncio.timeout(40), asyncio.TaskGroup() as group:
        tasks = [group.create_task(rooms.serve(one)) for one in (hall, kitchen)]
        while len(rooms.sessions) < 2:
            await asyncio.sleep(0.01)
        hall.woken()
        hall.hears(speech("drop in on the kitchen"))
        await hall.until(Stage.CALL)
        await kitchen.until(Stage.CALL)
        hall.hears(speech("is dinner ready"))
        while kitchen.level() < 1_000:
            await asyncio.sleep(0.01)
        deaf.add("Kitchen")
        rooms.heed()
        await hall.until(Stage.IDLE)
        await kitchen.until(Stage.IDLE)
        for task in tasks:
            task.cancel()
    await ears.close()

    assert [outcome.verdict.value for outcome in gate.came] == ["done"]
