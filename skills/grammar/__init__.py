"""What people say, turned into scored readings: the one door to the sentence engine."""

import gc
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from skills.grammar.model import Understander

if TYPE_CHECKING:
    from skills.grammar.automaton import Automaton
    from skills.grammar.cache import Cache
    from skills.grammar.documents import Book
    from skills.grammar.manners import Manners

__all__ = ["is_kept", "load"]

Document = Mapping[str, object]


def load(
    language: str = "en", documents: Sequence[Document] = (), *, cache: Path | None = None, patient: bool = True
) -> Understander:
    """Return the engine for a language, with Home Assistant's sentences, ours, and those of `documents`.

    A document has the form of Home Assistant's custom sentences; one of another language is passed over. What was
    compiled is kept in the folder `cache`, if one is given, and found there at the next start: that is many times
    faster, and then no state of the sentences is worked out while someone waits. What is not there yet takes a second;
    without being ``patient`` a third of that: then nothing is kept, and states are worked out when they are read.

    Raises:
        SkillError: there are no sentences in this language, or a document is written wrongly; the message names what.
    """
    from skills.grammar.cache import Cache
    from skills.grammar.documents import family
    from skills.grammar.engine import Engine
    from skills.grammar.manners import load_manners
    from skills.grammar.numbers import spelled_numbers
    from skills.grammar.turns import load_turns

    kept = None if cache is None else Cache(cache)
    with _uncollected():
        if not language.startswith("en"):
            spelled_numbers(language)  # now, so that no utterance has to wait for it
        book, automaton = _compiled(language, documents) if kept is None else _known(language, documents, kept, patient)
        spoken = [one for one in documents if family(str(one.get("language", language))) == family(language)]
        manners = _skipping(load_manners(language, kept), spoken)
        return Engine(book, automaton, manners, load_turns(language, kept))


def _skipping(manners: "Manners", documents: Sequence[Document]) -> "Manners":
    """Return the manners with the ``skip_words`` of documents: words anywhere, phrases around a command."""
    from skills.grammar.tokens import words_of

    lists = [cast("Sequence[object]", document.get("skip_words") or ()) for document in documents]
    given = [words_of(str(phrase)) for phrases in lists for phrase in phrases]
    phrases = frozenset(words for words in given if len(words) > 1)
    return replace(
        manners,
        hesitations=manners.hesitations | {words[0] for words in given if len(words) == 1},
        openers=manners.openers | phrases,
        closers=manners.closers | {words[::-1] for words in phrases},
    )


def is_kept(language: str, documents: Sequence[Document], cache: Path) -> bool:
    """Return whether `load` finds these sentences compiled."""
    from skills.grammar.cache import Cache

    return Cache(cache).has(_source(language, documents))


def _source(language: str, documents: Sequence[Document]) -> bytes:
    from skills.grammar.documents import builtin_sources

    return repr((language, builtin_sources(language), tuple(documents))).encode(errors="surrogatepass")


def _known(language: str, documents: Sequence[Document], cache: "Cache", patient: bool) -> "tuple[Book, Automaton]":
    """Return the sentences as they were compiled before, or compile them and, if ``patient``, keep that."""
    from skills.grammar.compiled import packed, unpacked

    source = _source(language, documents)
    raw = cache.get(source)
    if raw is not None:
        return unpacked(raw)
    book, automaton = _compiled(language, documents)
    raw = packed(book, automaton) if patient else None
    if raw is None:
        return book, automaton
    cache.put(source, raw)
    return unpacked(raw)  # it knows of each state what can still follow


def _compiled(language: str, documents: Sequence[Document]) -> "tuple[Book, Automaton]":
    from skills.grammar.automaton import Automaton
    from skills.grammar.documents import builtin_documents, merge
    from skills.grammar.templates import compile_book

    book = merge(language, [*builtin_documents(language), *documents])
    automaton = Automaton(compile_book(book))
    # The trees of the sentences hold each other: 15 MB that would stay until the process ends.
    gc.collect()
    return book, automaton


@contextmanager
def _uncollected() -> Generator[None]:
    """Keep the garbage collector still: nothing of what is loaded is garbage, and looking costs a tenth of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
