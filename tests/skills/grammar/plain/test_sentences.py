"""Our own sentences, half of which were looked at only after the grammar was written."""

import re

import pytest

from skills.grammar.plain import Draft, Unclear
from tests.skills.grammar.plain.conftest import Drafting
from tests.skills.grammar.plain.scoring import lines, messages
from tests.skills.grammar.plain.sentences import Sentence, sentences

PEOPLE = ("person.mara", "person.theo")
EVERY = [one for name in ("near", "apart", "later", "further", "last", "more") for one in sentences(f"{name}.yaml")]
_TOLD = re.compile(r"(?P<how>notify \S+|speak)(?: (?P<words>.*))?")


def of(kind: str) -> list[Sentence]:
    return [one for one in EVERY if one.kind == kind]


@pytest.mark.parametrize("said", of("routine"), ids=lambda one: one.text)
def test_routines_are_what_was_meant(drafting: Drafting, said: Sentence) -> None:
    meant = drafting(said.text, said.language)
    assert isinstance(meant, Draft)
    started, limited, done = lines(meant.definition, PEOPLE)
    told = [found["words"] or "" for action in said.actions if (found := _TOLD.fullmatch(action)) is not None]
    assert started == set(said.triggers)
    assert limited == set(said.conditions)
    assert sorted(done) == sorted(_TOLD.sub(lambda found: found["how"], action) for action in said.actions)
    assert all(words.lower() in messages(meant.definition).lower() for words in told)


@pytest.mark.parametrize("said", of("ask"), ids=lambda one: one.text)
def test_what_is_left_open_is_asked(drafting: Drafting, said: Sentence) -> None:
    assert isinstance(drafting(said.text, said.language), Unclear)


@pytest.mark.parametrize("said", of("none"), ids=lambda one: one.text)
def test_what_is_no_routine_makes_none(drafting: Drafting, said: Sentence) -> None:
    assert drafting(said.text, said.language) is None
