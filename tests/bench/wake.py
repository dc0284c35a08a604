"""Measures wake words on recordings: how many are heard, and how often other sound wakes.

``python -m tests.bench.wake FOLDER [--doubt]``: a folder with a ``manifest.jsonl`` of file and text. Sound that is not
WAV is read with sox. With ``--doubt``, doubtful words are checked by the recogniser.
"""

import argparse
import asyncio
import json
import subprocess
import time
from pathlib import Path

import numpy as np

from tests.voice.sounds import silence, with_noise
from voice.audio import read_wav
from voice.microwake import MicroWake
from voice.model import RATE_HZ
from voice.wake import Watch
from voice.wakecheck import SphinxChecker

WORDS = ("alexa", "okay nabu", "hey jarvis", "hey mycroft")
PIECE = 1024


def sound(path: Path) -> bytes:
    """Return 16 kHz mono PCM with a second of a quiet room around it."""
    if path.suffix == ".wav":
        samples = read_wav(path)
    else:
        command = ("sox", str(path), "-t", "raw", "-r", str(RATE_HZ), "-e", "signed", "-b", "16", "-c", "1", "-")
        samples = np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.int16)
    return np.concatenate([with_noise(silence(1.0), 20.0), samples, with_noise(silence(1.0), 20.0)]).tobytes()


async def measured(folder: Path, *, doubt: bool) -> dict[str, float]:
    """Return recall and false wakes an hour of each word, and the real-time factor of listening for one."""
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text().splitlines()]
    rows = [row for row in rows if row.get("text") is not None]
    pieces = [(str(row["text"]).lower(), sound(folder / row["file"])) for row in rows]
    length_s = sum(len(pcm) for _, pcm in pieces) / RATE_HZ / 2
    checker = SphinxChecker() if doubt else None
    figures: dict[str, float] = {}
    for word in WORDS:
        watch = Watch(MicroWake([word]), checker=checker)
        said = heard = false = 0
        at_s, other_s, begun = 0.0, 0.0, time.process_time()
        for text, pcm in pieces:
            woken = 0
            for begin in range(0, len(pcm), PIECE):
                at_s += PIECE / 2 / RATE_HZ
                woken += await watch.accept(pcm[begin : begin + PIECE], at_s) is not None
            if word in text:
                said, heard = said + 1, heard + (woken > 0)
            else:
                false, other_s = false + woken, other_s + len(pcm) / 2 / RATE_HZ
        figures[f"{word}: heard of {said}"] = heard
        figures[f"{word}: false wakes in {other_s / 60:.0f} minutes"] = false
        figures[f"{word}: real-time factor"] = (time.process_time() - begun) / length_s
    return figures


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.wake", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--doubt", action="store_true")
    given = parser.parse_args()
    for name, value in asyncio.run(measured(given.folder, doubt=given.doubt)).items():
        print(f"{name:<45} {value:8.4f}")


if __name__ == "__main__":
    main()
