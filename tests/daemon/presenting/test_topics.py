"""Tests of `daemon.presenting.topics`: what is taken for a command, and what is not."""

import pytest

from daemon.presenting import Place, Room, Topics
from daemon.presenting.device import configurations
from daemon.presenting.topics import LONGEST_COMMAND, MOST_WAITING, Command
from devices.dialects.model import Received
from devices.model import PayloadError
from tests.doubles import START

PLACE = Place("hearth", "homeassistant")


def topics_knowing(*keys: str) -> Topics:
    topics = Topics(PLACE)
    topics.known = keys.__contains__
    return topics


def came(topics: Topics, topic: str, payload: bytes, *, retained: bool = False) -> None:
    topics.receive(Received(topic, payload, retained, START))


def test_a_command_waits_to_be_carried_out():
    topics = topics_knowing("ask")
    came(topics, "hearth/self/ask/set", "wie spät ist es".encode())
    assert topics.commands.get_nowait() == Command("ask", "wie spät ist es")


@pytest.mark.parametrize(
    ("topic", "payload", "retained"),
    [
        ("hearth/self/ask/set", b"unlock the door", True),
        ("hearth/self/burn/set", b"PRESS", False),
        ("hearth/self/ask/set", b"\xff\xfe", False),
        ("hearth/self/ask/set", b"x" * (LONGEST_COMMAND + 1), False),
    ],
    ids=["kept by the broker", "unknown", "no text", "too long"],
)
def test_what_is_no_command_is_an_error_that_the_bridge_counts(topic: str, payload: bytes, retained: bool):
    topics = topics_knowing("ask")
    with pytest.raises(PayloadError):
        came(topics, topic, payload, retained=retained)
    assert topics.commands.empty()


def test_a_flood_is_cut_off():
    topics = topics_knowing("stop")
    for _ in range(MOST_WAITING):
        came(topics, "hearth/self/stop/set", b"PRESS")
    with pytest.raises(PayloadError, match="at once"):
        came(topics, "hearth/self/stop/set", b"PRESS")


def test_our_configurations_are_noted_and_those_of_others_are_not():
    topics = Topics(PLACE)
    topic, payload = next(iter(configurations(PLACE, [Room("kitchen", "Kitchen")]).items()))
    came(topics, topic, payload, retained=True)
    came(topics, "homeassistant/light/hearth/lamp/config", b'{"unique_id": "lamp"}', retained=True)
    came(topics, "homeassistant/light/hearth/rubbish/config", b"[" * 5_000, retained=True)
    assert topics.kept == {topic}
    came(topics, topic, b"")
    assert topics.kept == set()


@pytest.mark.parametrize(("retained", "heard"), [(False, True), (True, False)])
def test_home_assistant_is_heard_when_it_starts(retained: bool, heard: bool):
    topics = Topics(PLACE)
    came(topics, "homeassistant/status", b"online", retained=retained)
    assert topics.restarted.is_set() is heard
