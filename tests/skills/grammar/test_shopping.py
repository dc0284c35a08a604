"""What is said of the shopping without naming its list."""

import pytest

from skills.grammar.shopping import Remark, Said, said_of_shopping

MILK = ("milk",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("we're out of coffee", Said(Remark.SHORT, ("coffee",))),
        ("We are running low on cat food.", Said(Remark.SHORT, ("cat food",))),
        ("I need some batteries please", Said(Remark.SHORT, ("batteries",))),
        ("we need toilet paper, soap and tea", Said(Remark.SHORT, ("toilet paper", "soap", "tea"))),
        ("the milk is all gone", Said(Remark.SHORT, MILK)),
        ("there's no milk left", Said(Remark.SHORT, MILK)),
        ("do we need any milk?", Said(Remark.ASKED, MILK)),
        ("I've just bought the milk", Said(Remark.GOT, MILK)),
        ("we don't need milk any more", Said(Remark.DROPPED, MILK)),
        ("take the milk off again", Said(Remark.DROPPED, MILK)),
        ("cross off the milk", Said(Remark.DROPPED, MILK)),
        ("and milk", Said(Remark.ALSO, MILK)),
    ],
)  # fmt: skip
def test_it_is_heard(text: str, said: Said):
    assert said_of_shopping(text, "en-GB") == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("der Kaffee ist alle", Said(Remark.SHORT, ("Kaffee",))),
        ("wir brauchen noch Klopapier und Seife", Said(Remark.SHORT, ("Klopapier", "Seife"))),
        ("wir haben keine Milch mehr", Said(Remark.SHORT, ("Milch",))),
        ("die Milch geht zur Neige", Said(Remark.SHORT, ("Milch",))),
        ("brauchen wir Milch?", Said(Remark.ASKED, ("Milch",))),
        ("ich habe die Milch gekauft", Said(Remark.GOT, ("Milch",))),
        ("Milch hab ich schon", Said(Remark.GOT, ("Milch",))),
        ("Milch brauchen wir nicht mehr", Said(Remark.DROPPED, ("Milch",))),
        ("wir brauchen keine Milch mehr", Said(Remark.DROPPED, ("Milch",))),
        ("nimm die Milch wieder runter", Said(Remark.DROPPED, ("Milch",))),
        ("und noch Milch", Said(Remark.ALSO, ("Milch",))),
    ],
)
def test_it_is_heard_in_german(text: str, said: Said):
    assert said_of_shopping(text, "de") == said


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("we need to talk", "en"),
        ("I need help", "en"),
        ("we need the car", "en"),
        ("we need somebody who can look at the roof before winter comes", "en"),
        ("nous avons besoin de lait", "fr"),
        ("wir brauchen Hilfe", "de"),
        ("ich habe keine Lust mehr", "de"),
        ("turn the light off", "en"),
    ],
)
def test_what_is_no_shopping_is_left_alone(text: str, language: str):
    assert said_of_shopping(text, language) is None
