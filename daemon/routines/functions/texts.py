"""What expressions can do with texts."""

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

from daemon.routines.values import MOST_CHARACTERS, UNKNOWN, Value, encoded, spoken, tupled, value_of

_FORMAT = re.compile(r"%(?:(%)|([-0+ ]{0,3}\d{0,3}(?:\.\d{1,2})?)([dfsxeg]))")
_BRACES = re.compile(r"\{(\w*)(?::([<>^0+,]{0,3}\d{0,3}(?:\.\d{1,2})?[dfsxeg%]?))?\}")
_RUNS_AWAY = re.compile(r"\([^()]*[+*][^()]*\)(?:[+*]|\{\d+,)")
"""A repetition inside a repetition, which can take a regular expression hours on a page of text."""
_LONGEST_SEARCHED = 10_000


def _pattern(find: Value, text: Value, ignorecase: Value = False) -> tuple[re.Pattern[str], str]:
    if not isinstance(find, str) or _RUNS_AWAY.search(find):
        msg = "a pattern that could take for ever"
        raise ValueError(msg)
    return re.compile(find, re.IGNORECASE if ignorecase else 0), spoken(text)[:_LONGEST_SEARCHED]


def regex_match(text: Value, find: Value = "", ignorecase: Value = False) -> Value:
    """Say whether a text begins with a pattern."""
    pattern, where = _pattern(find, text, ignorecase)
    return pattern.match(where) is not None


def regex_search(text: Value, find: Value = "", ignorecase: Value = False) -> Value:
    """Say whether a pattern is in a text."""
    pattern, where = _pattern(find, text, ignorecase)
    return pattern.search(where) is not None


def regex_replace(text: Value, find: Value = "", replace: Value = "", ignorecase: Value = False) -> Value:
    """Return a text with a pattern replaced."""
    pattern, where = _pattern(find, text, ignorecase)
    return pattern.sub(spoken(replace), where)


def regex_findall(text: Value, find: Value = "", ignorecase: Value = False) -> Value:
    """Return everything in a text that a pattern fits."""
    pattern, where = _pattern(find, text, ignorecase)
    return value_of(pattern.findall(where))


def regex_findall_index(text: Value, find: Value = "", index: Value = 0, ignorecase: Value = False) -> Value:
    """Return the one at a place of what `regex_findall` returns."""
    found = tupled(regex_findall(text, find, ignorecase))
    return found[index] if isinstance(index, int) else UNKNOWN


def replace(text: Value, old: Value, new: Value, count: Value = None) -> Value:
    """Return a text with another in place of a part."""
    longest = len(spoken(text)) * max(1, len(spoken(new)))
    if longest > MOST_CHARACTERS * 10:
        return UNKNOWN
    return spoken(text).replace(spoken(old), spoken(new), count if isinstance(count, int) else -1)


def split(text: Value, by: Value = None, most: Value = -1) -> Value:
    """Return the parts of a text."""
    if not isinstance(text, str) or not isinstance(most, int):
        return UNKNOWN
    return tuple(text.split(by if isinstance(by, str) else None, most))


def truncate(
    text: Value, length: Value = 255, killwords: Value = False, end: Value = "...", leeway: Value = 0
) -> Value:
    """Return a text cut to a length, at a word's end unless `killwords`."""
    words = spoken(text)
    if not isinstance(length, int) or not isinstance(leeway, int):
        return UNKNOWN
    if len(words) <= length + leeway:
        return words
    cut = words[: max(0, length - len(spoken(end)))]
    return (cut if killwords else cut.rsplit(" ", 1)[0]) + spoken(end)


def join(items: Value, by: Value = "", attribute: Value = None) -> Value:
    """Return a list's texts in one, with something between them."""
    things = tuple(items) if isinstance(items, str | Mapping) else tupled(items)
    if isinstance(attribute, str):
        things = tuple(item.get(attribute, UNKNOWN) if isinstance(item, Mapping) else UNKNOWN for item in things)
    return spoken(by).join(spoken(item) for item in things)


