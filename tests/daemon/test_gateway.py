"""Tests of `daemon.gateway`: decide, write down, carry out, write down."""

import asyncio
import itertools
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing, closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel

from daemon.gateway import ArgumentsError, Gateway, GatewayError, UnknownEffectError
from daemon.gateway.limits import PER_MINUTE
from daemon.gateway.questions import UNWRITTEN
from daemon.household import Household, Person, Role
from daemon.journal import Journal, Kind, Wish
from daemon.store import DiskFullError, Store
from devices.model import EntityId
from devices.twin import Fault, Twin
from skills.actions import Parameters, device_call
from skills.effect import Effect
from skills.model import Action, Cause, CauseId, EntryId, Origin, Outcome, PersonId, Risk, Verdict
from tests.daemon.house import BELL, LAMP, LOCK, actuate_over, now_is, twin_of
from tests.doubles import ManualClock

ANN, TIM = Person(PersonId("ann"), "Ann", Role.OWNER), Person(PersonId("tim"), "Tim", Role.CHILD)
HOUSE = Household({person.id: person for person in (ANN, TIM)})
ON, UNLOCK = device_call([LAMP], "turn_on"), device_call([LOCK], "unlock")
_count = itertools.count()


def cause(origin: Origin = Origin.TEXT, person: str | None = None, *, tainted: bool = False) -> Cause:
    who = PersonId(person) if person else None
    return Cause(CauseId(f"c{next(_count)}"), origin, person=who, tainted=tainted)


class Nothing(Parameters):
    """No parameters."""


Acting = Callable[[BaseModel, Cause], Awaitable[Outcome]]


def effect(name: str, acting: Acting, *, risk: Risk = Risk.REVERSIBLE, timeout_s: float = 5) -> Effect:
    return Effect(name, Nothing, lambda _: risk, acting, lambda _: f"do {name}", timeout_s)


async def works(_: BaseModel, __: Cause) -> Outcome:
    return Outcome(Verdict.DONE)


async def breaks(_: BaseModel, __: Cause) -> Outcome:
    raise RuntimeError("a bug")


async def finds_no_space(*_: object) -> Outcome:
    raise DiskFullError("no space left")


async def hangs(_: BaseModel, __: Cause) -> Outcome:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def twin() -> Twin:
    return twin_of()


@pytest.fixture
async def store(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "hearth.db", clock) as store:
        yield store


@pytest.fixture
def journal(store: Store, clock: ManualClock) -> Journal:
    return Journal(store, clock)


Build = Callable[..., Gateway]


@pytest.fixture
def build(twin: Twin, store: Store, journal: Journal, clock: ManualClock) -> Build:
    """Build the gateway over the twin, with further effects."""
    actuate = actuate_over(twin)

    def build(*effects: Effect) -> Gateway:
        every = [*actuate.effects(), *effects]
        return Gateway(every, journal, store, HOUSE, clock, look={"device.call": actuate.look})

    return build


@pytest.fixture
def gateway(build: Build) -> Gateway:
    return build()


async def all_told(journal: Journal) -> list[tuple[Kind, Verdict | None]]:
    return [(entry.kind, entry.verdict) for entry in await journal.entries()]


# Through


async def test_a_wish_is_written_down_carried_out_and_written_down(gateway: Gateway, journal: Journal, twin: Twin):
    outcome = await gateway.submit(ON, cause())
    assert (outcome.verdict, outcome.effect, outcome.entry) == (Verdict.DONE, "device.call", 1)
    assert now_is(twin, LAMP) == "on"
    assert await all_told(journal) == [(Kind.WISH, None), (Kind.OUTCOME, Verdict.DONE)]


async def test_the_wish_is_on_disk_before_the_effect_begins(build: Build, store: Store):
    seen: list[int] = []

    async def look(_: BaseModel, __: Cause) -> Outcome:
        with closing(sqlite3.connect(store.path)) as other:
            seen.extend(other.execute("SELECT count(*) FROM entry").fetchone())
        return Outcome(Verdict.DONE)

    await build(effect("look", look)).submit(Action("look"), cause())
    assert seen == [1]


