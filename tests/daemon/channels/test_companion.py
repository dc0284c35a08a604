"""Tests of `daemon.channels.companion`: what phones are sent, and what they send back."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from daemon.channels import again
from daemon.channels.companion import CLEARED, PRESSED, Companion, no_command, plain
from daemon.notify.model import Answer, ChannelError, Message, Urgency
from devices.homeassistant import HomeAssistant
from tests.conformance.phones import Object, Phones
from tests.conformance.reach import ANN, person, tokens_in
from tests.devices.homeassistant.hub import Hub
from tests.devices.plain import eventually

PHONE = "mobile_app_ann"
ANNE = person(ANN, homeassistant=PHONE)
SOON_S = 20.0
LAUNDRY = Message("hearth-7", "The laundry is done.", answers=(Answer.DONE, Answer.SNOOZE))


@dataclass
class Lab:
    phones: Phones
    bridge: HomeAssistant
    channel: Companion

    @property
    def hub(self) -> Hub:
        return self.phones.hub

    def data(self) -> dict[str, object]:
        (shown,) = self.phones.shown.values()
        return cast("dict[str, object]", shown["data"])


@asynccontextmanager
async def lab(folder: Path, *, accepted: str = "right") -> AsyncGenerator[Lab]:
    """Run one where the token ``right`` may be another than the one that is ``accepted``."""
    phones = Phones(frozenset({PHONE}), Hub(token=accepted))
    async with phones.bridged(connect=accepted == "right") as bridge, tokens_in(folder) as tokens:
        yield Lab(phones, bridge, Companion(bridge, tokens))


async def test_what_is_critical_sounds_on_a_silent_phone(tmp_path: Path):
    async with lab(tmp_path) as there:
        await there.channel.deliver(Message("hearth-7", "Fire.", urgency=Urgency.CRITICAL), ANNE)
        data = there.data()
    assert (data["channel"], data["ttl"], data["priority"]) == ("alarm_stream", 0, "high")
    push = cast("Object", data["push"])
    assert push == {
        "interruption-level": "critical",
        "sound": {"name": "default", "critical": 1, "volume": 1.0},
    }


async def test_swiping_a_message_away_is_an_answer(tmp_path: Path):
    async with lab(tmp_path) as there, aclosing(there.channel.answers()) as answers, asyncio.timeout(SOON_S):
        await there.channel.deliver(LAUNDRY, ANNE)
        async with asyncio.TaskGroup() as group:
            coming = group.create_task(anext(answers))
            await eventually(lambda: there.hub.listened(CLEARED))
            await there.hub.tell(CLEARED, message=LAUNDRY.text, **there.data())
    answered = coming.result()
    assert (answered.key, answered.answer, answered.person) == ("hearth-7", Answer.DISMISSED, ANN)


async def test_other_automations_buttons_and_rubbish_are_nothing(tmp_path: Path):
    async with lab(tmp_path) as there, aclosing(there.channel.answers()) as answers, asyncio.timeout(SOON_S):
        await there.channel.deliver(LAUNDRY, ANNE)
        actions = cast("list[dict[str, str]]", there.data()["actions"])
        async with asyncio.TaskGroup() as group:
            coming = group.create_task(anext(answers))
            await eventually(lambda: there.hub.listened(CLEARED))
            for data in ({"action": "OPEN_GATE"}, {}, {"action": 5}, {"action": ""}, {"action": "a.b"}):
                await there.hub.tell(PRESSED, **data)
            await there.hub.tell(CLEARED, tag="somebody else's")
            await there.hub.tell(PRESSED, action=actions[1]["action"])
    assert coming.result().answer is Answer.SNOOZE


async def test_after_a_restart_of_home_assistant_it_listens_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(again, "FIRST_S", 0.01)
    async with lab(tmp_path) as there, aclosing(there.channel.answers()) as answers, asyncio.timeout(SOON_S):
        await there.channel.deliver(LAUNDRY, ANNE)
        actions = cast("list[dict[str, str]]", there.data()["actions"])
        async with asyncio.TaskGroup() as group:
            coming = group.create_task(anext(answers))
            await eventually(lambda: there.hub.listened(CLEARED))
            there.hub.break_off()
            await eventually(lambda: not there.hub.listened(CLEARED))
            await eventually(lambda: there.hub.listened(PRESSED))
            await there.hub.tell(PRESSED, action=actions[0]["action"])
    assert coming.result().answer is Answer.DONE


async def test_a_wrong_token_is_named_as_such_and_not_shown(tmp_path: Path):
    async with lab(tmp_path, accepted="another") as there:
        await eventually(lambda: there.bridge.health.refused)
        with pytest.raises(ChannelError, match="does not accept our token; make a new") as raised:
            await there.channel.deliver(LAUNDRY, ANNE)
    assert raised.value.lasting
    assert "right" not in str(raised.value)


async def test_a_message_for_a_home_assistant_that_is_away_may_be_sent_again(tmp_path: Path):
    async with lab(tmp_path) as there:
        there.hub.silent = True
        there.hub.break_off()
        async with asyncio.timeout(SOON_S):
            await there.bridge.wait_lost()
        with pytest.raises(ChannelError) as raised:
            await there.channel.deliver(LAUNDRY, ANNE)
    assert not raised.value.lasting


async def test_a_phone_that_is_not_there_is_an_error_that_stays(tmp_path: Path):
    async with lab(tmp_path) as there:
        with pytest.raises(ChannelError) as raised:
            await there.channel.deliver(LAUNDRY, person(ANN, homeassistant="mobile_app_sold"))
    assert raised.value.lasting


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("The laundry is done.", "The laundry is done."),
        ("{{ states('lock.front') }}", "{\u2060{ states('lock.front') }}"),
        ("{% raw %}{#", "{\u2060% raw %}{\u2060#"),
        ("{{{", "{\u2060{\u2060{"),
        ("a { b } <3", "a { b } ‹3"),
        ("command_dnd", "command_dnd."),
        ("TTS", "TTS."),
        ("clear_notification", "clear_notification."),
        ("Ready!", "Ready!"),
    ],
)
def test_nothing_in_a_text_is_taken_for_more_than_text(text: str, sent: str):
    assert no_command(plain(text)) == sent
