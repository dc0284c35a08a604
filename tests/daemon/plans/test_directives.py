"""Directives from the sentence to the last step, in a whole daemon, through restarts, in English and German."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from daemon.pins import Pins
from daemon.store import Store
from devices.model import EntityId
from skills.actions import device_call
from skills.model import Cause, CauseId, Origin, PersonId
from skills.plans import PlanForm, plan_add, plan_start, step
from tests.daemon.plans.directing import MONDAY, ZONE, directed, proposing
from tests.daemon.reasoner.servers import ollama
from tests.doubles import ManualClock
from tests.radicale import PASSWORD, USER, radicale

SATURDAY = datetime(2026, 3, 7, tzinfo=ZONE)
FRIDAY = datetime(2026, 3, 6, tzinfo=ZONE)


async def test_guests_on_saturday_from_the_sentence_to_the_light_in_the_hall(tmp_path: Path):
    """The calendar is a real one, on a server."""
    (tmp_path / "server").mkdir()
    (tmp_path / "password").write_text(PASSWORD)
    (tmp_path / "password").chmod(0o600)
    with radicale(tmp_path / "server") as server:
        calendar = {
            "name": "family",
            "url": server.calendar("family"),
            "username": USER,
            "password_file": str(tmp_path / "password"),
        }
        async with directed(tmp_path, calendars=[calendar]) as house:
            asked, shown, begun = await house.replies(
                "get the house ready for 4 guests on Saturday", "at six in the evening", "yes"
            )
            await house.until_done(3)
            listed, event, reminders = await house.replies(
                "what's on my shopping list", "what is on saturday", "which reminders do I have"
            )
            await house.at(SATURDAY.replace(hour=12))
            await house.until_sent(("climate.guest", "set_temperature"))
            assert not [one for one in house.twin.sent if one.service == "turn_on"]
            await house.at(SATURDAY.replace(hour=18))
            await house.until("done")
            assert {one.entity for one in house.twin.sent if one.service == "turn_on"} == {"light.hall", "light.living"}
    assert (asked, begun) == ("At what time do they come?", "All right.")
    assert "Guests (4) on Saturday 7 March takes 5 steps" in shown
    assert shown.endswith("Shall I?")
    assert "drinks for 4 and something to eat" in listed
    assert "Guests (4)" in event
    assert "on Friday at 10:00" in reminders.replace("On", "on")


async def test_a_visit_goes_on_after_the_daemon_was_away_and_is_taken_back_by_a_sentence(tmp_path: Path):
    async with directed(tmp_path) as house:
        await house.replies("get the house ready for guests on Saturday at six pm", "yes")
        await house.until_done(2)
        clock, twin = house.clock, house.twin
    await clock.advance(SATURDAY.replace(hour=13) - clock.now())
    async with directed(tmp_path, clock, twin) as house:
        await house.until_sent(("climate.guest", "set_temperature"))
        await house.until_done(3)
        listed, back, gone = await house.replies(
            "what's on my shopping list", "take back the plan", "what's on my shopping list"
        )
        warm = house.hearth.home.state(EntityId("climate.guest"))
    assert "drinks" in listed
    # It was told on Friday, while nobody was there to tell it: that cannot be undone, and is said.
    assert back == (
        "That did not work: this could not be taken back:"
        " remind: Guests: they come tomorrow at 18:00. Think of: drinks and something to eat."
    )
    assert gone == "There is nothing on the shopping list."
    assert warm is not None
    assert warm.attributes["temperature"] == 19.5


async def test_two_weeks_away_ask_for_the_lock_and_are_over_by_themselves(tmp_path: Path):
    async with directed(tmp_path) as house:
        asked, shown, _ = await house.replies("we're leaving for two weeks on Friday", "at nine in the morning", "yes")
        await house.until_done(1)
        await house.at(FRIDAY.replace(hour=9))
        await house.until_sent(("climate.guest", "set_temperature"), ("light.hall", "turn_off"))
        await house.until_done(4)
        assert ("lock.front", "lock") not in {(one.entity, one.service) for one in house.twin.sent}
        question, done = await house.replies("confirm the plan", "yes")
        await house.until_done(5)
        await house.at(FRIDAY.replace(hour=9, minute=15))
        await house.until_done(6)
        lived_in = (await house.said("which routines do we have")).reply
        low = house.hearth.home.state(EntityId("climate.guest"))
        assert low is not None
        assert low.attributes["temperature"] == 16
        await house.at((FRIDAY + timedelta(days=14)).replace(hour=9, minute=1))
        await house.until("done")
        warm = house.hearth.home.state(EntityId("climate.guest"))
        after = (await house.said("which routines do we have")).reply
    assert asked == "At what time do you leave?"
    assert "I ask again before this: lock Front Door." in shown
    assert (question, done) == ("Shall I lock Front Door?", "Yes to: lock Front Door.")
    assert "Looks lived in" in lived_in
    assert "Looks lived in" not in after
    assert warm is not None
    assert warm.attributes["temperature"] == 19.5


@pytest.mark.parametrize(
    ("language", "said", "lines"),
    [
        ("en", "we're leaving for two weeks on Friday at nine in the morning",
         ("  Guest Heater: 19.5 degrees → 16 degrees", "What would change, each at its time:",
          "(reversible, asked about once more)", "because: nobody is there")),
        ("de", "wir fahren am Freitag um neun Uhr morgens für zwei Wochen weg",
         ("  Guest Heater: 19,5 Grad → 16 Grad", "Was sich ändern würde, jedes zu seiner Zeit:",
          "(umkehrbar, wird noch einmal gefragt)", "weil: niemand ist da")),
    ],
)  # fmt: skip
async def test_a_plan_is_written_whole_with_what_is_set_in_the_language_of_the_house(
    tmp_path: Path, language: str, said: str, lines: Sequence[str]
):
    async with directed(tmp_path, language=language) as house:
        await house.said(said)
        text = str((await house.plans.shown(house.plan().id))["text"])
    assert [line for line in lines if line not in text] == []


async def test_the_shopping_of_the_week_leaves_out_what_somebody_is_allergic_to(tmp_path: Path):
    async with directed(tmp_path) as house:
        await house.replies(
            "put lasagne and pesto on the meal plan",
            "for the lasagne we need noodles and 500 g tomatoes",
            "the ingredients for pesto are noodles, basil and walnuts",
            "add 2 tomatoes to the shopping list",
            "remember that I am allergic to nuts",
        )
        shown, done = await house.replies("do the weekly shopping from the meal plan", "yes")
        await house.until("done")
        listed, again = await house.replies("what's on my shopping list", "do the weekly shopping from the meal plan")
    assert shown == (
        "Shopping for the week: put noodles and basil on the shopping list."
        " I leave out walnuts: you are allergic to nuts. Shall I?"
    )
    assert done == "All right."
    assert listed == "On the shopping list: 2 tomatoes, noodles and basil."
    assert again == "All of it is on the shopping list already."


@pytest.mark.parametrize(
    ("said", "calls"),
    [
        ("prepare a movie night", {("media_player.tv", "turn_on"), ("light.living", "turn_on")}),
        ("make the house safe for the night", {("lock.front", "lock"), ("light.hall", "turn_off")}),
    ],
)
async def test_what_is_done_at_once_is_done_after_one_yes(tmp_path: Path, said: str, calls: set[tuple[str, str]]):
    async with directed(tmp_path) as house:
        house.hearth.home.observe(EntityId("lock.front"), "unlocked", at=house.clock.now())
        house.hearth.home.observe(EntityId("light.hall"), "on", at=house.clock.now())
        shown = (await house.said(said)).reply
        before = list(house.twin.sent)
        await house.said("yes")
        await house.until("done")
        assert shown.endswith("Shall I?")
        assert before == []
        assert calls <= {(one.entity, one.service) for one in house.twin.sent}
        await house.said("take back the plan")
        await house.until("undone")


async def test_directives_in_german(tmp_path: Path):
    async with directed(tmp_path, language="de") as house:
        asked, shown, begun = await house.replies("bereite das Haus für Gäste am Samstag vor", "um 18 Uhr", "ja")
        await house.until_done(2)
        stopped = (await house.said("brich den Plan ab")).reply
        when, away, _ = await house.replies("wir fahren am Freitag für zwei Wochen weg", "um neun Uhr morgens", "nein")
    assert (asked, begun) == ("Um wie viel Uhr kommen sie?", "In Ordnung.")
    assert shown.startswith("Gäste am Samstag, 7. März")
    assert stopped.startswith("Angehalten")
    assert when == "Um wie viel Uhr geht es los?"
    assert away.startswith("Verreist von Freitag, 6. März bis Freitag, 20. März")


async def test_times_that_are_over_are_refused(tmp_path: Path):
    async with directed(tmp_path) as house:
        told = await house.said("we're leaving for 60 months on Friday at nine")
        drafts = house.plans.plans()
    assert "90 days" in told.reply
    assert drafts == []


@pytest.mark.parametrize(
    ("said", "tool", "value", "goal"),
    [
        ("my aunt drops by saturday at six pm with the whole clan, so sort everything out please",
         "guests", "saturday at six pm", "Guests on Saturday 7 March"),
        ("off to the mountains we are, friday at nine for ten days, look after everything here",
         "leave", "friday at nine for ten days", "Away from Friday 6 March to Monday 16 March"),
        ("popcorn, the big screen and something long with explosions please", "movie_night", "", "Movie night"),
        ("batten down the hatches, we are all off to bed", "safe_night", "", "The house, safe for the night"),
    ],
    ids=["guests", "leaving", "movie", "safe"],
)  # fmt: skip
async def test_a_free_form_becomes_the_same_plan_by_a_model(
    tmp_path: Path, said: str, tool: str, value: str, goal: str
):
    async with (
        ollama(answer=proposing(tool, value)) as server,
        directed(tmp_path, ollama={"url": server.url, "model": "tiny"}) as house,
    ):
        house.hearth.home.observe(EntityId("light.hall"), "on", at=house.clock.now())
        shown = await house.said(said)
        plan, before = house.plan(), list(house.twin.sent)
        begun = (await house.said("yes")).reply
        status = house.plan().status
    assert shown.route == "reasoner"
    assert (plan.goal, plan.status) == (goal, "proposed")
    assert shown.reply.endswith("Shall I?")
    assert before == []
    assert begun.startswith("All right.")
    assert status in ("running", "done")


@pytest.mark.parametrize(
    ("language", "said", "yes", "tool", "command"),
    [
        ("en", "popcorn, the big screen and explosions please", "yes", "movie_night", "prepare a movie night"),
        ("de", "macht mal alles dicht, wir gehen schlafen", "ja", "safe_night", "mach das Haus sicher für die Nacht"),
    ],
)
async def test_free_words_for_a_plan_that_was_begun_are_a_sentence_from_then_on(
    tmp_path: Path, language: str, said: str, yes: str, tool: str, command: str
):
    async with (
        ollama(answer=proposing(tool)) as server,
        directed(tmp_path, language=language, ollama={"url": server.url, "model": "tiny"}) as house,
    ):
        house.hearth.home.observe(EntityId("light.hall"), "on", at=house.clock.now())
        shown = await house.said(said)
        begun = await house.said(yes)
        await house.said(yes)
        await house.until("done")
        house.hearth.home.observe(EntityId("light.hall"), "on", at=house.clock.now())
        asked = len(server.asked)
        again = await house.said(said)
    assert shown.route == "reasoner"
    assert command in begun.reply
    assert (len(server.asked), again.route) == (asked, "paraphrase")
    assert house.plan().status == "proposed"


async def test_free_words_with_a_time_hold_for_every_time(tmp_path: Path):
    said = "my aunt visits {} with the whole clan, sort everything out"
    async with (
        ollama(answer=proposing("guests", "saturday at six pm")) as server,
        directed(tmp_path, ollama={"url": server.url, "model": "tiny"}) as house,
    ):
        _, begun, _ = await house.replies(said.format("saturday at six pm"), "yes", "yes")
        again = await house.said(said.format("on sunday at five pm"))
    assert "my aunt visits with the whole clan" in begun
    assert again.route == "paraphrase"
    assert again.reply.startswith("Guests on Sunday 8 March")


async def test_a_spoken_yes_to_what_is_about_safety_is_a_pin(tmp_path: Path):
    """Somebody nobody knows hears that the plan waits, and opens by a PIN; a wrong one opens nothing."""
    clock = ManualClock(MONDAY)
    async with Store.open(tmp_path / "hearth.db", clock) as store:
        await Pins(store, clock).set(PersonId("ann"), "4711")
    async with directed(tmp_path, clock) as house:
        form = PlanForm(goal="Way in", steps=(step("door", device_call([EntityId("lock.front")], "unlock")),))
        cause = Cause(CauseId("drawn"), Origin.TEXT, PersonId("ann"))
        await house.hearth.gateway.submit(plan_add(form), cause)
        one = house.plan()
        await house.hearth.gateway.submit(plan_start(one.id, one.digest), replace(cause, id=CauseId("begun")))
        await house.until_waiting()
        asked = (await house.said("confirm the plan", person=None, origin=Origin.VOICE)).reply
        wrong = (await house.said("one two three four", person=None, origin=Origin.VOICE)).reply
        before = list(house.twin.sent)
        await house.said("four seven one one", person=None, origin=Origin.VOICE)
        await house.until("done")
        sent = [(call.entity, call.service) for call in house.twin.sent]
    assert asked == "Say your PIN to unlock Front Door."
    assert wrong.startswith("That was not right")
    assert before == []
    assert sent == [("lock.front", "unlock")]
