from devices.dialects.model import Received
from devices.mqtt.inbox import Inbox
from tests.devices.plain import AT


def message(topic: str, payload: bytes = b"1") -> Received:
    return Received(topic, payload, retained=False, at=AT)


def taken(inbox: Inbox) -> list[tuple[str, bytes]]:
    return [(one.topic, one.payload) for one in iter(inbox.take, None)]


def test_newer_state_takes_the_place_of_the_older():
    inbox = Inbox(max_messages=10, max_bytes=100)
    inbox.put(message("a", b"1"), newest_wins=True)
    inbox.put(message("b", b"1"), newest_wins=True)
    inbox.put(message("a", b"2"), newest_wins=True)
    assert taken(inbox) == [("a", b"2"), ("b", b"1")]
    assert inbox.coalesced == 1


def test_each_event_is_kept_in_order():
    inbox = Inbox(max_messages=10, max_bytes=100)
    for press in (b"1", b"2", b"2"):
        inbox.put(message("button", press), newest_wins=False)
    assert taken(inbox) == [("button", b"1"), ("button", b"2"), ("button", b"2")]


def test_full_inbox_drops_and_counts_but_still_renews_a_state():
    inbox = Inbox(max_messages=2, max_bytes=100)
    inbox.put(message("a", b"1"), newest_wins=True)
    inbox.put(message("event"), newest_wins=False)
    inbox.put(message("event"), newest_wins=False)
    inbox.put(message("b"), newest_wins=True)
    inbox.put(message("a", b"2"), newest_wins=True)
    assert taken(inbox) == [("a", b"2"), ("event", b"1")]
    assert inbox.dropped == 2


def test_bytes_are_bounded_also_when_a_state_grows():
    inbox = Inbox(max_messages=10, max_bytes=10)
    inbox.put(message("a", b"1"), newest_wins=True)
    inbox.put(message("a", b"x" * 11), newest_wins=True)
    inbox.put(message("b", b"x" * 10), newest_wins=True)
    assert taken(inbox) == [("a", b"1")]
    assert inbox.dropped == 2


def test_room_is_free_again_after_reading():
    inbox = Inbox(max_messages=1, max_bytes=10)
    inbox.put(message("a", b"x" * 10), newest_wins=False)
    inbox.take()
    inbox.put(message("b", b"x" * 10), newest_wins=False)
    assert taken(inbox) == [("b", b"x" * 10)]
    assert inbox.dropped == 0


def test_inbox_knows_whether_a_message_waits_of_which_each_counts():
    inbox = Inbox(max_messages=10, max_bytes=100)
    inbox.put(message("a"), newest_wins=True)
    assert not inbox.holds_each
    inbox.put(message("b"), newest_wins=False)
    assert inbox.holds_each
    taken(inbox)
    assert not inbox.holds_each


async def test_wait_returns_once_a_message_waits():
    inbox = Inbox(max_messages=10, max_bytes=100)
    inbox.put(message("a"), newest_wins=True)
    await inbox.wait()
    assert len(inbox) == 1
