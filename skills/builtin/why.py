"""Why something is as it is: the journal's lines about it, in words."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from devices.model import Entity, State, Trace
from skills.builtin.states import is_known, said_state, unknown
from skills.builtin.words import called, since, when
from skills.language import say, term
from skills.model import Origin, Request, Verdict
from skills.views import Happening

LOOK_BACK = 20
"""As many journal lines about a thing as are read for one answer."""
SAME_TIME = timedelta(seconds=30)
"""A state that changed this soon after a wish is what came of it: covers take that long."""

_DOORS: Mapping[str, str] = {
    Origin.ROUTINE: "because of a routine",
    Origin.REMINDER: "because of a reminder",
    Origin.DASHBOARD: "because someone used the dashboard",
    Origin.MODEL: "because I planned it so",
    Origin.MQTT: "because another program asked over MQTT",
    Origin.MCP: "because another program asked",
    Origin.DAEMON: "because I put it so myself",
}
"""Why something was done that nobody said aloud."""


_ACTORS = {
    "automation": "the automation {name}",
    "script": "the script {name}",
    "scene": "the scene {name}",
}


async def why(request: Request, entity: Entity) -> str:
    """Return why the thing is as it is: who asked for it, or that it was not us."""
    state = request.home.state(entity.id)
    if state is None or not is_known(state):
        return unknown(entity, state, request.now)
    mine = await request.journal.recent(limit=LOOK_BACK, entity=entity.id)
    done = next((h for h in mine if h.verdict in {None, Verdict.DONE, Verdict.PARTLY, Verdict.UNCONFIRMED}), None)
    said = said_state(entity, state.value)
    if done is not None and not _by_another(state.trace) and not _changed_since(state, done):
        text = "{things} {things:is|are} {state} {because} {when}"
        at = when(done.at, request.now)
        return say(text, things=called(entity), state=said, because=_cause(done), when=at)
    from_when = f" {since(state.changed_at, request.now)}" if state.changed_at else ""
    text = "{things} {things:has|have} been {state}{since}, and {doing}"
    return say(text, things=called(entity), state=said, since=from_when, doing=_doing_of(state.trace))


def told(happening: Happening, now: datetime) -> str:
    """Return what happened, when, and whose words caused it."""
    said = f", {_cause(happening)}" if happening.said else ""
    return f"{when(happening.at, now)}: {happening.what.replace(': ', ', ')}{said}"


def _by_another(trace: Trace | None) -> bool:
    return trace is not None and trace.tells and not trace.ours


def _doing_of(trace: Trace | None) -> str:
    """Return whose doing it was that was not ours."""
    if trace is not None and trace.who is not None:
        return say("that was {who}'s doing, in Home Assistant", who=trace.who)
    if trace is not None and trace.what is not None:
        return say("that was {what} in Home Assistant", what=_actor(trace.what))
    return say("that was not my doing")


def _actor(what: str) -> str:
    """Return what acted elsewhere, as Home Assistant's trace names it: ``the automation Dusk``."""
    kind, _, name = what.removeprefix("the ").partition(" ")
    return say(_ACTORS[kind], name=name) if name and kind in _ACTORS and what.startswith("the ") else what


def _changed_since(state: State, done: Happening) -> bool:
    return state.changed_at is not None and state.changed_at - done.at > SAME_TIME


def _cause(happening: Happening) -> str:
    if happening.said:
        who = happening.person.replace("_", " ") if happening.person else term("person", "someone")
        return say("because {who} said “{said}”", who=who, said=happening.said)
    if happening.origin not in _DOORS:
        return say("because of {origin}", origin=happening.origin)
    return say(_DOORS[happening.origin])
