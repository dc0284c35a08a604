"""The sentences of the house: the skills' own, and those that the household wrote, as Home Assistant takes them."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from daemon.supervise import Condition, Health
from skills.compiling import compile_beside
from skills.documents import Document, intents_of, read_custom
from skills.grammar import is_kept, load
from skills.grammar.model import Understander
from skills.grammar.plain.wishes import Wishes
from skills.model import PersonId, SkillError
from skills.registry import Registry

log = logging.getLogger("hearth." + __name__)

FOLDER = "custom_sentences"
"""In the state directory; with a folder for each language in it, as in Home Assistant's configuration."""
MOST_FILES = 200


@dataclass(frozen=True, slots=True)
class Custom:
    """A file of the household."""

    file: str
    """As ``en/mine.yaml``."""
    document: Document | None
    problem: str = ""


class Sentences:
    """Builds the engine of a language, and knows what became of the household's files."""

    def __init__(
        self,
        registry: Registry,
        folder: Path,
        cache: Path,
        people: Mapping[PersonId, str] = MappingProxyType({}),
    ) -> None:
        """Read the household's own sentences from ``folder``; routines speak of its ``people`` by these names."""
        self._registry, self._folder, self._cache, self._people = registry, folder, cache, people
        self._files: dict[str, Sequence[Custom]] = {}

    def engine(self, language: str) -> Understander:
        """Return a new engine for a language; a file of the household that cannot be used is left out.

        Sentences that `keep` has not compiled are worked out while they are read.

        Raises:
            SkillError: there are no sentences in this language.
        """
        ours = self._registry.documents(language, cache=self._cache)
        files = self._read(language)
        try:
            engine = load(language, [*ours, *_documents(files)], cache=self._cache, patient=False)
        except SkillError:
            files = self._checked(language, ours, files)
            engine = load(language, [*ours, *_documents(files)], cache=self._cache, patient=False)
        for file in files:
            if file.problem and file not in self._files.get(language, ()):
                log.warning("the sentences in %s cannot be used: %s", file.file, file.problem)
        self._files[language] = files
        return Wishes(engine, language, self._people)

    async def keep(self, language: str) -> None:
        """Have what an engine was made of compiled for the next start, unless that is done; it is none the faster."""
        documents = [*self._registry.documents(language, cache=self._cache), *_documents(self._files[language])]
        if not await asyncio.to_thread(is_kept, language, documents, self._cache):
            await compile_beside(language, documents, self._cache)

    def health(self) -> Health:
        """Return what became of the household's files, and which of their intents nobody answers."""
        files = [file for some in self._files.values() for file in some]
        told = [f"{file.file}: {file.problem}" for file in files if file.problem]
        intents = {intent for document in _documents(files) for intent in intents_of(document)}
        told += [f"nobody answers {intent}" for intent in sorted(intents) if not self._registry.answers(intent)]
        if told:
            remedy = "correct the file, or install a skill that answers; then start Hearth again"
            return Health("sentences", Condition.DEGRADED, "; ".join(told), remedy)
        return Health("sentences", Condition.FINE, f"{len(files)} files of your own" if files else "none of your own")

    def _read(self, language: str) -> Sequence[Custom]:
        folder = self._folder / language
        found = sorted([*folder.rglob("*.yaml"), *folder.rglob("*.yml")])[:MOST_FILES] if folder.is_dir() else []
        return [_custom(path, str(path.relative_to(self._folder)), language) for path in found]

    def _checked(self, language: str, ours: Sequence[Document], files: Sequence[Custom]) -> Sequence[Custom]:
        """Return the files, each by itself tried with the lists and rules of all."""
        from skills.grammar.documents import builtin_documents

        known = [*builtin_documents(language), *ours, *_documents(files)]
        around = [{key: value for key, value in one.items() if key != "intents"} for one in known]
        return [_tried(file, language, around) for file in files]


def _documents(files: Sequence[Custom]) -> list[Document]:
    return [file.document for file in files if file.document is not None]


def _custom(path: Path, name: str, language: str) -> Custom:
    try:
        return Custom(name, read_custom(path, language))
    except SkillError as error:
        return Custom(name, None, " ".join(str(error).split()))


def _tried(file: Custom, language: str, around: Sequence[Document]) -> Custom:
    from skills.grammar.documents import merge
    from skills.grammar.templates import compile_book

    if file.document is None:
        return file
    try:
        # Its lists and rules by themselves first: they are among those around it, which would fail for every file.
        merge(language, [file.document])
        fine = [one for one in around if _merges(one, language)]
        compile_book(merge(language, [*fine, file.document]))
    except SkillError as error:
        return Custom(file.file, None, str(error))
    return file


def _merges(document: Document, language: str) -> bool:
    from skills.grammar.documents import merge

    try:
        merge(language, [document])
    except SkillError:
        return False
    return True
