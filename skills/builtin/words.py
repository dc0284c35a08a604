"""How the built-in skills word things: names, lists, numbers and times as a person would say them aloud.

What depends on English grammar is here; other languages say it from their data, see `skills.language`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from devices.model import NOTHING, Entity
from skills.language import ENGLISH, Words, current, say

MOST_NAMES = 6
"""As many names as are read out; of more, the first `FEW_NAMES`: nobody remembers a seventh."""
FEW_NAMES = 3

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NOUNS: Mapping[str, str] = {
    "light": "light",
    "switch": "switch",
    "input_boolean": "switch",
    "fan": "fan",
    "lock": "lock",
    "cover": "cover",
    "valve": "valve",
    "climate": "thermostat",
    "water_heater": "water heater",
    "media_player": "player",
    "vacuum": "vacuum",
    "lawn_mower": "mower",
    "siren": "siren",
    "humidifier": "humidifier",
    "alarm_control_panel": "alarm",
    "scene": "scene",
    "script": "script",
    "button": "button",
    "input_button": "button",
    "sensor": "sensor",
    "binary_sensor": "sensor",
    "person": "person",
}
_CLASS_NOUNS: Mapping[str, str] = {
    "awning": "awning",
    "blind": "blind",
    "curtain": "curtain",
    "shade": "shade",
    "shutter": "shutter",
    "window": "window",
    "door": "door",
    "garage": "garage door",
    "garage_door": "garage door",
    "gate": "gate",
    "motion": "motion sensor",
    "smoke": "smoke detector",
    "moisture": "leak sensor",
    "battery": "battery",
}
_IRREGULAR = {
    "person": "people",
    "switch": "switches",
    "battery": "batteries",
    "inch": "inches",
    "foot": "feet",
    "stone": "stone",
    "degree Celsius": "degrees Celsius",
    "degree Fahrenheit": "degrees Fahrenheit",
    "kilometre per hour": "kilometres per hour",
    "mile per hour": "miles per hour",
}
_LIGHT_IN_NAME = re.compile(r"(?i)light|lamp|bulb|led|chandelier|lantern|spot|strip|pendant|sconce|projector")
_LOCK_IN_NAME = re.compile(r"(?i)lock|deadbolt")
_ROBOT_IN_NAME = re.compile(r"(?i)vacuum|hoover|cleaner|robot|mower")
_SINGULAR_S = ("ss", "us", "is", "mas", "lens", "gas", "atlas", "canvas")


def called(entity: Entity) -> Words:
    """Return the name with its article, as in the middle of a sentence: ``the desk lamp``, ``Anna's lamp``, ``Rover``.

    A light whose name does not say so is called one: ``the bookshelf light``.
    """
    tongue = current()
    if tongue.code != ENGLISH:
        return tongue.called(entity.name, "light" if entity.domain == "light" else "")
    form = int(is_plural(entity))
    if _has_first_name(entity):
        return Words(entity.name.strip(), form=form)
    words = _said(entity.name)
    plain = entity.domain != "light" or is_plural(entity) or _LIGHT_IN_NAME.search(words)
    return Words(with_article(words if plain else f"{words} light"), form=form)


def device_called(entity: Entity) -> Words:
    """Return the device where its name alone means something else: ``the front door lock``, not the door."""
    if current().code != ENGLISH or entity.domain != "lock" or _LOCK_IN_NAME.search(entity.name):
        return called(entity)
    return Words(f"{called(entity)} lock")


def bare(entity: Entity) -> str:
    """Return the name without an article, for what has a title: ``movie night``."""
    return _said(entity.name) if current().code == ENGLISH else entity.name.strip()


def with_article(words: str) -> str:
    """Return English words behind ``the``, unless they have an article or an owner of their own."""
    first = words.partition(" ")[0].casefold()
    return words if first in {"the", "my", "our"} or first.endswith(("'s", "’s")) else f"the {words}"


def place(slots: Mapping[str, object]) -> str:
    """Return where a command was for, with a leading blank: `` in the kitchen``, `` upstairs``; empty if nowhere."""
    area, floor = slots.get("area"), slots.get("floor")
    words = _said(str(area or floor or ""))
    if not words:
        return ""
    if current().code != ENGLISH:
        return f" {current().place(str(area or floor))}"
    if words.casefold() in {"upstairs", "downstairs", "outside", "inside", "everywhere"}:
        return f" {words.casefold()}"
    return f" {'on' if 'floor' in words.casefold() else 'in'} {with_article(words)}"


def room(name: str) -> Words:
    """Return a room: ``the kitchen``, and with the case ``in``: ``in the kitchen``, ``im Flur``."""
    tongue = current()
    if tongue.code != ENGLISH:
        return Words(name.strip(), cases={"in": tongue.place(name)})
    words = with_article(name.lower())
    return Words(words, cases={"in": f"in {words}"})


def is_plural(entity: Entity) -> bool:
    """Return whether the name is a plural: ``Blackout Curtains``."""
    last = entity.name.casefold().rpartition(" ")[2]
    return last.endswith("s") and not last.endswith(_SINGULAR_S) and not last.endswith(("'s", "’s"))


def noun(entities: Sequence[Entity]) -> str:
    """Return what these all are, in the singular: ``light``, ``blind``; ``device`` for a mixture."""
    classes = {_CLASS_NOUNS.get(entity.device_class or "") for entity in entities}
    domains = {entity.domain for entity in entities}
    only = next(iter(classes)) if len(classes) == 1 and domains <= {"cover", "binary_sensor", "sensor"} else None
    nouns = {_NOUNS.get(domain, "device") for domain in domains}
    return only or (nouns.pop() if len(nouns) == 1 else "device")


def plural(word: str) -> str:
    """Return the plural of an English noun of this house, in the language of the moment."""
    tongue = current()
    if tongue.code != ENGLISH:
        return tongue.nouns[word].many if word in tongue.nouns else word
    return _IRREGULAR.get(word, f"{word}s")


def the(word: str) -> Words:
    """Return an English noun with its article, in the language of the moment: ``the light``, ``das Licht``."""
    tongue = current()
    if tongue.code == ENGLISH or word not in tongue.nouns:
        return Words(f"the {word}")
    kind = tongue.nouns[word]
    cases = {case: f"{article} {kind.one}" for case, article in tongue.articles.get(kind.gender, NOTHING).items()}
    return Words(cases.get("nom", kind.one), cases=cases)


def named(text: str, word: str) -> Words:
    """Return a thing by what it is called, of a kind: ``the pasta timer``, ``der Nudel-Timer``."""
    tongue = current()
    if tongue.code == ENGLISH or word not in tongue.nouns:
        return Words(with_article(text))
    articles = tongue.articles.get(tongue.nouns[word].gender, NOTHING)
    cases = {case: f"{article} {text}" for case, article in articles.items()}
    return Words(cases.get("nom", text), cases=cases)


def one_more(text: str, word: str) -> Words:
    """Return a new thing of a kind: ``a pasta timer``, ``ein Nudel-Timer``."""
    tongue = current()
    if tongue.code == ENGLISH or word not in tongue.nouns:
        return Words(f"{'an' if text[0] in 'aeiou' else 'a'} {text}")
    ones = tongue.ones.get(tongue.nouns[word].gender, NOTHING)
    cases = {case: f"{one} {text}" for case, one in ones.items()}
    return Words(cases.get("nom", text), cases=cases)


def number_word(number: int) -> str:
    """Return a number of things in words: ``three``, ``14``."""
    if current().code != ENGLISH:
        return current().number_word(number)
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def counted(number: int, word: str) -> Words:
    """Return a number of things in words: ``one light``, ``three lights``, ``no lights``, ``14 lights``."""
    if current().code != ENGLISH:
        return current().counted(number, word)
    return Words(f"{number_word(number)} {word if number == 1 else plural(word)}", form=int(number != 1))


def without(words: Words, pattern: re.Pattern[str]) -> Words:
    """Return words without what a pattern finds in them, in every case: the window, of ``the window sensor``."""
    cases = {case: pattern.sub("", text) for case, text in words.cases.items()}
    return Words(pattern.sub("", words), cases=cases, form=words.form)


def behind(words: Words, more: str) -> Words:
    """Return words with more behind them, in every case: ``three lights`` and `` in the kitchen``."""
    return Words(f"{words}{more}", cases={case: f"{text}{more}" for case, text in words.cases.items()}, form=words.form)


def listing(parts: Sequence[str], last: str = "and") -> str:
    """Join with commas and a last ``and``, or ``or``."""
    if len(parts) < 2:
        return parts[0] if parts else ""
    return f"{', '.join(parts[:-1])} {current().links.get(last, last)} {parts[-1]}"


def short(text: str, most: int = 60) -> str:
    """Return the first sentence of a text, cut after a word where it is longer than that many characters."""
    first = text.partition(". ")[0].strip(" .")
    return first if len(first) <= most else f"{first[:most].rsplit(' ', 1)[0]} …"


def listed(parts: Sequence[Words]) -> Words:
    """Join names as a subject or an object: ``the desk lamp and Rover``."""
    cases = sorted({case for part in parts for case in part.cases})
    several = current().catalogue.plural(2)
    return Words(
        listing(parts),
        cases={case: listing([format(part, case) for part in parts]) for case in cases},
        form=parts[0].form if len(parts) == 1 else several,
    )


def names(entities: Sequence[Entity]) -> Words:
    """Return the things as a subject: all by name if they are few, else how many and the first of them."""
    said = [called(entity) for entity in entities]
    if len(said) <= MOST_NAMES:
        return listed(said)
    number, first = counted(len(said), noun(entities)), listing(said[:FEW_NAMES])
    some = say("{number}, {first} among them,", number=number, first=first)
    return Words(some, form=current().catalogue.plural(len(said)))


def number(value: float) -> str:
    """Return a number without digits that say nothing: ``21``, ``21.5``."""
    plain = f"{value:.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.1f}".removesuffix(".0")
    return plain.replace(".", current().decimal)


def amount(value: float, unit: str, said: str | None = None) -> Words:
    """Return a number of a unit, in digits, those of `said` where it is given: ``3 days``, ``1.5 hours``."""
    said, tongue = said or number(value), current()
    if tongue.code == ENGLISH or unit not in tongue.nouns:
        return Words(f"{said} {unit if said == '1' else _IRREGULAR.get(unit, f'{unit}s')}", form=int(said != "1"))
    noun = tongue.nouns[unit]
    if said == "1":
        return tongue.counted(1, unit)
    cases = {"dat": f"{said} {noun.dative}"}
    return Words(f"{said} {noun.many}", cases=cases, form=tongue.catalogue.plural(2))


def percent(value: float) -> str:
    """Return ``40 percent``."""
    return say("{number} percent", number=round(value))


def degrees(value: float) -> str:
    """Return ``21 degrees``."""
    return say("{number} {n:degree|degrees}", number=number(value), n=1 if value in (1, -1) else 2)


def to_number(value: object) -> float | None:
    """Return the finite number that a value or its text is; ``None`` if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except ValueError:
        return None
    return found if abs(found) < float("inf") else None


