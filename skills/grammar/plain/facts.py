"""Reads what a clause says about the house: what is so or happens, to which thing, since when."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast

from devices.model import AreaId, Entity, EntityId, HomeView
from skills.grammar.numbers import numbers_at
from skills.grammar.plain.concepts import OPPOSITES, kinds_of, state_of
from skills.grammar.plain.lengths import led, lengths
from skills.grammar.plain.model import At, Be, Dark, Fact, Facts, Measure, Sky, UnclearError
from skills.grammar.plain.said import Said
from skills.grammar.plain.speech import Speech
from skills.grammar.plain.things import Found, Things
from skills.grammar.plain.times import times
from skills.language import say
from skills.model import PersonId

LOW_BATTERY = 20.0
"""Percent, below which a battery is low: what Home Assistant's own battery blueprints take."""
IDLE_W = 5.0
"""Watts, below which a machine that is plugged in does nothing."""
IDLE_FOR_S = 60
_ANYWHERE = frozenset({"motion", "no_motion", "here", "empty"})
"""What people say without a room, of the one that they then name."""
NOBODY, SOMEBODY = "0", 0.0


@dataclass(slots=True)
class Setting:
    """Where and when a routine is said, and of what it spoke so far."""

    home: HomeView
    speech: Speech
    things: Things
    now: datetime
    person: PersonId | None = None
    names: Mapping[EntityId, str] = field(default_factory=dict[EntityId, str])
    """Of people who may have no entity."""
    area: AreaId | None = None
    """The room that what was said so far is about: "someone moves in there"."""
    measured: EntityId | None = None
    """What was last compared with a number."""
    acted: AreaId | None = None
    """The only room that an order names: where nobody moves any more."""
    several: tuple[EntityId, ...] = ()
    """What "it" is where any of some things was meant."""
    subject: EntityId | None = None
    """What "it" is."""

    def people(self) -> list[Entity]:
        """Return the people of the house."""
        known = [entity for entity in self.home.entities() if entity.domain == "person"]
        ids = {entity.id for entity in known}
        return [*known, *(Entity(key, name, "person") for key, name in self.names.items() if key not in ids)]

    def note(self, entity: Entity) -> None:
        """Take note of what was spoken of."""
        self.subject = entity.id
        self.area = entity.area or self.area


def facts_of(said: Said, setting: Setting) -> Facts | None:
    """Return what a clause says, each part that is joined by "and"; ``None`` if a part says nothing that is known.

    Raises:
        UnclearError: it may be about several things, or lacks a number.
        OnceError: it is about one day only.
    """
    found, rest = times(said, setting.speech, setting.now)
    dark, rest = _dark(rest, setting.speech)
    found = [*found, *dark]
    rest = _unjoined(rest, setting.speech)
    if found and _says_nothing(rest, setting.speech):
        return Facts(all=found)
    read = _joined(rest, setting)
    if read is None and found:
        # "after ten minutes" may belong to what is said and only look like a time.
        return _joined(said, setting)
    if read is not None:
        read.all = [*read.all, *found]
    return read


def _dark(said: Said, speech: Speech) -> tuple[list[Fact], Said]:
    """Return whether "after dark" stands beside something else, and that."""
    for name, pattern in speech.sky:
        span = said.span(pattern) if name in ("dark", "light") else None
        if span is not None and not _says_nothing(said.without(span), speech) and not _joins(said.words, speech):
            return [Dark(dark=name == "dark")], said.without(span)
    return [], said


def _unjoined(said: Said, speech: Speech) -> Said:
    """Return a clause without the "and" at its ends."""
    while said.words and speech.joins.fullmatch(said.words[-1]):
        said = said.cut(0, len(said) - 1)
    while said.words and speech.joins.fullmatch(said.words[0]):
        said = said.cut(1)
    return said


def _joins(words: Sequence[str], speech: Speech) -> bool:
    return any(speech.joins.fullmatch(word) or speech.either.fullmatch(word) for word in words)


def _says_nothing(said: Said, speech: Speech) -> bool:
    return all(word in speech.idle or speech.joins.fullmatch(word) for word in said.words)


