"""Months in a house whose every channel fails three times in ten, with people who miss, put off and are away.

``python -m tests.bench.delivery [--notices N] [--seed S]``: the same code as in the daemon, over a real database and a
clock that is moved; every so often everything is torn down between two steps and read from the file again. Prints one
JSON object, and exits with 1 if a promise is broken.
"""

import argparse
import asyncio
import heapq
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from daemon.household import Person, Role, span_end
from daemon.notify import Manners
from daemon.notify.attention import next_digest
from daemon.notify.model import Answer, ChannelError, Message, Receipt, Urgency
from skills.model import PersonId
from tests.channels import RecordedChannel
from tests.doubles import ManualClock
from tests.telling import ANNA, BEDROOM, BEN, CLEO, HALL, KITCHEN, ZONE, Telling, notice, telling

BEGINS = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
A_DAY = 150
"""Notices in the house a day: a busy one. What ended 90 days ago is off the record, and cannot be judged."""
FAILING, LOST = 0.30, 0.05
"""How often a channel does not take a message, and how often it does and says that it did not."""
MOVE_EVERY = timedelta(minutes=50)
KILL_EVERY = 150
"""Steps between two kills."""
LIMIT_S: Mapping[int, float] = {
    Urgency.CRITICAL: 120,
    Urgency.IMPORTANT: 600,
    Urgency.NORMAL: 1_800,
    Urgency.INFO: 1_800,
}
"""Within which a notice that may be told must be answered, or have come on to somebody."""
MESSAGES: Mapping[Urgency, int] = {Urgency.CRITICAL: 2, Urgency.IMPORTANT: 2, Urgency.NORMAL: 1, Urgency.INFO: 1}
"""As many messages must have arrived by then if nobody answered: what is important goes on to somewhere else."""
PEOPLE = (
    Person(ANNA, "Anna", Role.OWNER, quiet=(clock_time(22, 30), clock_time(6, 30))),
    Person(BEN, "Ben", quiet=(clock_time(23), clock_time(7))),
    Person(CLEO, "Cleo", quiet=(clock_time(21), clock_time(8))),
)
URGENCIES = (Urgency.INFO,) * 15 + (Urgency.NORMAL,) * 50 + (Urgency.IMPORTANT,) * 30 + (Urgency.CRITICAL,) * 5
ANSWERS = (Answer.DONE,) * 55 + (Answer.SNOOZE,) * 10 + (Answer.DISMISSED,) * 6 + (Answer.NOT_ME,) * 4 + (None,) * 25
"""What a person does with a message; nothing, if they miss it."""


@dataclass
class Months:
    """What happens, and what came of it."""

    random: random.Random
    notices: int
    clock: ManualClock = field(default_factory=lambda: ManualClock(BEGINS))
    events: list[tuple[datetime, int, str, object]] = field(default_factory=list[tuple[datetime, int, str, object]])
    seen: Counter[str] = field(default_factory=Counter[str])
    answered_at: dict[str, datetime] = field(default_factory=dict[str, datetime])
    replied_at: dict[str, datetime] = field(default_factory=dict[str, datetime])
    """When somebody first said anything to it, be it that it comes at a bad time."""
    counts: Counter[str] = field(default_factory=Counter[str])

    def __post_init__(self) -> None:
        self.speech = self._channel("satellite", Receipt.DELIVERED)
        self.shown = [
            self._channel("companion", Receipt.DELIVERED),
            self._channel("ntfy", Receipt.ACCEPTED),
            self._channel("email", Receipt.ACCEPTED),
        ]
        span = timedelta(days=self.notices / A_DAY)
        for _ in range(self.notices):
            self._plan(BEGINS + span * self.random.random(), "notice", None)
        for number in range(int(span / MOVE_EVERY)):
            self._plan(BEGINS + MOVE_EVERY * number, "move", self.random.choice(PEOPLE).id)

    @property
    def channels(self) -> Sequence[RecordedChannel]:
        """All of them."""
        return (self.speech, *self.shown)

    async def run(self, folder: Path) -> None:
        """Live through all of it, and a week longer."""
        self._plan(BEGINS + timedelta(days=self.notices / A_DAY + 7), "end", None)
        steps = 0
        while self.events:
            async with AsyncExitStack() as stack:
                there = await stack.enter_async_context(
                    telling(
                        folder,
                        self.clock,
                        speakers=[self.speech],
                        channels=self.shown,
                        people=PEOPLE,
                        manners=Manners(a_day=dict.fromkeys(Urgency, 10_000)),
                    )
                )
                self.counts["lives"] += 1
                self._look()
                for person in PEOPLE:
                    there.at_home(person.id, "home")
                for _ in range(KILL_EVERY):
                    if not self.events:
                        break
                    await self._step(there)
                    steps += 1
        self.counts["steps"] = steps

    async def _step(self, there: Telling) -> None:
        """Go to whatever comes next, and let it come."""
        at, _, what, about = self.events[0]
        lefts = (there.schedule.left(due.id) for due in there.schedule.open("notify"))
        soonest = min((left for left in lefts if left > timedelta(0)), default=timedelta(days=1))
        if self.clock.now() + soonest < at:
            await self.clock.advance(soonest)
        else:
            heapq.heappop(self.events)
            if at > self.clock.now():
                await self.clock.advance(at - self.clock.now())
            await self._happen(there, what, about)
        await there.calm()
        self._look()

    async def _happen(self, there: Telling, what: str, about: object) -> None:
        now = self.clock.now()
        match what:
            case "notice":
                number = self.counts["raised"] = self.counts["raised"] + 1
                urgency = self.random.choice(URGENCIES)
                people = [self.random.choice(PEOPLE).id]
                await there.notify.announce(notice(f"Note {number}.", at=now, people=people, urgency=urgency))
            case "move":
                person = cast("PersonId", about)
                there.at_home(person, self.random.choice(("home", "home", "not_home")))
                if self.random.random() < 0.6:
                    there.presence.heard(self.random.choice((KITCHEN, BEDROOM, HALL)), person, now)
            case "answer":
                channel, key, answer, person = cast("tuple[RecordedChannel, str, Answer, PersonId]", about)
                if (key, person) in channel.shown or channel is self.speech:
                    self._look()
                    self.replied_at.setdefault(key, now)
                    channel.answer(key, answer, at=now, person=person)
                    await there.calm()
                    if answer in (Answer.DONE, Answer.DISMISSED):
                        self.answered_at.setdefault(key, now)
            case _:
                pass

    def _look(self) -> None:
        """Look at what arrived since the last step, and let people decide what to do about it."""
        now = self.clock.now()
        for channel in self.channels:
            for message, person in channel.delivered[self.seen[channel.name] :]:
                self._arrived(channel, message, person, now)
            self.seen[channel.name] = len(channel.delivered)

    def _arrived(self, channel: RecordedChannel, message: Message, person: PersonId, now: datetime) -> None:
        self.counts["delivered"] += 1
        if message.key in self.answered_at:
            self.counts["repeated after an acknowledgement"] += 1
        who = next(one for one in PEOPLE if one.id == person)
        assert who.quiet is not None
        if message.urgency < Urgency.CRITICAL and span_end(who.quiet, now, ZONE) is not None:
            self.counts["in quiet hours below critical"] += 1
        answer = self.random.choice(ANSWERS)
        if answer is not None:
            after = timedelta(seconds=self.random.uniform(5, 900))
            self._plan(now + after, "answer", (channel, message.key, answer, person))

    def _plan(self, at: datetime, what: str, about: object) -> None:
        heapq.heappush(self.events, (at, len(self.events) + self.random.getrandbits(40), what, about))

    def _channel(self, name: str, receipt: Receipt) -> RecordedChannel:
        channel = RecordedChannel(name, receipt=receipt)

        def fault() -> None:
            if self.random.random() < FAILING:
                raise ChannelError(f"{name}: out of reach")
            channel.lost_receipt = self.random.random() < LOST

        channel.fault = fault
        return channel


