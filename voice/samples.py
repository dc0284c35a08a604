"""Samples of what was taken for a wake word, kept for tuning: only where the household said so, and with a bound."""

import logging
import re
from pathlib import Path

from voice.model import AudioFormat

log = logging.getLogger("hearth." + __name__)

FILES_MAX = 200
"""Of two seconds each: 13 MB."""
_UNSAFE = re.compile(r"[^a-z0-9]+")


class SampleFolder:
    """A folder of WAV files named ``000017-okay-nabu-woke-93.wav``: number, word, what became of it, score in percent.

    The oldest goes when there are FILES_MAX. Make one only by consent; nothing else here ever writes sound to a disk.
    """

    def __init__(self, folder: Path, *, most: int = FILES_MAX) -> None:
        self._folder = folder
        self._most = most

    def __call__(self, word: str, score: float, pcm: bytes, *, woke: bool) -> None:
        """Keep one sample; a disk that is full or gone is logged, once per sample."""
        from voice.audio import wav_bytes

        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            there = sorted(self._folder.glob("[0-9]*.wav"))
            for old in there[: max(len(there) - self._most + 1, 0)]:
                old.unlink(missing_ok=True)
            number = int(there[-1].name.partition("-")[0]) + 1 if there else 1
            name = f"{number:06}-{_UNSAFE.sub('-', word.lower())}-{'woke' if woke else 'refused'}-{score * 100:.0f}.wav"
            (self._folder / name).write_bytes(wav_bytes(pcm, AudioFormat()))
        except (OSError, ValueError) as error:
            log.warning("a sample of the wake word was not kept in %s: %s", self._folder, error)

    def clear(self) -> int:
        """Delete all samples, as when the consent is taken back; return how many there were."""
        there = list(self._folder.glob("[0-9]*.wav")) if self._folder.is_dir() else []
        for path in there:
            path.unlink(missing_ok=True)
        return len(there)
