"""The effects by which people in the house reach each other: words that are passed on, and the intercom."""

from devices.model import AreaId
from skills.actions import Name, Parameters, Text
from skills.model import Action


class SatelliteIntercom(Parameters):
    """Parameters of ``satellite.intercom``: let two rooms talk with each other; with no other one, hang up."""

    here: AreaId
    """From where it is wanted: nobody opens a line between two other rooms."""
    there: AreaId | None = None


class NoticeTell(Parameters):
    """Parameters of ``notice.tell``: pass on what one person wants another to know, wherever that one is."""

    text: Text
    person: Name
    """Whom to tell, by name or id."""


def satellite_intercom(here: AreaId, there: AreaId | None = None) -> Action:
    """Let two rooms talk with each other; with no other one, end what goes on."""
    return Action("satellite.intercom", {"here": here, "there": there})


def notice_tell(text: str, person: str) -> Action:
    """Pass a text on to a person."""
    return Action("notice.tell", {"text": text, "person": person})
