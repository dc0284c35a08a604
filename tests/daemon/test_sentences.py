"""A household's own sentences, in the files that Home Assistant takes."""

from pathlib import Path

import pytest

from daemon.sentences import Sentences
from daemon.supervise import Condition
from devices.model import EntityId
from skills import Reply, Request, Skill
from skills.grammar.model import Context, Decision
from skills.registry import registered
from tests.skills.grammar.small import house

MINE = """
language: "en"
intents:
  HassTurnOn:
    data:
      - sentences: ["(engage|ignite) <glow>"]
        requires_context: {domain: light}
  HassTurnOff:
    data:
      - sentences: ["{nap_words} now"]
        slots: {domain: light}
        response: napping
lists:
  nap_words:
    values:
      - in: "(nap|siesta) time"
        out: nap
expansion_rules:
  glow: "[the] glow of [the] {name}"
skip_words: [prithee]
"""
lights = Skill("lights")


@lights.handles("HassTurnOn")
@lights.handles("HassTurnOff")
async def switch(_request: Request) -> Reply:
    return Reply("Done.")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def folder(place: Path, **files: str) -> Path:
    (place / "en").mkdir()
    for name, text in files.items():
        (place / "en" / f"{name}.yaml").write_text(text, encoding="utf-8")
    return place


def test_they_work_unchanged(tmp_path: Path, cache: Path):
    sentences = Sentences(registered(lights), folder(tmp_path, mine=MINE), cache)
    engine = sentences.engine("en")
    meant = engine.understand("prithee ignite the glow of the desk lamp", house(), Context())
    assert [(match.intent, match.targets) for match in meant.matches] == [
        ("HassTurnOn", (EntityId("light.desk_lamp"),))
    ]
    assert engine.understand("siesta time now", house(), Context()).matches[0].slots["domain"] == "light"
    assert sentences.health().condition is Condition.FINE


async def test_they_are_compiled_by_another_process_for_the_next_start(tmp_path: Path):
    cache = tmp_path / "cache"
    sentences = Sentences(registered(lights), folder(tmp_path, mine=MINE), cache)
    sentences.engine("en")
    before = set(cache.glob("*"))
    await sentences.keep("en")
    made = set(cache.glob("*")) - before
    assert len(made) == 1, "the first engine kept its states, or nothing else did"
    meant = sentences.engine("en").understand("engage the glow of the desk lamp", house(), Context())
    await sentences.keep("en")
    assert (meant.decision, set(cache.glob("*"))) == (Decision.ACT, before | made)


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("language: en\nintents: {HassTurnOff: {data: [{sentences: ['extinguish {nolist}']}]}}", "{nolist}"),
        ("language: en\nintents: {HassTurnOff: {data: [{sentences: ['extinguish (it']}]}}", "extinguish (it"),
        ("language: en\nintents: [1, 2", "is no YAML"),
        ("language: de\nintents: {HassTurnOff: {data: []}}", "its language is 'de'"),
        ("language: en\nlists: {place: {range: {from: a}}}", "'place'"),
        ("- 1\n- 2", "must be a mapping"),
    ],
)
def test_a_broken_file_is_named_and_the_rest_works(tmp_path: Path, cache: Path, broken: str, told: str):
    sentences = Sentences(registered(lights), folder(tmp_path, broken=broken, mine=MINE), cache)
    meant = sentences.engine("en").understand("engage the glow of the desk lamp", house(), Context())
    health = sentences.health()
    assert meant.decision is Decision.ACT
    assert health.condition is Condition.DEGRADED
    assert health.detail.startswith("en/broken.yaml: ")
    assert told in health.detail


def test_an_intent_that_nobody_answers_is_named(tmp_path: Path, cache: Path):
    party = "language: en\nintents: {PartyMode: {data: [{sentences: ['let us party']}]}}"
    sentences = Sentences(registered(lights), folder(tmp_path, party=party), cache)
    assert sentences.engine("en").understand("let us party", house(), Context()).matches[0].intent == "PartyMode"
    assert sentences.health().detail == "nobody answers PartyMode"
