"""The effects ``device.call`` and ``device.restore``: tells devices what to do, and says what they did of it.

Nothing else in the daemon is given a bridge.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar, cast

from pydantic import BaseModel

from daemon.actuate.readback import LONGEST_S, confirmed, deadline_s, offline
from daemon.actuate.risk import risk_of, worst
from daemon.actuate.words import described, named
from devices.expected import reached, wanted
from devices.home import Home
from devices.model import NOTHING, Bridge, BridgeError, Call, CallError, Entity, EntityId, State
from devices.restore import restore_calls
from skills.actions import DeviceCall, DeviceRestore, Snapshot
from skills.effect import Effect
from skills.language import ENGLISH, Words, current, say, term
from skills.model import Action, Cause, Outcome, Risk, TargetOutcome, Verdict

log = logging.getLogger("hearth." + __name__)

T = TypeVar("T")
BridgeOf = Callable[[EntityId], Bridge]
"""Returns the bridge that reaches an entity; raises `BridgeError` if none does."""

HAND_OVER_S = 2.0
"""How long a bridge may take to hand a call over: it does not wait for the device."""
LOOK_S = 10.0
"""How long after a start a device may take to report how it is: a broker hands over thousands of states in one."""
MOST_STEPS = 4
"""As many calls as bringing one entity back takes."""
MOST_TOLD = 3
"""As many targets as the detail of an outcome names."""
_RESTORED = frozenset({
    "brightness", "color_mode", "color_temp_kelvin", "rgb_color", "percentage", "current_position",
    "current_tilt_position", "temperature", "target_temp_low", "target_temp_high", "preset_mode", "fan_mode",
    "humidity", "mode", "volume_level", "is_volume_muted", "source",
})  # fmt: skip
"""The attributes that `devices.restore.restore_calls` brings back: what else a device reports need not be kept."""
_NO_WAY_BACK = frozenset({"media_next_track", "media_previous_track", "play_media", "locate", "press", "install"})

_ARRIVED = {"opening": "open", "closing": "closed", "locking": "locked", "unlocking": "unlocked"}
"""Where something was going when it was last seen on the way."""

_Results = Mapping[EntityId, TargetOutcome]


class Actuate:
    """Carries calls to the bridges and reads back what came of them."""

    def __init__(self, home: Home, bridge_of: BridgeOf, *, deadline_s: Callable[[Entity], float] = deadline_s) -> None:
        self._home = home
        self._bridge_of = bridge_of
        self._deadline_s = deadline_s

    def effects(self) -> tuple[Effect, ...]:
        """Return the rows for the gateway's table."""
        timeout_s = MOST_STEPS * (HAND_OVER_S + LONGEST_S)
        return (
            Effect(
                "device.call",
                DeviceCall,
                self._call_risk,
                self._call,
                self._call_words,
                timeout_s,
                concurrent=True,
                repeatable=self._is_repeatable,
            ),
            Effect(
                "device.restore",
                DeviceRestore,
                self._restore_risk,
                self._restore,
                self._restore_words,
                timeout_s,
                concurrent=True,
            ),
        )

    async def look(self, parameters: BaseModel) -> Outcome:
        """Say what a ``device.call`` came to that was cut off, from what its targets report now; does nothing."""
        wished = cast("DeviceCall", parameters)
        results: dict[EntityId, TargetOutcome] = {}
        for seen in await _at_once([self._look_at(target, wished) for target in dict.fromkeys(wished.targets)]):
            _merge(results, seen)
        detail = self._detail(results)
        stopped = say("Hearth was stopped meanwhile")
        return Outcome(_overall(results), f"{stopped}; {detail}" if detail else stopped)

    async def _look_at(self, target: EntityId, wished: DeviceCall) -> _Results:
        # After a start the bridges have yet to report, and to say what is in a group.
        await self._home.wait_until(target, lambda state: state.value != "unknown", timeout_s=LOOK_S)
        results: dict[EntityId, TargetOutcome] = {}
        for leaf, state in self._leaves(target):
            call = Call(leaf.id, wished.service, wished.data)
            verdict = Verdict.DONE if reached(leaf, call, state, state) else Verdict.UNCONFIRMED
            results[leaf.id] = TargetOutcome(leaf.id, verdict, say("it is {state}", state=term("state", state.value)))
        return results or {target: TargetOutcome(target, Verdict.UNCONFIRMED, say("it is not to be found"))}

    # device.call

    def _call_risk(self, parameters: BaseModel) -> Risk:
        wished = cast("DeviceCall", parameters)
        return self._worst(Call(target, wished.service, wished.data) for target in wished.targets)

    async def _call(self, parameters: BaseModel, _: Cause) -> Outcome:
        wished = cast("DeviceCall", parameters)
        calls = [(Call(target, wished.service, wished.data),) for target in dict.fromkeys(wished.targets)]
        return await self._carry_out(calls)

    def _call_words(self, parameters: BaseModel) -> str:
        wished = cast("DeviceCall", parameters)
        return described(wished.service, wished.data, self._named(wished.targets))

    def _is_repeatable(self, parameters: BaseModel) -> bool:
        """Say whether each target ends in a state that it reports: who presses a button twice has pressed it twice."""
        wished = cast("DeviceCall", parameters)
        leaves = [leaf for target in wished.targets for leaf, _ in self._leaves(target)]
        return bool(leaves) and all(
            wanted(leaf, Call(leaf.id, wished.service, wished.data)) is not None for leaf in leaves
        )

    # device.restore

    def _restore_risk(self, parameters: BaseModel) -> Risk:
        return self._worst(call for calls in self._way_back(parameters) for call in calls)

    async def _restore(self, parameters: BaseModel, _: Cause) -> Outcome:
        ways = self._way_back(parameters)
        if not any(ways):
            return Outcome(Verdict.FAILED, say("there is no way back to that"))
        return await self._carry_out(ways)

    def _restore_words(self, parameters: BaseModel) -> str:
        states = cast("DeviceRestore", parameters).states
        names = self._named([snapshot.entity for snapshot in states])
        if len(states) == 1:
            state = term("state", _ARRIVED.get(states[0].value, states[0].value))
            return say("bring {things:acc} back to {state}", things=names, state=state)
        # However many there are: what is about safety is named.
        grave = [
            call for way in self._way_back(parameters) for call in way if self._worst(iter([call])) is Risk.CRITICAL
        ]
        also = f" {say('and')} ".join(described(call.service, NOTHING, self._named([call.entity])) for call in grave)
        if also:
            return say("bring {things:acc} back, which will {also}", things=names, also=also)
        return say("bring {things:acc} back", things=names)

    def _way_back(self, parameters: BaseModel) -> list[Sequence[Call]]:
        pairs = [(self._home.entity(shot.entity), shot) for shot in cast("DeviceRestore", parameters).states]
        return [restore_calls(entity, shot.value, shot.attributes) for entity, shot in pairs if entity is not None]

    # Both

    async def _carry_out(self, ways: Sequence[Sequence[Call]]) -> Outcome:
        """Carry out the calls to each entity in turn, all entities at once."""
        before = {leaf.id: state for way in ways for call in way[:1] for leaf, state in self._leaves(call.entity)}
        results: dict[EntityId, TargetOutcome] = {}
        for came in await _at_once([self._in_turn(way) for way in ways]):
            _merge(results, came)
        back = None
        if not any(call.service in _NO_WAY_BACK for way in ways for call in way):
            back = way_back(
                self._home, [before[leaf] for leaf, result in results.items() if leaf in before and _touched(result)]
            )
        return Outcome(_overall(results), self._detail(results), tuple(results.values()), back)

    async def _in_turn(self, way: Sequence[Call]) -> _Results:
        results: dict[EntityId, TargetOutcome] = {}
        for call in way:
            came = await self._one(call)
            _merge(results, came)
            if not any(_touched(result) for result in came.values()):
                break
        return results

    async def _one(self, call: Call) -> _Results:
        """Hand over one call, and read back every member if it is to a group."""
        entity, state = self._home.entity(call.entity), self._home.state(call.entity)
        if entity is None or state is None:
            return {call.entity: TargetOutcome(call.entity, Verdict.FAILED, say("there is no such device"))}
        leaves = list(self._leaves(call.entity))
        if not state.available or not any(before.available for _, before in leaves):
            return {leaf.id: offline(leaf) for leaf, _ in leaves}
        try:
            async with asyncio.timeout(HAND_OVER_S):
                context = await self._bridge_of(entity.id).call(call)
        except (BridgeError, CallError) as error:
            return {leaf.id: TargetOutcome(leaf.id, Verdict.FAILED, _why(error)) for leaf, _ in leaves}
        except TimeoutError:
            detail = say("it is not known whether it was sent")
            return {leaf.id: TargetOutcome(leaf.id, Verdict.UNCONFIRMED, detail) for leaf, _ in leaves}
        except Exception:  # one bridge's bug must not hide what came of the other targets
            log.exception("bridge of %s broke", entity.id)
            return {leaf.id: TargetOutcome(leaf.id, Verdict.UNCONFIRMED, say("its bridge broke")) for leaf, _ in leaves}
        results = await _at_once([self._read_back(leaf, call, before) for leaf, before in leaves])
        return {result.entity: replace(result, context=context) for result in results}

    async def _read_back(self, leaf: Entity, call: Call, before: State) -> TargetOutcome:
        if not before.available:
            return offline(leaf)
        own = Call(leaf.id, call.service, call.data)
        return await confirmed(self._home, leaf, own, before, timeout_s=self._deadline_s(leaf))

    def _leaves(self, id: EntityId) -> Iterator[tuple[Entity, State]]:
        """Yield the entity, or for a group each thing in it once, with its present state."""
        seen, todo = set[EntityId](), [id]
        while todo:
            next_id = todo.pop(0)
            entity, state = self._home.entity(next_id), self._home.state(next_id)
            if next_id in seen or entity is None or state is None:
                continue
            seen.add(next_id)
            known = [member for member in entity.members if self._home.entity(member) is not None]
            if known:
                todo += known
            else:
                yield entity, state

    def _worst(self, calls: Iterator[Call]) -> Risk:
        every = ((entity, call) for call in calls for entity in self._with_members(call.entity))
        return worst(risk_of(entity, call) for entity, call in every)

    def _with_members(self, id: EntityId) -> list[Entity]:
        entity = self._home.entity(id)
        return [*([entity] if entity is not None else ()), *(leaf for leaf, _ in self._leaves(id))]

    def _detail(self, results: _Results) -> str:
        if len(results) == 1:
            return next(iter(results.values())).detail
        told = [f"{self._named([it.entity])}: {it.detail}" for it in results.values() if it.verdict is not Verdict.DONE]
        more = [say("and {n} more", n=len(told) - MOST_TOLD)] if len(told) > MOST_TOLD else []
        return "; ".join([*told[:MOST_TOLD], *more])

    def _named(self, ids: Sequence[EntityId]) -> Words:
        return named([self._home.entity(known) or known for known in dict.fromkeys(ids)])


