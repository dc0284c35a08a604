"""The whole daemon in one process over the twin: a sentence in, an effect out, and what is on record of it."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import FunctionType, MethodType
from typing import cast

import pytest

from daemon.actuate import Actuate
from daemon.app import Hearth, build
from daemon.clock import SystemClock
from daemon.config import Config, ConfigError, load
from daemon.conversation import Answer
from devices.home import Home
from devices.model import AreaId, Call, Capability, Entity, EntityId
from devices.twin import Fault, Twin
from skills.actions import notice_send, timer_start
from skills.api import OUR_NAMES
from skills.model import Cause, CauseId, EntryId, Origin

LAMP, LOCK, BLIND = EntityId("light.desk_lamp"), EntityId("lock.front_door"), EntityId("cover.office_blind")
ENTITIES = (
    Entity(LAMP, "Desk Lamp", "light", capabilities=frozenset({Capability.ON_OFF, Capability.BRIGHTNESS})),
    Entity(LOCK, "Front Door", "lock", capabilities=frozenset({Capability.LOCK})),
    Entity(
        BLIND,
        "Office Blind",
        "cover",
        capabilities=frozenset({Capability.OPEN_CLOSE, Capability.POSITION, Capability.STOP}),
    ),
)


class Late:
    """A bridge that is put in place once the house is built."""

    name = "twin"

    def __init__(self) -> None:
        self.twin: Twin | None = None

    async def run(self) -> None:
        """Nothing runs by itself."""

    async def call(self, call: Call) -> None:
        assert self.twin is not None
        await self.twin.call(call)


@asynccontextmanager
async def daemon(state: Path, config: Config | None = None) -> AsyncGenerator[tuple[Hearth, Twin]]:
    bridge = Late()
    async with build(config or load(None), state, clock=SystemClock(), environment={}, bridge=bridge) as hearth:
        bridge.twin = Twin(hearth.home, ENTITIES, now=lambda: datetime.now(UTC))  # noqa: TID251 - the states are of now
        yield hearth, bridge.twin


async def say(hearth: Hearth, text: str, origin: Origin = Origin.TEXT) -> Answer:
    return await hearth.conversation.answer(text, origin=origin)


async def test_a_sentence_becomes_a_call_and_a_true_answer(tmp_path: Path):
    async with daemon(tmp_path) as (hearth, twin):
        answer = await say(hearth, "turn on the desk lamp")
    assert (answer.reply, answer.status) == ("The desk lamp is on.", "done")
    assert [(call.entity, call.service) for call in twin.sent] == [(LAMP, "turn_on")]


async def test_two_things_in_one_sentence(tmp_path: Path):
    async with daemon(tmp_path) as (hearth, twin):
        answer = await say(hearth, "set the desk lamp to 40 percent and close the office blind")
    assert answer.status == "done"
    assert [(call.entity, call.service) for call in twin.sent] == [(LAMP, "turn_on"), (BLIND, "close_cover")]


@pytest.mark.parametrize(
    ("fault", "status"),
    [(Fault.DEAF, "unconfirmed"), (Fault.STUCK, "unconfirmed"), (Fault.OFFLINE, "failed"), (Fault.SLOW, "done")],
)
async def test_what_a_device_does_decides_what_is_said(tmp_path: Path, fault: Fault, status: str):
    async with daemon(tmp_path) as (hearth, twin):
        twin.slow_s = 0.2
        twin.set_fault(LAMP, fault)
        answer = await say(hearth, "turn on the desk lamp")
    assert answer.status == status
    assert (answer.reply == "The desk lamp is on.") is (status == "done")


async def test_a_door_is_unlocked_only_after_a_yes(tmp_path: Path):
    async with daemon(tmp_path) as (hearth, twin):
        asked = await say(hearth, "unlock the front door")
        before = list(twin.sent)
        done = await say(hearth, "yes")
    assert (asked.status, before, done.status) == ("waiting", [], "done")
    assert [call.service for call in twin.sent] == ["unlock"]


async def test_an_unknown_voice_cannot_unlock_a_door(tmp_path: Path):
    async with daemon(tmp_path) as (hearth, twin):
        answer = await say(hearth, "unlock the front door", Origin.VOICE)
        await say(hearth, "yes", Origin.VOICE)
    assert answer.status == "refused"
    assert twin.sent == []


async def test_taking_much_back_names_the_door_that_it_unlocks(tmp_path: Path):
    async with daemon(tmp_path) as (hearth, twin):
        await say(hearth, "unlock the front door")
        await say(hearth, "yes")
        await say(hearth, "lock the front door and turn on the desk lamp")
        asked = await say(hearth, "undo that")
        await say(hearth, "yes please, do it")
    assert "unlock Front Door" in asked.reply
    assert asked.status == "waiting"
    assert [call.service for call in twin.sent][-2:] in (["unlock", "turn_off"], ["turn_off", "unlock"])


async def test_what_was_done_is_taken_back_by_saying_so(tmp_path: Path):
    async with daemon(tmp_path) as (hearth, _):
        await say(hearth, "turn on the desk lamp")
        undone = await say(hearth, "undo that")
        state = hearth.home.state(LAMP)
    assert undone.status == "done"
    assert state is not None
    assert state.value == "off"


async def test_why_is_answered_from_the_record(tmp_path: Path):
    async with daemon(tmp_path) as (hearth, _):
        await say(hearth, "turn on the desk lamp")
        answer = await say(hearth, "why is the desk lamp on")
    assert "turn on the desk lamp" in answer.reply


@pytest.mark.parametrize(
    "text",
    [
        "don't turn on the desk lamp",
        "he said he would unlock the front door",
        "if it rains close the office blind",
        "turn on the",
    ],
)
async def test_what_must_not_be_done_is_not_done(tmp_path: Path, text: str):
    async with daemon(tmp_path) as (hearth, twin):
        answer = await say(hearth, text)
    assert twin.sent == []
    assert answer.reply


async def test_everything_is_on_record_and_the_record_is_whole(tmp_path: Path):
    async with daemon(tmp_path) as (hearth, _):
        await say(hearth, "turn on the desk lamp")
        await say(hearth, "is the front door locked")
        entries = await hearth.journal.entries()
        verification = await hearth.journal.verify()
    assert [entry.words for entry in entries] == ["turn on Desk Lamp", "turn on Desk Lamp: done"]
    assert entries[0].cause.said == "turn on the desk lamp"
    assert verification.ok


async def test_a_room_on_an_unknown_floor_is_refused(tmp_path: Path):
    path = tmp_path / "hearth.toml"
    path.write_text('[[home.areas]]\nname = "Attic"\nfloor = "Third"')

    with pytest.raises(ConfigError, match="'Attic' is on floor 'Third'"):
        async with daemon(tmp_path, load(path)):
            pass


async def test_every_effect_of_the_daemon_has_a_name_that_no_skill_may_take(tmp_path: Path):
    """A skill called ``timer`` with an effect ``start`` kept the daemon from starting at all."""
    async with daemon(tmp_path) as (hearth, _):
        names = {effect.name.partition(".")[0] for effect in hearth.gateway.effects()}
    assert names == OUR_NAMES


async def test_only_actuate_holds_a_bridge(tmp_path: Path):
    """The wall that makes one gate of the gateway: nothing else can even reach a bridge."""
    async with daemon(tmp_path) as (hearth, twin):
        parts = [hearth.conversation, hearth.gateway, hearth.journal, hearth.control, hearth.table, hearth.home]
        reaching = [type(part).__name__ for part in parts if reaches(part, twin)]
        with_actuate = reaches(hearth.gateway, twin, stop_at_actuate=False)
    assert reaching == []
    assert with_actuate, "the walk does not find a bridge where there is one"


def reaches(part: object, twin: Twin, *, stop_at_actuate: bool = True) -> bool:
    """Walk everything that hangs on a part, but not behind `Actuate` or the twin's house."""
    seen: set[int] = set()
    left: list[object] = [part]
    while left:
        one = left.pop()
        if id(one) in seen or isinstance(one, str | bytes | int | float | type | Home):
            continue
        seen.add(id(one))
        if one is twin or isinstance(one, Late):
            return True
        if not (stop_at_actuate and isinstance(one, Actuate)):
            left += hanging_on(one)
    return False


