"""Recognizes a room in which several languages are spoken: each language's recognizer hears all of it.

Confidence says little between two models, so their words compete by sense: what can be done wins over what means
nothing. Where several can be done, the language of who speaks decides, then the surer words; where these are about as
sure, it is asked which of them was meant.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self, TypeVar

from voice.arbitrate import Judge, Sense
from voice.model import Hearing, NotUnderstood, Recognizer, Transcript, Vocabulary, VoiceError

CLEARLY = 0.2
"""So much surer words are taken without asking; between two models less is chance."""
T = TypeVar("T")

Prefers = Callable[[str], Awaitable[str | None]]
"""Returns in which language whoever just spoke to a satellite is at home; ``None``: nobody knows. Must not raise."""


async def nobody(satellite: str) -> None:
    """Know nobody."""
    del satellite


@dataclass(frozen=True, slots=True)
class Tongue:
    """One of the languages of a room."""

    language: str
    words: Callable[[], Awaitable[Recognizer]]
    """Returns its recognizer, open; whoever opened it closes it."""
    judge: Judge | None = None
    """``None``: nobody knows what its words mean."""


class Polyglot:
    """One recognizer of several languages; `Transcript.language` tells which one it was."""

    name = "several languages"

    def __init__(self, tongues: Sequence[Tongue], prefers: Prefers = nobody) -> None:
        """The first of `tongues` is the usual one. What they are to expect is told to their own recognizers."""
        self._tongues, self._prefers = tongues, prefers
        self._recognizers: Sequence[Recognizer] = ()

    async def __aenter__(self) -> Self:
        self._recognizers = [await tongue.words() for tongue in self._tongues]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Leave them to who opened them."""
        self._recognizers = ()

    async def learn(self, vocabulary: Vocabulary) -> tuple[str, ...]:
        """Learn nothing: a vocabulary is of one language."""
        del vocabulary
        return ()

    async def listen(self, satellite: str) -> Hearing:
        """Begin an utterance in every language. Raises EngineError ``engine-busy`` as they do."""
        async with AsyncExitStack() as opened:
            hearings = list[Hearing]()
            for recognizer in self._recognizers:
                hearing = await recognizer.listen(satellite)
                opened.push_async_callback(hearing.close)
                hearings.append(hearing)
            opened.pop_all()
        return _Hearings(hearings, self, satellite)

    async def chosen(self, came: Mapping[int, Transcript], satellite: str) -> Transcript:
        """Return what was said, of what each language made of it. Raises NotUnderstood where it has to be asked."""
        # As the house calls its languages, whatever an engine calls them.
        heard = {number: replace(one, language=self._tongues[number].language) for number, one in came.items()}
        senses = [_sense(self._tongues[number].judge, one, satellite) for number, one in heard.items()]
        most = max(sense.weight > 0 for sense in senses)
        left = [(one, sense) for one, sense in zip(heard.values(), senses, strict=True) if (sense.weight > 0) == most]
        if len(left) == 1:
            return left[0][0]
        at_home = await self._prefers(satellite)
        theirs = next((one for one, _ in left if at_home is not None and one.language[:2] == at_home[:2]), None)
        if theirs is not None:
            return theirs
        ranked = sorted(left, key=lambda pair: -pair[0].confidence)
        (best, meant), (other, otherwise) = ranked[:2]
        same = meant.meaning == otherwise.meaning
        if most and not same and best.confidence - other.confidence < CLEARLY:
            guesses = (best.text, other.text)
            raise NotUnderstood("it may have been either language", code="unsure", guesses=guesses)
        return best


def _sense(judge: Judge | None, heard: Transcript, satellite: str) -> Sense:
    return judge([heard.text], satellite)[0] if judge is not None else Sense()


class _Hearings:
    """One utterance in several languages; one that fails leaves it to the others."""

    def __init__(self, hearings: Sequence[Hearing], polyglot: Polyglot, satellite: str) -> None:
        self._hearings, self._polyglot, self._satellite = hearings, polyglot, satellite
        self._failed = dict[int, VoiceError]()

    async def accept(self, pcm: bytes) -> str:
        """Hand it to all; return the words so far in the usual language."""
        came = await self._of_each(lambda hearing: hearing.accept(pcm))
        return came.get(0, "")

    async def finish(self) -> Transcript:
        """Return what was said, in the language that it makes sense in."""
        return await self._polyglot.chosen(await self._of_each(lambda hearing: hearing.finish()), self._satellite)

    async def close(self) -> None:
        """Drop the utterance."""
        for hearing in self._hearings:
            await hearing.close()

    async def _of_each(self, ask: Callable[[Hearing], Awaitable[T]]) -> dict[int, T]:
        """Return what each comes to, by its number. Raises what is most telling where none comes to anything."""
        came = dict[int, T]()

        async def one(number: int, hearing: Hearing) -> None:
            try:
                came[number] = await ask(hearing)
            except VoiceError as error:
                self._failed[number] = error

        async with asyncio.TaskGroup() as group:
            for number, hearing in enumerate(self._hearings):
                if number not in self._failed:
                    group.create_task(one(number, hearing))
        if not came:
            unheard = (error for error in self._failed.values() if isinstance(error, NotUnderstood))
            raise next(unheard, next(iter(self._failed.values())))
        return dict(sorted(came.items()))
