"""Words the questions that come back for what was understood but is not clear, each answer with what it would mean."""

from collections.abc import Mapping, Sequence

from devices.model import Area, Entity, EntityId, HomeView
from skills.grammar.documents import as_set
from skills.grammar.manners import Manners
from skills.grammar.model import Decision, Understanding
from skills.grammar.resolve import INTENT_DOMAINS, Doubt, Reading
from skills.grammar.turns import Kind, Turns
from skills.model import Match

MOST_CHOICES = 5
"""As many devices or rooms as a question names."""

FEW = 3
"""So few devices are asked for by name, more by their room."""

PLACES = frozenset({"name", "area", "floor"})
"""The slots that say which devices are meant."""


def asked(
    readings: Sequence[Reading],
    doubt: Doubt,
    home: HomeView,
    manners: Manners,
    reason: str,
    *,
    alone: bool = True,
    form: str = "",
) -> Understanding:
    """Return the question that settles what is doubtful about `readings`, with what each answer would do.

    Without `alone` the doubt is about one of several commands: no answer says all that is to be done, so none is kept.
    With `form` the question is the one of that name.
    """
    targets = list({entity.id: entity for reading in readings for entity in reading.targets}.values())
    areas = {entity.id: home.area(entity.area) for entity in targets if entity.area is not None}
    rooms = list({area.id: area for area in areas.values() if area is not None}.values())
    if doubt == Doubt.WHERE and (len(targets) <= FEW or len(rooms) < FEW):
        doubt = Doubt.WHICH
    if doubt == Doubt.WHERE:
        answers = {area.name: _in_room(readings[0], area) for area in rooms}
    else:
        answers = _by_name(readings, targets, areas, manners)
    choices = tuple(answers)
    questions = manners.questions
    more = questions.get("elsewhere" if doubt == Doubt.WHERE else "another", "")
    named = (*choices[:MOST_CHOICES], *([more] if more and len(choices) > MOST_CHOICES else []))
    form = form or ("confirm" if doubt == Doubt.WHICH and len(choices) == 1 else str(doubt))
    template = questions.get(form, "{choices}?")
    question = template.format(choices=_listed(named, questions.get("or", " / ")))
    return Understanding(
        Decision.ASK,
        tuple(answers.values()) if alone else (),
        question=question,
        choices=choices,
        confidence=0.5,
        reason=f"{doubt}: {reason}",
    )


def on_or_off(targets: Sequence[Entity], area: Area, kind: Kind, manners: Manners, turns: Turns) -> Understanding:
    """Return the question what is to be done with a kind of devices in a room of which nothing but that was said."""
    questions = manners.questions
    slots = {"area": area.name, "domain": kind.domain}
    if kind.device_class is not None:
        slots["device_class"] = kind.device_class
    ids = tuple(entity.id for entity in targets)
    form, *states = ("move", "open", "close") if kind.domain == "cover" else ("switch", "on", "off")
    choices = tuple(questions.get(state, state) for state in states)
    said = _listed(choices, questions.get("or", " / "))
    template = questions.get(form, "{what} {where}: {choices}?")
    return Understanding(
        Decision.ASK,
        tuple(Match(intent, slots, ids) for intent in ("HassTurnOn", "HassTurnOff")),
        question=template.format(what=turns.called(kind), where=area.name, choices=said),
        choices=choices,
        confidence=0.5,
        reason=f"{Doubt.NAME}: on or off",
    )


def missing(reading: Reading, manners: Manners, turns: Turns) -> str:
    """Return in words what a sentence was about that is not there: ``blinds in the Garage``."""
    slots = reading.slots
    domains = as_set(slots.get("domain")) or INTENT_DOMAINS.get(reading.intent, frozenset())
    classes = as_set(slots.get("device_class"))
    kinds = [
        turns.called(Kind(domain, device_class)) for domain in sorted(domains) for device_class in classes or [None]
    ]
    if reading.intent == "HassClimateGetTemperature" and "thermometer" in manners.questions:
        kinds = [manners.questions["thermometer"]]  # who asks how warm it is misses no radiator
    said = str(slots.get("name") or manners.questions.get("or", " / ").join(dict.fromkeys(kinds)))
    for slot, form in (("area", "within"), ("floor", "upon")):
        if slot in slots:
            return manners.questions.get(form, "{what} {where}").format(what=said, where=slots[slot])
    return said


def _by_name(
    readings: Sequence[Reading], targets: Sequence[Entity], areas: Mapping[EntityId, Area | None], manners: Manners
) -> dict[str, Match]:
    names = [entity.name for entity in targets]
    answers: dict[str, Match] = {}
    for entity in targets:
        area = areas.get(entity.id) if names.count(entity.name) > 1 else None
        form = (
            manners.questions.get("alone", "{name}") if area is None else manners.questions.get("at", "{name} ({area})")
        )
        choice = form.format(name=entity.name, area="" if area is None else area.name)
        reading = next(reading for reading in readings if entity in reading.targets)
        slots = {name: value for name, value in reading.slots.items() if name not in PLACES}
        placed = {} if area is None else {"area": area.name}
        match = Match(reading.intent, {**slots, **placed, "name": entity.name}, (entity.id,), reading.response)
        answers.setdefault(choice, match)
    return answers


def _in_room(reading: Reading, area: Area) -> Match:
    targets = tuple(entity.id for entity in reading.targets if entity.area == area.id)
    return Match(reading.intent, {**reading.slots, "area": area.name}, targets, reading.response)


def _listed(choices: Sequence[str], last: str) -> str:
    return last.join([", ".join(choices[:-1]), choices[-1]]) if len(choices) > 1 else "".join(choices)
