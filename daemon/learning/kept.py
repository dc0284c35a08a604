"""What was learned, on disk and in force: the names that the house goes by, and the phrases that stand for commands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from daemon.learning.forms import Form, form_of, slotted
from daemon.store import Store
from daemon.store.tables import LearnedRow
from devices.home import Called, Home
from devices.model import EntityId
from devices.names import fold
from skills.actions import learn_name, learn_phrase
from skills.grammar.paraphrases import Words, key
from skills.model import Action, Cause
from skills.views import Learned

MOST_KEPT = 200
"""Names and phrases together: what a household can look through."""
SAID = "said"
"""The hint of what was taught outright."""


@dataclass(frozen=True, slots=True)
class Taught:
    """A name of a thing, or a phrase that stands for a command."""

    language: str
    words: str
    hint: str
    thing: EntityId | None = None
    renamed: bool = False
    command: str | None = None

    @property
    def again(self) -> Action:
        """The wish that teaches it."""
        if self.thing is not None:
            return learn_name(self.thing, self.words, rename=self.renamed, hint=self.hint, language=self.language)
        return learn_phrase(self.words, self.command or "", hint=self.hint, language=self.language)


class Kept:
    """Everything that was learned; made empty, filled by `begin`."""

    def __init__(self, store: Store, home: Home) -> None:
        self._store, self._home = store, home
        self._rows: dict[int, LearnedRow] = {}
        self._phrases: dict[tuple[str, Words], str] = {}
        self._forms: dict[tuple[str, Words], Form] = {}
        self._formed_at: int | None = None
        """The version of the house whose rooms are in the forms; None: they are to be worked out again."""

    async def begin(self) -> None:
        """Take over what was learned before."""

        def work(session: Session) -> Sequence[LearnedRow]:
            return session.exec(select(LearnedRow).order_by(col(LearnedRow.id))).all()

        for row in await self._store.run(work):
            self._take_in(row)

    @property
    def full(self) -> bool:
        """True if no more is kept."""
        return len(self._rows) >= MOST_KEPT

    def has(self, taught: Taught) -> bool:
        """Return whether this was learned already."""
        return any(_taught(row) == taught for row in self._rows.values())

    def all(self) -> Sequence[Learned]:
        """Return all of it, the newest first."""
        return [self._told(row) for row in reversed(self._rows.values())]

    def find(self, id: int) -> tuple[Learned, Taught] | None:
        """Return one of them, for people and as it was taught."""
        row = self._rows.get(id)
        return None if row is None else (self._told(row), _taught(row))

    def command(self, text: str, language: str) -> str | None:
        """Return the command that a text stands for: as it was taught, else with another number or room in it."""
        if not self._phrases:
            return None
        words = key(text, language)
        return self._phrases.get((language, words)) or self._by_form(words, language)

    def _by_form(self, words: Words, language: str) -> str | None:
        if self._formed_at != self._home.version:
            formed = {
                known: form_of(known[1], command, self._home, known[0]) for known, command in self._phrases.items()
            }
            self._forms = {(known[0], form.words): form for known, form in formed.items() if form is not None}
            self._formed_at = self._home.version
        for pattern, values in slotted(words, self._home, language) if self._forms else ():
            form = self._forms.get((language, pattern))
            if form is not None:
                return form.filled(values)
        return None

    def called(self, thing: EntityId, also: Taught | None = None) -> Called:
        """Return what a thing is called by all that was learned, and by one thing more."""
        names = [*map(_taught, self._rows.values()), *([also] if also is not None else [])]
        mine = [one for one in names if one.thing == thing]
        renamed = next((one.words for one in reversed(mine) if one.renamed), None)
        return Called(renamed, tuple(one.words for one in mine if one.words != renamed))

    async def add(self, taught: Taught, cause: Cause, at: datetime) -> int:
        """Keep it from now on, and return its number."""
        row = LearnedRow(
            language=taught.language,
            words=taught.words,
            thing=taught.thing,
            renamed=int(taught.renamed),
            command=taught.command,
            hint=taught.hint,
            at=at.isoformat(),
            person=cause.person,
            cause=cause.id,
        )

        def work(session: Session) -> LearnedRow:
            session.add(row)
            session.flush()
            return row

        return self._take_in(await self._store.run(work))

    async def drop(self, id: int) -> None:
        """Forget one of them."""

        def work(session: Session) -> None:
            kept = session.get(LearnedRow, id)
            if kept is not None:
                session.delete(kept)

        await self._store.run(work)
        row = self._rows.pop(id)
        self._phrases.pop((row.language, key(row.words, row.language)), None)
        self._formed_at = None
        if row.thing is not None:
            self._home.call(EntityId(row.thing), self.called(EntityId(row.thing)))

    def _take_in(self, row: LearnedRow) -> int:
        assert row.id is not None
        self._rows[row.id] = row
        if row.thing is not None:
            self._home.call(EntityId(row.thing), self.called(EntityId(row.thing)))
        elif row.command is not None:
            self._phrases[row.language, key(row.words, row.language)] = row.command
            self._formed_at = None
        return row.id

    def _told(self, row: LearnedRow) -> Learned:
        assert row.id is not None
        means = row.command or self._otherwise(row.thing or "", row.words)
        return Learned(
            row.id,
            row.words,
            means,
            is_name=row.thing is not None,
            outright=row.hint == SAID,
            at=datetime.fromisoformat(row.at),
            person=row.person,
        )

    def _otherwise(self, thing: str, words: str) -> str:
        """Return what a thing is called beside these words."""
        entity = self._home.entity(thing)
        names = () if entity is None else (entity.name, *entity.aliases)
        return next((name for name in names if fold(name) != fold(words)), thing)


def _taught(row: LearnedRow) -> Taught:
    thing = EntityId(row.thing) if row.thing is not None else None
    return Taught(row.language, row.words, row.hint, thing, bool(row.renamed), row.command)
