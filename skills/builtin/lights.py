"""Lights: on and off, brightness, colour, colour temperature, brighter and dimmer."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from devices.model import Call, Capability, Entity, State
from skills.api import Skill
from skills.builtin.colours import COLOURS, WHITE, WHITES
from skills.builtin.doing import NOTHING_THERE, act, is_already, many, wishes, wording
from skills.builtin.words import (
    counted,
    is_are,
    is_plural,
    join,
    listing,
    names,
    noun,
    number_word,
    percent,
    place,
    to_number,
)
from skills.model import Ask, Reply, Request

FULL = 255
STEP_PERCENT = 25
"""How much "brighter" is: four steps from dark to full; smaller ones go unnoticed in a lit room."""
MOST_PERCENT = 100
MANY_REFUSED = 3
"""So many lights are not named one by one if others could do it."""
LEAST_PERCENT = 1
"""Dimmer never means off."""

skill = Skill("lights")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassTurnOn", domains=["light"])
async def turn_on(request: Request) -> Reply:
    """Answer "turn on the kitchen light"; "it's dark in here" makes brighter what is on already."""
    lit = all(is_already(request.home.state(light.id), "on") for light in request.targets)
    if request.match.response == "dark" and lit:
        return _moved(request, STEP_PERCENT, "brighter")
    return act(
        request, "turn_on", done=wording(request, state="on", verb="turned on {}"), cannot="be switched from here"
    )


@skill.handles("HassTurnOff", domains=["light"])
async def turn_off(request: Request) -> Reply:
    """Answer "turn off the lights in here"."""
    return act(
        request, "turn_off", done=wording(request, state="off", verb="turned off {}"), cannot="be switched from here"
    )


@skill.handles("HassLightSet")
async def set_light(
    request: Request, brightness: object = None, color: object = None, temperature: object = None
) -> Reply:
    """Answer "set the desk lamp to 40 percent", "make the bedroom blue", "change the bookshelf to 2700 kelvin"."""
    if request.match.response == "ask_colour":
        question = "Which colour?"
        return Reply(question, ask=Ask(question))
    wanted = to_number(brightness)
    if wanted is not None and wanted > MOST_PERCENT:
        return Reply(f"Brightness goes up to {percent(MOST_PERCENT)}.")
    if wanted is not None and wanted <= 0:
        return await turn_off(request)
    if not request.targets:
        return Reply(NOTHING_THERE)
    kelvin, colour = _white(color, to_number(temperature)), str(color).casefold() if color is not None else None
    if colour is not None and kelvin is None and colour not in COLOURS:
        return Reply(f"I don't know how {colour} looks on a lamp.")
    if wanted is None and kelvin is None and colour is None:
        return await turn_on(request)
    calls: list[Call] = []
    lacking: dict[str, list[Entity]] = {}
    for light in request.targets:
        data, lacks = _data(light, wanted, kelvin, colour)
        if data:
            calls.append(Call(light.id, "turn_on", data))
        if lacks:
            lacking.setdefault(lacks, []).append(light)
    done = [_set_words(request, calls, colour)] if calls else []
    refused = [f"{_briefly(lights, calls)} can't {_can_not(lights, what)}" for what, lights in lacking.items()]
    return Reply(join([*done, *refused]), do=wishes(calls))


@skill.command()
async def brighter(request: Request, step: object = None) -> Reply:
    """Answer "make the bedroom brighter", "brighten the desk lamp by 10 percent"."""
    return _moved(request, to_number(step) or STEP_PERCENT, "brighter")


@skill.command()
async def dimmer(request: Request, step: object = None) -> Reply:
    """Answer "dim the lights"."""
    return _moved(request, -(to_number(step) or STEP_PERCENT), "dimmer")


def _moved(request: Request, step: float, word: str) -> Reply:
    """Return the wish to change the brightness by a step of percent, computed from what it is now."""
    lights = [light for light in request.targets if Capability.BRIGHTNESS in light.capabilities]
    if not lights:
        others = request.targets
        return Reply(join([f"{names(others)} can't be dimmed"]) if others else NOTHING_THERE)
    now = {light.id: _percent(request.home.state(light.id)) for light in lights}
    if step < 0:
        lit = [light for light in lights if now[light.id] > 0]
        if not lit:
            return Reply(join([f"{names(lights)} {is_are(lights)} off"]))
        lights = lit
    after = {light.id: min(100.0, max(LEAST_PERCENT, now[light.id] + step)) for light in lights}
    if all(after[light.id] == now[light.id] for light in lights):
        end = "as bright as can be" if step > 0 else "as dim as can be"
        return Reply(join([f"{names(lights)} {is_are(lights)} already {end}"]))
    calls = [Call(light.id, "turn_on", {"brightness": _to_255(after[light.id])}) for light in lights]
    if len(lights) == 1:
        words = f"{names(lights)} {is_are(lights)} at {percent(after[lights[0].id])}"
    else:
        words = f"I made {counted(len(lights), noun(lights))}{place(request.match.slots)} {word}"
    return Reply(join([words]), do=wishes(calls))


def _percent(state: State | None) -> float:
    """Return how bright the light is; one that is on and does not say how bright counts as full."""
    if state is None or state.value != "on":
        return 0.0
    level = to_number(state.attributes.get("brightness"))
    return round(100 * (FULL if level is None else level) / FULL)


def _to_255(wanted: float) -> int:
    return max(1, round(min(100.0, wanted) * FULL / 100))


def _set_words(request: Request, calls: Sequence[Call], colour: str | None) -> str:
    """Return what the lights are once the calls are done; a colour temperature as each lamp has it, not as wished."""
    called = {call.entity for call in calls}
    lights = [light for light in request.targets if light.id in called]
    levels = {to_number(call.data["brightness"]) for call in calls if "brightness" in call.data}
    whites = sorted({int(str(call.data["color_temp_kelvin"])) for call in calls if "color_temp_kelvin" in call.data})
    said = [percent(100 * level / FULL) for level in levels if level is not None]
    if colour is not None:
        said.append(colour)
    elif whites:
        said.append(f"{whites[0]} kelvin" if len(whites) == 1 else f"{whites[0]} to {whites[-1]} kelvin")
    if len(lights) == 1:
        return f"{names(lights)} {is_are(lights)} {'at ' if levels else ''}{listing(said)}"
    return f"{many(request, lights, say='I set {}')} to {listing(said)}"


def _briefly(lights: Sequence[Entity], calls: Sequence[Call]) -> str:
    """Return those that cannot do it: by name if they are few, or if there are no others."""
    others = {call.entity for call in calls} - {light.id for light in lights}
    return f"the other {number_word(len(lights))}" if others and len(lights) >= MANY_REFUSED else names(lights)


def _white(color: object, kelvin: float | None) -> float | None:
    return float(WHITES[str(color).casefold()]) if str(color).casefold() in WHITES else kelvin


def _data(
    light: Entity, wanted: float | None, kelvin: float | None, colour: str | None
) -> tuple[Mapping[str, object], str | None]:
    """Return what of the wish the light can do, as data of a call; and what it cannot."""
    data: dict[str, object] = {}
    lacks = None
    if wanted is not None:
        if Capability.BRIGHTNESS in light.capabilities:
            data["brightness"] = _to_255(wanted)
        else:
            lacks = "be dimmed"
    if kelvin is not None and Capability.COLOR_TEMPERATURE in light.capabilities:
        data["color_temp_kelvin"] = _within(light, kelvin)
    elif colour is not None and Capability.COLOR in light.capabilities:
        data["rgb_color"] = list(COLOURS.get(colour, WHITE))
    elif kelvin is not None:
        lacks = "change {their} colour temperature"
    elif colour is not None:
        lacks = "change {their} colour"
    return data, lacks


def _within(light: Entity, kelvin: float) -> int:
    """Return the nearest colour temperature that the lamp has: nobody means exactly 2,700."""
    low, high = to_number(light.limits.get("min_kelvin")), to_number(light.limits.get("max_kelvin"))
    return round(min(high or kelvin, max(low or kelvin, kelvin)))


def _can_not(lights: Sequence[Entity], what: str) -> str:
    return what.replace("{their}", "their" if len(lights) > 1 or is_plural(lights[0]) else "its")
