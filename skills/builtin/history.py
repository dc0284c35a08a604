"""Back and what was: undo, and say what was done."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from devices.names import fold
from skills.actions import undo
from skills.api import Skill
from skills.builtin.why import told
from skills.builtin.words import join
from skills.builtin.words import since as since_when
from skills.language import say
from skills.model import Action, Reply, Request

TOLD = 3
"""As many as are read out."""
LONGEST_SPAN = timedelta(hours=18)
"""Who names a time of day means today: what would be so long ago is rather a time that has not come yet."""
JUST_NOW = timedelta(minutes=1)
"""For so long "that" is what was done."""
NOTHING_DONE = "I have not done anything yet."

skill = Skill("history")
skill.sentences(Path(__file__).parent / "sentences")

_HOURS = ("midnight", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_STUNDEN = (
    "mitternacht",
    "eins",
    "zwei",
    "drei",
    "vier",
    "funf",
    "sechs",
    "sieben",
    "acht",
    "neun",
    "zehn",
    "elf",
    "zwolf",
)
"""As they are compared, without umlauts."""
_NOONS = frozenset({"noon", "mittag"})
_CLOCK = re.compile(r"(?:half past )?(\d{1,2}|[a-z]+)(?: (?:uhr )?(\d{2}))?(?: o ?clock| uhr)? ?(a ?m|p ?m)?")
_TODAY = frozenset({"morning", "today", "heute", "morgen", "heute morgen", "heute fruh", "heute vormittag"})


@skill.command()
async def undo_last(_request: Request) -> Reply:
    """Answer "undo that"."""
    return Reply(say("I took that back."), do=[undo()])


@skill.command()
async def cancel_last(request: Request) -> Reply:
    """Answer "cancel that", which is about what was done a moment ago and nothing else."""
    happenings = await request.journal.recent(limit=1)
    if not happenings or request.now - happenings[0].at > JUST_NOW:
        return Reply(say("I have not done anything just now."))
    return Reply(say("I took that back."), do=[undo()])


@skill.command()
async def undo_since(request: Request, since: str) -> Reply:
    """Answer "undo everything since six": the last time that it was six."""
    start = parse_since(since, request.now)
    if start is None:
        return Reply(say("Since when? Say a time, such as six or 18:30."), failed=True)
    if request.now - start > LONGEST_SPAN:
        return Reply(say("That time is yet to come today. Say how many hours back instead."), failed=True)
    told = say("I took back everything {since}.", since=since_when(start, request.now))
    return Reply(told, do=[_undo(start)])


@skill.command()
async def undo_span(request: Request, amount: object = 1, unit: str = "minute") -> Reply:
    """Answer "undo the last ten minutes"."""
    span = timedelta(**{f"{unit}s": min(float(str(amount)), 1_000)})
    start = request.now - span
    told = say("I took back everything {since}.", since=since_when(start, request.now))
    return Reply(told, do=[_undo(start)])


@skill.command()
async def why(request: Request) -> Reply:
    """Answer "why did you do that?"."""
    happenings = await request.journal.recent(limit=1)
    return Reply(join(told(happening, request.now) for happening in happenings) or say(NOTHING_DONE))


@skill.command()
async def what(request: Request) -> Reply:
    """Answer "what did you do?"."""
    happenings = await request.journal.recent(limit=TOLD)
    return Reply(join(told(happening, request.now) for happening in happenings) or say(NOTHING_DONE))


def parse_since(words: str, now: datetime) -> datetime | None:
    """Return the last moment before `now` that the words may mean: "six" is 18:00 in the evening, 06:00 at noon."""
    said = fold(words).removeprefix("this ").removeprefix("um ")
    if said in _TODAY:
        return now.replace(hour=0, minute=0, second=0, microsecond=0)
    # "Halb sieben" is half past six.
    before = said.startswith("halb ")
    found = _CLOCK.fullmatch(said.removeprefix("halb "))
    if found is None:
        return None
    word, minutes, half_day = found.groups()
    hour = (_hour(word) - 1) % 12 if before else _hour(word)
    minute = 30 if before or said.startswith("half past ") else int(minutes or 0)
    if not (0 <= hour <= 23 and 0 <= minute <= 59):
        return None
    return max((_last(option, minute, now) for option in _readings(hour, word, half_day)), default=None)


def _hour(word: str) -> int:
    """Return the hour that a word says; -1 if it says none."""
    if word.isdigit():
        return int(word)
    known = next((names for names in (_HOURS, _STUNDEN) if word in names), ())
    return known.index(word) if known else 12 if word in _NOONS else -1


def _readings(hour: int, word: str, half_day: str | None) -> Sequence[int]:
    """Return the hours of the day that a spoken hour may mean."""
    if half_day:
        return [hour % 12 + (12 if half_day.startswith("p") else 0)]
    if (
        word in {"midnight", "mitternacht", *_NOONS}
        or hour > 12
        or hour == 0
        or (len(word) == 2 and word.startswith("0"))
    ):
        return [hour]
    return [hour % 12, hour % 12 + 12]


def _last(hour: int, minute: int, now: datetime) -> datetime:
    at = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return at if at <= now else at - timedelta(days=1)


def _undo(start: datetime) -> Action:
    return undo(start.isoformat())
