"""Several notices told as one."""

import uuid
from collections.abc import Sequence
from datetime import datetime, tzinfo

from daemon.notify.model import Answer, Notice, Urgency
from daemon.notify.notification import MOST_LINES, Notification, NotificationId, digest_words, line_of
from skills.language import say
from skills.model import Cause, CauseId, Origin

DIGEST = "digest"
"""The kind of such a notice."""


def digest_of(notifications: Sequence[Notification], now: datetime, zone: tzinfo) -> Notification:
    """Return one notice that tells all of these, which are for the same people, oldest first.

    It is as urgent as the most urgent of them; of digests that were never told it takes in what they tell.
    """
    in_order = sorted(notifications, key=lambda one: one.notice.at)
    lines = tuple(line for one in in_order for line in (one.lines or (line_of(one, zone),)))[:MOST_LINES]
    count = sum(one.count for one in in_order)
    first = in_order[0].notice
    cause = Cause(
        CauseId(uuid.uuid4().hex),
        Origin.DAEMON,
        parent=first.cause.id,
        tainted=any(one.notice.cause.tainted for one in in_order),
    )
    notice = Notice(
        digest_words(lines, count),
        DIGEST,
        now,
        cause,
        key=f"{DIGEST}/{cause.id}",
        people=first.people,
        urgency=max(Urgency.NORMAL, *(one.urgency for one in in_order)),
        title=say("{count} notices", count=count),
        reason=say("they waited until you could be told"),
        answers=(Answer.DONE,),
    )
    return Notification(NotificationId(0), notice, now, count=count, released=True, lines=lines)
