"""What takes weeks: a goal, a day, next steps, open questions, and who takes care of what; looked through each week."""

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from daemon.clock import Clock
from daemon.plans.model import PlanError
from daemon.schedule import Due, Late, Lateness, Schedule
from daemon.schedule.ledger import stamp
from daemon.store import Store
from skills.actions import notice_send
from skills.builtin.plans import open_of
from skills.builtin.words import counted
from skills.effect import Effect, change
from skills.language import say
from skills.model import Action, Cause, CauseId, Origin, Outcome, PersonId, Verdict
from skills.planned import Item, Project
from skills.plans import ProjectAdd, ProjectDone, ProjectNote, ProjectPoint, project_close, project_done

KIND = "project"
"""Of the rows in the ledger."""
REVIEW_AT = time(18, 0)
REVIEW_RULE = "FREQ=WEEKLY;BYDAY=SU"
REVIEW_WINDOW_S = 2 * 86_400.0
MOST_PROJECTS = 100
MOST_ITEMS = 200

Submit = Callable[[Action, Cause], Awaitable[Outcome]]


class Projects:
    """Keeps projects, and has whose they are told once a week how they stand."""

    def __init__(self, store: Store, schedule: Schedule, clock: Clock, zone: ZoneInfo) -> None:
        self._store, self._schedule, self._clock, self._zone = store, schedule, clock, zone
        self._submit: Submit | None = None
        self._kept: dict[int, Project] = {}
        self._spoken_of: tuple[int, float] | None = None
        schedule.handle(KIND, self._review)

    def attach(self, submit: Submit) -> None:
        """Take the door through which people are told."""
        self._submit = submit

    async def load(self) -> None:
        """Read what is kept.

        Raises:
            StoreError: it cannot be read.
        """
        self._kept = {one.id: one for one in await self._store.run_bare(_load)}

    def open(self) -> Sequence[Project]:
        """Return those that are not closed, by name."""
        return sorted((one for one in self._kept.values() if not one.closed), key=lambda one: one.name.casefold())

    def steps_called(self, text: str) -> Sequence[int]:
        """Return the open steps of projects that are called so: a plan is a step of the project that notes its goal."""
        items = [item for one in self.open() for item in one.items if item.kind == "step" and not item.done]
        return [item.id for item in items if item.text == text]

    def spoken_of(self, within_s: float) -> int | None:
        """Return the project that something was noted for not longer ago."""
        found = self._spoken_of
        return found[0] if found is not None and self._clock.monotonic() - found[1] <= within_s else None

    def effects(self) -> Sequence[Effect]:
        """Return the rows for the gateway's table."""
        return (
            change(ProjectAdd, "project.add", self._add, lambda it: say("begin the project {name}", name=it.name)),
            change(ProjectNote, "project.note", self._note, lambda it: say("note for a project: {text}", text=it.text)),
            change(ProjectDone, "project.done", self._done, lambda it: self._tick_words(it, done=True)),
            change(ProjectDone, "project.reopen", self._reopen, lambda it: self._tick_words(it, done=False)),
            change(
                ProjectPoint,
                "project.close",
                self._close,
                lambda it: say("close the project {name}", name=self._name(it.project)),
            ),
            change(
                ProjectPoint,
                "project.open",
                self._open,
                lambda it: say("open the project {name} again", name=self._name(it.project)),
            ),
        )

    async def _add(self, given: ProjectAdd, cause: Cause) -> Outcome:
        if len(self.open()) >= MOST_PROJECTS:
            return Outcome(Verdict.FAILED, say("{n} projects are open already: close some", n=MOST_PROJECTS))
        if any(one.name.casefold() == given.name.casefold() for one in self.open()):
            return Outcome(Verdict.FAILED, say("there is a project of this name already"))
        now = stamp(self._clock.now())
        due = given.due.isoformat() if given.due is not None else None
        values = (given.name, given.goal, due, cause.person, now)

        def insert(connection: sqlite3.Connection) -> int:
            query = "INSERT INTO project (name, goal, due, owner, made_at) VALUES (?, ?, ?, ?, ?) RETURNING id"
            return int(connection.execute(query, values).fetchone()[0])

        number = await self._store.run_bare(insert)
        self._kept[number] = Project(number, given.name, given.goal, given.due, cause.person)
        self._spoken_of = number, self._clock.monotonic()
        await self._remind(number, cause)
        return Outcome(Verdict.DONE, undo=project_close(number))

    async def _note(self, given: ProjectNote, cause: Cause) -> Outcome:
        del cause
        project = self._kept.get(given.project)
        if project is None or len(project.items) >= MOST_ITEMS:
            return Outcome(Verdict.FAILED, say("there is no such project, or too much in it"))
        values = (given.project, given.kind, given.text, given.who, stamp(self._clock.now()))

        def insert(connection: sqlite3.Connection) -> int:
            query = "INSERT INTO project_item (project, kind, text, who, made_at) VALUES (?, ?, ?, ?, ?) RETURNING id"
            return int(connection.execute(query, values).fetchone()[0])

        number = await self._store.run_bare(insert)
        self._spoken_of = project.id, self._clock.monotonic()
        item = Item(number, given.kind, given.text, given.who)
        self._kept[project.id] = replace(project, items=(*project.items, item))
        return Outcome(Verdict.DONE, undo=project_done(number))

    async def _done(self, given: ProjectDone, cause: Cause) -> Outcome:
        del cause
        return await self._tick(given.item, done=True)

    async def _reopen(self, given: ProjectDone, cause: Cause) -> Outcome:
        del cause
        return await self._tick(given.item, done=False)

    async def _tick(self, id: int, *, done: bool) -> Outcome:
        project = next((one for one in self._kept.values() if any(item.id == id for item in one.items)), None)
        if project is None:
            return Outcome(Verdict.FAILED, say("there is no such thing in a project"))
        at = stamp(self._clock.now()) if done else None
        await self._store.run_bare(
            lambda connection: connection.execute("UPDATE project_item SET done_at = ? WHERE id = ?", (at, id))
        )
        items = tuple(replace(item, done=done) if item.id == id else item for item in project.items)
        self._kept[project.id] = replace(project, items=items)
        return Outcome(Verdict.DONE, undo=project_done(id, done=not done))

    async def _close(self, given: ProjectPoint, cause: Cause) -> Outcome:
        return await self._closed(given.project, cause, closed=True)

    async def _open(self, given: ProjectPoint, cause: Cause) -> Outcome:
        return await self._closed(given.project, cause, closed=False)

    async def _closed(self, id: int, cause: Cause, *, closed: bool) -> Outcome:
        project = self._kept.get(id)
        if project is None:
            return Outcome(Verdict.FAILED, say("there is no such project"))
        at = stamp(self._clock.now()) if closed else None
        await self._store.run_bare(
            lambda connection: connection.execute("UPDATE project SET closed_at = ? WHERE id = ?", (at, id))
        )
        self._kept[id] = replace(project, closed=closed)
        if closed:
            for due in self._reviews(id):
                await self._schedule.cancel(due.id)
        else:
            await self._remind(id, cause)
        return Outcome(Verdict.DONE, undo=project_close(id, closed=not closed))

    # The weekly review

    async def _remind(self, id: int, cause: Cause) -> None:
        """Have it looked through every week, on Sunday evening."""
        if self._reviews(id):
            return
        today = self._clock.now().astimezone(self._zone).date()
        await self._schedule.add(
            kind=KIND,
            payload={"project": id},
            cause=cause,
            wall=datetime.combine(today, REVIEW_AT),
            rule=REVIEW_RULE,
            late=Late.RUN,
            window_s=REVIEW_WINDOW_S,
        )

    def _reviews(self, id: int) -> Sequence[Due]:
        return [due for due in self._schedule.open(KIND) if due.payload.get("project") == id]

    async def _review(self, due: Due, lateness: Lateness) -> None:
        project = self._kept.get(int(str(due.payload.get("project", 0))))
        if project is None or project.closed or lateness.asked:
            return
        if self._submit is None:
            raise PlanError("projects are not ready yet")
        today = self._clock.now().astimezone(self._zone).date()
        cause = Cause(CauseId(f"due/{due.key}"), Origin.DAEMON, parent=due.cause.id, again=True)
        people = [PersonId(project.owner)] if project.owner is not None else []
        key = f"project/{project.id}/{due.key}"
        await self._submit(notice_send(told(project, today)[:500], people=people, key=key), cause)

    def _name(self, id: int) -> str:
        return self._kept[id].name if id in self._kept else str(id)

    def _tick_words(self, given: ProjectDone, *, done: bool) -> str:
        items = (item.text for one in self._kept.values() for item in one.items if item.id == given.item)
        text = next(items, str(given.item))
        return say("tick off {text}", text=text) if done else say("open {text} again", text=text)


def told(project: Project, today: date) -> str:
    """Return how a project stands, short enough to be heard."""
    left = [item for item in project.items if not item.done]
    parts = [say("{name}: {things} {things:is|are} open.", name=project.name, things=counted(len(left), "thing"))]
    if project.due is not None:
        days = (project.due - today) // timedelta(days=1)
        if days >= 0:
            parts.append(say("There {days:is|are} {days} left.", days=counted(days, "day")))
        else:
            parts.append(say("Its day has passed."))
    return " ".join([*parts, *open_of(project)])


def _load(connection: sqlite3.Connection) -> Sequence[Project]:
    items: dict[int, list[Item]] = {}
    query = "SELECT project, id, kind, text, who, done_at FROM project_item ORDER BY id"
    for project, number, kind, text, who, done_at in connection.execute(query):
        items.setdefault(project, []).append(Item(number, kind, text, who, done_at is not None))
    query = "SELECT id, name, goal, due, owner, closed_at FROM project"
    return [
        Project(
            number,
            name,
            goal,
            date.fromisoformat(due) if due else None,
            owner or None,
            closed_at is not None,
            tuple(items.get(number, ())),
        )
        for number, name, goal, due, owner, closed_at in connection.execute(query)
    ]
