"""Covers and valves: open, close, stop, move to a position, tilt."""

from collections.abc import Callable, Sequence
from pathlib import Path

from devices.model import Call, Entity, State
from skills.api import Skill
from skills.builtin.doing import NOTHING_THERE, act, many, parted, takes, wishes, wording
from skills.builtin.states import is_known
from skills.builtin.words import is_are, join, names, percent, to_number
from skills.model import Reply, Request

DOMAINS = ("cover", "valve")
STEP_PERCENT = 25
"""How much "a bit" is."""

skill = Skill("covers")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassTurnOn", domains=DOMAINS)
async def open_(request: Request) -> Reply:
    """Answer "open the blinds"."""
    return _each(
        request,
        lambda entity: Call(entity.id, f"open_{entity.domain}"),
        done=wording(request, state="open", verb="opened {}"),
        cannot="be opened from here",
    )


@skill.handles("HassTurnOff", domains=DOMAINS)
async def close(request: Request) -> Reply:
    """Answer "close all the blinds upstairs"."""
    return _each(
        request,
        lambda entity: Call(entity.id, f"close_{entity.domain}"),
        done=wording(request, state="closed", verb="closed {}"),
        cannot="be closed from here",
    )


@skill.handles("HassStopMoving", domains=DOMAINS)
async def stop(request: Request) -> Reply:
    """Answer "stop the garage door"."""
    return _each(
        request,
        lambda entity: Call(entity.id, f"stop_{entity.domain}"),
        done=lambda entities: many(request, entities, say="I stopped {}"),
        cannot="be stopped half-way",
    )


@skill.handles("HassSetPosition", domains=DOMAINS)
async def set_position(request: Request, position: object = None) -> Reply:
    """Answer "set the kitchen blind to 40 percent"; 0 is closed, 100 is open, also for those that know only these."""
    wanted = to_number(position)
    if wanted is None or not 0 <= wanted <= 100:
        return Reply("A position goes from 0, closed, to 100, open.")

    def moved(entity: Entity) -> Call:
        exact = Call(entity.id, f"set_{entity.domain}_position", {"position": round(wanted)})
        if wanted in (0, 100) and not takes(exact, entity):
            return Call(entity.id, f"{'open' if wanted else 'close'}_{entity.domain}")
        return exact

    state = {0: "closed", 100: "open"}.get(round(wanted), f"{percent(wanted)} open")
    verb = {0: "closed {}", 100: "opened {}"}.get(round(wanted), f"set {{}} to {percent(wanted)}")
    return _each(
        request, moved, done=wording(request, state=state, verb=verb), cannot="be moved to a position, only all the way"
    )


@skill.command()
async def open_more(request: Request) -> Reply:
    """Answer "open the blinds a bit", computed from where they are."""
    return _moved(request, STEP_PERCENT, "open")


@skill.command()
async def close_more(request: Request) -> Reply:
    """Answer "close the blinds a bit more"."""
    return _moved(request, -STEP_PERCENT, "close")


@skill.command()
async def tilt(request: Request, tilt: object = None) -> Reply:
    """Answer "tilt the office blinds to 50 percent", "open the slats"; 0 is shut, 100 is open."""
    wanted = to_number(tilt)
    if wanted is None or not 0 <= wanted <= 100:
        return Reply("A tilt goes from 0, shut, to 100, open.")
    return act(
        request,
        "set_cover_tilt_position",
        {"tilt_position": round(wanted)},
        done=lambda entities: f"{names(entities)} {is_are(entities)} tilted to {percent(wanted)}",
        cannot="be tilted",
    )


def _moved(request: Request, step: int, verb: str) -> Reply:
    """Return the wishes to open each by a step, or to close it by one."""
    if not request.targets:
        return Reply(NOTHING_THERE)
    now = {entity.id: _position(request.home.state(entity.id)) for entity in request.targets}
    unknown, known = parted(request.targets, lambda entity: now[entity.id] is None)
    after = {entity.id: min(100, max(0, round(now[entity.id] or 0) + step)) for entity in known}

    def call(entity: Entity) -> Call:
        return Call(entity.id, f"set_{entity.domain}_position", {"position": after[entity.id]})

    can, others = parted(known, lambda entity: takes(call(entity), entity))
    said: list[str] = []
    if len(can) == 1:
        at = after[can[0].id]
        said.append(f"{names(can)} {is_are(can)} {f'{percent(at)} open' if at else 'closed'}")
    elif can:
        said.append(many(request, can, say=f"I {'opened' if verb == 'open' else 'closed'} {{}} a bit"))
    if others:
        said.append(f"{names(others)} can't be moved to a position, only all the way")
    if unknown:
        said.append(f"I don't know how far {names(unknown)} {is_are(unknown)} open")
    return Reply(join(said), do=wishes(map(call, can)), failed=not can)


def _position(state: State | None) -> float | None:
    """Return how far it is open, in percent; ``None`` if that is not known."""
    if state is None or not is_known(state):
        return None
    position = to_number(state.attributes.get("current_position"))
    return position if position is not None else {"open": 100.0, "closed": 0.0}.get(state.value)


def _each(
    request: Request, call: Callable[[Entity], Call], *, done: Callable[[Sequence[Entity]], str], cannot: str
) -> Reply:
    """Return the wishes for a call that differs between covers and valves, for those that can."""
    if not request.targets:
        return Reply(NOTHING_THERE)
    can, others = parted(request.targets, lambda entity: takes(call(entity), entity))
    refused = f"{names(others)} can't {cannot}" if others else ""
    words = done(can) if can else ""
    return Reply(join([words, refused]), do=wishes(map(call, can)))
