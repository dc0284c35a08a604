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
        anna: I like it at 20 degrees
        anna: make it comfortable
        ben: never turn on the desk after eleven
        anna: always ask before you open the garage door
        """,
    2: """
        ben: where is the spare key?
        ben: I work at Globex
        mia: my favourite animal is the otter
        gus: I like whisky
        ?: where is the spare key?
        ?: what do you know about me?
        ben: make it comfortable
        ben: I like it at 22 degrees
        ben: make it comfortable
        mia: open the garage door
        ben: open the garage door
        ben: yes
        """,
    4: """
        anna: the boiler made a strange noise again
        anna: turn on the lamp
        ben: Mr Huber came to look at the boiler, he wants 300 euros
        anna: remember that the plumber is Mr Huber
        anna: my sister Clara is visiting on Friday
        ben: I work nights this week, wake me at two
        anna: what did we say about Clara?
        """,
    6: """
        ben: remember that bin day is Tuesday
        anna: when is bin day
        anna: no, it's on Friday
        ben: what is bin day
        ben: why do you think that?
        anna: yes
        ben: I ran five today
        """,
    9: """
        anna: I don't like jazz any more
        anna: I love techno
        anna: what do I like?
        anna: what did I use to like?
        anna: who is the plumber?
        ben: remember that guest towels are in the attic
        anna: remember that guest towels are in the hall
        """,
    12: """
        anna: remember that Ben's birthday present is a telescope
        ben: what is my birthday present?
        ben: what do you know about the telescope?
        anna: what is Ben's birthday present?
        ben: in the hall
        anna: when I say good night also turn off the desk
        anna: turn on the desk
        anna: good night
        """,
    15: """
        ben: I've joined Initech
        ben: where do I work?
        ben: where did I use to work?
        anna: where does Ben work?
        ben: what's my goal?
        ben: I ran eleven kilometres
        ben: what are the rules
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
        anna: what have you noticed about me
        anna: don't announce anything in the bedroom
        anna: never trust the weather forecast
        """,
    26: """
        anna: forget that I'm allergic to nuts
        anna: yes
        anna: what am I allergic to?
        ben: forget what I said today
        ben: undo
        ben: stop coaching me
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
