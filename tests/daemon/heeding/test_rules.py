"""What a standing instruction comes to, by its form; and what is none."""

from datetime import UTC, datetime, time

import pytest

from daemon.heeding import Adds, AsksFirst, Brief, Forbids, Hushes, Rule, instructs, is_own, rule_of
from daemon.heeding.hours import ALWAYS, Hours, hours_of

NIGHT = Hours((time(23), time(6)))
MORNING = Hours((time(0), time(7)))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("never turn on the bedroom light after eleven", Forbids("turn on the bedroom light", NIGHT)),
        ("please never open the blinds on Sundays", Forbids("open the blinds", Hours(days=frozenset({6})))),
        ("don't turn on the radio before seven", Forbids("turn on the radio", MORNING)),
        ("you should never unlock the gate", Forbids("unlock the gate")),
        ("mach die Lampe nie nach elf an", Forbids("mach die Lampe an", NIGHT, "de")),
        ("schalte nie nach 23 Uhr das Licht ein", Forbids("schalte das Licht ein", NIGHT, "de")),
        ("always ask before you open the garage", AsksFirst("open the garage")),
        ("ask me before opening the garage", AsksFirst("open the garage")),
        ("never unlock the door without asking", AsksFirst("unlock the door")),
        ("frag immer, bevor du die Garage aufmachst", AsksFirst("mach die Garage auf", ALWAYS, "de")),
        ("when I say good night also lock the back door", Adds("good night", "lock the back door")),
        ("when I say good night, lock the door too", Adds("good night", "lock the door")),
        ("wenn ich gute Nacht sage, schließ auch die Tür ab", Adds("gute Nacht", "schließ die Tür ab", "de")),
        ("don't announce anything in the nursery", Hushes("nursery")),
        ("never speak before seven", Hushes(None, MORNING)),
        ("sag nichts im Kinderzimmer", Hushes("Kinderzimmer", ALWAYS, "de")),
        ("sprich nie vor sieben", Hushes(None, MORNING, "de")),
        ("when I ask for the weather keep it short", Brief("weather")),
        ("wenn ich nach dem Wetter frage, fass dich kurz", Brief("Wetter", language="de")),
        ("always answer briefly", Brief()),
        ("antworte immer kurz", Brief()),
    ],
)
def test_an_instruction_of_a_known_form_is_a_rule(text: str, rule: Rule):
    assert instructs(text)
    assert rule_of(text) == rule


@pytest.mark.parametrize(
    "text",
    [
        "don't turn on the lamp",
        "don't turn on the lamp tonight after eleven",
        "never mind",
        "never again",
        "I have never been to Rome",
        "do you never sleep?",
        "when I say movie time, dim the lights",
        "when I come home turn on the lamp",
        "turn on the lamp after eleven",
        "nie wieder",
        "mach das Licht an",
        "was mache ich immer falsch?",
    ],
)
def test_what_is_about_now_or_tells_of_the_past_is_no_instruction(text: str):
    assert not instructs(text)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("always ask before you open the garage", False),
        ("frag mich, bevor du die Garage aufmachst", False),
        ("never speak before seven", False),
        ("never open my window", True),
        ("when I say good night also lock the door", True),
        ("always answer briefly", True),
        ("always be kind", True),
    ],
)
def test_how_the_house_behaves_is_everybodys_and_how_one_is_served_is_ones_own(text: str, own: bool):
    assert is_own(text) is own


@pytest.mark.parametrize(
    ("words", "span"),
    [
        ("after eleven", (time(23), time(6))),
        ("after 23:30", (time(23, 30), time(6))),
        ("before seven", (time(0), time(7))),
        ("between ten and six", (time(22), time(6))),
        ("between two and four", (time(14), time(16))),
        ("from 9 pm to 7 am", (time(21), time(7))),
        ("at night", (time(22), time(6))),
        ("nach halb elf", (time(22, 30), time(6))),
        ("zwischen zehn und sechs", (time(22), time(6))),
        ("vor sieben", (time(0), time(7))),
        ("nachts", (time(22), time(6))),
    ],
)
def test_hours_are_those_that_people_mean_of_a_rule(words: str, span: tuple[time, time]):
    assert hours_of(f"turn on the light {words}") == (Hours(span), "turn on the light")


def test_a_night_belongs_to_the_day_on_which_it_began():
    sundays = Hours((time(23), time(6)), frozenset({6}))
    assert sundays.holds(datetime(2026, 3, 1, 23, 30, tzinfo=UTC), UTC)
    assert sundays.holds(datetime(2026, 3, 2, 5, 59, tzinfo=UTC), UTC)
    assert not sundays.holds(datetime(2026, 3, 2, 23, 30, tzinfo=UTC), UTC)