async def test_the_entry_says_who_why_and_what(gateway: Gateway, journal: Journal):
    await gateway.submit(ON, replace(cause(Origin.VOICE, "ann"), said="turn on the lamp"))
    wish = (await journal.entries())[0]
    assert (wish.what, wish.cause.person, wish.cause.said) == ("turn on Lamp", "ann", "turn on the lamp")
    assert (wish.detail, wish.targets, wish.risk) == ("it can be taken back", (LAMP,), Risk.REVERSIBLE)


async def test_an_unknown_effect_is_a_mistake_with_a_hint(gateway: Gateway):
    with pytest.raises(UnknownEffectError, match=r"did you mean 'device\.call'"):
        await gateway.submit(Action("device.cal"), cause())


@pytest.mark.parametrize(
    ("action", "place"),
    [
        (Action("device.call", {"service": "turn_on"}), "targets"),
        (Action("device.call", {"targets": [], "service": "turn_on"}), "targets"),
        (Action("device.call", {"targets": [LAMP], "service": "Turn on!"}), "service"),
        (Action("device.call", {"targets": [LAMP], "service": "turn_on", "dta": {}}), "dta"),
        (Action("journal.undo", {"since": 3}), "since"),
        (Action("journal.undo", {"since": "dinner"}), "since"),
        (Action("journal.undo", {"since": "2026-03-01T12:00:00"}), "offset"),
    ],
)
async def test_wrong_arguments_are_a_mistake_that_names_the_place(
    gateway: Gateway, journal: Journal, action: Action, place: str
):
    with pytest.raises(ArgumentsError, match=place):
        await gateway.submit(action, cause())
    assert await journal.entries() == []


def test_two_effects_of_one_name_are_a_mistake(build: Build):
    with pytest.raises(GatewayError, match=r"device\.call"):
        build(effect("device.call", works))


def test_every_effect_is_listed(gateway: Gateway):
    assert [row.name for row in gateway.effects()] == ["device.call", "device.restore", "journal.undo"]


@pytest.mark.parametrize(
    ("acting", "detail"),
    [
        (breaks, "something in odd broke"),
        (hangs, "it took longer than 0.01 seconds"),
        (finds_no_space, UNWRITTEN),
    ],
)
async def test_an_effect_that_misbehaves_has_failed_and_is_on_record(
    build: Build, journal: Journal, acting: Acting, detail: str
):
    outcome = await build(effect("odd", acting, timeout_s=0.01)).submit(Action("odd"), cause())
    assert (outcome.verdict, outcome.detail) == (Verdict.FAILED, detail)
    assert (await journal.entries())[-1].verdict is Verdict.FAILED


async def test_an_effect_that_cannot_judge_its_arguments_is_not_carried_out(build: Build, journal: Journal):
    def broken(_: BaseModel) -> Risk:
        raise KeyError("level")

    gateway = build(replace(effect("odd", works), risk=broken))
    with pytest.raises(GatewayError, match="odd"):
        await gateway.submit(Action("odd"), cause())
    assert await journal.entries() == []


async def test_an_effect_takes_turns_with_itself(build: Build, journal: Journal):
    entered: list[CauseId] = []
    leave = asyncio.Event()

    async def acting(_: BaseModel, who: Cause) -> Outcome:
        entered.append(who.id)
        await leave.wait()
        return Outcome(Verdict.DONE)

    gateway = build(effect("act", acting))
    async with asyncio.TaskGroup() as group, aclosing(journal.follow(after=EntryId(0))) as written:
        for _ in range(2):
            group.create_task(gateway.submit(Action("act"), cause()))
        assert [(await anext(written)).kind for _ in range(2)] == [Kind.WISH, Kind.WISH]
        await journal.verify()
        assert len(entered) == 1
        leave.set()
    assert len(entered) == 2


async def test_an_effect_that_says_so_runs_beside_itself(build: Build):
    both = asyncio.Barrier(2)

    async def acting(_: BaseModel, __: Cause) -> Outcome:
        await both.wait()
        return Outcome(Verdict.DONE)

    gateway = build(replace(effect("act", acting), concurrent=True))
    async with asyncio.TaskGroup() as group:
        came = [group.create_task(gateway.submit(Action("act"), cause())) for _ in range(2)]
    assert [task.result().verdict for task in came] == [Verdict.DONE, Verdict.DONE]


