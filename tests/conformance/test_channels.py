"""What every channel promises, over the double and over servers on the loopback: one suite, so that neither drifts."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from daemon.channels import deadline
from daemon.notify.model import Answer, Answered, ChannelError, Message, Urgency
from tests.broker import mosquitto_binary
from tests.conformance import reach as ends
from tests.conformance.reach import ANN, KITCHEN, Reach
from tests.devices.plain import eventually

KEY = "hearth-7"
LAUNDRY = Message(KEY, "The laundry is done.", "Laundry", answers=(Answer.DONE, Answer.SNOOZE), area=KITCHEN)
SOON_S = 20.0
HOSTILE = (
    "<b>bold</b> & <script>alert(1)</script> **strong** [a](http://evil.example) `x`",
    "{{ states('lock.front') }} {% for x in range(9) %}{# no #}",
    "command_bluetooth",
    "clear_notification",
    "TTS",
    "%s %n {0} ${HOME} \\n \\u0041",
    "line one\nline two\n.\nline four",
    "\x00\x07\x1b[31mred\u202e\ud800",
    "Grüße, 你好, 🏠👩‍👩‍👧",
    "[]",
    "",
    " ",
)
MEANT = {"<": "‹", "\u2060": ""}
"""What stands for what where a server would take the one for something else."""
# Apprise 2.2 imports it where there is one.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

Opened = Callable[[Path], AbstractAsyncContextManager[Reach]]
WITH_ALL = [ends.double, ends.ntfy, ends.homeassistant, ends.apprise, ends.email, ends.speech]
PARAMS = [pytest.param(one, id=one.__name__) for one in WITH_ALL]
PARAMS.append(pytest.param(ends.mqtt, id="mqtt", marks=pytest.mark.mosquitto))


@pytest_asyncio.fixture(params=PARAMS)
async def reach(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[Reach]:
    """A channel that works, with Ann at its end."""
    if request.param is ends.mqtt and mosquitto_binary() is None:
        pytest.skip("mosquitto is not installed")
    opened: Opened = request.param
    async with opened(tmp_path) as reach:
        yield reach


async def told(reach: Reach, message: Message = LAUNDRY) -> None:
    """Deliver a message and see it before Ann."""
    before = len(reach.seen())
    assert await reach.channel.deliver(message, reach.ann) is reach.receipt
    await eventually(lambda: len(reach.seen()) > before)


async def refused(reach: Reach) -> ChannelError:
    with pytest.raises(ChannelError) as raised:
        await reach.channel.deliver(LAUNDRY, reach.ann)
    words = f"{raised.value} {raised.value.__cause__}"
    assert [secret for secret in reach.secrets if secret in words] == []
    return raised.value


async def test_it_reaches_those_whom_it_knows(reach: Reach):
    assert reach.channel.reaches(reach.ann)
    assert reach.channel.reaches(reach.bob) is not reach.strangers


async def test_a_message_arrives_as_it_was_written(reach: Reach):
    await told(reach)
    (seen,) = reach.seen()
    assert seen.text == "The laundry is done."
    assert seen.title == ("Laundry" if reach.titled else "")


async def test_every_urgency_and_a_message_with_nothing_but_its_text_arrive(reach: Reach):
    for urgency in Urgency:
        await told(reach, Message(f"hearth-{urgency}", f"It is {urgency.name}.", urgency=urgency, area=KITCHEN))
    assert [seen.text for seen in reach.seen()] == [f"It is {urgency.name}." for urgency in Urgency]


async def test_text_is_text_whatever_stands_in_it(reach: Reach):
    for number, text in enumerate(HOSTILE):
        title = f"{text}\r\nBcc: eve@example.org"
        await told(reach, replace(LAUNDRY, key=f"hearth-{number}", text=text, title=title))
    assert [seen.title for seen in reach.seen() if "\n" in seen.title] == []
    for text, seen in zip(HOSTILE, reach.seen(), strict=True):
        assert [word for word in _plain(text).split() if _is_simple(word) and word not in _plain(seen.text)] == []


def _is_simple(word: str) -> bool:
    return word.isascii() and word.isprintable()


def _plain(text: str) -> str:
    for one, other in MEANT.items():
        text = text.replace(one, other)
    return text


async def test_a_message_of_any_length_arrives_up_to_where_there_is_room(reach: Reach):
    await told(reach, replace(LAUNDRY, text="Wäsche 🧺 " * 5_000, title="T" * 5_000))
    assert reach.seen()[0].text.startswith("Wäsche 🧺 Wäsche 🧺")


async def test_a_newer_message_of_a_notice_takes_the_place_of_the_older(reach: Reach):
    await told(reach)
    again = replace(LAUNDRY, text="The laundry is still there.")
    await reach.channel.deliver(again, reach.ann)
    await eventually(lambda: any(seen.text == again.text for seen in reach.seen()))
    assert len(reach.seen()) == (1 if reach.replaces else 2)


async def test_two_notices_stand_side_by_side(reach: Reach):
    await told(reach)
    await told(reach, replace(LAUNDRY, key="hearth-8", text="The door is open."))
    assert [seen.text for seen in reach.seen()] == ["The laundry is done.", "The door is open."]


async def test_a_message_is_taken_back_and_the_other_stays(reach: Reach):
    await told(reach)
    await told(reach, replace(LAUNDRY, key="hearth-8", text="The door is open."))
    await reach.channel.withdraw(KEY, reach.ann)
    left = 1 if reach.replaces else 2
    await eventually(lambda: len(reach.seen()) == left)
    assert reach.seen()[-1].text == "The door is open."


async def test_taking_back_what_is_not_there_is_no_error(reach: Reach):
    await reach.channel.withdraw("hearth-99", reach.ann)
    assert reach.seen() == []


async def test_a_refusal_that_stays_is_told_from_one_that_passes(reach: Reach):
    if reach.channel.name in ("mqtt", "speech"):
        pytest.skip("no refusal of its server stays")
    await reach.fail(401)
    # Apprise says only that it did not work.
    assert (await refused(reach)).lasting is (reach.channel.name != "apprise")
    assert reach.seen() == []


async def test_a_failure_passes(reach: Reach):
    await reach.fail(503)
    assert not (await refused(reach)).lasting
    if reach.channel.name != "mqtt":
        await reach.fail(200)
        await told(reach)


async def test_a_server_that_says_nothing_is_given_up_in_time(reach: Reach, monkeypatch: pytest.MonkeyPatch):
    if reach.hang is None:
        pytest.skip("there is no server to wait for")
    monkeypatch.setattr(deadline, "DEADLINE_S", 0.3)
    reach.hang()
    async with asyncio.timeout(SOON_S):
        assert not (await refused(reach)).lasting


async def test_who_ends_a_delivery_is_obeyed(reach: Reach):
    if reach.hang is None:
        pytest.skip("there is no server to wait for")
    reach.hang()
    async with asyncio.timeout(SOON_S), asyncio.TaskGroup() as group:
        delivering = group.create_task(reach.channel.deliver(LAUNDRY, reach.ann))
        await asyncio.sleep(0.05)
        delivering.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await delivering
    assert delivering.cancelled()


async def test_many_at_once_all_arrive(reach: Reach):
    messages = [replace(LAUNDRY, key=f"hearth-{n}", text=f"Notice {n}.") for n in range(20)]
    async with asyncio.TaskGroup() as group:
        for message in messages:
            group.create_task(reach.channel.deliver(message, reach.ann))
    await eventually(lambda: len(reach.seen()) == 20)
    assert {seen.text for seen in reach.seen()} == {message.text for message in messages}


async def test_an_answer_comes_back_with_whose_it_is(reach: Reach):
    async with aclosing(reach.channel.answers()) as answers, asyncio.timeout(SOON_S), asyncio.TaskGroup() as group:
        coming = group.create_task(anext(answers, None))
        if reach.press is None:
            assert await coming is None
            return
        await told(reach)
        await reach.press(KEY, Answer.SNOOZE)
        answered = await coming
    assert isinstance(answered, Answered)
    assert (answered.key, answered.answer, answered.person) == (KEY, Answer.SNOOZE, ANN)
    assert answered.channel == reach.channel.name
