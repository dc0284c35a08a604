"""The microphone, the wake word and the loudspeaker of a satellite without any: programs over files, in real time.

``mic FOLDER``: what is put there as ``say-*.raw`` is heard, in order, else the hiss of a room; 16 kHz on stdout.
``wake``: says ``okay_nabu`` on stdout for half a second of the `MARK` on stdin.
``dac FILE RATE``: plays what comes on stdin, 20 ms at a time, and writes the time and the loudness of each to FILE.
"""

import array
import math
import random
import sys
import time
from pathlib import Path

RATE_HZ = 16_000
MARK_HZ = 1_000
MARK_S = 0.5
_CHUNK = 1_024


def mark() -> bytes:
    """Return the sound that is the wake word here: a loud tone."""
    count = int(MARK_S * RATE_HZ)
    return array.array("h", (int(20_000 * math.sin(math.tau * MARK_HZ * n / RATE_HZ)) for n in range(count))).tobytes()


def loudness(pcm: bytes) -> float:
    """Return the RMS of int16 samples, 0 to 32768."""
    samples = array.array("h", pcm[: len(pcm) - len(pcm) % 2])
    return math.sqrt(sum(sample * sample for sample in samples) / len(samples)) if samples else 0.0


def _mic(folder: Path) -> None:
    hiss = random.Random(7)
    due, at, heard = time.monotonic(), 0, b""
    while True:
        waiting = sorted(folder.glob("say-*.raw"))
        if at >= len(heard) and waiting:
            heard, at = waiting[0].read_bytes(), 0
            waiting[0].unlink()
        piece = heard[at : at + 2 * _CHUNK]
        at += 2 * _CHUNK
        quiet = array.array("h", (int(hiss.gauss(0, 30)) for _ in range(_CHUNK - len(piece) // 2)))
        sys.stdout.buffer.write(piece + quiet.tobytes())
        sys.stdout.buffer.flush()
        due += _CHUNK / RATE_HZ
        time.sleep(max(0.0, due - time.monotonic()))


def _wake() -> None:
    loud = 0
    while piece := sys.stdin.buffer.read(2 * _CHUNK // 4):
        loud = loud + 1 if loudness(piece) > 12_000 else 0
        if loud == 20:
            print("okay_nabu", flush=True)


def _dac(path: Path, rate_hz: int) -> None:
    step = rate_hz // 50 * 2
    due = time.monotonic()
    with path.open("a") as log:
        while piece := sys.stdin.buffer.read(step):
            due = max(due, time.monotonic())
            log.write(f"{due:.4f} {loudness(piece):.0f}\n")
            log.flush()
            due += len(piece) / 2 / rate_hz
            time.sleep(max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["mic", folder]:
            _mic(Path(folder))
        case ["wake"]:
            _wake()
        case ["dac", path, rate]:
            _dac(Path(path), int(rate))
        case _:
            sys.exit("mic FOLDER | wake | dac FILE RATE")
