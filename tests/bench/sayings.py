"""What is said to a house while it is measured: kinds of utterances without end, in English and German."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count

from devices.home import Home
from skills.grammar.tokens import MOST_TOKENS

Saying = Callable[[Home], Iterator[str]]
Forms = Mapping[str, Sequence[str]]

SEED = 7

MATCH, NONE, HEAP = "match", "none", "heap"

ENGLISH: Forms = {
    MATCH: (
        "turn on the {name}",
        "turn off the lights in the {room}",
        "set a timer for {n} minutes",
        "is the {name} on",
        "set the {room} lights to {n} percent",
        "please turn the {name} off",
        "what is the temperature in the {room}",
        "turn off the {room} lights and turn on the {name}",
        "add milk to my shopping list",
        "hey jarvis could you turn up the {room} volume by {n} percent",
    ),
    "tolerant": (
        "could you just turn on that {name} for me",
        "{room} lights off",
        "i'd like the {room} lights at {n} percent please",
        "lights in the {room} {n} percent",
        "shut off the the {name}",
        "turn on {name} and uh the {room} lights",
    ),
    "misspelt": (
        "tunr on the {name}",
        "turn on the {typo}",
        "set the {room} lihgts to {n} percent",
        "set a tiemr for {n} minutes",
        "tern of the {name}",
        "switch on the {typo} pleese",
    ),
    NONE: (
        "turn on the flux capacitor in the observatory {n}",
        "what do you think about the election result number {n}",
        "we should paint the hallway in a lighter shade of blue {n}",
        "don't turn on the kitchen lights {n}",
        "the timer on the oven never works since we moved {n} years ago",
        "book me a table for {n} people at the italian restaurant tomorrow",
        "turn on the lights in the barn and the stable and the henhouse {n}",
        "could you please remind everybody that dinner is almost ready {n}",
    ),
    "chatter": (
        "so i told her we could meet at {n} and she just laughed about it",
        "did you see that the {room} of the neighbours has a new carpet",
        "there were {n} people in front of us and nobody said a word",
        "my brother says the {name} is what he wants for his birthday",
    ),
    "long": (
        (
            "well you know i was thinking that when we come home tonight after the long meeting with all of the "
            "neighbours about the new playground and the {n} trees it would be really nice if somebody had cooked"
        ),
    ),
}

GERMAN: Forms = {
    MATCH: (
        "schalte {name} ein",
        "mach das licht aus",
        "stelle einen timer auf {n} minuten",
        "ist {name} an",
        "bitte schalte {name} aus",
        "setze milch auf die einkaufsliste",
        "wie spät ist es",
    ),
    "tolerant": (
        "kannst du mal eben {name} einschalten",
        "{name} aus bitte",
        "ich hätte gern {name} an",
        "schalte {name} ein und dann {name} aus",
    ),
    "misspelt": ("schlate {name} ein", "schalte {typo} ein", "stelle einen tiemr auf {n} minuten", "shalte {typo} aus"),
    NONE: (
        "schalte den fluxkompensator im observatorium {n} ein",
        "was hältst du vom wahlergebnis nummer {n}",
        "wir sollten den flur in einem helleren blau streichen",
        "schalte das küchenlicht nicht ein {n}",
        "reserviere einen tisch für {n} personen beim italiener morgen abend",
        "mach das licht in der scheune und im stall und im hühnerhaus an",
    ),
    "chatter": (
        "dann hab ich ihr gesagt wir treffen uns um {n} und sie hat nur gelacht",
        "hast du gesehen dass die nachbarn einen neuen teppich haben",
        "vor uns standen {n} leute und keiner hat ein wort gesagt",
    ),
    "long": (
        (
            "weißt du ich habe mir überlegt wenn wir heute abend nach der langen sitzung mit all den nachbarn wegen "
            "dem neuen spielplatz und den {n} bäumen nach hause kommen wäre es schön wenn jemand gekocht hätte"
        ),
    ),
}

JOINING = {
    "en": "turn on off the lights in and then set to twenty 50 percent don't if play add list timer for minutes no "
    "wait i mean it them all everything except but",
    "de": "mach das licht in der und dann auf zwanzig 50 prozent nicht wenn spiel timer für minuten alle außer stell "
    "schalte an aus zu nein ich meine",
}
"""What joins, stops and repairs, in which a text branches most."""


def sayings(language: str) -> dict[str, Saying]:
    """Return the kinds of utterances of a language; the last is heaps of names and commanding words."""
    forms = GERMAN if language == "de" else ENGLISH
    kinds = {kind: _formed(kind_forms) for kind, kind_forms in forms.items()}
    return {**kinds, HEAP: lambda home: heaps(language, home)}


def heaps(language: str, home: Home, *, longest: bool = False) -> Iterator[str]:
    """Yield heaps of names and commanding words, of any length or of as many words as are looked at."""
    chance = random.Random(SEED)
    words, names = JOINING[language].split(), _names(home)
    while True:
        size = MOST_TOKENS if longest else chance.choice((6, 10, 15, 25, 40, 80))
        heap = " ".join(chance.choice(chance.choice((words, words, names))) for _ in range(size))
        yield " ".join(heap.split()[:size])


def _formed(forms: Sequence[str]) -> Saying:
    def said(home: Home) -> Iterator[str]:
        chance, names = random.Random(SEED), _names(home)
        rooms = [area.name.lower() for area in home.areas()]
        for number in count():
            name = names[number * 7 % len(names)]
            yield forms[number % len(forms)].format(
                name=name, typo=_misspelt(name, chance), room=rooms[number % len(rooms)], n=number % 90 + 1
            )

    return said


def _names(home: Home) -> list[str]:
    return [entity.name.lower() for entity in home.entities() if entity.domain in ("light", "fan", "switch")]


def _misspelt(name: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(name) - 1)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
