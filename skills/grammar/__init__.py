"""What people say, turned into scored readings: the one door to the sentence engine."""

import gc
from collections.abc import Mapping, Sequence

from skills.grammar.model import Understander

__all__ = ["load"]


def load(language: str = "en", documents: Sequence[Mapping[str, object]] = ()) -> Understander:
    """Return the engine for a language, with Home Assistant's sentences, ours, and those of `documents`.

    A document has the form of Home Assistant's custom sentences; one of another language is passed over.

    Raises:
        SkillError: there are no sentences in this language, or a document is written wrongly; the message names what.
    """
    from skills.grammar.automaton import Automaton
    from skills.grammar.documents import builtin_documents, merge
    from skills.grammar.engine import Engine
    from skills.grammar.manners import load_manners
    from skills.grammar.templates import compile_book

    collecting = gc.isenabled()
    gc.disable()  # nothing of this is garbage, and looking for some costs a tenth of the time
    try:
        book = merge(language, [*builtin_documents(language), *documents])
        automaton = Automaton(compile_book(book))
        automaton.warm()
        return Engine(book, automaton, load_manners(language))
    finally:
        if collecting:
            gc.enable()
