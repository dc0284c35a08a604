"""What of a model's proposal stands in the words of somebody who lives here: all else that it says is dropped.

A model that is wrong, or was turned against the house, can propose anything. What is kept has its object word for word
in the utterance, a word there that says so of it, and a subject that the utterance names.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from daemon.memory.stems import STOPWORDS, words
from daemon.remembering.inferring import Inferred, is_question, supposes

UNSURE = 0.55
"""How sure what a model concluded is: a little more than what was asked about in vain."""
MOST = 2
"""Conclusions from one utterance."""
LONGEST_OBJECT = 8
"""Words."""
LEAST_WORDS = 4
"""Shorter utterances tell nothing by the way."""
SPEAKER = "speaker"
_CUES: Mapping[str, str] = {
    "likes": r"likes?|liked|loves?|loved|enjoy\w*|fond|great|wonderful|delicious|favou?rite|mag|mochte|liebe|liebt|gern"
    r"|gerne|toll|lecker|schmeckt|freue",
    "dislikes": r"hates?|hated|can't stand|cannot stand|annoy\w*|awful|terrible|(?:do not|does not|don't|doesn't) like"
    r"|hasse|hasst|nervt|eklig|furchtbar|mag \w*\W?(?:nicht|kein\w*)|mag kein\w*",
    "usually": r"always|usually|every|often|mostly|immer|meistens|jeden|jede|jedes|oft|gewöhnlich",
    "job": r"work as|works as|job|profession|trained as|arbeite als|arbeitet als|beruf|gelernte\w*",
    "home": r"lives? in|living in|moved to|grew up in|wohne|wohnt|umgezogen|gezogen|aufgewachsen",
    "owns": r"owns?|bought|besitze|besitzt|gekauft|angeschafft",
    "plans": r"(?:going|plan|planning|want|wants|hope) to|looking forward to|möchte|möchten|plane|planen",
    "worry": r"worried|worry|afraid|nervous|anxious|sorge\w*|angst|nervös",
}
"""Relations, each with a word of which one has to be in the utterance."""
_FORMS = {relation: re.compile(rf"(?<!\w)(?:{cues})(?!\w)", re.IGNORECASE) for relation, cues in _CUES.items()}
_LASTS: Mapping[str, timedelta] = {"plans": timedelta(days=30), "worry": timedelta(days=30)}
_SELF = frozenset({"i", "i'm", "i've", "i'd", "i'll", "we", "we're", "we've", "ich", "wir", "mir", "mich"})
_CLAUSES = re.compile(
    r"[,.;:!]+\s*|\s+[-–]\s+|\s+(?:and|but|because|since|while|so|und|aber|weil|denn|während)\s+", re.IGNORECASE
)
_NOT = re.compile(
    r"\b(?:not|never|no|nobody|without|hardly|\w+n't|nicht|nie|niemals|kein\w*|ohne|kaum)(?!\w)", re.IGNORECASE
)
_VAGUE = frozenset({"all", "everything", "something", "anything", "things", "stuff", "alles", "etwas", "was", "sachen"})
_SECRET = re.compile(r"\b(?:pin|password|passwort|code|kennwort)\b|\d{4,}", re.IGNORECASE)

SCHEMA: Mapping[str, object] = {
    "type": "object",
    "properties": {
        "facts": {
            "type": "array",
            "maxItems": MOST,
            "items": {
                "type": "object",
                "properties": {
                    "about": {"type": "string"},
                    "relation": {"type": "string", "enum": list(_CUES)},
                    "object": {"type": "string"},
                },
                "required": ["about", "relation", "object"],
            },
        }
    },
    "required": ["facts"],
}


@dataclass(frozen=True, slots=True)
class Utterer:
    """Who said something, and whom they can have spoken of."""

    id: str
    names: Mapping[str, str]
    """The people of the house: folded names, and their ids."""


def worth_asking(text: str) -> bool:
    """Say whether an utterance may tell something by the way: no question, no supposition, nothing secret."""
    told = len(text.split()) >= LEAST_WORDS and not is_question(text)
    return told and not supposes(text) and _SECRET.search(text) is None


def grounded(answer: str, text: str, at: datetime, utterer: Utterer) -> Sequence[Inferred]:
    """Return what of a model's answer about an utterance stands in its words; of what cannot be read, nothing."""
    if not worth_asking(text):
        return ()
    found = [_grounded(one, text, at, utterer) for one in _proposed(answer)[:MOST]]
    return [one for one in found if one is not None]


def _proposed(answer: str) -> Sequence[Mapping[str, object]]:
    try:
        given = cast("object", json.loads(answer))
    except ValueError:
        return ()
    facts = cast("Mapping[str, object]", given).get("facts") if isinstance(given, dict) else None
    listed = cast("Sequence[object]", facts) if isinstance(facts, list) else ()
    return [cast("Mapping[str, object]", one) for one in listed if isinstance(one, dict)]


def _grounded(proposed: Mapping[str, object], text: str, at: datetime, utterer: Utterer) -> Inferred | None:
    about, relation, thing = (proposed.get(key) for key in ("about", "relation", "object"))
    if not isinstance(about, str) or not isinstance(thing, str) or not isinstance(relation, str):
        return None
    form, wanted = _FORMS.get(relation), words(thing)
    if (
        form is None
        or not set(wanted) - STOPWORDS - _VAGUE
        or len(wanted) > LONGEST_OBJECT
        or form.search(thing) is not None
    ):
        return None
    for clause in _CLAUSES.split(text.replace("’", "'")):
        before = _before(wanted, clause)
        if before is None or form.search(clause) is None or not _affirms(relation, form, clause):
            continue
        subject = _subject(about.strip().casefold(), before, utterer)
        if subject is not None:
            lasts = _LASTS.get(relation)
            until = None if lasts is None else at + lasts
            own = None if subject == utterer.id else subject
            return Inferred(own, relation, thing.strip(" .,!"), text.strip(), UNSURE, until)
    return None


def _before(wanted: Sequence[str], clause: str) -> Sequence[str] | None:
    """Return the words of a clause before those that are wanted, which stand together; ``None``: they do not."""
    said = words(clause)
    for start in range(len(said)):
        if said[start : start + len(wanted)] == wanted:
            return clause.casefold().split()[:start]
    return None


def _affirms(relation: str, form: re.Pattern[str], clause: str) -> bool:
    """Say whether a clause says so, and not the contrary."""
    denies = _FORMS["dislikes"].search(clause) is not None
    return denies is (relation == "dislikes") and _NOT.search(form.sub(" ", clause)) is None


def _subject(about: str, before: Sequence[str], utterer: Utterer) -> str | None:
    """Return of whom a clause tells: whoever says it has to stand in it as "I", anybody else has to begin it."""
    first = before[0].strip(",") if before else ""
    if about == SPEAKER:
        return utterer.id if _SELF.intersection(before) and first not in utterer.names else None
    known = utterer.names.get(about)
    return known if known is not None and first == about and known != utterer.id else None
