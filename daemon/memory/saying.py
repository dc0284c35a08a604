"""What a sentence says for good: facts, tastes, goals, wishes on how to be served; by rule, and where it is explicit.

Pure functions. What is asked, supposed, quoted or comes from outside says nothing. A rule is a form of sentence, not a
sentence: each serves any thing, place and person.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from daemon.heeding import instructs, spelled
from daemon.memory.model import FactKind
from daemon.memory.question import window_of

Manner = Literal["is", "was", "ended", "corrected", "denied"]
"""Is so (from now, or from when it says); was so once; is so no longer; is so, and what was said before never was; and
never was so, whoever said it before."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a sentence says."""

    subject: str | None
    """Whom or what it is about, folded; None: whoever speaks; `my sister` is theirs."""
    relation: str
    object: str
    kind: FactKind
    manner: Manner
    text: str
    """The clause that says it."""
    since: datetime | None = None
    until: datetime | None = None


LONGEST = 400
"""Characters: longer texts are told, not stated."""

_FILLERS = "hey|ok(?:ay)?|well|so|oh|and|but|please|hearth|by the way|btw|just|also|you know|guess what|now"
_LATELY = (
    "these days|nowadays|at the moment|lately|currently|right now|as of (?:now|today)|for the record|fyi|so you know"
)
_FILLER = rf"(?:(?:{_FILLERS}|{_LATELY})\b[,!:]?\s*)*"
_EXPLICIT = (
    r"(?:(?:please )?(?:remember|note|keep in mind|don't forget|do not forget|make a note|be aware"
    r"|(?:i (?:think|want|would like|'d like) )?you (?:should|to|must|ought to) know)"
    r"(?: of this| down)?(?: that|:|,)?\s+)"
)
_CORRECTS = (
    r"(?P<corrects>(?:no|nope|sorry|correction|actually|wait|i meant|i mean|that's wrong|that is wrong|that was wrong"
    r"|you got that wrong|i misspoke|scratch that)\b[,.:;!\s-]*)*"
)
_START = re.compile(rf"^{_FILLER}{_CORRECTS}{_FILLER}(?P<explicit>{_EXPLICIT})?{_FILLER}", re.IGNORECASE)
_CLAUSES = re.compile(
    r"(?<=[.!;])\s+|,?\s+(?:and|but|so|because)\s+(?=(?:i|we|my|our)(?:'m|'ve|'d)?\s)|\s+[-–]\s+|,\s+(?=(?:i|we|my)\s)",
    re.IGNORECASE,
)
_IDLE = re.compile(
    r"^\s*(?:if|when|what|where|who|why|how|which|would|could|should|do|does|did|is|are|am|can|will|have|has|had|was"
    r"|were|maybe|perhaps|imagine|suppose|let's say)\b"
    r"|\b(?:i wish|i might|i may|i think about|i would|i'd|i could|i dreamt|i dreamed|i guess|i doubt|as if|pretend)\b"
    r"|\b(?:he|she|they|it|says?|said|claims?|claimed|told|thinks?)\b.*\b(?:that|says?|said) i\b|[\"“”]",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:[\s,]+(?:now|nowadays|these days|at the moment|lately|recently|currently|right now|today|any ?more|any longer"
    r"|again|please|though|too|as well|instead|actually|by the way|a lot|very much|after all|the most|for good))+$",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^(?:(?:the|a|an|to|at|in|being|called|really|some)\s+)+(?=\S)", re.IGNORECASE)
_LINK = re.compile(r"[\s,]+(?:since|from|until|till|by|in|on|at|as of)?\s*$", re.IGNORECASE)
_TIMED = re.compile(r"\b(?:since|from|until|till|as of|last|this|next|yesterday|\d{4})\b", re.IGNORECASE)
"""Without these a time in a taste is part of it: "the light warm in the evening"."""
_SUBJECT = r"(?P<who>i|we|(?:my|our) [a-z]+(?:'s [a-z]+)?|[A-Z][a-zà-ÿ]+)"
_BE = r"(?:'m|'re|'s| am| are| is)"
_OFTEN = r"(?: now| just| recently| also| really| currently| still| actually| absolutely| finally| always)*"

_NO_THINGS = frozenset({
    "point", "guess", "question", "idea", "problem", "hope", "bad", "dear", "god", "goodness", "turn", "fault",
    "pleasure", "way", "best", "answer", "mistake", "word", "opinion", "advice", "feeling", "impression", "thought",
    "concern", "head", "back", "stomach", "day", "morning", "evening", "life",
})  # fmt: skip
"""`My guess is …` says nothing of a thing that one has."""
DIETS = (
    "vegetarian|vegan|pescatarian|flexitarian|diabetic|coeliac|celiac|lactose[- ]intolerant|gluten[- ]free"
    "|gluten[- ]intolerant|teetotal|kosher|halal"
)
"""As a pattern."""

_DATED = frozenset({"birthday", "age"})
"""Relations whose object is a time itself."""
_AT = re.compile(r"(?:in|on|at|under|behind|beside|next to|inside|above|below|between) ", re.IGNORECASE)
_EMPTY = re.compile(r"^(?:it|that|this|you|them|him|her|think so|me|nothing|everything)$", re.IGNORECASE)

_NOBODY = re.compile(
    r"^(?:it|that|this|he|she|they|you|there|who|what|one|nobody|everybody|someone|people)$", re.IGNORECASE
)
"""Whoever these are, the sentence does not say it."""

Make = Callable[[re.Match[str]], tuple[str, str, FactKind, Manner]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A form of sentence and what it says: relation, object, kind and manner."""

    form: re.Pattern[str]
    make: Make


def statements(
    text: str, *, at: datetime, tainted: bool = False, outright: bool = False, language: str = "en"
) -> Sequence[Statement]:
    """Return what a sentence says for good, in order; nothing of what is tainted, asked, supposed or only told.

    Args:
        text: as it was said.
        at: when, in the zone in which its times are meant.
        tainted: whether text from outside the household had a part in it.
        outright: whether somebody asked for it to be remembered.
        language: in which it was said; what has no rules is read as English.
    """
    if tainted or len(text) > LONGEST:
        return ()
    if language.partition("-")[0] == "de":
        from daemon.memory import german

        return german.statements(text, outright=outright)
    return tuple(_read(spelled(text, english=True), at, outright=outright))


def _read(text: str, at: datetime, *, outright: bool) -> Iterator[Statement]:
    explicit, corrects = outright, False
    for part in _CLAUSES.split(text):
        start = _START.match(part)
        assert start is not None, "every part of it may be empty"
        explicit = explicit or start["explicit"] is not None
        corrects = corrects or bool(start["corrects"])
        clause = part[start.end() :].strip().rstrip(".!,;")
        if not clause or clause.endswith("?"):
            continue
        found = _standing(clause) or (None if _IDLE.search(clause) else _stated(clause, at))
        if found is None and explicit and not _IDLE.search(clause):
            found = _noted(clause)
        if found is None:
            continue
        yield replace(found, manner=corrected(found.manner, clause)) if corrects else found


_NO_MORE = re.compile(
    r"\b(?:no longer|any ?more|any longer|now|these days|since|quit|left|nicht mehr|keine?\w* .*mehr|jetzt|seit)\b",
    re.IGNORECASE,
)
"""What is so no longer was so."""


def corrected(manner: Manner, clause: str) -> Manner:
    """Return how something is so where it puts right what was said before: "no, I am not" denies, "no longer" ends."""
    if manner == "is":
        return "corrected"
    return "denied" if manner == "ended" and _NO_MORE.search(clause) is None else manner


# Wishes on how to be served, and how things are done here: kept as they were said, always in view

_INSTRUCTION = re.compile(
    r"^(?:from now on,? .+|(?:always|never) (?!mind\b|a\b|the\b|been\b|again\b|ever\b|heard\b|knew\b|seen\b)\w+ .+"
    r"|(?:i want|i'd like|i would like) you to (?:always|never) .+|you (?:should|must) (?:always|never) .+"
    r"|do(?:n't| not) (?:ever|you ever) .+"
    r"|when(?:ever)? i (?:ask|say|tell|call|come|leave|go|wake|get) [^?]+,"
    r" (?!i\b|it\b|that\b|he\b|she\b|they\b)\w+ .+)$",
    re.IGNORECASE,
)
_PROCEDURE = re.compile(
    r"^(?:to [a-z]+ (?:the|our|a) [^,]+, (?:you|first|just|press|turn|hold|pull|push|open|close|use|take|switch|call)"
    r"\b.+"
    r"|in this house,? (?:we|you) .+|the way (?:we|to|you) .+ is .+|(?:we|here we) always .+)$",
    re.IGNORECASE,
)


def _standing(clause: str) -> Statement | None:
    if _INSTRUCTION.match(clause) or instructs(clause):
        return Statement(None, "instruction", clause, "instruction", "is", clause)
    if _PROCEDURE.match(clause):
        return Statement("household", "procedure", clause, "procedure", "is", clause)
    return None


def _noted(clause: str) -> Statement | None:
    """Return what was asked to be remembered in words that no rule has: `the wifi password is hunter2`."""
    found = re.match(
        r"^(?:the|our|my)?\s*(?P<thing>[\w' -]{2,60}?)\s+(?:is|are)\s+(?:now )?(?P<what>.+)$", clause, re.IGNORECASE
    )
    if found is None:
        return Statement("household", "note", clause, "fact", "is", clause)
    return Statement(folded(found["thing"]), "is", _TAIL.sub("", found["what"]), "fact", "is", clause)


# What people say of themselves and of each other


def _rule(form: str, make: Make) -> Rule:
    return Rule(re.compile(f"^{form}$", re.IGNORECASE), make)


def _says(relation: str, kind: FactKind = "fact", manner: Manner = "is") -> Make:
    return lambda found: (relation, found["what"], kind, manner)


def _answers(found: re.Match[str]) -> tuple[str, str, FactKind, Manner]:
    short = re.search(r"short|brief|concise|less|fewer", found["what"], re.IGNORECASE) is not None
    return "answers", "short" if short else "long", "preference", "is"


_SOON = (
    r"(?:\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|midnight|tonight|tomorrow|then|now)\b"
    r"|(?:car|bus|train|plane|bike|foot|taxi|boat|myself|accident|mistake|hand|the)\b)"
)
"""What follows "by" that is no day of a goal: "I want to be home by six", "I want to go by train"."""
_TEMPERATURE = r"(?P<what>\d{1,2}(?:[.,]\d)? ?(?:degrees|°)(?: celsius)?|\d{1,2}(?: and a half)? degrees)"
_RULES: Sequence[Rule] = (
    _rule(
        r"(?P<who>)(?:i(?:'d)? (?:like|want|prefer|love) my wake(?:-| )?(?:up )?light(?: to be)?"
        r"|my wake(?:-| )?(?:up )?light (?:should|shall) be) (?P<what>.+)",
        _says("wake light", "preference"),
    ),
    _rule(r"(?P<who>[A-Z][a-zà-ÿ]+)'s birthday is (?:on )?(?:the )?(?P<what>.+)", _says("birthday", "profile")),
    _rule(r"(?P<who>my) birthday is (?:on )?(?:the )?(?P<what>.+)", _says("birthday", "profile")),
    _rule(rf"{_SUBJECT}{_BE} (?P<what>[a-z-]+|\d{{1,3}}) years? old(?: now| today)?", _says("age", "profile")),
    _rule(
        rf"{_SUBJECT}{_OFTEN} (?:likes?|loves?|prefers?|wants?)(?: it| (?:my|the) rooms?| to have it)?(?: at| around)? "
        rf"{_TEMPERATURE}(?: best| in here| here| warm| now| these days)*",
        _says("temperature", "preference"),
    ),
    _rule(
        r"(?P<who>i)(?:'d| would)? (?:like|prefer|want) (?P<what>short(?:er)?|brief|long(?:er)?|detailed|concise) "
        r"(?:answers?|replies)",
        _answers,
    ),
    _rule(r"(?P<who>)(?:please )?talk (?P<what>less|more)(?: to me)?", _answers),
    _rule(
        r"(?P<who>)(?:please )?(?:stop|no more) (?P<what>coaching)(?: me)?|(?P<who2>)don't coach me(?: any ?more)?",
        lambda _: ("coaching", "off", "preference", "is"),
    ),
    _rule(
        r"(?P<who>)(?:you (?:can|may) |please )?coach me(?: again)?(?: (?P<what>.+))?",
        lambda found: ("coaching", found["what"] or "on", "preference", "is"),
    ),
    _rule(
        r"(?P<who>)(?:please )?(?:stop|no more|don't|do not) (?:(?:draw(?:ing)?|jump(?:ing)? to|mak(?:e|ing))(?: any)? "
        r"(?:conclusions?|assumptions?|guesses)|conclud(?:e|ing) (?:anything|things)|guess(?:ing)? (?:things|anything))"
        r"(?: (?:about|from|of) (?:me|what i say|my words))?",
        lambda _: ("concluding", "off", "preference", "is"),
    ),
    _rule(
        r"(?P<who>)you (?:can|may) (?:draw conclusions|conclude things|make assumptions|guess things)"
        r"(?: (?:about|from|of) (?:me|what i say|my words))?(?: again)?",
        lambda _: ("concluding", "on", "preference", "is"),
    ),
    _rule(
        r"(?P<who>)(?:i (?:like|want) (?:you )?to (?:be woken|wake me)|(?:always )?wake me(?: up)?)"
        r" (?P<what>gently|softly|with (?:the )?light)",
        _says("waking", "preference"),
    ),
    _rule(r"(?P<who>)(?:please )?(?:call me|my name is|i go by) (?P<what>[\w' -]{1,40})", _says("name", "profile")),
    _rule(rf"{_SUBJECT}(?: have| has)? used to (?:live|be) in (?P<what>.+)", _says("home", "profile", "was")),
    _rule(rf"{_SUBJECT}(?: have| has)? used to work (?:at|for|in) (?P<what>.+)", _says("work", "profile", "was")),
    _rule(rf"{_SUBJECT} used to (?:like|love|enjoy|prefer) (?P<what>.+)", _says("likes", "preference", "was")),
    _rule(rf"{_SUBJECT} lived in (?P<what>.+)", _says("home", "profile", "was")),
    _rule(rf"{_SUBJECT} worked (?:at|for) (?P<what>.+)", _says("work", "profile", "was")),
    _rule(
        rf"{_SUBJECT}(?: (?:do|does) not| don't| doesn't) live in (?P<what>.+?) (?:any ?more|any longer)",
        _says("home", "profile", "ended"),
    ),
    _rule(
        rf"{_SUBJECT}(?: (?:do|does) not| don't| doesn't) work (?:at|for|in) (?P<what>.+?) (?:any ?more|any longer)",
        _says("work", "profile", "ended"),
    ),
    _rule(rf"{_SUBJECT} no longer lives? in (?P<what>.+)", _says("home", "profile", "ended")),
    _rule(rf"{_SUBJECT} no longer works? (?:at|for|in) (?P<what>.+)", _says("work", "profile", "ended")),
    _rule(
        rf"{_SUBJECT}(?: have| has|'ve|'s)?{_OFTEN} (?:quit|left|resigned from) (?:my |his |her |the )?job"
        r"(?: (?:at|with) (?P<what>.+))?",
        lambda found: ("work", found["what"] or "", "profile", "ended"),
    ),
    _rule(
        rf"{_SUBJECT}(?: have| has|'ve|'s)?{_OFTEN} (?:moved|relocated)(?: house)?(?: from .+?)? to (?P<what>.+)",
        _says("home", "profile"),
    ),
    _rule(rf"{_SUBJECT}{_OFTEN} lives? in (?P<what>.+)", _says("home", "profile")),
    _rule(rf"{_SUBJECT}{_BE}{_OFTEN} living in (?P<what>.+)", _says("home", "profile")),
    _rule(r"(?P<who>my|our)(?: new)? (?:home|place|flat|apartment|house) is in (?P<what>.+)", _says("home", "profile")),
    _rule(rf"{_SUBJECT}{_OFTEN} works? (?:at|for) (?P<what>.+)", _says("work", "profile")),
    _rule(rf"{_SUBJECT}{_BE}{_OFTEN} (?:working|employed) (?:at|for|by|with) (?P<what>.+)", _says("work", "profile")),
    _rule(
        rf"{_SUBJECT}(?: have| has|'ve|'s)?{_OFTEN} (?:started|begun|began|got|found|taken|took)"
        r" (?:working|work|a new job|a job|my new job|a position|a new position|the job) (?:at|for|with) (?P<what>.+)",
        _says("work", "profile"),
    ),
    # Without the word, only a name is where one works: who got a cold, or joined a choir, does not work there.
    _rule(
        rf"{_SUBJECT}(?: have| has|'ve|'s)?{_OFTEN} (?:(?:started|begun|began) at|joined)"
        r" (?P<what>(?-i:[A-Z])[\w&.'-]*(?: (?-i:[A-Z])[\w&.'-]*)*)",
        _says("work", "profile"),
    ),
    _rule(
        rf"(?P<who>my)(?: new)? (?:employer|company|boss's company) is{_OFTEN} (?P<what>.+)", _says("work", "profile")
    ),
    _rule(rf"{_SUBJECT}{_OFTEN} works? as (?P<what>.+)", _says("job", "profile")),
    _rule(
        rf"{_SUBJECT}(?: was|'ve| have| has)? never(?: been| was)? allergic to (?P<what>.+)",
        _says("allergy", "profile", "denied"),
    ),
    _rule(
        rf"{_SUBJECT}{_BE}(?: not| no longer)(?: really)? allergic to (?P<what>.+)",
        _says("allergy", "profile", "ended"),
    ),
    _rule(rf"{_SUBJECT}{_BE}{_OFTEN}(?: badly| severely)? allergic to (?P<what>.+)", _says("allergy", "profile")),
    _rule(rf"{_SUBJECT} (?:have|has|'ve got) an? (?P<what>[\w -]+?) allergy", _says("allergy", "profile")),
    _rule(
        rf"{_SUBJECT}{_BE}(?: not| no longer)(?: a)? (?P<what>{DIETS})(?: any ?more)?",
        _says("diet", "profile", "ended"),
    ),
    _rule(rf"{_SUBJECT}{_BE}{_OFTEN}(?: an?)? (?P<what>{DIETS})(?: now| these days)?", _says("diet", "profile")),
    _rule(
        rf"{_SUBJECT}(?: have| has|'ve|'s)?{_OFTEN} (?:become|became|turned|gone|went) (?:an? )?(?P<what>{DIETS})",
        _says("diet", "profile"),
    ),
    _rule(
        r"(?P<who>my|our)(?: new| current)? favou?rite (?P<thing>[\w ]{2,40}?)(?: is| are|'s)(?: now)? (?P<what>.+)",
        lambda found: (f"favourite {folded(found['thing'])}", found["what"], "preference", "is"),
    ),
    _rule(
        rf"{_SUBJECT}(?: (?:do|does) not| don't| doesn't| no longer)(?: really)? (?:like|likes|love|loves|enjoy|enjoys"
        r"|care for) (?P<what>.+?) (?:any ?more|any longer)",
        _says("likes", "preference", "ended"),
    ),
    _rule(rf"{_SUBJECT} no longer (?:likes?|loves?|enjoys?) (?P<what>.+)", _says("likes", "preference", "ended")),
    _rule(
        rf"{_SUBJECT}(?: have| has|'ve|'s)?{_OFTEN} (?:gone|went|am) off (?P<what>.+)",
        _says("likes", "preference", "ended"),
    ),
    _rule(
        rf"{_SUBJECT}{_OFTEN} (?:(?:do|does) not|don't|doesn't)(?: really)? (?:like|love|enjoy) (?P<what>.+)",
        _says("dislikes", "preference"),
    ),
    _rule(
        rf"{_SUBJECT}{_OFTEN} (?:hates?|dislikes?|detests?|can't stand|cannot stand) (?P<what>.+)",
        _says("dislikes", "preference"),
    ),
    _rule(rf"{_SUBJECT}{_BE}{_OFTEN} (?:into|fond of|a fan of) (?P<what>.+)", _says("likes", "preference")),
    _rule(
        rf"{_SUBJECT}{_OFTEN} (?:likes?|loves?|enjoys?|adores?|prefers?) (?P<what>.+)",
        _says("likes", "preference"),
    ),
    _rule(
        r"(?P<who>my)(?: new| big)? (?:goal|aim|ambition|new year's resolution|resolution)(?: this year| for [\w ]+?)?"
        r"(?: is|'s)(?: now)?(?: to)? (?P<what>.+)",
        _says("goal", "goal"),
    ),
    _rule(
        r"(?P<who>i)(?:'m| am) (?P<what>(?:training|saving(?: up)?|studying|practising) (?:for|towards) .+)",
        _says("goal", "goal"),
    ),
    _rule(
        rf"(?P<who>i)(?: want| would like|'d like) to (?P<what>.+ (?:by|before) (?!{_SOON}).+|.+ this year)",
        _says("goal", "goal"),
    ),
    _rule(
        r"(?P<who>i)(?:'ve| have)? (?:reached|achieved|met|given up on|gave up on|dropped) my goal(?: of| to)?"
        r" (?P<what>.+)",
        _says("goal", "goal", "ended"),
    ),
    _rule(
        r"(?P<who>my|our)(?: new)? (?P<thing>[\w' -]{2,40}?)(?: is| are|'s(?! \w+ (?:is|are)\b))(?: now)?"
        r"(?: called| named)? (?P<what>.+)",
        lambda found: (folded(found["thing"]), found["what"], "fact", "is"),
    ),
)


def _stated(clause: str, at: datetime) -> Statement | None:
    for rule in _RULES:
        found = rule.form.match(clause)
        if found is None or (found.groupdict().get("thing") or "").lower().split(" ")[-1] in _NO_THINGS:
            continue
        relation, thing, kind, manner = rule.make(found)
        # "Green now" is so from now on, and not from six hours before, as "around now" would be.
        thing = _TAIL.sub("", thing)
        timed = (kind == "profile" and relation not in _DATED) or (
            kind == "preference" and _TIMED.search(thing) is not None
        )
        window, bare = window_of(thing, at) if timed else (None, thing)
        placed = kind == "fact" and _AT.match(bare) is not None
        bare = bare.strip(" ,.;!") if placed else cleaned(_LINK.sub("", bare) if window is not None else bare)
        if (not bare and manner != "ended") or _EMPTY.match(bare) or _NOBODY.match(found["who"]):
            continue
        since = window[0] if window is not None and manner == "is" else None
        until = window[1] if window is not None and manner == "was" else None
        subject = _subject(found["who"])
        return Statement(subject, relation, bare, kind, manner, clause, since, until)
    return None


def _subject(who: str) -> str | None:
    """Return whom a clause is about; none for whoever speaks."""
    lower = who.lower()
    if lower in ("i", "my", ""):
        return None
    return "household" if lower in ("we", "our") else folded(who)


def cleaned(thing: str) -> str:
    """Return the words for a thing without what hangs on them: `at the Acme now` is `Acme`."""
    before = ""
    while thing != before:
        before, thing = thing, _TAIL.sub("", thing.strip(" ,.;!"))
    return _LEAD.sub("", thing)


def folded(words: str) -> str:
    """Return words as they are compared."""
    return " ".join(re.sub(r"[^\w\s'-]", " ", words.casefold()).split())
