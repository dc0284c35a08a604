"""What somebody says of how they get on with a goal, and what is said about it: by form, in English and German."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skills.builtin.words import to_number
from skills.language import say

_PAST: Mapping[str, str] = {
    "ran": "run", "swam": "swim", "wrote": "write", "read": "read", "lost": "lose", "drew": "draw", "rode": "ride",
    "went": "go", "drank": "drink", "ate": "eat", "slept": "sleep", "spoke": "speak", "learnt": "learn", "did": "do",
    "gelaufen": "laufen", "geschwommen": "schwimmen", "geschrieben": "schreiben", "gelesen": "lesen",
    "gefahren": "fahren", "gespart": "sparen", "gelernt": "lernen", "abgenommen": "abnehmen", "geübt": "üben",
}  # fmt: skip
_TELLS = re.compile(r"^(?:\W*(?:hey|hearth|today|so|well|heute|also)\b,?)*\W*(?:i|ich)\b", re.IGNORECASE)
_IDLE = re.compile(r"\?\s*$|\b(?:if|would|want|will|going to|wenn|würde|will|möchte)\b", re.IGNORECASE)
_USUAL = re.compile(
    r"\b(?:usually|always|often|sometimes|never|normally|generally|mostly|rarely|used to"
    r"|meistens|normalerweise|gewöhnlich|immer|oft|manchmal|nie|selten|üblicherweise)\b",
    re.IGNORECASE,
)
"""What is told of how it goes in general is no step towards anything."""
_DONE = re.compile(
    rf"\b(?:have|'ve|had|did|was|been|went|made|took|got|put|habe?|hatte|bin|war|{'|'.join(_PAST)})\b"
    r"|\b\w{2,}(?:ed|[^\W\daeiouäöü]te|tete)\b",
    re.IGNORECASE,
)
"""Something is told as done."""
_UNITS = (
    "kilometres?|kilometers?|km|miles?|pages?|books?|words?|kilos?|kg|pounds?|euros?|hours?|minutes?|chapters?|lengths?"
    "|kilometer|meilen?|seiten?|bücher|wörter|stunden?|minuten?|kapitel|bahnen"
)
_AMOUNT = re.compile(rf"\b(?P<number>\d+(?:[.,]\d+)?|[a-zäöüß]+)(?: (?P<unit>{_UNITS}))\b", re.IGNORECASE)
_BARE = re.compile(r"\b(?P<number>\d+(?:[.,]\d+)?)\b")
_NUMBER_WORDS: Mapping[str, int] = {
    word: number
    for line in (
        "one two three four five six seven eight nine ten eleven twelve",
        "einen zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    )
    for number, word in enumerate(line.split(), 1)
}


@dataclass(frozen=True, slots=True)
class Progress:
    """What was done towards a goal, as far as it can be measured."""

    done: float | None
    of: float | None
    unit: str = ""


def progress_of(text: str, goal: str) -> Progress | None:
    """Return what a text tells of a goal: "I ran five today" of "run ten kilometres by May"; ``None`` if nothing."""
    if _TELLS.match(text) is None or _IDLE.search(text) or _USUAL.search(text) or _DONE.search(text) is None:
        return None
    told, wanted = _stems(text), _stems(goal)
    if not told & wanted:
        return None
    target, reached = _amount(goal), _amount(text)
    bare = reached or _bare(text)
    if target is None:
        return Progress(None, None)
    same = bare is not None and (not bare[1] or _unit(bare[1]) == _unit(target[1]))
    return Progress(bare[0] if bare is not None and same else None, target[0], target[1])


def is_reached(text: str | None, goal: str) -> bool:
    """Say whether what was told last of a goal was that it is reached."""
    came = progress_of(text, goal) if text is not None else None
    return came is not None and came.done is not None and came.of is not None and came.done >= came.of


def worded(progress: Progress, goal: str) -> str:
    """Return what is said to somebody who told how they get on."""
    if progress.done is None or progress.of is None:
        return say("Well done. I have noted it for your goal: {goal}.", goal=goal)
    given = {"done": f"{progress.done:g}", "of": f"{progress.of:g}", "unit": progress.unit}
    if progress.done >= progress.of:
        return say("{done} {unit}: that is your goal. Congratulations!", **given)
    return say("Well done: {done} of {of} {unit}. I have noted it.", **given)


def encouragement(goal: str, last: str | None, words: str) -> str:
    """Return what somebody is asked about a goal, told in ``words``, of which nothing was heard for a while."""
    thing = goal.removeprefix("to ")
    if re.search(rf"\bto {re.escape(thing)}", words, re.IGNORECASE) is not None:
        asked = say("How is it going with your goal to {goal}?", goal=thing)
    else:
        asked = say("How is it going with your goal: {goal}?", goal=thing)
    return asked if last is None else f"{asked} {say('Last you told me: “{last}”.', last=last)}"


def _stems(text: str) -> set[str]:
    words = re.findall(r"[^\W\d_]+", text.casefold())
    found = {_PAST.get(word, word) for word in words if len(word) > 2}
    units = re.compile(rf"^(?:{_UNITS})$", re.IGNORECASE)
    small = {"the", "and", "for", "today", "have", "heute", "habe", "bin", "ich", "with", "more", "may", "mai"}
    small |= {"night", "nights", "day", "days", "week", "weeks", "month", "year", "every", "time", "nachts", "jahr"}
    kept = [word for word in found - small if not units.match(word) and word not in _NUMBER_WORDS]
    return {re.sub(r"(?<=\w{3})(?:ning|ming|ing|ed|en|n|s|e)$", "", word) for word in kept}


def _unit(words: str) -> str:
    """Return a unit as it is compared: one or many, short or long."""
    return {"km": "kilom", "kg": "kilos"}.get(words.casefold(), words.casefold())[:4]


def _amount(text: str) -> tuple[float, str] | None:
    for found in _AMOUNT.finditer(text):
        number = _number(found["number"])
        if number is not None:
            return number, found["unit"]
    return None


def _bare(text: str) -> tuple[float, str] | None:
    words: Sequence[str] = text.casefold().split()
    named = next((_NUMBER_WORDS[word] for word in words if word in _NUMBER_WORDS), None)
    found = _BARE.search(text)
    if found is not None:
        return float(found["number"].replace(",", ".")), ""
    return None if named is None else (float(named), "")


def _number(words: str) -> float | None:
    named = _NUMBER_WORDS.get(words.casefold())
    return float(named) if named is not None else to_number(words.replace(",", "."))
