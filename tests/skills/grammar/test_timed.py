"""Several commands of which some wait: which time is whose, and what is written down for later."""

from datetime import UTC, datetime

import pytest

from devices.home import Home
from devices.homefile import read_home
from skills import registry
from skills.grammar import load
from skills.grammar.model import Context, Decision, Understander, Understanding
from skills.grammar.resolve import LATER_SLOT
from skills.model import Match
from tests.skills.grammar.cottage import line
from tests.skills.grammar.test_talk import FOLDER, NOT_YET, cases, effect, told

SPOKEN = [(language, *case) for language in ("en", "de") for case in cases(f"timed_{language}.txt")]
UNITS = {"hours": "h", "minutes": "m", "seconds": "s"}


@pytest.fixture(scope="module")
def houses() -> dict[str, tuple[Understander, Home]]:
    return {
        language: (
            load(language, registry.load().documents(language)),
            read_home(FOLDER / f"house_{language}.yaml", at=datetime.fromtimestamp(0, UTC)),
        )
        for language in ("en", "de")
    }


@pytest.mark.parametrize(("language", "said", "right"), SPOKEN)
def test_a_time_is_that_of_its_own_commands(
    houses: dict[str, tuple[Understander, Home]], language: str, said: str, right: str
):
    engine, home = houses[language]
    *before, text = said.split(" > ")
    meant = engine.understand(text, home, Context(history=tuple(before)))
    fine = {effect(one) for one in right.removesuffix(NOT_YET).split(" | ")}
    nothing_done = meant.decision is not Decision.ACT and right.endswith(NOT_YET)
    assert nothing_done or effect(_carried_out(meant, engine, home)) in fine


@pytest.mark.parametrize(
    ("language", "said", "written"),
    [
        ("en", "turn on the kitchen light and turn it off in five minutes", "turn the Kitchen Light off"),
        ("en", "turn on the lights in the kitchen > turn them off in an hour", None),
        ("en", "in ten minutes pause the tv and turn on the desk lamp", "pause the tv and turn on the desk lamp"),
        ("en", "turn on the hall light and in two minutes the office light", "turn on the Office Light"),
        ("de", "mach die Stehlampe an und in zwei Minuten wieder aus", "mach Stehlampe aus"),
        ("de", "mach die Stehlampe an und in zwei Minuten auch die Leselampe", "mach Leselampe an"),
    ],
)
def test_what_waits_is_written_down_with_the_names_of_its_things(
    houses: dict[str, tuple[Understander, Home]], language: str, said: str, written: str | None
):
    engine, home = houses[language]
    *before, text = said.split(" > ")
    meant = engine.understand(text, home, Context(history=tuple(before)))
    commands = [match.slots[LATER_SLOT] for match in meant.matches if LATER_SLOT in match.slots]
    assert commands == [written or "turn the Kitchen Light and the Counter Light off"]


def _carried_out(meant: Understanding, engine: Understander, home: Home) -> str:
    """Return what is done now, and what is done later when nothing is known any more of what was said."""
    if meant.decision is not Decision.ACT:
        return told(meant)
    return " + ".join(one for match in meant.matches for one in _each(match, engine, home))


def _each(match: Match, engine: Understander, home: Home) -> list[str]:
    if LATER_SLOT not in match.slots:
        return [line(match)]
    later = engine.understand(str(match.slots[LATER_SLOT]), home, Context())
    assert later.decision is Decision.ACT, match.slots
    after = "".join(f"{match.slots[name]}{unit}" for name, unit in UNITS.items() if name in match.slots)
    return [f"Later.{line(one)} after={after.replace('60m', '1h')}" for one in later.matches]
