"""The literal words for a call, for a confirmation and for the journal: ``unlock Front Door``."""

import re
from collections.abc import Mapping, Sequence

from devices.model import Entity
from skills.builtin.words import called, counted, listed
from skills.language import ENGLISH, Words, current, say, term

MOST_NAMED = 4
"""More devices than this are counted, not named."""
_PLACE = re.compile(r"\{(\w+)\}")
_PHRASES = {
    "turn_on": "turn on {things}",
    "turn_off": "turn off {things}",
    "toggle": "toggle {things}",
    "lock": "lock {things}",
    "unlock": "unlock {things}",
    "start": "start {things}",
    "pause": "pause {things}",
    "press": "press {things}",
    "locate": "locate {things}",
    "open_cover": "open {things}",
    "close_cover": "close {things}",
    "stop_cover": "stop {things}",
    "set_cover_position": "move {things} to {position} %",
    "set_cover_tilt_position": "tilt {things} to {tilt_position} %",
    "open_valve": "open {things}",
    "close_valve": "close {things}",
    "stop_valve": "stop {things}",
    "set_valve_position": "move {things} to {position} %",
    "open": "unlatch {things}",
    "set_temperature": "set {things} to {temperature} degrees",
    "volume_set": "set the volume of {things} to {volume_level}",
    "set_hvac_mode": "set {things} to {hvac_mode}",
    "set_preset_mode": "set {things} to {preset_mode}",
    "set_fan_mode": "set {things} to {fan_mode}",
    "set_mode": "set {things} to {mode}",
    "set_operation_mode": "set {things} to {operation_mode}",
    "set_percentage": "set {things} to {percentage} %",
    "set_humidity": "set {things} to {humidity} %",
    "media_play": "play {things}",
    "media_pause": "pause {things}",
    "media_stop": "stop {things}",
    "media_next_track": "skip forward on {things}",
    "media_previous_track": "skip back on {things}",
    "select_source": "switch {things} to {source}",
    "return_to_base": "send {things} home",
    "dock": "send {things} home",
    "start_mowing": "start {things}",
    "alarm_arm_home": "arm {things} for being home",
    "alarm_arm_away": "arm {things} for being away",
    "alarm_arm_night": "arm {things} for the night",
    "alarm_arm_vacation": "arm {things} for the holidays",
    "alarm_disarm": "disarm {things}",
    "install": "install the update of {things}",
    "set_value": "set {things} to {value}",
    "select_option": "set {things} to {option}",
}


def described(service: str, data: Mapping[str, object], names: Words) -> str:
    """Return the words for ``service`` on what ``names`` says; values that the phrase does not name follow it."""
    phrase = _PHRASES.get(service, "")
    used = set(_PLACE.findall(phrase)) - {"things"}
    if not phrase or not used <= data.keys():
        words, used = say("{service} {things:acc}", service=service.replace("_", " "), things=names), set[str]()
    else:
        words = say(phrase, things=names, **{key: _told(key, data[key]) for key in used})
    # A code is a secret, and how fast a light fades does not matter to anybody later.
    told = {key: item for key, item in data.items() if key not in {*used, "code", "transition"}}
    rest = [f"{term('setting', key.replace('_', ' '))} {_told(key, item)}" for key, item in told.items()]
    return ", ".join([words, *rest])


_WHOLE: Mapping[str, float] = {"brightness": 255, "volume_level": 1}
"""What is all of a setting; people think of it in percent."""


def _told(key: str, value: object) -> str:
    if key in _WHOLE and isinstance(value, int | float):
        return f"{round(100 * value / _WHOLE[key])} %"
    return _value(value)


def _value(value: object) -> str:
    if isinstance(value, str):
        return value
    plain = f"{value:g}" if isinstance(value, float) else str(value)
    return plain if current().code == ENGLISH else plain.replace(".", current().decimal)


def named(entities: Sequence[Entity | str]) -> Words:
    """Return the names of entities in one phrase, or how many there are; a missing one goes by its id."""
    if len(entities) > MOST_NAMED:
        return counted(len(entities), "device") if current().code != ENGLISH else Words(f"{len(entities)} devices")
    plain = current().code == ENGLISH
    return listed(
        [Words(one) if isinstance(one, str) else Words(one.name) if plain else called(one) for one in entities]
    )
