"""A month with the household, played and printed for people to read: ``python -m tests.daemon.remembering.month``.

Is it a good butler's? Judged by reading; what can be judged without, `test_month.py` does.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.daemon.remembering.household import Played, household

MONTHS = Path(__file__).parent / "months"


async def play(path: Path, state: Path) -> Sequence[Played | str]:
    """Return a month as it was talked, and what the house told by itself."""
    async with household(state) as house:
        return [one async for one in house.plays(path)]


def rendered(played: Sequence[Played | str]) -> str:
    """Return the month as a page for people; what is not as expected is marked."""
    lines, day = list[str](), 0
    for one in played:
        if isinstance(one, str):
            lines.append(f"\n> *by itself, to {one}*")
            continue
        if one.at.day != day:
            day = one.at.day
            lines.append(f"\n## {one.at:%A, %-d %B}\n")
        mark = "" if one.as_expected else " ⚠"
        lines.append(f"- {one.at:%H:%M} **{one.turn.who}** ({one.turn.room}): {one.turn.text}  \n  → {one.reply}{mark}")
    return "\n".join(lines)


def figures(played: Sequence[Played | str]) -> str:
    """Return how many answers are as expected, by language."""
    told: list[str] = []
    for language in ("en", "de"):
        turns = [one for one in played if isinstance(one, Played) and one.language == language]
        good = sum(one.as_expected for one in turns)
        told.append(f"{language}: {good} of {len(turns)}")
    return ", ".join(told)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        month = asyncio.run(play(MONTHS / f"{(sys.argv[1:] or ['march'])[0]}.txt", Path(folder)))
    print(rendered(month), "", figures(month), sep="\n")
