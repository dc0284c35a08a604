"""What the house says by itself: an open window and rain, an open freezer, a machine that is done, water where none
should be; and "stop telling me about the windows".
"""

import re
from collections.abc import Sequence
from pathlib import Path

from devices.model import Entity, State
from devices.names import fold
from skills.actions import watch_told
from skills.api import Skill
from skills.builtin import sky
from skills.builtin.states import is_known
from skills.builtin.status import LOW_PERCENT, RUNNING_WATTS
from skills.builtin.times import lasting
from skills.builtin.waiting import CONTACT
from skills.builtin.words import called, join, listing, number, percent, room, sentence, to_number, without
from skills.language import Words, say
from skills.model import Reply, Request
from skills.views import Watched
from skills.watch import Finding, Sight

LIKELY_PERCENT = 60
"""From this chance of rain today on an open window is worth a word."""
COLD_S, RAIN_S, FRIDGE_S, DOOR_S = 600.0, 120.0, 300.0, 1_200.0
"""For how long it must be so."""
DONE_S = 180.0
"""A washing machine draws nothing for a minute or two in the midst of its work."""
WORKS_WATTS = 2 * RUNNING_WATTS
WEEK_S = 7 * 86_400.0

_COLD = re.compile(r"(?i)freezer|fridge|refrigerator|kühlschrank|gefrier|tiefkühl")
_MACHINE = re.compile(r"(?i)wash|laundry|dryer|dishwash|spülmaschine|trockner|wäsche")
_METER = re.compile(r"(?i) (?:plug|power|energy|steckdose|leistung|verbrauch)\b")
_BATTERY = re.compile(r"(?i) (?:battery|batterie|akku)\b.*")
_DANGERS = {
    "moisture": "There is water{where}!",
    "smoke": "There is smoke{where}!",
    "gas": "There is gas{where}!",
    "carbon_monoxide": "There is carbon monoxide{where}!",
}

skill = Skill("proactive")
skill.sentences(Path(__file__).parent / "sentences")


def _contact(entity: Entity, *classes: str) -> bool:
    return entity.domain == "binary_sensor" and entity.device_class in classes and not entity.hidden


def _is_window(entity: Entity) -> bool:
    return _contact(entity, "window") or (entity.device_class == "opening" and "window" in fold(entity.name))


def _is_cold(entity: Entity) -> bool:
    return _contact(entity, "door", "opening") and _COLD.search(entity.name) is not None


def _is_door(entity: Entity) -> bool:
    garage = entity.domain == "cover" and entity.device_class in ("garage", "garage_door", "gate")
    return garage or (_contact(entity, "door", "garage_door") and not _is_cold(entity))


def _is_machine(entity: Entity) -> bool:
    return entity.domain == "sensor" and entity.device_class == "power" and _MACHINE.search(entity.name) is not None


def _is_open(state: State) -> bool:
    return state.value in ("on", "open")


@skill.watch(
    "rain",
    what="a window is open in the rain",
    words=("window", "windows", "rain"),
    about=_is_window,
    beside=lambda entity: entity.domain == "weather",
    for_s=RAIN_S,
    clear_s=1_800.0,
)
def rain(sight: Sight) -> Finding | None:
    """Say that a window is open while it rains or is going to."""
    if not _is_open(sight.state):
        return None
    why = _wet(sight)
    return Finding(_is_open_words(sight), why) if why else None


def _wet(sight: Sight) -> str:
    for station in sight.home.find(domains=frozenset({"weather"})):
        state = sight.home.state(station.id)
        if state is None or not is_known(state):
            continue
        if sky.now_of(state).condition in sky.RAINY | sky.STORMY:
            return say("it rains")
        today = sky.days_of(state, sight.now.tzinfo).get(sight.now.date())
        if today is not None and (today.chance or 0) >= LIKELY_PERCENT:
            snow = today.falling == "snow"
            text = "the chance of snow today is {percent}" if snow else "the chance of rain today is {percent}"
            return say(text, percent=percent(today.chance or 0))
    return ""


@skill.watch(
    "heating",
    what="a window is open while the heating is on",
    words=("window", "windows", "heating"),
    about=_is_window,
    beside=lambda entity: entity.domain == "climate",
    for_s=COLD_S,
    clear_s=300.0,
)
def heating(sight: Sight) -> Finding | None:
    """Say that a window is open while a thermostat of the same room heats."""
    if not _is_open(sight.state) or sight.entity.area is None:
        return None
    for thermostat in sight.home.find(area=sight.entity.area, domains=frozenset({"climate"})):
        state = sight.home.state(thermostat.id)
        if state is not None and is_known(state) and state.attributes.get("hvac_action") == "heating":
            return Finding(_is_open_words(sight), say("{things} {things:is|are} heating", things=called(thermostat)))
    return None


@skill.watch(
    "fridge",
    what="a fridge or freezer is left open",
    words=("fridge", "freezer", "refrigerator"),
    about=_is_cold,
    for_s=FRIDGE_S,
    every_s=900.0,
    urgency="important",
)
def fridge(sight: Sight) -> Finding | None:
    """Say that a fridge or freezer is open."""
    return Finding(_is_open_words(sight), _for(FRIDGE_S)) if _is_open(sight.state) else None


