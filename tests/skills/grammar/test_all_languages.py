"""Every language of home-assistant-intents is read, in a time that has a bound."""

from pathlib import Path

import home_assistant_intents
import pytest

from devices.home import Home
from skills import registry
from skills.grammar import load
from skills.grammar.automaton import Automaton
from skills.grammar.documents import builtin_documents, merge
from skills.grammar.manners import load_manners
from skills.grammar.model import Context, Decision
from skills.grammar.templates import compile_book
from skills.registry import Status

LANGUAGES = sorted(
    file.stem for path in home_assistant_intents.__path__ for file in (Path(path) / "data").glob("*.json")
)
OURS = ("de", "en", "es", "fr", "it", "nl")
LARGE = {"th", "zh-CN", "zh-TW"}
"""Languages whose states are too many to be worked out beforehand: their words are single characters, or very many."""


@pytest.mark.parametrize(
    "language", [pytest.param(one, marks=pytest.mark.slow) if one in LARGE else one for one in LANGUAGES]
)
def test_every_language_is_read_and_answers(language: str, home: Home):
    understood = load(language).understand("kitchen 20 % !", home, Context())
    assert understood.decision in Decision


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_states_of_a_language_are_bounded(language: str):
    states = Automaton(compile_book(merge(language, builtin_documents(language)))).complete()
    assert (states is None) == (language in LARGE)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_a_skill_without_a_language_is_not_broken(language: str):
    skills = registry.load()
    skills.documents(language)
    assert {row.name for row in skills.rows if row.status is Status.SELF_CHECK_FAILED} == set()


@pytest.mark.parametrize("language", OURS)
def test_a_polished_language_says_what_stops_it(language: str):
    manners = load_manners(language)
    reasons = {sign.reason: sign.decision for sign in manners.signs}
    assert reasons.keys() >= {"negation", "report", "hypothesis", "condition", "question", "time", "exception"}
    assert reasons["negation"] is Decision.REJECT
    assert manners.examples
    assert {"name", "which", "where"} <= manners.questions.keys()
