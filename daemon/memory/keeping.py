"""The memory of the house: the one object through which anything is kept, found, corrected or forgotten."""

import asyncio
import logging
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import TYPE_CHECKING

from daemon import voiceprints
from daemon.clock import Clock
from daemon.memory import beliefs, exporting, forgetting, question, rows, vectors
from daemon.memory.asking import wanted
from daemon.memory.embedding import DIMENSIONS, Embedder, StaticEmbedder
from daemon.memory.finding import MOST_HITS, Finder, Search
from daemon.memory.forgetting import Selection
from daemon.memory.kindred import Kindred
from daemon.memory.model import (
    HOUSEHOLD,
    EmbeddingError,
    Exported,
    Fact,
    FactId,
    FactKind,
    Forgotten,
    Heard,
    Hit,
    Learned,
    MemoryId,
    Note,
    Recalled,
    RememberingError,
    plain,
    refuse_unfit,
    shelf_of,
)
from daemon.memory.putting import Waiting, put_away
from daemon.memory.question import Window
from daemon.memory.rows import Kept
from daemon.memory.saying import Statement, folded, statements
from daemon.memory.vectors import Made
from daemon.store import Store
from skills.model import PersonId

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger("hearth." + __name__)

BATCH = 1_000
"""Notes to a transaction."""
UNKNOWN = "somebody"
"""Whoever speaks where nobody knows who it is."""
FEW = 64
"""Of so many notes at once vectors are made when there is time, or before the next question: until somebody asks, a
house that is only told things need not load what makes them.
"""
MOST_CAUGHT_UP = 20_000
"""So many vectors at most a question waits for, two seconds' worth; nights leave far fewer."""
LONGEST_QUESTION = 1_000
"""Characters; what comes after them does not change what is found."""


