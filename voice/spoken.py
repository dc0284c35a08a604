"""Text made speakable: no markdown, no emoji, units and times in words, cut into sentences that can be said one by one.

Numbers stay digits: espeak-ng and Piper read them in the right language by themselves.
"""

import re
import unicodedata
from collections.abc import Mapping

from voice.wording import rules

TEXT_MAX = 1200
"""Letters; more than a minute of speech, which nobody listens to."""
SENTENCE_MAX = 220
"""Letters; Piper gives its first sound only after a whole sentence, and slows down with its length."""
FIRST_MAX = 60
"""Letters of the first piece: four seconds of speech, 0.35 s of a medium Piper voice's work on one core."""
FIRST_MIN = 12
"""A first piece with less sounds cut off, and is over before the next one is there."""

_UNITS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "°C": "degrees Celsius", "°F": "degrees Fahrenheit", "°": "degrees", "%": "percent", "kWh": "kilowatt hours",
        "Wh": "watt hours", "kW": "kilowatts", "W": "watts", "V": "volts", "mA": "milliamperes", "A": "amperes",
        "lx": "lux", "hPa": "hectopascals", "mbar": "millibars", "bar": "bars", "ppm": "parts per million",
        "ppb": "parts per billion", "µg/m³": "micrograms per cubic metre", "μg/m³": "micrograms per cubic metre",
        "m³": "cubic metres", "m²": "square metres", "km/h": "kilometres per hour", "m/s": "metres per second",
        "mm": "millimetres", "cm": "centimetres", "km": "kilometres", "m": "metres", "kg": "kilograms", "g": "grams",
        "ml": "millilitres", "L": "litres", "l": "litres", "dB": "decibels", "dBm": "decibel milliwatts",
        "Hz": "hertz", "kB": "kilobytes", "MB": "megabytes", "GB": "gigabytes", "ms": "milliseconds", "s": "seconds",
        "min": "minutes", "h": "hours", "K": "kelvin", "€": "euros", "ct": "cents",
    },
    "de": {
        "°C": "Grad Celsius", "°F": "Grad Fahrenheit", "°": "Grad", "%": "Prozent", "kWh": "Kilowattstunden",
        "Wh": "Wattstunden", "kW": "Kilowatt", "W": "Watt", "V": "Volt", "mA": "Milliampere", "A": "Ampere",
        "lx": "Lux", "hPa": "Hektopascal", "mbar": "Millibar", "bar": "Bar", "ppm": "Teile pro Million",
        "µg/m³": "Mikrogramm pro Kubikmeter", "μg/m³": "Mikrogramm pro Kubikmeter", "m³": "Kubikmeter",
        "m²": "Quadratmeter", "km/h": "Kilometer pro Stunde", "m/s": "Meter pro Sekunde", "mm": "Millimeter",
        "cm": "Zentimeter", "km": "Kilometer", "m": "Meter", "kg": "Kilogramm", "g": "Gramm", "ml": "Milliliter",
        "L": "Liter", "l": "Liter", "dB": "Dezibel", "Hz": "Hertz", "kB": "Kilobyte", "MB": "Megabyte",
        "GB": "Gigabyte", "ms": "Millisekunden", "s": "Sekunden", "min": "Minuten", "h": "Stunden", "€": "Euro",
        "ct": "Cent",
    },
}  # fmt: skip
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "e.g.": "for example", "i.e.": "that is", "etc.": "and so on", "approx.": "about", "vs.": "versus",
        "&": "and", "minus": "minus", "to": "to", "Dr.": "Doctor", "Mr.": "Mister", "Mrs.": "Missus", "St.": "Saint",
        "Prof.": "Professor", "max.": "at most", "min.": "at least", "hrs.": "hours", "w/o": "without", "w/": "with",
        "Mon.": "Monday", "Tue.": "Tuesday", "Wed.": "Wednesday", "Thu.": "Thursday", "Fri.": "Friday",
        "Sat.": "Saturday", "Sun.": "Sunday",
    },
    "de": {
        "z.B.": "zum Beispiel", "z. B.": "zum Beispiel", "d.h.": "das heißt", "usw.": "und so weiter",
        "ca.": "circa", "bzw.": "beziehungsweise", "&": "und", "minus": "minus", "to": "bis", "Dr.": "Doktor",
        "u.a.": "unter anderem", "u. a.": "unter anderem", "d. h.": "das heißt", "evtl.": "eventuell", "Nr.": "Nummer",
        "Std.": "Stunden", "Min.": "Minuten", "Sek.": "Sekunden", "max.": "höchstens", "min.": "mindestens",
        "Str.": "Straße", "Hr.": "Herr", "Fr.": "Frau",
    },
}  # fmt: skip
_SINGULAR = {"degrees": "degree", "parts": "part", "grams": "gram", "euros": "euro", "cents": "cent"}

