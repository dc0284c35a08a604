"""What the built-in skills have in common when they act: who can do it, the wishes for these, and the words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from devices import services
from devices.model import NOTHING, Call, CallError, Entity, EntityId, State
from skills.actions import device_call
from skills.builtin.states import is_known
from skills.builtin.words import behind, counted, join, names, noun, number_word, place, plural, to_number
from skills.language import Words, current, say
from skills.model import Action, Reply, Request

FEW_CHANGED = 2
"""So few things that changed, of more, are named."""


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


@dataclass(frozen=True, slots=True)
class Deed:
    """How it is said that something was done, in English; each a whole sentence, which other languages translate."""

    cannot: str
    """Of things that cannot do it: ``{things} can't be turned on``."""
    now: str
    """Of one thing: ``{things} {things:is|are} on``."""
    did: str = ""
    """Of several: ``I turned on {things}``; by default as of one."""
    already: str = ""
    """Of several that were so before: ``{things} were already on``."""
    state: str = ""
    """The value that says that a thing was so before."""

    def said(self, request: Request, entities: Sequence[Entity], given: Mapping[str, object] = NOTHING) -> str:
        """Return "the kitchen light is on" of one thing, "I turned on three lights in the kitchen" of several.

        Of several only those count that were not so already.
        """
        if len(entities) == 1 or not self.did:
            return say(self.now, things=names(entities), **given)
        same, changed = parted(entities, lambda entity: is_already(request.home.state(entity.id), self.state))
        if not changed:
            return say(self.already, things=every(request, same), **given)
        few = same and len(changed) <= FEW_CHANGED
        return say(self.did, things=names(changed) if few else many(request, changed), **given)

    def refused(self, entities: Sequence[Entity], given: Mapping[str, object] = NOTHING) -> str:
        """Return that these cannot do it; nothing of none."""
        return say(self.cannot, things=names(entities), **given) if entities else ""


def act(request: Request, service: str, data: Mapping[str, object] = NOTHING, *, deed: Deed, **given: object) -> Reply:
    """Return the wish to call one service on the request's targets, for those that can; ``given`` is for the words."""
    return each(request, lambda entity: Call(entity.id, service, data), deed=deed, **given)


def each(request: Request, call: Callable[[Entity], Call], *, deed: Deed, **given: object) -> Reply:
    """Return the wishes for a call that differs between the targets, for those that can carry it out."""
    if not request.targets:
        return nothing_there()
    can, others = parted(request.targets, lambda entity: takes(call(entity), entity))
    refused = deed.refused(others, given)
    if not can:
        return Reply(join([refused]), failed=True)
    return Reply(join([deed.said(request, can, given), refused]), do=wishes(map(call, can)))


def nothing_there() -> Reply:
    """Return the answer to a wish about nothing that is known."""
    return Reply(say("I found nothing there that I could do that with."), failed=True)


def is_already(state: State | None, wanted: str) -> bool:
    """Return whether a thing was last seen to be as wanted: ``on``, ``off``, ``open`` all the way, ``closed``."""
    if state is None or not is_known(state):
        return False
    if wanted == "open" and to_number(state.attributes.get("current_position")) not in (None, 100):
        return False
    return state.value == wanted


def many(request: Request, entities: Sequence[Entity]) -> Words:
    """Return the things by name if it is one, by number and place if there are more."""
    if len(entities) == 1:
        return names(entities)
    return behind(counted(len(entities), noun(entities)), place(request.match.slots))


def every(request: Request, entities: Sequence[Entity]) -> Words:
    """Return several things as all of them: ``both lights in the kitchen``, ``all three blinds``."""
    what, where = plural(noun(entities)), place(request.match.slots)
    if len(entities) == 2:
        text = say("both {kind}{place}", kind=what, place=where)
    else:
        text = say("all {number} {kind}{place}", number=number_word(len(entities)), kind=what, place=where)
    return Words(text, form=current().catalogue.plural(len(entities)))
