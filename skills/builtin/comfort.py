"""What is done as people like it: "make it comfortable" is the warmth that whoever asks told, and whoever is there."""

from collections.abc import Sequence
from pathlib import Path

from devices.model import AreaId, Capability, Entity
from devices.names import fold
from skills.actions import device_call
from skills.api import Skill
from skills.builtin.words import degrees, listing, names, sentence, to_number
from skills.confiding import remember
from skills.facts import Taste
from skills.language import say
from skills.model import Action, Ask, Reply, Request, Wants

COOLEST, WARMEST = 5.0, 30.0
"""What somebody may like a room at, in degrees; anything else was misheard."""
STEP_DEGREES = 1.0
"""How much warmer it gets for who is cold, and never told how warm they like it."""

skill = Skill("comfort")
skill.sentences(Path(__file__).parent / "sentences")


@skill.command()
async def comfortable(request: Request, area: str | None = None, liked: float | None = None) -> Reply:
    """Answer "make it comfortable": asks whoever never told how warm that is. Who differ meet in the middle."""
    where = _area(request, area)
    able = _able(request, where)
    if not able:
        return Reply(say("There is nothing here whose temperature I could set."), failed=True)
    tastes = request.facts.tastes("temperature", who=request.utterance.cause.person, where=where)
    if liked is not None:
        if not COOLEST <= liked <= WARMEST:
            return Reply(say("I did not hear which temperature."), failed=True)
        tastes = [Taste(f"{liked:g}")]
    mine = next((number for one in tastes if one.whose is None and (number := _number(one)) is not None), None)
    others = [(one.whose, number) for one in tastes if one.whose and (number := _number(one)) is not None]
    if mine is None and not others:
        return _asked()
    wanted = [*([mine] if mine is not None else []), *(number for _, number in others)]
    middle = round(2 * (min(wanted) + max(wanted)) / 2) / 2
    wish = device_call([entity.id for entity in able], "set_temperature", {"temperature": middle})
    if mine is None and len(set(wanted)) == 1:
        said = say("I set {things} to {degrees}, as {who} likes it.", **_said(able, middle), who=others[0][0])
        return Reply(said, [wish])
    wishes = [wish, *_kept(request, mine if liked is not None else None)]
    if len(set(wanted)) == 1:
        said = say("I set {things} to {degrees}, as you like it.", things=names(able), degrees=degrees(middle))
        return Reply(said, wishes)
    differ = listing([say("{who} likes {degrees}", who=who, degrees=degrees(number)) for who, number in others])
    text = say("I set {things} to {degrees}, in the middle: {others}.", **_said(able, middle), others=differ)
    return Reply(text, wishes)


@skill.command()
async def warmth(request: Request, liked: float | None = None) -> Reply:
    """Answer "I like it warm": how warm that is, is asked once, also where nothing can be heated."""
    tastes = request.facts.tastes("temperature", who=request.utterance.cause.person, where=None)
    if liked is None and all(one.whose is not None or _number(one) is None for one in tastes):
        return _asked()
    if liked is None or _able(request, request.utterance.area) or not COOLEST <= liked <= WARMEST:
        return await comfortable(request, liked=liked)
    return Reply("", _kept(request, liked))


@skill.command()
async def cold(request: Request, area: str | None = None) -> Reply:
    """Answer "I'm cold": as warm as whoever says so likes it, else a degree more."""
    return _eased(request, area, STEP_DEGREES)


@skill.command()
async def hot(request: Request, area: str | None = None) -> Reply:
    """Answer "I'm hot": no warmer than whoever says so likes it, else a degree less."""
    return _eased(request, area, -STEP_DEGREES)


def _asked() -> Reply:
    question = say("How many degrees do you like?")
    return Reply(question, ask=Ask(question, slot="liked", wants=Wants.NUMBER))


