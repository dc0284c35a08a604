"""Questions about what is: "is the front door locked?", "which lights are on?", "how many windows are open?"."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from devices.model import Area, Entity, Floor, State
from devices.names import fold
from skills.api import Skill
from skills.builtin.doing import parted
from skills.builtin.states import as_of, is_known, said_state, stated, unknown
from skills.builtin.why import why
from skills.builtin.words import (
    MOST_NAMES,
    called,
    counted,
    join,
    listing,
    names,
    noun,
    place,
    plural,
    the,
    to_number,
)
from skills.language import Words, current, say, term
from skills.model import Reply, Request

LOW_PERCENT = 20.0
"""A battery at or below this is low."""
RUNNING_WATTS = 5.0
"""Above this a machine works: one that waits may draw 2 W on a network (EU 2023/826), a motor draws tens."""
_GARAGE = frozenset({"garage", "garage_door"})
CLASS_TWINS: Mapping[str, frozenset[str]] = dict.fromkeys(_GARAGE, _GARAGE)
"""Device classes that covers and contacts call differently."""

MOST_TOLD = 3
"""As many things of one name get an answer each."""
MOST_SILENT = 2
"""As many unreachable things get a sentence each."""

skill = Skill("status")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassGetState")
async def get_state(request: Request, state: object = None) -> Reply:
    """Answer a question about states from what was last seen, and say where that is not known.

    Beside Home Assistant's kinds of answer (``one``, ``any``, ``which``…) there are ``why`` ("why is the hall light
    on?") and ``running`` ("is the washing machine done?").
    """
    wanted = None if state is None else str(state)
    entities = _meant(request)
    if not entities:
        return Reply(say("I know of nothing like that."))
    kind = _kind(request, len(entities))
    if kind == "why":
        return Reply(join([await why(request, entity) for entity in entities[:MOST_TOLD]]))
    if kind == "running":
        return Reply(join(_running(request, entity) for entity in entities[:MOST_TOLD]))
    if kind == "power":
        entities = [_power_of(request, entity) for entity in entities]
    if wanted is None or (len(entities) == 1 and kind in {"any", "all", "one", "one_yesno"}):
        return Reply(join(_about(request, entity, wanted) for entity in entities[:MOST_NAMES]))
    known, silent = parted(entities, lambda entity: is_known(request.home.state(entity.id)))
    rest = [unknown(entity, request.home.state(entity.id), request.now) for entity in silent[:MOST_SILENT]]
    if len(silent) > MOST_SILENT:
        rest = [say("I can't tell about {things:acc} right now", things=names(silent))]
    if not known:
        return Reply(join(rest))
    return Reply(join([_summary(request, kind, known, wanted, partial=bool(silent)), *rest]))


def _kind(request: Request, number: int) -> str:
    """Return the kind of answer: the sentence's, unless a question about one thing turned out to be about more."""
    said = request.match.response
    return _asked(request) if said is None or (said.startswith("one") and number > 1) else said


def _asked(request: Request) -> str:
    """Return the kind of question from its words, for sentences that do not say it: Home Assistant's response keys."""
    words = fold(request.utterance.text)
    for kind, pattern in (
        ("how_many", r"\bhow many\b"),
        ("which", r"\b(which|what|who)\b"),
        ("any", r"\b(any|anything|some|someone|anyone)\b"),
        ("all", r"\b(all|every|everything|everyone|are (the|my|our))\b"),
    ):
        if re.search(pattern, words):
            return kind
    return "any"


def _meant(request: Request) -> Sequence[Entity]:
    """Return the things that are asked about: the targets, and for doors and windows their contacts too."""
    slots = request.match.slots
    classes = slots.get("device_class")
    # The battery of one device is a value, of another a contact.
    domains = frozenset({"binary_sensor", "sensor" if classes == "battery" else "cover"})
    if "name" in slots or classes is None or slots.get("domain") not in domains:
        return request.targets
    wanted = [str(one) for one in cast("Sequence[object]", classes)] if isinstance(classes, list) else [str(classes)]
    said_area, said_floor = slots.get("area"), slots.get("floor")
    area = next((a.id for a in request.home.areas() if _is_called(a, str(said_area))), None)
    floor = next((f.id for f in request.home.floors() if _is_called(f, str(said_floor))), None)
    if (said_area and area is None) or (said_floor and floor is None):
        return request.targets
    twins = frozenset[str]().union(*(CLASS_TWINS.get(c, frozenset({c})) for c in wanted))
    also = request.home.find(area=area, floor=floor, domains=domains, device_classes=twins)
    return list({entity.id: entity for entity in (*request.targets, *also)}.values())


def _about(request: Request, entity: Entity, wanted: str | None) -> str:
    """Return the answer about one thing: its state, or whether it is as asked."""
    state = request.home.state(entity.id)
    if state is None or not is_known(state):
        return unknown(entity, state, request.now)
    age = as_of(entity, state, request.now)
    if wanted is None:
        return f"{stated(entity, state)}{age}"
    said = say("{things} {things:is|are} {state}", things=called(entity), state=said_state(entity, state.value))
    return f"{_answered(_is(entity, state, wanted), said)}{age}"


