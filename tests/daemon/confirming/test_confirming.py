"""A yes on another device: of whom it is asked, whose counts, and that no other does anything."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.confirming import wording
from daemon.gateway.elsewhere import MOST_ASKED
from daemon.household.rights import Right
from daemon.notify.model import Answered
from devices.model import Entity
from skills.actions import device_call
from skills.model import Cause, CauseId, Origin, PersonId
from tests.channels import RecordedChannel, down
from tests.daemon.confirming.house import ANNA, BEN, HALL, KIM, NO, PEOPLE, UNLOCK, YES, asked, house, phones, told
from tests.daemon.house import GARAGE, LAMP, LOCK
from tests.doubles import START, ManualClock

OPEN = device_call([GARAGE], "open_cover")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


async def test_what_a_model_proposes_is_done_only_after_a_yes_on_a_phone(tmp_path: Path, clock: ManualClock):
    phone = phones()
    async with house(tmp_path, clock, phone) as there:
        outcome = await there.wish()
        assert (outcome.verdict, outcome.elsewhere) == ("waiting", "I have asked Anna and Ben on the phone.")
        spoken = await there.gateway.approve(outcome.approval or "", _by(ANNA, Origin.VOICE))
        assert (spoken.verdict, there.calls) == ("waiting", [])

        (question,) = asked(phone, ANNA)
        assert question.text.startswith("Shall I unlock Front Door?")
        assert question.labels == {YES: "Yes, unlock Front Door"}
        await there.press(phone, ANNA, YES)
        assert there.calls == ["unlock"]
        assert asked(phone, ANNA) == asked(phone, BEN) == []
        assert told(phone, ANNA) == ["Anna said yes, and it is done: unlock Front Door."]
        recorded = await there.recorded()
    assert "asked Ben on ntfy: unlock Front Door" in recorded
    assert re.search(
        r"unlock Front Door \| anna said yes on ntfy \(\w+\) to what nobody known wished for by model", recorded
    )


@pytest.mark.parametrize(
    ("origin", "person", "tainted", "spoken", "people"),
    [
        (Origin.MODEL, None, False, False, {ANNA, BEN}),
        (Origin.MODEL, BEN, False, False, {BEN}),
        (Origin.MCP, None, False, False, {ANNA, BEN}),
        (Origin.TEXT, None, True, False, {ANNA, BEN}),
        (Origin.TEXT, None, False, False, set[PersonId]()),
        (Origin.VOICE, ANNA, False, False, set[PersonId]()),
        (Origin.VOICE, ANNA, False, True, {ANNA}),
        (Origin.VOICE, None, False, True, {ANNA, BEN}),
        (Origin.MODEL, KIM, False, True, set[PersonId]()),
        (Origin.ROUTINE, None, False, True, set[PersonId]()),
    ],
)
async def test_who_is_asked(
    tmp_path: Path,
    clock: ManualClock,
    origin: Origin,
    person: PersonId | None,
    tainted: bool,
    spoken: bool,
    people: set[PersonId],
):
    phone = phones()
    async with house(tmp_path, clock, phone, spoken=spoken) as there:
        outcome = await there.wish(UNLOCK, origin, person, tainted=tainted)
        assert {who for who in (ANNA, BEN, KIM) if asked(phone, who)} == people
        assert bool(outcome.elsewhere) == bool(people)
        assert there.calls == []


async def test_what_is_not_about_safety_is_asked_where_it_came_from(tmp_path: Path, clock: ManualClock):
    phone = phones()
    async with house(tmp_path, clock, phone) as there:
        outcome = await there.wish(device_call([LAMP], "turn_on"), tainted=True)
        assert (outcome.verdict, outcome.elsewhere, asked(phone, ANNA)) == ("waiting", "", [])


@pytest.mark.parametrize("channel", ["email", "mqtt", "apprise"])
async def test_without_a_phone_that_can_answer_it_is_asked_here(tmp_path: Path, clock: ManualClock, channel: str):
    async with house(tmp_path, clock, RecordedChannel(channel)) as there:
        outcome = await there.wish()
        assert (outcome.verdict, outcome.elsewhere) == ("waiting", "")
        done = await there.gateway.approve(outcome.approval or "", _by(ANNA, Origin.DASHBOARD))
        assert (done.verdict, there.calls) == ("done", ["unlock"])


async def test_of_two_who_answer_at_once_one_counts(tmp_path: Path, clock: ManualClock):
    phone = phones()
    async with house(tmp_path, clock, phone) as there:
        await there.wish()
        key = asked(phone, ANNA)[0].key
        phone.answer(key, NO, at=clock.now(), person=BEN)
        await there.press(phone, ANNA, YES, key)
        assert there.calls == []
        assert told(phone, ANNA) == ["Your answer did nothing: that question is no longer open."]
        assert told(phone, BEN) == ["Ben said no, so I left it as it is: unlock Front Door."]


async def test_a_second_yes_does_nothing(tmp_path: Path, clock: ManualClock):
    phone = phones()
    async with house(tmp_path, clock, phone) as there:
        await there.wish()
        key = asked(phone, ANNA)[0].key
        for person in (ANNA, BEN, ANNA):
            await there.press(phone, person, YES, key)
        assert there.calls == ["unlock"]


async def test_a_late_yes_does_nothing_and_says_so(tmp_path: Path, clock: ManualClock):
    phone, hall = phones(), RecordedChannel("speech")
    async with house(tmp_path, clock, phone, speakers=[hall]) as there:
        await there.wish(area=HALL)
        key = asked(phone, ANNA)[0].key
        await there.telling.pass_time(121)
        assert asked(phone, ANNA) == []
        assert [message.text for message, _ in hall.delivered] == [
            "I left it as it is: unlock Front Door. The reason: nobody answered."
        ]
        await there.press(phone, ANNA, YES, key)
        assert there.calls == []
        assert told(phone, ANNA) == ["Your answer did nothing: that question is no longer open."]


async def test_a_child_is_not_asked_and_its_yes_does_not_count(tmp_path: Path, clock: ManualClock):
    phone = phones()
    async with house(tmp_path, clock, phone) as there:
        await there.wish()
        await there.press(phone, KIM, YES, asked(phone, ANNA)[0].key)
        assert there.calls == []
        assert told(phone, KIM) == ["Your answer did nothing: an adult of the house has to say yes to that."]
        assert asked(phone, ANNA), "others can still answer"


async def test_a_right_that_has_ended_while_it_waited_no_longer_counts(tmp_path: Path, clock: ManualClock):
    lent = Right(frozenset({KIM}), may=True, things=frozenset({LOCK}), until=START + timedelta(minutes=1))
    phone = phones()
    async with house(tmp_path, clock, phone, rights=[lent]) as there:
        await there.wish()
        assert asked(phone, KIM)
        await there.telling.pass_time(61)
        await there.press(phone, KIM, YES)
        assert there.calls == []
        assert told(phone, KIM) == ["Your answer did nothing: an adult of the house has to say yes to that."]


async def test_who_may_not_do_it_is_not_asked_and_cannot_say_yes(tmp_path: Path, clock: ManualClock):
    barred = Right(frozenset({BEN}), may=False, things=frozenset({LOCK}))
    phone = phones()
    async with house(tmp_path, clock, phone, rights=[barred]) as there:
        await there.wish()
        assert asked(phone, BEN) == []
        await there.press(phone, BEN, YES, asked(phone, ANNA)[0].key)
        assert (there.calls, told(phone, BEN)) == ([], ["Your answer did nothing: you may not do that."])


async def test_a_yes_to_what_is_called_something_else_by_now_does_nothing(tmp_path: Path, clock: ManualClock):
    phone = phones()
    async with house(tmp_path, clock, phone) as there:
        await there.wish()
        there.twin.home.add(Entity(LOCK, "Bank Vault", "lock"))
        await there.press(phone, ANNA, YES)
        assert there.calls == []
        assert told(phone, ANNA) == ["Your answer did nothing: it is no longer what was asked."]
        assert there.gateway.pending() == ()


async def test_a_code_cannot_be_tried_by_the_id_of_its_question(tmp_path: Path, clock: ManualClock):
    ids = list[str]()
    for life in ("first", "second"):
        (tmp_path / life).mkdir()
        async with house(tmp_path / life, clock, phones()) as there:
            ids.append((await there.wish(device_call([LOCK], "unlock", {"code": "1234"}))).approval or "")
    assert ids[0][16:] != ids[1][16:]


async def test_the_same_is_not_asked_twice_while_it_waits(tmp_path: Path, clock: ManualClock):
    phone = phones()
    async with house(tmp_path, clock, phone) as there:
        first, second = await there.wish(), await there.wish()
        assert (second.approval, second.elsewhere) == (first.approval, "I have asked about that already.")
        assert len([one for one, who in phone.delivered if who == ANNA]) == 1


async def test_nobody_is_flooded_with_questions(tmp_path: Path, clock: ManualClock):
    phone = phones()
    wishes = [device_call([GARAGE], service) for service in ("open_cover", "toggle")]
    wishes += [device_call([LOCK], service) for service in ("unlock", "open")]
    async with house(tmp_path, clock, phone, spoken=True) as there:
        came = [await there.wish(one, Origin.VOICE) for one in wishes]
        assert [one.verdict for one in came] == ["waiting", "waiting", "waiting", "refused"]
        assert came[-1].detail == "I have asked too often lately"
        await there.telling.pass_time(61)
        assert (await there.wish(wishes[-1], Origin.VOICE)).verdict == "waiting"


async def test_nobody_is_worn_down_over_an_hour(tmp_path: Path, clock: ManualClock):
    phone, most = phones(), MOST_ASKED[3600.0]
    async with house(tmp_path, clock, phone) as there:
        for _ in range(most):
            assert (await there.wish()).verdict == "waiting"
            await there.telling.pass_time(130)
        assert (await there.wish()).detail == "I have asked too often lately"
        await there.telling.pass_time(3600)
        assert (await there.wish()).verdict == "waiting"


async def test_after_a_no_the_same_is_not_asked_again_at_once(tmp_path: Path, clock: ManualClock):
    phone = phones()
    async with house(tmp_path, clock, phone) as there:
        await there.wish()
        await there.press(phone, ANNA, NO)
        again = await there.wish()
        assert (again.verdict, again.detail) == ("refused", "somebody has just said no to that")
        assert (await there.wish(OPEN)).verdict == "waiting"
        await there.telling.pass_time(121)
        assert (await there.wish()).verdict == "waiting"


@pytest.mark.parametrize(
    ("channel", "person", "key"),
    [("mqtt", ANNA, None), ("speech", ANNA, None), ("ntfy", None, None), ("ntfy", ANNA, "hearth-1")],
)
async def test_only_a_button_of_a_trusted_channel_is_an_answer(
    tmp_path: Path, clock: ManualClock, channel: str, person: PersonId | None, key: str | None
):
    phone = phones()
    async with house(tmp_path, clock, phone) as there:
        await there.wish()
        key = key or asked(phone, ANNA)[0].key
        assert not await there.telling.notify.answer(Answered(key, YES, channel, clock.now(), person))
        await there.telling.calm()
        assert there.calls == []


@pytest.mark.parametrize("key", [wording.key_of("0" * 32), wording.KEY, wording.KEY + "../x" * 100])
async def test_a_button_of_no_question_does_nothing(tmp_path: Path, clock: ManualClock, key: str):
    phone = phones()
    async with house(tmp_path, clock, phone) as there:
        await there.wish()
        await there.press(phone, ANNA, YES, key)
        assert (there.calls, len(asked(phone, ANNA))) == ([], 1)


async def test_what_came_of_it_is_said_where_it_was_wished_for(tmp_path: Path, clock: ManualClock):
    phone, hall = phones(), RecordedChannel("speech")
    async with house(tmp_path, clock, phone, speakers=[hall]) as there:
        await there.wish(area=HALL)
        await there.press(phone, BEN, YES)
    said = [(message.text, message.area) for message, _ in hall.delivered]
    assert said == [("Ben said yes, and it is done: unlock Front Door.", HALL)]


async def test_each_is_asked_and_told_in_their_own_language(tmp_path: Path, clock: ManualClock):
    phone, hall = phones(), RecordedChannel("speech")
    people = [PEOPLE[0], replace(PEOPLE[1], language="de")]
    async with house(tmp_path, clock, phone, speakers=[hall], people=people) as there:
        await there.wish(area=HALL)
        assert asked(phone, ANNA)[0].title == "A yes is needed"
        assert asked(phone, BEN)[0].text.splitlines() == [
            "Soll ich Front Door aufschließen?",
            "Jemand Unbekanntes sagte „let them in“, und ein Sprachmodell hat das daraus gemacht.",
        ]
        await there.press(phone, BEN, YES)
        assert told(phone, BEN) == ["Ben hat ja gesagt, und es ist getan: Front Door aufschließen."]
    assert [one.text for one, _ in hall.delivered] == ["Ben said yes, and it is done: unlock Front Door."]


async def test_who_cannot_be_reached_is_told_so_and_the_page_still_counts(tmp_path: Path, clock: ManualClock):
    phone, hall = phones(), RecordedChannel("speech")
    phone.fault = down
    async with house(tmp_path, clock, phone, speakers=[hall]) as there:
        outcome = await there.wish(area=HALL)
        assert [message.text[:19] for message, _ in hall.delivered] == ["I reached no phone."]
        done = await there.gateway.confirm(outcome.approval or "", _by(ANNA, Origin.DASHBOARD), where="page")
        assert (done.verdict, there.calls) == ("done", ["unlock"])


async def test_a_channel_that_fails_again_and_again_is_not_waited_for(tmp_path: Path, clock: ManualClock):
    phone = phones()
    phone.fault = down
    async with house(tmp_path, clock, phone, people=PEOPLE[:1]) as there:
        for action, wait_s in ((UNLOCK, 50), (OPEN, 0), (device_call([LOCK], "open"), 11)):
            assert (await there.wish(action)).elsewhere
            await there.telling.pass_time(wait_s)
        outcome = await there.wish(device_call([GARAGE], "toggle"))
        assert (outcome.verdict, outcome.elsewhere) == ("waiting", ""), "it is asked as it was before there were phones"


async def test_who_looks_at_the_page_is_asked_there(tmp_path: Path, clock: ManualClock):
    async with house(tmp_path, clock) as there:
        there.confirming.looked(BEN)
        outcome = await there.wish()
        assert outcome.elsewhere == "I have asked on the page of the house."
        await there.gateway.dismiss(outcome.approval or "", _by(BEN, Origin.DASHBOARD))
        await there.telling.pass_time(150)
        assert (await there.wish()).elsewhere == "", "nobody has looked for a while"


@pytest.mark.parametrize(("where", "verdict"), [("page", "refused"), ("terminal", "done"), ("ntfy", "done")])
async def test_the_owner_says_where_a_yes_counts(tmp_path: Path, clock: ManualClock, where: str, verdict: str):
    async with house(tmp_path, clock, phones(), on=frozenset({"ntfy"})) as there:
        outcome = await there.wish()
        came = await there.gateway.confirm(outcome.approval or "", _by(ANNA, Origin.DASHBOARD), where=where)
        assert came.verdict == verdict


async def test_what_waited_when_hearth_was_stopped_is_dropped_and_told(tmp_path: Path, clock: ManualClock):
    phone = phones()
    async with house(tmp_path, clock, phone) as there:
        await there.wish(person=ANNA)
        key = asked(phone, ANNA)[0].key
    async with house(tmp_path, clock, phone) as there:
        assert asked(phone, ANNA) == []
        assert told(phone, ANNA) == ["I was stopped before anybody answered, so I left it as it is: unlock Front Door."]
        await there.press(phone, ANNA, YES, key)
        assert there.calls == []
        assert "Hearth was stopped before anybody answered: unlock Front Door" in await there.recorded()
    async with house(tmp_path, clock, phone) as there:
        assert "Hearth was stopped" in await there.recorded()
        assert (await there.recorded()).count("Hearth was stopped") == 1, "it is told once"


def _by(person: PersonId, origin: Origin) -> Cause:
    return Cause(CauseId("yes"), origin, person)
