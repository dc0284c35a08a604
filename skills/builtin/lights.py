"""Lights: on and off, brightness, colour, colour temperature, brighter and dimmer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from devices.model import Call, Capability, Entity, State
from skills.api import Skill
from skills.builtin.colours import COLOURS, WHITE, WHITES
from skills.builtin.doing import act, is_already, many, nothing_there, wishes
from skills.builtin.switches import TURNED_OFF, TURNED_ON
from skills.builtin.words import (
    join,
    listing,
    names,
    number_word,
    percent,
    to_number,
)
from skills.language import Words, current, say, term
from skills.model import Ask, Reply, Request

FULL = 255
STEP_PERCENT = 25
"""How much "brighter" is: four steps from dark to full; smaller ones go unnoticed in a lit room."""
MOST_PERCENT = 100
MANY_REFUSED = 3
"""So many lights are not named one by one if others could do it."""
STEP_KELVIN = 700
"""How much "warmer" is of a light: three steps from the white of day to that of a candle-lit room."""
LEAST_PERCENT = 1
"""Dimmer never means off."""

_ON = replace(TURNED_ON, cannot="{things} can't be switched from here")
_OFF = replace(TURNED_OFF, cannot="{things} can't be switched from here")
_NOT_DIMMED = "{things} can't be dimmed"
_NO_WHITE = "{things} can't change {things:its|their} colour temperature"
_NO_COLOUR = "{things} can't change {things:its|their} colour"

skill = Skill("lights")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassTurnOn", domains=["light"])
async def turn_on(request: Request) -> Reply:
    """Answer "turn on the kitchen light"; "it's dark in here" makes brighter what is on already."""
    lit = all(is_already(request.home.state(light.id), "on") for light in request.targets)
    if request.match.response == "dark" and lit:
        return _moved(request, STEP_PERCENT)
    return act(request, "turn_on", deed=_ON)


@skill.handles("HassTurnOff", domains=["light"])
async def turn_off(request: Request) -> Reply:
    """Answer "turn off the lights in here"."""
    return act(request, "turn_off", deed=_OFF)


@skill.handles("HassLightSet")
async def set_light(
    request: Request, brightness: object = None, color: object = None, temperature: object = None
) -> Reply:
    """Answer "set the desk lamp to 40 percent", "make the bedroom blue", "change the bookshelf to 2700 kelvin"."""
    if request.match.response == "ask_colour":
        question = say("Which colour?")
        return Reply(question, ask=Ask(question))
    wanted = to_number(brightness)
    if wanted is not None and wanted > MOST_PERCENT:
        return Reply(say("Brightness goes up to {percent}.", percent=percent(MOST_PERCENT)))
    if wanted is not None and wanted <= 0:
        return await turn_off(request)
    if not request.targets:
        return nothing_there()
    kelvin, colour = _white(color, to_number(temperature)), str(color).casefold() if color is not None else None
    if colour is not None and kelvin is None and colour not in COLOURS:
        return Reply(say("I don't know how {colour} looks on a lamp.", colour=colour))
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
    refused = [say(cannot, things=_briefly(lights, calls)) for cannot, lights in lacking.items()]
    return Reply(join([*done, *refused]), do=wishes(calls))


@skill.command()
async def brighter(request: Request, step: object = None) -> Reply:
    """Answer "make the bedroom brighter", "brighten the desk lamp by 10 percent"."""
    return _moved(request, to_number(step) or STEP_PERCENT)


@skill.command()
async def dimmer(request: Request, step: object = None) -> Reply:
    """Answer "dim the lights"."""
    return _moved(request, -(to_number(step) or STEP_PERCENT))


@skill.command()
async def warmer(request: Request) -> Reply:
    """Answer "make the desk lamp a bit warmer": the white of it, where the light has more than one."""
    return await _tinted(request, -STEP_KELVIN)


@skill.command()
async def cooler(request: Request) -> Reply:
    """Answer "make the desk lamp cooler"."""
    return await _tinted(request, STEP_KELVIN)


async def _tinted(request: Request, step: int) -> Reply:
    """Return the wish for another white than the one that is known of the first light, else than plain white."""
    states = [request.home.state(light.id) for light in request.targets]
    known = [to_number(state.attributes.get("color_temp_kelvin")) for state in states if state is not None]
    now = next((kelvin for kelvin in known if kelvin is not None), WHITES["white"])
    return await set_light(request, temperature=now + step)


def _moved(request: Request, step: float) -> Reply:
    """Return the wish to change the brightness by a step of percent, computed from what it is now."""
    lights = [light for light in request.targets if Capability.BRIGHTNESS in light.capabilities]
    if not lights:
        others = request.targets
        return Reply(join([say(_NOT_DIMMED, things=names(others))])) if others else nothing_there()
    now = {light.id: _percent(request.home.state(light.id)) for light in lights}
    if step < 0:
        lit = [light for light in lights if now[light.id] > 0]
        if not lit:
            return Reply(join([say("{things} {things:is|are} off", things=names(lights))]))
        lights = lit
    after = {light.id: min(100.0, max(LEAST_PERCENT, now[light.id] + step)) for light in lights}
    if all(after[light.id] == now[light.id] for light in lights):
        bright, dim = (
            "{things} {things:is|are} already as bright as can be",
            "{things} {things:is|are} already as dim as can be",
        )
        return Reply(join([say(bright if step > 0 else dim, things=names(lights))]))
    calls = [Call(light.id, "turn_on", {"brightness": _to_255(after[light.id])}) for light in lights]
    if len(lights) == 1:
        words = say("{things} {things:is|are} at {percent}", things=names(lights), percent=percent(after[lights[0].id]))
    elif step > 0:
        words = say("I made {things} brighter", things=many(request, lights))
    else:
        words = say("I made {things} dimmer", things=many(request, lights))
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
        said.append(term("colour", colour))
    elif len(whites) == 1:
        said.append(say("{number} kelvin", number=whites[0]))
    elif whites:
        said.append(say("{low} to {high} kelvin", low=whites[0], high=whites[-1]))
    if len(lights) > 1:
        return say("I set {things} to {values}", things=many(request, lights), values=listing(said))
    if levels or (whites and colour is None):
        return say("{things} {things:is|are} at {values}", things=names(lights), values=listing(said))
    return say("{things} {things:is|are} {values}", things=names(lights), values=listing(said))


def _briefly(lights: Sequence[Entity], calls: Sequence[Call]) -> Words:
    """Return those that cannot do it: by name if they are few, or if there are no others."""
    others = {call.entity for call in calls} - {light.id for light in lights}
    if not others or len(lights) < MANY_REFUSED:
        return names(lights)
    return Words(
        say("the other {number}", number=number_word(len(lights))), form=current().catalogue.plural(len(lights))
    )


def _white(color: object, kelvin: float | None) -> float | None:
    return float(WHITES[str(color).casefold()]) if str(color).casefold() in WHITES else kelvin


def _data(
    light: Entity, wanted: float | None, kelvin: float | None, colour: str | None
) -> tuple[Mapping[str, object], str | None]:
    """Return what of the wish the light can do, as data of a call; and the text that says what it cannot."""
    data: dict[str, object] = {}
    lacks = None
    if wanted is not None:
        if Capability.BRIGHTNESS in light.capabilities:
            data["brightness"] = _to_255(wanted)
        else:
            lacks = _NOT_DIMMED
    if kelvin is not None and Capability.COLOR_TEMPERATURE in light.capabilities:
        data["color_temp_kelvin"] = _within(light, kelvin)
    elif colour is not None and Capability.COLOR in light.capabilities:
        data["rgb_color"] = list(COLOURS.get(colour, WHITE))
    elif kelvin is not None:
        lacks = _NO_WHITE
    elif colour is not None:
        lacks = _NO_COLOUR
    return data, lacks


def _within(light: Entity, kelvin: float) -> int:
    """Return the nearest colour temperature that the lamp has: nobody means exactly 2,700."""
    low, high = to_number(light.limits.get("min_kelvin")), to_number(light.limits.get("max_kelvin"))
    return round(min(high or kelvin, max(low or kelvin, kelvin)))
