"""What is said to reach somebody: told, called over the intercom, and music taken along."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from devices.home import Home
from devices.model import AreaId, Capability, Entity, EntityId
from skills.actions import DeviceCall
from skills.builtin import announcing, intercom, moving
from skills.testing import NOON, Bench
from tests.skills.house import furnished

KITCHEN, HALLWAY, OFFICE = AreaId("kitchen"), AreaId("hallway"), AreaId("office")
SHELF, DECK = EntityId("media_player.shelf"), EntityId("media_player.deck")
PLAYS: Mapping[str, object] = {
    "media_content_id": "http://radio/1",
    "media_content_type": "music",
    "media_position": 31.0,
    "media_position_updated_at": (NOON - timedelta(seconds=20)).isoformat(),
}


def home(playing: Mapping[str, object] | None) -> Home:
    made = furnished()
    can = frozenset({Capability.PLAY, Capability.SEEK})
    made.add(Entity(SHELF, "Shelf Speaker", "media_player", area=OFFICE, capabilities=can))
    made.add(Entity(DECK, "Kitchen Deck", "media_player", "speaker", area=KITCHEN, capabilities=can))
    made.observe(DECK, "idle", {}, at=NOON)
    for one in made.find(domains=frozenset({"media_player"})):
        if one.id not in (SHELF, DECK):
            made.observe(one.id, "off", {}, at=NOON)
    made.observe(SHELF, "idle" if playing is None else "playing", playing or {}, at=NOON)
    return made


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(announcing.skill, intercom.skill, moving.skill, home=home(PLAYS))


@pytest.mark.parametrize(
    "text",
    [
        "intercom to the kitchen",
        "open the intercom to the kitchen",
        "connect me with the kitchen",
        "let me talk to the kitchen",
        "I want to speak with the kitchen",
    ],
)
async def test_a_room_is_called(bench: Bench, text: str):
    reply = await bench.hear(text, area=HALLWAY)
    (wish,) = reply.do
    assert (wish.effect, wish.arguments) == ("satellite.intercom", {"here": "hallway", "there": "kitchen"})


@pytest.mark.parametrize(
    ("area", "says"), [(None, "I don't know in which room you are."), (KITCHEN, "You are in the kitchen.")]
)
async def test_a_call_that_makes_no_sense_is_none(bench: Bench, area: AreaId | None, says: str):
    reply = await bench.hear("intercom to the kitchen", area=area)
    assert (reply.text, list(reply.do)) == (says, [])


@pytest.mark.parametrize("text", ["hang up", "end the call", "please hang up"][:2])
async def test_a_call_is_ended(bench: Bench, text: str):
    reply = await bench.hear(text, area=HALLWAY)
    assert reply.do[0].arguments == {"here": "hallway", "there": None}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tell Jane dinner is ready", "Dinner is ready"),
        ("tell Jane that we are late", "We are late"),
        ("let Jane know that the parcel has come", "The parcel has come"),
        ("send Jane a message that I am on the bus", "I am on the bus"),
        ("pass on to Jane that the dentist called", "The dentist called"),
    ],
)
async def test_somebody_is_told_wherever_they_are(bench: Bench, text: str, said: str):
    reply = await bench.hear(text, area=HALLWAY)
    (wish,) = reply.do
    assert (wish.effect, wish.arguments) == ("notice.tell", {"text": said, "person": "Jane"})


async def test_somebody_is_told_in_the_room_that_is_named(bench: Bench):
    reply = await bench.hear("tell Jane in the kitchen that dinner is ready")
    assert reply.do[0].arguments == {"text": "Dinner is ready", "areas": ["kitchen"], "but": None}


@pytest.mark.parametrize("text", ["tell me something", "tell me the time in Tokyo", "tell them to leave"])
async def test_what_is_told_to_nobody_by_name_is_no_message(bench: Bench, text: str):
    with pytest.raises(LookupError):
        await bench.hear(text)


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("move my music to the kitchen", OFFICE),
        ("bring the music into the kitchen", None),
        ("continue my music in the kitchen", HALLWAY),
        ("move the music here", KITCHEN),
        ("keep playing the music in here", KITCHEN),
    ],
)
async def test_music_goes_on_where_it_is_wanted(bench: Bench, text: str, area: AreaId | None):
    reply = await bench.hear(text, area=area)
    calls = [DeviceCall.model_validate(one.arguments) for one in reply.do]
    assert [(list(one.targets), one.service, one.data) for one in calls] == [
        ([DECK], "play_media", {"media_content_id": "http://radio/1", "media_content_type": "music"}),
        ([DECK], "media_seek", {"seek_position": 51.0}),
        ([SHELF], "media_pause", {}),
    ]


@pytest.mark.parametrize(
    ("playing", "text", "says"),
    [
        (None, "move my music to the kitchen", "Nothing is playing that I could move."),
        ({}, "move my music to the kitchen", "The shelf speaker does not say what it plays, so I can't move it."),
        (PLAYS, "move my music to the bedroom", "There is no player in the bedroom that I can reach."),
    ],
    ids=["silence", "content unknown", "no player"],
)
async def test_what_cannot_be_moved_is_said(playing: Mapping[str, object] | None, text: str, says: str):
    bench = Bench(moving.skill, home=home(playing))
    reply = await bench.hear(text)
    assert (reply.text, list(reply.do)) == (says, [])
