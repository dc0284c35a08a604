"""Dates, times, money, codes and addresses as people say them, in English and German: rules for `voice.spoken`."""

import re
from collections.abc import Callable, Mapping, Sequence

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]

_MONTHS = {
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"],
    "de": ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
           "November", "Dezember"],
}  # fmt: skip
_ORDINAL_ENDS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
_MONEY = {
    "en": {"€": ("euro", "euros"), "$": ("dollar", "dollars"), "£": ("pound", "pounds")},
    "de": {"€": ("Euro", "Euro"), "$": ("Dollar", "Dollar"), "£": ("Pfund", "Pfund")},
}
_AT = {"en": ("at", "dot"), "de": ("ät", "Punkt")}
_FRACTIONS = {
    "en": {"½": "a half", "¼": "a quarter", "¾": "three quarters", "⅓": "a third", "⅔": "two thirds"},
    "de": {"½": "ein halb", "¼": "ein Viertel", "¾": "drei Viertel", "⅓": "ein Drittel", "⅔": "zwei Drittel"},
}
_AND_A = {"en": "and", "de": "und"}
_SIGNS = {
    "en": {"≈": "about", "~": "about", "≥": "at least", "≤": "at most", "±": "plus or minus", "×": "times",
           "→": "to", "<": "less than", ">": "more than", "+": "plus", "=": "is"},
    "de": {"≈": "etwa", "~": "etwa", "≥": "mindestens", "≤": "höchstens", "±": "plus minus", "×": "mal",
           "→": "nach", "<": "weniger als", ">": "mehr als", "+": "plus", "=": "gleich"},
}  # fmt: skip
_MERIDIEM = {"a": "a m", "p": "p m"}


def rules(language: str) -> Sequence[Rule]:
    """Return the replacements for `language`, in order; nothing for one without words here."""
    return _RULES.get(language, ())


def _month(language: str, number: str) -> str | None:
    index = int(number)
    return _MONTHS[language][index - 1] if 1 <= index <= 12 else None


def _named_date(language: str) -> Callable[[re.Match[str]], str]:
    def say(found: re.Match[str]) -> str:
        return _date(language, found["day"], found["month"], found["year"]) or found[0]

    return say


def _date(language: str, day: str, month: str, year: str | None) -> str | None:
    name, number = _month(language, month), int(day)
    if name is None or not 1 <= number <= 31:
        return None
    said = f"{number}. {name}" if language == "de" else f"{name} {number}{_ORDINAL_ENDS.get(number, 'th')}"
    if not year:
        return said
    return f"{said} {year}" if language == "de" else f"{said}, {year}"


def _money(language: str) -> Callable[[re.Match[str]], str]:
    def say(found: re.Match[str]) -> str:
        amount, cents = found["amount"], found["cents"]
        one, many = _MONEY[language][found["sign"] or found["after"]]
        said = f"{amount} {one if amount == '1' else many}"
        return f"{said} {int(cents)}" if cents and int(cents) else said

    return say


def _clock(found: re.Match[str]) -> str:
    """Say ``7:05 pm`` and ``7pm``."""
    minute = int(found["minute"] or 0)
    middle = "" if minute == 0 else f" oh {minute}" if minute < 10 else f" {minute}"
    return f"{int(found['hour'])}{middle} {_MERIDIEM[found['half'].lower()]}"


def _digits(found: re.Match[str]) -> str:
    return " ".join(letter for letter in found[0] if letter.isdigit())


def _mail(language: str) -> Callable[[re.Match[str]], str]:
    at, dot = _AT[language]

    def say(found: re.Match[str]) -> str:
        return f"{found[1].replace('.', f' {dot} ')} {at} {found[2].replace('.', f' {dot} ')}"

    return say


def _fraction(language: str) -> Callable[[re.Match[str]], str]:
    def say(found: re.Match[str]) -> str:
        said = _FRACTIONS[language][found[2]]
        return f"{found[1]} {_AND_A[language]} {said}" if found[1] else said

    return say


def _duration(language: str) -> Callable[[re.Match[str]], str]:
    """Say ``1h 20min`` and ``2 h 5 m``: a lone ``5 m`` are metres, after hours they are minutes."""
    hour, hours, minutes = {"en": ("hour", "hours", "minutes"), "de": ("Stunde", "Stunden", "Minuten")}[language]

    def say(found: re.Match[str]) -> str:
        return f"{found[1]} {hour if found[1] == '1' else hours} {found[2]} {minutes}"

    return say


def _sign(words: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    return lambda found: f" {words[found[0].strip()]} "


def _rules_of(language: str) -> Sequence[Rule]:
    amount = r"(?P<amount>\d{1,3}(?:,\d{3})+|\d+)(?:[.,](?P<cents>\d\d))?(?!\d)"
    order = r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})?(?!\d)"
    iso = r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    before = rf"(?P<sign>[€$£])\s?{amount}"
    after = rf"(?<![\w.,]){amount}\s?(?P<after>[€$£])"
    named = {"sign": "(?P<after>x)?", "after": "(?P<sign>x)?"}
    made: list[Rule] = [
        (re.compile(rf"(?<![\w-]){iso}(?:T(?=\d\d:)|(?![\w-]))"), lambda found: f"{_named_date(language)(found)} "),
        (re.compile(rf"(?<![\w.]){order}"), _named_date(language)),
        (re.compile(before + named["sign"]), _money(language)),
        (re.compile(after + named["after"]), _money(language)),
        (re.compile(r"\b([\w.+-]{1,64})@([\w-]+(?:\.[\w-]+)+)"), _mail(language)),
        (re.compile(r"(?<!\d)(\d+)\s?h\s?(\d{1,2})\s?m(?:in)?\b"), _duration(language)),
        (re.compile(rf"(?:(?<!\d)(\d{{1,6}})\s?)?([{''.join(_FRACTIONS[language])}])"), _fraction(language)),
        # A code, a telephone number: nobody says them as millions. With a decimal mark or a unit it is a quantity.
        (re.compile(r"(?<![\d.,:\w-])(?:\+\d{2,3}[\s/-])?0\d{2,5}[\s/-]?\d{3,}+(?![\d.,]*\d)"), _digits),
        (re.compile(r"(?<![\d.,:\w-])\d{7,}+(?![\d.,]*\d|\s?[^\W\d_])"), _digits),
        (re.compile(r"\s?[≈~≥≤±×→]\s?"), _sign(_SIGNS[language])),
        (re.compile(r"(?<=\d)\s?[<>+=]\s?(?=\d)"), _sign(_SIGNS[language])),
        (re.compile(r"(?<![\w)])\+(?=\d)"), lambda _found: f"{_SIGNS[language]['+']} "),
        (
            re.compile(r"(?<=[A-Za-zäöüß]{2})/(?=[A-Za-zäöüß]{2})"),
            lambda _found: {"en": " or ", "de": " oder "}[language],
        ),
    ]
    if language == "en":
        # Not "at 7 am I": the half of the day stands right after the hour.
        clock = r"\b(?P<hour>1[0-2]|0?[1-9])(?::(?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?\s?m\b\.?(?!\w)"
        made.insert(0, (re.compile(clock, re.IGNORECASE), _clock))
    return made


_RULES: Mapping[str, Sequence[Rule]] = {language: _rules_of(language) for language in _MONTHS}
