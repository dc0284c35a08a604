"""How a household wants to be listened to."""

from dataclasses import dataclass, field
from enum import StrEnum

from voice.endpoint import Patience


class FollowUp(StrEnum):
    """After which answers people may go on without the wake word."""

    NEVER = "never"
    QUESTIONS = "questions"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """What may be chosen."""

    patience: Patience = field(default_factory=Patience)
    follow_up: FollowUp = FollowUp.QUESTIONS
    follow_up_s: float = 5.0
    keeps_audio: bool = False
    """Whether what is heard in a turn is kept with its record, in memory."""


# fmt: off
_HUSH = {
    "en": frozenset({
        "stop", "wait", "no", "nope", "quiet", "silence", "enough", "okay", "ok", "hush", "please", "thanks", "thank",
        "you", "be", "it", "that's", "shut", "up",
    }),
    "de": frozenset({
        "stopp", "stop", "halt", "warte", "nein", "ruhe", "still", "sei", "genug", "okay", "bitte", "danke", "reicht",
    }),
}
_HANG_UP = {
    "en": frozenset({
        "hang up", "please hang up", "end the call", "end call", "end the intercom", "stop the intercom",
        "close the intercom", "over and out",
    }),
    "de": frozenset({
        "auflegen", "leg auf", "lege auf", "bitte auflegen", "beende das gespräch", "gespräch beenden",
        "sprechanlage aus", "ende und aus", "over and out",
    }),
}
# fmt: on


def hangs_up(text: str, language: str) -> bool:
    """Return whether somebody on the intercom says nothing but that it is over."""
    return text in _HANG_UP.get(language[:2], _HANG_UP["en"])


def hushes(text: str, language: str) -> bool:
    """Return whether somebody who interrupts us with a text only wants us to be silent."""
    return _HUSH.get(language[:2], _HUSH["en"]).issuperset(text.split())
