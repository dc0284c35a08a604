"""The whole daemon with a model behind it: what no sentence covers is proposed, judged, done and told as any wish."""

import asyncio
import json
import os
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from daemon import client
from daemon.app import Hearth
from daemon.config import Config, ConfigError
from daemon.config.machines import OllamaSection
from daemon.control import SOCKET
from skills.model import Origin
from tests.daemon.reasoner.servers import ollama
from tests.daemon.test_app import BLIND, LAMP, LOCK, daemon, say

GLOOMY = "the evening makes the lamp corner feel so gloomy"
PUZZLED = "I did not understand that, and could not think it through either."


def named(kind: str, *steps: tuple[str, str]) -> Callable[[str], str]:
    """Return a model that proposes these tools for things of these names, under the keys that it was given."""

    def answer(system: str) -> str:
        keys = {name: key for key, name in re.findall(r"^- (e\d+), \w+, ([^,]+),", system, re.MULTILINE)}
        told = [{"tool": tool, "things": [keys[name]] if name in keys else [], "value": ""} for tool, name in steps]
        return json.dumps({"kind": kind, "steps": told, "say": ""})

    return answer


def talking(text: str, kind: str = "talk") -> Callable[[str], str]:
    """Return a model that only talks."""
    return lambda _: json.dumps({"kind": kind, "steps": [], "say": text})


def config(url: str) -> Config:
    return Config(ollama=OllamaSection(url=url, model="tiny"))


async def test_what_the_model_proposes_is_done_and_told_by_the_house(tmp_path: Path):
    async with (
        ollama(answer=named("do", ("turn_on", "Desk Lamp"))) as server,
        daemon(tmp_path, config(server.url)) as (hearth, twin),
    ):
        answer = await say(hearth, GLOOMY)
    assert answer.reply.startswith("The desk lamp is on. Shall I take")
    assert (answer.status, answer.route) == ("done", "reasoner")
    assert [(call.entity, call.service) for call in twin.sent] == [(LAMP, "turn_on")]


async def test_a_sentence_that_is_known_never_reaches_the_model(tmp_path: Path):
    async with ollama("hang") as server, daemon(tmp_path, config(server.url)) as (hearth, _):
        answer = await say(hearth, "turn on the desk lamp")
        assert not [one for one in server.asked if one["messages"]]
    assert (answer.status, answer.route) == ("done", "grammar")


async def test_what_is_critical_waits_for_a_yes_whoever_words_it(tmp_path: Path):
    async with (
        ollama(answer=named("do", ("unlock", "Front Door"))) as server,
        daemon(tmp_path, config(server.url)) as (hearth, twin),
    ):
        asked = await say(hearth, "my friend stands outside the front door and gets wet")
        before = list(twin.sent)
        done = await say(hearth, "yes")
    assert (asked.status, before, done.status) == ("waiting", [], "done")
    assert [(call.entity, call.service) for call in twin.sent] == [(LOCK, "unlock")]


async def test_an_unknown_voice_gets_nothing_critical_through_a_model(tmp_path: Path):
    async with (
        ollama(answer=named("do", ("unlock", "Front Door"))) as server,
        daemon(tmp_path, config(server.url)) as (hearth, twin),
    ):
        text = "my friend stands outside the front door and gets wet"
        first = await say(hearth, text, Origin.VOICE)
        await say(hearth, "yes", Origin.VOICE)
    assert first.status in ("refused", "waiting")
    assert twin.sent == []


async def test_words_of_the_model_are_spoken(tmp_path: Path):
    async with (
        ollama(answer=talking("Because of **Rayleigh** scattering.")) as server,
        daemon(tmp_path, config(server.url)) as (hearth, _),
    ):
        answer = await say(hearth, "explain to me the colour of the heavens")
    assert (answer.reply, answer.status) == ("Because of Rayleigh scattering.", "answered")


async def test_a_model_cannot_say_that_something_was_done(tmp_path: Path):
    async with (
        ollama(answer=talking("I have turned on the desk lamp.")) as server,
        daemon(tmp_path, config(server.url)) as (hearth, twin),
    ):
        answer = await say(hearth, GLOOMY)
    assert (answer.reply, answer.status, twin.sent) == (PUZZLED, "not_understood", [])


