"""What is asked on another device than the one a wish came from: of whom, about exactly what, and not too often."""

import hashlib
import hmac
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from daemon.clock import Clock
from daemon.gateway.approvals import Approval
from daemon.gateway.checked import Checked
from daemon.journal import Entry, Wish
from daemon.journal.chain import canonical
from daemon.journal.redaction import plain
from skills.language import ENGLISH, say, speaking
from skills.model import Cause, Outcome, PersonId

MOST_ASKED: Mapping[float, int] = {60.0: 3, 3600.0: 12}
"""Questions to people's devices in so many seconds: who is asked about doors all day says yes in the end."""
AFTER_NO_S = 120.0
"""So long the same is not asked again after somebody said no to it."""
MOST_REFUSED = 64
"""Wishes that were said no to and are remembered; there cannot be more than a few in that time."""

May = Callable[[Cause], bool]
"""Says whether somebody may say yes to a wish."""


class Asker(Protocol):
    """Asks people on their devices; none of this waits for anybody."""

    def whom(self, wish: Wish, may: May) -> Sequence[PersonId]:
        """Return who is asked elsewhere about a wish; nobody: it is asked where it came from."""
        ...

    def words(self, wish: Wish, people: Sequence[PersonId]) -> str:
        """Return the sentence by which who wished for it learns where it is asked."""
        ...

    def ask(self, approval: Approval, people: Sequence[PersonId]) -> None:
        """Ask them about what waits."""
        ...

    def settled(self, approval: Approval, outcome: Outcome, by: Cause | None, *, agreed: bool = False) -> None:
        """Tell who was asked, and who wished for it, what came of it; ``by`` nobody: no answer came that counts."""
        ...

    def counts(self, where: str) -> bool:
        """Say whether a yes counts that was given there."""
        ...

    def dropped(self, approval: str, wish: Entry) -> None:
        """Tell that a question was dropped, since Hearth was stopped before anybody answered."""
        ...


class Nobody:
    """Asks nobody: everything is asked where it came from."""

    def whom(self, wish: Wish, may: May) -> Sequence[PersonId]:
        """Return nobody."""
        del wish, may
        return ()

    def words(self, wish: Wish, people: Sequence[PersonId]) -> str:
        """Return nothing."""
        del wish, people
        return ""

    def ask(self, approval: Approval, people: Sequence[PersonId]) -> None:
        """Ask nobody."""

    def settled(self, approval: Approval, outcome: Outcome, by: Cause | None, *, agreed: bool = False) -> None:
        """Tell nobody."""

    def counts(self, where: str) -> bool:
        """Say that it does."""
        del where
        return True

    def dropped(self, approval: str, wish: Entry) -> None:
        """Tell nobody."""


class Patience:
    """Bounds how often people are asked on their devices, and what about."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked: deque[float] = deque(maxlen=max(MOST_ASKED.values()))
        self._refused: dict[str, float] = {}

    def objection(self, digest: str) -> str | None:
        """Return why people are not asked about this now; ``None``: they may be, and it counts as asked."""
        now_s = self._clock.monotonic()
        if self._refused.get(digest, -AFTER_NO_S) > now_s - AFTER_NO_S:
            return say("somebody has just said no to that")
        if any(sum(at_s > now_s - span_s for at_s in self._asked) >= most for span_s, most in MOST_ASKED.items()):
            return say("I have asked too often lately")
        self._asked.append(now_s)
        return None

    def refused(self, digest: str) -> None:
        """Take note that somebody said no to this."""
        now_s = self._clock.monotonic()
        recent = {one: at_s for one, at_s in self._refused.items() if at_s > now_s - AFTER_NO_S}
        self._refused = {**dict(list(recent.items())[-MOST_REFUSED:]), digest: now_s}


def digest_of(checked: Checked, key: bytes) -> str:
    """Return what stands for exactly this action, as it is now: 16 characters.

    Its words are among what it is made of: what is called something else now is not what somebody was shown. Without
    the ``key`` nobody can try which code of an alarm is among its arguments.
    """
    with speaking(ENGLISH):
        words = checked.effect.describe(checked.parameters)
    said = canonical([checked.effect.name, plain(checked.wish.action.arguments), words])
    return hmac.digest(key, said.encode(), hashlib.sha256).hex()[:16]
