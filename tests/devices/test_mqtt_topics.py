import pytest

from devices.mqtt.topics import least, valid_filter, valid_topic


@pytest.mark.parametrize("topic", ["a", "a/b", "/a", "zigbee2mqtt/Küche/Decke/set", "a" * 1024, "/".join("a" * 200)])
def test_sound_topic_is_valid(topic: str):
    assert valid_topic(topic)


@pytest.mark.parametrize(
    "topic", ["", "a/+", "a/#", "a\0b", "a" * 1025, "/".join("a" * 201), "\ud800"], ids=lambda topic: repr(topic)[:12]
)
def test_topic_for_which_a_broker_hangs_up_is_not_valid(topic: str):
    assert not valid_topic(topic)


@pytest.mark.parametrize("one", ["a", "a/#", "a/+/b", "+/b", "+/+", "$SYS/broker/uptime", "/#"])
def test_sound_filter_is_valid(one: str):
    assert valid_filter(one)


@pytest.mark.parametrize("one", ["", "#", "+/#", "a/#/b", "a#", "a/b#", "a+/b", "a/+b", "a\0", "a" * 1025])
def test_malformed_or_boundless_filter_is_not_valid(one: str):
    assert not valid_filter(one)


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({"a", "b"}, {"a", "b"}),
        ({"z/#", "z/lamp", "z/lamp/availability", "z"}, {"z/#"}),
        ({"z/+", "z/lamp", "z/lamp/availability"}, {"z/+", "z/lamp/availability"}),
        ({"z/+", "z/#", "z/+/x"}, {"z/#"}),
        ({"+/x/#", "a/x/#", "a/x/+"}, {"+/x/#"}),
        ({"a/+", "+/b"}, {"a/+", "+/b"}),
        ({"a/#", "a/+/#"}, {"a/#"}),
        ({"+/status", "$SYS/status"}, {"+/status", "$SYS/status"}),
    ],
)
def test_filter_that_another_covers_is_left_out(filters: set[str], kept: set[str]):
    assert least(filters) == kept


def test_filter_of_many_wildcards_takes_no_time_to_speak_of():
    """A stranger's description may name it as a state topic: doubling the work at each level would never end."""
    deep = "/".join(["+"] * 100)
    assert least({deep, deep + "/x"}) == {deep, deep + "/x"}