_CODE_BLOCK = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_URL = re.compile(r"\b(?:https?://|www\.)\S+")
_HTML = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_LINE_MARK = re.compile(r"^\s*(?:#{1,6}|[-*+•>]|\d{1,3}[.)])\s+", re.MULTILINE)
_EMPHASIS = re.compile(r"(\*\*|__|~~|`|\*(?=\S)|(?<=\S)\*|(?<!\w)_(?=\w)|(?<=\w)_(?!\w))")
_TIME = re.compile(r"\b([01]?\d|2[0-4]):([0-5]\d)(?::[0-5]\d)?\b(?:\s*(Uhr|h)\b)?")
_RANGE = re.compile(r"(?<=\d)\s*[–—]\s*(?=\d)|(?<=\d)-(?=\d+(?:[.,]\d+)?\s*(?:°|%))")
_NEGATIVE = re.compile(r"(?<![\w.,)-])[-−](?=\d)")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"')\]]*\s+(?=[^\s\d.,])|\n+")
_PAUSE = re.compile(r"[,;:] | [–—] ")
_LOOSE = re.compile(r"(?<=\w) (?=[.,;:](?:\s|$))")
_SPACES = re.compile(r"[ \t\u00a0\u202f]+")
_SILENT = frozenset({"So", "Sk", "Cs", "Co", "Cn", "Cc", "Cf", "Me"})
_KEEP = frozenset("\n\t°")


def speakable(text: str, language: str = "en") -> str:
    """Return `text` as it should be said: one line per paragraph, at most TEXT_MAX letters, maybe empty.

    Units and abbreviations are worded in English and German; in other languages they stay as they are.
    """
    text = unicodedata.normalize("NFC", text)[: TEXT_MAX * 4]
    text = _URL.sub(" ", _HTML.sub(" ", _LINK.sub(r"\1", _CODE_BLOCK.sub(" ", text))))
    text = _EMPHASIS.sub("", _LINE_MARK.sub("", text)).replace("|", " ")
    text = "".join(letter for letter in text if letter in _KEEP or unicodedata.category(letter) not in _SILENT)
    text = _worded(text, language[:2])
    lines = (_LOOSE.sub("", _SPACES.sub(" ", line)).strip() for line in text.splitlines())
    return _bounded("\n".join(line for line in lines if any(map(str.isalnum, line))))


def sentences(text: str) -> list[str]:
    """Return the sentences of speakable `text`, none longer than SENTENCE_MAX, each with its mark at the end.

    A long one is cut at a comma, so that its beginning can be heard while the rest is synthesized; the first one is cut
    early, where it can be.
    """
    found: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        rest = sentence.strip()
        if not found and len(rest) > FIRST_MAX:
            begun, rest = _begun(rest)
            found += [begun] if begun else []
        while len(rest) > SENTENCE_MAX:
            cut = max(rest.rfind(mark, 1, SENTENCE_MAX) for mark in (", ", "; ", ": "))
            cut = cut + 1 if cut > 0 else rest.rfind(" ", 1, SENTENCE_MAX)
            cut = cut if cut > 0 else SENTENCE_MAX
            found.append(rest[:cut].strip())
            rest = rest[cut:].strip()
        if any(map(str.isalnum, rest)):
            found.append(rest)
    return found


def _begun(sentence: str) -> tuple[str, str]:
    """Return the beginning of a long sentence, up to a mark that people pause at, and the rest; maybe all is rest."""
    places = [found.end() for found in _PAUSE.finditer(sentence, FIRST_MIN, FIRST_MAX)]
    cut = places[-1] if places else 0
    return sentence[:cut].strip(), sentence[cut:].strip()


def _worded(text: str, language: str) -> str:
    """Return `text` with times, ranges, units and abbreviations in the words of `language`."""
    words = _WORDS.get(language)
    if words is None:
        return text
    for short, long in words.items():
        if short.isalpha():
            continue
        text = re.sub(rf"(?<!\w){re.escape(short)}(?!\w)", long, text)
    for pattern, say in rules(language):
        text = pattern.sub(say, text)
    text = _TIME.sub(lambda found: _time(found, language), text)
    text = _RANGE.sub(f" {words['to']} ", text)
    text = _NEGATIVE.sub(f"{words['minus']} ", text)
    return _unit_pattern(language).sub(lambda found: _unit(found, language), text)


def _time(found: re.Match[str], language: str) -> str:
    hour, minute = int(found[1]), int(found[2])
    if language == "de":
        return f"{hour} Uhr {minute or ''}".strip()
    if minute == 0:
        return f"{hour} o'clock" if 1 <= hour <= 12 else f"{hour} hundred hours" if hour else "midnight"
    return f"{hour} oh {minute}" if minute < 10 else f"{hour} {minute}"


def _unit_pattern(language: str) -> re.Pattern[str]:
    longest_first = sorted(_UNITS[language], key=len, reverse=True)
    return re.compile(rf"(\d)\s?({'|'.join(map(re.escape, longest_first))})(?![\w/³²])")


def _unit(found: re.Match[str], language: str) -> str:
    words = _UNITS[language][found[2]]
    one = found[1] == "1" and re.search(r"(?<![\d.,])1$", found.string[: found.start(2)].rstrip()) is not None
    if one and language == "en":
        first, _, rest = words.partition(" ")
        words = f"{_SINGULAR.get(first, first.removesuffix('s') if first != 'lux' else first)} {rest}".strip()
        words = {"kilowatt hours": "kilowatt hour", "watt hours": "watt hour", "cubic metres": "cubic metre"}.get(
            words, words
        )
    return f"{found[1]} {words}"


def _bounded(text: str) -> str:
    if len(text) <= TEXT_MAX:
        return text
    end = max(text.rfind(mark, 0, TEXT_MAX) for mark in (". ", "! ", "? ", "\n"))
    return text[: end + 1 if end > 0 else TEXT_MAX].strip()
