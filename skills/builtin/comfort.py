"""What is done as people like it: "make it comfortable" is the warmth that whoever asks told, and whoever is there."""

import re
from collections.abc import Sequence
from pathlib import Path

from devices.model import AreaId, Capability, Entity
from devices.names import fold
from skills.actions import device_call
from skills.api import Skill
from skills.builtin.words import degrees, listing, names, to_number
from skills.confiding import remember
from skills.facts import Taste
from skills.language import say
from skills.model import Action, Ask, Reply, Request, Wants

COOLEST, WARMEST = 5.0, 30.0
"""What somebody may like a room at, in degrees; anything else was misheard."""

skill = Skill("comfort")
skill.sentences(Path(__file__).parent / "sentences")


@skill.command()
async def comfortable(request: Request, area: str | None = None, liked: str | None = None) -> Reply:
    """Answer "make it comfortable": asks whoever never told how warm that is. Who differ meet in the middle."""
    where = _area(request, area)
    able = _able(request, where)
    if not able:
        return Reply(say("There is nothing here whose temperature I could set."), failed=True)
    tastes = request.facts.tastes("temperature", who=request.utterance.cause.person, where=where)
    if liked is not None:
        found = re.search(r"\d+(?:[.,]\d)?", liked)
        tastes = [Taste(found[0] if found is not None else liked)]
        if _number(tastes[0]) is None:
            return Reply(say("I did not hear which temperature."), failed=True)
    mine = next((number for one in tastes if one.whose is None and (number := _number(one)) is not None), None)
    others = [(one.whose, number) for one in tastes if one.whose and (number := _number(one)) is not None]
    if mine is None and not others:
        question = say("How many degrees do you like?")
        return Reply(question, ask=Ask(question, slot="liked", wants=Wants.TEXT))
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
