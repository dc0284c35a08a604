import pytest

from skills.grammar import load
from skills.grammar.documents import builtin_documents, merge, read_yaml
from skills.grammar.templates import compile_book
from skills.model import SkillError
from tests.skills.grammar.small import saying


def test_blocks_add_up_and_later_rules_win():
    book = merge("en", [saying("a <x>", expansion_rules={"x": "b"}), saying("c", expansion_rules={"x": "d"})])
    assert [block.sentences for block in book.blocks] == [("a <x>",), ("c",)]
    assert book.rules["x"] == "d"


def test_a_document_of_another_language_is_passed_over():
    assert merge("de", [saying("hello")]).blocks == ()


def test_a_region_takes_the_documents_of_its_language():
    assert len(merge("en-GB", [saying("hello")]).blocks) == 1


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({"intents": ["HassTurnOn"]}, "intents"),
        ({"intents": {"Say": {"data": [{"sentences": "hello"}]}}}, "'Say'"),
        ({"lists": {"x": {"values": [{"out": 1}]}}}, "'x'"),
        ({"lists": {"x": {"range": {"from": "a", "to": 3}}}}, "'x'"),
        (saying("hello {nobody}"), "{nobody}"),
        (saying("hello <nobody>"), "<nobody>"),
        (saying("hello (there"), "hello (there"),
    ],
    ids=["intents", "sentences", "no in", "range", "no list", "no rule", "no end"],
)
def test_a_mistake_in_a_document_is_named(document: dict[str, object], named: str):
    with pytest.raises(SkillError) as raised:
        compile_book(merge("en", [document]))
    assert named in str(raised.value)


def test_what_is_no_yaml_is_refused():
    with pytest.raises(SkillError, match="no YAML"):
        read_yaml("a: [")


def test_a_language_without_sentences_is_refused():
    with pytest.raises(SkillError, match="'tlh'"):
        load("tlh")


@pytest.mark.parametrize("language", ["en", "de", "fr", "ja"])
def test_home_assistants_sentences_compile(language: str):
    graph = compile_book(merge(language, builtin_documents(language)))
    assert graph.start
