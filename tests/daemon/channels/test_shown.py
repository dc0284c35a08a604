"""Tests of `daemon.channels.shown`: what fits on a screen."""

import pytest

from daemon.channels.shown import clipped, mark, text_of, title_of
from daemon.notify.model import Message

MARK = "07086f608fdb0791ea003b870c521778"


@pytest.mark.parametrize("most", range(3, 30))
def test_a_clipped_text_fits_and_is_whole_characters(most: int):
    found = clipped("Wäsche 🧺 fertig", most)
    assert len(found.encode()) <= most
    assert "Wäsche 🧺 fertig".startswith(found.removesuffix("…"))


def test_a_notice_has_the_same_mark_for_ever_and_another_has_another():
    assert mark("hearth-7") == MARK
    assert mark("hearth-7") != mark("hearth-8")
    assert mark("ü/#+ 🔥").isalnum()


@pytest.mark.parametrize(
    ("title", "shown"), [("", "Hearth"), ("a\r\nb", "a b"), (" \t ", "Hearth"), ("x" * 300, "x" * 197 + "…")]
)
def test_a_title_is_one_line(title: str, shown: str):
    assert title_of(Message("k", "t", title)) == shown


@pytest.mark.parametrize(("text", "shown"), [("", "(no text)"), ("a\x00b\nc", "a b\nc"), ("\ud800", "(no text)")])
def test_a_text_is_what_can_be_shown(text: str, shown: str):
    assert text_of(Message("k", text)) == shown
