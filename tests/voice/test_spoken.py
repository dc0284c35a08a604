import pytest

from voice.spoken import SENTENCE_MAX, TEXT_MAX, sentences, speakable


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The lamp is on.", "The lamp is on."),
        ("**The lamp** is _on_.", "The lamp is on."),
        ("light.kitchen_ceiling stays", "light.kitchen_ceiling stays"),
        ("# Lights\n- one\n* two\n1. three", "Lights\none\ntwo\nthree"),
        ("See [the manual](http://x.org/a).", "See the manual."),
        ("Go to https://x.org/?a=1 now", "Go to now"),
        ("before ```x = 1``` after", "before after"),
        ("<b>bold</b> 5 < 6", "bold 5 < 6"),
        ("Done 🎉👍🏽!", "Done !"),
        ("🎉", ""),
        ("...", ""),
        ("", ""),
        ("It is 21.5 °C and 45%.", "It is 21.5 degrees Celsius and 45 percent."),
        ("1 °C or 11 °C or 21 °C", "1 degree Celsius or 11 degrees Celsius or 21 degrees Celsius"),
        ("-5°C", "minus 5 degrees Celsius"),
        ("18–21 °C", "18 to 21 degrees Celsius"),
        ("1 kWh, 3 m², 12 µg/m³", "1 kilowatt hour, 3 square metres, 12 micrograms per cubic metre"),
        ("4 men at 5 m", "4 men at 5 metres"),
        ("at 18:40, 7:05 and 9:00", "at 18 40, 7 oh 5 and 9 o'clock"),
        ("at 0:00 and 0:30", "at midnight and 0 30"),
        ("e.g. this & that, etc.", "for example this and that, and so on"),
        ("a\tb\x00\x1b[31mc", "a b[31mc"),
    ],
)
def test_english_text_is_made_speakable(text: str, said: str):
    assert speakable(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("21,5 °C um 18:40 Uhr", "21,5 Grad Celsius um 18 Uhr 40"),
        ("ca. 45 %, z. B. um 9:00", "circa 45 Prozent, zum Beispiel um 9 Uhr"),
    ],
)
def test_german_text_is_made_speakable(text: str, said: str):
    assert speakable(text, "de") == said


def test_other_languages_keep_their_signs():
    assert speakable("**21 °C** à 18:40", "fr") == "21 °C à 18:40"


def test_a_long_answer_ends_with_a_whole_sentence():
    said = speakable("This is a sentence. " * 200)

    assert len(said) <= TEXT_MAX
    assert said.endswith("sentence.")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("It is 3.5 metres. Good.", ["It is 3.5 metres.", "Good."]),
        ("a line\nanother", ["a line", "another"]),
        ("", []),
        ("...\n!", []),
    ],
)
def test_sentences_are_told_apart(text: str, parts: list[str]):
    assert sentences(text) == parts


@pytest.mark.parametrize("text", ["word " * 200, "one, two, " * 60, "x" * 1_000])
def test_no_sentence_is_too_long_and_nothing_is_lost(text: str):
    parts = sentences(text.strip())

    assert all(0 < len(part) <= SENTENCE_MAX for part in parts)
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")