def clock(at: datetime) -> str:
    """Return the time of day: ``18:40``."""
    return f"{at:%H:%M}"


def weekday(at: date) -> str:
    """Return the name of the day."""
    return f"{at:%A}" if current().code == ENGLISH else current().weekdays[at.weekday()]


def month(at: date) -> str:
    """Return the name of the month."""
    return f"{at:%B}" if current().code == ENGLISH else current().months[at.month - 1]


def when(at: datetime, now: datetime) -> str:
    """Return when something was, as seen from `now` and in its zone: ``at 18:40``, ``yesterday at 18:40``, ``on
    Monday at 18:40``, ``on 3 May at 18:40``.
    """
    local = at.astimezone(now.tzinfo)
    days = (now.date() - local.date()).days
    if days <= 0:
        return say("at {clock}", clock=clock(local))
    if days == 1:
        return say("yesterday at {clock}", clock=clock(local))
    if timedelta(days=days) < timedelta(days=7):
        return say("on {weekday} at {clock}", weekday=weekday(local), clock=clock(local))
    return say("on {day} {month} at {clock}", day=local.day, month=month(local), clock=clock(local))


def since(at: datetime, now: datetime) -> str:
    """Return since when something is: ``since 18:40``, ``since yesterday at 18:40``, ``since Monday at 18:40``."""
    local = at.astimezone(now.tzinfo)
    days = (now.date() - local.date()).days
    if days <= 0:
        return say("since {clock}", clock=clock(local))
    if days == 1:
        return say("since yesterday at {clock}", clock=clock(local))
    if timedelta(days=days) < timedelta(days=7):
        return say("since {weekday} at {clock}", weekday=weekday(local), clock=clock(local))
    return say("since {day} {month} at {clock}", day=local.day, month=month(local), clock=clock(local))


def sentence(words: str) -> str:
    """Return the words as a sentence: a capital first, a full stop last."""
    text = words.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def join(sentences: Iterable[str]) -> str:
    """Return the sentences that say something, one behind the other."""
    return " ".join(sentence(words) for words in sentences if words)


def _has_first_name(entity: Entity) -> bool:
    """Return whether the name is one as people have: a person's, or a robot's of one word."""
    robot = entity.domain in {"vacuum", "lawn_mower"}
    return entity.domain == "person" or (
        robot and not re.search(r"\s", entity.name.strip()) and not _ROBOT_IN_NAME.search(entity.name)
    )


def _said(name: str) -> str:
    """Return a name in the case of running text: ``Living Room TV`` is ``living room TV``."""
    return " ".join(_lowered(word) for word in re.sub(r"[\s_]+", " ", name).strip().split(" "))


def _lowered(word: str) -> str:
    title = word[:1].isupper() and word[1:] == word[1:].lower() and not word.endswith(("'s", "’s"))
    return word.lower() if title else word
