"""Timers that are called by their name alone: "cancel the rice", "stop the pasta", where such a timer runs."""

import re
from collections.abc import Mapping
from typing import Final

from devices.names import fold
from skills.model import Match
from skills.views import AgendaView, Kind

_INTENTS: Final[Mapping[str, str]] = {
    "end": "HassCancelTimer",
    "hold": "HassPauseTimer",
    "on": "HassUnpauseTimer",
    "left": "HassTimerStatus",
}
_FORM: Final = re.compile(
    r"(?i)^\W*(?:please |bitte |and |und )*(?:"
    r"(?P<end>cancel|stop|end|drop|abort|forget|stoppe?|beende|lösche?)"
    r"|(?P<hold>pause|hold|pausiere)|(?P<on>resume|continue|unpause)"
    r"|(?P<left>how (?:long|much longer|much time) (?:for|does|do|is|are|until|till)"
    r"|wie lange (?:noch|brauchen|braucht))"
    r") (?:the |my |our |der |die |das |den |meine?n? )?(?P<name>.+?)"
    r"(?: (?:please|now|bitte|noch|need|needs|take|have left|left))*\W*$"
)


def of_timer(text: str, agenda: AgendaView) -> Match | None:
    """Return what is wished of the timer whose whole name a text says; ``None``: no timer is called so."""
    said = _FORM.match(text)
    if said is None:
        return None
    name = fold(said["name"])
    called = next((one.name for one in agenda.open(Kind.TIMER) if one.name and fold(one.name) == name), None)
    verb = next(verb for verb in _INTENTS if said[verb])
    return None if called is None else Match(_INTENTS[verb], {"name": called})
