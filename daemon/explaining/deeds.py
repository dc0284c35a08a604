"""What was done while somebody was away, or in the night: the journal's lines of that time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from daemon.explaining import words
from daemon.explaining.question import span_of
from daemon.history.recording import Kept
from skills.builtin.why import told
from skills.builtin.words import clock, join, sentence
from skills.language import say
from skills.model import Verdict
from skills.views import Happening

TOLD: Final = 8
"""As many as are told, the newest; of the others, how many."""
_LEAST_AWAY: Final = timedelta(minutes=5)


def deeds(text: str, changes: Sequence[Kept], happenings: Sequence[Happening], now: datetime) -> str:
    """Return what was done in the time that is asked about; that it is not known which that is, where it is not.

    ``changes`` are where people were, ``happenings`` the journal's, newest first.
    """
    span = span_of(words.plain(text), now)
    begin, end = span if span[0] is not None and span[1] is not None else _absence(changes, now)
    if begin is None or end is None:
        return say("I do not know when you were away: nobody tells me where you are.")
    end = min(end, now)
    done = [one for one in happenings if begin <= one.at <= end and one.verdict in (Verdict.DONE, Verdict.PARTLY)]
    given = {"begin": clock(begin.astimezone(now.tzinfo)), "end": clock(end.astimezone(now.tzinfo))}
    if not done:
        return say("From {begin} to {end} I did nothing.", **given)
    head = say("From {begin} to {end} I did {n} {n:thing|things}.", **given, n=len(done))
    lines = [sentence(told(one, now)) for one in reversed(done[:TOLD])]
    return join([head, *lines])


def _absence(changes: Sequence[Kept], now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return when somebody was last away for a while: from when they left until they were back, or now."""
    left: datetime | None = None
    found: tuple[datetime | None, datetime | None] = (None, None)
    for kept in sorted(changes, key=lambda each: each.at):
        if kept.value == "home":
            if left is not None and kept.at - left >= _LEAST_AWAY:
                found = (left, kept.at)
            left = None
        elif kept.value == "not_home" and left is None:
            left = kept.at
    return (left, now) if left is not None and now - left >= _LEAST_AWAY else found
