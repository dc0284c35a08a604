"""English as it is typed in haste, with the apostrophes that were left out: "dont", "im", "whats", "its there"."""

import re
from collections.abc import Mapping

_NEGATED = re.compile(
    r"\b(do|does|did|is|are|was|were|ca|could|should|would|wo|has|have|had|must|need)nt\b", re.IGNORECASE
)
_IS = re.compile(r"\b(what|who|where|when|how|that|there|here)s(?= )", re.IGNORECASE)
_ITS = re.compile(r"^((?:(?:no|nope|actually|well|but|and|sorry|ok|okay)\b[,.! ]*)*it)s(?= )", re.IGNORECASE)
_I: Mapping[str, str] = {"im": "I'm", "ive": "I've", "id like": "I'd like", "id prefer": "I'd prefer"}
_OF_ME = re.compile(r"(?<!\w)(im|ive|id like|id prefer)(?= )", re.IGNORECASE)


def spelled(text: str, *, english: bool = False) -> str:
    """Return a text with these apostrophes, and with one kind of them; "its" is "it's" only where a clause begins.

    "Im" is a word of its own in German: it is "I'm" only where the text is known to be ``english``.
    """
    text = text.replace("’", "'")
    text = _NEGATED.sub(lambda found: f"{found[1]}n't", text)
    text = _IS.sub(lambda found: f"{found[1]}'s", text)
    text = _ITS.sub(lambda found: f"{found[1]}'s", text)
    if not english:
        return text
    return _OF_ME.sub(lambda found: _I[found[1].lower()], text)