def _joined(said: Said, setting: Setting) -> Facts | None:
    fact = _fact(said, setting)
    if fact is not None:
        return Facts(all=fact)
    for pattern, either in ((setting.speech.either, True), (setting.speech.joins, False)):
        for start, end in said.spans(pattern):
            before = replace(setting)
            left = facts_of(said.cut(0, start), before) if start else None
            if left is None:
                continue
            right = facts_of(said.cut(end), before)
            if right is None:
                continue
            setting.subject, setting.area = before.subject, before.area
            if not either:
                return Facts([*left.all, *right.all], [*left.alternatives, *right.alternatives])
            return Facts([], [*left.all, *left.alternatives, *right.all, *right.alternatives])
    return None


def _fact(said: Said, setting: Setting) -> list[Fact] | None:
    speech = setting.speech
    for_s, said = _lasting(said, speech)
    happens = speech.happens.search(said.text) is not None
    for read in (_household, _sky, _people, _mode, _measured, _state):
        fact = read(said, setting)
        if fact is not None:
            return [_with(one, for_s, happens=happens) for one in fact]
    return None


def _with(fact: Fact, for_s: int, *, happens: bool) -> Fact:
    match fact:
        case Be() | Measure():
            return replace(fact, for_s=for_s or fact.for_s, happens=happens)
        case _:
            return fact


def _lasting(said: Said, speech: Speech) -> tuple[int, Said]:
    """Return for how many seconds something is said to be so, and the clause without that."""
    for start, end, seconds in lengths(said, speech):
        front = led(said, start, speech.leads)
        return seconds, said.without((start if front is None else front, end))
    return 0, said


def _household(said: Said, setting: Setting) -> list[Fact] | None:
    for name, pattern in setting.speech.household:
        span = said.span(pattern)
        if span is None:
            continue
        rest = said.without(span)
        people = tuple(one.id for one in setting.people())
        zone = EntityId("zone.home")
        if name == "alone":
            alone = _persons(rest, setting)
            names = [one.name.lower() for one in setting.people()]
            known = [word for word in rest.words if word in setting.speech.idle or word in names]
            if len(alone) != 1 or len(known) != len(rest):
                continue
            others = tuple(one for one in people if one not in alone)
            return [Be(tuple(alone), "home"), Be(others, "not_home", all=True)]
        if not _says_nothing(rest, setting.speech):
            continue
        match name:
            case "nobody":
                return [Be((zone,), NOBODY)]
            case "first" | "anyone":
                return [Measure(zone, above=SOMEBODY)]
            case "arrives":
                return [Be(people, "home")]
            case _:
                return [Be(people, "home", all=True)]
    return None


def _sky(said: Said, setting: Setting) -> list[Fact] | None:
    for name, pattern in setting.speech.sky:
        span = said.span(pattern)
        rest = said if span is None else said.without(span)
        if span is None or not _says_nothing(rest, setting.speech) or _joins(rest.words, setting.speech):
            continue
        if name in ("rains", "rain", "dry"):
            sensor = _rain(setting)
            if sensor is None:
                raise UnclearError(say("I know no rain sensor here. What tells me that it rains?"))
            setting.subject = sensor.id
            return [Be((sensor.id,), "off" if name == "dry" else "on", happens=name == "rains")]
        if name.startswith("gets_"):
            return [Sky("sunset" if name == "gets_dark" else "sunrise", since="after")]
        return [Dark(dark=name == "dark")]
    return None


def _rain(setting: Setting) -> Entity | None:
    moist = [one for one in setting.home.entities() if one.domain == "binary_sensor" and one.device_class == "moisture"]
    names = re.compile(r"(?i)rain|regen")
    return next((one for one in moist if names.search(f"{one.name} {one.id} {' '.join(one.aliases)}")), None)


def _persons(said: Said, setting: Setting) -> list[EntityId]:
    """Return who is named, the one who speaks too."""
    found: list[EntityId] = []
    for word in said.words:
        for person in setting.people():
            own = person.name.lower() in (word, word.removesuffix("'s")) or (
                word in setting.speech.me and setting.person is not None and person.id.endswith(f".{setting.person}")
            )
            if own and person.id not in found:
                found.append(person.id)
    return found


