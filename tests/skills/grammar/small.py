"""A small house and small grammars for the tests of the sentence engine."""

from collections.abc import Mapping, Sequence

from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId, Floor, FloorId
from skills.grammar.automaton import Automaton
from skills.grammar.documents import merge
from skills.grammar.engine import Engine
from skills.grammar.house import House
from skills.grammar.lattice import STRICT, Leniency
from skills.grammar.lexicon import Lexicon
from skills.grammar.manners import Manners
from skills.grammar.search import Found, search
from skills.grammar.templates import compile_book
from skills.grammar.tokens import tokenize

KITCHEN, HALL, BEDROOM, OFFICE = AreaId("kitchen"), AreaId("hall"), AreaId("bedroom"), AreaId("office")
AREAS = {"Kitchen": "ground", "Hall": "ground", "Bedroom": "first", "Office": "first"}
ENTITIES: Sequence[tuple[str, str, str | None, str | None]] = (
    ("light.kitchen_ceiling", "Kitchen Ceiling", "kitchen", None),
    ("light.counter", "Counter Light", "kitchen", None),
    ("light.hall_lamp", "Hall Lamp", "hall", None),
    ("light.desk_lamp", "Desk Lamp", "office", None),
    ("light.office_spot", "Spot", "office", None),
    ("light.bedroom_spot", "Spot", "bedroom", None),
    ("switch.coffee", "Coffee Maker", "kitchen", None),
    ("fan.tower", "Tower Fan", "bedroom", None),
    ("cover.kitchen_blind", "Kitchen Blind", "kitchen", "blind"),
    ("cover.bedroom_blind", "Bedroom Blind", "bedroom", "blind"),
    ("cover.office_blind", "Office Blind", "office", "blind"),
    ("cover.garage", "Garage Door", None, "garage"),
    ("lock.front_door", "Front Door", "hall", None),
    ("lock.back_door", "Back Door", "kitchen", None),
    ("climate.bedroom", "Bedroom Radiator", "bedroom", None),
    ("media_player.speaker", "Kitchen Speaker", "kitchen", None),
    ("media_player.radio", "Bedroom Speaker", "bedroom", None),
    ("sensor.outside", "Outside Temperature", None, "temperature"),
    ("scene.movie", "Movie Night", None, None),
    ("vacuum.rover", "Rover", "hall", None),
    ("todo.shopping", "Shopping List", None, None),
)


def house() -> Home:
    """Return a house of four rooms on two floors."""
    home = Home(
        floors=[
            Floor(FloorId("ground"), "Ground Floor", ("downstairs",)),
            Floor(FloorId("first"), "Top", ("upstairs",)),
        ],
        areas=[Area(AreaId(name.lower()), name, (), FloorId(floor)) for name, floor in AREAS.items()],
    )
    for key, name, area, device_class in ENTITIES:
        domain = key.partition(".")[0]
        home.add(Entity(EntityId(key), name, domain, device_class, None if area is None else AreaId(area)))
    return home


def read(document: Mapping[str, object], text: str, leniency: Leniency = STRICT) -> list[Found]:
    """Return the ways in which a text is a sentence of a document, in the small house."""
    book = merge("en", [document])
    rooms = House()
    rooms.follow(house())
    return search(Automaton(compile_book(book)), Lexicon(book, rooms), tokenize(text), leniency)


def engine(document: Mapping[str, object]) -> Engine:
    """Return an engine that knows the sentences of one document only."""
    book = merge("en", [document])
    return Engine(book, Automaton(compile_book(book)), Manners())


def slots(found: Sequence[Found]) -> list[dict[str, object]]:
    """Return what each way captured."""
    return [{c.slot.name: c.value.out for c in one.captures if c.slot.captured} for one in found]


def saying(*sentences: str, **more: object) -> dict[str, object]:
    """Return a document of one intent with these sentences; `more` are lists, rules and the like."""
    return {"language": "en", "intents": {"Say": {"data": [{"sentences": list(sentences)}]}}, **more}
