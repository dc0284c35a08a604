"""Why a wish gives way, in words."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from daemon.household import Household
from daemon.precedence.ranks import BY_HAND, Hold, Rank
from devices.model import Entity
from skills.builtin.times import lasting
from skills.builtin.words import called, listing
from skills.language import say
from skills.model import Origin

_DID: Mapping[str, str] = {
    "turn_on": "{who} turned it on {ago}",
    "turn_off": "{who} turned it off {ago}",
    "open_cover": "{who} opened it {ago}",
    "open_valve": "{who} opened it {ago}",
    "close_cover": "{who} closed it {ago}",
    "close_valve": "{who} closed it {ago}",
    "lock": "{who} locked it {ago}",
    "unlock": "{who} unlocked it {ago}",
}

_BY_HAND: Mapping[str, str] = {
    "turn_on": "somebody or something else turned it on {ago}",
    "turn_off": "somebody or something else turned it off {ago}",
    "open_cover": "somebody or something else opened it {ago}",
    "close_cover": "somebody or something else closed it {ago}",
}


def because_of(held: Hold, household: Household, alarms: Iterable[Entity], now: datetime) -> str:
    """Return why something stays as it is held: ``Anna turned it off 10 minutes ago``."""
    if held.rank is Rank.SAFETY:
        reporting = listing([called(sensor) for sensor in alarms])
        return say("it is about safety: {things}", things=reporting) if reporting else say("it is about safety")
    ago = _ago((now - held.at).total_seconds())
    if held.cause.startswith(BY_HAND) and held.name is None:
        return say(_BY_HAND.get(held.service, "somebody or something else set it {ago}"), ago=ago)
    person = household.known(held.person)
    who = person.name if person is not None else _nobody(held)
    return say(_DID.get(held.service, "{who} set it {ago}"), who=who, ago=ago)


def pulled_at() -> str:
    """Return why something stays as it was last set by one of several who pull at it."""
    return say("several pull it to and fro, so it stays as it is")


def _nobody(held: Hold) -> str:
    if held.rank is not Rank.AGENT:
        return held.name or say("somebody")
    return say("another program") if held.origin in (Origin.MCP, Origin.MQTT) else say("a plan")


def _ago(seconds: float) -> str:
    if seconds < 60:
        return say("just now")
    return say("{length:dat} ago", length=lasting(seconds // 60 * 60))