def _people(said: Said, setting: Setting) -> list[Fact] | None:
    speech = setting.speech
    kinds = (("not_home", speech.leaving), ("home", speech.arriving), ("home", speech.at_home))
    for value, pattern in kinds:
        span = said.span(pattern)
        if span is None:
            continue
        rest = said.without(span)
        negated = rest.span(speech.negation)
        rest = rest if negated is None else rest.without(negated)
        people = _persons(rest, setting)
        strange = [word for word in rest.words if word in speech.strangers]
        if strange and not people:
            raise UnclearError(say("Who is “{word}”?", word=strange[0]), [one.name for one in setting.people()])
        names = {one.name.lower() for one in setting.people()} | speech.me
        left = [word for word in rest.words if word not in speech.idle and word.removesuffix("'s") not in names]
        left = [word for word in left if not speech.joins.fullmatch(word) and not speech.either.fullmatch(word)]
        if people and not left:
            value = {"home": "not_home", "not_home": "home"}[value] if negated is not None else value
            return [Be(tuple(people), value, all=rest.span(speech.either) is None and len(people) > 1)]
    return None


def _mode(said: Said, setting: Setting) -> list[Fact] | None:
    """Read "the house is in night mode": an option of a list that people choose from."""
    for entity, own in options_of(setting):
        option = own.lower()
        named = [word for word in said.words if word not in setting.speech.idle]
        if option not in named:
            continue
        rest = [word for word in named if word != option]
        taken = any(f"{option} mode" in one.name.lower() for one in setting.home.entities() if one.id != entity.id)
        if (
            not taken
            and ("mode" in said.words or "modus" in said.text)
            and setting.things.find(rest, [entity], kinds=lambda one: kinds_of("on", one))
        ):
            return [Be((entity.id,), own)]
    return None


def options_of(setting: Setting) -> list[tuple[Entity, str]]:
    """Return what people may choose from, with the list that it is in."""
    lists = [one for one in setting.home.entities() if one.domain in ("input_select", "select")]
    found: list[tuple[Entity, str]] = []
    for entity in lists:
        state = setting.home.state(entity.id)
        options = state.attributes.get("options") if state is not None else None
        listed = cast("Sequence[object]", options) if isinstance(options, list | tuple) else ()
        found += [(entity, str(one)) for one in listed]
    return found


def _measured(said: Said, setting: Setting) -> list[Fact] | None:
    """Read what is above or below a number, or between two; one that is only "too hot" is asked about."""
    speech = setting.speech
    limits, rest = _limits(said, setting)
    if _joins(rest.words, speech):
        return None
    if limits is None:
        return _vague(said, setting)
    if setting.measured is not None and all(word in speech.idle for word in _unit_free(rest.words, speech)):
        return [Measure(setting.measured, *limits)]
    cues = {speech.measures[word] for word in said.words if word in speech.measures}
    if "battery" in cues:
        cues = {"battery"}
    numeric = [
        one
        for one in setting.home.entities()
        if one.domain == "sensor" and one.device_class in set(speech.measures.values())
    ]
    among = [one for one in numeric if not cues or one.device_class in cues]
    named = [word for word in rest.words if word not in speech.idle and speech.measures.get(word) is None]
    found = setting.things.find(
        _unit_free(rest.words, speech), among, kinds=lambda one: frozenset({one.device_class or "", "sensor"})
    )
    if found is None:
        return None if not cues else _strange(named, rest.words, among, setting)
    few = _nearer(found, setting)
    if len(few) > 1 and not cues:
        few = [one for one in few if one.device_class == "temperature"] or few
    if len(few) > 1 and not named and setting.subject in [one.id for one in numeric]:
        few = [one for one in few if one.id == setting.subject] or few
    entity = _only(few, setting)
    setting.measured = entity.id
    return [Measure(entity.id, *limits)]


def _strange(
    named: Sequence[str], words: Sequence[str], among: Sequence[Entity], setting: Setting
) -> list[Fact] | None:
    """Ask what is meant where something is measured and its place is not known; other words are no measure."""
    if len(named) > 2 or not among or _joins(words, setting.speech):
        return None
    raise UnclearError(
        say("I do not know {words} here. What do you mean?", words=" ".join(named)), [one.name for one in among]
    )


def _unit_free(words: Sequence[str], speech: Speech) -> list[str]:
    units = {"degrees", "degree", "°", "celsius", "percent", "%", "ppm", "watts", "watt", "w", "lux", "grad", "prozent"}
    return [word for word in words if word not in units and word not in speech.vague]


