"""What the house knows of who speaks, put into each turn: fulfils the conversation's `Attendant`."""

from collections.abc import Sequence

from daemon.conversation import Answer
from daemon.conversation.attending import Aside
from daemon.heeding import Heeding
from daemon.remembering.picture import BRIEF, VERSED, VERSED_ENOUGH, VERSED_SURE
from daemon.remembering.tending import Tending
from daemon.remembering.wondering import Wondering
from skills.model import Utterance


class Attending:
    """Answers the conversation from what was told and what was seen."""

    def __init__(self, heeding: Heeding, tending: Tending, wondering: Wondering) -> None:
        self._heeding, self._tending, self._wondering = heeding, tending, wondering

    def beside(self, utterance: Utterance) -> Sequence[str]:
        """Return the commands that are carried out too when this is said."""
        return self._heeding.beside(utterance)

    def is_brief(self, utterance: Utterance) -> bool:
        """Return whether the answer is to be short: as its speaker told, else as they are likely to want it."""
        told = self._heeding.is_brief(utterance)
        return told if told is not None else self._tending.picture(utterance.cause.person).is_sure(BRIEF)

    def is_versed(self, utterance: Utterance) -> bool:
        """Return whether its speaker needs no hint: nearly all that they say is understood."""
        picture = self._tending.picture(utterance.cause.person)
        return picture.is_sure(VERSED, sure=VERSED_SURE, enough=VERSED_ENOUGH)

    def aside(self, utterance: Utterance, answer: Answer) -> Aside | None:
        """Return what is to be asked after this answer."""
        return self._wondering.aside(utterance, answer)