def percent_format(text: Value, *items: Value) -> Value:
    """Return a text with ``%s``, ``%d``, ``%.1f`` filled in."""
    left = list(items)

    def filled(found: re.Match[str]) -> str:
        return "%" if found[1] else f"%{found[2]}{found[3]}" % left.pop(0)

    words = spoken(text)
    if "%" in _FORMAT.sub("", words):
        return UNKNOWN
    done = _FORMAT.sub(filled, words)
    return UNKNOWN if left else done


def brace_format(text: Value, *items: Value, **named: Value) -> Value:
    """Return a text with ``{}``, ``{0}``, ``{name:.1f}`` filled in; nothing inside the values can be reached."""
    left = list(items)

    def filled(found: re.Match[str]) -> str:
        name, form = found[1], found[2] or ""
        value = left.pop(0) if not name else items[int(name)] if name.isdigit() else named[name]
        return format(value, form) if isinstance(value, bool | int | float | str) else spoken(value)

    words = spoken(text)
    return UNKNOWN if set("{}") & set(_BRACES.sub("", words)) else _BRACES.sub(filled, words)


def to_json(thing: Value, **_layout: Value) -> Value:
    """Return a value as JSON."""
    return json.dumps(encoded(thing), ensure_ascii=False)


def from_json(text: Value, default: Value = UNKNOWN) -> Value:
    """Return what a JSON text holds."""
    try:
        return value_of(json.loads(spoken(text)))
    except (ValueError, RecursionError):
        return default


def slugify(text: Value, separator: Value = "_") -> Value:
    """Return a text in small letters and digits, with a separator for the rest."""
    return re.sub(r"[^a-z0-9]+", spoken(separator), spoken(text).lower()).strip(spoken(separator))


def _plain(work: Callable[[str], str]) -> Callable[[Value], Value]:
    return lambda text: work(spoken(text))


def _only_text(work: Callable[..., Value]) -> Callable[..., Value]:
    """Return a method that strings have and other things do not."""

    def done(text: Value, *given: Value) -> Value:
        return work(text, *given) if isinstance(text, str) else UNKNOWN

    return done


def _trimmed(text: Value, letters: Value = None) -> Value:
    return spoken(text).strip(letters if isinstance(letters, str) else None)


def _joined(by: Value, items: Value) -> Value:
    return join(items, by)


def _ordinal(thing: Value) -> Value:
    number = int(spoken(thing))
    usual = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else usual}"


TEXTS: dict[str, Callable[..., Value]] = {
    "string": spoken,
    "lower": _plain(str.lower),
    "upper": _plain(str.upper),
    "title": _plain(str.title),
    "capitalize": _plain(str.capitalize),
    "trim": _trimmed,
    "replace": replace,
    "truncate": truncate,
    "split": split,
    "join": join,
    "format": percent_format,
    "slugify": slugify,
    "urlencode": _plain(quote),
    "regex_match": regex_match,
    "regex_search": regex_search,
    "regex_replace": regex_replace,
    "regex_findall": regex_findall,
    "regex_findall_index": regex_findall_index,
    "to_json": to_json,
    "tojson": to_json,
    "from_json": from_json,
    "ordinal": _ordinal,
    ".split": split,
    ".lower": _only_text(str.lower),
    ".upper": _only_text(str.upper),
    ".title": _only_text(str.title),
    ".capitalize": _only_text(str.capitalize),
    ".strip": _only_text(str.strip),
    ".lstrip": _only_text(str.lstrip),
    ".rstrip": _only_text(str.rstrip),
    ".startswith": _only_text(str.startswith),
    ".endswith": _only_text(str.endswith),
    ".removeprefix": _only_text(str.removeprefix),
    ".removesuffix": _only_text(str.removesuffix),
    ".find": _only_text(str.find),
    ".isdigit": _only_text(str.isdigit),
    ".isnumeric": _only_text(str.isnumeric),
    ".join": _joined,
    ".format": brace_format,
    "is match": regex_match,
    "is search": regex_search,
}
