"""Whatever the text: an answer, no exception, and in a number of steps that has a bound."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skills.grammar import load
from skills.grammar.model import Context, Decision
from skills.grammar.tokens import tokenize
from tests.skills.grammar.small import KITCHEN, house

WORDS = st.sampled_from(
    tokenize(
        "turn on off the lights in kitchen desk lamp and then set to twenty 50 % percent don't if play add list timer "
        "for minutes hour at um please open close front door a is to of half what all everything broadcast "
        "no wait i mean sorry it them too same other one make again except scratch that bedroom but not more"
    ).words
)
NAMES = st.sampled_from(
    tokenize(
        "schreibtischlampe küche wohnzimmerdeckenlampe flur schalte mach das licht und dann aus ein nicht alle außer "
        "der stehlampe im nein ich meine zwanzig 50 prozent timer"
    ).words
)
ENGINE, GERMAN, HOUSE = load("en"), load("de"), house()
SCRIPTS = st.text(
    st.one_of(
        st.characters(categories=("Cc", "Cf", "Cs", "Mn", "So", "Nd")),
        st.sampled_from("aä ß漢字かなжשلمไทยहि½%°'’-.,1٣🎉\u200d\ufe0f"),
    ),
    max_size=300,
)
SAID = ("set a timer for ten minutes", "turn on the desk lamp", "turn off the lights upstairs")


@given(st.text(max_size=400))
def test_any_text_has_an_answer(text: str):
    assert ENGINE.understand(text, HOUSE, Context(area=KITCHEN)).decision in Decision


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORDS, max_size=60))
def test_any_heap_of_familiar_words_has_an_answer(words: list[str]):
    meant = ENGINE.understand(" ".join(words), HOUSE, Context(area=KITCHEN, history=SAID))
    assert meant.matches or meant.decision != Decision.ACT
    assert not meant.matches or meant.decision in (Decision.ACT, Decision.ASK)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(NAMES, min_size=5, max_size=60))
def test_any_heap_of_german_names_has_an_answer(words: list[str]):
    text, context = " ".join(words), Context(area=KITCHEN, history=SAID)
    meant = GERMAN.understand(text, HOUSE, context)
    assert meant.matches or meant.decision != Decision.ACT
    assert GERMAN.at_once(text, HOUSE, context) in (None, meant)


@settings(deadline=None)
@given(SCRIPTS)
def test_any_script_has_an_answer(text: str):
    for engine in (ENGINE, GERMAN):
        assert engine.understand(text, HOUSE, Context(history=(text,))).decision in Decision


def test_ten_thousand_words_are_too_many():
    assert ENGINE.understand("and turn on the lights " * 2_000, HOUSE, Context()).reason == "too-long"
