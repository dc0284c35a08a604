"""What is to be remembered beside an order: "turn on the lamp and remember that …", by form, in English and German."""

import re
from collections.abc import Mapping

from daemon.heeding import spelled

_BESIDE: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(
        r"^(?P<order>.+?)(?:[,;.]|,? (?:and|then|but)) (?:(?:and|then|also|please) )*"
        r"(?:remember|note|keep in mind|don't forget|make a note)(?: that|:) (?P<what>\S.+)$",
        re.IGNORECASE,
    ),
    "de": re.compile(
        r"^(?P<order>.+?)(?:[,;.]|,? (?:und|dann)) (?:(?:und|dann|bitte|auch) )*"
        r"(?:merke?|notiere?|behalte?|vergiss nicht)(?: dir)?(?: bitte| auch)*(?:,? dass|:) (?P<what>\S.+)$",
        re.IGNORECASE,
    ),
}


def parted(text: str, language: str) -> tuple[str, str] | None:
    """Return an order and what is to be remembered beside it; ``None`` where not both are said."""
    form = _BESIDE.get(language.partition("-")[0])
    found = form.match(" ".join(spelled(text).split())) if form is not None else None
    return None if found is None else (found["order"], found["what"])
