"""Puts a sentence about a routine into the order in which most are said, where another is as good.

"Sinkt die Temperatur unter null, …" is "wenn die Temperatur unter null sinkt, …"; "five minutes after everyone has
left" is "when everyone has left for five minutes"; "sunset minus ten minutes" is "ten minutes before sunset".
"""

import re

from skills.grammar.plain.lengths import lengths
from skills.grammar.plain.said import Said
from skills.grammar.plain.speech import SUN, Speech

_BEFORE_AFTER = {"en": {"plus": "after", "minus": "before"}, "de": {"plus": "nach", "minus": "vor"}}
_EVERY_DAY = {"en": ("every", "day"), "de": ("jeden", "tag")}
_LEFT = re.compile(
    r"do not (?:leave|let|keep) (?:\S+ ){1,5}?"
    r"(?P<state>on|open|running|unlocked) (?:past|after|beyond|later than)(?!\S)"
)
_WHO = frozenset({"ich", "wir", "man", "jemand", "wer"})
_BEING = frozenset({"ist", "sind", "bin"})
_LAST = {
    "en": re.compile(r"after (?:the )?last (?:motion|movement|activity)(?!\S)"),
    "de": re.compile(r"nach der letzten (?:bewegung|aktivitat)(?!\S)"),
}
_NO_MOTION = {"en": ("no", "motion", "for"), "de": ("keine", "bewegung", "seit")}
_WHEN = {"en": ("when", "for"), "de": ("wenn", "seit")}


def straightened(said: Said, speech: Speech) -> Said:
    """Return a sentence in the usual order, or as it is."""
    said = _left(_offset(said, speech), speech)
    said = _after_the_last(said, speech)
    delayed = _delayed(said, speech)
    return delayed if delayed is not None else _verb_last(said, speech)


def recurring(said: Said, speech: Speech) -> Said:
    """Return a sentence that is to hold from now on as one of every day."""
    span = said.span(speech.from_now)
    rest = said if span is None else said.without(span)
    day = _EVERY_DAY[speech.code]
    return Said((*day, *rest.words), (*day, *rest.raw), frozenset(at + len(day) for at in rest.breaks))


def _verb_last(said: Said, speech: Speech) -> Said:
    """Put the verb with which a condition begins behind it, a part of the verb with it: "geht … los" is "losgeht"."""
    asked = len(said) > 1 and speech.verbs.match(said.text) is not None and said.words[1] in _WHO  # "öffne ich das …"
    if not said.words or not (asked or speech.inverted.fullmatch(said.words[0])):
        return said
    ordered = (at for at in range(2, len(said)) if speech.verbs.fullmatch(said.words[at]))
    end = next((at for at in sorted(said.breaks) if at > 2), 0) or next(ordered, 0)
    if not end:
        return said
    stop = _second(said, end, speech)
    verb, words, raw = said.words[0], said.words[1:stop], said.raw[1:stop]
    if words[-1] in speech.particles and verb not in _BEING:
        words, raw, verb = words[:-1], raw[:-1], f"{words[-1]}{verb}"
    when = _WHEN[speech.code][0]
    front = (when, *words, verb)
    grown = len(front) - stop
    breaks = frozenset(at + grown for at in said.breaks if at >= end)
    return Said((*front, *said.words[stop:]), (when, *raw, verb, *said.raw[stop:]), breaks)


def _second(said: Said, end: int, speech: Speech) -> int:
    """Return where the first of two conditions ends, the second of which has a verb of its own; else `end`."""
    for start, behind in said.cut(0, end).spans(speech.joins):
        if start > 1 and any(speech.inverted.fullmatch(word) for word in said.words[behind:end]):
            return start
    return end


def _left(said: Said, speech: Speech) -> Said:
    """Return "do not leave it on past ten" as what it comes to: "make sure it is not on after ten"."""
    found = _LEFT.match(said.text) if speech.code == "en" else None
    if found is None:
        return said
    start, stop = 3, found.start("state")
    at = said.text[:stop].count(" ")
    words = ("make", "sure", *said.words[start:at], "is", "not", said.words[at], "after")
    raw = ("make", "sure", *said.raw[start:at], "is", "not", said.raw[at], "after")
    behind = found.group().strip().count(" ") + 1
    return Said((*words, *said.words[behind:]), (*raw, *said.raw[behind:]))


def _delayed(said: Said, speech: Speech) -> Said | None:
    """Return "when …, for five minutes" of "five minutes after …"; ``None`` if it is none."""
    for start, end, _ in lengths(said, speech)[:1]:
        behind = said.cut(end)
        found = speech.afterwards.match(behind.text)
        if start > 1 or found is None:
            continue
        rest = behind.cut(found.group().strip().count(" ") + 1)
        when, since = _WHEN[speech.code]
        lead = (when, since, *said.words[start:end])
        breaks = frozenset(at + len(lead) for at in rest.breaks)
        return Said((*lead, *rest.words), (when, since, *said.raw[start:end], *rest.raw), breaks)
    return None


def _after_the_last(said: Said, speech: Speech) -> Said:
    """Return "when there is no motion for five minutes" of "five minutes after the last motion"."""
    for start, end, _ in lengths(said, speech):
        found = _LAST[speech.code].match(said.cut(end).text)
        if found is None:
            continue
        stop = end + found.group().count(" ") + 1
        lead = (_WHEN[speech.code][0], *_NO_MOTION[speech.code])
        grown = len(lead) - (stop - end)
        breaks = frozenset(at if at <= start else at + grown for at in said.breaks if at <= start or at >= stop)
        words = (*said.words[:start], *lead, *said.words[start:end], *said.words[stop:])
        return Said(words, (*said.raw[:start], *lead, *said.raw[start:end], *said.raw[stop:]), breaks)
    return said


def _offset(said: Said, speech: Speech) -> Said:
    signs = _BEFORE_AFTER[speech.code]
    for begin, end, _ in lengths(said, speech):
        start = begin + (said.words[begin] in signs)
        if start >= 2 and said.words[start - 1] in signs and said.words[start - 2] in SUN:
            event, way = said.raw[start - 2], signs[said.words[start - 1]]
            words = (*said.words[: start - 2], *said.words[start:end], way, event.lower(), *said.words[end:])
            raw = (*said.raw[: start - 2], *said.raw[start:end], way, event, *said.raw[end:])
            return Said(words, raw, said.breaks)
    return said
