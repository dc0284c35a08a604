"""What people told once changes what the whole daemon does afterwards, and is told when it does."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from skills.model import Origin, PersonId
from tests.daemon.remembering.family import family

PLAYED = {
    "what is forbidden is asked about once, and refused to children": """
        anna: never turn on the lamp after eleven -> not by itself from 23:00 to 06:00
        anna: turn on the lamp -> The lamp is on.
        anna: turn off the lamp -> off
        +11.5
        anna: turn on the lamp -> You told me: “never turn on the lamp after eleven”. Shall I
        anna: yes -> The lamp is on.
        anna: turn off the lamp -> off
        ben: turn on the lamp -> Anna told me
        ben: no -> All right, I leave it.
        +2
        mia: turn on the lamp -> I may not do that: Anna told me
        """,
    "ask first": """
        anna: always ask before you open the garage door -> I ask first
        ben: open the garage door -> Anna told me: “always ask before you open the garage door”. Shall I open
        """,
    "one thing more with some words": """
        anna: turn on the desk -> on
        ben: turn on the desk -> on
        anna: when I say good night also turn off the desk -> whenever you say “good night” I do that too
        ben: good night -> !The desk light is off
        anna: good night -> The desk light is off.
        """,
    "short answers": """
        anna: turn on the lamp -> The lamp is on.
        anna: I prefer short answers -> you want short answers
        anna: turn off the lamp -> Done.
        ben: turn on the lamp -> The lamp is on.
        anna: talk more -> you want long answers
        anna: turn off the lamp -> The lamp is off.
        """,
    "warmth, and a change of mind": """
        anna: I like it at 20 degrees -> you like it at 20 degrees
        anna: make it comfortable -> 20 degrees, as you like it
        anna: I like it at 22 degrees now -> Until now it was 20 degrees.
        anna: make it comfortable -> 22 degrees
        anna: what did I use to like? -> You used to like it at 20 degrees.
        """,
    "who differ meet in the middle": """
        anna: I like it at 20 degrees -> 20 degrees
        ben: make it comfortable -> as Anna likes it
        ben: I like it at 23 degrees -> 23 degrees
        ben: make it comfortable -> 21.5 degrees, in the middle: Anna likes 20 degrees.
        """,
    "what nobody told is asked": """
        ?: make it comfortable -> How many degrees do you like?
        ?: 21 -> 21 degrees
        """,
    "what is forgotten does not act any more": """
        anna: always ask before you turn on the lamp -> I ask first
        anna: forget that -> Forgotten
        anna: turn on the lamp -> The lamp is on.
        """,
    "a child says how it is served, not how the house is": """
        mia: never turn on the lamp -> not by itself
        ben: turn on the lamp -> The lamp is on.
        mia: turn on the lamp -> You told me
        """,
    "what cannot be made to act is kept, and said": """
        anna: never trust the weather forecast -> I will remember that, but I cannot make it happen by myself yet.
        anna: what do you know about me? -> never trust the weather forecast
        """,
}  # fmt: skip


@pytest.mark.parametrize("lines", PLAYED.values(), ids=PLAYED.keys())
async def test_what_was_told_changes_what_is_done(tmp_path: Path, lines: str) -> None:
    async with family(tmp_path) as house:
        told = list[str]()
        for line in lines.strip().splitlines():
            spoken, _, wanted = line.strip().partition(" -> ")
            if spoken.startswith("+"):
                await house.clock.advance(timedelta(hours=float(spoken)))
                continue
            who, _, text = spoken.partition(": ")
            reply = await house.says(who, text)
            good = wanted[1:] not in reply if wanted.startswith("!") else wanted.strip() in reply
            told += [] if good else [f"{spoken} -> {reply!r}, wanted {wanted!r}"]
        assert told == []


async def test_what_runs_by_itself_is_refused_what_somebody_forbade(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        await house.says("anna", "never turn on the lamp")
        answer = await house.hearth.conversation.answer("turn on the lamp", origin=Origin.ROUTINE)
        assert "Anna told me: “never turn on the lamp”" in answer.reply
        assert answer.outcomes[0][1].verdict == "refused"


async def test_rules_hold_after_a_restart(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        await house.says("anna", "always ask before you turn on the lamp")
    async with family(tmp_path) as house:
        assert "Shall I" in await house.says("anna", "turn on the lamp")


async def test_words_from_outside_make_no_rule(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        talk = house.hearth.conversation
        first = await talk.answer("what time is it", origin=Origin.VOICE, person=PersonId("anna"))
        assert first.cause is not None
        outside = replace(first.cause, tainted=True)
        await talk.answer("never turn on the lamp", origin=Origin.VOICE, person=PersonId("anna"), parent=outside)
        assert await house.says("anna", "turn on the lamp") == "The lamp is on."
