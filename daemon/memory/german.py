"""What a German sentence says for good, by rule: the same relations as in English, so that both ask for the same facts.

Verbs go last in "merk dir, dass …": such clauses are kept as they are, and told again so.
"""

import re
from collections.abc import Sequence

from daemon.heeding import instructs
from daemon.memory.model import FactKind
from daemon.memory.saying import Manner, Statement, corrected, folded

_START = re.compile(
    r"^(?:(?:hey|ok(?:ay)?|also|ach|und|aber|bitte|hearth|übrigens|nein|doch|ja|jetzt)\b[,!:]?\s*)+", re.IGNORECASE
)
_CORRECTS = re.compile(
    r"^(?:(?:hey|ok(?:ay)?|also|ach|hearth)\b[,!:]?\s*)*"
    r"(?:nein|quatsch|falsch|stimmt nicht|das stimmt nicht|das war falsch|ich meinte|korrektur)\b",
    re.IGNORECASE,
)
_IDLE = re.compile(
    r"^(?:wenn|falls|ob|was|wo|wer|wie|wann|warum|welche\w*|kannst|könntest|würdest|ist|sind|hat|haben|vielleicht)\b"
    r"|\b(?:würde|könnte|hätte|wäre|wünschte)\b|[\"“„”]|\?\s*$",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?:[\s,]+(?:jetzt|inzwischen|zurzeit|gerade|mittlerweile|bitte|übrigens|auch|sehr|gern|gerne))+$")
_ALWAYS = re.compile(
    r"^(?:von jetzt an|ab jetzt|ab sofort|künftig)\b.+"
    r"|^(?!ich\b|wir\b|er\b|sie\b|es\b)\w+e?(?: (?:mir|uns|mich|dich))? (?:immer|nie|niemals|stets)\b.*"
    r"|^(?:immer|nie|niemals|stets) .+",
    re.IGNORECASE,
)
_WAKE = "(?:weck|wecker|aufwach)licht"
_WHO = r"(?:ich bin|(?P<who>\w+) ist)"
_NO_THINGS = frozenset({
    "meinung", "frage", "tag", "abend", "morgen", "fehler", "gefühl", "eindruck", "problem", "idee", "tipp",
    "vorschlag", "kopf", "bauch", "rücken", "hals",
})  # fmt: skip
"""`Meine Meinung ist …` says nothing of a thing that one has."""
_NOBODY = frozenset({
    "er", "sie", "es", "das", "dies", "dieser", "diese", "der", "die", "was", "wer", "man", "niemand", "jemand",
    "jeder", "alles", "nichts", "hier", "heute", "morgen",
})  # fmt: skip
_DEGREES = r"(?P<what>\d{1,2}(?:[.,]\d)? ?(?:grad|°))"
_RULES: Sequence[tuple[str, str, FactKind, Manner]] = (
    (rf"(?:ich )?(?:mag|habe?|hätte) es (?:(?:gern|gerne|am liebsten|bei|jetzt|lieber) )*{_DEGREES}",
     "temperature", "preference", "is"),
    (r"(?:bitte )?(?:hör|höre) auf,? mich zu (?P<what>coachen)", "coaching", "preference", "is"),
    (r"(?:bitte )?zieh(?:e)?(?: bitte)? (?P<what>keine) (?:schlüsse|folgerungen)(?: mehr)?(?: .*)?",
     "concluding", "preference", "is"),
    (r"du (?:darfst|kannst) (?:wieder )?(?P<what>schlüsse) (?:über mich )?ziehen", "concluding", "preference", "is"),
    (r"(?:weck|wecke) mich (?:immer )?(?P<what>sanft|mit licht)", "waking", "preference", "is"),
    (r"(?:bitte )?(?:nenn|nenne) mich (?P<what>[\w' -]{1,40})", "name", "profile", "is"),
    (r"(?:ich heiße|mein name ist)(?: eigentlich| übrigens| jetzt)? (?P<what>[\w' -]{1,40})", "name", "profile", "is"),
    (r"ich war (?:noch )?nie(?:mals)? allergisch (?:gegen|auf) (?P<what>.+)", "allergy", "profile", "denied"),
    (r"ich bin (?:nicht mehr|nicht) allergisch (?:gegen|auf) (?P<what>.+)", "allergy", "profile", "ended"),
    (r"ich bin (?:nicht mehr|nicht) (?:gegen|auf) (?P<what>.+) allergisch", "allergy", "profile", "ended"),
    (rf"{_WHO} allergisch (?:gegen|auf) (?P<what>.+)", "allergy", "profile", "is"),
    (rf"{_WHO} (?:gegen|auf) (?P<what>.+) allergisch", "allergy", "profile", "is"),
    (rf"(?:mein {_WAKE} soll|ich (?:mag|möchte|will|hätte gern) mein {_WAKE}) (?P<what>.+?)(?: sein| haben)?",
     "wake light", "preference", "is"),
    (r"ich habe am (?P<what>.+) geburtstag", "birthday", "profile", "is"),
    (r"mein geburtstag ist (?:am )?(?P<what>.+)", "birthday", "profile", "is"),
    (r"(?P<who>\w+) hat am (?P<what>.+) geburtstag", "birthday", "profile", "is"),
    (r"ich bin(?: jetzt)? (?P<what>[\w-]+) jahre alt", "age", "profile", "is"),
    (r"(?P<who>\w+) ist (?P<what>[\w-]+) jahre alt", "age", "profile", "is"),
    (r"ich habe (?:früher|damals) in (?P<what>.+) gewohnt", "home", "profile", "was"),
    (r"ich wohne(?: jetzt)? in (?P<what>.+)", "home", "profile", "is"),
    (r"ich bin nach (?P<what>.+) (?:gezogen|umgezogen)", "home", "profile", "is"),
    (r"ich arbeite(?: jetzt)? (?:bei|für) (?P<what>.+)", "work", "profile", "is"),
    (r"ich arbeite(?: jetzt)? als (?P<what>.+)", "job", "profile", "is"),
    (rf"{_WHO}(?: jetzt)? (?P<what>vegetarier(?:in)?|veganer(?:in)?|vegan|vegetarisch|diabetiker(?:in)?)",
     "diet", "profile", "is"),
    (r"ich mochte früher (?P<what>.+)", "likes", "preference", "was"),
    (r"ich mag (?P<what>.+) nicht(?: mehr)", "likes", "preference", "ended"),
    (r"ich mag (?:keine[nrs]?|kein) (?P<what>.+) mehr", "likes", "preference", "ended"),
    (r"ich bin (?:keine? |nicht mehr )(?P<what>vegetarier(?:in)?|veganer(?:in)?|vegan|vegetarisch)(?: mehr)?",
     "diet", "profile", "ended"),
    (r"ich mag (?:keine[nrs]?|kein) (?P<what>.+)", "dislikes", "preference", "is"),
    (r"ich mag (?P<what>.+) nicht", "dislikes", "preference", "is"),
    (r"(?:ich|(?P<who>\w+)) (?:mag|liebe|liebt)(?: (?:jetzt|inzwischen|lieber|gern|gerne|auch|sehr))* (?P<what>.+)",
     "likes", "preference", "is"),
    (r"(?:ich|(?P<who>\w+)) (?:hasse|hasst) (?P<what>.+)", "dislikes", "preference", "is"),
    (r"mein(?: neues)? ziel ist(?: es)?,? (?P<what>.+)", "goal", "goal", "is"),
    (r"meine? lieblings(?P<thing>\w+) ist(?: jetzt)? (?P<what>.+)", "lieblings", "preference", "is"),
    (r"meine? (?P<thing>\w+) (?:ist|sind|heißt|liegt|liegen|steht|stehen|hängt|hängen)(?: jetzt)? (?P<what>.+)",
     "", "fact", "is"),
)  # fmt: skip
_SWITCHED = {("coaching", "coachen"): "off", ("concluding", "keine"): "off", ("concluding", "schlüsse"): "on"}
_PATTERNS: Sequence[tuple[re.Pattern[str], str, FactKind, Manner]] = tuple(
    (re.compile(f"^{form}$", re.IGNORECASE), relation, kind, manner) for form, relation, kind, manner in _RULES
)
_OF_OURS = re.compile(r"^unsere? \w+ (?:ist|sind|heißt|heißen|liegt|steht) .+$", re.IGNORECASE)
"""What everybody of the house has."""
_NOTED = re.compile(
    r"^(?:(?:der|die|das|mein|meine|unser|unsere)\s+)?(?P<thing>[\w' -]{2,60}?)\s+"
    r"(?:(?:ist|sind|liegt|liegen|steht|stehen|hängt|hängen|heißt|heißen|lautet)\s+(?:jetzt )?(?P<what>.+)"
    r"|(?P<last>.+)\s+(?:ist|sind|liegt|liegen|steht|stehen|hängt|hängen|heißt|lautet|kommt|kommen|fährt|beginnt"
    r"|öffnet|schließt|endet|gehört))$",
    re.IGNORECASE,
)


