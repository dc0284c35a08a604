"""One language as Hearth speaks it: its texts, and how it words names, numbers, lists and days."""

import logging
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import cast

from skills.language.catalogue import EMPTY, Catalogue, read_catalogue
from skills.language.words import Number, PluralRule, Words
from skills.model import SkillError

log = logging.getLogger("hearth." + __name__)

ENGLISH = "en"
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Noun:
    """A kind of thing: ``Licht``, ``Lichter``; the dative plural where it differs."""

    gender: str
    one: str
    many: str
    dative: str


@dataclass(frozen=True, slots=True, eq=False)
class Tongue:
    """A language. English has no data: its texts stand where they are used, its names in `skills.builtin.words`."""

    code: str
    catalogue: Catalogue = EMPTY
    decimal: str = "."
    links: Mapping[str, str] = field(default_factory=dict[str, str])
    """``and`` and ``or`` before the last of a list."""
    numbers: Sequence[str] = ()
    """From zero on, as before a plural."""
    months: Sequence[str] = ()
    weekdays: Sequence[str] = ()
    """From Monday on."""
    articles: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """Gender, ``p`` for a plural -> case, ``nom``, ``acc``, ``dat`` -> article."""
    ones: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """Gender -> case -> ``ein``."""
    nones: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """Gender -> case -> ``kein``; without these, none of a kind is the number and the plural."""
    nouns: Mapping[str, Noun] = field(default_factory=dict[str, Noun])
    """English noun -> this language's."""
    heads: Mapping[str, str] = field(default_factory=dict[str, str])
    """What names of things end in -> its gender: ``lampe`` is ``f``."""
    places: Mapping[str, str] = field(default_factory=dict[str, str])
    """What names of rooms end in -> what is said before them: ``küche`` -> ``in der``."""
    whole_places: Mapping[str, str] = field(default_factory=dict[str, str])
    """Rooms and floors that have words of their own: ``obergeschoss`` -> ``oben``."""
    notes: Sequence[tuple[re.Pattern[str], str]] = ()
    """How words of a sentence become a note of their own: ``den Müll`` is noted as ``Müll``."""
    within: Sequence[str] = ()
    """Words inside a name after which a place comes: ``Licht in der Küche`` is a light."""

    def say(self, text: str, given: Mapping[str, object]) -> str:
        """Return a text with what is given at its places."""
        found = self._found("", text)
        if not given:
            return found
        rule = self.catalogue.plural
        return found.format(**{key: _placed(one, rule) for key, one in given.items()})

    def term(self, context: str, text: str) -> str:
        """Return a word that means several things in English, as it is meant in this context."""
        return self._found(context, text)

    def _found(self, context: str, text: str) -> str:
        if self.code == ENGLISH:
            return text
        found = self.catalogue.texts.get((context, text))
        if found is None and not context:
            # Words with a context come from devices as well: no language has all of those.
            _missed(self.code, text)
        return found or text

    def counted(self, number: int, noun: str) -> Words:
        """Return a number of things in words: ``ein Licht``, ``drei Lichter``, ``kein Licht``."""
        kind = self.nouns.get(noun) or Noun("", noun, noun, noun)
        before = (self.ones if number else self.nones).get(kind.gender) if number in (0, 1) else None
        if before is not None:
            cases = {case: f"{word} {kind.one}" for case, word in before.items()}
            return Words(cases["nom"], cases=cases, form=self.catalogue.plural(1))
        many = self.number_word(number)
        cases = {"dat": f"{many} {kind.dative}"}
        return Words(f"{many} {kind.many}", cases=cases, form=self.catalogue.plural(number))

    def number_word(self, number: int) -> str:
        """Return a number in words, in digits where the language has no short word for it."""
        return self.numbers[number] if 0 <= number < len(self.numbers) else str(number)

    def called(self, name: str, kind: str = "") -> Words:
        """Return a thing's name, with its article where the language tells the gender: ``die Stehlampe``.

        One word that does not say what it is goes behind its kind, an English noun: ``das Licht Regal``.

        Names that people gave are kept as they are; of several words they go without an article, unless a place
        follows the first: ``das Licht in der Küche``.
        """
        plain = " ".join(name.replace("_", " ").split())
        first, _, rest = plain.partition(" ")
        alone = not rest or rest.partition(" ")[0].casefold() in self.within
        gender = self._gender(first) if alone else None
        plural = self._gender(plain.rpartition(" ")[2] if not alone else first) == "p"
        form = self.catalogue.plural(2 if plural else 1)
        if gender is None and not rest and kind in self.nouns:
            plain, gender = f"{self.nouns[kind].one} {plain}", self.nouns[kind].gender
        if gender is None:
            return Words(plain, form=form)
        cases = {case: f"{article} {plain}" for case, article in self.articles[gender].items()}
        return Words(cases["nom"], cases=cases, form=form)

    def place(self, name: str) -> str:
        """Return where something is: ``im Wohnzimmer``, ``auf dem Balkon``, ``in Annas Zimmer``, ``oben``."""
        plain = " ".join(name.replace("_", " ").split())
        if (known := self.whole_places.get(plain.casefold())) is not None:
            return known
        before = _longest(plain.casefold(), self.places) if " " not in plain else None
        return self.say("in {place}", {"place": plain}) if before is None else f"{before} {plain}"

    def noted(self, words: str) -> str:
        """Return what somebody is to be reminded of, as it is noted and read out by itself."""
        for pattern, instead in self.notes:
            words = pattern.sub(instead, words)
        return words

    def _gender(self, word: str) -> str | None:
        return _longest(word.casefold(), self.heads)


