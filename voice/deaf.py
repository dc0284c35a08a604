"""The recognizer of a language that there is no model for: it says so, so that all else goes on in its rooms."""

from typing import NoReturn

from voice.model import ModelError, Vocabulary


class Deaf:
    """Recognizes nothing: an engine for `voice.recognize.ThreadedRecognizer`."""

    name = "none"

    def __init__(self, language: str) -> None:
        """``language`` is the one that there is no model for."""
        self.language = language

    def learn(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        """Expect nothing; no word is reported, as it is not for its words that nothing is recognized."""
        del vocabulary
        return ()

    def open(self) -> "Deaf":
        """Begin an utterance that will have no words."""
        return self

    def accept(self, pcm: bytes) -> str:
        """Return nothing."""
        del pcm
        return ""

    def finish(self) -> NoReturn:
        """Raise ModelError ``model-missing``."""
        raise ModelError(f"there is no speech model for {self.language!r}", code="model-missing")

    def close(self) -> None:
        """There is nothing to free."""
