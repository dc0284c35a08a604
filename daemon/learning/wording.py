"""What one could have said for commands: sentences of the grammar, the most general first.

They are candidates: whoever takes one has the grammar read it, and looks whether it means what was done.
"""

from collections.abc import Iterator, Mapping, Sequence

from devices.model import AreaId, Entity, HomeView
from devices.names import fold
from skills.builtin.times import length_of
from skills.model import Match

Forms = Mapping[str, str]

_FORMS: Mapping[str, Forms] = {
    "en": {
        "HassTurnOn": "turn on {what}",
        "HassTurnOff": "turn off {what}",
        "open": "open {what}",
        "close": "close {what}",
        "HassLightSet": "set {what} to {brightness} percent",
        "HassSetPosition": "set {what} to {position} percent",
        "HassClimateSetTemperature": "set {what} to {temperature} degrees",
        "HassSetVolume": "set the volume of {what} to {volume_level} percent",
        "HassFanSetSpeed": "set {what} to {percentage} percent",
        "HassMediaPause": "pause {what}",
        "HassMediaUnpause": "resume {what}",
        "HassVacuumStart": "start {what}",
        "HassVacuumReturnToBase": "send {what} home",
        "HassStartTimer": "set a timer for {length}",
        "HassShoppingListAddItem": "put {item} on the shopping list",
        "plans.movie": "prepare a movie night",
        "plans.safe": "make the house safe for the night",
        "directives.shop": "do the weekly shopping from the meal plan",
        "directives.visit": "get the house ready for guests",
    },
    "de": {
        "HassTurnOn": "schalte {what} ein",
        "HassTurnOff": "schalte {what} aus",
        "open": "öffne {what}",
        "close": "schließe {what}",
        "HassLightSet": "stelle {what} auf {brightness} Prozent",
        "HassSetPosition": "stelle {what} auf {position} Prozent",
        "HassClimateSetTemperature": "stelle {what} auf {temperature} Grad",
        "HassSetVolume": "stelle die Lautstärke von {what} auf {volume_level} Prozent",
        "HassFanSetSpeed": "stelle {what} auf {percentage} Prozent",
        "HassMediaPause": "pausiere {what}",
        "HassMediaUnpause": "setze {what} fort",
        "HassVacuumStart": "starte {what}",
        "HassVacuumReturnToBase": "schicke {what} nach Hause",
        "HassStartTimer": "stelle einen Timer auf {length}",
        "HassShoppingListAddItem": "setze {item} auf die Einkaufsliste",
        "plans.movie": "bereite einen Filmabend vor",
        "plans.safe": "mach das Haus sicher für die Nacht",
        "directives.shop": "mach den Wocheneinkauf nach dem Essensplan",
        "directives.visit": "mach das Haus bereit für Gäste",
    },
}
_KINDS: Mapping[str, Forms] = {
    "en": {"light": "the lights", "cover": "the blinds", "fan": "the fan"},
    "de": {"light": "das Licht", "cover": "die Rollos", "fan": "den Ventilator"},
}
"""What harms nobody by whichever room it is taken for."""
_IN: Mapping[str, Sequence[str]] = {"en": ("in the {room}",), "de": ("im {room}", "in der {room}", "in {room}")}
_AND: Forms = {"en": " and ", "de": " und "}
_UNITS: Mapping[str, Sequence[tuple[int, str, str]]] = {
    "en": ((3600, "hour", "hours"), (60, "minute", "minutes"), (1, "second", "seconds")),
    "de": ((3600, "Stunde", "Stunden"), (60, "Minute", "Minuten"), (1, "Sekunde", "Sekunden")),
}
_HERE = frozenset({"here", "hier"})
_OPENED = frozenset({"cover", "valve"})


def sentences(match: Match, home: HomeView, language: str, *, said: str, area: AreaId | None) -> Iterator[str]:
    """Yield what one could have said for a command, the most general first; nothing where there are no words of ours.

    ``said`` and ``area`` are what was said instead, and where: of what was said about a room as such, the words hold
    for every room, and "here" is no room that has a name.
    """
    forms = _FORMS.get(language, {})
    things = [thing for target in match.targets if (thing := home.entity(target)) is not None]
    opens = bool(things) and all(thing.domain in _OPENED for thing in things)
    kind = {"HassTurnOn": "open", "HassTurnOff": "close"}.get(match.intent, match.intent) if opens else match.intent
    form = forms.get(kind)
    if form is None or ("{what}" in form) != bool(things):
        return
    slots = {"length": _length(round(length_of(match.slots)), language), **match.slots}
    for what in _whats(things, home, language, said=said, area=area) if things else ("",):
        yield form.format(**{**slots, "what": what})


def joined(parts: Sequence[str], language: str) -> str:
    """Return several sentences as one."""
    return _AND[language].join(parts)


def _whats(things: Sequence[Entity], home: HomeView, language: str, *, said: str, area: AreaId | None) -> Iterator[str]:
    words, rooms, kinds = fold(said).split(), {thing.area for thing in things}, {thing.domain for thing in things}
    room = home.area(one) if len(rooms) == 1 and (one := next(iter(rooms))) is not None else None
    kind = _KINDS[language].get(next(iter(kinds))) if len(kinds) == 1 else None
    named = room is not None and any(set(fold(name).split()) <= set(words) for name in (room.name, *room.aliases))
    if kind is not None and room is not None:
        if room.id == area and not named:
            yield kind
        if named:
            yield from (f"{kind} {place.format(room=room.name)}" for place in _IN[language])
    if not _HERE.isdisjoint(words):
        return
    names = [thing.name for thing in things]
    yield f"the {names[0]}" if language == "en" and len(names) == 1 else _AND[language].join(names)


def _length(seconds: int, language: str) -> str:
    """Return a length in its largest whole unit: 240 seconds are 4 minutes."""
    size, one, many = next(unit for unit in _UNITS[language] if seconds % unit[0] == 0)
    count = seconds // size
    return f"{count} {one if count == 1 else many}"
