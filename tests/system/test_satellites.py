"""The real daemon and real satellites, each a process: whole conversations, with sound from files and into files."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from tests.process import Running, running
from tests.voice.paired.pi import PROGRAMS, until
from tests.voice.sounds import TINY, speech
from tests.voice.wyoming import hardware, peer
from tests.voice.wyoming.peer import Peer

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.audio, pytest.mark.timeout(120)]

HEARTH = [sys.executable, "-P", "-m", "daemon"]
LIGHT = "light.kitchen_light"
SILENT_S = 5.0
"""Half a second on a machine with nothing else to do; the whole answer lasts three times as long as this."""


async def command(*arguments: str) -> str:
    process = await asyncio.create_subprocess_exec(*HEARTH, *arguments, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode()


async def is_on(daemon: Running) -> bool:
    return any(row["id"] == LIGHT and row["state"] == "on" for row in await daemon.devices())


@asynccontextmanager
async def house(folder: Path, *arguments: str) -> AsyncGenerator[Running]:
    door = {"HEARTH_PAIRING__PORT": "0", "HEARTH_PAIRING__HOST": "127.0.0.1"}
    environment = {"HEARTH_VOICE__VOSK_MODEL": str(TINY), **door}
    async with running(folder / "state", "--demo", *arguments, environment=environment) as daemon:
        await daemon.entities(100)
        yield daemon


async def converse(daemon: Running, pi: Peer, wake: bytes) -> float:
    """Ask, interrupt the answer by a command, and see it done; return how long it took to be silent, in seconds."""
    pi.say(wake + speech("what can you do").tobytes())
    await pi.until_loud(2.0)
    order = speech("turn on the kitchen light")
    begins_s = int(np.nonzero(np.abs(order) > 1_000)[0][0]) / 16_000
    pi.say(order.tobytes())
    interrupted_s = time.monotonic() + begins_s
    async with asyncio.timeout(20):
        while not await is_on(daemon):
            await asyncio.sleep(0.05)
    return _silent_at(pi, interrupted_s) - interrupted_s


def _silent_at(pi: Peer, after_s: float) -> float:
    """Return when the loudspeaker gave its last sound before the first half second of silence after a moment."""
    last_s = after_s
    for at_s, level in pi.spoken():
        if level <= 100 or at_s < after_s:
            continue
        if at_s - last_s > 0.5:
            break
        last_s = at_s
    return last_s


async def test_a_wyoming_satellite_holds_a_conversation_and_is_interrupted(tmp_path: Path):
    python = peer.installed()
    if python is None:
        if os.environ.get("HEARTH_REQUIRE_SERVICES") == "1":
            pytest.fail("wyoming-satellite cannot be had, and HEARTH_REQUIRE_SERVICES=1")
        pytest.skip("wyoming-satellite cannot be had: there is no package index")
    async with peer.satellite(python, tmp_path, wakes_itself=True) as pi:
        config = tmp_path / "hearth.toml"
        config.write_text(f'[[satellites]]\nname = "attic"\nkind = "wyoming"\nhost = "127.0.0.1"\nport = {pi.port}\n')
        async with house(tmp_path, "--config", str(config)) as daemon:
            async with asyncio.timeout(30):
                while "Waiting for wake word" not in (tmp_path / "log").read_text():
                    await asyncio.sleep(0.05)
            silent_s = await converse(daemon, pi, hardware.mark())
    print(f"silent {silent_s:.2f} s after somebody began to speak")
    assert silent_s < SILENT_S


@asynccontextmanager
async def light(folder: Path) -> AsyncGenerator[Peer]:
    log = (folder / "pi.log").open("wb")
    speaker = f"{PROGRAMS} dac {folder / 'dac'} {{rate}}"
    process = await asyncio.create_subprocess_exec(
        *HEARTH, "satellite", "run", "--folder", str(folder / "pi"),
        "--microphone-command", f"{PROGRAMS} mic {folder}", "--loudspeaker-command", speaker,
        stdout=log, stderr=log,
    )  # fmt: skip
    try:
        await until(lambda: "the house listens" in (folder / "pi.log").read_text(), 30)
        yield Peer(0, folder)
    finally:
        process.terminate()
        await process.wait()
        log.close()


async def test_a_satellite_of_our_own_is_paired_and_holds_a_conversation(tmp_path: Path):
    async with house(tmp_path) as daemon:
        made = cast("dict[str, object]", await daemon.ask("satellite.invite", area="attic"))
        there = f"127.0.0.1:{made['port']}"
        await command("satellite", "pair", there, str(made["code"]), "--folder", str(tmp_path / "pi"))
        async with light(tmp_path) as pi:
            assert "here" in await command("satellite", "list", "--state", str(daemon.state))
            wake = speech("okay nah boo")[:-12_000].tobytes()
            silent_s = await converse(daemon, pi, wake)
            await command("satellite", "revoke", "attic", "--state", str(daemon.state))
            await until(lambda: "pair it again" in (tmp_path / "pi.log").read_text())
    print(f"silent {silent_s:.2f} s after somebody began to speak")
    assert silent_s < SILENT_S
