import asyncio

import pytest

from voice.inbox import EVENTS_MAX, PIECE_BYTES, WAITING_S, Inbox
from voice.satellite import Heard, Pressed, SatelliteError, Woken

SECOND = 32_000


async def test_sound_comes_in_pieces_with_the_time_of_their_last_sample():
    inbox = Inbox()
    inbox.sound(b"\1\0" * (SECOND // 4), 10.0)
    first, second = await inbox.next(), await inbox.next()
    assert isinstance(first, Heard)
    assert isinstance(second, Heard)
    assert len(first.pcm) == len(second.pcm) == PIECE_BYTES
    assert (first.at_s, second.at_s) == (9.75, 10.0)


async def test_of_more_than_can_wait_the_oldest_goes_and_is_counted():
    inbox, fit = Inbox(), int(WAITING_S / 0.25)
    for number in range(fit + 2):
        inbox.sound(bytes([number, 0]) * (PIECE_BYTES // 2), float(number))
    heard = [await inbox.next() for _ in range(fit)]
    assert [one.pcm[0] for one in heard if isinstance(one, Heard)] == list(range(2, fit + 2))
    assert inbox.dropped == 2


async def test_a_listener_that_is_two_seconds_behind_misses_no_word():
    """Of a command over an answer only "turn on the" was left, on a machine with six things to do at once."""
    inbox = Inbox()
    inbox.sound(bytes(2 * SECOND), 2.0)
    assert inbox.dropped == 0


async def test_a_wake_word_is_not_dropped_for_sound():
    inbox = Inbox()
    inbox.put(Woken("okay nabu", 0.0))
    inbox.sound(b"\0\0" * SECOND, 2.0)
    assert isinstance(await inbox.next(), Woken)


async def test_buttons_without_end_are_bounded():
    inbox = Inbox()
    for _ in range(EVENTS_MAX + 5):
        inbox.put(Pressed(0.0))
    assert inbox.dropped == 5


async def test_what_was_heard_before_it_was_lost_is_given_first():
    inbox = Inbox()
    inbox.sound(b"\0\0", 0.0)
    inbox.fail(SatelliteError("gone"))
    await inbox.next()
    with pytest.raises(SatelliteError, match="gone"):
        await inbox.next()


async def test_forgotten_sound_makes_room_for_new():
    inbox = Inbox()
    inbox.sound(b"\0\0" * (SECOND // 2), 1.0)
    inbox.forget()
    inbox.sound(b"\1\0" * (SECOND // 2), 2.0)
    assert inbox.dropped == 0


async def test_a_listener_is_woken():
    inbox = Inbox()
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        waiting = group.create_task(inbox.next())
        await asyncio.sleep(0)
        inbox.put(Pressed(1.0))
    assert waiting.result() == Pressed(1.0)