def hanging_on(one: object) -> Sequence[object]:
    if isinstance(one, Mapping):
        pairs = cast("Mapping[object, object]", one)
        return [*pairs.keys(), *pairs.values()]
    if isinstance(one, list | tuple | set | frozenset):
        return list(cast("Collection[object]", one))
    if isinstance(one, MethodType):
        return [one.__self__]
    if isinstance(one, FunctionType):
        return [cell.cell_contents for cell in one.__closure__ or ()]
    if not type(one).__module__.startswith(("daemon", "skills", "devices", "tests")):
        return []
    slots: list[object] = [
        getattr(one, slot, None) for kind in type(one).__mro__ for slot in getattr(kind, "__slots__", ())
    ]
    return [*vars(one).values(), *slots] if hasattr(one, "__dict__") else slots


async def due(hearth: Hearth) -> str:
    """Run the ledger until something is said about what fell due; return that."""
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        running = group.create_task(hearth.schedule.run())
        async for entry in hearth.journal.follow(after=EntryId(0)):
            if entry.words.startswith("said: "):
                running.cancel()
                return entry.words
    raise AssertionError


@pytest.mark.parametrize(
    ("command", "told", "sent"),
    [
        ("turn on the desk lamp", "The desk lamp is on.", [(LAMP, "turn_on")]),
        ("unlock the front door", "I may not do that: nobody is there to say yes, and it is about safety.", []),
    ],
)
async def test_a_command_that_waited_passes_the_policy_when_its_time_comes(
    tmp_path: Path, command: str, told: str, sent: list[tuple[EntityId, str]]
):
    async with daemon(tmp_path) as (hearth, twin):
        cause = Cause(CauseId("said"), Origin.TEXT)
        await hearth.gateway.submit(timer_start(0.2, command=command), cause)
        assert await due(hearth) == f"said: You asked me to {command}. {told}"
        chain = [entry.cause for entry in await hearth.journal.entries() if entry.effect == "device.call"]
    assert [(call.entity, call.service) for call in twin.sent] == sent
    assert {one.origin for one in chain} == {Origin.ROUTINE}


