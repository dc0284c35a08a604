"""Why something is as it is: the journal's lines about it, in words."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from devices.model import Entity, State, Trace
from skills.builtin.states import is_known, said_state, unknown
from skills.builtin.words import called, is_are, is_plural, when
from skills.model import Origin, Request, Verdict
from skills.views import Happening

LOOK_BACK = 20
"""As many journal lines about a thing as are read for one answer."""
SAME_TIME = timedelta(seconds=30)
"""A state that changed this soon after a wish is what came of it: covers take that long."""

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


async def why(request: Request, entity: Entity) -> str:
    """Return why the thing is as it is: who asked for it, or that it was not us."""
    state = request.home.state(entity.id)
    if state is None or not is_known(state):
        return unknown(entity, state, request.now)
    mine = await request.journal.recent(limit=LOOK_BACK, entity=entity.id)
    done = next((h for h in mine if h.verdict in {None, Verdict.DONE, Verdict.PARTLY, Verdict.UNCONFIRMED}), None)
    said = said_state(entity, state.value)
    if done is not None and not _by_another(state.trace) and not _changed_since(state, done):
        return f"{called(entity)} {is_are([entity])} {said} because {_cause(done)} {when(done.at, request.now)}"
    since = f" since {when(state.changed_at, request.now).removeprefix('at ')}" if state.changed_at else ""
    been = f"{called(entity)} {'have' if is_plural(entity) else 'has'} been {said}{since}"
    return f"{been}, and {_doing_of(state.trace)}"


def told(happening: Happening, now: datetime) -> str:
    """Return what happened, when, and whose words caused it."""
    said = f", because {_cause(happening)}" if happening.said else ""
    return f"{when(happening.at, now)}: {happening.what.replace(': ', ', ')}{said}"


def _by_another(trace: Trace | None) -> bool:
    return trace is not None and trace.tells and not trace.ours


def _doing_of(trace: Trace | None) -> str:
    """Return whose doing it was that was not ours."""
    if trace is not None and trace.who is not None:
        return f"that was {trace.who}'s doing, in Home Assistant"
    if trace is not None and trace.what is not None:
        return f"that was {trace.what} in Home Assistant"
    return "that was not my doing"


def _changed_since(state: State, done: Happening) -> bool:
    return state.changed_at is not None and state.changed_at - done.at > SAME_TIME


def _cause(happening: Happening) -> str:
    if happening.said:
        who = (happening.person or "someone").replace("_", " ")
        return f"{who} said “{happening.said}”"
    return _DOORS.get(happening.origin, f"of {happening.origin}")
