"""Heating and cooling: the set temperature, warmer and cooler, modes, presets; water heaters too."""

from collections.abc import Sequence
from pathlib import Path

from devices.model import Call, Capability, Entity, State
from skills.api import Skill
from skills.builtin.doing import Deed, act, many, nothing_there, parted, takes, wishes
from skills.builtin.states import as_of, is_known, unknown
from skills.builtin.switches import TURNED_OFF, TURNED_ON
from skills.builtin.words import (
    MOST_NAMES,
    called,
    degrees,
    join,
    listing,
    names,
    number,
    place,
    room,
    to_number,
)
from skills.language import say, term
from skills.model import Reply, Request

DOMAINS = ("climate", "water_heater")
LEAST_FAHRENHEIT = 45.0
"""Where Fahrenheit was said, a lower number was said of another room in degrees Celsius. Thermostats have Celsius."""
STEP_DEGREES = 1.0
"""How much "warmer" is, unless the sentence says how much."""
ON_MODES = ("auto", "heat_cool", "heat", "cool")
"""What "turn the heating on" means, the first that the thermostat has."""

_NOT_BY_TEMPERATURE = "{things} {things:is|are} not set by temperature"
_SET = "{things} {things:is|are} set to {degrees}"
_ROOM_SET = "{room} is set to {degrees}"
_MODE = Deed("{things} can't be set to {mode}", "{things} {things:is|are} set to {mode}", "I set {things} to {mode}")
_PRESET = Deed("{things} can't be set to {mode}", "{things} {things:is|are} in {mode} mode", "I set {things} to {mode}")
_FAN = Deed("{things} can't set a fan to {mode}", "the fan of {things:dat} is set to {mode}")

skill = Skill("climate")
skill.sentences(Path(__file__).parent / "sentences")


@skill.handles("HassClimateSetTemperature")
async def set_temperature(request: Request, temperature: object = None) -> Reply:
    """Answer "set the bedroom to 21 degrees". Out of range is answered, not clamped: "100" is a word misheard."""
    wanted = to_number(temperature)
    if wanted is None:
        return Reply(say("I did not hear which temperature."))
    if wanted >= LEAST_FAHRENHEIT and "fahrenheit" in request.utterance.text.casefold():
        wanted = round(2 * (wanted - 32) / 1.8) / 2
    able = [entity for entity in request.targets if Capability.TARGET_TEMPERATURE in entity.capabilities]
    if not able:
        others = request.targets
        return Reply(join([say(_NOT_BY_TEMPERATURE, things=names(others))])) if others else nothing_there()
    fits, beyond = parted(able, lambda entity: _range(entity)[0] <= wanted <= _range(entity)[1])
    refused = [_only_from_to(entity) for entity in beyond[:MOST_NAMES]]
    done = [_set_words(request, fits, wanted)] if fits else []
    return Reply(join([*done, *refused]), do=wishes(_setting(entity, wanted) for entity in fits))


@skill.handles("HassClimateGetTemperature")
async def get_temperature(request: Request) -> Reply:
    """Answer "what is the temperature in the bedroom?" from thermostats, else from temperature sensors."""
    said: list[str] = []
    silent: list[str] = []
    for entity in request.targets[:MOST_NAMES]:
        state = request.home.state(entity.id)
        measured = _measured(entity, state)
        if state is None or not is_known(state):
            silent.append(unknown(entity, state, request.now))
        elif measured is not None:
            where = (
                place(request.match.slots)
                if len(request.targets) == 1
                else f" {say('at {thing:dat}', thing=called(entity))}"
            )
            said.append(f"{degrees(measured)}{where}{as_of(entity, state, request.now)}")
    if not said:
        return Reply(join(silent) or say("I have no thermometer there."))
    return Reply(join([say("it is {degrees}", degrees=listing(said)), *silent]))


@skill.command()
async def warmer(request: Request, step: object = None) -> Reply:
    """Answer "make it warmer", "two degrees warmer in the bedroom"."""
    return _moved(request, to_number(step) or STEP_DEGREES)


@skill.command()
async def cooler(request: Request, step: object = None) -> Reply:
    """Answer "it's too warm in the office"."""
    return _moved(request, -(to_number(step) or STEP_DEGREES))


@skill.command()
async def mode(request: Request, mode: object = None) -> Reply:
    """Answer "set the living room thermostat to heat"; a water heater has operation modes instead."""
    wanted = str(mode)
    if request.targets and all(entity.domain == "water_heater" for entity in request.targets):
        service, key = "set_operation_mode", "operation_mode"
    else:
        service, key = "set_hvac_mode", "hvac_mode"
    return act(request, service, {key: wanted}, deed=_MODE, mode=term("mode", wanted.replace("_", " ")))


