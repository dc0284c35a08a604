"""Completes the draft of a routine by the answer to what had to be asked about it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from time import monotonic

from devices.model import Entity, EntityId
from skills.grammar.plain.drafting import Household, draft
from skills.grammar.plain.model import Draft, Unclear
from skills.grammar.plain.replies import Replies, replies
from skills.grammar.plain.speech import Speech, speech
from skills.grammar.plain.things import Things
from skills.grammar.tokens import words_of

MOST_TRIED = 60
"""As many sentences are read for one answer: each takes a few milliseconds, a long one in a large house more."""
LONGEST_S = 2.0
"""No longer is tried: whoever spoke waits. The likeliest places come first."""
LONGEST_ANSWER = 20
_AROUND = frozenset({"the", "one", "in", "on", "of", "that", "der", "die", "das", "den", "dem", "im", "am", "vom"})
LONGEST_NAMED = 3
"""In words: as many of a sentence may stand for a thing's name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked about a sentence that wishes for a routine."""

    said: str
    """The sentence, with the answers so far in it."""
    question: str
    words: str = ""
    """Those that were not clear."""
    among: tuple[EntityId, ...] = ()
    """The things of which one is meant."""
    others: tuple[EntityId, ...] = ()
    """Things that were not meant."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of an answer."""

    meant: Draft | Unclear
    said: str
    """The sentence with the answer in it."""
    others: tuple[EntityId, ...] = ()


def answered(text: str, asked: Asked, household: Household, language: str) -> Answered | None:
    """Return what a sentence wishes for, now that its question was answered; ``None``: the text is no answer.

    The answer is tried in the places where it may have been left out, the likeliest first; what still has to be asked
    is another question.
    """
    known, ways = speech(language), replies(language)
    if known is None or ways is None or not 0 < len(text.split()) <= LONGEST_ANSWER:
        return None
    asked_with = replace(household, others=frozenset(asked.others))
    if asked.among:
        return _chosen(text, asked, household, language)
    progress: Answered | None = None
    for sentence in _in_time(_completed(text, asked, ways, behind=_is_half_of_the_day(text, asked, language))):
        meant = draft(sentence, asked_with, language)
        if isinstance(meant, Draft):
            return Answered(meant, sentence, asked.others)
        fresh = meant is not None and meant.question != asked.question and not _repeats(meant, text)
        if meant is not None and fresh and progress is None and not _is_bridged(sentence, asked, ways):
            progress = Answered(meant, sentence, asked.others)
    return progress


def _in_time(sentences: Iterator[str]) -> Iterator[str]:
    """Yield as many as may be tried, until time is over."""
    until_s = monotonic() + LONGEST_S
    for sentence in islice(sentences, MOST_TRIED):
        if monotonic() > until_s:
            return
        yield sentence


def _is_bridged(sentence: str, asked: Asked, ways: Replies) -> bool:
    """Return whether words were put in that nobody said."""
    before = words_of(asked.said)
    return any(words_of(sentence).count(word) > before.count(word) for word in words_of(" ".join(ways.bridges)))


def _repeats(meant: Unclear, text: str) -> bool:
    """Return whether a question is only about the answer itself: it did not fit there."""
    return bool(meant.words) and set(words_of(text)) & set(words_of(meant.words)) != set()


def _chosen(text: str, asked: Asked, household: Household, language: str) -> Answered | None:
    """Take an answer that names one of several things, or its place among them."""
    known, ways = speech(language), replies(language)
    assert known is not None
    assert ways is not None
    entity = _one_of(text, asked.among, household, known, ways)
    if entity is None:
        return None
    others = (*asked.others, *(one for one in asked.among if one != entity.id))
    meant = draft(asked.said, replace(household, others=frozenset(others)), language)
    if meant is not None and (isinstance(meant, Draft) or meant.question != asked.question):
        return Answered(meant, asked.said, others)
    # The words of a command, which are read elsewhere: the thing is called by its whole name.
    for sentence in _in_time(_named(asked.said, entity)):
        meant = draft(sentence, replace(household, others=frozenset(asked.others)), language)
        if meant is not None and (isinstance(meant, Draft) or meant.question != asked.question):
            return Answered(meant, sentence, asked.others)
    return None


