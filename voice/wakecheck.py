"""The second look at a doubtful wake word: does it fit the sound better than free phones do? Facts: pocketsphinx 5.1.1.

Of 39 wake words said by people, all 39 passed; of 18 pieces of other speech that microWakeWord gave 0.3 to 0.98, 5 did.
"""

from voice.model import EngineError
from voice.sphinx import Matcher

FIT_MIN = 0.0
"""Log likelihood per frame, word minus free phones; people's wake words reached -0.1 to 12, others -21 to 22."""


class SphinxChecker:
    """Checks English wake words; loads 50 MB. One thread at a time."""

    def __init__(self) -> None:
        """Load it. Raises EngineError ``engine-missing`` when pocketsphinx cannot be loaded."""
        self._matcher = Matcher()
        self._learned: set[str] = set()

    def __call__(self, word: str, pcm: bytes) -> bool:
        """Return whether `word` is said in the speech of `pcm`; no where it cannot even be spelled out."""
        speech = _speech(pcm)
        if not speech or not self._knows(word):
            return False
        self._matcher.use(_key(word))
        fit = self._matcher.fit(speech)
        return fit is not None and fit.text == word and fit.per_frame >= FIT_MIN

    def _knows(self, word: str) -> bool:
        """Learn `word` if it is new; return whether it can be recognized."""
        if word in self._learned:
            return True
        parts = word.split()
        try:
            self._matcher.spell([part for part in parts if not self._matcher.knows(part)])
        except EngineError:
            return False
        if not all(map(self._matcher.knows, parts)):
            return False
        self._matcher.add(_key(word), f"#JSGF V1.0; grammar wake; public <word> = {word};")
        self._learned.add(word)
        return True


def _key(word: str) -> str:
    return word.replace(" ", "_")


def _speech(pcm: bytes) -> bytes:
    """Return the part of `pcm` in which somebody speaks, with 0.2 s around it."""
    from voice.endpoint import FRAME_BYTES, load_detector

    detector = load_detector()
    begins = range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES)
    voiced = [begin for begin in begins if detector(pcm[begin : begin + FRAME_BYTES]) >= 0.5]
    pad = 6 * FRAME_BYTES
    return pcm[max(voiced[0] - pad, 0) : voiced[-1] + FRAME_BYTES + pad] if voiced else b""
