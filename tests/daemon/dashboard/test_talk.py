"""The page in a real browser: somebody holds the button, speaks, and hears the answer."""

import math
from pathlib import Path

import numpy as np
import pytest

from tests.daemon.dashboard.chromium import BINARY, opened
from tests.daemon.dashboard.talking import BEARER, Turns, listening
from voice.audio import wav_bytes
from voice.model import RATE_HZ, AudioFormat

pytestmark = [pytest.mark.slow, pytest.mark.skipif(BINARY is None, reason="needs Debian's chromium")]

PITCH_HZ = 400
CONNECT = f"document.getElementById('token').value = {BEARER!r}; document.querySelector('#hello button').click()"
STATUS = "document.getElementById('status').textContent"


def syllables(seconds: float) -> bytes:
    """Return a tone that comes and goes as speech does: what goes on and on is taken for noise."""
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    loud = np.maximum(0, np.sin(2 * np.pi * 2.5 * at))
    return wav_bytes((loud * np.sin(2 * np.pi * PITCH_HZ * at) * 12_000).astype(np.int16).tobytes(), AudioFormat())


def pitch_hz(pcm: bytes) -> float:
    samples = np.frombuffer(pcm, np.int16).astype(np.float64)
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * RATE_HZ / len(samples))


async def test_a_turn_in_a_real_browser(tmp_path: Path):
    microphone = tmp_path / "microphone.wav"
    microphone.write_bytes(syllables(4.0))
    turns = Turns()
    async with listening(turns) as port, opened(f"http://127.0.0.1:{port}/talk", microphone, tmp_path / "p") as tab:
        await tab.run(CONNECT)
        await tab.until(f"{STATUS} === 'Ready.'")
        await tab.until("document.getElementById('level').value > -40")
        await tab.mouse("mousePressed", "#button")
        await tab.until(f"{STATUS} === 'I am listening.'")
        await tab.run("new Promise((later) => setTimeout(later, 1500))")
        await tab.mouse("mouseReleased", "#button")
        await tab.until("document.getElementById('said').textContent.includes('It is on.')")
        await turns.until(lambda: bool(turns.turns))
        await tab.until(f"{STATUS} === 'Ready.'")

        pcm, played = turns.turns[0]
        assert len(pcm) > RATE_HZ * 2
        assert math.isclose(pitch_hz(pcm), PITCH_HZ, abs_tol=10)
        assert played.whole
        assert await tab.run("document.querySelector('#said q').textContent") == "switch <b>it</b> on"

        await tab.run("document.getElementById('leave').click()")
        await turns.until(lambda: not turns.here)
        assert tab.complaints == []


async def test_a_wrong_token_is_said_on_the_page(tmp_path: Path):
    microphone = tmp_path / "microphone.wav"
    microphone.write_bytes(syllables(1.0))
    async with listening(Turns()) as port, opened(f"http://127.0.0.1:{port}/talk", microphone, tmp_path / "p") as tab:
        await tab.run(CONNECT.replace(BEARER, "another"))
        await tab.until(f"{STATUS}.includes('this needs the token of the house')")
        await tab.until("document.getElementById('talk').hidden")
