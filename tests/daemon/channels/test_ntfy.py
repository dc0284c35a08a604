"""Tests of `daemon.channels.ntfy`: what it asks of a server, and what it takes from one."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import httpx
import pytest

from daemon.channels import again
from daemon.channels.ntfy import Ntfy
from daemon.channels.web import Web
from daemon.notify.model import Answer, Answered, ChannelError, Message, Urgency
from daemon.tokens import Tokens
from tests.conformance.phones import NtfyServer, Object, press_ntfy, served
from tests.conformance.reach import ANN, person, tokens_in
from tests.devices.plain import eventually

ANSWERS = "ann-phone-answers"
SOON_S = 20.0
LAUNDRY = Message("hearth-7", "The laundry is done.", answers=(Answer.DONE, Answer.SNOOZE, Answer.NOT_ME))


@dataclass
class Lab:
    server: NtfyServer
    channel: Ntfy
    tokens: Tokens
    base: str

    def shown(self) -> Object:
        (one,) = self.server.shown("ann-phone")
        return one

    async def say(self, text: str) -> int:
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.post(f"{self.base}/{ANSWERS}", content=text.encode())).status_code


@asynccontextmanager
async def lab(folder: Path, *, token: str = NtfyServer.TOKEN, api: str | None = None) -> AsyncGenerator[Lab]:
    server = NtfyServer()
    async with served(server.app()) as port, tokens_in(folder) as tokens:
        base = f"http://127.0.0.1:{port}"
        async with Web("ntfy", base, token=token, remedy="see channels.ntfy") as web:
            yield Lab(server, Ntfy(web, [ANNE], tokens, api=api), tokens, base)


ANNE = person(ANN, ntfy="ann-phone")


async def test_buttons_do_not_hold_our_access_token(tmp_path: Path):
    async with lab(tmp_path) as there:
        await there.channel.deliver(LAUNDRY, ANNE)
        actions = cast("list[dict[str, str]]", there.shown()["actions"])
    assert [action["label"] for action in actions] == ["Done", "Later", "Not me"]
    assert NtfyServer.TOKEN not in str(there.server.events)
    assert {action["url"] for action in actions} == {f"{there.base}/{ANSWERS}"}


async def test_buttons_can_go_to_our_own_address_instead(tmp_path: Path):
    async with lab(tmp_path, api="https://hearth.example/api/notices/answer") as there:
        await there.channel.deliver(LAUNDRY, ANNE)
        actions = cast("list[dict[str, str]]", there.shown()["actions"])
        async with aclosing(there.channel.answers()) as answers:
            assert await anext(answers, None) is None
    assert all(action["url"].startswith("https://hearth.example/api/notices/answer?token=") for action in actions)


@pytest.mark.parametrize(("urgency", "priority"), [(Urgency.INFO, 2), (Urgency.NORMAL, 3), (Urgency.CRITICAL, 5)])
async def test_urgency_is_a_priority(tmp_path: Path, urgency: Urgency, priority: int):
    async with lab(tmp_path) as there:
        await there.channel.deliver(Message("hearth-7", "Fire.", urgency=urgency), ANNE)
        assert there.shown()["priority"] == priority


async def test_what_was_pressed_while_we_were_away_comes_once(tmp_path: Path):
    async with lab(tmp_path) as there:
        await there.channel.deliver(LAUNDRY, ANNE)
        await press_ntfy(there.shown(), "Done")
        assert (await first(there.channel)).answer is Answer.DONE
        await press_ntfy(there.shown(), "Not me")
        # A second listener reads both again.
        assert (await first(there.channel)).answer is Answer.NOT_ME


async def test_after_a_broken_connection_it_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(again, "FIRST_S", 0.01)
    async with lab(tmp_path) as there, aclosing(there.channel.answers()) as answers, asyncio.timeout(SOON_S):
        await there.channel.deliver(LAUNDRY, ANNE)
        await press_ntfy(there.shown(), "Later")
        one = await anext(answers)
        async with asyncio.TaskGroup() as group:
            coming = group.create_task(anext(answers))
            await there.server.cut()
            await press_ntfy(there.shown(), "Done")
        assert (one.answer, coming.result().answer) == (Answer.SNOOZE, Answer.DONE)
        assert there.server.since[0] == "3600s"
        assert there.server.since[1].startswith("m")


@pytest.mark.parametrize("rubbish", ["done", "", "{}", "x" * 3_000, "🔥", "a.b", "\x00", "hearth-7 done"])
async def test_what_strangers_write_where_answers_come_is_nothing(tmp_path: Path, rubbish: str):
    async with lab(tmp_path) as there:
        await there.channel.deliver(LAUNDRY, ANNE)
        assert await there.say(rubbish) == 200
        await press_ntfy(there.shown(), "Done")
        assert (await first(there.channel)).answer is Answer.DONE


async def test_a_token_is_not_taken_twice(tmp_path: Path):
    async with lab(tmp_path) as there, aclosing(there.channel.answers()) as answers, asyncio.timeout(SOON_S):
        await there.channel.deliver(LAUNDRY, ANNE)
        for label in ("Done", "Done", "Later"):
            await press_ntfy(there.shown(), label)
        assert [(await anext(answers)).answer for _ in range(2)] == [Answer.DONE, Answer.SNOOZE]


async def test_an_older_server_that_cannot_clear_is_no_error(tmp_path: Path):
    async with lab(tmp_path) as there:
        there.server.knows_clear = False
        await there.channel.deliver(LAUNDRY, ANNE)
        await there.channel.withdraw("hearth-7", ANNE)
        assert there.shown()["message"] == LAUNDRY.text


async def test_a_server_that_lets_us_not_listen_is_asked_again_and_not_flooded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(again, "FIRST_S", 0.01)
    caplog.set_level("INFO", "hearth")
    async with lab(tmp_path, token="tk_wrong") as there, asyncio.TaskGroup() as group:
        listening = group.create_task(anext(there.channel.answers(), None))
        await eventually(lambda: caplog.text.count("does not let us in") > 2)
        listening.cancel()
    assert "tk_wrong" not in caplog.text


async def test_nothing_that_is_logged_names_a_topic_or_a_token(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    caplog.set_level("INFO")
    async with lab(tmp_path) as there:
        await there.channel.deliver(LAUNDRY, ANNE)
        await press_ntfy(there.shown(), "Done")
        await first(there.channel)
        await there.channel.withdraw("hearth-7", ANNE)
    assert [line for line in caplog.messages if "ann-phone" in line or "tk_" in line] == []


async def test_a_server_that_is_not_there_is_named_without_the_topic(tmp_path: Path):
    async with tokens_in(tmp_path) as tokens, Web("ntfy", "http://127.0.0.1:9", token="t", remedy="") as web:
        with pytest.raises(ChannelError, match=r"cannot reach 127\.0\.0\.1:9 \(ConnectError\)") as raised:
            await Ntfy(web, [ANNE], tokens).deliver(LAUNDRY, ANNE)
    assert not raised.value.lasting


async def first(channel: Ntfy) -> Answered:
    """Return what comes first to a new listener."""
    async with aclosing(channel.answers()) as answers, asyncio.timeout(SOON_S):
        return await anext(answers)
