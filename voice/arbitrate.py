"""Which sentence it was: the closed grammar, the open model and the sense of the words, weighed against each other.

Two decoders give sentences with their log likelihoods for the same sound, one with the language of this house, one with
that of everybody. Both scores measure one thing, so they are pooled: that a sentence is expected here shows in the
closed one's higher score. What each sentence would mean is told by whoever understands them, and sentences that mean
the same are counted together: "lamp" or "lamps" is no doubt, "bed light" or "red light" is one.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from voice.model import NotUnderstood, Transcript, Word

CANDIDATES_MAX = 8
"""Sentences that are looked at."""
SCORE_RANGE = 4.0
"""Nats behind the best: worse ones have 2 % of its probability, which changes nothing (`HEARD`)."""
CLOSED_BONUS = 3.0
"""Nats: most of what is said after the wake word is a command of the house. Of 300 commands by synthetic voices, a
third of them not in the grammar, down to 5 dB of noise and in a room with echo, 8 went wrong with 0, 4 with 3; of 50
sentences of talk none became a command with either (the tiny test model, vosk 0.3.45)."""
SENSE_BONUS = 2.0
"""Nats for a sentence that can be done as it stands (`Sense.weight` 1)."""
SURE = 0.6
"""Of the probability; a command with less competes with another one: to ask is better than to guess."""
HEARD = 0.5
"""Of the probability by the sound alone; sense may choose among what was heard, and must not make it up. Of 175 words
and sentences of people that the tiny test model cannot know, 7 became commands or questions without this, 3 with it,
for 3 of 530 right ones."""
PLACE_S = 0.25
"""A word that begins this much earlier or later is the same word, heard by another decoder."""
UNKNOWN = "[unk]"
"""How a closed decoder writes sound that is not in its grammar."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that it may have been."""

    text: str
    score: float
    """Natural log of the likelihood, up to a constant that all candidates of one utterance share."""
    words: tuple[Word, ...] = ()
    trust: float = 1.0
    """0 to 1: how well the sound fits the sentence at all, where the engine can tell."""
    closed: bool = False
    """Whether it is a whole sentence of the house's grammar."""


@dataclass(frozen=True, slots=True)
class Sense:
    """What a sentence would mean here."""

    weight: float = 0.0
    """0 to 1: 1 if it can be done as it stands, 0 if nobody knows what it means."""
    meaning: str = ""
    """The same for two sentences that come to the same; empty: it has no meaning that would be acted on."""
    least: float = 0.0
    """0 to 1: how sure each of its words must be."""


class Judge(Protocol):
    """Tells what sentences mean. It must not do anything, must answer within milliseconds, and must not raise."""

    def __call__(self, texts: Sequence[str], satellite: str, /) -> Sequence[Sense]:
        """Return one `Sense` for each of `texts`, as if said to `satellite` now."""
        ...


def pooled(*heard: Iterable[Candidate]) -> list[Candidate]:
    """Return the candidates of several decoders as one list, best first, equal texts once with their likelihoods added.

    Sentences of the closed grammar get CLOSED_BONUS, those with unknown sound in them are dropped.
    """
    found: dict[str, Candidate] = {}
    for candidate in (one for decoder in heard for one in decoder):
        if not candidate.text or UNKNOWN in candidate.text:
            continue
        scored = replace(candidate, score=candidate.score + (CLOSED_BONUS if candidate.closed else 0.0))
        known = found.get(scored.text)
        found[scored.text] = scored if known is None else _added(known, scored)
    ranked = sorted(found.values(), key=lambda one: -one.score)[:CANDIDATES_MAX]
    return [one for one in ranked if one.score > ranked[0].score - SCORE_RANGE]


def choose(candidates: Sequence[Candidate], senses: Sequence[Sense], transcript: Transcript) -> Transcript:
    """Return `transcript` with the most likely meaning's best sentence, how likely it is, and the other sentences.

    `senses` belong to `candidates` one by one; none at all if nobody judges. Satellite and language are kept from
    `transcript`. The confidence of a command is that of its meaning, of anything else the mean of its words.

    Raises:
        NotUnderstood: there are no candidates; or (code ``unsure``, with its guesses) two commands are about as likely,
            or the likeliest is not likely enough to be acted on; or a word of it is not sure enough for its sense.
    """
    if not candidates:
        raise NotUnderstood("no words were recognized")
    rows = _weighed(candidates, senses or [Sense()] * len(candidates))
    shares: dict[str, float] = {}
    by_sound: dict[str, float] = {}
    for row in rows:
        shares[row.meaning] = shares.get(row.meaning, 0.0) + row.share
        by_sound[row.meaning] = by_sound.get(row.meaning, 0.0) + row.by_sound
    meaning = max(shares, key=lambda one: shares[one])
    if meaning and (shares[meaning] < SURE or by_sound[meaning] < HEARD):
        guesses = dict.fromkeys(next(row.text for row in rows if row.meaning == one) for one in shares if one)
        raise NotUnderstood("it may have been one of several sentences", code="unsure", guesses=tuple(guesses)[:3])
    chosen = next(row for row in rows if row.meaning == meaning)
    words = tuple(replace(word, confidence=_support(word, rows)) for word in chosen.candidate.words)
    if any(word.confidence < chosen.least for word in words):
        raise NotUnderstood("a word that all depends on is too unsure")
    heard = sum(word.confidence for word in words) / len(words) if words else chosen.share
    return replace(
        transcript,
        text=chosen.text,
        confidence=min(by_sound[meaning] if meaning else heard, 1.0) * chosen.candidate.trust,
        words=words,
        alternatives=tuple(row.text for row in rows if row is not chosen),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    """A candidate, its meaning, and its share of the probability."""

    candidate: Candidate
    meaning: str
    share: float
    by_sound: float
    """Its share before anybody asked what it means."""
    least: float

    @property
    def text(self) -> str:
        return self.candidate.text


def _weighed(candidates: Sequence[Candidate], senses: Sequence[Sense]) -> list[_Row]:
    """Return the candidates with their shares, the likeliest first."""
    by_sound = _shares([one.score for one in candidates])
    shares = _shares([one.score + SENSE_BONUS * sense.weight for one, sense in zip(candidates, senses, strict=True)])
    rows = [
        _Row(one, sense.meaning, share, sound, sense.least)
        for one, sense, share, sound in zip(candidates, senses, shares, by_sound, strict=True)
    ]
    return sorted(rows, key=lambda row: -row.share)


def _shares(scores: Sequence[float]) -> list[float]:
    weights = [math.exp(score - max(scores)) for score in scores]
    return [weight / sum(weights) for weight in weights]


def _support(word: Word, rows: Sequence[_Row]) -> float:
    """Return the share of the sentences that have `word` at about its place, 0 to 1."""
    shares = (row.share for row in rows if any(_same(word, other) for other in row.candidate.words))
    return round(min(sum(shares), 1.0), 3)


def _same(one: Word, other: Word) -> bool:
    return one.text == other.text and abs(one.start_s - other.start_s) <= PLACE_S


def _added(one: Candidate, other: Candidate) -> Candidate:
    """Return one candidate for the same sentence from two decoders, with the words of the better."""
    high, low = (one, other) if one.score >= other.score else (other, one)
    score = high.score + math.log1p(math.exp(low.score - high.score))
    return replace(high, score=score, trust=max(one.trust, other.trust), closed=one.closed or other.closed)
