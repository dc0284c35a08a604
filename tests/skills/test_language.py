"""Texts in other languages: all there, with the same places; names, numbers and rooms as they are worded."""

import logging
import string
from pathlib import Path

import pytest

from skills.builtin import colours, sky, states, words
from skills.language import current, say, speaking, term, tongue, tongues
from skills.language.catalogue import read_catalogue
from skills.language.tongue import tongue_of
from skills.language.words import Words
from skills.model import SkillError
from tests.skills.texts import said

SHIPPED = [code for code in tongues() if code != "en"]


def places(text: str, *, needed: bool) -> set[str]:
    """Return the places of a text; with `needed`, without those that only choose by number."""
    parsed = [(name, spec or "") for _, name, spec, _ in string.Formatter().parse(text) if name]
    return {name for name, spec in parsed if not (needed and "|" in spec)}


@pytest.mark.parametrize("code", SHIPPED)
def test_every_text_is_there(code: str) -> None:
    missing = {text: where for text, where in said().items() if ("", text) not in tongue_of(code).catalogue.texts}
    assert missing == {}


@pytest.mark.parametrize("code", SHIPPED)
def test_no_text_is_there_that_nobody_says(code: str) -> None:
    spoken = said()
    assert [text for context, text in tongue_of(code).catalogue.texts if not context and text not in spoken] == []


@pytest.mark.parametrize("code", SHIPPED)
def test_texts_have_the_places_of_the_english_ones(code: str) -> None:
    texts = tongue_of(code).catalogue.texts.items()
    lost = [text for (_, text), own in texts if not places(text, needed=True) <= places(own, needed=False)]
    strange = [text for (_, text), own in texts if not places(own, needed=False) <= places(text, needed=False)]
    assert (lost, strange) == ([], [])


@pytest.mark.parametrize("code", SHIPPED)
def test_texts_can_be_said(code: str) -> None:
    whole = {text: own for (context, text), own in tongue_of(code).catalogue.texts.items() if not context}
    with speaking(code):
        for text, own in whole.items():
            given: dict[str, object] = dict.fromkeys(places(text, needed=False), Words("something"))
            assert say(text, **given) == own.format(**given)


@pytest.mark.parametrize("code", SHIPPED)
def test_every_word_for_a_state_is_there(code: str) -> None:
    pairs = states._BINARY.values()  # pyright: ignore[reportPrivateUsage] - the table itself is what is translated
    others = states._OTHERS.values()  # pyright: ignore[reportPrivateUsage]
    units = states._UNITS.values()  # pyright: ignore[reportPrivateUsage]
    wanted = {("state", word) for pair in pairs for word in pair} | {("state", word) for word in others}
    wanted |= {("unit", unit) for unit in units} | {("weather", one) for one in sky.CONDITIONS.values()}
    wanted |= {("colour", colour) for colour in (*colours.COLOURS, *colours.WHITES)}
    assert sorted(wanted - tongue_of(code).catalogue.texts.keys()) == []


@pytest.mark.parametrize("code", SHIPPED)
def test_every_kind_of_thing_has_a_noun(code: str) -> None:
    kinds = {*words._NOUNS.values(), *words._CLASS_NOUNS.values()}  # pyright: ignore[reportPrivateUsage] - as above
    assert sorted(kinds - tongue_of(code).nouns.keys()) == []


@pytest.mark.parametrize(
    ("name", "subject", "object_", "verb"),
    [
        ("Stehlampe", "die Stehlampe", "die Stehlampe", "ist"),
        ("Rollladen", "der Rollladen", "den Rollladen", "ist"),
        ("Küchenlicht", "das Küchenlicht", "das Küchenlicht", "ist"),
        ("Licht in der Küche", "das Licht in der Küche", "das Licht in der Küche", "ist"),
        ("Vorhänge", "die Vorhänge", "die Vorhänge", "sind"),
        ("Radiator", "der Radiator", "den Radiator", "ist"),
        ("Annas Lampe", "Annas Lampe", "Annas Lampe", "ist"),
        ("Robbi", "Robbi", "Robbi", "ist"),
        ("kitchen_light", "kitchen light", "kitchen light", "ist"),
        ("", "", "", "ist"),
    ],
)
def test_names_are_said_as_germans_say_them(name: str, subject: str, object_: str, verb: str) -> None:
    called = tongue_of("de").called(name)
    assert f"{called}|{called:acc}|{called:ist|sind}" == f"{subject}|{object_}|{verb}"


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("Küche", "in der Küche"),
        ("Wohnzimmer", "im Wohnzimmer"),
        ("Dachterrasse", "auf der Dachterrasse"),
        ("Balkon", "auf dem Balkon"),
        ("upstairs", "oben"),
        ("Erster Stock", "im Bereich Erster Stock"),
        ("Kitchen", "im Bereich Kitchen"),
    ],
)
def test_rooms_have_their_preposition(name: str, where: str) -> None:
    assert tongue_of("de").place(name) == where


