"""What of a model's proposals stands in the words that were said: measured with one that is right and one that lies."""

import json
from collections.abc import Mapping, Sequence

import pytest

from daemon.remembering.grounding import Utterer, grounded, worth_asking
from daemon.remembering.inferring import Inferred
from tests.daemon.remembering.utterances import SAID
from tests.doubles import START

NAMES = {name: name for name in ("tom", "sara", "mia", "greta")}
RELATIONS = ("likes", "dislikes", "usually", "job", "home", "owns", "plans", "worry")
Proposal = Mapping[str, str]


def said() -> Sequence[tuple[str, str, Sequence[Proposal]]]:
    """Return who says what, and what is true of it."""
    found: list[tuple[str, str, Sequence[Proposal]]] = []
    for line in SAID.strip().splitlines():
        spoken, _, wanted = line.partition(" => ")
        who, _, text = spoken.partition(": ")
        parts = [one.strip().split("/") for one in wanted.split(";") if one.strip()]
        found.append((who, text, [dict(zip(("about", "relation", "object"), part, strict=True)) for part in parts]))
    return found


def kept(who: str, text: str, proposed: Sequence[Proposal]) -> Sequence[Inferred]:
    """Return what is kept of what a model proposes."""
    answer = json.dumps({"facts": list(proposed)})
    return grounded(answer, text, START, Utterer(who, NAMES))


def test_a_model_that_is_right_is_heard() -> None:
    true = [(who, text, one) for who, text, facts in said() for one in facts]
    heard = [one for who, text, one in true if kept(who, text, [one])]
    assert len(said()) == 60
    assert len(heard) == len(true), f"{len(heard)} of {len(true)}"


def test_of_what_tells_nothing_nothing_is_kept_whatever_is_proposed() -> None:
    """Every run of up to four words as the object, with every relation, of everybody: what a lying model could say."""
    wrong = [
        f"{text}: {about}/{relation}/{thing}"
        for who, text, facts in said()
        for about in ("speaker", *NAMES)
        for relation in RELATIONS
        for thing in _runs(text)
        if not facts and kept(who, text, [{"about": about, "relation": relation, "object": thing}])
    ]
    assert wrong == []


def test_what_is_kept_of_a_liar_has_the_relation_and_the_person_of_the_sentence() -> None:
    """Where something is told, a liar may cut the object short, but neither turn it round nor put it on others."""
    wrong = 0
    for who, text, facts in said():
        right = {(one["about"].lower(), one["relation"]) for one in facts}
        for about in ("speaker", *NAMES):
            for relation in RELATIONS:
                found = any(
                    kept(who, text, [{"about": about, "relation": relation, "object": thing}]) for thing in _runs(text)
                )
                wrong += found and (about, relation) not in right
    assert wrong == 0


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "null",
        "[]",
        '{"facts": "likes"}',
        '{"facts": [1, null]}',
        '{"facts": [{"about": "speaker", "relation": "likes"}]}',
        '{"facts": [{"about": "speaker", "relation": "rules", "object": "fresh bread"}]}',
        '{"facts": [{"about": "speaker", "relation": "likes", "object": ""}]}',
        '{"facts": [{"about": "speaker", "relation": "likes", "object": "the"}]}',
        '{"facts": [{"about": "speaker", "relation": "likes", "object": "stale bread"}]}',
        '{"facts": [{"about": "speaker", "relation": "dislikes", "object": "fresh bread"}]}',
        '{"facts": [{"about": "Mia", "relation": "likes", "object": "fresh bread"}]}',
        '{"facts": [{"about": "the bank", "relation": "likes", "object": "fresh bread"}]}',
    ],
)
def test_what_is_not_said_is_not_kept(answer: str) -> None:
    assert grounded(answer, "I love fresh bread on Sundays", START, Utterer("tom", NAMES)) == []


@pytest.mark.parametrize(
    "text", ["what do I like?", "maybe I like it there", "my PIN is four seven one one", "oh well"]
)
def test_a_model_is_not_asked_about_what_tells_nothing(text: str) -> None:
    assert not worth_asking(text)


def _runs(text: str) -> Sequence[str]:
    words = text.split()
    return [
        " ".join(words[start : start + length]) for length in (1, 2, 3, 4) for start in range(len(words) - length + 1)
    ]
