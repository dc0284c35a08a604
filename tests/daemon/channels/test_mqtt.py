"""Tests of `daemon.channels.mqtt`: what comes in on the topics of answers."""

import json

import pytest

from daemon.channels.mqtt import LONGEST_ANSWER, MOST_WAITING, OverMqtt, Topics
from daemon.notify.model import Answer, Answered, ChannelError, Message
from devices.dialects import model as mqtt
from devices.model import BridgeError, PayloadError
from tests.conformance.reach import ANN, BOB, person
from tests.doubles import START

ANNE = person(ANN, mqtt="ann")
TOPIC = "hearth/notify/ann/answer"


def came(topics: Topics, payload: bytes) -> None:
    topics.receive(mqtt.Received(TOPIC, payload, False, START))


def test_only_topics_of_people_who_have_an_address_are_listened_to():
    topics = Topics("hearth", [ANNE, person(BOB)], "mqtt")
    assert topics.filters() == {TOPIC}
    assert topics.wants(TOPIC)
    assert not topics.wants("hearth/notify/bob/answer")


def test_an_answer_that_the_broker_keeps_is_not_taken_again_at_every_connection():
    """What was put off once came back after each reconnect, since the display had published with retain."""
    topics = Topics("hearth", [ANNE], "mqtt")
    with pytest.raises(PayloadError, match="without retain"):
        topics.receive(mqtt.Received(TOPIC, b'{"key": "hearth-7", "answer": "snooze"}', True, START))
    assert topics.answers.empty()


def test_an_answer_is_that_of_whose_topic_it_came_on():
    topics = Topics("hearth", [ANNE], "mqtt")
    came(topics, b'{"key": "hearth-7", "answer": "not_me", "person": "bob"}')
    assert topics.answers.get_nowait() == Answered("hearth-7", Answer.NOT_ME, "mqtt", START, ANN)


@pytest.mark.parametrize(
    "rubbish",
    [
        b"",
        b"done",
        b"[]",
        b"{}",
        b'{"key": 7, "answer": "done"}',
        b'{"key": "hearth-7", "answer": "burn"}',
        b'{"key": "hearth-7", "answer": ["done"]}',
        b"\xff\xfe",
        b"[" * LONGEST_ANSWER,
        json.dumps({"key": "x" * LONGEST_ANSWER, "answer": "done"}).encode(),
    ],
    ids=range(10),
)
def test_rubbish_is_no_answer(rubbish: bytes):
    topics = Topics("hearth", [ANNE], "mqtt")
    with pytest.raises(PayloadError):
        came(topics, rubbish)
    assert topics.answers.empty()


def test_a_flood_keeps_the_newest():
    topics = Topics("hearth", [ANNE], "mqtt")
    for number in range(MOST_WAITING + 5):
        came(topics, json.dumps({"key": f"hearth-{number}", "answer": "done"}).encode())
    assert topics.answers.get_nowait().key == "hearth-5"


async def test_a_broker_that_is_away_is_an_error_that_passes():
    def publish(message: mqtt.Message) -> None:
        raise BridgeError("not connected: no answer")

    channel = OverMqtt(Topics("hearth", [ANNE], "mqtt"), publish)
    with pytest.raises(ChannelError, match="mqtt: not connected") as raised:
        await channel.deliver(Message("hearth-7", "Done."), ANNE)
    assert not raised.value.lasting