@pytest.mark.parametrize(
    ("number", "noun", "nominative", "accusative", "dative"),
    [
        (0, "timer", "kein Timer", "keinen Timer", "keinem Timer"),
        (1, "timer", "ein Timer", "einen Timer", "einem Timer"),
        (3, "light", "drei Lichter", "drei Lichter", "drei Lichtern"),
        (40, "day", "40 Tage", "40 Tage", "40 Tagen"),
    ],
)
def test_things_are_counted(number: int, noun: str, nominative: str, accusative: str, dative: str) -> None:
    counted = tongue_of("de").counted(number, noun)
    assert (str(counted), f"{counted:acc}", f"{counted:dat}") == (nominative, accusative, dative)


@pytest.mark.parametrize(
    ("heard", "noted"),
    [
        ("den Müll", "Müll"),
        ("daran, die Blumen zu gießen", "Blumen gießen"),
        ("den Herd auszuschalten", "Herd ausschalten"),
        ("Mama anzurufen", "Mama anrufen"),
        ("Zahnarzt", "Zahnarzt"),
        ("ans Trinken", "Trinken"),
        ("das zu tun", "das tun"),
    ],
)
def test_what_is_to_be_remembered_is_worded_as_a_note(heard: str, noted: str) -> None:
    assert tongue_of("de").noted(heard) == noted


def test_numbers_lists_and_days_are_german() -> None:
    with speaking("de-AT"):
        told = (words.degrees(21.5), words.listing(["Milch", "Brot", "Eier"]), words.listing(["a", "b"], "or"))
    assert told == ("21,5 Grad", "Milch, Brot und Eier", "a oder b")


def test_what_a_language_lacks_is_english_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with speaking("de"):
        told = [say("Nobody ever says this to {who}.", who="anybody") for _ in range(2)]
    assert told == ["Nobody ever says this to anybody."] * 2
    assert len([one for one in caplog.messages if "Nobody ever says this" in one]) == 1


@pytest.mark.parametrize("code", ["en", "en-GB", "xx", ""])
def test_other_languages_are_english(code: str) -> None:
    with speaking(code):
        assert (say("You missed nothing."), term("state", "on")) == ("You missed nothing.", "on")


def test_a_language_holds_for_its_block_only() -> None:
    with speaking("de"):
        with speaking("en"):
            assert current().code == "en"
        assert current().code == "de"
    assert current().code == "en"


def test_a_third_language_is_two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plural = '"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 ? 1 : 2);\\n"'
    text = 'msgid "{n} {n:timer|timers}"\nmsgstr "{n} {n:minutnik|minutniki|minutników}"\n'
    (tmp_path / "pl.po").write_text(f'msgid ""\nmsgstr ""\n{plural}\n\n{text}', encoding="utf-8")
    data = 'decimal = ","\nlinks = { and = "i", or = "lub" }\nnumbers = []\nmonths = []\nweekdays = []\n'
    (tmp_path / "pl.toml").write_text(f"{data}[nouns]\n", encoding="utf-8")
    monkeypatch.setattr(tongue, "_FOLDER", tmp_path)
    for known in (tongue.tongue_of, tongue.tongues):
        known.cache_clear()
    try:
        with speaking("pl"):
            assert [say("{n} {n:timer|timers}", n=n) for n in (1, 3, 5)] == [
                "1 minutnik",
                "3 minutniki",
                "5 minutników",
            ]
            assert words.listing(["a", "b"]) == "a i b"
    finally:
        for known in (tongue.tongue_of, tongue.tongues):
            known.cache_clear()


def test_a_broken_catalogue_says_which_line() -> None:
    with pytest.raises(SkillError, match=r"'xx.po' has a line that is none of a gettext catalogue: 'msgit \"a\"'"):
        read_catalogue('msgit "a"', "xx.po")


def test_fuzzy_and_empty_entries_count_as_not_there() -> None:
    catalogue = read_catalogue(
        '#, fuzzy\nmsgid "a"\nmsgstr "b"\n\nmsgid "c"\nmsgstr ""\n\nmsgid "d"\nmsgstr "e"\n', "xx.po"
    )
    assert catalogue.texts == {("", "d"): "e"}


def test_a_language_whose_files_are_broken_is_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "qq.po").write_text('msgid "No."\nmsgstr "Q."\n', encoding="utf-8")
    (tmp_path / "qq.toml").write_text('decimal = ","\n', encoding="utf-8")
    monkeypatch.setattr(tongue, "_FOLDER", tmp_path)
    tongue.tongues.cache_clear()
    try:
        with speaking("qq"):
            assert say("No.") == "No."
    finally:
        tongue.tongues.cache_clear()
        tongue.tongue_of.cache_clear()
    assert "the language 'qq' cannot be read: KeyError('links'): English is spoken instead" in caplog.text
