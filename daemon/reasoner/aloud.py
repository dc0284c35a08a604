"""Hands over the sentences of an answer that only talks, while the rest of it still comes."""

import json
import re
from collections.abc import Callable

from daemon.reasoner.checking import Say
from daemon.reasoner.claims import claims
from daemon.reasoner.sayable import SAY_MAX, is_words, speakable

Speak = Callable[[str], None]
"""Takes a sentence that can be said now; neither waits nor raises."""

LEAST_SAID = 12
"""Characters: "Dr." and "3." end no sentence."""
_TALKS = re.compile(r'^\s*\{\s*"kind"\s*:\s*"talk"')
_SAY = re.compile(r'"say"\s*:\s*"')
_END = re.compile(r"[.!?…][\"'”“)]*\s")
_BEGUN = ("```", "<", "{")
_WHOLE = re.compile(r'(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*')


class Aloud:
    """Reads one answer as it comes in; what was handed over is said and cannot be taken back."""

    def __init__(self, speak: Speak | None) -> None:
        """``speak`` takes the sentences; None: nobody waits for them."""
        self._speak = speak
        self._raw = ""
        self._taken = 0
        self._silent = speak is None
        self.said: list[str] = []
        """What was handed over, sentence by sentence."""

    def take(self, piece: str) -> None:
        """Take the next piece of the answer, and hand over every sentence that is whole by it."""
        self._raw += piece
        if self._silent or self._speak is None:
            return
        while (found := _END.search(text := self._so_far(), self._taken + LEAST_SAID)) is not None:
            raw = text[self._taken : found.end()]
            sentence = speakable(raw)
            if not _may_be_said(raw) or len(" ".join([*self.said, sentence])) > SAY_MAX:
                self._silent = True
                return
            self._taken = found.end()
            if sentence:
                self.said.append(sentence)
                self._speak(sentence)

    def anew(self) -> "Aloud":
        """Return one for the next answer."""
        return Aloud(self._speak)

    def whole(self) -> Say:
        """Return what was said with the rest of it, if that may be said too; for an answer that was begun aloud."""
        raw, said = self._so_far()[self._taken :], " ".join(self.said)
        rest = speakable(raw) if not self._silent and _may_be_said(raw) else ""
        if len(said) + len(rest) > SAY_MAX:
            rest = ""
        return Say(f"{said} {rest}".strip(), asks=False, told=said)

    def _so_far(self) -> str:
        """Return the words of the answer as far as they have come."""
        begun = _SAY.search(self._raw) if _TALKS.match(self._raw) else None
        if begun is None:
            return ""
        whole = _WHOLE.match(self._raw, begun.end())
        assert whole is not None
        text = json.loads(f'"{whole.group()}"', strict=False)
        # Half of a character may have come.
        return str(text).encode("utf-16", "surrogatepass").decode("utf-16", "ignore")


def _may_be_said(raw: str) -> bool:
    """Return whether a sentence can be said before the next one is there; what is only begun may be no words at all."""
    return not any(sign in raw for sign in _BEGUN) and is_words(raw) and not claims(speakable(raw))
