"""Follow-ups about what is kept for people: ``add five minutes to it``, ``and eggs``."""

from collections.abc import Sequence
from dataclasses import replace

from skills.grammar.lexicon import STAND_IN
from skills.grammar.numbers import is_number
from skills.grammar.pointing import Pointer
from skills.grammar.reader import Moment, Part, Reader
from skills.grammar.resolve import Doubt, Reading
from skills.grammar.standing import StandIns, framed, worded
from skills.grammar.turns import Phrase, Turn, Turns

MOST_ITEM_WORDS = 4
"""The name of a thing on a list has no more words."""

MOST_LOOSE_ITEM_WORDS = 2
"""The same for what just follows in a text: more may be something else to do."""

TIMER = "HassStartTimer"
LENGTHS = ("hours", "minutes", "seconds")
ADDING = frozenset({"HassShoppingListAddItem", "HassListAddItem"})


class Keeping:
    """Follow-ups about timers and lists, in one language."""

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
