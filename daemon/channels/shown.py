"""How a message looks on a screen: its lines, its length, the words on its buttons."""

import hashlib
from collections.abc import Mapping

from daemon.notify.model import Answer, Message
from skills.language import say

LABELS: Mapping[Answer, str] = {
    Answer.DONE: "Done",
    Answer.SNOOZE: "Later",
    Answer.NOT_ME: "Not me",
    Answer.DISMISSED: "Dismiss",
    Answer.YES: "Yes",
    Answer.NO: "No",
}
"""The buttons: short, a phone has little room."""
MOST_BUTTONS = 3
"""What Android and ntfy show of a message's buttons."""
LONGEST_LABEL = 100
LONGEST_TITLE = 200
LONGEST_TEXT = 3_000
"""Bytes of UTF-8: ntfy turns what is longer than 4,096 into a file, and a push message holds 4 KiB in all."""


def label(message: Message, answer: Answer) -> str:
    """Return what stands on the button of an answer."""
    own = message.labels.get(answer)
    return say(LABELS[answer]) if own is None else clipped(" ".join(_printable(own).split()), LONGEST_LABEL)


def mark(key: str) -> str:
    """Return what a notice is called on a server: 32 letters and digits, the same at every repeat and restart."""
    return hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


def title_of(message: Message) -> str:
    """Return the title on one line, ``Hearth`` if there is none."""
    return clipped(" ".join(_printable(message.title).split()), LONGEST_TITLE) or "Hearth"


def text_of(message: Message) -> str:
    """Return the text as it is shown: without control characters, and of a length that every channel takes."""
    return clipped(_printable(message.text).strip(), LONGEST_TEXT) or "(no text)"


def clipped(text: str, most_bytes: int) -> str:
    """Return a text of at most so many bytes, with an ellipsis where something is missing."""
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= most_bytes:
        return encoded.decode()
    return encoded[: most_bytes - 3].decode("utf-8", "ignore") + "…"


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() or one == "\n" else " " for one in text)