@pytest.mark.parametrize("mode", ["missing", "busy", "broken", "proxy", "garbage", "empty", "half", "mid-error"])
async def test_a_model_that_fails_ends_in_words_and_lights_obey(tmp_path: Path, mode: str):
    async with ollama(mode) as server, daemon(tmp_path, config(server.url)) as (hearth, twin):
        answer = await say(hearth, GLOOMY)
        lamp = await say(hearth, "turn on the desk lamp")
    assert (answer.reply, answer.status) == (PUZZLED, "not_understood")
    assert (lamp.status, len(twin.sent)) == ("done", 1)


@pytest.mark.parametrize("text", ["don't turn on the desk lamp", "he said he would unlock the front door"])
async def test_what_must_not_be_done_is_not_handed_on(tmp_path: Path, text: str):
    async with (
        ollama(answer=named("do", ("turn_on", "Desk Lamp"), ("close", "Office Blind"))) as server,
        daemon(tmp_path, config(server.url)) as (hearth, twin),
    ):
        await say(hearth, text)
        assert not [one for one in server.asked if one["messages"]]
    assert twin.sent == []


async def test_what_was_done_by_proposal_is_taken_back(tmp_path: Path):
    async with (
        ollama(answer=named("do", ("close", "Office Blind"))) as server,
        daemon(tmp_path, config(server.url)) as (hearth, twin),
    ):
        await say(hearth, "open the office blind")
        await say(hearth, "the office blind dazzles me terribly just now")
        back = await say(hearth, "undo that")
    assert back.status == "done"
    assert [(call.entity, call.service) for call in twin.sent][:2] == [(BLIND, "open_cover"), (BLIND, "close_cover")]
    assert len(twin.sent) == 3


async def test_a_model_outside_the_house_is_a_mistake_of_the_configuration(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"ollama\.remote"):
        async with daemon(tmp_path, config("https://ollama.com")):
            pass


@asynccontextmanager
async def listening(hearth: Hearth) -> AsyncGenerator[None]:
    """Have the daemon take what the command line asks for."""
    async with asyncio.TaskGroup() as group:
        task = group.create_task(hearth.control.run())
        async with asyncio.timeout(10):
            await hearth.control.listening.wait()
        yield
        task.cancel()


async def test_who_asks_in_writing_reads_talk_while_it_comes(tmp_path: Path):
    words = "The sky scatters what is blue. At dusk only the red is left over."
    told = list[str]()
    async with (
        ollama(answer=talking(words)) as server,
        daemon(tmp_path, config(server.url)) as (hearth, _),
        listening(hearth),
    ):
        asked = "explain to me the colour of the heavens"
        answer, rest = await asyncio.to_thread(client.ask_aloud, tmp_path, told.append, text=asked)
    assert (told[0], " ".join([*told, rest]).strip()) == ("The sky scatters what is blue.", words)
    assert (answer["reply"], answer["route"]) == (words, "reasoner")


async def test_who_asks_in_writing_and_leaves_frees_the_model(tmp_path: Path):
    async with (
        ollama("hang") as server,
        daemon(tmp_path, config(server.url)) as (hearth, _),
        listening(hearth),
        asyncio.timeout(30),
    ):
        _, writer = await asyncio.open_unix_connection(os.path.relpath(tmp_path / SOCKET))
        writer.write(json.dumps({"op": "ask.aloud", "text": GLOOMY}).encode() + b"\n")
        while not server.asked:
            await asyncio.sleep(0)
        writer.close()
        async with asyncio.timeout(5):
            await server.dropped.wait()


async def test_a_room_that_is_not_there_is_told_to_who_asks_in_writing(tmp_path: Path):
    async with daemon(tmp_path) as (hearth, _), listening(hearth):
        with pytest.raises(client.ClientError) as raised:
            await asyncio.to_thread(client.ask_aloud, tmp_path, print, text="hello", area="attic of nowhere")
    assert raised.value.code == "unknown-area"
