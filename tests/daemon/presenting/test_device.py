"""Tests of `daemon.presenting.device`: what Home Assistant is told that we are."""

import json

import pytest

from daemon.presenting import Place, Room
from daemon.presenting.device import configurations
from devices.dialects.discovery import Discovery
from devices.dialects.model import Received
from tests.doubles import START

PLACE = Place("hearth", "homeassistant")
ROOMS = (Room("kitchen", "Kitchen"), Room("bed_room", "Bed Room"))
CONFIGS = configurations(PLACE, ROOMS)


def test_everything_belongs_to_one_device_that_comes_and_goes_with_us():
    told = [json.loads(payload) for payload in CONFIGS.values()]
    assert {tuple(one["device"]["identifiers"]) for one in told} == {("hearth-self-hearth",)}
    assert {one["availability_topic"] for one in told} == {"hearth/status"}
    assert {one["origin"]["name"] for one in told} == {"Hearth"}


def test_no_two_entities_of_a_platform_have_the_same_id():
    ids = [(topic.split("/")[1], json.loads(payload)["unique_id"]) for topic, payload in CONFIGS.items()]
    assert len(set(ids)) == len(ids)


def test_each_room_has_a_state_a_mute_and_a_voice_of_its_own():
    keys = {"/".join(topic.split("/")[1:4]) for topic in CONFIGS if "kitchen" in topic}
    assert keys == {"sensor/hearth/state_kitchen", "switch/hearth/mute_kitchen", "notify/hearth/say_kitchen"}


def test_another_base_topic_is_another_device():
    other = configurations(Place("attic/hearth", "homeassistant"), ())
    assert not other.keys() & CONFIGS.keys()
    assert all(b"hearth-self-attic_hearth" in payload for payload in other.values())


@pytest.mark.parametrize("topic", CONFIGS, ids=lambda topic: "/".join(topic.split("/")[1:4]))
def test_our_own_device_does_not_come_back_into_the_house(topic: str):
    discovery = Discovery()
    assert discovery.receive(Received(topic, CONFIGS[topic], True, START)) == []
    assert discovery.refused == 0


def test_the_same_device_of_somebody_else_would_come_in():
    topic = "homeassistant/switch/hearth/listening/config"
    foreign = CONFIGS[topic].replace(b"hearth-self-", b"someone-")
    assert Discovery().receive(Received(topic, foreign, True, START))
