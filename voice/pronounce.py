"""How a word that no dictionary has is pronounced: espeak-ng's IPA turned into the phones of CMUdict."""

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence

from voice.model import EngineError

DEADLINE_S = 10.0
_MARKS = re.compile(r"[ˈˌː̩̃ ‿|_\-]")
_PHONES: Mapping[str, str] = {
    # Longest first is not needed here: `arpabet` tries three, two, one letters in turn.
    "aɪə": "AY AH", "aɪɚ": "AY ER", "aʊɚ": "AW ER",
    "tʃ": "CH", "dʒ": "JH", "aɪ": "AY", "aʊ": "AW", "ɔɪ": "OY", "oʊ": "OW", "əʊ": "OW", "eɪ": "EY", "iə": "IY AH",
    "oɹ": "AO R", "ɪɹ": "IH R", "ɛɹ": "EH R", "ʊɹ": "UH R",
    "a": "AA", "æ": "AE", "ɑ": "AA", "ɐ": "AH", "ə": "AH", "ʌ": "AH", "ɔ": "AO", "ɒ": "AA", "o": "OW", "ɚ": "ER",
    "ɜ": "ER", "ɝ": "ER", "ɛ": "EH", "e": "EH", "ɪ": "IH", "ᵻ": "IH", "i": "IY", "ʊ": "UH", "u": "UW", "y": "UW",
    "ø": "ER", "œ": "ER", "b": "B", "d": "D", "ð": "DH", "f": "F", "ɡ": "G", "g": "G", "h": "HH", "j": "Y", "k": "K",
    "x": "K", "ç": "HH", "l": "L", "ɫ": "L", "ɬ": "L", "m": "M", "n": "N", "ŋ": "NG", "p": "P", "ɹ": "R", "r": "R",
    "ʁ": "R", "ɾ": "D", "s": "S", "ʃ": "SH", "t": "T", "ʔ": "T", "θ": "TH", "v": "V", "w": "W", "z": "Z", "ʒ": "ZH",
}  # fmt: skip
"""From what espeak-ng 1.52 gives for ``en-us``, foreign sounds as the nearest that CMUdict has."""


def arpabet(ipa: str) -> str | None:
    """Return the phones for `ipa`, or None when it holds a sound that is not known."""
    rest = _MARKS.sub("", ipa)
    phones: list[str] = []
    while rest:
        size = next((size for size in (3, 2, 1) if rest[:size] in _PHONES and len(rest) >= size), 0)
        if size == 0:
            return None
        phones.append(_PHONES[rest[:size]])
        rest = rest[size:]
    return " ".join(phones).replace("ER R", "ER") or None


def pronunciations(words: Sequence[str], voice: str = "en-us") -> dict[str, str]:
    """Return the phones of each of `words` that can be spelled out; blocking.

    Raises:
        EngineError: espeak-ng cannot be run or is late.
    """
    if not words:
        return {}
    command = [sys.executable, "-m", "voice.espeak_worker", voice, "--ipa"]
    try:
        done = subprocess.run(
            command,
            input="\n".join(words),
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=True,
            encoding="utf-8",
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise EngineError(f"words cannot be spelled out by espeak-ng: {error}") from error
    spelled = ((word, arpabet(ipa)) for word, ipa in zip(words, done.stdout.splitlines(), strict=False))
    return {word: phones for word, phones in spelled if phones is not None}