@skill.command()
async def preset(request: Request, preset: object = None) -> Reply:
    """Answer "set the bedroom radiator to eco"."""
    wanted = str(preset)
    return act(request, "set_preset_mode", {"preset_mode": wanted}, deed=_PRESET, mode=term("mode", wanted))


@skill.handles("HassClimateSetFanMode")
async def fan_mode(request: Request, fan_mode: object = None) -> Reply:
    """Answer "set the fan mode in the office to high"."""
    wanted = str(fan_mode)
    return act(request, "set_fan_mode", {"fan_mode": wanted}, deed=_FAN, mode=term("mode", wanted))


@skill.handles("HassTurnOn", domains=DOMAINS)
async def turn_on(request: Request) -> Reply:
    """Answer "turn on the heating"."""
    return _switched(request, on=True)


@skill.handles("HassTurnOff", domains=DOMAINS)
async def turn_off(request: Request) -> Reply:
    """Answer "turn off the heating upstairs"."""
    return _switched(request, on=False)


def _switched(request: Request, *, on: bool) -> Reply:
    """Return the wish for on or off: as such, or as the mode that means it."""
    if not request.targets:
        return nothing_there()
    ways = {entity.id: _way(entity, on=on) for entity in request.targets}
    can, others = parted(request.targets, lambda entity: ways[entity.id] is not None)
    deed = TURNED_ON if on else TURNED_OFF
    return Reply(
        join([deed.said(request, can) if can else "", deed.refused(others)]),
        do=wishes(call for call in ways.values() if call is not None),
    )


def _way(entity: Entity, *, on: bool) -> Call | None:
    plain = Call(entity.id, "turn_on" if on else "turn_off")
    modes = [Call(entity.id, "set_hvac_mode", {"hvac_mode": mode}) for mode in (ON_MODES if on else ("off",))]
    return next((call for call in (plain, *modes) if takes(call, entity)), None)


def _moved(request: Request, step: float) -> Reply:
    """Return the wish for a few degrees more or less than what is set now, within what can be set."""
    able = [entity for entity in request.targets if Capability.TARGET_TEMPERATURE in entity.capabilities]
    if not able:
        others = request.targets
        return Reply(join([say(_NOT_BY_TEMPERATURE, things=names(others))])) if others else nothing_there()
    known = [(entity, now) for entity in able if (now := _target(request, entity)) is not None]
    if not known:
        return Reply(join([say("I don't know what {things} {things:is|are} set to", things=names(able))]))
    after = {entity.id: _clamped(entity, now + step) for entity, now in known}
    moving = [entity for entity, now in known if after[entity.id] != now]
    if not moving:
        entity, now = known[0]
        text = "{things} {things:is|are} already at {degrees}, and that is the limit"
        return Reply(join([say(text, things=called(entity), degrees=degrees(now))]))
    calls = [_setting(entity, after[entity.id]) for entity in moving]
    if len({after[entity.id] for entity in moving}) == 1:
        return Reply(join([_set_words(request, moving, after[moving[0].id])]), do=wishes(calls))
    turned = "I turned {things} up" if step > 0 else "I turned {things} down"
    return Reply(join([say(turned, things=many(request, moving))]), do=wishes(calls))


def _measured(entity: Entity, state: State | None) -> float | None:
    if state is None:
        return None
    return to_number(state.value if entity.domain == "sensor" else state.attributes.get("current_temperature"))


def _setting(entity: Entity, wanted: float) -> Call:
    return Call(entity.id, "set_temperature", {"temperature": wanted})


def _target(request: Request, entity: Entity) -> float | None:
    state = request.home.state(entity.id)
    return to_number(state.attributes.get("temperature")) if state is not None and state.available else None


def _range(entity: Entity) -> tuple[float, float]:
    low, high = to_number(entity.limits.get("min")), to_number(entity.limits.get("max"))
    return (low if low is not None else float("-inf"), high if high is not None else float("inf"))


def _clamped(entity: Entity, wanted: float) -> float:
    low, high = _range(entity)
    return min(high, max(low, wanted))


def _only_from_to(entity: Entity) -> str:
    low, high = _range(entity)
    text = "{thing} can only be set from {low} to {high}"
    return say(text, thing=called(entity), low=number(low), high=degrees(high))


def _set_words(request: Request, entities: Sequence[Entity], wanted: float) -> str:
    """Return what is set: the room if a room was meant, else the things."""
    area = request.match.slots.get("area")
    if area and "name" not in request.match.slots and all(entity.domain == "climate" for entity in entities):
        return say(_ROOM_SET, room=room(str(area)), degrees=degrees(wanted))
    return say(_SET, things=many(request, entities), degrees=degrees(wanted))
