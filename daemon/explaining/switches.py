"""The buttons and switches of a room, and whether one was pressed as something turned: then a hand did it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from daemon.explaining.record import Record, Turn
from devices.model import Entity

JUST_BEFORE: Final = timedelta(seconds=3)
"""A press is told so long before what it does, over a slow radio."""
JUST_AFTER: Final = timedelta(seconds=1)
"""A lamp that is bound to a switch may report before the switch does."""
MOST_NEAR: Final = 20
_NO_PRESS: Final = frozenset({"", "none", "unknown", "unavailable"})


def is_button(entity: Entity) -> bool:
    """Say whether something tells that it was pressed: an event of a button, or what a remote was last used for.

    Zigbee2MQTT 2 tells presses by ``event`` entities, and by ``sensor.…_action`` where its older sensors are on.
    """
    if entity.domain == "event":
        return entity.device_class in (None, "button")
    return entity.domain == "sensor" and entity.id.endswith("_action")


def buttons_near(things: Sequence[str], known: Mapping[str, Entity]) -> Sequence[str]:
    """Return the buttons of some things themselves, then those in their rooms; no more than `MOST_NEAR`."""
    about = [known[one] for one in things if one in known]
    devices = {one.device for one in about if one.device is not None}
    rooms = {one.area for one in about if one.area is not None}
    buttons = [one for one in known.values() if is_button(one)]
    own = [one.id for one in buttons if one.device in devices]
    return [*own, *(one.id for one in buttons if one.area in rooms and one.device not in devices)][:MOST_NEAR]


def is_pressed(turn: Turn, record: Record) -> bool:
    """Say whether a button was pressed, on the thing itself or in its room, as it turned."""
    buttons = frozenset(buttons_near([turn.entity], record.timeline.things))
    return any(
        event.entity in buttons
        and (event.to or "").lower() not in _NO_PRESS
        and -JUST_BEFORE <= event.at - turn.at <= JUST_AFTER
        for event in record.of("became", "elsewhere")
    )
