"""Follow-ups about what is kept for people: ``add five minutes to it``, ``and eggs``."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from skills.grammar.lexicon import STAND_IN
from skills.grammar.numbers import is_number
from skills.grammar.pointing import Pointer
from skills.grammar.reader import Moment, Part, Reader
from skills.grammar.resolve import Doubt, Reading
from skills.grammar.standing import StandIns, framed, worded
from skills.grammar.turns import Phrase, Turn, Turns
from skills.grammar.when import Date, Instant, Nothing, find, parse
from skills.grammar.when import Moment as When

MOST_ITEM_WORDS = 4
"""The name of a thing on a list has no more words."""

MOST_LOOSE_ITEM_WORDS = 2
"""The same for what just follows in a text: more may be something else to do."""

TIMER = "HassStartTimer"
LENGTHS = ("hours", "minutes", "seconds")
APPOINTING = {"HassSetAlarm": "time", "reminders.add": "when"}
"""Intents that set something up for a time, each with the slot of the time."""
DATED = {"HassGetWeather": "when"}
"""Intents that tell about a time, each with its slot."""
MOST_WINDOWS = 30
"""So many stretches of a time are looked at for the time of day in it."""
TAKING_BACK = "history.cancel_last"
ANY_MOMENT = datetime(2000, 1, 3, 12, tzinfo=UTC)
"""Whether words are a time is the same at any time."""
ADDING = frozenset({"HassShoppingListAddItem", "HassListAddItem"})


class Keeping:
    """Follow-ups about timers, alarms, reminders and lists, in one language."""

    def __init__(self, reader: Reader, turns: Turns, pointer: Pointer, stand_ins: StandIns, language: str) -> None:
        self._reader = reader
        self._turns = turns
        self._pointer = pointer
        self._stand_ins = stand_ins
        self._language = language

    def timed(self, turn: Turn, words: Phrase, readings: Sequence[Reading], moment: Moment) -> list[Part]:
        """Return a command about the timer that was spoken of."""
        timers = [reading for reading in readings if "Timer" in reading.intent]
        if not timers or not self._turns.timer:
            return []
        before = timers[-1]
        own = {k: v for k, v in before.slots.items() if k in ("name", "area") or k.startswith("start_")}
        for phrases in (self._turns.singular, self._turns.plural):
            replaced = self._stand_ins.replaced(words, phrases)
            if replaced is not None:
                text = tuple(w for word in replaced for w in (self._turns.timer if word == STAND_IN else (word,)))
                return self._timer(text, moment, turn, own)
        kept = tuple(word for word in words if word not in self._turns.more_words)
        if kept and (turn.adds or len(kept) < len(words)):
            return self._timer(framed(self._turns.timer_more, kept), moment, turn, own)
        if before.intent != TIMER or not (turn.corrects or turn.valued or turn.another):
            return []
        lengths = {unit: before.slots[unit] for unit in LENGTHS if unit in before.slots}
        if len(lengths) == 1 and is_number(words, self._language):
            words = (*words, self._turns.units.get(next(iter(lengths)), ""))
        started = self._timer(framed(self._turns.timer_frame, words), moment, turn, {} if turn.another else own)
        if not started or started[0].best.intent != TIMER or turn.another:
            return started
        started_with = {f"start_{unit}": length for unit, length in lengths.items()}
        cancel = replace(before, intent="HassCancelTimer", slots={**own, **started_with}, doubt=Doubt.NONE)
        return [Part((cancel,), turn.tokens), *started]

    def appointed(self, turn: Turn, words: Phrase, readings: Sequence[Reading], moment: Moment) -> list[Part]:
        """Return the alarm or reminder that was just set for the time that is said in place of the one before or beside
        it (``same for thursday``), or the wish to take it back: ``cancel it``.
        """
        if readings[-1].intent in DATED and turn.goes_on and self._is_time(words):
            slots = {**readings[-1].slots, DATED[readings[-1].intent]: turn.tokens.said(0, len(words))}
            return [Part((replace(readings[-1], slots=slots),), turn.tokens)]
        slot = APPOINTING.get(readings[-1].intent)
        if slot is None:
            return []
        if (pointing := self._stand_ins.replaced(words, self._turns.singular)) is not None:
            return self._taken_back(turn, pointing, moment)
        if not (turn.replaces or turn.goes_on) or not self._is_time(words):
            return []
        slots = {name: value for name, value in readings[-1].slots.items() if name not in LENGTHS}
        text = turn.tokens.said(0, len(words))
        held = slot if slot in slots else "what"
        if turn.replaces:
            text = self._on_that_day(str(slots.get(held, "")), text)
        else:
            slots[held], text = self._at_that_hour(str(slots.get(held, "")), text)
        return [Part((replace(readings[-1], slots={**slots, slot: text}, doubt=Doubt.NONE),), turn.tokens)]

    def _taken_back(self, turn: Turn, pointing: Phrase, moment: Moment) -> list[Part]:
        """Return the wish to take back what was just done, whichever pronoun the language has in its sentence."""
        for phrase in sorted(self._turns.singular):
            words = tuple(w for word in pointing for w in (phrase if word == STAND_IN else (word,)))
            readings = self._reader.plain(worded(words), moment)
            if readings and readings[0].intent == TAKING_BACK:
                return [Part((readings[0],), turn.tokens)]
        return []

    def _at_that_hour(self, text: str, day: str) -> tuple[str, str]:
        """Return a text without the time in it, and that time of day on another day, if nothing but a day is said."""
        found = find(text, ref=ANY_MOMENT, language=self._language, use="reminder")
        rest = list(text)
        for start, end in found.spans:
            rest[start:end] = " " * (end - start)
        left = " ".join("".join(rest).split())
        on = self._time(day)
        if not isinstance(on, Date):
            return left, day
        for window in _windows(" ".join(text[start:end] for start, end in found.spans)):
            whole = f"{window} {day}"
            at = self._time(whole)
            if isinstance(at, Instant) and at.at.date() == on.day:
                return left, whole
        return left, day

    def _on_that_day(self, text: str, hour: str) -> str:
        """Return a time of day with the day of the time in a text, if it has one and none is said beside the hour."""
        at = self._time(hour)
        if not isinstance(at, Instant) or any(isinstance(self._time(said), Date) for said in _windows(hour)):
            return hour
        found = find(text, ref=ANY_MOMENT, language=self._language, use="reminder")
        if not isinstance(found, Instant):
            return hour
        for window in reversed(_windows(" ".join(text[start:end] for start, end in found.spans))):
            on, whole = self._time(window), self._time(f"{window} {hour}")
            if isinstance(on, Date) and isinstance(whole, Instant) and found.at.date() == on.day == whole.at.date():
                return f"{window} {hour}"
        return hour

    def _time(self, text: str) -> When:
        return parse(text, ref=ANY_MOMENT, language=self._language, use="reminder")

    def _is_time(self, words: Phrase) -> bool:
        if is_number(words, self._language):
            return True
        text = " ".join(words)
        found = find(text, ref=ANY_MOMENT, language=self._language, use="reminder")
        left = list(text)
        for start, end in found.spans:
            left[start:end] = " " * (end - start)
        return not isinstance(found, Nothing) and self._turns.leading.issuperset("".join(left).split())

    def _timer(self, words: Phrase, moment: Moment, turn: Turn, own: dict[str, object]) -> list[Part]:
        readings = self._reader.plain(worded(words), moment)
        if not readings or readings[0].free_slots or "Timer" not in readings[0].intent:
            return []
        return [Part((replace(readings[0], slots={**own, **readings[0].slots}),), turn.tokens)]

    def listed(self, turn: Turn, words: Phrase, readings: Sequence[Reading], moment: Moment) -> list[Part]:
        """Return something to be put on the list that was spoken of."""
        adding = [reading for reading in readings if reading.intent in ADDING]
        most = MOST_ITEM_WORDS if turn.goes_on else MOST_LOOSE_ITEM_WORDS if moment.goes_on else 0
        items = self._reader.manners.items(" ".join(words))
        if not adding or not turn.bare or any(item.count(" ") >= most for item in items):
            return []
        if turn.corrects or turn.valued or not self._turns.not_items.isdisjoint(words):
            return []
        start = 0
        articles = self._reader.manners.lenient.skip
        while start < len(words) - 1 and words[start] in articles:
            start += 1
        # "and feed the cat": no thing on a list has an article in it; "and the lamp" is a thing of the house.
        if not articles.isdisjoint(words[start + 1 :]) or self._pointer.all(words):
            return []
        item = turn.tokens.said(start, len(words))
        return [Part((replace(adding[-1], slots={**adding[-1].slots, "item": item}),), turn.tokens)]


def _windows(text: str) -> list[str]:
    """Return the stretches of a text's words, the longest first."""
    said = text.split()
    windows = [said[at : at + size] for size in range(len(said), 0, -1) for at in range(len(said) - size + 1)]
    return [" ".join(window) for window in windows[:MOST_WINDOWS]]
