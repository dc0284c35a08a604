"""How it is spoken and listened, and what was said once more."""

from collections.abc import Mapping

import pytest

from devices.model import AreaId
from skills import grammar
from skills.builtin import media, timers
from skills.builtin.speaking import rest_of, skill
from skills.grammar.model import Context
from skills.model import Told
from skills.registry import registered
from skills.testing import Bench
from tests.skills.house import furnished

KITCHEN = AreaId("kitchen")
TEXT = "There are 3 lights on. One is in the hall. Two are upstairs."


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(skill, home=furnished())


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("raise your voice", "louder"),
        ("your voice is too quiet", "louder"),
        ("speak more softly please", "quieter"),
        ("lower your voice", "quieter"),
        ("turn yourself down", "quieter"),
        ("turn your volume up a bit", "louder"),
        ("talk quietly", "quieter"),
        ("whisper please", "whisper"),
        ("stop whispering", "usual"),
        ("speak at your normal volume", "usual"),
    ],
)
async def test_how_loud_it_speaks_where_it_is_said(bench: Bench, text: str, how: str):
    reply = await bench.hear(text, area=KITCHEN)

    assert (reply.do[0].effect, reply.do[0].arguments["how"]) == ("satellite.volume", how)
    assert reply.do[0].arguments["room"] == KITCHEN


@pytest.mark.parametrize("text", ["speak louder", "can you talk a bit louder", "speak up"])
async def test_louder_speech_is_not_louder_music(text: str):
    reply = await Bench(media.skill, home=furnished()).hear(text, area=KITCHEN)

    assert [action.effect for action in reply.do] == ["satellite.volume"]


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("stop listening", [{"room": "Kitchen", "muted": True}]),
        ("mute the microphone", [{"room": "Kitchen", "muted": True}]),
        ("mute the microphone in the bedroom", [{"room": "Bedroom", "muted": True}]),
        ("turn off the office mic", [{"room": "Office", "muted": True}]),
        ("mute all microphones", [{"room": None, "muted": True}]),
        ("do not listen anywhere", [{"room": None, "muted": True}]),
        ("listen again in the office", [{"room": None, "muted": False}, {"room": "Office", "muted": False}]),
        ("unmute the microphone", [{"room": None, "muted": False}, {"room": "Kitchen", "muted": False}]),
    ],
)
async def test_where_it_listens(bench: Bench, text: str, wishes: list[Mapping[str, object]]):
    reply = await bench.hear(text, area=KITCHEN)

    assert [dict(action.arguments) for action in reply.do] == wishes


async def test_everywhere_again_is_every_room(bench: Bench):
    reply = await bench.hear("listen again everywhere")

    rooms = [action.arguments["room"] for action in reply.do]
    assert rooms == [None, *(area.name for area in furnished().areas())]


async def test_where_nobody_knows_the_room_it_is_asked_for(bench: Bench):
    reply = await bench.hear("stop listening")

    assert (list(reply.do), reply.text) == ([], "In which room?")


@pytest.mark.parametrize(
    ("language", "before", "text"),
    [
        ("en", "set a timer for ten minutes", "repeat that"),
        ("en", "turn on the desk lamp", "repeat it"),
        ("en", "turn on the desk lamp", "say that again"),
        ("de", "stell einen Timer auf zehn Minuten", "wiederhole das"),
        ("de", "stell einen Timer auf zehn Minuten", "wiederhole bitte"),
    ],
)
def test_what_is_repeated_is_said_again_and_not_done_again(language: str, before: str, text: str):
    """Seen: "repeat that" after an alarm was set, and there were two."""
    understander = grammar.load(language, registered(skill, timers.skill).documents(language))
    understood = understander.understand(text, furnished(), Context(None, history=(before,)))

    assert [match.intent for match in understood.matches] == ["speaking.repeat"]


@pytest.mark.parametrize("text", ["repeat that", "what did you say", "say that again please", "i didn't catch that"])
async def test_nothing_was_said_yet(bench: Bench, text: str):
    assert (await bench.hear(text)).text == "I have not said anything."


@pytest.mark.parametrize(
    ("heard", "rest"),
    [
        (TEXT, "That was all."),
        ("", TEXT),
        ("There are 3", TEXT),
        ("There are 3 lights on. One is", "One is in the hall. Two are upstairs."),
        ("There are 3 lights on. One is in the hall. Two", "Two are upstairs."),
    ],
)
def test_it_goes_on_with_the_sentence_that_was_not_heard_whole(heard: str, rest: str):
    assert rest_of(Told(TEXT, heard)).text == rest
