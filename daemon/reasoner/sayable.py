"""What of a model's text can be said: words in whole sentences, without what is only for the eye or for machines."""

import html
import re

SAY_MAX = 400
"""Characters that are spoken of what a model says: two breaths."""
LEAST_VARIED = 0.4
"""Share of different words; a text of over `LONG` words with less goes round in circles."""
LONG = 12

_MACHINE = re.compile(
    r"```.*?(?:```|\Z)|<(think|script|style)\b.*?(?:</\1>|\Z)|\{[^{}]*\}|^[\s|:+-]*--[\s|:+-]*$",
    re.DOTALL | re.MULTILINE,
)
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+|\S+@\S+\.\w+")
_ADDRESSED = re.compile(r"[^.!?…\n]*\0[^.!?…\n]*[.!?…]?")
"""A sentence that an address was taken out of: it is of no use without it."""
_HEADING = re.compile(r"^\s*#{1,6}\s+.*$", re.MULTILINE)
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,2}[.)])\s+", re.MULTILINE)
_ROLE = re.compile(
    r"^\s*(?:assistant|ai|bot)\s*:\s*|\n\s*(?:human|user|person|assistant)\s*:.*\Z", re.IGNORECASE | re.DOTALL
)
_LINE_END = re.compile(r"(?<=[^\s.,;:!?])[ \t]*\n\s*")
_MARKUP = re.compile(r"[*_`#>|~^\\]+")
_SPOKEN = re.compile(r"[^\w\s.,;:!?…'’\"“”„()%°€$&/+=\-–]")
_CALL = re.compile(r"\b\w+\(\s*\w+\s*=|\b[a-z]+_[a-z_]+\b(?!@)|\"\w+\"\s*:|\bHass[A-Z]\w+")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_LETTER = re.compile(r"[^\W\d_]")


def speakable(text: str) -> str:
    """Return words that can be spoken: no markup, lists, addresses, pictures; whole sentences as far as they fit."""
    plain = _TAG.sub(" ", _MACHINE.sub(" ", html.unescape(_ROLE.sub("", text))))
    plain = _ADDRESSED.sub(" ", _ADDRESS.sub("\0", _LINK.sub(r"\1", plain)))
    if not _HEADING.sub("", plain).strip():
        plain = plain.replace("#", " ")
    listed = len(_ITEM.findall(plain)) > 1
    plain = _ITEM.sub("", _HEADING.sub("", plain).strip())
    plain = _LINE_END.sub(", " if listed else ". ", plain.strip())
    plain = " ".join(_SPOKEN.sub(" ", _MARKUP.sub(" " if "|" in plain else "", plain)).split())
    return _cut(re.sub(r"\s+(?=[.,;:!?…])", "", plain).strip(" ,;:-–"))


def is_words(text: str) -> bool:
    """Return whether a text is meant for people: no call, no script that we cannot read, nothing in circles."""
    if _CALL.search(text) is not None:
        return False
    letters = _LETTER.findall(text)
    if letters and len(_LATIN.findall(text)) < len(letters) / 2:
        return False
    words = text.lower().split()
    return len(words) <= LONG or len(set(words)) >= LEAST_VARIED * len(words)


def _cut(plain: str) -> str:
    if len(plain) <= SAY_MAX:
        return plain
    cut = plain[:SAY_MAX]
    end = max(cut.rfind(mark) for mark in ".!?…")
    return cut[: end + 1] if end > 0 else cut.rsplit(" ", 1)[0]
