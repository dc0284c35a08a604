"""Music steps back while somebody speaks or is listened to, and comes back exactly as it was.

Who needs quiet only counts up and down (`Ducking.quiet`), which nothing can interrupt; one task makes the players
follow. What it turned down is written down first: after a crash the next start turns it up again.
"""

import asyncio
import json
import logging
import uuid
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, cast

from daemon.journal import PASSING
from devices.model import AreaId, Entity, EntityId, HomeView
from skills.actions import device_call
from skills.model import Action, Cause, CauseId, Origin, Outcome, Verdict

log = logging.getLogger("hearth." + __name__)

SHARE = 0.3
"""Of what it plays at: speech is 10 dB above music then, on players whose scale is that of the ear."""
LOWEST = 0.03
SAME = 0.02
"""Players round what they are told; more than this apart, somebody turned the knob meanwhile."""
CALL_S = 5.0
BACK_S = 1.5
"""A player that does not follow by then is changed from where it is."""
RETRY_S = 20.0
RETRIES_MAX = 30
"""Ten minutes: a player that was switched off meanwhile is left as it is after that."""


_TAKEN = (Verdict.DONE, Verdict.UNCONFIRMED)


class Doer(Protocol):
    """What is needed of the gateway."""

    async def submit(self, action: Action, cause: Cause) -> Outcome:
        """Carry a wish through policy, journal and execution."""
        ...


@dataclass(frozen=True, slots=True)
class _Held:
    """A player that was turned down."""

    was: float
    low: float
    certain: bool = False
    """Whether it was seen to be down: another volume is then somebody's choice."""
    tries: int = 0
    """How often turning it up again failed."""


class Ducking:
    """The players of the house that were turned down for a while."""

    def __init__(self, gateway: Doer, home: HomeView, notes: Path) -> None:
        """`notes` is a file of this part's own in the state directory."""
        self._gateway = gateway
        self._home = home
        self._notes = notes
        self._quiet: Counter[AreaId] = Counter()
        self._held: dict[EntityId, _Held] = {}
        self._moved = asyncio.Event()
        self._settled = asyncio.Event()

    @contextmanager
    def quiet(self, area: AreaId) -> Generator[None]:
        """Keep the music in a room down while inside; at once, several times, and from several tasks."""
        self._quiet[area] += 1
        self._move()
        try:
            yield
        finally:
            self._quiet[area] -= 1
            self._quiet += Counter()
            self._move()

    def lowered(self, area: AreaId) -> bool:
        """Return whether a player in a room is turned down."""
        return any((entity := self._home.entity(player)) and entity.area == area for player in self._held)

    async def settled(self) -> None:
        """Wait until the players are as they should be."""
        await self._settled.wait()

    async def run(self) -> None:
        """Make the players follow until cancelled; turn up first what a crash left low, and everything at the end."""
        self._held = _read(self._notes)
        try:
            while True:
                self._moved.clear()
                await self._follow()
                if not self._moved.is_set() and not self._overdue():
                    self._settled.set()
                try:
                    async with asyncio.timeout(RETRY_S if self._overdue() else None):
                        await self._moved.wait()
                except TimeoutError:
                    continue
        finally:
            self._quiet.clear()
            await asyncio.shield(self._follow())

    def _move(self) -> None:
        self._settled.clear()
        self._moved.set()

    def _overdue(self) -> Sequence[EntityId]:
        """Return the players that should be up again and are not."""
        return [player for player in self._held if not self._needs_quiet(player)]

    def _needs_quiet(self, player: EntityId) -> bool:
        entity = self._home.entity(player)
        return entity is not None and entity.area is not None and self._quiet[entity.area] > 0

    async def _follow(self) -> None:
        loud = [row for area in self._quiet for row in self._playing(area) if row[0] not in self._held]
        for player, level in loud:
            self._held[player] = _Held(level, round(max(level * SHARE, LOWEST), 3))
        if loud:
            _write(self._notes, self._held)
        due = self._overdue()
        async with asyncio.TaskGroup() as group:
            for player, _ in loud:
                group.create_task(self._lower(player, self._held[player]))
            for player in due:
                group.create_task(self._restore(player, self._held[player]))
        if due:
            _write(self._notes, self._held)

    def _playing(self, area: AreaId) -> Sequence[tuple[EntityId, float]]:
        """Return the players in a room that can be heard, with their volume."""
        players = (one for one in self._home.entities() if one.domain == "media_player" and one.area == area)
        levels = ((player.id, self._volume(player)) for player in players)
        return [(player, level) for player, level in levels if level is not None and level > 2 * LOWEST]

    def _volume(self, player: Entity) -> float | None:
        state = self._home.state(player.id)
        if state is None or not state.available or state.value != "playing" or state.attributes.get("is_volume_muted"):
            return None
        level = state.attributes.get("volume_level")
        return float(level) if isinstance(level, int | float) else None

    async def _lower(self, player: EntityId, held: _Held) -> None:
        if await self._set(player, held.low) is Verdict.DONE:
            self._held[player] = replace(held, certain=True)

    async def _restore(self, player: EntityId, held: _Held) -> None:
        """Turn a player up again, unless somebody chose another volume meanwhile."""
        state = self._home.state(player)
        now = state.attributes.get("volume_level") if state is not None else None
        left = held.certain and isinstance(now, int | float) and abs(now - held.low) > SAME
        left = left or held.tries >= RETRIES_MAX
        if left or (state is not None and await self._set(player, held.was) in _TAKEN):
            del self._held[player]
        else:
            self._held[player] = replace(held, tries=held.tries + 1)

    async def _set(self, player: EntityId, level: float) -> Verdict:
        """Set a volume; return what came of it."""
        cause = Cause(CauseId(f"{PASSING}{uuid.uuid4().hex}"), Origin.DAEMON)
        try:
            async with asyncio.timeout(CALL_S):
                call = device_call([player], "volume_set", {"volume_level": level})
                return (await self._gateway.submit(call, cause)).verdict
        except TimeoutError:
            log.warning("the volume of %s was not set within %.0f s", player, CALL_S)
            return Verdict.FAILED


