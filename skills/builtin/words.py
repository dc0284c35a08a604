"""How the built-in skills word things: names, lists, numbers and times as a person would say them aloud."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from devices.model import Entity

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
_IRREGULAR = {"person": "people", "switch": "switches", "battery": "batteries"}
_LIGHT_IN_NAME = re.compile(r"(?i)light|lamp|bulb|led|chandelier|lantern|spot|strip|pendant|sconce|projector")
_LOCK_IN_NAME = re.compile(r"(?i)lock|deadbolt")
_ROBOT_IN_NAME = re.compile(r"(?i)vacuum|hoover|cleaner|robot|mower")
_SINGULAR_S = ("ss", "us", "is", "mas", "lens", "gas", "atlas", "canvas")


def called(entity: Entity) -> str:
    """Return the name with its article, as in the middle of a sentence: ``the desk lamp``, ``Anna's lamp``, ``Rover``.

    A light whose name does not say so is called one: ``the bookshelf light``.
    """
    if _has_first_name(entity):
        return entity.name.strip()
    words = _said(entity.name)
    plain = entity.domain != "light" or is_plural(entity) or _LIGHT_IN_NAME.search(words)
    return with_article(words if plain else f"{words} light")


def device_called(entity: Entity) -> str:
    """Return the device where its name alone means something else: ``the front door lock``, not the door."""
    plain = entity.domain != "lock" or _LOCK_IN_NAME.search(entity.name)
    return called(entity) if plain else f"{called(entity)} lock"


def bare(entity: Entity) -> str:
    """Return the name without an article, for what has a title: ``movie night``."""
    return _said(entity.name)


def with_article(words: str) -> str:
    """Return the words behind ``the``, unless they have an article or an owner of their own."""
    first = words.partition(" ")[0].casefold()
    return words if first in {"the", "my", "our"} or first.endswith(("'s", "’s")) else f"the {words}"


def place(slots: Mapping[str, object]) -> str:
    """Return where a command was for, with a leading blank: `` in the kitchen``, `` upstairs``; empty if nowhere."""
    area, floor = slots.get("area"), slots.get("floor")
    words = _said(str(area or floor or ""))
    if not words:
        return ""
    if words.casefold() in {"upstairs", "downstairs", "outside", "inside", "everywhere"}:
        return f" {words.casefold()}"
    return f" {'on' if 'floor' in words.casefold() else 'in'} {with_article(words)}"


def is_plural(entity: Entity) -> bool:
    """Return whether the name is a plural: ``Blackout Curtains``."""
    last = entity.name.casefold().rpartition(" ")[2]
    return last.endswith("s") and not last.endswith(_SINGULAR_S) and not last.endswith(("'s", "’s"))


def is_are(entities: Sequence[Entity]) -> str:
    """Return the verb for these as a subject."""
    return "is" if len(entities) == 1 and not is_plural(entities[0]) else "are"


def noun(entities: Sequence[Entity]) -> str:
    """Return what these all are, in the singular: ``light``, ``blind``; ``device`` for a mixture."""
    classes = {_CLASS_NOUNS.get(entity.device_class or "") for entity in entities}
    domains = {entity.domain for entity in entities}
    only = next(iter(classes)) if len(classes) == 1 and domains <= {"cover", "binary_sensor", "sensor"} else None
    nouns = {_NOUNS.get(domain, "device") for domain in domains}
    return only or (nouns.pop() if len(nouns) == 1 else "device")


def plural(word: str) -> str:
    """Return the plural of a noun of this house."""
    return _IRREGULAR.get(word, f"{word}s")


def number_word(number: int) -> str:
    """Return a number of things in words: ``three``, ``14``."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def counted(number: int, word: str) -> str:
    """Return a number of things in words: ``one light``, ``three lights``, ``no lights``, ``14 lights``."""
    return f"{number_word(number)} {word if number == 1 else plural(word)}"


def listing(parts: Sequence[str], last: str = "and") -> str:
    """Join with commas and a last ``and``, or another word."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}" if parts else ""


def names(entities: Sequence[Entity]) -> str:
    """Return the things as a subject: all by name if they are few, else how many and the first of them."""
    said = [called(entity) for entity in entities]
    if len(said) <= MOST_NAMES:
        return listing(said)
    return f"{counted(len(said), noun(entities))}, {listing(said[:FEW_NAMES])} among them,"


def number(value: float) -> str:
    """Return a number without digits that say nothing: ``21``, ``21.5``."""
    return f"{value:.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.1f}".removesuffix(".0")


def percent(value: float) -> str:
    """Return ``40 percent``."""
    return f"{round(value)} percent"


def degrees(value: float) -> str:
    """Return ``21 degrees``."""
    return f"{number(value)} degree{'' if value in (1, -1) else 's'}"


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


def when(at: datetime, now: datetime) -> str:
    """Return when something was, as seen from `now` and in its zone: ``at 18:40``, ``yesterday at 18:40``, ``on
    Monday at 18:40``, ``on 3 May at 18:40``.
    """
    local = at.astimezone(now.tzinfo)
    days = (now.date() - local.date()).days
    if days <= 0:
        return f"at {clock(local)}"
    if days == 1:
        return f"yesterday at {clock(local)}"
    if timedelta(days=days) < timedelta(days=7):
        return f"on {local:%A} at {clock(local)}"
    return f"on {local.day} {local:%B} at {clock(local)}"


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
