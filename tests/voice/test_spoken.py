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
        ("<b>bold</b> 5 < 6", "bold 5 less than 6"),
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
        ("Due 2026-11-22.", "Due November 22nd, 2026."),
        ("2026-11-01T07:30 was it", "November 1st, 2026 7 30 was it"),
        ("2026-13-40 is no date", "2026-13-40 is no date"),
        ("at 7 pm, 7:05 a.m. or 11:30PM", "at 7 p m, 7 oh 5 a m or 11 30 p m"),
        ("at 12 I am home", "at 12 I am home"),
        ("$5, €1 and £2.50", "5 dollars, 1 euro and 2 pounds 50"),
        ("write to jo.doe@x.org", "write to jo dot doe at x dot org"),
        ("takes 1h 20min", "takes 1 hour 20 minutes"),
        ("takes 2 h 5 m", "takes 2 hours 5 minutes"),
        ("½ cup, 1½ spoons", "a half cup, 1 and a half spoons"),
        ("call 0664 1234567", "call 0 6 6 4 1 2 3 4 5 6 7"),
        ("code 12345678", "code 1 2 3 4 5 6 7 8"),
        ("12345678 watts", "12345678 watts"),
        ("1,234,567.5 steps", "1,234,567.5 steps"),
        ("~20 °C, ≥ 5 W", "about 20 degrees Celsius, at least 5 watts"),
        ("2 + 2 = 4", "2 plus 2 is 4"),
        ("+3 °C", "plus 3 degrees Celsius"),
        ("3 < 5", "3 less than 5"),
        ("on/off and 5 km/h", "on or off and 5 kilometres per hour"),
        ("Dr. Who on Tue. at 9:00", "Doctor Who on Tuesday at 9 o'clock"),
        ("max. 5 min", "at most 5 minutes"),
    ],
)
def test_english_text_is_made_speakable(text: str, said: str):
    assert speakable(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("21,5 °C um 18:40 Uhr", "21,5 Grad Celsius um 18 Uhr 40"),
        ("ca. 45 %, z. B. um 9:00", "circa 45 Prozent, zum Beispiel um 9 Uhr"),
        ("am 22.11.2026", "am 22. November 2026"),
        ("am 1.2. und 3.4.", "am 1. Februar und 3. April"),
        ("Version 1.2.3", "Version 1.2.3"),
        ("2026-11-22", "22. November 2026"),
        ("12,50 € für 1 €", "12 Euro 50 für 1 Euro"),
        ("1h 20min", "1 Stunde 20 Minuten"),
        ("an/aus, ½ Liter", "an oder aus, ein halb Liter"),
        ("um 7:05 Uhr", "um 7 Uhr 5"),
        ("-5 °C bis +3 °C", "minus 5 Grad Celsius bis plus 3 Grad Celsius"),
        ("10–15 min, max. 5 kWh", "10 bis 15 Minuten, höchstens 5 Kilowattstunden"),
        ("Hr. Maier, Nr. 5", "Herr Maier, Nummer 5"),
        ("**Fertig** 🎉 [hier](http://x.de)", "Fertig hier"),
        ("a@b.de", "a ät b Punkt de"),
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


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (
            "The kitchen light is on, the lamp in the living room is off, and the heater is at 21 degrees.",
            "The kitchen light is on,",
        ),
        ("Yes, the lamp in the living room and the one in the hall are both still on at this hour.", None),
        ("The kitchen light is on, as is the lamp.", None),
    ],
    ids=["at the comma", "not after one word", "not a short one"],
)
def test_the_first_piece_is_short_where_people_would_pause(text: str, first: str | None):
    parts = sentences(text)

    assert parts[0] == (first or text)
    assert " ".join(parts) == text


@pytest.mark.parametrize("text", ["word " * 200, "one, two, " * 60, "x" * 1_000])
def test_no_sentence_is_too_long_and_nothing_is_lost(text: str):
    parts = sentences(text.strip())

    assert all(0 < len(part) <= SENTENCE_MAX for part in parts)
    assert "".join(parts).replace(" ", "") == text.replace(" ", "")
