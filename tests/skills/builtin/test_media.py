"""Music by its name: what a player has as a source is played, and nothing is claimed of what it has not."""

import pytest

from devices.home import Home
from devices.model import Area, AreaId, Capability, Entity, EntityId
from skills import grammar
from skills.builtin import media
from skills.grammar.model import Context, Decision, Understander
from skills.model import Action
from skills.testing import NOON, Bench

KITCHEN = AreaId("kitchen")


def a_home() -> Home:
    home = Home(areas=[Area(KITCHEN, "Kitchen")])
    can = frozenset({Capability.PLAY, Capability.SOURCE, Capability.MUTE})
    limits = {"sources": ("BBC Radio 4", "Jazz FM")}
    player = EntityId("media_player.kitchen")
    home.add(Entity(player, "Kitchen Speaker", "media_player", area=KITCHEN, capabilities=can, limits=limits))
    home.observe(player, "idle", {}, at=NOON)
    return home


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(media.skill, home=a_home())


@pytest.fixture(scope="module")
def engine() -> Understander:
    return grammar.load("en", media.skill.documents("en"))


@pytest.mark.parametrize(
    ("text", "source"),
    [("play jazz in the kitchen", "Jazz FM"), ("play radio 4 on the kitchen speaker", "BBC Radio 4")],
)
async def test_a_source_is_played_by_its_name(bench: Bench, text: str, source: str):
    reply = await bench.hear(text)
    assert reply.text == f"The kitchen speaker is playing {source}."
    assert list(reply.do) == [
        Action(
            "device.call", {"targets": ["media_player.kitchen"], "service": "select_source", "data": {"source": source}}
        )
    ]


async def test_what_a_player_has_not_is_not_claimed_to_play(bench: Bench):
    reply = await bench.hear("play the circle in the kitchen")
    assert (reply.text, list(reply.do)) == ("The kitchen speaker can't look for the circle by name.", [])


@pytest.mark.parametrize("text", ["play some jazz", "play my favorite playlist", "play something by queen"])
def test_a_kind_of_music_alone_is_asked_about(engine: Understander, text: str):
    meant = engine.understand(text, a_home(), Context(area=KITCHEN))
    assert (meant.decision, meant.question) == (Decision.ASK, "Shall I play that on the Kitchen Speaker?")


@pytest.mark.parametrize("text", ["play poker with me", "play a game", "play hide and seek", "play the circle"])
def test_a_game_is_no_music(engine: Understander, text: str):
    assert engine.understand(text, a_home(), Context(area=KITCHEN)).decision is Decision.DEFER


@pytest.mark.parametrize(
    ("text", "intent", "slots"),
    [
        ("volume at ten", "HassSetVolume", {"volume_level": 10}),
        ("full volume", "HassSetVolume", {"volume_level": 100}),
        ("set the volume higher", "HassSetVolumeRelative", {"volume_step": "up"}),
        ("keep the music down", "HassSetVolumeRelative", {"volume_step": "down"}),
        ("that's way too loud for the kids", "HassSetVolumeRelative", {"volume_step": "down"}),
        ("stop making noise", "HassMediaPlayerMute", {}),
        ("turn the sound back on", "HassMediaPlayerUnmute", {}),
    ],
)
def test_loudness_is_asked_for_in_many_ways(engine: Understander, text: str, intent: str, slots: dict[str, object]):
    (match,) = engine.understand(text, a_home(), Context(area=KITCHEN)).matches
    assert (match.intent, {**match.slots, **slots}) == (intent, match.slots)


@pytest.mark.parametrize("text", ["play my gym playlist", "play the cooking podcast", "play the podcast about history"])
def test_what_is_somebodys_own_is_asked_about(engine: Understander, text: str):
    assert engine.understand(text, a_home(), Context(area=KITCHEN)).decision is Decision.ASK


async def test_how_loud_is_asked(bench: Bench):
    reply = await bench.hear("change the volume", area=KITCHEN)
    assert (reply.text, list(reply.do)) == ("How loud, from 0 to 100?", [])