async def test_a_command_that_was_carried_out_just_before_a_kill_is_not_carried_out_again(tmp_path: Path):
    """The ledger hands over again what was not settled: the lamp that somebody switched off since must stay off."""
    parent = Cause(CauseId("said"), Origin.TEXT)
    for start in range(2):
        async with daemon(tmp_path) as (hearth, twin):
            told = await hearth.conversation.obey(
                "turn on the desk lamp", id=CauseId("due/1.0"), parent=parent, area=None, person=None
            )
            assert (told, len(twin.sent)) == ("The desk lamp is on.", 1 - start)


async def test_a_timer_is_on_disk_before_it_is_confirmed_and_undo_takes_it_off(tmp_path: Path):
    async with daemon(tmp_path) as (hearth, _):
        answer = await say(hearth, "set a pasta timer for 10 minutes")
    async with daemon(tmp_path) as (hearth, _):
        asked = await say(hearth, "how long is left on the pasta?")
        undone = await say(hearth, "undo that")
        after = await say(hearth, "how long is left on the pasta?")
    assert (answer.reply, answer.status) == ("I set a pasta timer for 10 minutes.", "done")
    assert asked.reply.startswith("The pasta timer has ")
    assert undone.status == "done"
    assert after.reply == "There is no timer."


async def told(hearth: Hearth) -> str:
    """Let people be told until it is on record how that went; return that."""
    notify = next(one for one in hearth.runs if one.name == "notify")

    async def run() -> None:
        await notify.run()

    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        running = [group.create_task(run()), group.create_task(hearth.schedule.run())]
        async for entry in hearth.journal.follow(after=EntryId(0)):
            if entry.words.startswith(("told", "could not tell")):
                for task in running:
                    task.cancel()
                return entry.words
    raise AssertionError


async def test_a_notice_for_a_room_is_spoken_in_that_room(tmp_path: Path):
    """Speech counted as a way to people wherever they are: it was said into the empty house, and never shown."""
    config = load(None, {"satellites": [{"name": "kitchen", "kind": "wyoming"}]})
    async with daemon(tmp_path, config) as (hearth, _):
        wish = notice_send("The kettle boils.", area=AreaId("kitchen"))
        await hearth.gateway.submit(wish, Cause(CauseId("said"), Origin.TEXT))
        words = await told(hearth)
    assert words.startswith("could not tell anybody aloud in kitchen, speech: there is no loudspeaker")
