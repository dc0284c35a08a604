"""What the house has, for those who look for faults: what is silent so far too, and the household's calendars."""

from dataclasses import replace

from daemon.routines.playing.house import House, Thing, house_seen
from daemon.routines.world import World
from devices.home import Home
from devices.names import slug
from skills.views import CalendarView

UNKNOWN = "unknown"


def house_here(world: World, home: Home, calendar: CalendarView) -> House:
    """Return the house as it is seen, with what is in it and has no state yet: lamps, scenes, scripts, calendars.

    What a scene or a script does is not known here: it counts as there, and as doing nothing that is known.
    """
    seen = house_seen(world)
    silent = {
        str(one.id): Thing(
            str(one.id), one.name, None if one.area is None else str(one.area), UNKNOWN, _kind(one.device_class)
        )
        for one in home.entities()
        if one.id not in seen.things
    }
    names = [note.name for note in calendar.calendars()]
    ours = {
        entity: Thing(entity, name, state="off")
        for name in names
        for entity in (f"calendar.{slug(name)}", f"calendar.hearth_{slug(name)}")
    }
    return replace(seen, things={**ours, **silent, **seen.things})


def _kind(device_class: str | None) -> dict[str, str]:
    return {} if device_class is None else {"device_class": device_class}