class Memory:
    """Keeps and finds. Call `begin` once before anything else.

    Who may read what is decided by shelves: everything stands on the household's or on one person's, and every
    statement names those that the asking person may read. ``person=None`` is whoever is not known, a guest for
    example: the household's shelf only.
    """

    def __init__(
        self, store: Store, clock: Clock, *, embedder: Embedder | None = None, zone: tzinfo = UTC, language: str = "en"
    ) -> None:
        """Embed with ``embedder`` once it has answered, else with what is always there; count days in ``zone``.

        Vectors of ``embedder`` are made by `embed_missing` only: nobody who tells or asks something waits for them.
        """
        self._words = words = StaticEmbedder()
        self._store, self._clock, self._zone, self._language = store, clock, zone, language
        self._embedder: Embedder = embedder or words
        self._finder = Finder(Kindred(words))
        self._made: Made | None = None
        self._visiting = self._warm = False
        self.owes_scrub = False
        """Whether bytes of what was forgotten may still stand in the file, known once `begin` has looked."""

    async def begin(self, *, visiting: bool = False) -> None:
        """Look what is there; asks nobody for vectors. Those of another embedder are dropped by the first of this one.

        ``visiting``: leave them to whoever chose that embedder; until then words alone find what is there.
        """
        self._made, self._visiting = await self._store.run_bare(vectors.made), visiting
        self.owes_scrub = await self._store.run_bare(forgetting.owes_scrub)

    async def _adopt(self) -> None:
        """Make the embedder in use that of the file, if it is not yet, and can be asked now."""
        if self._made is not None and (self._made.name == self._embedder.name or self._visiting):
            return
        try:
            sample = await self._embedder.embed(["hello"])
        except EmbeddingError as error:
            log.debug("the memory goes on with the vectors that it has: %s", error)
            if self._made is not None:
                return
            new = Made(self._words.name, DIMENSIONS)
        else:
            new = Made(self._embedder.name, sample.shape[1])
        await self._store.run_bare(partial(vectors.begin_anew, new=new))
        await self._store.run_bare(lambda _: self._finder.drop())
        self._made = new

    # Keeping

    async def add(self, note: Note) -> MemoryId | None:
        """Keep a note; return its id, or ``None`` if there is one of its `Note.ref` already.

        Raises:
            RememberingError: there is nothing in it, or it is too long.
        """
        return (await self.import_batch([note]))[0]

    async def import_batch(self, notes: Sequence[Note], *, later: bool = False) -> Sequence[MemoryId | None]:
        """Keep notes in their order, a thousand to a transaction; return their ids, ``None`` for one that is there.

        What was said in one conversation should come in the order in which it was said: neighbours help each other to
        be found. ``later``: vectors are made before the next question, however many there are.

        Raises:
            RememberingError: there is nothing in one of them, or it is too long; those before its thousand are kept.
        """
        ids = list[MemoryId | None]()
        for start in range(0, len(notes), BATCH):
            part = notes[start : start + BATCH]
            for note in part:
                refuse_unfit(note)
            ids += await self._write(part, later=later)
        return ids

    async def _write(self, notes: Sequence[Note], *, later: bool) -> Sequence[MemoryId | None]:
        later = later or not self._is_embedded or len(notes) <= FEW
        if not later:
            await self._ready()
        made = self._made
        found = None if later else await self._vectors([note.text for note in notes])
        none = [None] * len(notes)
        blobs = none if found is None else rows.quantised(found)
        now = self._clock.now()

        def work(connection: sqlite3.Connection) -> Sequence[MemoryId | None]:
            fit = blobs if vectors.made(connection) == made else none
            return rows.Writer(connection, now).write(notes, fit, vectors.width(connection))

        return await self._store.run_bare(work)

    async def settle(self) -> None:
        """Return once all that was kept would outlive a power cut. Waits for the disk."""
        await self._store.run_apart(lambda c: c.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone())

    async def embed_missing(self, most: int = BATCH) -> int:
        """Give up to ``most`` memories the vectors that they lack, and return how many got one.

        To be called when there is time: after another embedder was chosen, or was away while something was kept.
        """
        await self._adopt()
        return await self._embed_from(0, most)

    async def lacking(self) -> int:
        """Return how many of the newest memories have no vector yet: the next question would wait for them."""
        return await self._store.run_bare(vectors.newest_lacking)

    async def _embed_from(self, after: int, most: int) -> int:
        """Give vectors to memories with ids behind ``after``; return how many got one."""
        await self._ready()
        done, first = 0, None
        while done < most and (made := self._made) is not None:
            lacking = await self._store.run_bare(partial(vectors.missing, after=after, most=min(100, most - done)))
            found = await self._vectors([memory.text for memory in lacking]) if lacking else None
            if found is None:
                break
            await self._store.run_bare(partial(vectors.give, given=lacking, found=found, by=made))
            first = lacking[0].id if first is None else first
            done, after = done + len(lacking), lacking[-1].id
        if first is not None:
            await self._store.run_bare(lambda _: self._finder.drop(first))
        return done

    async def _ready(self) -> None:
        """Load the embedder that is always there, in a thread, and make it that of the file if no other is chosen."""
        if self._is_embedded and not self._warm:
            await asyncio.to_thread(self.warm)
        if self._embedder is self._words:
            await self._adopt()

    async def _catch_up(self) -> None:
        """Make the vectors that were put off, so that a question finds what was said a moment ago."""
        await self._ready()
        if self._is_embedded:
            newest = await self._store.run_bare(vectors.newest_made)
            await self._embed_from(newest, MOST_CAUGHT_UP)

    @property
    def _is_embedded(self) -> bool:
        """Whether vectors are made by the embedder that is always there."""
        return self._in_use is self._words

    @property
    def _in_use(self) -> Embedder:
        """Return the embedder that is always there for as long as the vectors in the file are of it."""
        return self._words if self._made is not None and self._made.name == self._words.name else self._embedder

    # Finding

    async def search(
        self,
        text: str,
        *,
        person: PersonId | None = None,
        k: int = 10,
        at: datetime | None = None,
        everything: bool = False,
    ) -> Sequence[Hit]:
        """Return the memories that answer a question, best first; none where the honest answer is "nothing known".

        Args:
            text: the question, or words to look for.
            person: who asks.
            k: how many at most, 1 to 50.
            at: as of when: nothing that was said later is found, and "last week" counts from there. None: now.
            everything: return what comes nearest even if nothing is known.
        """
        await self._catch_up()
        shelves, now = shelves_of(person), self._clock.now()
        speakers = await self._store.run_bare(lambda c: self._finder.speakers(c, shelves, vectors.width(c)))
        ref = (at or now).astimezone(self._zone)
        short = plain(text[:LONGEST_QUESTION])
        asked = question.read(short, speakers=speakers, me=person, now=ref, language=self._language)
        found = await self._vectors([asked.bare]) if asked.bare else None
        vector = found[0] if found is not None and found[0].any() else None
        search = Search(asked, shelves, max(1, min(k, MOST_HITS)), now, at, vector, everything)
        return await self._store.run_bare(lambda c: self._finder.find(c, search, vectors.width(c)))

    async def listed(self, *, person: PersonId | None = None, most: int = 50) -> Sequence[Kept]:
        """Return what a person may read, the newest first."""
        where, values = _readable(person)
        return await self._store.run_bare(lambda c: list(rows.listed(c, where, values, most=most)))

    async def get(self, number: MemoryId, *, person: PersonId | None = None) -> Kept | None:
        """Return a memory; ``None`` if there is none of this id that the person may read."""
        return (await self._store.run_bare(lambda c: rows.fetch(c, [number], shelves_of(person)))).get(number)

    # Facts

    async def take_in(self, note: Note, *, outright: bool = False, language: str | None = None) -> Heard:
        """Keep a note, and what it says for good: what people tell the house goes through here.

        ``outright``: somebody asked for it to be remembered, and it says something whatever its form.

        Raises:
            RememberingError: there is nothing in it, or it is too long.
        """
        refuse_unfit(note)
        spoken = language or self._language
        told = Waiting(note, told=True, outright=outright, language=spoken)
        if await self._store.run_bare(partial(put_away, one=told)):
            return Heard(None, (), waits=True)
        number = await self.add(note)
        local = note.at.astimezone(self._zone)
        text, tainted = plain(note.text), note.tainted
        said = statements(text, at=local, tainted=tainted, outright=outright, language=spoken) if number else ()
        return Heard(number, [await self._learn(statement, note, number) for statement in said])

    async def remember(self, fact: Fact) -> Learned:
        """Keep a fact, as if it had been said so now; what it takes the place of ends, and is kept."""
        now = fact.known_from or self._clock.now()
        said = Statement(fact.subject, fact.relation, fact.object, fact.kind, "is", fact.text, fact.valid_from)
        return await self._store.run_bare(partial(beliefs.learn, said=said, told=fact, now=now))

    async def _learn(self, said: Statement, note: Note, source: MemoryId | None) -> Learned:
        fact = Fact(
            _subject_of(said.subject, note.person),
            said.relation,
            said.object,
            said.text,
            said.kind,
            note.person,
            note.visibility,
            source,
            note.entry,
            note.confidence,
            note.assurance,
            said.since,
            known_from=note.at,
        )
        return await self._store.run_bare(partial(beliefs.learn, said=said, told=fact, now=note.at))

    def warm(self) -> None:
        """Load what the first question would wait for, some 100 ms; to be called in a thread."""
        self._words.vectors(["hello"])
        self._warm = True

    async def look_anew(self) -> None:
        """Find by what stands on the shelves now: one was opened or closed."""
        await self._store.run_bare(lambda _: self._finder.drop())

    @property
    def store(self) -> Store:
        """Return the file that all of it is in."""
        return self._store

    @property
    def small(self) -> bool:
        """Whether the file can be written anew at once, without keeping anybody waiting for long."""
        return self._store.path.stat().st_size <= forgetting.AT_ONCE_BYTES

    async def answer(self, text: str, *, person: PersonId | None = None, at: datetime | None = None) -> Recalled | None:
        """Return the facts that a question asks for, empty where they are not known; ``None`` if it asks for none.

        "Where do I work?", "what did I use to like?", "where did Ben live last year?", "what is the wifi password?".
        """
        ref = (at or self._clock.now()).astimezone(self._zone)
        asked = wanted(plain(text[:LONGEST_QUESTION]), now=ref, language=self._language)
        if asked is None:
            return None
        return await self.recall_facts(
            _subject_of(asked.subject, person),
            asked.relation,
            person=person,
            at=ref,
            past=asked.when == "before",
            window=asked.window,
        )

    async def recall_facts(
        self,
        subject: str,
        relation: str,
        *,
        person: PersonId | None = None,
        at: datetime | None = None,
        past: bool = False,
        window: Window | None = None,
    ) -> Recalled:
        """Return what is known of a subject: now, at a time, in a stretch of time, or what is over.

        Args:
            subject: a person's id, or what it is about.
            relation: what about it.
            person: who asks.
            at: as of when; None: now.
            past: what is so no longer.
            window: what held at any time in it.
        """
        when = at or self._clock.now()
        return await self._store.run_bare(
            partial(
                beliefs.recall,
                subject=folded(subject),
                relation=relation,
                shelves=shelves_of(person),
                at=when,
                past=past,
                window=window,
            )
        )

    async def facts(
        self, *, person: PersonId | None = None, subject: str | None = None, kind: FactKind | None = None
    ) -> Sequence[Fact]:
        """Return every fact that a person may read, also what is over, the newest first."""
        shelves = shelves_of(person)
        return await self._store.run_bare(partial(beliefs.listed, shelves=shelves, subject=subject, kind=kind))

    async def instructions(self, *, person: PersonId | None = None) -> Sequence[Fact]:
        """Return how a person wants to be served and how things are done here: no search finds them in time."""
        found = await self.facts(person=person)
        return [
            fact
            for fact in found
            if fact.kind in ("instruction", "procedure") and fact.valid_until is None and fact.known_until is None
        ]

    async def correct(self, number: FactId, thing: str, *, person: PersonId | None = None) -> Fact:
        """Put the right words in the place of wrong ones; what was wrong counts as never having been so.

        Raises:
            RememberingError: there is no such fact that the person may read.
        """
        now, shelves = self._clock.now(), shelves_of(person)

        def work(connection: sqlite3.Connection) -> Fact | None:
            wrong = beliefs.get(connection, number, shelves)
            if wrong is None:
                return None
            of_themselves = wrong.person is not None and wrong.subject == folded(wrong.person)
            teller = person if person is not None and wrong.visibility == "household" and not of_themselves else None
            return beliefs.correct(connection, wrong, thing, now=now, teller=teller)

        fact = await self._store.run_bare(work)
        if fact is None:
            raise RememberingError(f"there is no fact {number}", code="memory-unknown")
        return fact

    async def uncorrect(self, right: FactId, wrong: FactId, *, person: PersonId | None = None) -> bool:
        """Take a correction back: what it replaced counts again. Say whether both were still there."""
        shelves = shelves_of(person)
        return await self._store.run_bare(partial(beliefs.uncorrect, right=right, wrong=wrong, shelves=shelves))

    # Forgetting and handing out

    async def selected(
        self, selection: Selection, *, person: PersonId | None = None
    ) -> tuple[Sequence[Kept], Sequence[Fact]]:
        """Return what `forget` would delete."""
        shelves = (shelf_of(person, "me"),) if selection.everything else shelves_of(person)
        return await self._store.run_bare(partial(forgetting.selected, selection=selection, shelves=shelves))

    async def forget(self, selection: Selection, *, person: PersonId | None = None) -> Forgotten:
        """Delete what is selected of what a person may read, with all that was derived from it, and overwrite it.

        In a large file bytes of it may stay in pages until `scrub`, which `owes_scrub` then asks for. Copies
        and backups keep what they have, and so does the journal: see `daemon.remembering.reaching`.
        """
        shelves = (shelf_of(person, "me"),) if selection.everything else shelves_of(person)
        gone = await self._store.run_bare(
            lambda c: forgetting.forget(c, selection=selection, shelves=shelves, width=vectors.width(c)), urgent=True
        )
        await self._store.run_bare(lambda _: self._finder.drop())
        if gone.memories or gone.facts:
            self.owes_scrub = True
            if self.small:
                await self.scrub()
        return gone

    async def scrub(self) -> None:
        """Write the whole file anew, so that nothing of what was forgotten is left in it; all else waits meanwhile."""
        await self._store.run_apart(forgetting.scrub)
        self.owes_scrub = False

    async def sweep(self) -> Forgotten:
        """Forget what has expired, on whichever shelf; to be called now and then."""
        now = self._clock.now()
        gone = await self._store.run_bare(lambda c: forgetting.sweep(c, now=now, width=vectors.width(c)), urgent=True)
        if gone.memories or gone.facts:
            self.owes_scrub = True
            await self._store.run_bare(lambda _: self._finder.drop())
        return gone

    async def merge(self, *, before: datetime) -> Forgotten:
        """Forget what was said in the very same words later too, as far as it was to be forgotten one day anyway."""
        gone = await self._store.run_bare(
            lambda c: forgetting.merge(c, before=before, width=vectors.width(c)), urgent=True
        )
        if gone.memories:
            self.owes_scrub = True
            await self._store.run_bare(lambda _: self._finder.drop())
        return gone

    async def export(self, *, person: PersonId | None = None) -> Sequence[Exported]:
        """Return all that a person may read, as JSON values: memories, facts, then how they sound."""
        where, values = _readable(person)
        kept = await self._store.run_bare(lambda c: list(rows.listed(c, where, values)))
        told = [*map(exporting.memory, kept), *map(exporting.fact, await self.facts(person=person))]
        if person is None:
            return told
        return [*told, *await self._store.run_bare(lambda c: voiceprints.exported(c, person))]

    async def _vectors(self, texts: Sequence[str]) -> "NDArray[np.float32] | None":
        """Return vectors that go with those in the file; ``None`` if none can be had now."""
        made, embedder = self._made, self._in_use
        if made is None or made.name != embedder.name:
            return None
        try:
            found = await embedder.embed(texts)
        except EmbeddingError:
            return None
        return found if found.shape[1] == made.dimensions else None


def _subject_of(subject: str | None, person: PersonId | None) -> str:
    """Return whom or what something is about, where `none` and `my sister` depend on who speaks."""
    me = folded(plain(person or UNKNOWN))
    if subject is None:
        return me
    return f"{me}'s {subject[3:]}" if subject.startswith("my ") else subject


def shelves_of(person: PersonId | None) -> Sequence[str]:
    """Return the shelves that a person may read."""
    return tuple(dict.fromkeys((HOUSEHOLD, shelf_of(person, "me"))))


def _readable(person: PersonId | None) -> tuple[str, Sequence[str]]:
    shelves = shelves_of(person)
    return f"shelf IN ({', '.join('?' * len(shelves))})", shelves
