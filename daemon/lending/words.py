"""Rights in words, made of what they are about and never of what somebody said they are."""

from collections.abc import Mapping

from daemon.household import Household
from daemon.household.rights import EVERYBODY, UNKNOWN, Right
from devices.model import HomeView
from skills.builtin.words import called, listed, room
from skills.language import Words, say

_ROLES: Mapping[str, str] = {
    "owner": "the owners",
    "adult": "adults",
    "child": "children",
    "guest": "guests",
    EVERYBODY: "everybody",
    UNKNOWN: "who I do not know",
}
_KINDS: Mapping[str, str] = {
    "light": "the lights",
    "climate": "the heating",
    "cover": "the blinds and doors",
    "lock": "the locks",
    "media_player": "music and television",
    "switch": "the switches",
    "fan": "the fans",
    "vacuum": "the vacuum cleaner",
    "alarm_control_panel": "the alarm system",
    "valve": "the valves",
    "scene": "the scenes",
    "script": "the scripts",
    "humidifier": "the humidifier",
}


def who_of(who: str, household: Household, guest: str | None = None) -> str:
    """Return how somebody is called who has a right: ``Tom``, ``the sitter``, ``guests``."""
    person = next((one for one in (*household.people.values(), *household.guests.values()) if one.id == who), None)
    return person.name if person is not None else say(_ROLES[who]) if who in _ROLES else guest or who


def what_of(right: Right, home: HomeView) -> Words:
    """Return what a right is about: ``the front door``, ``the heating``, ``the things in the study``."""
    rooms = [area.name.lower() for one in sorted(right.areas) if (area := home.area(one)) is not None]
    where = [Words(say("{room:in}", room=room(name))) for name in rooms]
    if not (right.things or right.domains):
        if not where:
            return Words(say("everything"))
        return Words(say("the things {where}", where=listed(where)))
    things = [called(entity) for one in sorted(right.things) if (entity := home.entity(one)) is not None]
    things += [Words(one) for one in sorted(right.things) if home.entity(one) is None]
    things += [Words(say(_KINDS[kind]) if kind in _KINDS else kind) for kind in sorted(right.domains)]
    if where:
        return Words(say("{things} {where}", things=listed(things), where=listed(where)))
    return listed(things)
