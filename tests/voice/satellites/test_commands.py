"""Programs as a sound system; they are Python here, and ``arecord`` and ``aplay`` in a room."""

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from voice.model import AudioFormat
from voice.satellites.commands import Commands
from voice.satellites.soundcard import CardError

CAT = f"{sys.executable} -c \"import sys; open(sys.argv[1], 'wb').write(sys.stdin.buffer.read())\""
SAY = f'{sys.executable} -c "import sys; sys.stdout.buffer.write(bytes(range(250)) * 20)"'
FOREVER = f'{sys.executable} -c "import time; time.sleep(60)"'


def nothing() -> None:
    """Is called at an end that nobody waits for."""


def until(reached: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 10
    while not reached():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


def test_a_microphone_gives_what_its_program_writes_and_tells_its_end():
    heard, ended = bytearray(), threading.Event()

    recording = Commands(SAY, None).record(None, heard.extend, ended.set)

    assert ended.wait(10)
    recording.close()
    recording.close()
    assert bytes(heard) == bytes(range(250)) * 20


def test_a_loudspeaker_plays_all_before_it_is_drained(tmp_path: Path):
    playing = Commands(SAY, f"{CAT} {tmp_path}/{{rate}}.raw").play(None, AudioFormat(22_050))
    playing.write(b"ab" * 100_000)

    playing.drain()

    assert (tmp_path / "22050.raw").read_bytes() == b"ab" * 100_000


def test_a_loudspeaker_that_is_cut_off_ends_at_once():
    playing = Commands(SAY, FOREVER).play(None, AudioFormat())
    began_s = time.monotonic()

    playing.abort()
    playing.abort()

    assert time.monotonic() - began_s < 5


def test_a_loudspeaker_that_has_ended_is_gone():
    playing = Commands(SAY, f'{sys.executable} -c ""').play(None, AudioFormat())

    with pytest.raises(CardError, match="has ended"):
        until(lambda: playing.write(b"ab") is not None)
    playing.abort()


@pytest.mark.parametrize("command", ["/missing/program", "", '"open'], ids=["missing", "empty", "no end"])
def test_what_cannot_be_run_is_named(command: str):
    with pytest.raises(CardError, match="cannot run"):
        Commands(command, None).record(None, lambda pcm: None, nothing)
