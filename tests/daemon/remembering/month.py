"""A month with the household, played and printed for people to read: ``python -m tests.daemon.remembering.month june``.

Is it a good butler's? Judged by reading `months/*.md`, which ``--write`` renews; what can be judged without reading,
`test_month.py` does.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.daemon.remembering.household import Played, household

MONTHS = Path(__file__).parent / "months"


async def play(name: str, state: Path) -> Sequence[Played | str]:
    """Return a month as it was talked, and what the house told by itself."""
    async with household(state) as house:
        return [one async for one in house.plays(MONTHS / f"{name}.txt")]


def rendered(played: Sequence[Played | str]) -> str:
    """Return the month as a page for people; what is not as expected is marked."""
    lines, day = list[str](), 0
    for one in played:
        if isinstance(one, str):
            lines.append(f"\n> *by itself, to {one}*\n")
            continue
        if one.at.day != day:
            day = one.at.day
            lines.append(f"\n## {one.at:%A, %-d %B}\n")
        mark = "" if one.as_expected else " ⚠"
        lines.append(f"- {one.at:%H:%M} **{one.turn.who}** ({one.turn.room}): {one.turn.text}  \n  → {one.reply}{mark}")
    return "\n".join(lines).strip()


def figures(played: Sequence[Played | str]) -> str:
    """Return how many answers are as expected, by language."""
    told: list[str] = []
    for language in ("en", "de"):
        turns = [one for one in played if isinstance(one, Played) and one.language == language]
        good = sum(one.as_expected for one in turns)
        told.append(f"{language}: {good} of {len(turns)}")
    return ", ".join(told)


def main(arguments: Sequence[str]) -> None:
    """Play a month, and print it or write it beside its script."""
    name = next((one for one in arguments if not one.startswith("-")), "march")
    with tempfile.TemporaryDirectory() as folder:
        month = asyncio.run(play(name, Path(folder)))
    page = f"# A month as it was talked: as expected {figures(month)}\n\n{rendered(month)}\n"
    if "--write" in arguments:
        (MONTHS / f"{name}.md").write_text(page, encoding="utf-8")
    else:
        print(page)


if __name__ == "__main__":
    main(sys.argv[1:])
