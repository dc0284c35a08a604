"""A bare "why not?": the reason of the last answer, asked by whoever got it."""

from pathlib import Path

import pytest

from daemon.conversation.whynot import asks_why
from tests.daemon.remembering.family import family


@pytest.mark.parametrize("text", ["why not?", "Why?", "and why not", "warum nicht?", "Wieso denn nicht", "how come"])
def test_a_bare_why_names_nothing(text: str) -> None:
    assert asks_why(text)


@pytest.mark.parametrize("text", ["why is the lamp on", "why not turn it on", "warum ist das Licht an", "", "and"])
def test_what_names_something_is_another_question(text: str) -> None:
    assert not asks_why(text)


PLAYED = {
    "what was refused, for whose wish it was": """
        anna: never turn on the lamp -> not by itself
        mia: turn on the lamp -> Anna told me
        mia: why not? -> Because Anna told me: “never turn on the lamp”.
        mia: and why not -> Because Anna told me
        """,
    "what is asked about, and the question stays open": """
        anna: always ask before you open the garage door -> I ask first
        ben: open the garage door -> Shall I
        ben: why? -> Because Anna told me: “always ask before you open the garage door”. Say yes
        ben: yes -> open
        """,
    "what a guest may not do": """
        gus: unlock the front door -> may not
        gus: why not? -> Because it is about safety, and a guest may not do that.
        """,
    "what was not understood": """
        ben: frobnicate the gizmo -> I did not understand
        ben: why not? -> I did not understand “frobnicate the gizmo”
        """,
    "what is known, and what is seen": """
        ben: I like jazz -> jazz
        ben: what do I like? -> jazz
        ben: why? -> You told me so
        ben: is the lamp on? -> No
        ben: why? -> The lamp
        """,
    "nobody else's answer": """
        gus: unlock the front door -> may not
        mia: why not? -> Ask me about one thing by its name
        """,
}  # fmt: skip


@pytest.mark.parametrize("lines", PLAYED.values(), ids=PLAYED.keys())
async def test_why_is_about_the_last_answer(tmp_path: Path, lines: str) -> None:
    async with family(tmp_path) as house:
        for line in lines.strip().splitlines():
            spoken, _, wanted = line.strip().partition(" -> ")
            who, _, text = spoken.partition(": ")
            assert wanted in await house.says(who, text), spoken