def _one_of(text: str, among: Sequence[EntityId], household: Household, known: Speech, ways: Replies) -> Entity | None:
    few = [entity for one in among if (entity := household.home.entity(one)) is not None]
    bare = ways.leads.sub(" ", " ".join(words_of(text))).strip()
    if few and ways.first.fullmatch(bare):
        return few[0]
    if few and ways.last.fullmatch(bare):
        return few[-1]
    spoken = set(bare.split()) - _AROUND
    exact = [one for one in few if spoken and spoken <= _called(one, household)]
    if len(exact) == 1:
        return exact[0]
    words = [word for word in bare.split() if word not in known.idle]
    found = Things(household.home, known).find(words, few, kinds=lambda one: frozenset({one.domain})) if words else None
    return found.entities[0] if found is not None and len(found.entities) == 1 else None


def _called(entity: Entity, household: Household) -> set[str]:
    area = None if entity.area is None else household.home.area(entity.area)
    names = [entity.name, *entity.aliases, *([] if area is None else [area.name, *area.aliases])]
    return {word for name in names for word in words_of(name)}


def _named(sentence: str, entity: Entity) -> Iterator[str]:
    """Yield a sentence with a thing's name in place of words that are a part of it, the longest first."""
    words = sentence.split()
    parts = {word for name in (entity.name, *entity.aliases) for word in words_of(name)}
    parts |= {f"{word}s" for word in parts} | {word.removesuffix("s") for word in parts} | {entity.domain}
    for size in range(LONGEST_NAMED, 0, -1):
        for at in range(len(words) - size + 1):
            if all(set(words_of(word)) <= parts and words_of(word) for word in words[at : at + size]):
                yield " ".join([*words[:at], entity.name, *words[at + size :]])


def _is_half_of_the_day(text: str, asked: Asked, language: str) -> bool:
    """Return whether an hour was asked about and the answer says only of which half of the day it is."""
    known, said = speech(language), " ".join(words_of(text))
    hour = " ".join(words_of(asked.words))
    return (
        known is not None
        and bool(known.clock.search(hour) and known.halves.search(said))
        and not any(known.clock.fullmatch(word) for word in said.split())
    )


def _completed(text: str, asked: Asked, ways: Replies, *, behind: bool) -> Iterator[str]:
    """Yield a sentence with an answer where it may belong: first of all `behind` the words that it is about."""
    answer = ways.leads.sub(" ", " ".join(text.strip(" .,;!").split())).strip() or text
    words = asked.said.split()
    if asked.words:
        row = r"\W+".join(map(re.escape, asked.words.split()))
        place = re.compile(rf"\b{row}\b", re.IGNORECASE)
        found = place.search(asked.said)
        around = (asked.said, "") if found is None else (asked.said[: found.start()], asked.said[found.end() :])
        bridged = [f"{asked.words} {bridge} {answer}" for bridge in ways.bridges]
        if behind and found:
            yield f"{asked.words} {answer}".join(around)
        for new in (answer, f"{asked.words} {answer}", f"{answer} {asked.words}", *bridged) if found else ():
            yield new.join(around)
    for said in (answer, *(f"{bridge} {answer}" for bridge in ways.bridges)):
        yield f"{asked.said.rstrip(' .')} {said}"
        yield f"{said}, {asked.said}"
        yield f"{said} {asked.said}"
    for at in range(1, len(words)):
        yield " ".join([*words[:at], answer, *words[at:]])
    for at in range(1, len(words)):
        yield " ".join([*words[:at], ways.bridges[0], answer, *words[at:]])