def judged(rows: Sequence[Mapping[str, object]], replied_at: Mapping[str, datetime]) -> Counter[str]:
    """Return how many notices were answered, told or brought on in time, and how many were not."""
    by_id = {row["id"]: row for row in rows}
    found: Counter[str] = Counter()
    for row in rows:
        if row["kind"] == "digest":
            found["digests"] += 1
            continue
        found["notices"] += 1
        found[f"ended {row['state']}"] += 1
        told: Mapping[str, object] | None = row
        steps, keys = list(_steps(row)), [f"hearth-{row['id']}"]
        while told is not None and told["told_in"] is not None:
            told = by_id.get(told["told_in"])
            if told is not None:
                steps += _steps(told)
                keys.append(f"hearth-{told['id']}")
        replies = [replied_at[key] for key in keys if key in replied_at]
        found["in time" if _in_time(row, steps, replies) else "late"] += 1
    return found


def _in_time(row: Mapping[str, object], steps: Sequence[Mapping[str, object]], replies: Sequence[datetime]) -> bool:
    urgency = Urgency[str(row["urgency"]).upper()]
    limit = _may_be_told(row, urgency) + timedelta(seconds=LIMIT_S[urgency])
    if any(at <= limit for at in replies):
        return True
    arrived = [step for step in steps if step["receipt"] in ("accepted", "delivered")]
    return sum(cast("datetime", step["at"]) <= limit for step in arrived) >= MESSAGES[urgency]


def _may_be_told(row: Mapping[str, object], urgency: Urgency) -> datetime:
    """Return when a notice may be told at the earliest: at its digest, and when one who is to be told has no quiet."""
    at = cast("datetime", row["raised_at"])
    if urgency is Urgency.CRITICAL:
        return at
    if urgency is Urgency.INFO:
        at = next_digest(at, Manners().digests, ZoneInfo("UTC"))
    named = cast("list[str]", row["people"])
    people = [one for one in PEOPLE if urgency is Urgency.IMPORTANT or one.id in named]
    ends = [span_end(one.quiet, at, ZONE) or at for one in people if one.quiet is not None]
    return min(ends)


def _steps(row: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    return cast("list[Mapping[str, object]]", row["steps"])


async def measured(notices: int, seed: int) -> dict[str, object]:
    """Live through months; return the figures."""
    months = Months(random.Random(seed), notices)
    began_s = time.monotonic()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        await months.run(Path(folder))
        async with telling(Path(folder), months.clock) as there:
            rows = await there.notify.reading.recent(10 * notices)
    found = judged(rows, months.replied_at)
    return {
        "seed": seed,
        **dict(sorted(found.items())),
        "in time, percent": round(100 * found["in time"] / max(1, found["notices"]), 3),
        "repeated after an acknowledgement": months.counts["repeated after an acknowledgement"],
        "in quiet hours below critical": months.counts["in quiet hours below critical"],
        "acknowledged": len(months.answered_at),
        "messages": months.counts["delivered"],
        "lives": months.counts["lives"],
        "steps": months.counts["steps"],
        "took_s": round(time.monotonic() - began_s, 1),
    }


def main() -> int:
    """Print the figures; return 1 if a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notices", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    figures = asyncio.run(measured(given.notices, given.seed))
    print(json.dumps(figures, indent=1))
    kept = float(str(figures["in time, percent"])) >= 99.5
    broken = figures["repeated after an acknowledgement"] or figures["in quiet hours below critical"]
    return 0 if kept and not broken else 1


if __name__ == "__main__":
    sys.exit(main())
