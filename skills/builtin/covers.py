"""Covers and valves: open, close, stop, move to a position, tilt."""

from dataclasses import replace
from pathlib import Path

from devices.model import Call, Entity, State
from skills.api import Skill
from skills.builtin.doing import Deed, act, each, many, nothing_there, parted, takes, wishes
from skills.builtin.states import is_known
from skills.builtin.words import join, names, percent, to_number
from skills.language import say
from skills.model import Reply, Request

DOMAINS = ("cover", "valve")
STEP_PERCENT = 25
"""How much "a bit" is."""

_OPENED = Deed(
    "{things} can't be opened from here",
    "{things} {things:is|are} open",
    "I opened {things}",
    "{things} were already open",
    "open",
)
_CLOSED = Deed(
    "{things} can't be closed from here",
    "{things} {things:is|are} closed",
    "I closed {things}",
    "{things} were already closed",
    "closed",
)
_STOPPED = Deed("{things} can't be stopped half-way", "I stopped {things}", "I stopped {things}")
_ONLY_WHOLE = "{things} can't be moved to a position, only all the way"
_PART_OPEN = "{things} {things:is|are} {percent} open"
_MOVED = Deed(_ONLY_WHOLE, _PART_OPEN, "I set {things} to {percent}")
_TILTED = Deed("{things} can't be tilted", "{things} {things:is|are} tilted to {percent}")

skill = Skill("covers")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassTurnOn", domains=DOMAINS)
async def open_(request: Request) -> Reply:
    """Answer "open the blinds"."""
    return each(request, lambda entity: Call(entity.id, f"open_{entity.domain}"), deed=_OPENED)


@skill.handles("HassTurnOff", domains=DOMAINS)
async def close(request: Request) -> Reply:
    """Answer "close all the blinds upstairs"."""
    return each(request, lambda entity: Call(entity.id, f"close_{entity.domain}"), deed=_CLOSED)


@skill.handles("HassStopMoving", domains=DOMAINS)
async def stop(request: Request) -> Reply:
    """Answer "stop the garage door"."""
    return each(request, lambda entity: Call(entity.id, f"stop_{entity.domain}"), deed=_STOPPED)


@skill.handles("HassSetPosition", domains=DOMAINS)
async def set_position(request: Request, position: object = None) -> Reply:
    """Answer "set the kitchen blind to 40 percent"; 0 is closed, 100 is open, also for those that know only these."""
    wanted = to_number(position)
    if wanted is None or not 0 <= wanted <= 100:
        return Reply(say("A position goes from 0, closed, to 100, open."))

    def moved(entity: Entity) -> Call:
        exact = Call(entity.id, f"set_{entity.domain}_position", {"position": round(wanted)})
        if wanted in (0, 100) and not takes(exact, entity):
            return Call(entity.id, f"{'open' if wanted else 'close'}_{entity.domain}")
        return exact

    deed = {0: replace(_CLOSED, cannot=_ONLY_WHOLE), 100: replace(_OPENED, cannot=_ONLY_WHOLE)}.get(
        round(wanted), _MOVED
    )
    return each(request, moved, deed=deed, percent=percent(wanted))


@skill.command()
async def open_more(request: Request) -> Reply:
    """Answer "open the blinds a bit", computed from where they are."""
    return _moved(request, STEP_PERCENT)


@skill.command()
async def close_more(request: Request) -> Reply:
    """Answer "close the blinds a bit more"."""
    return _moved(request, -STEP_PERCENT)


@skill.command()
async def tilt(request: Request, tilt: object = None) -> Reply:
    """Answer "tilt the office blinds to 50 percent", "open the slats"; 0 is shut, 100 is open."""
    wanted = to_number(tilt)
    if wanted is None or not 0 <= wanted <= 100:
        return Reply(say("A tilt goes from 0, shut, to 100, open."))
    return act(
        request,
        "set_cover_tilt_position",
        {"tilt_position": round(wanted)},
        deed=_TILTED,
        percent=percent(wanted),
    )


def _moved(request: Request, step: int) -> Reply:
    """Return the wishes to open each by a step, or to close it by one."""
    if not request.targets:
        return nothing_there()
    now = {entity.id: _position(request.home.state(entity.id)) for entity in request.targets}
    unknown, known = parted(request.targets, lambda entity: now[entity.id] is None)
    after = {entity.id: min(100, max(0, round(now[entity.id] or 0) + step)) for entity in known}

    def call(entity: Entity) -> Call:
        return Call(entity.id, f"set_{entity.domain}_position", {"position": after[entity.id]})

    can, others = parted(known, lambda entity: takes(call(entity), entity))
    said: list[str] = []
    if len(can) == 1:
        at = after[can[0].id]
        said.append(say(_PART_OPEN if at else _CLOSED.now, things=names(can), percent=percent(at)))
    elif can:
        few = many(request, can)
        said.append(
            say("I opened {things} a bit", things=few) if step > 0 else say("I closed {things} a bit", things=few)
        )
    if others:
        said.append(say(_ONLY_WHOLE, things=names(others)))
    if unknown:
        said.append(say("I don't know how far {things} {things:is|are} open", things=names(unknown)))
    return Reply(join(said), do=wishes(map(call, can)), failed=not can)


def _position(state: State | None) -> float | None:
    """Return how far it is open, in percent; ``None`` if that is not known."""
    if state is None or not is_known(state):
        return None
    position = to_number(state.attributes.get("current_position"))
    return position if position is not None else {"open": 100.0, "closed": 0.0}.get(state.value)
