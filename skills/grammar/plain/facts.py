"""Reads what a clause says about the house: what is so or happens, to which thing, since when."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from devices.model import Entity, EntityId
from skills.grammar.plain.concepts import OPPOSITES, kinds_of, state_of
from skills.grammar.plain.lengths import led, lengths
from skills.grammar.plain.measures import finished, measured
from skills.grammar.plain.model import Be, Dark, Fact, Facts, Measure, Sky, UnclearError
from skills.grammar.plain.said import Said
from skills.grammar.plain.setting import Setting, joins, nearer, only
from skills.grammar.plain.speech import Speech
from skills.grammar.plain.times import times
from skills.grammar.tokens import words_of
from skills.language import say

_ANYWHERE = frozenset({"motion", "no_motion", "here", "empty"})
"""What people say without a room, of the one that they then name."""
_DETECTED = frozenset({"smoke", "moisture", "gas"})
NOBODY, SOMEBODY = "0", 0.0


def facts_of(said: Said, setting: Setting) -> Facts | None:
    """Return what a clause says, each part that is joined by "and"; ``None`` if a part says nothing that is known.

    Raises:
        UnclearError: it may be about several things, or lacks a number.
        OnceError: it is about one day only.
    """
    dark, rest = _dark(said, setting.speech)
    found, rest = times(rest, setting.speech, setting.now)
    found = [*dark, *found]
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
        span = said.span(pattern) if name.endswith(("dark", "light")) else None
        if span is None or _says_nothing(said.without(span), speech) or joins(said.words, speech):
            continue
        sky = Sky("sunset" if name.endswith("dark") else "sunrise", since="after")
        return [sky if name.startswith("gets_") else Dark(dark=name == "dark")], said.without(span)
    return [], said


def _unjoined(said: Said, speech: Speech) -> Said:
    """Return a clause without the "and" at its ends."""
    while said.words and speech.joins.fullmatch(said.words[-1]):
        said = said.cut(0, len(said) - 1)
    while said.words and speech.joins.fullmatch(said.words[0]):
        said = said.cut(1)
    return said


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
    for read in (_household, _sky, _people, _mode, measured, _state, _flag):
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


def _tells_of_guests(entity: Entity) -> bool:
    """Return whether somebody switches it on who has guests."""
    named = " ".join(words_of(f"{entity.name} {entity.id.partition('.')[2].replace('_', ' ')}"))
    return entity.domain in ("input_boolean", "switch") and any(word in named for word in ("guest", "visitor", "gast"))


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
        if name.endswith("guests"):
            modes = [one.id for one in setting.home.entities() if _tells_of_guests(one)]
            if len(modes) != 1:
                continue
            return [Be((modes[0],), "on" if name == "guests" else "off")]
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
        if span is None or not _says_nothing(rest, setting.speech) or joins(rest.words, setting.speech):
            continue
        if name in ("rains", "rain", "dry"):
            sensor = _rain(setting)
            if sensor is None:
                raise UnclearError(
                    say("I know no rain sensor here. What tells me that it rains?"), words=said.cut(*span).written
                )
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
        others = any(rest.span(other) is not None for _, other in kinds)
        if joins(rest.words, speech) and (negated is not None or others):
            continue  # of several people, each does something else
        people = _persons(rest, setting)
        unknown = speech.strangers if setting.person is not None else speech.strangers | speech.me
        strange = [word for word in rest.words if word in unknown]
        names = {one.name.lower() for one in setting.people()} | speech.me
        left = [word for word in rest.words if word not in speech.idle and word.removesuffix("'s") not in names]
        left = [word for word in left if not speech.joins.fullmatch(word) and not speech.either.fullmatch(word)]
        if strange and not people and not set(left) - set(strange):
            who = [one.name for one in setting.people()]
            raise UnclearError(say("Who is “{word}”?", word=strange[0]), who, words=strange[0])
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


def _flag(said: Said, setting: Setting) -> list[Fact] | None:
    """Read "in guest mode": a switch of the house's that is named alone is on."""
    flags = [one for one in setting.home.entities() if one.domain == "input_boolean" and not one.hidden]
    meant = [word for word in said.words if word not in setting.speech.idle]
    found = setting.things.find(meant, flags, kinds=lambda _: frozenset()) if meant else None
    return [Be((only(found.entities, setting).id,), "on")] if found is not None and "mod" in said.text else None


def _state(said: Said, setting: Setting) -> list[Fact] | None:
    """Read what a thing is or becomes."""
    speech = setting.speech
    for name, pattern in speech.concepts:
        span = said.span(pattern)
        if span is None:
            continue
        if name == "armed":
            raise UnclearError(
                say("In which mode do you mean: away, home or night?"),
                ["away", "home", "night"],
                words=said.cut(*span).written,
            )
        if name == "low":
            continue
        words = list(said.without(span).words)
        if joins(words, speech):
            continue
        negated = any(speech.negation.fullmatch(word) for word in words)
        words = [word for word in words if not speech.negation.fullmatch(word)]
        concept = OPPOSITES.get(name, name) if negated else name
        fact = finished(words, setting) if concept == "finished" else None
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
        if entity is not None and own is None:
            # "Lock the back door whenever it is closed": of the lock's door.
            name = words_of(entity.name)
            words = [*words, *(word for word in name if speech.classes.get(word) != entity.domain)]
    words = [word for word in words if word not in speech.me]
    if concept in ("triggered", "rings") and "my" in words and speech.code == "en" and "alarm" in words:
        raise UnclearError(say("At what time does it ring?"))  # a clock by the bed, which nothing here knows of
    if concept == "triggered" and not _DETECTED.isdisjoint(speech.classes.get(word, "") for word in words):
        words = [word for word in words if speech.classes.get(word) != "alarm_control_panel"]  # "the smoke alarm"
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
    few = list(found.entities) if there else nearer(found, setting)
    any_of = any(word in speech.plain for word in words) or bool(speech.every & set(words))
    if len(few) > 1 and concept in ("here", "empty", "motion", "no_motion"):
        exact = {"motion"} if concept.endswith("motion") else {"occupancy", "presence"}
        few = [one for one in few if one.device_class in exact] or few
    if len(few) > 1 and not any_of:
        few = [only(few, setting)]
    for one in few[:1]:
        place = setting.area
        setting.note(one)
        if concept in ("rings", "pressed", "triggered"):
            setting.area = place  # who rings at the porch means no lamp of the porch
        setting.several = tuple(one.id for one in few)
        if len({other.area for other in few}) > 1:
            setting.area = place  # several rooms are none that the order is about
    value = state_of(concept, few[0])
    same = tuple(one.id for one in few if state_of(concept, one) == value)
    return Be(same, value[0] if value else None, all=bool(speech.every & set(words)))
