"""What speakers of a language say when they lean on what was said before, from ``turns/<language>.yaml``: pronouns,
words that go on or correct, and kinds of devices.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import resources
from typing import cast

from skills.grammar.cache import Cache
from skills.grammar.documents import family, read_yaml
from skills.grammar.tokens import Tokens, words_of

Phrase = tuple[str, ...]

LONGEST_PHRASE = 5
"""In words; no phrase of a turns file is longer."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of devices as people call it: ``blinds`` are covers of the class ``blind``."""

    domain: str
    device_class: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """An utterance without the words that only say that it leans on another."""

    tokens: Tokens
    corrects: bool = False
    takes_back: bool = False
    """True if it was said that what was understood before was not meant at all."""
    another: bool = False
    """True if a second one of the same is asked for."""
    goes_on: bool = False
    """True if it was said that this goes on or corrects."""
    valued: bool = False
    """True if words before it say that it is a value."""
    adds: bool = False
    """True if words before it say that it comes on top."""
    besides: bool = False
    """True if words around it say that what was done before stays as it is."""
    bare: bool = False
    """True if no such words are left."""

    @property
    def replaces(self) -> bool:
        """True if this is said in place of what was said before, not beside it."""
        return self.corrects or (self.valued and not self.another and not self.besides)


@dataclass(frozen=True)
class Turns:
    """The words of one language. A language without a file has none, and every utterance stands for itself."""

    singular: frozenset[Phrase] = frozenset()
    """What stands for one thing said before; a room full of lamps counts as one where it was said as one."""
    plural: frozenset[Phrase] = frozenset()
    other: frozenset[Phrase] = frozenset()
    """What stands for the one of two that was not meant before."""
    one: frozenset[Phrase] = frozenset()
    """What stands for a kind behind a room: ``the kitchen one``."""
    there: frozenset[Phrase] = frozenset()
    """What stands for the room of something said before: ``in there``."""
    there_frame: str = ""
    """How that room is said, with ``place`` in braces."""
    more: frozenset[Phrase] = frozenset()
    """What begins an utterance that goes on: ``what about``."""
    corrections: frozenset[Phrase] = frozenset()
    """What begins an utterance that corrects: ``make that``, and all of `takes_back`."""
    takes_back: frozenset[Phrase] = frozenset()
    """What begins an utterance that says that the one before was not meant: ``no``, ``i meant``."""
    besides: frozenset[str] = frozenset()
    """Words around an utterance that leave what was done before as it is: ``also``."""
    refusals: frozenset[Phrase] = frozenset()
    """What stands before what was not meant: ``not``."""
    reasons: frozenset[Phrase] = frozenset()
    """What begins a clause that only says why: ``i can't see``."""
    complaints: frozenset[Phrase] = frozenset()
    """What begins a complaint that does not say about what: ``still too``."""
    complaint: Phrase = ()
    """What such complaints begin with as sentences."""
    because: frozenset[str] = frozenset()
    """Words that begin such a clause without a comma before them."""
    contrasts: frozenset[Phrase] = frozenset()
    """What may stand between what was not meant and what was: ``but``."""
    spoken_of: frozenset[str] = frozenset()
    """Words that show that a kind of devices means the one spoken of: ``that lamp``, ``turn the lamp off again``."""
    here: frozenset[str] = frozenset()
    """Words for the room of the speaker."""
    everywhere: frozenset[Phrase] = frozenset()
    """Words for the whole house."""
    values: frozenset[Phrase] = frozenset()
    """What stands before a new value: ``make it``."""
    adds: frozenset[Phrase] = frozenset()
    """What stands before a length that is added."""
    again: frozenset[Phrase] = frozenset()
    """What asks for the same once more."""
    further: frozenset[Phrase] = frozenset()
    """What asks for another step of the same: ``a bit more``."""
    another: frozenset[Phrase] = frozenset()
    """What asks for a second one of the same: ``another one for``."""
    ends: frozenset[Phrase] = frozenset()
    """What may end an utterance that leans on another, each with its words in reverse order."""
    idle: frozenset[str] = frozenset()
    """Words that may stand in a command about a pronoun without meaning more: ``back``, ``again``."""
    leading: frozenset[str] = frozenset()
    """Words before a room or name: prepositions, articles, ``all``."""
    halves: frozenset[str] = frozenset()
    """Words that alone are half a command: ``turn on`` says nothing of what. "Off again" does."""
    floor: frozenset[Phrase] = frozenset()
    """What may stand behind the name of a floor."""
    sequence: frozenset[Phrase] = frozenset()
    """What only orders the commands of a text, at the beginning of each: ``first``."""
    pairing: frozenset[str] = frozenset()
    """What stands before two things that share a command: ``both``."""
    exceptions: frozenset[Phrase] = frozenset()
    spared: tuple[tuple[Phrase, Phrase], ...] = ()
    """What stands before and behind things at the end of a text that are left out: ``but leave`` and ``alone``."""
    only: frozenset[Phrase] = frozenset()
    """What stands before the one thing that is to stay as it is: ``leave only``."""
    stays: frozenset[str] = frozenset()
    """What that thing stays: ``on``."""
    only_frame: str = ""
    """The command for all the others, with ``kind`` and ``place`` in braces."""
    indirect: frozenset[Phrase] = frozenset()
    """What makes a question of the statement behind it: ``tell me if``."""
    asked: frozenset[str] = frozenset()
    """Verbs of such statements, with which the question begins."""
    questions: tuple[Phrase, ...] = ()
    """Questions that are asked by what stands in place of ``rest`` alone: ``front door locked?``."""
    breaks: frozenset[Phrase] = frozenset()
    """What interrupts a command in order to say part of it again."""
    fresh: frozenset[Phrase] = frozenset()
    """What takes back all that was said."""
    hedges: frozenset[Phrase] = frozenset()
    """Breaks that may also mean nothing at all."""
    alike: tuple[frozenset[str], ...] = ()
    """Words that take one another's place: ``on`` and ``off``."""
    not_items: frozenset[str] = frozenset()
    """Words that no thing on a list begins or ends with; they show that a person talks about something else."""
    frames: tuple[Phrase, ...] = ()
    """Sentences that a bare value completes, with ``it`` and ``rest`` in braces."""
    degrees: frozenset[Phrase] = frozenset()
    """How much more or less, where a sentence has no word for it: ``a bit``."""
    units: Mapping[str, str] = field(default_factory=dict[str, str])
    """The words for the units of lengths, by slot."""
    timer: Phrase = ()
    """What stands for a timer said before."""
    timer_frame: Phrase = ()
    timer_more: Phrase = ()
    announcing: frozenset[str] = frozenset()
    """Words whose comma begins a clause that belongs to them: "erinnere mich daran, …"."""
    more_words: frozenset[str] = frozenset()
    """Words before a unit that make a length one to be added: ``five more minutes``."""
    kinds: Mapping[Phrase, Kind] = field(default_factory=dict[Phrase, Kind])

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word that may stand in an utterance that leans on another."""
        phrases: list[Iterable[Phrase]] = [
            self.singular,
            self.plural,
            self.other,
            self.one,
            self.more,
            self.corrections,
        ]
        phrases += [self.refusals, self.contrasts, self.again, self.further, self.values, self.adds, self.another]
        phrases += [self.everywhere, self.ends, self.degrees, self.kinds]
        return frozenset(word for known in phrases for phrase in known for word in phrase) | self.idle | self.leading

    def peeled(self, tokens: Tokens) -> list[Turn]:
        """Return the text with ever less of what only says that it leans on another; the whole text first."""
        turns = [Turn(tokens)]
        words, start, end = tokens.words, 0, len(tokens.words)
        while 0 < (size := longest(words[:end][::-1], self.ends)) < end:
            end -= size
        if end < len(words):
            turns.append(Turn(tokens.cut(0, end), goes_on=True))
        while start < end:
            kinds = (self.corrections, self.more, self.another, self.values, self.adds)
            sizes = [longest(words[:end], phrases, start) for phrases in kinds]
            size, turn = max(sizes), turns[-1]
            if not size or start + size >= end:
                break
            takes_back = turn.takes_back or words[start : start + size] in self.takes_back
            start += size
            besides = not self.besides.isdisjoint((*words[:start], *words[end:]))
            turn = Turn(
                tokens.cut(start, end),
                corrects=turn.corrects or sizes[0] == size,
                takes_back=takes_back and not besides,
                another=turn.another or sizes[2] == size,
                goes_on=True,
                valued=turn.valued or sizes[3] == size,
                adds=turn.adds or sizes[4] == size,
                besides=besides,
            )
            turns.append(turn)
        return [*turns[:-1], replace(turns[-1], bare=True)]

    def announces(self, words: Sequence[str], cut: tuple[int, int]) -> bool:
        """Return whether a comma only begins the clause of the word before it: "erinnere mich daran, …"."""
        return cut[0] == cut[1] > 0 and words[cut[0] - 1] in self.announcing

    def names_of(self, kind: Kind) -> list[Phrase]:
        """Return what people call devices of a kind."""
        return [said for said, known in self.kinds.items() if known == kind]

    def called(self, kind: Kind) -> str:
        """Return what people call several devices of a kind: the second of its words, which is the plural."""
        names = self.names_of(kind)
        return " ".join(names[1]) if len(names) > 1 else (kind.device_class or kind.domain).replace("_", " ")


NO_TURNS = Turns()


def load_turns(language: str, cache: Cache | None = None) -> Turns:
    """Return the turns of a language; of one without a file, none."""
    source = resources.files("skills.grammar") / "turns" / f"{family(language)}.yaml"
    if not source.is_file():
        return NO_TURNS
    raw = read_yaml(source.read_text(encoding="utf-8"), cache)
    return _with_tables(_with_words(_with_phrases(raw), raw), raw)


def _with_phrases(raw: Mapping[str, object]) -> Turns:
    def phrases(key: str) -> frozenset[Phrase]:
        return _phrases(raw.get(key))

    return Turns(
        singular=phrases("singular"),
        plural=phrases("plural"),
        other=phrases("other"),
        one=phrases("one"),
        there=phrases("there"),
        more=phrases("more"),
        corrections=phrases("corrections") | phrases("takes_back"),
        takes_back=phrases("takes_back"),
        refusals=phrases("refusals"),
        reasons=phrases("reasons"),
        complaints=phrases("complaints"),
        contrasts=phrases("contrasts"),
        everywhere=phrases("everywhere"),
        values=phrases("values"),
        adds=phrases("adds"),
        again=phrases("again"),
        further=phrases("further"),
        another=phrases("another"),
        ends=frozenset(phrase[::-1] for phrase in phrases("ends")),
        floor=phrases("floor"),
        sequence=phrases("sequence"),
        exceptions=phrases("exceptions"),
        only=phrases("only"),
        indirect=phrases("indirect"),
        breaks=phrases("breaks"),
        fresh=phrases("fresh"),
        hedges=phrases("hedges"),
        degrees=phrases("degrees"),
    )


def _with_words(turns: Turns, raw: Mapping[str, object]) -> Turns:
    def words(key: str) -> frozenset[str]:
        return frozenset(phrase[0] for phrase in _phrases(raw.get(key)))

    return replace(
        turns,
        besides=words("besides"),
        because=words("because"),
        spoken_of=words("spoken_of"),
        here=words("here"),
        idle=words("idle"),
        leading=words("leading"),
        halves=words("halves"),
        pairing=words("pairing"),
        stays=words("stays"),
        asked=words("asked"),
        not_items=words("not_items"),
        announcing=words("announcing"),
        more_words=words("more_words"),
    )


def _with_tables(turns: Turns, raw: Mapping[str, object]) -> Turns:
    def lines(key: str) -> tuple[Phrase, ...]:
        return tuple(tuple(str(line).split()) for line in cast("Iterable[object]", raw.get(key) or ()))

    kinds = cast("Mapping[str, Iterable[str]]", raw.get("kinds") or {})
    return replace(
        turns,
        spared=tuple((words_of(before), words_of(behind)) for before, behind in _halves(raw.get("spared"))),
        only_frame=str(raw.get("only_frame", "")),
        there_frame=str(raw.get("there_frame", "")),
        questions=lines("questions"),
        alike=tuple(frozenset(map(str, group)) for group in cast("Iterable[Iterable[object]]", raw.get("alike") or ())),
        frames=lines("frames"),
        units={str(key): str(unit) for key, unit in cast("Mapping[object, object]", raw.get("units") or {}).items()},
        complaint=words_of(str(raw.get("complaint", ""))),
        timer=words_of(str(raw.get("timer", ""))),
        timer_frame=tuple(str(raw.get("timer_frame", "")).split()),
        timer_more=tuple(str(raw.get("timer_more", "")).split()),
        kinds={
            words_of(said): Kind(domain, device_class or None)
            for key, texts in kinds.items()
            for domain, _, device_class in [key.partition(".")]
            for said in texts
        },
    )


def _halves(raw: object) -> Iterable[tuple[str, str]]:
    """Yield what stands before and behind the ``{things}`` of each text."""
    for text in cast("Iterable[object]", raw or ()):
        before, _, behind = str(text).partition("{things}")
        yield before, behind


def longest(words: Sequence[str], phrases: Container[Phrase], at: int = 0) -> int:
    """Return how many words the longest of the phrases has that stands at `at`; 0: none does."""
    for size in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
        if tuple(words[at : at + size]) in phrases:
            return size
    return 0


def _phrases(raw: object) -> frozenset[Phrase]:
    items: list[object] = []
    waiting = [raw]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting += cast("list[object]", item)
        elif item is not None:
            items.append(item)
    return frozenset(words_of(str(item)) for item in items)
