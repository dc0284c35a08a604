"""Tests of `devices.homeassistant.sentences`: which sentences automations have, and whether one was said."""

import pytest

from devices.homeassistant.sentences import compiled, fits, spoken


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("party time", "Party time!"),
        ("[it is] party time", "it is party time"),
        ("[it is] party time", "party time"),
        ("(start|begin) the party", "begin the party"),
        ("tell {who} [that] {what}", "tell Anna that dinner is ready"),
        ("play {song} in the (kitchen|bath)", "play Für Elise in the bath"),
        ("[[now] please] dim it", "now please dim it"),
    ],
)
def test_sentence_is_known_in_each_of_its_forms(template: str, said: str):
    pattern = compiled(template)
    assert pattern is not None
    assert fits(said, [pattern])


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("party time", "no party time"),
        ("party time", "party time in the kitchen"),
        ("(start|begin) the party", "stop the party"),
        ("tell {who} [that] {what}", "tell"),
        ("turn on the light", "don't turn on the light"),
        ("start the party", "start the party " * 100),
    ],
)
def test_what_says_more_or_less_is_no_such_sentence(template: str, said: str):
    pattern = compiled(template)
    assert pattern is not None
    assert not fits(said, [pattern])


@pytest.mark.parametrize(
    "template",
    [
        "",
        " ",
        "{anything}",
        "[please] {anything}",
        "(a|b",
        "a)",
        "[a",
        "a]",
        "{a} {b} {c} {d} e",
        "x" * 301,
        "(yes|no) {x}",
    ],
)
def test_template_that_fits_anything_or_is_none_is_left_out(template: str):
    assert compiled(template) is None


def test_sentences_are_found_as_old_and_new_versions_write_them():
    old = {"trigger": [{"platform": "conversation", "command": "party time"}, {"platform": "state"}]}
    new = {"triggers": [{"trigger": "conversation", "command": ["movie", "film"]}, {"trigger": "time"}]}
    rubbish: dict[str, object] = {"trigger": [7, {"platform": "conversation", "command": [7, None]}, None]}
    assert spoken([old, new, rubbish, {}]) == ["party time", "movie", "film"]
