"""Whose wish wins: who set a thing last, how much their wish counts, and until when it is left alone.

Everything is in memory and a look-up in a table; after a start it is read back from the journal, which has it all.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import cast

from pydantic import BaseModel

from daemon.clock import Clock
from daemon.household import Household
from daemon.journal import PASSING, Entry, Journal, Kind, Wish
from daemon.precedence.flapping import Flapping
from daemon.precedence.hands import Hand, Hands
from daemon.precedence.leaves import leaves
from daemon.precedence.ranks import AGENT_HOLD, BY_HAND, SAFETY_HOLD, Hold, Lost, Rank, held_for, party_of, rank_of
from daemon.precedence.words import because_of, pulled_at
from daemon.presence import Presence
from devices.expected import reached
from devices.home import Home
from devices.model import Call, Entity, EntityId, State
from skills.actions import DeviceCall, DeviceRestore
from skills.effect import Effect, change
from skills.household import DeviceRelease
from skills.language import say
from skills.model import Cause, CauseId, Origin, Outcome, TargetOutcome, Verdict

__all__ = ["ALARM", "Lost", "Precedence", "Rank", "leaves"]

log = logging.getLogger("hearth." + __name__)

ALARMS = frozenset({"smoke", "gas", "carbon_monoxide", "moisture"})
"""The classes of sensors that report a danger: what routines do meanwhile is about safety."""
ALARM = "there is an alarm in the house"
"""Stands in the journal with what was done about safety."""
RELEASE = "device.release"
RESTORED = "restore"
"""Stands for the service of what was brought back to what it was."""
Approved = Callable[[CauseId], tuple[Cause, datetime] | None]
"""Returns by whom, and when, the plan was approved that a step's cause is of; ``None``: it is of none."""
MOST_HELD = 5_000
STARTING = ("routine.run", "routine.said")
"""The effects by which people start routines; what they set then, they have set."""
MOST_STARTED = 200
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_SETTING = ("device.call", "device.restore")
_TAKEN_BACK = (Verdict.FAILED, Verdict.REFUSED)
_NOTHING_SET = (*_TAKEN_BACK, Verdict.WAITING)


@dataclass(frozen=True, slots=True)
class _Doing:
    """What is done to one thing."""

    service: str
    data: Mapping[str, object]


