import pytest

from skills.grammar.compounds import Compounds
from skills.grammar.tokens import tokenize

HOUSE = {"kuche", "schule", "arbeitszimmer", "keuken", "thermostat", "tur"}
KNOWN = HOUSE | {"licht", "lampe", "sloten", "temperatur", "das"}


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("de", "das Küchenlicht", "das kuche licht"),
        ("de", "Kuechenlampe", "kuche lampe"),
        ("de", "Tuer", "tur"),
        ("de", "Schullampe", "schule lampe"),
        ("de", "Arbeitszimmertemperatur", "arbeitszimmer temperatur"),
        ("de", "des Thermostats", "des thermostat"),
        ("de", "Küchenpapier", "kuchenpapier"),
        ("de", "Lampenschirm", "lampenschirm"),
        ("nl", "keukensloten", "keuken sloten"),
        ("en", "keukensloten", "keukensloten"),
    ],
)
def test_a_compound_of_the_house_is_its_parts(language: str, text: str, words: str):
    compounds = Compounds(language, HOUSE.__contains__, KNOWN.__contains__)
    assert " ".join(compounds.parted(tokenize(text)).words) == words


def test_what_was_said_can_still_be_quoted():
    parted = Compounds("de", HOUSE.__contains__, KNOWN.__contains__).parted(tokenize("kauf das Küchenlicht heute"))
    assert parted.said(1, 4) == "das Küchenlicht"