def _placed(value: object, rule: PluralRule) -> Words | Number:
    """Return what is given as it can stand at any place; plain words have no cases, and stand for one thing."""
    if isinstance(value, Words):
        return value
    return Number(value, rule) if type(value) is int else Words(str(value))


def _longest(word: str, ends: Mapping[str, str]) -> str | None:
    """Return what belongs to the longest of the ends that the word has."""
    return next((ends[word[start:]] for start in range(len(word)) if word[start:] in ends), None)


@lru_cache(maxsize=64)
def tongue_of(language: str) -> Tongue:
    """Return how a language is spoken, ``de-CH`` as ``de``; one without files that can be used is English."""
    code = language.partition("-")[0]
    if code == ENGLISH or code not in tongues():
        return Tongue(ENGLISH)
    try:
        return _read(code)
    except SkillError as error:
        log.error("%s: English is spoken instead", error)
        return Tongue(ENGLISH)


@cache
def tongues() -> Sequence[str]:
    """Return the codes of the languages that Hearth speaks, English first."""
    return (ENGLISH, *sorted(file.stem for file in _FOLDER.glob("*.po")))


@lru_cache(maxsize=4096)
def _missed(code: str, text: str) -> None:
    """Log a text that a language does not have, once."""
    log.info("there is no %s for %r: it is said in English", code, text)


def _read(code: str) -> Tongue:
    """Return a language from its files.

    Raises:
        SkillError: they cannot be used.
    """
    try:
        catalogue = read_catalogue((_FOLDER / f"{code}.po").read_text(encoding="utf-8"), f"{code}.po")
        return _made(code, catalogue, tomllib.loads((_FOLDER / f"{code}.toml").read_text(encoding="utf-8")))
    except (OSError, KeyError, TypeError, ValueError, re.error) as error:
        raise SkillError(f"the language {code!r} cannot be read: {error!r}") from error


def _made(code: str, catalogue: Catalogue, data: Mapping[str, object]) -> Tongue:
    def table(key: str) -> Mapping[str, Mapping[str, str]]:
        return cast("Mapping[str, Mapping[str, str]]", data.get(key, {}))

    return Tongue(
        code,
        catalogue,
        decimal=str(data["decimal"]),
        links=cast("Mapping[str, str]", data["links"]),
        numbers=cast("Sequence[str]", data["numbers"]),
        months=cast("Sequence[str]", data["months"]),
        weekdays=cast("Sequence[str]", data["weekdays"]),
        articles=table("articles"),
        ones=table("ones"),
        nones=table("nones"),
        nouns={noun: Noun(*forms) for noun, forms in cast("Mapping[str, Sequence[str]]", data["nouns"]).items()},
        heads=_turned(data.get("heads", {})),
        places=_turned(data.get("places", {})),
        whole_places=cast("Mapping[str, str]", data.get("whole_places", {})),
        notes=[
            (re.compile(pattern, re.IGNORECASE), instead)
            for pattern, instead in cast("Sequence[Sequence[str]]", data.get("notes", ()))
        ],
        within=cast("Sequence[str]", data.get("within", ())),
    )


def _turned(table: object) -> Mapping[str, str]:
    """Return word -> key for a table of key -> words."""
    return {word: key for key, words in cast("Mapping[str, str]", table).items() for word in words.split()}
