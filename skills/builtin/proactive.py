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
from skills.builtin.words import called, is_are, join, listing, number, sentence, to_number
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
_DANGERS = {
    "moisture": "water",
    "smoke": "smoke",
    "gas": "gas",
    "carbon_monoxide": "carbon monoxide",
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
    return Finding(f"{_named(sight)} open.", why) if why else None


def _wet(sight: Sight) -> str:
    for station in sight.home.find(domains=frozenset({"weather"})):
        state = sight.home.state(station.id)
        if state is None or not is_known(state):
            continue
        if sky.now_of(state).condition in sky.RAINY | sky.STORMY:
            return "it rains"
        today = sky.days_of(state, sight.now.tzinfo).get(sight.now.date())
        if today is not None and (today.chance or 0) >= LIKELY_PERCENT:
            return f"the chance of {today.falling} today is {number(today.chance or 0)} percent"
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
            return Finding(f"{_named(sight)} open.", f"{called(thermostat)} {is_are([thermostat])} heating")
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
    return Finding(f"{_named(sight)} open.", _for(FRIDGE_S)) if _is_open(sight.state) else None


@skill.watch("doors", what="a door is left open", words=("door", "doors", "garage"), about=_is_door, for_s=DOOR_S)
def doors(sight: Sight) -> Finding | None:
    """Say that a door has been open for long."""
    return Finding(f"{_named(sight)} still open.", _for(DOOR_S)) if _is_open(sight.state) else None


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
    name = re.sub(r"(?i) (?:plug|power|energy)\b", "", called(sight.entity))
    return Finding(f"{sentence(name).rstrip('.')} is done.", f"it draws no power any more, for {lasting(DONE_S)} now")


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
        return Finding(f"The battery of {_device(sight)} is low.", "its sensor says so")
    if level is None or level > LOW_PERCENT:
        return None
    return Finding(f"The battery of {_device(sight)} is low.", f"it is at {number(level)} percent")


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
    room = rooms.get(sight.entity.area) if sight.entity.area is not None else None
    where = f" in the {room.lower()}" if room else ""
    return Finding(f"There is {danger}{where}!", f"{called(sight.entity)} reports it")


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
    told, off = ([one.what for one in watches if one.told is on] for on in (True, False))
    if not watches:
        return Reply("I say nothing by myself.")
    said = f"I say by myself when {listing(told, 'or')}" if told else "I say nothing by myself"
    return Reply(join([said, f"you do not want to hear when {listing(off, 'or')}" if off else ""]))


def _switched(request: Request, words: str, *, told: bool) -> Reply:
    asked = set(fold(words).split(" "))
    everything = bool(asked & {"anything", "everything", "things", "alles"})
    found = [one for one in request.watches.watches() if everything or any(_names(word, asked) for word in one.words)]
    if not found:
        return Reply(f"I say nothing by myself about {words.strip()}.", failed=True)
    kept = [one for one in found if one.always and not told]
    changed = [one for one in found if one not in kept]
    if not changed:
        return Reply(f"That is about safety: I always tell when {kept[0].what}.", failed=True)
    wish = watch_told([one.name for one in changed], told=told)
    verb = "tell you again when" if told else "no longer tell you when"
    return Reply(join([f"I {verb} {_listed(changed)}", f"I still tell when {_listed(kept)}" if kept else ""]), [wish])


def _names(word: str, asked: set[str]) -> bool:
    return set(fold(word).split(" ")) <= asked


def _listed(watches: Sequence[Watched]) -> str:
    return listing([one.what for one in watches], "or")


def _named(sight: Sight) -> str:
    name = re.sub(r"(?i) (contact|sensor|contact sensor)$", "", called(sight.entity))
    return f"{name[:1].upper()}{name[1:]} {is_are([sight.entity])}"


def _device(sight: Sight) -> str:
    return re.sub(r"(?i) battery\b.*", "", called(sight.entity))


def _for(seconds: float) -> str:
    return f"it has been so for {lasting(seconds)}"
