"""Digits as they are said, English and German: ``one two three four``, ``zwölf vierunddreißig``, ``double seven``."""

import re
from collections.abc import Iterator

from devices.names import fold

SHORTEST, LONGEST = 4, 12
"""Digits of a PIN."""
MASK = "•••"


def _numbered(words: str, numbers: range) -> dict[str, int]:
    return dict(zip(words.split(), numbers, strict=True))


_ONES = {
    **_numbered("zero one two three four five six seven eight nine", range(10)),
    **_numbered("null eins zwei drei vier funf sechs sieben acht neun", range(10)),
    "oh": 0,
    "zwo": 2,
    "fuenf": 5,
    "ein": 1,
    "niner": 9,
}
_TEENS = {
    **_numbered(
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
        range(10, 20),
    ),
    **_numbered(
        "zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn",
        range(10, 20),
    ),
}
_TENS = {
    **_numbered("twenty thirty forty fifty sixty seventy eighty ninety", range(20, 100, 10)),
    **_numbered("zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig", range(20, 100, 10)),
}
_SOUND_ALIKE = {"to": 2, "too": 2, "for": 4, "fore": 4, "won": 1, "ate": 8, "tree": 3, "sex": 6, "o": 0}
"""What recognisers hear for a digit that stands alone; of whoever was asked for a PIN, it is one."""
_TIMES = {"double": 2, "doppel": 2, "doppelt": 2, "triple": 3, "dreifach": 3}
_AROUND = frozenset(
    {"my", "the", "pin", "code", "number", "is", "it", "s", "its", "please", "um", "uh", "and"}
    | {"meine", "die", "der", "mein", "nummer", "ist", "sie", "er", "bitte", "lautet", "ah", "und"}
)
"""What may stand around the digits."""
_NAMED = re.compile(r"(?i)\b(?:pin|code|passcode|kennzahl|geheimzahl)\b")
_OF_A_THING = re.compile(
    r"(?i)(?:\b(?!(?:my|the|our|your|a|and|mein|meine|der|die|das|ein|unser|unsere|und)\b)\w+[ -]code|\w{3,}code)"
    r"(?=\s+(?:is|ist|lautet)\b)"
)
"""What somebody notes down: "the boiler code is 4411" opens nothing here, and is theirs to be remembered."""
_GERMAN_TENS = re.compile(r"^(\w+?)und(\w+)$")


def heard(text: str, *, asked: bool = False) -> str | None:
    """Return the digits that a text is, and nothing else; ``None`` if it is anything else, or not as long as a PIN.

    Of whoever was ``asked`` for it, words count too that sound like digits: ``to`` is ``two``.
    """
    words = _words(text, asked=asked)
    while words and words[0] in _AROUND:
        words.pop(0)
    while words and words[-1] in _AROUND:
        words.pop()
    digits = "".join(part or "?" for part in _parts(words))
    return digits if digits.isascii() and digits.isdigit() and SHORTEST <= len(digits) <= LONGEST else None


def sounds_like(text: str) -> bool:
    """Say whether a text is a PIN that was not quite heard: half of its words are digits."""
    parts = list(_parts([word for word in _words(text, asked=True) if word not in _AROUND]))
    return len([part for part in parts if part is not None]) * 2 >= max(len(parts), 2)


def begun(text: str, *, asked: bool) -> bool | None:
    """Say of what is being said whether a PIN in it is as long as one can be said; ``None``: there is no PIN in it."""
    named = None if asked else next(_named(text), None)
    if not asked and named is None:
        return None
    words = _words(text if named is None else text[named.end() :], asked=True)
    parts = list(_parts([word for word in words if word not in _AROUND]))
    if None in parts or not (parts or named):
        return None
    return sum(len(part or "") for part in parts) >= SHORTEST


def parted(text: str, *, asked: bool = False) -> tuple[str, str | None]:
    """Return a text without the PIN in it, and the PIN: "unlock the door, my PIN is 1234" holds both.

    What is nothing but digits is masked as a whole; in any other text what follows the word "PIN" is.
    """
    whole = heard(text, asked=asked)
    if whole is not None:
        return MASK, whole
    for found in _named(text):
        digits = heard(text[found.end() :], asked=True)
        if digits is not None:
            return f"{text[: found.start()].rstrip(' ,')} {MASK}".strip(), digits
    return text, None


def _named(text: str) -> Iterator[re.Match[str]]:
    """Yield where a PIN is named, the last first."""
    noted = {found.end() for found in _OF_A_THING.finditer(text)}
    return (found for found in reversed(list(_NAMED.finditer(text))) if found.end() not in noted)


def _words(text: str, *, asked: bool) -> list[str]:
    words = fold(text.replace("ß", "ss").replace("-", " ")).split()
    return [str(_SOUND_ALIKE.get(word, word)) for word in words] if asked else words


def _parts(words: list[str]) -> Iterator[str | None]:
    """Yield what each word, or two, stand for; ``None`` for what is no digit."""
    todo = list(words)
    while todo:
        word = todo.pop(0)
        if word.isdigit():
            yield word
        elif word in _TIMES and todo and (again := _ONES.get(todo[0])) is not None:
            todo.pop(0)
            yield str(again) * _TIMES[word]
        elif word in _TENS:
            ones = _ONES.get(todo[0]) if todo else None
            if ones:
                todo.pop(0)
            yield str(_TENS[word] + (ones or 0))
        elif (number := _ONES.get(word, _TEENS.get(word))) is not None:
            yield str(number)
        else:
            yield _german(word)


def _german(word: str) -> str | None:
    """Return what ``vierunddreissig`` stands for."""
    found = _GERMAN_TENS.match(word)
    ones, tens = (_ONES.get(found[1]), _TENS.get(found[2])) if found is not None else (None, None)
    return str(tens + ones) if ones and tens else None
