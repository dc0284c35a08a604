"""What a browser does that other satellites do not: it has a button, can be left, and says what was played."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from tests.voice.satellites.browsers import Page
from voice.model import AudioFormat, Sound
from voice.satellite import SatelliteError, SatelliteEvent
from voice.satellites.browser import LATE_S

PIECE = bytes(3_200)


async def sounds(*rates_hz: int) -> AsyncGenerator[Sound]:
    for rate_hz in rates_hz:
        yield Sound(bytes(rate_hz // 10 * 2), AudioFormat(rate_hz))


async def test_the_button_frames_what_is_said_until_the_browser_leaves():
    page, seen = Page(), list[SatelliteEvent]()

    async def note() -> None:
        async with aclosing(page.satellite.hear()) as events:
            async for event in events:
                seen.append(event)

    async def listen() -> None:
        with pytest.raises(SatelliteError, match="open its page again"):
            await note()

    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(listen())
        await page.ready.wait()
        page.satellite.press()
        page.satellite.sound(PIECE)
        page.satellite.release()
        page.satellite.leave()
    assert [type(event).__name__ for event in seen] == ["Pressed", "Heard", "Released"]


async def test_sound_that_nobody_listens_to_is_dropped():
    page = Page()
    page.satellite.sound(PIECE)
    page.satellite.press()
    async with aclosing(page.satellite.hear()) as events, asyncio.timeout(5), asyncio.TaskGroup() as group:
        first = group.create_task(anext(events))
        await page.ready.wait()
        page.satellite.release()
    assert type(first.result()).__name__ == "Released"


async def test_the_page_is_told_the_rate_of_what_it_gets():
    page = Page()
    played = await page.satellite.play(sounds(22_050, 22_050, 16_000))
    assert played.whole
    assert page.told == [
        {"type": "sound", "answer": 1, "rate_hz": 22_050},
        {"type": "sound", "answer": 1, "rate_hz": 16_000},
        {"type": "end", "answer": 1},
    ]


async def test_a_page_that_never_says_what_it_played_holds_nobody_up():
    page = Page(confirms=False)
    async with asyncio.timeout(5):
        played = await page.satellite.play(sounds(16_000))
    assert played.whole


async def test_word_of_an_older_answer_is_not_that_of_this_one():
    page, loop = Page(), asyncio.get_running_loop()
    await page.satellite.play(sounds(16_000))
    page.confirms = False
    began_s = loop.time()
    loop.call_later(0.02, page.satellite.played, 1)
    async with asyncio.timeout(5):
        await page.satellite.play(sounds(16_000))
    assert loop.time() - began_s >= 0.1 + LATE_S - 0.05


async def test_an_answer_to_one_who_left_was_not_heard_whole():
    page = Page()
    page.gone = True
    assert not (await page.satellite.play(sounds(16_000))).whole
    page.satellite.leave()
    with pytest.raises(SatelliteError):
        await page.satellite.play(sounds(16_000))


async def test_two_cannot_listen_to_one_browser():
    page = Page()
    async with aclosing(page.satellite.hear()) as events, asyncio.timeout(5), asyncio.TaskGroup() as group:
        first = group.create_task(anext(events))
        await page.ready.wait()
        with pytest.raises(SatelliteError, match="already"):
            await anext(page.satellite.hear())
        page.satellite.press()
    assert type(first.result()).__name__ == "Pressed"