@skill.watch("doors", what="a door is left open", words=("door", "doors", "garage"), about=_is_door, for_s=DOOR_S)
def doors(sight: Sight) -> Finding | None:
    """Say that a door has been open for long."""
    return (
        Finding(_sentence("{things} {things:is|are} still open.", sight), _for(DOOR_S))
        if _is_open(sight.state)
        else None
    )


@skill.watch(
    "machines",
    what="the laundry or the dishes are done",
    words=("laundry", "washing machine", "dishwasher", "dryer", "machines", "dishes"),
    about=_is_machine,
    after=lambda sight: (to_number(sight.state.value) or 0.0) >= WORKS_WATTS,
    for_s=DONE_S,
)
def machines(sight: Sight) -> Finding | None:
    """Say that a machine that worked has stopped."""
    watts = to_number(sight.state.value)
    if watts is None or watts >= RUNNING_WATTS:
        return None
    done = sentence(say("{thing} is done.", thing=without(called(sight.entity), _METER)))
    return Finding(done, say("it draws no power any more, for {length} now", length=lasting(DONE_S)))


@skill.watch(
    "batteries",
    what="a battery is low",
    words=("battery", "batteries"),
    about=lambda entity: entity.domain in ("sensor", "binary_sensor") and entity.device_class == "battery",
    clear_s=86_400.0,
    every_s=WEEK_S,
    urgency="info",
)
def batteries(sight: Sight) -> Finding | None:
    """Say that a battery is low, with the next digest, and once a week."""
    level = to_number(sight.state.value)
    if level is None and sight.state.value == "on" and sight.entity.domain == "binary_sensor":
        return Finding(say("The battery of {thing:dat} is low.", thing=_device(sight)), say("its sensor says so"))
    if level is None or level > LOW_PERCENT:
        return None
    low = say("The battery of {thing:dat} is low.", thing=_device(sight))
    return Finding(low, say("it is at {number} percent", number=number(level)))


@skill.watch(
    "dangers",
    what="water leaks, or there is smoke or gas",
    words=("water", "leak", "leaks", "smoke", "gas", "fire"),
    about=lambda entity: _contact(entity, *_DANGERS),
    every_s=600.0,
    urgency="critical",
)
def dangers(sight: Sight) -> Finding | None:
    """Say at once that there is water, smoke or gas."""
    if sight.state.value != "on":
        return None
    danger = _DANGERS[sight.entity.device_class or ""]
    rooms = {area.id: area.name for area in sight.home.areas()}
    name = rooms.get(sight.entity.area) if sight.entity.area is not None else None
    where = f" {room(name):in}" if name else ""
    return Finding(say(danger, where=where), say("{thing} reports it", thing=called(sight.entity)))


@skill.command()
async def quiet(request: Request, what: str) -> Reply:
    """Answer "stop telling me about the windows"."""
    return _switched(request, what, told=False)


@skill.command()
async def again(request: Request, what: str) -> Reply:
    """Answer "tell me about the windows again"."""
    return _switched(request, what, told=True)


@skill.command()
async def tell(request: Request) -> Reply:
    """Answer "what do you tell me by yourself?"."""
    watches = request.watches.watches()
    told, off = ([one for one in watches if one.told is on] for on in (True, False))
    text = "I say by myself when {things}" if told else "I say nothing by myself"
    said = say(text, things=_listed(told))
    unwanted = say("you do not want to hear when {things}", things=_listed(off)) if off else ""
    return Reply(join([said, unwanted]))


def _switched(request: Request, words: str, *, told: bool) -> Reply:
    asked = set(fold(words).split(" "))
    everything = bool(asked & {"anything", "everything", "things", "alles"})
    found = [one for one in request.watches.watches() if everything or any(_names(word, asked) for word in one.words)]
    if not found:
        return Reply(say("I say nothing by myself about {words}.", words=words.strip()), failed=True)
    kept = [one for one in found if one.always and not told]
    changed = [one for one in found if one not in kept]
    if not changed:
        return Reply(say("That is about safety: I always tell when {thing}.", thing=say(kept[0].what)), failed=True)
    wish = watch_told([one.name for one in changed], told=told)
    text = "I tell you again when {things}" if told else "I no longer tell you when {things}"
    still = say("I still tell when {things}", things=_listed(kept)) if kept else ""
    return Reply(join([say(text, things=_listed(changed)), still]), [wish])


def _names(word: str, asked: set[str]) -> bool:
    return set(fold(word).split(" ")) <= asked


def _listed(watches: Sequence[Watched]) -> str:
    return listing([say(one.what) for one in watches], "or")


def _is_open_words(sight: Sight) -> str:
    return _sentence("{things} {things:is|are} open.", sight)


def _sentence(text: str, sight: Sight) -> str:
    return sentence(say(text, things=without(called(sight.entity), CONTACT)))


def _device(sight: Sight) -> Words:
    return without(called(sight.entity), _BATTERY)


def _for(seconds: float) -> str:
    return say("it has been so for {length}", length=lasting(seconds))
