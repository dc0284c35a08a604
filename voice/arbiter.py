"""Several satellites heard one person: which of them answers."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from voice.outside import Candidate

DECIDE_S = 0.2
"""So long the others have to report after the first one; listening goes on meanwhile, so nobody waits for it."""
TOGETHER_S = 0.7
"""Two that were woken within this time heard one person: detectors differ by 0.2 s, networks and buffers by as much."""
LEVEL_STEP_DB = 3.0
"""Levels nearer than this tell nothing about who is nearer: microphones differ by more."""
SCORE_STEP = 0.1


def nearest(candidates: Iterable[Candidate]) -> Candidate:
    """Return the one that is to answer: loudest where all know how loud, then surest, then first.

    A button that is held beats what is only heard.
    """
    left = list(candidates)
    left = [one for one in left if not one.word] or left
    levels = [one.level_dbfs for one in left if one.level_dbfs is not None]
    if len(levels) == len(left):
        left = [one for one in left if (one.level_dbfs or 0.0) >= max(levels) - LEVEL_STEP_DB]
    surest = max(one.score for one in left)
    left = [one for one in left if one.score >= surest - SCORE_STEP]
    return min(left, key=lambda one: (one.at_s, one.satellite))


@dataclass(slots=True)
class _Moment:
    """Those that were woken at about the same time."""

    at_s: float
    candidates: list[Candidate] = field(default_factory=list[Candidate])
    decided: asyncio.Event = field(default_factory=asyncio.Event)
    winner: str | None = None


class Arbiter:
    """Decides for a house. Holds nothing for longer than a moment."""

    def __init__(self) -> None:
        self._moments: list[_Moment] = []

    @property
    def open(self) -> int:
        """How many moments are remembered."""
        return len(self._moments)

    async def claim(self, candidate: Candidate) -> bool:
        """Return whether this one answers, at most DECIDE_S after the first of its moment asked."""
        if not candidate.word:
            self._take(candidate)
            return True
        moment, is_first = self._moment_of(candidate)
        if moment.decided.is_set():
            return moment.winner == candidate.satellite
        moment.candidates.append(candidate)
        if not is_first:
            await moment.decided.wait()
            return moment.winner == candidate.satellite
        try:
            await asyncio.sleep(DECIDE_S)
        finally:
            # Also where the first one went away: the others wait for its word.
            self._decide(moment)
        return moment.winner == candidate.satellite

    def _take(self, candidate: Candidate) -> None:
        """A button is held: whoever is woken by the same person now is quiet."""
        moment, _ = self._moment_of(candidate)
        moment.candidates.append(candidate)
        moment.winner = candidate.satellite
        moment.decided.set()

    def _decide(self, moment: _Moment) -> None:
        if not moment.decided.is_set():
            moment.winner = nearest(moment.candidates).satellite
        moment.decided.set()

    def _moment_of(self, candidate: Candidate) -> tuple[_Moment, bool]:
        """Return the moment that a candidate belongs to, and whether it is the first of it."""
        # By the time of the sound and not of the message: that may come late.
        self._moments = [one for one in self._moments if candidate.at_s - one.at_s < 2 * TOGETHER_S]
        for moment in self._moments:
            again = moment.winner == candidate.satellite
            if abs(candidate.at_s - moment.at_s) <= TOGETHER_S and not again:
                return moment, False
        moment = _Moment(candidate.at_s)
        self._moments.append(moment)
        return moment, True
