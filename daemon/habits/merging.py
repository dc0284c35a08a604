"""Puts together what was found now and what is kept: an answer stays with what it was about, also in another form."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from daemon.habits.rows import Known, alike
from skills.habitual import Status

LATER: Final = timedelta(days=14)
"""So long after "later" it is asked again."""
OVER_AFTER: Final = timedelta(days=3)
"""Not found for so long, it is no habit any more."""


def merged(kept: Sequence[Known], fresh: Sequence[Known], now: datetime) -> list[Known]:
    """Return what is to be kept after a look: answers stay with what they were about, also in another form."""
    left, found = list(kept), list[Known]()
    for one in fresh:
        old = next((each for each in left if each.id == one.id), None)
        old = old or next((each for each in left if alike(each.about, one.about)), None)
        if old is None:
            found.append(one)
            continue
        left.remove(old)
        status = _status(old, now)
        noticed = replace(one.noticed, id=old.id, status=status)
        if status in ("never", "accepted"):
            found.append(replace(old, seen_at=now))
        else:
            found.append(replace(old, noticed=noticed, about=one.about, score=one.score, seen_at=now))
    for one in left:
        if one.status in ("open", "offered", "later") and now - one.seen_at > OVER_AFTER:
            found.append(replace(one, noticed=replace(one.noticed, status="over")))
        else:
            found.append(one)
    return found


def _status(old: Known, now: datetime) -> Status:
    if old.status == "later" and old.answered_at is not None and now - old.answered_at >= LATER:
        return "open"
    return "open" if old.status == "over" else old.status