def _summary(request: Request, kind: str, known: Sequence[Entity], wanted: str, *, partial: bool) -> str:
    """Return the answer about several things; a `partial` one, with some out of reach, claims only the rest."""
    hits, misses = parted(known, lambda entity: _is(entity, request.home.state(entity.id), wanted))
    said, where = said_state(known[0], _raw(known[0], wanted)), place(request.match.slots)
    what, reach = noun(known), say(" that I can reach") if partial else ""
    if kind == "all" and misses:
        text = "{things} {things:is|are} {state}"
        return _answered(False, say(text, things=names(misses), state=_said_of(request, misses)))
    if kind == "all":
        every = _every(len(known), what)
        text = "{things}{place}{reach} {things:is|are} {state}"
        said_all = say(text, things=every, place=where, reach=reach, state=said)
        return said_all if partial else _answered(True, said_all)
    if not hits and what == "person":
        nobody = say("nobody is {state}", state=said)
        return _answered(False, nobody) if kind == "any" and not partial else nobody
    if not hits:
        text = "{things}{place}{reach} {things:is|are} {state}"
        none = say(text, things=counted(0, what), place=where, reach=reach, state=said)
        return _answered(False, none) if kind == "any" and not partial else none
    if kind == "how_many":
        text = "{things}{place}{reach} {things:is|are} {state}"
        told = say(text, things=counted(len(hits), what), place=where, reach="", state=said)
        return f"{told}: {listing([called(entity) for entity in hits])}" if len(hits) <= MOST_NAMES else told
    found = say("{things} {things:is|are} {state}", things=names(hits), state=said)
    return _answered(True, found) if kind == "any" else found


def _answered(yes: bool, said: str) -> str:
    return say("yes, {said}", said=said) if yes else say("no, {said}", said=said)


def _every(number: int, what: str) -> Words:
    """Return all of a kind as a subject: ``the light``, ``both lights``, ``all three lights``."""
    if number == 1:
        return the(what)
    several = current().catalogue.plural(number)
    if number == 2:
        return Words(say("both {kind}{place}", kind=plural(what), place=""), form=several)
    return Words(say("all {things}", things=counted(number, what)), form=several)


def _said_of(request: Request, entities: Sequence[Entity]) -> str:
    """Return what these are in a word, if it is one; else that they are not as asked."""
    words = {said_state(e, state.value) for e in entities if (state := request.home.state(e.id)) is not None}
    return words.pop() if len(words) == 1 else term("state", "not")


def _raw(entity: Entity, wanted: str) -> str:
    """Return the value that an entity has when it is as asked: a contact that is ``open`` is ``on``."""
    if entity.domain == "binary_sensor":
        return {"open": "on", "unlocked": "on", "closed": "off", "locked": "off"}.get(wanted, wanted)
    if entity.domain in {"cover", "valve"}:
        return {"on": "open", "off": "closed"}.get(wanted, wanted)
    return wanted


def _is(entity: Entity, state: State | None, wanted: str) -> bool:
    """Return whether the thing is as asked; what is not off is on, where on has many names."""
    value = state.value if state is not None else "unknown"
    if entity.domain == "sensor" and entity.device_class == "battery":
        return (level := to_number(value)) is not None and (level <= LOW_PERCENT) == (wanted == "on")
    if wanted == "on" and entity.domain in {"media_player", "climate", "water_heater", "humidifier"}:
        return value not in {"off", "standby"}
    if wanted == "on" and entity.domain in {"vacuum", "lawn_mower"}:
        return value in {"cleaning", "mowing", "returning"}
    return value == _raw(entity, wanted)


def _running(request: Request, entity: Entity) -> str:
    source = _power_of(request, entity)
    state = request.home.state(source.id)
    if state is None or not is_known(state):
        return unknown(source, state, request.now)
    watts = to_number(state.value) if source.domain == "sensor" else None
    busy = watts >= RUNNING_WATTS if watts is not None else state.value in {"on", "cleaning", "mowing", "playing"}
    word = fold(request.utterance.text)
    about_end = any(end in word for end in ("done", "finished", "ready", "fertig"))
    running, over = ("still running", "done") if about_end else ("running", "not running")
    text = "{things} {things:is|are} {state}"
    said = say(text, things=called(entity), state=term("work", running if busy else over))
    return f"{_answered(busy != about_end, said)}{as_of(source, state, request.now)}"


def _power_of(request: Request, entity: Entity) -> Entity:
    """Return what tells best whether the thing works: the power sensor of its plug, if it has one."""
    if entity.domain != "switch" or entity.device is None:
        return entity
    siblings = (e for e in request.home.entities() if e.device == entity.device and e.device_class == "power")
    return next(siblings, entity)


def _is_called(place: Area | Floor, words: str) -> bool:
    return fold(words) in {fold(name) for name in (place.id, place.name, *place.aliases)}