def _limits(said: Said, setting: Setting) -> tuple[tuple[float | None, float | None] | None, Said]:
    """Return the lower and the upper limit that a clause says, and the rest of it."""
    speech = setting.speech
    span = said.span(speech.between)
    if span is not None:
        low = _number(said, span[1], speech)
        high = None if low is None else _number(said, low[0] + 1, speech)
        if low is not None and high is not None:
            return (low[1], high[1]), said.without((span[0], high[0]))
    for pattern, is_above in ((speech.above, True), (speech.below, False)):
        for start, end in said.spans(pattern):
            number = _number(said, end, speech)
            if number is not None:
                limits = (number[1], None) if is_above else (None, number[1])
                return limits, said.without((start, number[0]))
    span = said.span(speech.below_zero)
    if span is not None:
        return (None, 0.0), said.without(span)
    return None, said


def _number(said: Said, start: int, speech: Speech) -> tuple[int, float] | None:
    """Return where a number ends and its value, "minus" and "the" before it skipped."""
    sign = 1.0
    while start < len(said) and said.words[start] in ("minus", "the", "a", "den", "die", "negative", "auf"):
        sign = -1.0 if said.words[start] in ("minus", "negative") else sign
        start += 1
    word = said.words[start] if start < len(said) else ""
    if word in ("freezing", "zero", "null"):
        return start + 1, 0.0
    read = numbers_at(said.words, start, speech.code) if start < len(said) else []
    if not read:
        return None
    end, value = max(read)
    return end, sign * value


def _vague(said: Said, setting: Setting) -> list[Fact] | None:
    speech = setting.speech
    low = [name for name, pattern in speech.concepts if name == "low" and said.span(pattern)]
    if low and any(speech.measures.get(word) == "battery" for word in said.words):
        return _battery(said, setting)
    words = [word for word in said.words if word in speech.vague]
    if not words:
        return None
    number = _said_roughly(said, words[0], setting)
    if number is not None:
        return number
    rest = [word for word in said.words if word not in words and word not in speech.idle]
    sensors = [one for one in setting.home.entities() if one.domain in ("sensor", "climate", "weather")]
    among = setting.things.find(
        [word for word in rest if speech.measures.get(word) is None],
        sensors,
        kinds=lambda one: frozenset({one.domain, one.device_class or ""}),
    )
    if (among is None and len(rest) > 1) or any(word in speech.me for word in rest):
        return None
    raise UnclearError(say("At what number is that: {words}?", words=said.written))


def _said_roughly(said: Said, word: str, setting: Setting) -> list[Fact] | None:
    """Read "it gets hot, say twenty eight degrees": the adjective tells which side of the number is meant."""
    speech = setting.speech
    for at in range(said.words.index(word) + 1, len(said)):
        number = _number(said, at, speech)
        if number is None:
            continue
        end = number[0]
        low = word in speech.low
        rest = [one for one in (*said.words[:at], *said.words[end:]) if one != word and not speech.verbs.fullmatch(one)]
        kind = speech.vague[word]
        among = [one for one in setting.home.entities() if one.domain == "sensor" and one.device_class == kind]
        found = setting.things.find(_unit_free(rest, speech), among, kinds=lambda _: frozenset())
        if found is None:
            return None
        entity = _only(_nearer(found, setting), setting)
        return [Measure(entity.id, None if low else number[1], number[1] if low else None)]
    return None


def _battery(said: Said, setting: Setting) -> list[Fact] | None:
    pattern = next(pattern for name, pattern in setting.speech.concepts if name == "low")
    spans = list(said.spans(pattern))
    rest = said.without(*spans).words
    among = [one for one in setting.home.entities() if one.device_class == "battery"]
    found = setting.things.find(rest, among, kinds=lambda _: frozenset({"battery", "sensor"}))
    if found is None:
        return None
    entity = _only(_nearer(found, setting), setting)
    return [Be((entity.id,), "on") if entity.domain == "binary_sensor" else Measure(entity.id, below=LOW_BATTERY)]