def statements(text: str, *, outright: bool = False) -> Sequence[Statement]:
    """Return what a German sentence says for good; nothing of what is asked, supposed or quoted."""
    clause = _START.sub("", text.strip()).rstrip(".!,; ")
    if clause and not clause.endswith("?") and (_ALWAYS.match(clause) or instructs(clause)):
        return (Statement(None, "instruction", clause, "instruction", "is", clause),)
    if not clause or _IDLE.search(text.strip()):
        return ()
    for form, relation, kind, manner in _PATTERNS:
        found = form.match(clause)
        if found is not None and _is_named(found):
            about = f"{relation}{found['thing'].lower()}" if "thing" in form.groupindex else relation
            what = _SWITCHED.get((relation, found["what"].lower())) or _TAIL.sub("", found["what"]).strip(" ,.")
            if _CORRECTS.match(text.strip()):
                manner = corrected(manner, clause)
            who = found.groupdict().get("who")
            return (Statement(None if who is None else folded(who), about, what, kind, manner, clause),)
    return (noted(clause),) if outright or _OF_OURS.match(clause) else ()


def _is_named(found: re.Match[str]) -> bool:
    """Say whether a form found somebody's name, or a thing that one has, in the place of one."""
    who, thing = found.groupdict().get("who"), found.groupdict().get("thing")
    named = who is None or (who[:1].isupper() and who.casefold() not in _NOBODY)
    return named and (thing is None or thing.casefold() not in _NO_THINGS)


def noted(clause: str) -> Statement:
    """Return what was asked to be remembered in words that no rule has."""
    found = _NOTED.match(clause)
    if found is None:
        return Statement("household", "note", clause, "fact", "is", clause)
    thing = found["what"] or found["last"]
    if found["last"]:
        # "dass der Schlüssel in der Schublade liegt" is told again as a sentence of its own.
        verb = clause.rsplit(" ", 1)[1]
        head = clause[: found.start("last")].strip()
        clause = f"{head} {verb} {found['last']}"
    return Statement(folded(found["thing"]), "is", thing, "fact", "is", clause)
