"""What the built-in skills have in common when they act: who can do it, the wishes for these, and the words."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from devices import services
from devices.model import NOTHING, Call, CallError, Entity, EntityId, State
from skills.actions import device_call
from skills.builtin.states import is_known
from skills.builtin.words import counted, is_are, join, names, noun, number_word, place, plural, to_number
from skills.model import Action, Reply, Request

FEW_CHANGED = 2
"""So few things that changed, of more, are named."""

NOTHING_THERE = "I found nothing there that I could do that with."


def parted(entities: Iterable[Entity], test: Callable[[Entity], bool]) -> tuple[list[Entity], list[Entity]]:
    """Return those that pass the test, and those that do not."""
    passing: list[Entity] = []
    others: list[Entity] = []
    for entity in entities:
        (passing if test(entity) else others).append(entity)
    return passing, others


def takes(call: Call, entity: Entity) -> bool:
    """Return whether the entity can carry out the call."""
    try:
        services.check(entity, call)
    except CallError:
        return False
    return True


def wishes(calls: Iterable[Call]) -> list[Action]:
    """Return the wishes for these calls, equal ones of several entities as one."""
    groups: list[tuple[str, Mapping[str, object], list[EntityId]]] = []
    for call in calls:
        for service, data, targets in groups:
            if service == call.service and data == call.data:
                targets.append(call.entity)
                break
        else:
            groups.append((call.service, call.data, [call.entity]))
    return [device_call(targets, service, data) for service, data, targets in groups]


def act(
    request: Request,
    service: str,
    data: Mapping[str, object] = NOTHING,
    *,
    done: Callable[[Sequence[Entity]], str],
    cannot: str,
) -> Reply:
    """Return the wish to call one service on the request's targets, for those that can.

    `done` words what is so afterwards; `cannot` completes "The hallway light can't …" for those that cannot.
    """
    if not request.targets:
        return Reply(NOTHING_THERE, failed=True)
    can, others = parted(request.targets, lambda entity: takes(Call(entity.id, service, data), entity))
    refused = f"{names(others)} can't {cannot}" if others else ""
    if not can:
        return Reply(join([refused]), failed=True)
    return Reply(join([done(can), refused]), do=[device_call([entity.id for entity in can], service, data)])


def wording(request: Request, *, state: str, verb: str) -> Callable[[Sequence[Entity]], str]:
    """Return the words for a thing done: "the kitchen light is on" of one thing, "I turned on three lights in the
    kitchen" of several. Of several only those count that were not so already.
    """

    def done(entities: Sequence[Entity]) -> str:
        if len(entities) == 1:
            return f"{names(entities)} {is_are(entities)} {state}"
        same, changed = parted(entities, lambda entity: is_already(request.home.state(entity.id), state))
        what = noun(entities)
        if not changed:
            every = "both" if len(same) == 2 else f"all {number_word(len(same))}"
            return f"{every} {plural(what)}{place(request.match.slots)} were already {state}"
        if same and len(changed) <= FEW_CHANGED:
            return f"I {verb.format(names(changed))}"
        return f"I {verb.format(counted(len(changed), what))}{place(request.match.slots)}"

    return done


def is_already(state: State | None, wanted: str) -> bool:
    """Return whether a thing was last seen to be as wanted: ``on``, ``off``, ``open`` all the way, ``closed``."""
    if state is None or not is_known(state):
        return False
    if wanted == "open" and to_number(state.attributes.get("current_position")) not in (None, 100):
        return False
    return state.value == wanted


def many(request: Request, entities: Sequence[Entity], *, say: str) -> str:
    """Return `say` about the things: by name if it is one, by number and place if there are more."""
    if len(entities) == 1:
        return say.format(names(entities))
    return say.format(f"{counted(len(entities), noun(entities))}{place(request.match.slots)}")