class Quiet:
    """One room's wish for quiet, which is held or not, however often either is said."""

    def __init__(self, ducking: Ducking, area: AreaId) -> None:
        self._ducking, self._area = ducking, area
        self._held: ExitStack | None = None

    def hold(self, *, on: bool) -> None:
        """Keep the room quiet from now on, or no longer."""
        if on and self._held is None:
            self._held = ExitStack()
            self._held.enter_context(self._ducking.quiet(self._area))
        elif not on and self._held is not None:
            held, self._held = self._held, None
            held.close()

    @property
    def lowers(self) -> bool:
        """Whether music is turned down for it."""
        return self._held is not None and self._ducking.lowered(self._area)

    async def as_it_was(self) -> None:
        """Let the music come back, for who wants to change it: at most BACK_S."""
        if self._held is None:
            return
        self.hold(on=False)
        with suppress(TimeoutError):
            async with asyncio.timeout(BACK_S):
                await self._ducking.settled()


def _read(notes: Path) -> dict[EntityId, _Held]:
    """Return what was written down; a file that is damaged is nothing."""
    try:
        rows = cast("object", json.loads(notes.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}
    held: dict[EntityId, _Held] = {}
    for player, row in _mapping(rows).items():
        was, low = _mapping(row).get("was"), _mapping(row).get("low")
        if isinstance(was, int | float) and isinstance(low, int | float):
            held[EntityId(player)] = _Held(was, low, certain=True)
    return held


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _write(notes: Path, held: Mapping[EntityId, _Held]) -> None:
    """Write down what is turned down, before it is; 100 bytes, so the loop can wait for it."""
    try:
        if not held:
            notes.unlink(missing_ok=True)
            return
        part = notes.with_name(f".{notes.name}.part")
        part.write_text(json.dumps({player: {"was": one.was, "low": one.low} for player, one in held.items()}))
        part.replace(notes)
    except OSError as error:
        log.warning("what was turned down cannot be written down in %s: %s", notes, error)
