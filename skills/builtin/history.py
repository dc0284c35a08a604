"""Back and why: undo what was done, say what was done and why something is as it is."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from devices.model import Entity, State
from devices.names import fold
from skills.actions import undo
from skills.api import Skill
from skills.builtin.states import is_known, said_state, unknown
from skills.builtin.words import called, is_are, join, when
from skills.model import Action, Origin, Reply, Request, Verdict
from skills.views import Happening

LOOK_BACK = 20
"""As many journal lines as are read for one answer."""
TOLD = 3
"""As many as are read out."""
SAME_TIME = timedelta(seconds=30)
"""A state that changed this soon after a wish is what came of it: covers take that long."""

skill = Skill("history")
skill.sentences(Path(__file__).parent / "sentences")

_DOORS: Mapping[str, str] = {
    Origin.ROUTINE: "of a routine",
    Origin.REMINDER: "of a reminder",
    Origin.DASHBOARD: "someone used the dashboard",
    Origin.MODEL: "I planned it so",
    Origin.MQTT: "another program asked over MQTT",
    Origin.MCP: "another program asked",
    Origin.DAEMON: "I put it so myself",
}
"""Why something was done that nobody said aloud, behind "because"."""
_HOURS = "midnight one two three four five six seven eight nine ten eleven noon".split()  # noqa: SIM905 - reads better
_CLOCK = re.compile(r"(?:half past )?(\d{1,2}|[a-z]+)(?: (\d{2}))?(?: o ?clock)? ?(a ?m|p ?m)?")


@skill.command()
async def undo_last(_request: Request) -> Reply:
    """Answer "undo that"."""
    return Reply("I took that back.", do=[undo()])


@skill.command()
async def undo_since(request: Request, since: str) -> Reply:
    """Answer "undo everything since six": the last time that it was six."""
    start = parse_since(since, request.now)
    if start is None:
        return Reply("Since when? Say a time, such as six or 18:30.")
    return Reply(f"I took back everything since {when(start, request.now).removeprefix('at ')}.", do=[_undo(start)])


@skill.command()
async def undo_span(request: Request, amount: object = 1, unit: str = "minute") -> Reply:
    """Answer "undo the last ten minutes"."""
    span = timedelta(**{f"{unit}s": min(float(str(amount)), 1_000)})
    start = request.now - span
    return Reply(f"I took back everything since {when(start, request.now).removeprefix('at ')}.", do=[_undo(start)])


@skill.command()
async def why(request: Request) -> Reply:
    """Answer "why is the hall light on?" from the journal; without a thing, "why did you do that?"."""
    if not request.targets:
        happenings = await request.journal.recent(limit=1)
        return Reply(join([_told(happenings[0], request.now)]) if happenings else "I have not done anything yet.")
    return Reply(join([await _why(request, entity) for entity in request.targets[:TOLD]]))


@skill.command()
async def what(request: Request) -> Reply:
    """Answer "what did you do?"."""
    happenings = await request.journal.recent(limit=TOLD)
    if not happenings:
        return Reply("I have not done anything yet.")
    return Reply(join(_told(happening, request.now) for happening in happenings))


def parse_since(words: str, now: datetime) -> datetime | None:
    """Return the last moment before `now` that the words may mean: "six" is 18:00 in the evening, 06:00 at noon."""
    said = fold(words).removeprefix("this ")
    if said in {"morning", "today"}:
        return now.replace(hour=0, minute=0, second=0, microsecond=0)
    found = _CLOCK.fullmatch(said)
    if found is None:
        return None
    word, minutes, half_day = found.groups()
    hour = int(word) if word.isdigit() else _HOURS.index(word) if word in _HOURS else -1
    minute = 30 if said.startswith("half past ") else int(minutes or 0)
    if not (0 <= hour <= 23 and 0 <= minute <= 59):
        return None
    return max((_last(option, minute, now) for option in _readings(hour, word, half_day)), default=None)


def _readings(hour: int, word: str, half_day: str | None) -> Sequence[int]:
    """Return the hours of the day that a spoken hour may mean."""
    if half_day:
        return [hour % 12 + (12 if half_day.startswith("p") else 0)]
    if word in {"midnight", "noon"} or hour > 12 or hour == 0 or (len(word) == 2 and word.startswith("0")):
        return [hour]
    return [hour % 12, hour % 12 + 12]


def _last(hour: int, minute: int, now: datetime) -> datetime:
    at = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return at if at <= now else at - timedelta(days=1)


def _undo(start: datetime) -> Action:
    return undo(start.isoformat())


async def _why(request: Request, entity: Entity) -> str:
    state = request.home.state(entity.id)
    if state is None or not is_known(state):
        return unknown(entity, state, request.now)
    mine = await request.journal.recent(limit=LOOK_BACK, entity=entity.id)
    done = next((h for h in mine if h.verdict in {None, Verdict.DONE, Verdict.PARTLY, Verdict.UNCONFIRMED}), None)
    subject = f"{called(entity)} {is_are([entity])} {said_state(entity, state.value)}"
    if done is None or _changed_since(state, done):
        since = f" since {when(state.changed_at, request.now).removeprefix('at ')}" if state.changed_at else ""
        return f"{subject}{since}, and that was not me: someone used it by hand, or something else did"
    return f"{subject} because {_cause(done)} {when(done.at, request.now)}"


def _changed_since(state: State, done: Happening) -> bool:
    return state.changed_at is not None and state.changed_at - done.at > SAME_TIME


def _cause(happening: Happening) -> str:
    if happening.said:
        who = (happening.person or "someone").replace("_", " ")
        return f"{who} said “{happening.said}”"
    return _DOORS.get(happening.origin, f"of {happening.origin}")


def _told(happening: Happening, now: datetime) -> str:
    said = f", because {_cause(happening)}" if happening.said else ""
    return f"{when(happening.at, now)}: {happening.what.replace(': ', ', ')}{said}"
