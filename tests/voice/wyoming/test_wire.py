import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wyoming.event import Event as Theirs
from wyoming.event import async_read_event, async_write_event

from voice.wyoming.wire import Decoder, Event, WireError, encode

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
EVENTS = st.builds(
    Event,
    st.text(st.characters(codec="ascii"), min_size=1, max_size=20),
    st.dictionaries(st.text(max_size=8), JSON, max_size=4),
    st.binary(max_size=300),
)


@given(st.lists(EVENTS, max_size=4), st.integers(1, 64))
def test_what_is_written_is_read_back_however_it_is_cut(sent: list[Event], step: int):
    wire = b"".join(map(encode, sent))
    decoder = Decoder()
    read = [event for at in range(0, len(wire), step) for event in decoder.feed(wire[at : at + step])]
    assert read == sent


@given(EVENTS)
async def test_the_protocols_own_package_reads_what_we_write(event: Event):
    reader = asyncio.StreamReader()
    reader.feed_data(encode(event))
    reader.feed_eof()
    read = await async_read_event(reader)
    assert read == Theirs(event.type, dict(event.data), event.payload or None)


class _Wire:
    """As much of a stream's writer as the package needs."""

    def __init__(self) -> None:
        self.sent = b""

    def write(self, data: bytes) -> None:
        self.sent += data

    def writelines(self, lines: tuple[bytes, ...]) -> None:
        self.sent += b"".join(lines)

    async def drain(self) -> None:
        """Nothing waits."""


@given(EVENTS)
async def test_we_read_what_the_protocols_own_package_writes(event: Event):
    wire = _Wire()
    theirs = Theirs(event.type, dict(event.data), event.payload or None)
    await async_write_event(theirs, wire)  # type: ignore[arg-type]  # a part of it
    assert list(Decoder().feed(wire.sent)) == [event]


@pytest.mark.parametrize(
    "rubbish",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"[]\n",
        b'{"no": "type"}\n',
        b'{"type": "audio-chunk", "payload_length": 99999999999}\n',
        b'{"type": "audio-chunk", "payload_length": -1}\n',
        b'{"type": "info", "data_length": "many"}\n',
        b'{"type": "info", "data_length": 4}\n[1] ',
        b"x" * 70_000,
        b"[" * 60_000 + b"\n",
        b"\xff\xfe\n",
    ],
    ids=["http", "array", "no type", "huge", "negative", "no number", "data array", "no end", "deep", "no utf-8"],
)
def test_rubbish_is_told_as_such(rubbish: bytes):
    with pytest.raises(WireError):
        list(Decoder().feed(rubbish))


@given(st.binary(max_size=200))
def test_no_bytes_do_anything_else_than_raise(data: bytes):
    try:
        list(Decoder().feed(data))
    except WireError:
        pass


def test_data_in_the_header_is_merged_as_the_protocol_says():
    wire = b'{"type": "transcript", "data": {"text": "a", "language": "en"}, "data_length": 13}\n{"text": "b"}'
    assert list(Decoder().feed(wire)) == [Event("transcript", {"text": "b", "language": "en"})]
