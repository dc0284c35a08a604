"""Reads what a routine is to do: commands by the engine that reads them anywhere, and what only routines say."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from devices.model import Entity, EntityId
from skills.grammar.model import Context, Decision, Understanding
from skills.grammar.numbers import numbers_at
from skills.grammar.plain.facts import facts_of, options_of
from skills.grammar.plain.lengths import led, lengths
from skills.grammar.plain.model import At, Dark, Fact, Sky, UnclearError, Written, clock_of, plain, triggers_of
from skills.grammar.plain.pieces import delays, has_number, kinds, put, stripped, turned, widened
from skills.grammar.plain.said import Said
from skills.grammar.plain.services import WHOLE, act_on, called, reversed_, switched
from skills.grammar.plain.setting import Setting
from skills.grammar.plain.telling import Teller
from skills.grammar.plain.things import Found
from skills.grammar.tokens import words_of
from skills.language import say

Understand = Callable[[str, Context], Understanding]
"""Reads one command; see `skills.grammar.model.Understander.understand`."""

MOST_PIECES = 6
"""As many things as are done one after the other in one sentence; more is a list."""
MOST_REPEATS = 20
LEAST_WARM, MOST_WARM = 5, 35
"""Degrees that a heating is set to."""
_BACK = frozenset({"back", "zuruck", "wieder"})
_MERELY = frozenset({"nur", "bloss", "just", "only"})
NOON_H, EVENING_H = 12, 6
_BETWEEN_BLINKS = "00:00:01"
_MOVED = ("cover.", "valve.", "lock.")
_OPENED = frozenset({"cover", "valve"})
_ACTS: Mapping[str, frozenset[str]] = {
    "lock": frozenset({"lock"}),
    "unlock": frozenset({"lock"}),
    "open": _OPENED,
    "close": _OPENED,
    "disarm": frozenset({"alarm_control_panel"}),
    "dock": frozenset({"vacuum", "lawn_mower"}),
    "start": frozenset({"vacuum", "lawn_mower"}),
    "stop": frozenset({"vacuum", "media_player"}),
    "on": frozenset({"light", "switch", "fan", "media_player", "input_boolean", "siren", "climate", "scene", "script"}),
    "off": frozenset({"light", "switch", "fan", "media_player", "input_boolean", "siren", "climate"}),
}
_ALONE = frozenset({"light", "switch", "siren", "fan"})
"""What does one thing alone, so that its name says what it is to do."""


def _later(fact: Fact, since: Sequence[Fact]) -> Fact:
    """Return a time that ends something that began with others: "until eleven" after sunset is before midnight.

    Raises:
        UnclearError: nothing says the half of the day.
    """
    if not isinstance(fact, At) or not fact.bare or len(fact.times) != 1:
        return fact
    hour = int(fact.times[0][:2])
    by_dark = any(isinstance(one, Dark) or (isinstance(one, Sky) and one.event == "sunset") for one in since)
    if by_dark and EVENING_H <= hour < NOON_H:
        return replace(fact, times=(f"{hour + NOON_H}{fact.times[0][2:]}",), bare=False)
    if by_dark:
        return fact
    raise UnclearError(say("Until {time} in the morning or in the evening?", time=fact.times[0][:5]))


@dataclass(slots=True)
class Doer:
    """Reads what is to be done in one house."""

    setting: Setting
    understand: Understand
    teller: Teller

    def actions(self, said: Said) -> list[Written] | None:
        """Return the actions that a clause says, in order; ``None`` if a part of it is no action.

        Raises:
            UnclearError: it may be about several things, or leaves out what has to be known.
        """
        said = stripped(said, self.setting)
        return self._named_alone(said) or self._row(said, MOST_PIECES) or self._shared(said)

    def _named_alone(self, said: Said) -> list[Written] | None:
        """Read "siren for thirty seconds": a thing that is only named comes on for so long."""
        speech = self.setting.speech
        found = lengths(said, speech)
        front = led(said, found[0][0], speech.leads) if len(found) == 1 else None
        rest = said if front is None else said.without((front, found[0][1]))
        if front is None or not rest.words or any(rest.span(pattern) for _, pattern in speech.acts):
            return None
        among = [one for one in self.setting.home.entities() if one.domain in _ALONE and not one.hidden]
        entity = self._one(rest.words, among)
        if entity is None:
            return None
        on, off = (switched([entity], self.setting.home, on=way) for way in (True, False))
        return [*on, {"delay": clock_of(found[0][2])}, *off]

    def _shared(self, said: Said) -> list[Written] | None:
        """Read "schalte die Sirene und alle Lichter ein": two things have one verb, and its part at the end."""
        speech = self.setting.speech
        if not said.words or speech.verbs.fullmatch(said.words[0]) is None or said.words[-1] not in speech.particles:
            return None
        verb, last = said.cut(0, 1), said.cut(len(said) - 1)
        for start, end in said.spans(speech.joins):
            if not 1 < start < end < len(said) - 1:
                continue
            first, second = put(verb, said.cut(1, start), last), put(verb, said.cut(end, len(said) - 1), last)
            done = [self._row(one, 1) for one in (first, second)]
            if all(one is not None for one in done):
                return [action for one in done for action in one or ()]
        return None

    def _row(self, said: Said, most: int) -> list[Written] | None:
        if not said.words or most == 0:
            return None
        unclear: UnclearError | None = None
        for end, after in self._cuts(said):
            try:
                before = self.setting.done
                first = self._piece(said.cut(0, end))
                self.note(first)
                rest = None if first is None else self._row(stripped(said.cut(after), self.setting), most - 1)
            except UnclearError as error:
                unclear = unclear or error
                continue
            if first is not None and rest is not None and "delay" not in rest[-1]:
                return [*first, *rest]
            self.setting.done = before
        try:
            whole = self._piece(said)
        except UnclearError as error:
            raise unclear or error from None
        if whole is None and unclear is not None:
            raise unclear
        return whole

    def note(self, actions: Sequence[Written] | None) -> None:
        """Take note of what an order was about: "turn it on, and after five minutes turn it off"."""
        for action in actions or ():
            target = cast("Written", action.get("target") or {}).get("entity_id")
            if isinstance(target, str) and target != WHOLE:
                self.setting.done = EntityId(target)

    def _cuts(self, said: Said) -> list[tuple[int, int]]:
        """Return where a clause may be cut in two, the first place first: words that join, breaks, "then"."""
        speech = self.setting.speech
        cuts = [(at, at) for at in said.breaks]
        thens = [pattern for name, pattern in speech.markers if name == "then"]
        for pattern in (speech.joins, *thens):
            cuts += [span for span in said.spans(pattern) if span[0] > 0 and span[1] < len(said)]
        verbs = [(at, at) for at in range(1, len(said)) if speech.verbs.fullmatch(said.words[at])]
        starts = {end for _, end in cuts}
        cuts += [(at, at) for at in delays(said, self.setting) if 0 < at < len(said) and at not in starts]
        return [*sorted(cuts), *(cut for cut in verbs if cut[1] not in starts)]

    def _piece(self, said: Said) -> list[Written] | None:
        """Return what one piece of a clause does."""
        if not said.words:
            return None
        told, held = (self._waits, self.teller.told), (self._until, self._lasts)
        for read in (*told, *held, self._repeats, self._selects, self._ensures):
            actions = read(said)
            if actions is not None:
                return actions
        return self._commanded(said)

    def _waits(self, said: Said) -> list[Written] | None:
        """Read "wait five minutes", "after ten minutes close the blinds" and "turn it off ten minutes later"."""
        speech = self.setting.speech
        for start, end, seconds in lengths(said, speech):
            front = led(said, start, speech.waits)
            back = said.words[end] if end < len(said) and speech.later.fullmatch(said.words[end]) else ""
            if front is None and not back:
                continue
            rest = stripped(said.without((start if front is None else front, end + bool(back))), self.setting)
            delay: Written = {"delay": clock_of(seconds)}
            if not rest.words:
                return [delay]
            later = self._piece(rest)
            return None if later is None else [delay, *later]
        return None

    def _lasts(self, said: Said) -> list[Written] | None:
        """Read "for five minutes": what is done is undone then."""
        speech = self.setting.speech
        for start, end, seconds in lengths(said, speech):
            front = led(said, start, speech.leads)
            behind = end == len(said) or speech.lasts.fullmatch(said.words[end]) is not None
            if front is None and not behind:
                continue
            done = self._piece(said.without((start if front is None else front, end)))
            undone = None if done is None else [reversed_(action) for action in done]
            if done is None or undone is None or None in undone:
                if front is None:
                    continue
                raise UnclearError(say("What shall I do when that time is over: {words}?", words=said.written))
            back = [action for action in undone if action is not None]
            return [*done, {"delay": clock_of(seconds)}, *back]
        return None

    def _until(self, said: Said) -> list[Written] | None:
        return self.until(said)

    def until(self, said: Said, since: Sequence[Fact] = ()) -> list[Written] | None:
        """Return "run the fan until it is below sixty" as what is done, what is waited for, and what undoes it.

        Raises:
            UnclearError: it ends at an hour of which nothing says the half of the day, `since` neither.
        """
        for start, end in said.spans(self.setting.speech.until):
            for stop in range(len(said), end, -1):
                before = replace(self.setting)
                done = self._piece(said.without((start, stop))) if start else None
                undone = [back for one in done or () if (back := reversed_(one)) is not None]
                facts = facts_of(said.cut(end, stop), self.setting) if done and len(undone) == len(done) else None
                if done is not None and facts is not None and len(facts.all) == 1 and not facts.alternatives:
                    return [*done, {"wait_for_trigger": triggers_of(_later(facts.all[0], since))}, *undone]
                self.setting.subject, self.setting.area = before.subject, before.area
        return None

    def _repeats(self, said: Said) -> list[Written] | None:
        """Read "flash the lamp three times"."""
        speech = self.setting.speech
        verb = said.span(re.compile(r"(?<!\S)(?:flash|flashes|blink|blinks|blinken|blinke|blinkt|aufblinken)(?!\S)"))
        if verb is None:
            return None
        rest = said.without(verb)
        count = rest.span(speech.times)
        number = 1
        if count is not None:
            word = rest.words[count[0]]
            read = numbers_at(rest.words, count[0], speech.code)
            number = {"twice": 2, "zweimal": 2, "dreimal": 3, "viermal": 4, "fünfmal": 5}.get(word, 0)
            number = number or (int(max(read)[1]) if read else 1)
            rest = rest.without(count)
        lights = [one for one in self.setting.home.entities() if one.domain == "light" and not one.hidden]
        entity = self._one([word for word in rest.words if not speech.verbs.fullmatch(word)], lights)
        if entity is None:
            return None
        if count is None:
            return [act_on("light.turn_on", [entity], {"flash": "short"})]
        pause: Written = {"delay": _BETWEEN_BLINKS}
        row = [act_on("light.turn_on", [entity]), pause, act_on("light.turn_off", [entity]), pause]
        return [{"repeat": {"count": min(number, MOST_REPEATS), "sequence": row}}]

    def _selects(self, said: Said) -> list[Written] | None:
        """Read "put the house in night mode": an option of a list that people choose from."""
        speech, home = self.setting.speech, self.setting.home
        for entity, option in options_of(self.setting):
            word = option.lower()
            rest = [one for one in said.words if one != word and not speech.verbs.fullmatch(one)]
            if word not in said.words or not any(one.startswith("mod") for one in said.words):
                continue
            if any(f"{word} mode" in one.name.lower() for one in home.entities() if one.id != entity.id):
                continue
            if self.setting.things.find(rest, [entity], kinds=lambda _: frozenset()) is not None:
                return [act_on(f"{entity.domain}.select_option", [entity], {"option": option})]
        return None

    def _ensures(self, said: Said) -> list[Written] | None:
        """Read "make sure the garden door is locked" and "the light should be off" as orders."""
        speech = self.setting.speech
        span = said.span(speech.ensure)
        if span is None:
            return None
        rest = said.without(span)
        rest = rest.cut(1) if rest.words and rest.words[0] in _MERELY else rest
        if not has_number(rest, self.setting.speech.code):
            return self._loosely(rest)
        # "Soll auf vierzig Prozent angehen": how much is what the engine knows, and the verb at the end says no more.
        return self._commanded_one(rest) or self._commanded_one(rest.cut(0, len(rest) - 1))

    def _commanded(self, said: Said) -> list[Written] | None:
        """Return what a command does: as the engine reads it, in the room that was spoken of if it names none."""
        if said.span(self.setting.speech.telling) is not None:
            return None  # "the kettle is on" tells something
        several = self.setting.several
        if (
            len(several) > 1
            and several[0] == self.setting.subject
            and not self.setting.speech.it.isdisjoint(said.words)
        ):
            one = self._commanded_one(said)
            return None if one is None else [widened(action, several) for action in one]
        return self._commanded_one(said)

    def _commanded_one(self, said: Said) -> list[Written] | None:
        said = self._with_names(said)
        awning = self._awning(said)
        if awning is not None:
            return awning
        there = said.span(self.setting.speech.there_only)
        if there is not None and self.setting.area is not None:
            said = said.without(there)
            meant = self.understand(said.written, Context(area=self.setting.area))
        else:
            meant = self.understand(said.written, Context())
        text = said.written
        if meant.decision is not Decision.ACT and self.setting.area is not None:
            near = self.understand(text, Context(area=self.setting.area))
            meant = near if near.decision is Decision.ACT else meant
        loosely: list[Written] | None = None
        if meant.decision is Decision.ACT:
            actions = self._called(meant, said)
            if actions is not None:
                return actions
        unclear: UnclearError | None = None
        try:
            loosely = self._loosely(said)
        except UnclearError as error:
            unclear = error
        if loosely is not None:
            return loosely
        warm = self._set_to(said)
        if warm is not None:
            return warm
        level = self._level(said)
        if level is not None:
            return level
        if meant.decision is Decision.ASK and meant.question and meant.matches:
            meant_by = [self.setting.home.entity(one.targets[0]) for one in meant.matches if len(one.targets) == 1]
            among = [one for one in meant_by if one is not None] if len(meant_by) == len(meant.choices) else []
            raise UnclearError(meant.question, meant.choices, among=among)
        if unclear is not None:
            raise unclear
        return None

    def _level(self, said: Said) -> list[Written] | None:
        """Read "mach das Licht auf zehn Prozent an", of which the engine knows all but the last word."""
        speech = self.setting.speech
        if len(said) < 2 or said.words[-1] not in speech.particles or not has_number(said, speech.code):
            return None
        start = int(speech.verbs.fullmatch(said.words[0]) is not None)
        meant = self.understand(said.cut(start, len(said) - 1).written, Context())
        return self._called(meant, said) if meant.decision is Decision.ACT else None

    def _set_to(self, said: Said) -> list[Written] | None:
        """Read "set the radiator to 21", which says no degrees."""
        speech = self.setting.speech
        heating = [one for one in self.setting.home.entities() if one.domain == "climate" and not one.hidden]
        for start, end in said.spans(speech.to):
            read = numbers_at(said.words, end, speech.code) if end < len(said) else []
            if not read or not LEAST_WARM <= max(read)[1] <= MOST_WARM:
                continue
            words = [*said.words[:start], *said.words[max(read)[0] :]]
            words = [word for word in words if not speech.verbs.fullmatch(word) and word not in speech.measures]
            words = [word for word in words if word not in _BACK]
            entities = self._several(words, heating)
            if entities is not None:
                return [act_on("climate.set_temperature", entities, {"temperature": plain(max(read)[1])})]
        return None

    def _awning(self, said: Said) -> list[Written] | None:
        """Read "lower the awning", which opens it: other covers are closed when they come down."""
        awnings = [one for one in self.setting.home.entities() if one.device_class == "awning" and not one.hidden]
        for name, pattern in self.setting.speech.awnings if awnings else ():
            for span in said.spans(pattern):
                words = [word for word in said.without(span).words if not self.setting.speech.verbs.fullmatch(word)]
                meant = [word for word in words if word not in self.setting.speech.idle]
                found = self.setting.things.find(words, awnings, kinds=kinds) if meant else None
                if found is not None:
                    return switched([self._chosen(found)], self.setting.home, on=name == "out")
        return None

    def _called(self, meant: Understanding, said: Said) -> list[Written] | None:
        actions: list[Written] = []
        for match in meant.matches:
            guessed = match.intent == "HassSetPosition" and not has_number(said, self.setting.speech.code)
            if match.intent == "HassMediaSearchAndPlay" or guessed:
                return self._loosely(said)
            did = called(match, self.setting.home)
            if did is None or (self._says_no_act(said) and any(one.startswith(_MOVED) for one in match.targets)):
                return None
            actions += did
        return actions

    def _says_no_act(self, said: Said) -> bool:
        """Return whether something is only named, which for a shutter is neither up nor down."""
        speech = self.setting.speech
        acts = any(said.span(pattern) is not None for _, pattern in speech.acts)
        return not (acts or said.span(speech.verbs) is not None or has_number(said, speech.code))

    def _with_names(self, said: Said) -> Said:
        """Return a clause with the name of what was spoken of for "it", and its room for "there"."""
        speech, home = self.setting.speech, self.setting.home
        pointed = self.setting.done or self.setting.subject
        subject = None if pointed is None else home.entity(pointed)
        for at, word in enumerate(said.words):
            if (
                word in speech.it
                and subject is not None
                and subject.domain not in ("binary_sensor", "sensor", "person")
            ):
                return said.replaced(at, subject.name.split())
        return said

    def _loosely(self, said: Said) -> list[Written] | None:
        """Read an order by its words alone: what is to be done, and every other word is of what it is done to."""
        speech, home = self.setting.speech, self.setting.home
        said = self._with_names(said)
        for name, pattern in speech.acts:
            for span in said.spans(pattern):
                rest = said.without(span)
                negated = rest.span(speech.negation)
                rest = rest if negated is None else rest.without(negated)
                act = turned(name) if negated is not None else name
                if act is None:
                    continue
                verb = bool(rest.words) and speech.verbs.fullmatch(rest.words[0]) is not None
                words = list(rest.words[verb and rest.words[0] not in speech.every :])
                among = [one for one in home.entities() if one.domain in _ACTS[act] and not one.hidden]
                entities = self._several(words, among)
                if entities is not None:
                    return self._acted(act, entities)
        return None

    def _acted(self, name: str, entities: Sequence[Entity]) -> list[Written]:
        if name == "disarm":
            return [act_on("alarm_control_panel.alarm_disarm", entities)]
        if name == "dock":
            return [act_on(f"{entities[0].domain}.return_to_base", entities)]
        if name in ("on", "off") and all(one.domain == "climate" for one in entities):
            return [act_on("climate.set_hvac_mode", entities, {"hvac_mode": "heat" if name == "on" else "off"})]
        return switched(entities, self.setting.home, on=name in ("on", "lock", "open", "start"))

    def _several(self, words: Sequence[str], among: Sequence[Entity]) -> list[Entity] | None:
        speech = self.setting.speech
        every = bool(speech.every & set(words))
        words = [word for word in words if word not in speech.every]
        if not [word for word in words if word not in speech.idle and word not in speech.it]:
            pointed = self.setting.done or self.setting.subject
            subject = None if pointed is None else self.setting.home.entity(pointed)
            if subject is not None and subject.domain == "binary_sensor" and not every:
                # "When the door is closed lock it": the lock that is called like it.
                found = self.setting.things.find(words_of(subject.name), among, kinds=kinds)
                return list(found.entities) if found is not None and len(found.entities) == 1 else None
            return [subject] if subject is not None and subject in among and not every else None
        of_a_kind = [entity for entity in among if not self._is_of_another_kind(words, entity)]
        found = self.setting.things.find(words, of_a_kind, kinds=kinds)
        if found is None:
            return None
        if every:
            return list(found.entities)
        entity = self._chosen(found)
        return [entity]

    def _is_of_another_kind(self, words: Sequence[str], entity: Entity) -> bool:
        """Return whether a word is for other things than one whose name begins with it: "Lichter", "Lichterkette"."""
        names = {word for name in (entity.name, *entity.aliases) for word in words_of(name)}
        said = ((word, self.setting.speech.classes.get(word)) for word in words)
        return any(kind is not None and kind not in kinds(entity) and word not in names for word, kind in said)

    def _one(self, words: Sequence[str], among: Sequence[Entity]) -> Entity | None:
        found = self.setting.things.find(words, among, kinds=kinds)
        return None if found is None else self._chosen(found)

    def _chosen(self, found: Found) -> Entity:
        few = list(found.entities)
        if len(few) > 1 and self.setting.area is not None:
            few = [one for one in few if one.area == self.setting.area] or few
        if len(few) > 1:
            names = [one.name for one in few[:6]]
            raise UnclearError(say("Which one do you mean: {things}?", things=", ".join(names)), names, among=few)
        return few[0]