async def test_a_caller_that_leaves_does_not_leave_a_wish_without_an_end(build: Build, journal: Journal):
    begun = asyncio.Event()

    async def slow(_: BaseModel, __: Cause) -> Outcome:
        begun.set()
        return await hangs(_, __)

    async with asyncio.TaskGroup() as group:
        acting = group.create_task(build(effect("slow", slow)).submit(Action("slow"), cause()))
        await begun.wait()
        acting.cancel()
    assert await all_told(journal) == [(Kind.WISH, None), (Kind.OUTCOME, Verdict.UNCONFIRMED)]


async def test_a_wish_called_off_while_it_is_written_down_is_not_carried_out(
    gateway: Gateway, journal: Journal, twin: Twin
):
    async with asyncio.TaskGroup() as group:
        acting = group.create_task(gateway.submit(ON, cause()))
        await asyncio.sleep(0)
        acting.cancel()
    assert (await all_told(journal), twin.sent) == ([(Kind.WISH, None), (Kind.OUTCOME, Verdict.FAILED)], [])


async def test_what_cannot_be_written_down_is_not_done(gateway: Gateway, store: Store, twin: Twin):
    await store.run(lambda session: session.connection().exec_driver_sql("PRAGMA query_only = ON").close())
    outcome = await gateway.submit(ON, cause())
    assert (outcome.verdict, twin.sent) == (Verdict.FAILED, [])
    assert "I cannot write down what I do" in outcome.detail


# The same again, and too much


async def test_the_same_wish_of_the_same_cause_is_carried_out_once(gateway: Gateway, twin: Twin):
    same = cause()
    async with asyncio.TaskGroup() as group:
        both = [group.create_task(gateway.submit(ON, same)) for _ in range(2)]
    again = await gateway.submit(ON, same)
    assert both[0].result() == both[1].result() == again
    assert len(twin.sent) == 1


async def test_the_same_wish_again_later_is_another(gateway: Gateway, twin: Twin, clock: ManualClock):
    same = cause()
    await gateway.submit(ON, same)
    await clock.advance(61)
    await gateway.submit(ON, same)
    assert len(twin.sent) == 2


async def test_another_cause_or_another_wish_is_not_the_same(gateway: Gateway, twin: Twin):
    same = cause()
    for action, why in ((ON, same), (ON, cause()), (device_call([LAMP], "turn_off"), same)):
        await gateway.submit(action, why)
    assert len(twin.sent) == 3


