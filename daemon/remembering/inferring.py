"""What a sentence lets one conclude that was not said to be remembered: by form, less sure, and never of what is asked.

"Turn the heating up, I'm always cold" is a command; "my sister Clara is visiting on Friday" is talk. Both tell
something. It is kept as inferred, with the words that it came from, and asked about before anything relies on it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SOMEWHAT, RATHER = 0.6, 0.8
"""How sure a conclusion is: of what passes, and of what was said in so many words."""

_KIN = (
    "sister|brother|mother|father|mum|mom|dad|wife|husband|partner|girlfriend|boyfriend|son|daughter|friend|cousin"
    "|aunt|uncle|grandma|grandmother|grandpa|grandfather|neighbour|neighbor|boss|colleague"
)
_KIN_DE = (
    "schwester|bruder|mutter|vater|mama|papa|frau|mann|freundin|freund|sohn|tochter|tante|onkel|oma|opa|nachbar(?:in)?"
    "|chef(?:in)?|kollegin|kollege|cousine|cousin"
)
_DAY = (
    r"(?:today|tonight|tomorrow|this week(?:end)?|next week(?:end)?"
    r"|(?:on |next )?(?:mon|tues|wednes|thurs|fri|satur|sun)day(?: evening| morning)?|until [a-z]+)"
)
_TAG = (
    r"(?:heute|morgen|diese woche|nächste woche|am wochenende|(?:am )?(?:montag|dienstag|mittwoch|donnerstag|freitag"
    r"|samstag|sonntag)|bis [a-zä]+)"
)
_COMES = r"(?i:is (?:visiting|coming|staying)(?: (?:us|over|here))?)"
_SHIFT = r"(?:nights|(?:night|early|late) shifts?|from home)"
_SCHICHT = r"(?:nachts|nachtschicht|frühschicht|spätschicht|(?:von )?zu hause)"
_NO_WORD = re.compile(
    r"\?\s*$|[\"“”„]|\b(?:if|would|could|might|maybe|perhaps|wish|imagine|suppose|pretend|said|says|told me|heard that"
    r"|wenn|falls|würde|könnte|vielleicht|hätte|wäre|angeblich|sagt|sagte|meint)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Inferred:
    """One conclusion."""

    subject: str | None
    """None: whoever spoke; `my sister` is theirs."""
    relation: str
    thing: str
    text: str
    confidence: float
    expires_at: datetime | None = None


_FORMS: Sequence[tuple[re.Pattern[str], str, float, int | None]] = tuple(
    (re.compile(form), relation, confidence, days)
    for form, relation, confidence, days in (
        (rf"(?i:\bmy (?P<kin>{_KIN})),? (?P<what>[A-Z][a-zà-ÿ]+)\b(?=,| (?:is|was|has|will|comes|came)\b)", "name",
         RATHER, None),
        (rf"(?i:\bmy (?P<kin>{_KIN}))(?:,? [A-Z][a-zà-ÿ]+)?,? {_COMES} (?P<what>(?i:{_DAY}))", "visits", SOMEWHAT, 10),
        (rf"(?i:\bi(?:'m| am)? (?:work|working|on) (?P<what>{_SHIFT}(?: {_DAY})?))", "shift", SOMEWHAT, 7),
        (rf"(?i:\bi(?:'m| am) (?P<what>(?:away|on holiday|on vacation|travelling)(?: {_DAY})?))", "whereabouts",
         SOMEWHAT, 7),
        (r"(?i:\bi(?:'m| am) always (?P<what>cold|hot|tired|late|hungry)\b(?: in the (?:morning|evening))?)", "usually",
         SOMEWHAT, None),
        (r"(?i:(?:because|since|as) i(?:'m| am) allergic to (?P<what>[\w ]+))", "allergy", RATHER, None),
        (r"(?i:(?:because|since|as) i(?:'m| am) (?P<what>vegetarian|vegan|diabetic|lactose intolerant))", "diet",
         RATHER, None),
        (r"(?i:\bi always (?P<what>(?:take|go|get up|have|drink|eat) [\w ]+))", "usually", RATHER, None),
        (rf"(?i:\bmeine? (?P<kin>{_KIN_DE})) (?P<what>[A-ZÄÖÜ][a-zäöüß]+)\b(?=,| (?:ist|war|hat|kommt|besucht)\b)",
         "name", RATHER, None),
        (rf"(?i:\bmeine? (?P<kin>{_KIN_DE}))(?: [A-ZÄÖÜ][a-zäöüß]+)? (?i:kommt|besucht uns) (?P<what>(?i:{_TAG}))",
         "visits", SOMEWHAT, 10),
        (rf"(?i:\bich (?:arbeite|habe) (?:{_TAG} )?(?P<what>{_SCHICHT}))", "shift", SOMEWHAT, 7),
        (r"(?i:weil ich (?:gegen|auf) (?P<what>[\w ]+?) allergisch bin)", "allergy", RATHER, None),
        (r"(?i:\bich (?:nehme|trinke|esse|fahre|gehe)(?: \w+)? immer (?P<what>[\w ]+))", "usually", RATHER, None),
        (rf"(?i:\b(?:{_TAG}) (?:kommt|besucht uns) meine? (?P<kin>{_KIN_DE})) (?P<what>[A-ZÄÖÜ][a-zäöüß]+)\b", "name",
         RATHER, None),
        (rf"(?i:\b(?P<what>{_TAG}) (?:kommt|besucht uns) meine? (?P<kin>{_KIN_DE}))\b", "visits", SOMEWHAT, 10),
    )
)  # fmt: skip
_REMARK = re.compile(
    r"^(?!(?:who|what|when|where|why|which|how|is|are|was|were|did|do|does|has|have|had|can|wer|was|wann|wo|warum"
    r"|welche[rsnm]?|wie|wieso|ist|sind|war|waren|hat|haben|kann)\b)"
    r"(?:(?:the|my|our|mr|mrs|ms|dr|i|we|der|die|das|mein|meine|unser|unsere|ich|wir|herr|frau)\b"
    r"|(?-i:[A-ZÄÖÜ][a-zäöüß]+ ))"
    r".*\b(?:made|came|went|was|were|had|broke|fell|got|bought|saw|left|found|took|gave|called|met|heard|has been"
    r"|have been|started|stopped|finished|repaired|fixed|arrived|hat|haben|war|waren|ist|wurde|kam|ging|\w{3,}ed)\b"
    r"(?:.*\w)?[.!]?$",
    re.IGNORECASE,
)
_OF_SELF = re.compile(
    r"^(?:(?:so|well|oh|ach|also|ja|hm),? )?(?:i|we|ich|wir)(?:'m|'ve|'ll)? "
    r"(?!(?:\w+ )?(?:want|need|wish|would|like to|'d|can|can't|could|may|should|must|möchte|möchten|will|wollen|brauche"
    r"|brauchen|hätte|hätten|kann|können|darf|soll)\b)[a-zäöü]\w+\b|^(?:i'm|i've|we're|we've) \w+|^mir (?:geht|ist)\b",
    re.IGNORECASE,
)
"""Somebody tells of themselves."""
_HAPPENS = re.compile(
    r"^(?:der|die|das|unser|unsere|mein|meine|the|our|my) \w+ (?!ist\b|sind\b|is\b|are\b)\w{3,}(?:t|en|s|ing) "
    r"(?:\w+ )*(?:schon wieder|seit|immer noch|nicht mehr|again|still|since)\b(?: \w+)*$",
    re.IGNORECASE,
)
_COMES_TO_US = re.compile(
    rf"^(?:{_TAG}|{_DAY}) (?:kommt|kommen|besucht|besuchen|is|are) (?:meine?|unsere?|my|our)\b", re.IGNORECASE
)
_WAKE_LIGHT = re.compile(r"\bwake(?:-| )?(?:up )?light\b|\b(?:weck|wecker|aufwach)licht\b", re.IGNORECASE)
_ALONE = re.compile(
    r"\b(?:(?:don't|do not|never) (?:tell|say)|tell (?:nobody|no one)|keep (?:it|that|this) (?:secret|to yourself)"
    r"|(?:erzähl|sag|verrat)\w* (?:es |das )?(?:\w+ )?(?:niemand\w*|keinem|nicht weiter)"
    r"|behalt\w* (?:es|das) für dich)\b",
    re.IGNORECASE,
)
_ORDER = re.compile(
    r"^(?:the|der|die|das)\b.*\b(?:on|off|up|down|an|aus|auf|zu|please|bitte)[.!]?$"
    r"|\b(?:should|can you|kannst du|soll)\b",
    re.IGNORECASE,
)
LEAST_WORDS = 4


def inferred(text: str, at: datetime) -> Sequence[Inferred]:
    """Return what a sentence lets one conclude; nothing of what is asked, supposed, quoted or only heard."""
    if supposes(text):
        return ()
    found: list[Inferred] = []
    for form, relation, confidence, days in _FORMS:
        match = form.search(text.replace("’", "'"))
        if match is None:
            continue
        kin = match.groupdict().get("kin")
        until = None if days is None else at + timedelta(days=days)
        clause = match[0].strip(" ,")
        if relation == "name" and kin:
            verb = "heißt" if clause.casefold().startswith("mein") else "is called"
            clause = f"{clause.split(' ')[0]} {kin} {verb} {match['what']}"
        found.append(
            Inferred(f"my {kin.lower()}" if kin else None, relation, match["what"].strip(), clause, confidence, until)
        )
    return found


_QUESTION = re.compile(
    r"\?\s*$|^\W*(?:(?:hey|hearth|ok(?:ay)?|so|and|please|bitte|und|also)\b[,\s]*)*"
    r"(?:who|whose|whats?|when (?:is|are|was|were|do|does|did|will)|when's|wheres?|why|which|how|is|are|was|were|did"
    r"|do (?:you|i|we)|does|has|(?:have|can|could) you|am i|tell me (?:what|where|when|who|about)"
    r"|wer|was|wann|wo|warum|wieso|welche[rsnm]?|wie|ist|sind|war|hat|(?:hast|weißt|kannst) du"
    r"|sag mir (?:was|wo|wann|wer|wie))\b",
    re.IGNORECASE,
)


def is_question(text: str) -> bool:
    """Say whether a text only asks, with a mark at its end or without."""
    return _QUESTION.search(text.replace("’", "'")) is not None


def supposes(text: str) -> bool:
    """Say whether a text asks, supposes, quotes, or tells what others say."""
    return _NO_WORD.search(text) is not None


def is_remark(text: str) -> bool:
    """Say whether somebody only tells what happened: it is kept as it was said, and asks for nothing."""
    said = " ".join(text.split())
    if _NO_WORD.search(said) or _ORDER.search(said) or len(said.split()) < LEAST_WORDS:
        return False
    return any(form.match(said) is not None for form in (_REMARK, _OF_SELF, _HAPPENS, _COMES_TO_US))


def names_wake_light(text: str) -> bool:
    """Say whether a text is about the light before an alarm."""
    return _WAKE_LIGHT.search(text) is not None


def is_confided(text: str) -> bool:
    """Say whether somebody tells something that nobody else is to hear of."""
    return _ALONE.search(text) is not None
