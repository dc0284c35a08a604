"""The literal words for a call, for a confirmation and for the journal: ``unlock Front Door``."""

import re
from collections.abc import Mapping, Sequence

from devices.model import Entity

MOST_NAMED = 4
"""More devices than this are counted, not named."""
_PLACE = re.compile(r"\{(\w*)\}")
_PHRASES = {
    "open_cover": "open {}",
    "close_cover": "close {}",
    "stop_cover": "stop {}",
    "set_cover_position": "move {} to {position} %",
    "set_cover_tilt_position": "tilt {} to {tilt_position} %",
    "open_valve": "open {}",
    "close_valve": "close {}",
    "stop_valve": "stop {}",
    "set_valve_position": "move {} to {position} %",
    "open": "unlatch {}",
    "set_temperature": "set {} to {temperature} degrees",
    "volume_set": "set the volume of {} to {volume_level}",
    "set_hvac_mode": "set {} to {hvac_mode}",
    "set_preset_mode": "set {} to {preset_mode}",
    "set_fan_mode": "set {} to {fan_mode}",
    "set_mode": "set {} to {mode}",
    "set_operation_mode": "set {} to {operation_mode}",
    "set_percentage": "set {} to {percentage} %",
    "set_humidity": "set {} to {humidity} %",
    "media_play": "play {}",
    "media_pause": "pause {}",
    "media_stop": "stop {}",
    "media_next_track": "skip forward on {}",
    "media_previous_track": "skip back on {}",
    "select_source": "switch {} to {source}",
    "return_to_base": "send {} home",
    "dock": "send {} home",
    "start_mowing": "start {}",
    "alarm_arm_home": "arm {} for being home",
    "alarm_arm_away": "arm {} for being away",
    "alarm_arm_night": "arm {} for the night",
    "alarm_arm_vacation": "arm {} for the holidays",
    "alarm_disarm": "disarm {}",
    "install": "install the update of {}",
    "set_value": "set {} to {value}",
    "select_option": "set {} to {option}",
}


def described(service: str, data: Mapping[str, object], names: str) -> str:
    """Return the words for ``service`` on what ``names`` says; values that the phrase does not name follow it."""
    phrase = _PHRASES.get(service, "")
    used = set(_PLACE.findall(phrase)) - {""}
    if not phrase or not used <= data.keys():
        phrase, used = f"{service.replace('_', ' ')} {{}}", set[str]()
    # Not `format`: names and values come from outside, and may hold braces.
    words = _PLACE.sub(lambda place: str(data[place[1]]) if place[1] else names, phrase)
    # A code is a secret, and how fast a light fades does not matter to anybody later.
    rest = [f"{key.replace('_', ' ')} {item}" for key, item in data.items() if key not in {*used, "code", "transition"}]
    return ", ".join([words, *rest])


def named(entities: Sequence[Entity | str]) -> str:
    """Return the names of entities in one phrase, or how many there are; a missing one goes by its id."""
    names = [entity if isinstance(entity, str) else entity.name for entity in entities]
    if len(names) > MOST_NAMED:
        return f"{len(names)} devices"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
