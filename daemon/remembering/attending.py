"""What the house knows of who speaks, put into each turn: fulfils the conversation's `Attendant`."""

from collections.abc import Sequence

from daemon.conversation import Answer
from daemon.conversation.attending import Aside
from daemon.heeding import Heeding
from skills.model import Utterance


class Attending:
    """Answers the conversation from what was told and what was seen."""

    def __init__(self, heeding: Heeding) -> None:
        self._heeding = heeding

    def beside(self, utterance: Utterance) -> Sequence[str]:
        """Return the commands that are carried out too when this is said."""
        return self._heeding.beside(utterance)

    def is_brief(self, utterance: Utterance) -> bool:
        """Return whether the answer is to be short."""
        return self._heeding.is_brief(utterance) or False

    def is_versed(self, utterance: Utterance) -> bool:
        """Return whether its speaker needs no hint."""
        del utterance
        return False

    def aside(self, utterance: Utterance, answer: Answer) -> Aside | None:
        """Return what is to be asked after this answer."""
        del utterance, answer
        return None