async def test_whoever_waits_for_a_wish_that_is_cancelled_carries_it_out(build: Build):
    tries = itertools.count()
    begun = asyncio.Event()

    async def second_time(_: BaseModel, __: Cause) -> Outcome:
        begun.set()
        return await hangs(_, __) if next(tries) == 0 else Outcome(Verdict.DONE)

    gateway, same = build(effect("second", second_time)), cause()
    async with asyncio.TaskGroup() as group:
        first = group.create_task(gateway.submit(Action("second"), same))
        await begun.wait()
        second, third = (group.create_task(gateway.submit(Action("second"), same)) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
    assert (second.result().verdict, third.result(), next(tries)) == (Verdict.DONE, second.result(), 2)


async def test_a_door_that_floods_is_refused_and_recovers(gateway: Gateway, journal: Journal, clock: ManualClock):
    most = PER_MINUTE[Origin.MCP]
    outcomes = [await gateway.submit(ON, cause(Origin.MCP)) for _ in range(most + 3)]
    assert [outcome.verdict for outcome in outcomes].count(Verdict.REFUSED) == 3
    assert [verdict for _, verdict in await all_told(journal)].count(Verdict.REFUSED) == 1
    await clock.advance(61)
    assert (await gateway.submit(ON, cause(Origin.MCP))).verdict is Verdict.DONE


# Yes and no


async def test_what_is_asked_about_waits_and_nothing_happens(gateway: Gateway, journal: Journal, twin: Twin):
    outcome = await gateway.submit(UNLOCK, cause())
    assert (outcome.verdict, outcome.detail) == (Verdict.WAITING, "unlock Front Door")
    assert [waiting.id for waiting in gateway.pending()] == [outcome.approval]
    assert (twin.sent, await all_told(journal)) == ([], [(Kind.WISH, None), (Kind.OUTCOME, Verdict.WAITING)])


async def test_a_yes_carries_out_what_waited_and_is_on_record(gateway: Gateway, journal: Journal, twin: Twin):
    waiting = await gateway.submit(UNLOCK, cause())
    outcome = await gateway.approve(str(waiting.approval), cause(Origin.DASHBOARD, "ann"))
    assert (outcome.verdict, now_is(twin, LOCK), gateway.pending()) == (Verdict.DONE, "unlocked", ())
    assert (await journal.entries())[2].detail.startswith("ann said yes")


async def test_of_two_who_say_yes_one_is_obeyed(gateway: Gateway, twin: Twin):
    waiting = await gateway.submit(UNLOCK, cause())
    async with asyncio.TaskGroup() as group:
        both = [group.create_task(gateway.approve(str(waiting.approval), cause())) for _ in range(2)]
    assert sorted(task.result().verdict for task in both) == [Verdict.DONE, Verdict.REFUSED]
    assert len(twin.sent) == 1


async def test_a_no_drops_it_for_good(gateway: Gateway, journal: Journal, twin: Twin):
    waiting = await gateway.submit(UNLOCK, cause())
    await gateway.dismiss(str(waiting.approval), cause())
    assert (await gateway.approve(str(waiting.approval), cause())).verdict is Verdict.REFUSED
    assert (twin.sent, (await journal.entries())[-1].what) == ([], "no to: unlock Front Door")


@pytest.mark.parametrize("person", ["tim", "nobody"])
async def test_a_yes_of_one_who_may_not_does_not_count_and_it_goes_on_waiting(
    gateway: Gateway, journal: Journal, twin: Twin, person: str
):
    waiting = await gateway.submit(UNLOCK, cause())
    outcome = await gateway.approve(str(waiting.approval), cause(Origin.VOICE, person))
    assert (outcome.verdict, twin.sent, len(gateway.pending())) == (Verdict.REFUSED, [], 1)
    assert (await journal.entries())[-1].what.startswith("yes did not count")


async def test_a_question_expires(gateway: Gateway, journal: Journal, twin: Twin, clock: ManualClock):
    async with asyncio.TaskGroup() as group:
        running = group.create_task(gateway.run())
        waiting = await gateway.submit(UNLOCK, cause())
        await clock.until_sleeping()
        async with asyncio.timeout(5):
            entries = journal.follow()
            group.create_task(clock.advance(HOUSE.approval_for))
            expired = await anext(entries)
        await entries.aclose()
        running.cancel()
    assert expired.what == "nobody answered: unlock Front Door"
    assert (await gateway.approve(str(waiting.approval), cause())).detail == "that question is no longer open"
    assert twin.sent == []


async def test_a_question_that_has_expired_is_not_answered_even_before_anyone_noticed(
    gateway: Gateway, twin: Twin, clock: ManualClock
):
    waiting = await gateway.submit(UNLOCK, cause())
    await clock.advance(HOUSE.approval_for)
    assert (await gateway.approve(str(waiting.approval), cause())).verdict is Verdict.REFUSED
    assert (gateway.pending(), twin.sent) == ((), [])


async def test_a_clock_that_is_set_back_does_not_keep_a_question_open(gateway: Gateway, twin: Twin, clock: ManualClock):
    waiting = await gateway.submit(UNLOCK, cause())
    await clock.set(clock.now() - timedelta(days=1))
    await clock.advance(HOUSE.approval_for)
    assert (await gateway.approve(str(waiting.approval), cause())).verdict is Verdict.REFUSED


async def test_after_a_restart_what_waited_has_expired(gateway: Gateway, build: Build, store: Store):
    await gateway.submit(UNLOCK, cause())
    async with asyncio.TaskGroup() as group:
        running = group.create_task(build().run())
        async with asyncio.timeout(5):
            while approvals(store.path) != ["expired"]:
                await store.run(lambda _: None)
        running.cancel()
    assert approvals(store.path) == ["expired"]


def approvals(path: Path) -> list[str | None]:
    with closing(sqlite3.connect(path)) as other:
        return [row[0] for row in other.execute("SELECT settled FROM approval")]


async def test_no_more_questions_than_anybody_could_answer(gateway: Gateway, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("daemon.gateway.questions.MOST_PENDING", 2)
    verdicts = [(await gateway.submit(UNLOCK, cause())).verdict for _ in range(3)]
    assert verdicts == [Verdict.WAITING, Verdict.WAITING, Verdict.REFUSED]


async def test_a_refused_wish_is_on_record_with_its_reason(gateway: Gateway, journal: Journal, twin: Twin):
    outcome = await gateway.submit(UNLOCK, cause(Origin.ROUTINE))
    assert (outcome.verdict, twin.sent) == (Verdict.REFUSED, [])
    assert (await journal.entries())[-1].detail == "nobody is there to say yes, and it is about safety"


async def test_a_code_is_not_written_down_while_it_waits(gateway: Gateway, store: Store, twin: Twin):
    twin.home.add(replace(next(iter(twin.home.find(name="Front Door"))), limits={"code_required": True}))
    waiting = await gateway.submit(device_call([LOCK], "unlock", {"code": "48151623"}), cause())
    assert all(b"48151623" not in file.read_bytes() for file in store.path.parent.iterdir())
    await gateway.approve(str(waiting.approval), cause())
    assert twin.sent[0].data == {"code": "48151623"}


# Cut off by a kill

KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from daemon.clock import SystemClock
from daemon.gateway import Gateway
from daemon.journal import Journal
from daemon.store import Store
from skills.actions import device_call
from skills.effect import Effect
from tests.daemon.test_gateway import HOUSE, LOCK, Nothing, actuate_over, cause, twin_of

class Killing:
    name = "killing"
    async def call(self, call):
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    twin, clock = twin_of(), SystemClock()
    from daemon.actuate import Actuate
    async with Store.open(Path(sys.argv[1]), clock) as store:
        effects = Actuate(twin.home, lambda _: Killing()).effects()
        await Gateway(effects, Journal(store, clock), store, HOUSE, clock).submit(device_call([LOCK], "lock"), cause())

asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize(("value", "verdict"), [("unlocked", "unconfirmed"), ("locked", "done")])
async def test_a_kill_between_wish_and_outcome_is_found_and_looked_at_by_the_next_start(
    tmp_path: Path, twin: Twin, clock: ManualClock, value: str, verdict: str
):
    path = tmp_path / "killed.db"
    assert killed(path) == -signal.SIGKILL
    twin.home.observe(LOCK, value, at=clock.now())
    async with Store.open(path, clock) as store:
        journal, actuate = Journal(store, clock), actuate_over(twin)
        assert len(await journal.open_wishes()) == 1
        again = Gateway(actuate.effects(), journal, store, HOUSE, clock, look={"device.call": actuate.look})
        async with asyncio.TaskGroup() as group, asyncio.timeout(5):
            running = group.create_task(again.run())
            found = await anext(journal.follow(after=(await journal.entries())[-1].id))
            running.cancel()
        assert (found.kind, found.verdict, twin.sent) == (Kind.OUTCOME, verdict, [])
        assert found.detail == f"Hearth was stopped meanwhile; it is {value}"
        assert (await journal.open_wishes(), (await journal.verify()).ok) == ([], True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("value", "sent", "verdict"), [("unlocked", 1, "done"), ("locked", 0, "done")], ids=["left undone", "done already"]
)
@pytest.mark.parametrize("recovered", [False, True], ids=["before the look", "after it"])
async def test_a_wish_that_comes_again_after_a_kill_is_carried_out_once(
    tmp_path: Path, twin: Twin, clock: ManualClock, value: str, sent: int, verdict: str, recovered: bool
):
    """A routine was killed while it locked the door: whoever takes it up again must neither forget nor repeat it."""
    path, again = tmp_path / "killed.db", Cause(CauseId("c0"), Origin.TEXT, again=True)
    assert killed(path) == -signal.SIGKILL
    twin.home.observe(LOCK, value, at=clock.now())
    async with Store.open(path, clock) as store:
        journal, actuate = Journal(store, clock), actuate_over(twin)
        gateway = Gateway(actuate.effects(), journal, store, HOUSE, clock, look={"device.call": actuate.look})
        async with asyncio.TaskGroup() as group, asyncio.timeout(5):
            running = group.create_task(gateway.run())
            if recovered:
                await anext(journal.follow(after=(await journal.entries())[-1].id))
            outcomes = [await gateway.submit(device_call([LOCK], "lock"), again) for _ in range(2)]
            running.cancel()
        third = Gateway(actuate.effects(), journal, store, HOUSE, clock)
        outcomes.append(await third.submit(device_call([LOCK], "lock"), again))
        assert ([one.verdict for one in outcomes], len(twin.sent)) == ([verdict] * 3, sent)
        assert await journal.open_wishes() == []


async def test_what_nobody_can_look_at_is_not_repeated_after_a_kill(store: Store, clock: ManualClock):
    done: list[str] = []

    async def acting(_: BaseModel, __: Cause) -> Outcome:
        done.append("rang")
        return Outcome(Verdict.DONE)

    journal, again = Journal(store, clock), replace(cause(), again=True)
    await journal.begin(Wish(Action("ring"), again, Risk.REVERSIBLE, "ring"), "cut off here")
    came = await Gateway([effect("ring", acting)], journal, store, HOUSE, clock).submit(Action("ring"), again)
    assert (came.verdict, done) == (Verdict.UNCONFIRMED, [])


@pytest.mark.parametrize(
    "other", [{"cause": "c-other"}, {"effect": "sing"}], ids=["of another cause", "another effect"]
)
async def test_another_wish_is_carried_out_whatever_the_journal_has(
    store: Store, clock: ManualClock, other: dict[str, str]
):
    journal, first = Journal(store, clock), replace(cause(), again=True)
    gateway = Gateway([effect("ring", works), effect("sing", works)], journal, store, HOUSE, clock)
    rang = await gateway.submit(Action("ring"), first)
    second = replace(first, id=CauseId(other.get("cause", first.id)))
    came = await gateway.submit(Action(other.get("effect", "ring")), second)
    assert (came.verdict, came.entry != rang.entry) == (Verdict.DONE, True)


def killed(path: Path) -> int:
    """Run a daemon that is killed in the middle of a call; return how it ended."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run([sys.executable, "-c", KILLED, str(path)], env=environment, check=False).returncode


# Whatever comes, through whatever door


@pytest.mark.parametrize("risk", list(Risk), ids=lambda risk: risk.name.lower())
@pytest.mark.parametrize("origin", list(Origin))
async def test_nothing_is_carried_out_without_an_entry_and_nothing_critical_without_a_yes(
    build: Build, store: Store, risk: Risk, origin: Origin
):
    open_when_acting: list[int] = []

    async def acting(_: BaseModel, __: Cause) -> Outcome:
        with closing(sqlite3.connect(store.path)) as other:
            open_when_acting.extend(other.execute(OPEN).fetchone())
        return Outcome(Verdict.DONE)

    gateway = build(effect("act", acting, risk=risk))
    for person, tainted in itertools.product((None, "ann", "tim", "nobody"), (False, True)):
        outcome = await gateway.submit(Action("act"), cause(origin, person, tainted=tainted))
        assert len(open_when_acting) == (outcome.verdict is Verdict.DONE)
        assert not (risk is Risk.CRITICAL and open_when_acting)
        if outcome.approval is not None:
            await gateway.approve(outcome.approval, cause())
        assert open_when_acting == ([] if outcome.verdict is Verdict.REFUSED else [1])
        open_when_acting.clear()


OPEN = """
SELECT count(*) FROM entry AS wish
WHERE kind = 'wish' AND NOT EXISTS (SELECT 1 FROM entry WHERE ref = wish.id AND kind = 'outcome')
"""


# Deaf devices


async def test_the_outcome_of_an_unconfirmed_wish_says_so_on_record(gateway: Gateway, journal: Journal, twin: Twin):
    twin.set_fault(LAMP, Fault.DEAF)
    await gateway.submit(ON, cause())
    assert [happened.what for happened in await journal.recent(entity=LAMP)] == [
        "turn on Lamp: unconfirmed (it did not report back)"
    ]


async def test_an_effect_on_nothing_known_fails_and_is_on_record(gateway: Gateway, journal: Journal):
    outcome = await gateway.submit(device_call([EntityId("light.gone"), BELL], "press"), cause())
    assert outcome.verdict is Verdict.PARTLY
    assert (await journal.entries())[-1].targets == ("light.gone", BELL)


async def test_only_questions_that_were_settled_long_ago_are_forgotten(
    gateway: Gateway, clock: ManualClock, store: Store
):
    for _ in range(2):
        waiting = await gateway.submit(UNLOCK, cause())
        await gateway.dismiss(str(waiting.approval), cause())
        await gateway.forget()
        await clock.advance(timedelta(days=31))
    kept = approvals(store.path)
    await gateway.forget()
    assert (kept, approvals(store.path)) == (["no"], [])
