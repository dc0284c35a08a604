"""Commands for a time that comes once, and news that are reminders."""

import pytest

from devices.home import Home
from skills.grammar.model import Context, Understander
from skills.grammar.plain.once import as_reminder, once
from skills.model import Match
from tests.skills.grammar.plain.sentences import house


@pytest.fixture(scope="module")
def homes() -> dict[str, Home]:
    return {language: house(language) for language in ("en", "de")}


def at_a_time(text: str, language: str, engines: dict[str, Understander], homes: dict[str, Home]) -> tuple[Match, ...]:
    home, engine = homes[language], engines[language]
    return once(text, language, home, lambda command: engine.understand(command, home, Context()))


@pytest.mark.parametrize(
    ("language", "text", "command", "time"),
    [
        ("en", "just once tomorrow at eight turn on the boiler", "turn on the boiler", "tomorrow at eight"),
        ("en", "turn off the boiler tomorrow at noon", "turn off the boiler", "tomorrow at noon"),
        ("en", "tonight at ten close the study blinds", "close the study blinds", "tonight at ten"),
        ("de", "nur morgen um acht den Boiler einschalten", "den Boiler einschalten", "morgen um acht"),
        ("de", "schalte morgen Mittag um zwölf den Boiler aus", "schalte den Boiler aus", "morgen Mittag um zwölf"),
    ],
)
def test_a_command_for_one_time_is_done_then(
    engines: dict[str, Understander], homes: dict[str, Home], language: str, text: str, command: str, time: str
) -> None:
    (meant,) = at_a_time(text, language, engines, homes)
    assert (meant.slots["command"], meant.slots["time"]) == (command, time)


@pytest.mark.parametrize(
    ("language", "text", "now", "command", "time"),
    [
        ("en", "turn the hallway light on and turn it off at ten pm",
         "HassTurnOn", "turn Hallway Light off", "at ten pm"),
        ("en", "close the study blinds, then open them at noon tomorrow",
         "HassTurnOff", "open Study Blinds", "at noon tomorrow"),
        ("en", "leave the porch light on until eleven tonight", "HassTurnOn", "turn the porch light off",
         "at eleven tonight"),
        ("de", "mach das Dielenlicht an und schalt es um 22 Uhr wieder aus",
         "HassTurnOn", "schalt Dielenlicht aus", "um 22 Uhr"),
        ("de", "schalte das Verandalicht bis 23 Uhr ein", "HassTurnOn", "schalte das Verandalicht aus", "um 23 Uhr"),
        ("de", "lass das Verandalicht heute bis elf an", "HassTurnOn", "schalte das Verandalicht aus", "heute um elf"),
    ],
)  # fmt: skip
def test_what_is_done_now_is_undone_at_a_time(
    engines: dict[str, Understander],
    homes: dict[str, Home],
    language: str,
    text: str,
    now: str,
    command: str,
    time: str,
) -> None:
    first, then = at_a_time(text, language, engines, homes)
    assert (first.intent, then.slots["command"], then.slots["time"]) == (now, command, time)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "turn on the boiler every day at eight"),
        ("en", "did you turn on the boiler at eight?"),
        ("en", "the siren went off at eight"),
        ("en", "when the doorbell rings at eight turn on the boiler"),
        ("en", "turn on the boiler"),
        ("de", "um acht kommt Besuch"),
        ("de", "wann geht morgen um acht der Boiler an"),
    ],
)
def test_nothing_else_is_done_later(
    engines: dict[str, Understander], homes: dict[str, Home], language: str, text: str
) -> None:
    assert at_a_time(text, language, engines, homes) == ()


@pytest.mark.parametrize(
    ("language", "text", "reminder"),
    [
        ("en", "every sunday at eight tell me to go out", "every sunday at eight remind me to go out"),
        ("de", "sag mir sonntags um acht, dass ich gehen soll", "erinnere mich sonntags um acht gehen"),
        ("en", "tell me the weather every morning", None),
        ("de", "sag mir wie spät es ist", None),
    ],
)  # fmt: skip
def test_news_about_oneself_are_a_reminder(language: str, text: str, reminder: str | None) -> None:
    assert as_reminder(text, language) == reminder
