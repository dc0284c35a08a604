"""One text on its way to a loudspeaker: what of it was handed over, and which of its words were heard."""

import re
from collections.abc import Callable, Sequence

from voice.model import Sound
from voice.spoken import speakable

LETTERS_PER_S = 15.0
"""How fast espeak-ng speaks at 165 words a minute; every text that is said whole corrects it."""
AROUND_S = 1.2
"""How long before and after a moment a word may have been said that is heard then."""
_WORD = re.compile(r"[\w'’]+")


class Tempo:
    """How fast a voice speaks, learned from what it said."""

    def __init__(self) -> None:
        self.letters_per_s = LETTERS_PER_S

    def learn(self, letters: int, seconds: float) -> None:
        """Take note of a text that was said whole; short ones are mostly pause."""
        if seconds > 1.0 and letters > 10:
            self.letters_per_s += (letters / seconds - self.letters_per_s) * 0.3


class Saying:
    """One text while it is said. Times are those of `now_s`."""

    def __init__(self, text: str, language: str, tempo: Tempo, now_s: Callable[[], float]) -> None:
        self.text = text
        """As it was given; it is spoken as `speakable` has it."""
        self._spoken = speakable(text, language)
        self._tempo, self._now_s = tempo, now_s
        self._whole = False
        self.handed_s = 0.0
        """How much sound was handed over."""
        self.begun_s: float | None = None
        """When the first sound was handed over; ``None``: none was."""

    def hand(self, sound: Sound) -> None:
        """Take note that the next sound is handed over."""
        self.begun_s = self._now_s() if self.begun_s is None else self.begun_s
        self.handed_s += sound.format.seconds(len(sound.pcm))

    def is_whole(self) -> None:
        """Take note that the last sound was handed over."""
        self._whole = True
        self._tempo.learn(len(self._spoken), self.handed_s)

    def played_s(self, at_s: float) -> float:
        """Return how much of it had been heard at a time: no more than was handed over."""
        return 0.0 if self.begun_s is None else min(max(at_s - self.begun_s, 0.0), self.handed_s)

    def heard(self, played_s: float) -> str:
        """Return the words that were heard whole, as they were given to the voice, after so much sound."""
        letters = self._letters_at(played_s)
        ends = [found.end() for found in _WORD.finditer(self._spoken) if found.end() <= letters]
        return self._spoken[: ends[-1]] if ends else ""

    def words_around(self, from_s: float, to_s: float) -> Sequence[str]:
        """Return the words that were being said between two times, lower case, with some before and after."""
        first = self._letters_at(self.played_s(from_s - AROUND_S))
        last = self._letters_at(self.played_s(to_s) + AROUND_S)
        found = _WORD.finditer(self._spoken.lower())
        return [one.group() for one in found if one.end() >= first and one.start() <= last]

    def _letters_at(self, played_s: float) -> float:
        if self._whole and self.handed_s:
            return len(self._spoken) * played_s / self.handed_s
        return played_s * self._tempo.letters_per_s