def way_back(home: Home, states: Sequence[State]) -> Action | None:
    """Return what brings these states back, for those that have a way back."""
    shots: list[Snapshot] = []
    for state in states:
        entity = home.entity(state.entity)
        kept = {key: item for key, item in state.attributes.items() if key in _RESTORED}
        if entity is not None and state.value != "unknown" and restore_calls(entity, state.value, kept):
            shots.append(Snapshot(entity=entity.id, value=state.value, attributes=kept))
    return Action("device.restore", DeviceRestore(states=tuple(shots)).model_dump(mode="json")) if shots else None


async def _at_once(works: Sequence[Coroutine[None, None, T]]) -> Sequence[T]:
    """Return what comes of each; one that is alone needs no task of its own, which takes turns of the event loop."""
    if len(works) == 1:
        return [await works[0]]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(work) for work in works]
    return [task.result() for task in tasks]


def _why(error: BridgeError | CallError) -> str:
    """Return why a call was not handed over: in English what the bridge says, else what that comes to."""
    if current().code == ENGLISH:
        return str(error)
    return say("there is no way to it right now" if isinstance(error, BridgeError) else "it does not take that")


def _touched(result: TargetOutcome) -> bool:
    return result.verdict is not Verdict.FAILED


_BY_WEIGHT = (Verdict.DONE, Verdict.UNCONFIRMED, Verdict.FAILED)


def _merge(results: dict[EntityId, TargetOutcome], more: _Results) -> None:
    """Add outcomes; of two for the same entity the worse counts."""
    for entity, result in more.items():
        known = results.get(entity)
        if known is None or _BY_WEIGHT.index(result.verdict) > _BY_WEIGHT.index(known.verdict):
            results[entity] = result


def _overall(results: _Results) -> Verdict:
    verdicts = {result.verdict for result in results.values()}
    if len(verdicts) == 1:
        return verdicts.pop()
    return Verdict.PARTLY if Verdict.DONE in verdicts else Verdict.UNCONFIRMED
