"""Puts together what is wrong with some routines: each fault once, under its most telling name."""

from collections.abc import Iterator, Sequence

from daemon.routines.actions import Call
from daemon.routines.linting.contradictions import contradictions, side_by_side
from daemon.routines.linting.dead import dead
from daemon.routines.linting.findings import Finding
from daemon.routines.linting.floods import floods
from daemon.routines.linting.loops import loops
from daemon.routines.linting.paths import Path, ways_of
from daemon.routines.linting.physics import physical_loops
from daemon.routines.linting.races import races
from daemon.routines.linting.reach import unreached
from daemon.routines.model import Routine
from daemon.routines.playing.house import NOWHERE, House
from daemon.routines.playing.play import names_of
from daemon.routines.walking import parts_of


def lint(routines: Sequence[Routine], house: House = NOWHERE) -> tuple[Finding, ...]:
    """Return what is wrong with routines that are to live together in a house; those switched off do not count.

    Where nothing is known of the house, nothing is missing from it, and what its entities can be is what their domain
    allows.
    """
    return tuple(_without_echoes(_found([routine for routine in routines if routine.enabled], house)))


def _found(routines: Sequence[Routine], house: House) -> Iterator[Finding]:
    yield from dead(routines, house)
    by_hand = _started_by_others(routines)
    ways = {routine.id: ways_of(routine, house, by_hand=routine.id in by_hand) for routine in routines}
    paths: dict[str, Sequence[Path]] = {id_: found.paths for id_, found in ways.items()}
    everything = [path for found in paths.values() for path in found]
    yield from loops(routines, paths, house)
    yield from physical_loops(everything, house)
    for routine in routines:
        yield from unreached(routine, ways[routine.id], house)
    yield from contradictions(everything, house)
    for routine in routines:
        yield from side_by_side(routine, house)
        yield from floods(routine, paths[routine.id], house)
    yield from races(everything, house)


def _started_by_others(routines: Sequence[Routine]) -> frozenset[str]:
    targets = " ".join(
        repr((call.target, call.data))
        for call in parts_of(tuple(routine.actions for routine in routines), Call)
        if str(call.action).startswith("automation.")
    )
    return frozenset(routine.id for routine in routines if any(repr(name) in targets for name in names_of(routine)))


def _without_echoes(findings: Iterator[Finding]) -> Iterator[Finding]:
    """Yield each finding but those that only show an earlier one, of the same routines, from another side."""
    explained: list[frozenset[str]] = []
    for finding in findings:
        ids = frozenset(finding.routines)
        if finding.kind not in ("dead_entity", "never_fires", "unreachable_branch"):
            if any(ids <= earlier for earlier in explained):
                continue
            explained.append(ids)
        yield finding
