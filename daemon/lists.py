"""The shopping list, to-do lists and any other: what is on them, and the effects that change them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from daemon.clock import Clock
from daemon.errors import DaemonError
from daemon.store import Store
from daemon.store.tables import ListItemRow
from daemon.todos import Held, Todo, Todos
from devices.homeassistant.client import HubError
from devices.names import fold
from skills.actions import Listed, list_add, list_complete, list_remove
from skills.builtin.lists import list_called
from skills.builtin.words import listing
from skills.effect import Effect, change
from skills.language import Words, current, say
from skills.model import Action, Cause, Outcome, Verdict
from skills.views import AwayError, Item

MOST_ON_LISTS = 5_000
"""Things on all lists together; more is a loop, not a household."""

_AWAY = "Home Assistant has that list and cannot be reached"


class ListAwayError(DaemonError, AwayError):
    """A list stands elsewhere and cannot be read now: for skills an `AwayError`, for clients a `DaemonError`."""

    code = "list-away"


class Lists:
    """Keeps what is on lists, for the gateway to change and for everyone to read."""

    def __init__(self, store: Store, clock: Clock, todos: Todos | None = None) -> None:
        """Take ``todos``: lists that stand elsewhere, each in the place of ours of the same name."""
        self._store, self._clock, self._todos = store, clock, todos

    def effects(self) -> Sequence[Effect]:
        """Return what can be wished for, for the gateway's table."""
        return [
            change(
                Listed,
                "list.add",
                self._add,
                lambda given: say("put {things} on {list:acc}", things=_things(given), list=list_called(given.list)),
            ),
            change(
                Listed,
                "list.remove",
                self._remove,
                lambda given: say("take {things} off {list:dat}", things=_things(given), list=list_called(given.list)),
            ),
            change(
                Listed,
                "list.complete",
                self._complete,
                lambda given: say("check {things} off {list:dat}", things=_things(given), list=list_called(given.list)),
            ),
        ]

    async def items(self, name: str | None = None) -> Sequence[Item]:
        """Return what is on a list, or on all of them, in the order it was put there.

        Raises:
            ListAwayError: the list stands elsewhere and cannot be read now.
        """
        own = await self._own(name)
        if self._todos is None:
            return own
        try:
            theirs = await self._todos.items(name)
        except HubError as error:
            raise ListAwayError(say(_AWAY)) from error
        # What stood on ours before there was one elsewhere is still meant.
        there = {(item.list, fold(item.text)) for item in theirs if not item.done}
        return [*theirs, *(item for item in own if (item.list, fold(item.text)) not in there)]

    async def _own(self, name: str | None) -> Sequence[Item]:
        def work(session: Session) -> Sequence[Item]:
            rows = session.exec(_rows(None if name is None else fold(name)))
            return [Item(row.list, row.text, row.done_at is not None) for row in rows]

        return await self._store.run(work)

    async def _add(self, given: Listed, cause: Cause) -> Outcome:
        """Put things on a list; what is on it already stays there once, and is open again."""
        todo = self._todos.named(given.list) if self._todos is not None else None
        if todo is None:
            return await self._add_own(given, cause)
        try:
            held = await todo.held()
        except HubError:
            return Outcome(Verdict.FAILED, say(_AWAY))
        outcome = await todo.add(given.items, held)
        new = [item for item in given.items if fold(item) not in held]
        again = [item for item in given.items if fold(item) in held and held[fold(item)].done]
        if outcome.verdict is not Verdict.DONE or not (new or again):
            return outcome
        return replace(outcome, undo=list_remove(given.list, new) if new else list_complete(given.list, again))

    async def _add_own(self, given: Listed, cause: Cause) -> Outcome:
        at = self._clock.now().isoformat()

        def work(session: Session) -> Outcome:
            there = {fold(row.text): row for row in session.exec(_rows(fold(given.list)))}
            if len(session.exec(select(ListItemRow.id)).all()) + len(given.items) > MOST_ON_LISTS:
                return Outcome(Verdict.FAILED, f"there are {MOST_ON_LISTS} things on lists already")
            new = list({fold(item): item for item in reversed(given.items) if fold(item) not in there}.values())[::-1]
            again = [row for item in given.items if (row := there.get(fold(item))) and row.done_at is not None]
            for row in again:
                row.done_at = None
                session.add(row)
            for item in new:
                session.add(ListItemRow(list=fold(given.list), text=item, added_at=at, person=cause.person))
            back = list_remove(given.list, new) if new else list_complete(given.list, [row.text for row in again])
            return Outcome(Verdict.DONE, undo=back if new or again else None)

        return await self._store.run(work)

    async def _remove(self, given: Listed, cause: Cause) -> Outcome:
        del cause
        return await self._take(given, lambda session, row: session.delete(row), Todo.remove)

    async def _complete(self, given: Listed, cause: Cause) -> Outcome:
        del cause
        at = self._clock.now().isoformat()

        def complete(session: Session, row: ListItemRow) -> None:
            row.done_at = at
            session.add(row)

        return await self._take(given, complete, Todo.complete)

    async def _take(
        self,
        given: Listed,
        own: Callable[[Session, ListItemRow], None],
        theirs: Callable[[Todo, Sequence[Held]], Awaitable[Outcome]],
    ) -> Outcome:
        """Do something to the things that are meant, on the list that stands elsewhere and on what is left of ours."""
        todo = self._todos.named(given.list) if self._todos is not None else None
        if todo is None:
            return await self._each(given, own, list_add)
        try:
            held = await todo.held()
        except HubError:
            return Outcome(Verdict.FAILED, say(_AWAY))
        own_too = {fold(item.text) for item in await self._own(given.list)}
        rest = [item for item in given.items if fold(item) not in held or fold(item) in own_too]
        meant = [held[key] for key in dict.fromkeys(map(fold, given.items)) if key in held]
        outcome = Outcome(Verdict.DONE)
        if rest:
            outcome = await self._each(given.model_copy(update={"items": rest}), own, list_add)
        if meant and outcome.verdict is Verdict.DONE:
            outcome = await theirs(todo, meant)
        if outcome.verdict is not Verdict.DONE:
            return outcome
        texts = {fold(text): text for text in (*rest, *(item.text for item in meant))}
        return replace(outcome, undo=list_add(given.list, list(texts.values())))

    async def _each(
        self,
        given: Listed,
        act: Callable[[Session, ListItemRow], None],
        back: Callable[[str, Sequence[str]], Action],
    ) -> Outcome:
        """Do something to the things on the list that are meant; what is not there is said."""

        def work(session: Session) -> Outcome | list[str]:
            there = {fold(row.text): row for row in session.exec(_rows(fold(given.list)))}
            missing = [item for item in given.items if fold(item) not in there]
            if missing:
                return missing
            rows = [there[wanted] for wanted in dict.fromkeys(map(fold, given.items))]
            texts = [row.text for row in rows]
            for row in rows:
                act(session, row)
            return Outcome(Verdict.DONE, undo=back(given.list, texts))

        came = await self._store.run(work)
        if isinstance(came, Outcome):
            return came
        # Worded here: in the thread of the store nobody speaks any language.
        things = Words(listing(came), form=current().catalogue.plural(len(came)))
        return Outcome(Verdict.FAILED, say("{things} {things:is|are} not on it", things=things))


def _rows(name: str | None) -> SelectOfScalar[ListItemRow]:
    query = select(ListItemRow).order_by(col(ListItemRow.id))
    return query if name is None else query.where(ListItemRow.list == name)


def _things(given: Listed) -> str:
    return listing(given.items)