def _eased(request: Request, area: str | None, step: float) -> Reply:
    where = _area(request, area)
    able = _able(request, where)
    if not able:
        return Reply(say("There is nothing here whose temperature I could set."), failed=True)
    rooms = {one.id: one.name for one in request.home.areas() if any(entity.area == one.id for entity in able)}
    if where is None and len(rooms) > 1:
        question, named = say("Which room are you in?"), tuple(rooms.values())
        return Reply(question, ask=Ask(question, choices=named, slot="area"))
    tastes = request.facts.tastes("temperature", who=request.utterance.cause.person, where=where)
    mine = next((number for one in tastes if one.whose is None and (number := _number(one)) is not None), None)
    set_to = [(entity, _target(request, entity)) for entity in able]
    # What tells nothing of itself can still be set to what is liked.
    known = [(entity, now) for entity, now in set_to if now is not None or mine is not None]
    if not known:
        text = say("I don't know what {things} {things:is|are} set to", things=names(able))
        return Reply(sentence(text), failed=True)
    after = {entity.id: _eased_to(entity, now, step, mine) for entity, now in known}
    moving = [entity for entity, now in known if after[entity.id] != now]
    if not moving:
        text = "{things} {things:is|are} already at {degrees}, and that is the limit"
        return Reply(sentence(say(text, things=names([known[0][0]]), degrees=degrees(after[known[0][0].id]))))
    wishes = [device_call([entity.id], "set_temperature", {"temperature": after[entity.id]}) for entity in moving]
    wanted = {after[entity.id] for entity in moving}
    if wanted == {mine}:
        said = say("I set {things} to {degrees}, as you like it.", things=names(moving), degrees=degrees(wanted.pop()))
    elif len(wanted) == 1:
        said = say("I set {things} to {degrees}.", things=names(moving), degrees=degrees(wanted.pop()))
    else:
        said = say("I turned {things} up." if step > 0 else "I turned {things} down.", things=names(moving))
    return Reply(said, wishes)


def _eased_to(entity: Entity, now: float | None, step: float, liked: float | None) -> float:
    """Return what a thing is to be set to: what is liked, where that helps, else a step, within what it takes."""
    if liked is not None and (now is None or (liked - now) * step > 0):
        wanted = liked
    else:
        wanted = (now if now is not None else COOLEST) + step
    low, high = to_number(entity.limits.get("min")), to_number(entity.limits.get("max"))
    return min(high if high is not None else WARMEST, max(low if low is not None else COOLEST, wanted))


def _target(request: Request, entity: Entity) -> float | None:
    state = request.home.state(entity.id)
    return to_number(state.attributes.get("temperature")) if state is not None and state.available else None


def _kept(request: Request, liked: float | None) -> Sequence[Action]:
    """Return the wish that what somebody was asked for is remembered: they are not asked again."""
    if liked is None:
        return ()
    cause, language = request.utterance.cause, request.utterance.language
    german = language.partition("-")[0] == "de"
    words = f"ich mag es bei {liked:g} Grad" if german else f"I like it at {liked:g} degrees"
    why_not = request.facts.objection(words, who=cause.person, where=cause.area, language=language, outright=False)
    return [remember(words, outright=False, language=language)] if why_not is None else ()


def _said(able: Sequence[Entity], middle: float) -> dict[str, object]:
    return {"things": names(able), "degrees": degrees(middle)}


def _number(taste: Taste) -> float | None:
    number = to_number(taste.value.split(" ")[0].replace(",", ".").rstrip("°"))
    return number if number is not None and COOLEST <= number <= WARMEST else None


def _area(request: Request, words: str | None) -> AreaId | None:
    if words is None:
        return request.utterance.area
    wanted = fold(words)
    found = (one.id for one in request.home.areas() if wanted in map(fold, (one.id, one.name, *one.aliases)))
    return next(found, request.utterance.area)


def _able(request: Request, where: AreaId | None) -> Sequence[Entity]:
    """Return what warms the room; of a house that has no such thing there, what it has."""
    found = request.home.find(domains=frozenset({"climate"}))
    able = [one for one in found if Capability.TARGET_TEMPERATURE in one.capabilities and not one.hidden]
    here = [one for one in able if where is not None and one.area == where]
    return here or ([one for one in able if one.area is None] or able if where is None or len(able) == 1 else [])