def _state(said: Said, setting: Setting) -> list[Fact] | None:
    """Read what a thing is or becomes."""
    speech = setting.speech
    for name, pattern in speech.concepts:
        span = said.span(pattern)
        if span is None:
            continue
        if name == "armed":
            raise UnclearError(say("In which mode do you mean: away, home or night?"), ["away", "home", "night"])
        if name == "low":
            continue
        words = list(said.without(span).words)
        if _joins(words, speech):
            continue
        negated = any(speech.negation.fullmatch(word) for word in words)
        words = [word for word in words if not speech.negation.fullmatch(word)]
        concept = OPPOSITES.get(name, name) if negated else name
        fact = _finished(words, setting) if concept == "finished" else None
        fact = fact or _about(concept, words, setting)
        if fact is not None:
            return [fact]
    return None


def _about(concept: str, words: list[str], setting: Setting) -> Be | None:
    speech, home = setting.speech, setting.home
    if setting.subject is not None and any(word in speech.it for word in words):
        words = [word for word in words if word not in speech.it]
        entity = home.entity(setting.subject)
        own = state_of(concept, entity) if entity is not None else None
        if own is not None and all(word in speech.idle for word in words):
            return Be((setting.subject,), own[0])
    words = [word for word in words if word not in speech.me]
    if concept in ("triggered", "rings") and "my" in words and speech.code == "en" and "alarm" in words:
        raise UnclearError(say("At what time does it ring?"))  # a clock by the bed, which nothing here knows of
    there = any(word in speech.there for word in words)
    words = [word for word in words if word not in speech.there]
    among = [one for one in home.entities() if not one.hidden and state_of(concept, one) is not None]
    if concept == "rings":
        bells = re.compile(r"(?i)bell|klingel|ring")
        among = [one for one in among if bells.search(f"{one.id} {one.name}")]
    said = [word for word in words if word not in speech.idle]
    near = setting.area if there else setting.acted if concept in _ANYWHERE and not said else None
    if near is not None:
        among, there = [one for one in among if one.area == near], True
    meant = [word for word in words if word not in speech.idle]
    found = setting.things.find(words, among, kinds=lambda one: kinds_of(concept, one))
    if found is None or (
        not meant and not there and concept not in ("rings", "smoke", "gas", "disarmed", "armed_away")
    ):
        return None
    few = list(found.entities) if there else _nearer(found, setting)
    any_of = any(word in speech.plain for word in words) or bool(speech.every & set(words))
    if len(few) > 1 and concept in ("here", "empty", "motion", "no_motion"):
        exact = {"motion"} if concept.endswith("motion") else {"occupancy", "presence"}
        few = [one for one in few if one.device_class in exact] or few
    if len(few) > 1 and not any_of:
        few = [_only(few, setting)]
    for one in few[:1]:
        setting.note(one)
        setting.several = tuple(one.id for one in few)
    value = state_of(concept, few[0])
    same = tuple(one.id for one in few if state_of(concept, one) == value)
    return Be(same, value[0] if value else None, all=bool(speech.every & set(words)))


def _finished(words: Sequence[str], setting: Setting) -> Fact | None:
    """Read "the washing machine is done" of one that only its power tells about."""
    meters = [one for one in setting.home.entities() if one.domain == "sensor" and one.device_class == "power"]
    machines = [one for one in setting.home.entities() if state_of("finished", one) is not None]
    if setting.things.find(words, machines, kinds=lambda one: kinds_of("finished", one)) is not None:
        return None
    found = setting.things.find(words, meters, kinds=lambda _: frozenset({"power"}))
    if found is None or not found.named:
        return None
    return Measure(_only(found.entities, setting).id, below=IDLE_W, for_s=IDLE_FOR_S)


def _nearer(found: Found, setting: Setting) -> list[Entity]:
    """Return of things that are alike to what was said those in the room that was spoken of, if it was the only one."""
    if len(found.entities) > 1 and setting.area is not None and found.named == 0:
        near = [one for one in found.entities if one.area == setting.area]
        if len(near) == 1:
            return near
    return list(found.entities)


def _only(few: Sequence[Entity], setting: Setting) -> Entity:
    if len(few) == 1:
        setting.note(few[0])
        return few[0]
    names = [one.name for one in few[:6]]
    raise UnclearError(say("Which one do you mean: {things}?", things=", ".join(names)), names)


def hard_time(facts: Sequence[Fact]) -> bool:
    """Return whether facts hold a time that something can be set off by."""
    return any(isinstance(fact, At) for fact in facts)
