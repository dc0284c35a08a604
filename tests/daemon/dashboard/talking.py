"""A dashboard that listens to browsers, with somebody behind it who holds a turn without any engine."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

from daemon.config import DashboardSection
from daemon.dashboard import Dashboard, House
from daemon.notify.model import Answered
from daemon.supervise import HealthTable
from daemon.tokens import Tokens
from voice.model import AudioFormat, Sound, VoiceError
from voice.satellite import Heard, Played, Pressed, Released, Satellite, SatelliteError, Stage

BEARER = "the-word"
SOON_S = 20.0
ANSWER = AudioFormat(22_050)


@dataclass
class Turns:
    """Hears what is said while the button is held, and answers it with a sound."""

    problem: VoiceError | None = None
    answer_s: float = 0.3
    turns: list[tuple[bytes, Played]] = field(default_factory=list[tuple[bytes, Played]])
    """What was heard in each, and what was played."""
    here: list[Satellite] = field(default_factory=list[Satellite])
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, satellite: Satellite, on_reply: Callable[[str, str], None]) -> None:
        if self.problem is not None:
            raise self.problem
        self._note(lambda: self.here.append(satellite))
        try:
            async with aclosing(satellite.hear()) as events:
                pcm = b""
                async for event in events:
                    match event:
                        case Pressed():
                            pcm = b""
                            await satellite.show(Stage.LISTENING)
                        case Heard(more):
                            pcm += more
                        case Released():
                            await self._answer(satellite, pcm, on_reply)
                        case _:
                            pass
        except SatelliteError:
            pass
        finally:
            self._note(lambda: self.here.remove(satellite))

    async def _answer(self, satellite: Satellite, pcm: bytes, on_reply: Callable[[str, str], None]) -> None:
        await satellite.show(Stage.THINKING)
        on_reply("switch <b>it</b> on", "It is on.")
        await satellite.show(Stage.SPEAKING)
        played = await satellite.play(self._sounds())
        await satellite.show(Stage.IDLE)
        await satellite.rearm()
        self._note(lambda: self.turns.append((pcm, played)))

    async def _sounds(self) -> AsyncIterator[Sound]:
        yield Sound(bytes(int(ANSWER.rate_hz * self.answer_s) * 2), ANSWER)

    def _note(self, change: Callable[[], None]) -> None:
        change()
        self.changed.set()

    async def until(self, reached: Callable[[], bool]) -> None:
        """Wait for what comes of it."""
        async with asyncio.timeout(SOON_S):
            while not reached():
                self.changed.clear()
                await self.changed.wait()


@asynccontextmanager
async def listening(turns: Turns) -> AsyncGenerator[int]:
    """Serve; yields the port."""

    async def take(one: Answered) -> None:
        raise AssertionError(one)

    house = House({}, HealthTable(), cast("Tokens", None), take, serve=turns.serve)
    settings = DashboardSection(port=0, hosts=frozenset({"hearth.example"}))
    dashboard = Dashboard(settings, house, bearer=BEARER)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(dashboard.run())
        async with asyncio.timeout(SOON_S):
            await dashboard.listening.wait()
        assert dashboard.port is not None
        yield dashboard.port
        running.cancel()
