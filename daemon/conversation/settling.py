"""What answers an open question: a yes or a no, one of several choices, a length, a time, or any words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from devices.names import fold
from skills.model import Ask, Wants

YES = frozenset({"yes", "yeah", "yep", "yup", "sure", "ok", "okay", "absolutely", "ja", "jawohl", "klar", "gerne"}
                | {"genau", "richtig", "sicher", "unbedingt", "jap", "jo"})  # fmt: skip
NO = frozenset({"no", "nope", "nah", "don", "cancel", "stop", "never", "leave", "nein", "nicht", "lass", "stopp"}
               | {"nee", "ne", "niemals", "abbrechen", "keine", "keinen", "keins", "keiner", "weder"}
               | {"neither", "none"})  # fmt: skip
BESIDE = frozenset(
    {"please", "do", "it", "go", "ahead", "of", "course", "that", "right", "thanks", "thank", "you", "t", "mind", "not"}
    | {"now", "bitte", "mach", "es", "das", "danke", "sein", "lieber"}
    | {"doch", "naturlich", "tu", "mal", "auf", "jeden", "fall", "von", "beiden", "ihnen", "davon"}
    | {"them", "these", "those", "one"}
)
"""What may stand beside a yes or a no without making it anything else; all words are folded."""
ORDINALS = {
    "first": 0,
    "former": 0,
    "1": 0,
    "second": 1,
    "latter": 1,
    "two": 1,
    "2": 1,
    "third": 2,
    "three": 2,
    "3": 2,
    "fourth": 3,
    "last": -1,
    "erste": 0,
    "ersten": 0,
    "erstes": 0,
    "erster": 0,
    "zweite": 1,
    "zweiten": 1,
    "zweites": 1,
    "zweiter": 1,
    "dritte": 2,
    "dritten": 2,
    "letzte": -1,
    "letzten": -1,
    "eins": 0,
    "zwei": 1,
    "drei": 2,
}
"""Which of several choices is meant, by its place; -1 is the last."""
PLAIN = frozenset(
    {"the", "one", "ones", "of", "them", "these", "those", "please", "number", "just"}
    | {"die", "den", "das", "der", "bitte", "nummer", "von", "ihnen", "and", "und", "mal"}
)
"""What may stand around it."""
AROUND = frozenset(
    {"the", "a", "an", "one", "for", "at", "on", "in", "to", "by", "make", "it", "please", "just", "say", "about", "um"}
    | {
        "uh",
        "well",
        "i",
        "think",
        "timer",
        "alarm",
        "reminder",
        "list",
        "für",
        "um",
        "am",
        "bitte",
        "den",
        "die",
        "das",
    }
)
"""What may stand around an answer without making it anything else."""
ORDERS = frozenset(
    {"set", "start", "create", "add", "put", "remind", "wake", "turn", "switch", "cancel", "delete", "remove", "play"}
    | {"open", "close", "what", "how", "which", "is", "are", "when", "who", "why", "tell", "show", "give", "undo"}
    | {"stell", "stelle", "setz", "setze", "erinnere", "erinner", "weck", "wecke", "mach", "mache", "schalte", "lösche"}
)
"""What begins a sentence of its own, understood or not: a time in it is no answer. "Set it for ten" is one."""


@dataclass(frozen=True, slots=True)
class Filled:
    """An answer: the slots it fills."""

    slots: Mapping[str, object]
    whole: bool
    """True if nothing else was said; what says more may be a command of its own, which wins."""


def agreed(words: str) -> bool | None:
    """Return whether the words are a yes or a no; ``None`` if they are neither, or both."""
    said = words.split()
    yes, no = not YES.isdisjoint(said), not NO.isdisjoint(said)
    if yes == no and said in (["do", "it"], ["go", "ahead"], ["please", "do"]):
        return True
    return yes if yes != no and BESIDE.union(YES, NO).issuperset(said) else None


def answers(choices: Sequence[str], words: str) -> bool:
    """Return whether the words are a whole answer to a question: a yes or a no, or one of its choices."""
    return agreed(words) is not None or bool(picked(words, choices))


def chosen(words: str, choices: Sequence[str]) -> int | None:
    """Return which choice the words name: exactly, or as the only one that holds them all."""
    folded = [fold(choice) for choice in choices]
    if words in folded:
        return folded.index(words)
    said = set(words.split()) - {"the", "a", "one", "please"}
    fitting = [index for index, choice in enumerate(folded) if said and said <= set(choice.split())]
    return fitting[0] if len(fitting) == 1 else None


def picked(words: str, choices: Sequence[str]) -> tuple[int, ...]:
    """Return which choices the words name: one by its words or its place, or all of them; none: it is no answer."""
    index = chosen(words, choices)
    if index is not None:
        return (index,)
    said = [word for word in words.split() if word not in PLAIN]
    if said in (["both"], ["beide"], ["beiden"]) and len(choices) == 2:
        return (0, 1)
    if said in (["all"], ["every"], ["everything"], ["alle"]):
        return tuple(range(len(choices)))
    places = [0] if words == "number one" else [ORDINALS.get(word, len(choices)) for word in said]
    if all(-len(choices) <= at < len(choices) for at in places):
        return tuple(dict.fromkeys(at % len(choices) for at in places))
    return _several(words, choices)


def _several(words: str, choices: Sequence[str]) -> tuple[int, ...]:
    """Return the choices that are named one after the other; none if something else is among them."""
    named = [chosen(piece, choices) for piece in words.replace(" und ", " and ").split(" and ")]
    found = tuple(at for at in named if at is not None)
    return found if len(found) == len(named) > 1 else ()


def filled(ask: Ask, text: str, *, now: datetime, language: str) -> Filled | None:
    """Return what a text answers to a question about a slot; ``None`` if it answers nothing."""
    slot = ask.slot
    if slot is None or not text.strip():
        return None
    match ask.wants:
        case Wants.YES:
            return Filled({slot: True}, whole=True) if agreed(fold(text)) else None
        case Wants.NUMBER:
            number = _number(text, language)
            return None if number is None else Filled({slot: number}, whole=False)
        case Wants.TEXT | Wants.COMMAND:
            return Filled({slot: text.strip()}, whole=ask.wants is Wants.COMMAND)
        case Wants.CHOICE:
            return _choice(ask, slot, text)
        case Wants.LENGTH | Wants.TIME:
            return _timed(ask.wants, slot, text, now, language)


def _number(text: str, language: str) -> float | None:
    """Return the first number in a text: "make it twenty one, please"."""
    from skills.grammar.numbers import numbers_at

    words = text.casefold().replace("°", " ").replace("/", " ").replace("-", " ").strip(" .,!?").split()
    found = (numbers_at(words, start, language) for start in range(len(words)))
    return next((readings[0][1] for readings in found if readings), None)


def _choice(ask: Ask, slot: str, text: str) -> Filled | None:
    index = chosen(fold(text), ask.choices)
    if index is None:
        # "the pasta one, I think": named within a sentence, and no other with it.
        said = f" {fold(text)} "
        named = [at for at, choice in enumerate(ask.choices) if f" {fold(choice)} " in said]
        index = named[0] if len(named) == 1 else None
        return None if index is None else Filled({slot: _value(ask, index)}, whole=False)
    return Filled({slot: _value(ask, index)}, whole=True)


def _value(ask: Ask, index: int) -> object:
    return ask.values[index] if ask.values else ask.choices[index]


def _timed(wants: Wants, slot: str, text: str, now: datetime, language: str) -> Filled | None:
    from skills.grammar.when import Duration, Nothing, find

    moment = find(text, ref=now, language=language, use="timer" if wants is Wants.LENGTH else "reminder")
    if isinstance(moment, Nothing):
        return None
    rest = list(text)
    for start, end in moment.spans:
        rest[start:end] = " " * (end - start)
    around = fold("".join(rest)).split()
    whole = AROUND.issuperset(around)
    if around and around[0] in ORDERS and "it" not in around[1:2]:
        return None
    if wants is Wants.TIME:
        return Filled({slot: text.strip()}, whole)
    if not isinstance(moment, Duration):
        return None
    minutes, seconds = divmod(moment.length.total_seconds(), 60)
    hours, minutes = divmod(minutes, 60)
    return Filled({"hours": hours, "minutes": minutes, "seconds": seconds}, whole)
