"""A month with the family, played and printed for people to read: ``python -m tests.daemon.remembering.month``.

Is it a good butler's? Judged by reading: there is no figure for it.
"""

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path

from tests.daemon.remembering.family import family

DAYS: dict[int, str] = {
    1: """
        anna: call me Annie
        anna: remember that the spare key is in the blue drawer
        anna: I'm allergic to nuts
        anna: I like jazz
        ben: my goal is to run ten kilometres by May
        ben: always answer briefly
        """,
    2: """
        ben: where is the spare key?
        ben: I work at Globex
        mia: my favourite animal is the otter
        gus: I like whisky
        ?: where is the spare key?
        ?: what do you know about me?
        """,
    4: """
        anna: the boiler made a strange noise again
        anna: turn on the lamp
        ben: Mr Huber came to look at the boiler, he wants 300 euros
        anna: remember that the plumber is Mr Huber
        """,
    6: """
        ben: remember that bin day is Tuesday
        anna: when is bin day
        anna: no, it's on Friday
        ben: what is bin day
        ben: why do you think that?
        """,
    9: """
        anna: I don't like jazz any more
        anna: I love techno
        anna: what do I like?
        anna: what did I use to like?
        anna: who is the plumber?
        """,
    12: """
        anna: remember that Ben's birthday present is a telescope
        ben: what is my birthday present?
        ben: what do you know about the telescope?
        anna: what is Ben's birthday present?
        """,
    15: """
        ben: I've joined Initech
        ben: where do I work?
        ben: where did I use to work?
        anna: where does Ben work?
        ben: what's my goal?
        """,
    18: """
        anna: don't remember this
        anna: I have an appointment with the oncologist
        anna: you can remember again
        anna: what did we say about the oncologist?
        mia: what do you know about me?
        mia: where is my otter?
        """,
    22: """
        ben: what did I say about the boiler?
        anna: what did we say about the boiler?
        anna: never wake me before seven on Sundays
        anna: what do you know about the plumber?
        """,
    26: """
        anna: forget that I'm allergic to nuts
        anna: yes
        anna: what am I allergic to?
        ben: forget what I said today
        ben: undo
        """,
    30: """
        anna: what do you know about me?
        ben: what do you know about me?
        mia: what's my favourite animal?
        anna: forget everything you know about me
        anna: yes
        anna: what do you know about me?
        ?: where is the spare key?
        """,
}


async def play(state: Path) -> list[str]:
    """Return the month as it was talked, a line a turn."""
    told, today = list[str](), 1
    async with family(state) as house:
        for day, lines in DAYS.items():
            await house.clock.advance(timedelta(days=day - today))
            today = day
            told.append(f"— Day {day}")
            told += [f"{said}\n      {reply}" for said, reply in await house.plays(lines)]
    return told


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        print("\n".join(asyncio.run(play(Path(folder)))))
