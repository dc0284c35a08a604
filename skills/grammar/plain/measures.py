"""Reads what a clause says of numbers: above, below, between, too hot, nearly empty."""

from collections.abc import Sequence

from devices.model import Entity
from skills.grammar.numbers import numbers_at
from skills.grammar.plain.concepts import kinds_of, state_of
from skills.grammar.plain.model import Be, Fact, Measure, UnclearError
from skills.grammar.plain.said import Said
from skills.grammar.plain.setting import Setting, joins, nearer, only
from skills.grammar.plain.speech import Speech
from skills.language import say

_ROUND = {"hundred": 100.0, "thousand": 1000.0, "hundert": 100.0, "tausend": 1000.0}
LOW_BATTERY = 20.0
"""Percent, below which a battery is taken for low where nobody said a number."""
IDLE_W = 5.0
"""Watts, below which a machine that is plugged in does nothing."""
IDLE_FOR_S = 60


def measured(said: Said, setting: Setting) -> list[Fact] | None:
    """Read what is above or below a number, or between two; one that is only "too hot" is asked about."""
    speech = setting.speech
    limits, rest = _limits(said, setting)
    if joins(rest.words, speech):
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
    few = nearer(found, setting)
    if len(few) > 1 and not cues:
        few = [one for one in few if one.device_class == "temperature"] or few
    if len(few) > 1 and not named and setting.subject in [one.id for one in numeric]:
        few = [one for one in few if one.id == setting.subject] or few
    entity = only(few, setting)
    setting.measured = entity.id
    return [Measure(entity.id, *limits)]


def _strange(
    named: Sequence[str], words: Sequence[str], among: Sequence[Entity], setting: Setting
) -> list[Fact] | None:
    """Ask what is meant where something is measured and its place is not known; other words are no measure."""
    if len(named) > 2 or not among or joins(words, setting.speech):
        return None
    raise UnclearError(
        say("I do not know {words} here. What do you mean?", words=" ".join(named)),
        [one.name for one in among],
        among=among,
        words=" ".join(named),
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
            number, front = _number(said, end, speech), start
            if number is None:
                # German: "70 Prozent überschreitet".
                front = next((at for at in range(max(0, start - 4), start) if _number(said, at, speech)), start)
                before = _number(said, front, speech) if front < start else None
                unit_free = before is not None and not _unit_free(said.words[before[0] : start], speech)
                number = (end, before[1]) if before is not None and unit_free else None
            if number is not None:
                limits = (number[1], None) if is_above else (None, number[1])
                return limits, said.without((front, number[0]))
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
    if word in _ROUND and start + 1 < len(said):
        behind = numbers_at(said.words, start + 1, speech.code)
        if behind and max(behind)[1] < _ROUND[word]:
            return max(behind)[0], sign * (_ROUND[word] + max(behind)[1])  # "a thousand two hundred"
    if word in _ROUND and (start + 1 == len(said) or not numbers_at(said.words, start + 1, speech.code)):
        return start + 1, sign * _ROUND[word]
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
    raise UnclearError(say("At what number is that: {words}?", words=said.written), words=said.written)


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
        entity = only(nearer(found, setting), setting)
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
    entity = only(nearer(found, setting), setting)
    return [Be((entity.id,), "on") if entity.domain == "binary_sensor" else Measure(entity.id, below=LOW_BATTERY)]


def finished(words: Sequence[str], setting: Setting) -> Fact | None:
    """Read "the washing machine is done" of one that only its power tells about."""
    meters = [one for one in setting.home.entities() if one.domain == "sensor" and one.device_class == "power"]
    machines = [one for one in setting.home.entities() if state_of("finished", one) is not None]
    if setting.things.find(words, machines, kinds=lambda one: kinds_of("finished", one)) is not None:
        return None
    found = setting.things.find(words, meters, kinds=lambda _: frozenset({"power"}))
    if found is None or not found.named:
        return None
    return Measure(only(found.entities, setting).id, below=IDLE_W, for_s=IDLE_FOR_S)