class Precedence:
    """Knows what is held, and says of each wish where it gives way."""

    def __init__(self, home: Home, household: Household, presence: Presence, clock: Clock) -> None:
        self._home, self._household, self._presence, self._clock = home, household, presence, clock
        self._holds: dict[EntityId, Hold] = {}
        self._alarms = {one.id for one in home.entities() if one.device_class in ALARMS and _is_on(home, one.id)}
        self._flapping = Flapping()
        self._hands = Hands(home)
        self._started: OrderedDict[CauseId, Cause] = OrderedDict()
        self.approved: Approved = lambda _: None
        """Returns who approved the plan that a step is of, and when: over what was held before, it is their wish."""
        self.led_to: Callable[[CauseId], CauseId | None] = lambda _: None
        """Returns what a run began with that a step's cause is of; ``None``: it is of none."""
        home.listen(self._on_change)

    def effects(self) -> Sequence[Effect]:
        """Return the effect behind "leave the lamp to the routines again"."""
        return [change(DeviceRelease, RELEASE, self._release, _words)]

    async def begin(self, journal: Journal) -> None:
        """Read back what is held from what was done lately, so that a restart changes nobody's mind.

        Raises:
            StoreError: the journal cannot be read.
        """
        longest = max(self._household.hold, AGENT_HOLD, SAFETY_HOLD)
        entries = await journal.done_since(self._clock.now() - longest, (*_SETTING, RELEASE))
        came = {entry.ref: entry for entry in entries if entry.kind is Kind.OUTCOME}
        for entry in entries:
            if entry.kind is not Kind.OUTCOME and not entry.cause.id.startswith(PASSING):
                self._replay(entry, came.get(entry.id))

    # Asked for each wish

    def rank(self, cause: Cause) -> Rank:
        """Return how much a wish counts just now: of a routine that somebody started, as much as theirs."""
        return rank_of(self._whose(cause), self._household, alarm=bool(self._alarms))

    def lost(self, wish: Wish, parameters: BaseModel) -> Sequence[Lost]:
        """Return the targets at which a wish gives way, each with the reason."""
        doing = _doing(parameters)
        if not doing or wish.cause.id.startswith(PASSING):
            return ()
        rank, now = self.rank(wish.cause), self._clock.now()
        found: list[Lost] = []
        for target, did in doing.items():
            for thing in leaves(self._home, target):
                gives_way = self._gives_way(thing, did, rank, wish.cause, now)
                if gives_way is not None:
                    found.append(gives_way)
        return found

    def take(self, wish: Wish, parameters: BaseModel) -> None:
        """Take note that a wish is carried out from now on."""
        doing, now_s = _doing(parameters), self._clock.monotonic()
        for target, did in doing.items():
            for thing in leaves(self._home, target):
                self._hands.touch(thing, did.service, now_s)
        if wish.action.effect in STARTING:
            self.note_start(wish.cause)
        if wish.cause.id.startswith(PASSING):
            return
        rank, now, cause = self.rank(wish.cause), self._clock.now(), self._whose(wish.cause)
        for target, did in doing.items():
            self._hold(target, did.service, replace(cause, id=wish.cause.id), rank, now)
            if rank <= Rank.AGENT:
                party = party_of(wish.cause)
                for thing in leaves(self._home, target):
                    self._flapping.note(thing, party, did.service, did.data, now_s)

    def came(self, wish: Wish, outcome: Outcome) -> None:
        """Let go of what was not done after all."""
        gone = [target.entity for target in outcome.targets if target.verdict in _TAKEN_BACK]
        if outcome.verdict in _TAKEN_BACK:
            gone += wish.targets
        self._let_go(gone, wish.cause)

    def note_start(self, cause: Cause) -> None:
        """Take note that somebody starts a routine: what that sets then, they have set."""
        self._started[cause.id] = self._whose(cause)
        if len(self._started) > MOST_STARTED:
            self._started.popitem(last=False)

    # Inside

    def _whose(self, cause: Cause) -> Cause:
        """Return the cause of who started the routine by hand that this is a step of; else the cause itself."""
        began = self.led_to(cause.id) if cause.origin is Origin.ROUTINE else None
        return self._started.get(began, cause) if began is not None else cause

    def _let_go(self, targets: Sequence[EntityId], cause: Cause) -> None:
        for thing in (thing for target in targets for thing in leaves(self._home, target)):
            held = self._holds.get(thing)
            if held is not None and held.cause == cause.id:
                del self._holds[thing]

    def _gives_way(self, thing: EntityId, did: _Doing, rank: Rank, cause: Cause, now: datetime) -> Lost | None:
        held = self._holds.get(thing)
        beaten = held is None or rank >= held.rank or self._is_approved_over(held, cause)
        if held is not None and not beaten and self._still(thing, held, now) and not self._is_so(thing, did):
            alarms = [entity for one in self._alarms if (entity := self._home.entity(one)) is not None]
            return Lost(thing, because_of(held, self._household, alarms, now), held.cause)
        if rank > Rank.AGENT:
            return None
        now_s = self._clock.monotonic()
        too_many = self._flapping.is_one_too_many(thing, party_of(cause), did.service, did.data, now_s)
        return Lost(thing, pulled_at(), "to and fro") if too_many else None

    def _is_approved_over(self, held: Hold, cause: Cause) -> bool:
        """Say whether somebody who may has approved the plan of this step since that was set."""
        found = self.approved(cause.id)
        return found is not None and found[1] >= held.at and self.rank(found[0]) >= held.rank

    def _still(self, thing: EntityId, held: Hold, now: datetime) -> bool:
        """Say whether something is still held: not once its room was left."""
        entity = self._home.entity(thing)
        room = entity.area if entity is not None else None
        left = held.rank is not Rank.SAFETY and room is not None and self._presence.is_left(room, held.at, now)
        if now < held.until and not left:
            return True
        del self._holds[thing]
        return False

    def _is_so(self, thing: EntityId, did: _Doing) -> bool:
        """Say whether nothing would change: then there is no conflict."""
        entity, state = self._home.entity(thing), self._home.state(thing)
        if entity is None or state is None or did.service == RESTORED:
            return False
        return reached(entity, Call(thing, did.service, did.data), state, state)

    def _hold(self, target: EntityId, service: str, cause: Cause, rank: Rank, at: datetime) -> None:
        lasting = held_for(rank, self._household)
        for thing in leaves(self._home, target):
            held = self._holds.get(thing)
            if held is not None and rank < held.rank and at < held.until:
                continue
            self._holds.pop(thing, None)
            if lasting is not None:
                self._holds[thing] = Hold(rank, at, at + lasting, cause.id, cause.person, service, cause.origin)
        while len(self._holds) > MOST_HELD:
            del self._holds[next(iter(self._holds))]

    async def _release(self, given: DeviceRelease, cause: Cause) -> Outcome:
        held = [thing for target in given.targets for thing in leaves(self._home, target) if thing in self._holds]
        rank = self.rank(cause)
        if any(rank < self._holds[thing].rank <= Rank.GROWN_UP for thing in held):
            return Outcome(Verdict.REFUSED, say("somebody whose wish counts more has set it"))
        for thing in held:
            del self._holds[thing]
        return Outcome(Verdict.DONE, targets=tuple(TargetOutcome(thing, Verdict.DONE) for thing in held))

    def _replay(self, entry: Entry, came: Entry | None) -> None:
        if came is not None and came.verdict in _NOTHING_SET:
            return
        if entry.effect == RELEASE:
            for thing in came.targets if came is not None else ():
                self._holds.pop(thing, None)
            return
        arguments = cast("Mapping[str, object]", entry.body.get("arguments") or {})
        service = str(arguments.get("service", RESTORED))
        rank = rank_of(entry.cause, self._household, alarm=ALARM in entry.detail)
        if rank is Rank.SAFETY and entry.at < self._alarmed_since():
            return
        told = cast("Sequence[Sequence[str]]", came.body.get("targets") or ()) if came is not None else ()
        failed = {thing for thing, verdict, *_ in told if verdict in _TAKEN_BACK}
        for target in came.targets if came is not None else entry.targets:
            if target not in failed:
                self._hold(target, service, entry.cause, rank, entry.at)

    def _alarmed_since(self) -> datetime:
        """Return since when a danger is reported; nothing counts as over while no sensor has said so since a start."""
        found = [self._home.state(one.id) for one in self._home.entities() if one.device_class in ALARMS]
        sensors = [state for state in found if state is not None]
        if not sensors or any(state.value not in ("on", "off") for state in sensors):
            return _LONG_AGO
        on = [state.changed_at or _LONG_AGO for state in sensors if state.value == "on"]
        return min(on, default=self._clock.now())

    def _take_by_hand(self, hand: Hand) -> None:
        """Hold what somebody set past the gateway; what was held of it is so no more, whoever held it."""
        lasting, now, held = self._household.hold, self._clock.now(), self._holds.get(hand.thing)
        if not lasting or (held is not None and held.rank is Rank.SAFETY):
            return
        known = self._presence.named(hand.name) if hand.name is not None else None
        cause = Cause(CauseId(f"{BY_HAND}{hand.thing}"), Origin.DASHBOARD, known.id if known is not None else None)
        # An unknown hand may be a child's: whoever it was, they may take it back.
        rank = Rank.MINOR if hand.name is None else rank_of(cause, self._household, alarm=False)
        self._holds.pop(hand.thing, None)
        self._holds[hand.thing] = Hold(
            rank, now, now + lasting, cause.id, cause.person, hand.service, cause.origin, hand.name
        )

    def _on_change(self, before: State, after: State) -> None:
        hand = self._hands.hand(before, after, self._clock.monotonic())
        if hand is not None:
            self._take_by_hand(hand)
        if before.value == after.value or not after.entity.startswith("binary_sensor."):
            return
        entity: Entity | None = self._home.entity(after.entity)
        if entity is None or entity.device_class not in ALARMS:
            return
        if after.value == "on":
            self._alarms.add(after.entity)
            return
        self._alarms.discard(after.entity)
        if not self._alarms and after.value == "off":
            for thing in [one for one, held in self._holds.items() if held.rank is Rank.SAFETY]:
                del self._holds[thing]


def _is_on(home: Home, sensor: EntityId) -> bool:
    state = home.state(sensor)
    return state is not None and state.value == "on"


def _words(_: DeviceRelease) -> str:
    return say("leave it to the routines again")


def _doing(parameters: BaseModel) -> Mapping[EntityId, _Doing]:
    match parameters:
        case DeviceCall(targets=targets, service=service, data=data):
            did = _Doing(service, data)
            return dict.fromkeys(targets, did)
        case DeviceRestore(states=states):
            return {state.entity: _Doing(RESTORED, {"value": state.value, **state.attributes}) for state in states}
        case _:
            return {}
