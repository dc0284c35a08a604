"""A yes on the page of the house, pressed in a real browser, to what a model proposed."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from daemon.control import Operation
from daemon.operations import Fields
from daemon.operations.questions import QuestionOperations
from skills.model import Origin, PersonId
from tests.daemon.confirming.house import BEN, KIM, PEOPLE, There, house
from tests.daemon.dashboard.chromium import BINARY, START_S, Tab, opened
from tests.daemon.dashboard.test_desk import BEARER, Behind, press, serving, shown
from tests.doubles import ManualClock

pytestmark = [pytest.mark.slow, pytest.mark.skipif(BINARY is None, reason="needs Debian's chromium")]


class OfThisHouse(Behind):
    """A page whose questions are those of a real gateway."""

    def __init__(self, there: There) -> None:
        super().__init__()
        self.rows["people"] = [{"id": one.id, "name": one.name} for one in PEOPLE]
        fields = Fields(there.twin.home, there.household, there.clock, ZoneInfo("UTC"))
        self.seen = asyncio.Event()
        """Set once it is known who looks."""

        def looked(person: PersonId) -> None:
            there.confirming.looked(person)
            self.seen.set()

        asking = QuestionOperations(there.gateway, there.twin.home, fields, looked)
        self._questions = asking.operations(Origin.DASHBOARD)

    def operations(self) -> Mapping[str, Operation]:
        return {**super().operations(), **self._questions}


@asynccontextmanager
async def page(folder: Path, who: PersonId) -> AsyncGenerator[tuple[There, Tab]]:
    """Open the page in a house without phones, and say who looks at it; yields both."""
    async with house(folder, ManualClock()) as there:
        behind = OfThisHouse(there)
        async with (
            serving(behind) as address,
            opened(f"{address}#token={BEARER}", Path("/dev/null"), folder / "browser") as tab,
        ):
            await shown(tab)
            await choose(tab, who)
            async with asyncio.timeout(START_S):
                await behind.seen.wait()
            yield there, tab


async def choose(tab: Tab, who: PersonId) -> None:
    """Say who one is."""
    await tab.until("document.getElementById('who').options.length > 1")
    await tab.run(f"document.getElementById('who').value = {who!r}")
    await tab.run("document.getElementById('who').dispatchEvent(new Event('change'))")


async def test_who_looks_is_asked_there_and_a_child_cannot_say_yes(tmp_path: Path):
    async with page(tmp_path, BEN) as (there, tab):
        outcome = await there.wish()
        assert outcome.elsewhere == "I have asked on the page of the house."

        await choose(tab, KIM)
        await press(tab, "questions", "Yes, unlock Front Door")
        assert "an adult of the house has to say yes to that" in await tab.run("document.body.innerText")
        assert there.calls == []

        await choose(tab, BEN)
        await press(tab, "questions", "Yes, unlock Front Door")
        assert await tab.run("document.getElementById('reply').textContent") == "Done."
        assert there.calls == ["unlock"]
        assert "ben said yes on page" in await there.recorded()
