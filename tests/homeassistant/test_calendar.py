"""A calendar of a real Home Assistant as one of ours: what stands in it is told, also after it was changed there."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.app import Hearth, build
from daemon.clock import SystemClock
from daemon.config import Config
from skills.model import Origin
from tests.homeassistant.install import NEWEST, VERSION, NotInstallableError, python
from tests.homeassistant.process import Object, RealHomeAssistant

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.homeassistant, pytest.mark.timeout(900)]
FAMILY = "calendar.family"
DEADLINE_S = 60.0


@pytest.fixture(scope="module", params=[VERSION, NEWEST])
def process(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealHomeAssistant]:
    """A Home Assistant of each version, with a calendar of its own."""
    try:
        python(request.param)
    except NotInstallableError as error:
        pytest.skip(str(error))
    it = RealHomeAssistant(tmp_path_factory.mktemp("hub") / "homeassistant", version=request.param)
    try:
        it.start()
        it.add("local_calendar", calendar_name="Family")
        yield it
    finally:
        it.kill()


async def test_what_stands_in_its_calendar_is_told_here(process: RealHomeAssistant, tmp_path: Path):
    token = tmp_path / "token"
    token.touch(mode=0o600)
    token.write_text(process.token)
    calendar = {"name": "family", "homeassistant": FAMILY, "refresh_minutes": 0.5}
    config = Config.model_validate({
        "homeassistant": {"url": process.url, "token_file": str(token)},
        "calendars": [calendar],
        "dashboard": {"enabled": False},
    })  # fmt: skip
    day = (SystemClock().now() + timedelta(days=1)).date()
    await _put(process, "Dentist", start_date_time=f"{day} 09:30:00", end_date_time=f"{day} 10:15:00")
    await _put(process, "School Trip", start_date=str(day), end_date=str(day + timedelta(days=1)))
    async with build(config, tmp_path, clock=SystemClock(), environment={}) as hearth, asyncio.TaskGroup() as group:
        task = group.create_task(hearth.run())
        told = await _told(hearth, "Dentist")
        assert "School Trip" in told
        await _put(process, "Piano", start_date_time=f"{day} 16:00:00", end_date_time=f"{day} 17:00:00")
        assert "Dentist" in await _told(hearth, "Piano")
        task.cancel()


async def _told(hearth: Hearth, word: str) -> str:
    """Return what stands there tomorrow, once something does."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            answer = await hearth.conversation.answer("what is on my calendar tomorrow", origin=Origin.TEXT)
            if word in answer.reply:
                return answer.reply
            await asyncio.sleep(0.5)


async def _put(process: RealHomeAssistant, summary: str, **when: str) -> None:
    body: Object = {"entity_id": FAMILY, "summary": summary, **when}
    await asyncio.to_thread(process.do, "calendar/create_event", body)
