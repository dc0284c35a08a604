"""Timers, alarms, reminders, lists and briefings in German: what is said acts, and times are found in it."""

from collections.abc import Mapping

import pytest

from skills import grammar
from skills.builtin import briefing, history, lists, notices, proactive, reminders, timers, waking
from skills.grammar.model import Context, Decision, Understander
from skills.model import Cause, CauseId, Match, Origin, Reply, Request, Utterance
from skills.registry import registered
from skills.testing import NOON, Past
from tests.skills.house import furnished

REGISTRY = registered(
    timers.skill,
    waking.skill,
    reminders.skill,
    lists.skill,
    briefing.skill,
    proactive.skill,
    notices.skill,
    history.skill,
)


@pytest.fixture(scope="module")
def german() -> Understander:
    return grammar.load("de", REGISTRY.documents("de"))


async def reply_to(german: Understander, text: str) -> tuple[Match, Reply]:
    home = furnished()
    understood = german.understand(text, home, Context())
    assert understood.decision is Decision.ACT, understood.reason
    (match,) = understood.matches
    utterance = Utterance(text, NOON, Cause(CauseId("c"), Origin.TEXT, said=text), None, "de")
    ((handler, _),) = REGISTRY.split(match.intent, ())
    assert handler is not None
    return match, await handler(Request(utterance, match, (), home, Past(), NOON))


@pytest.mark.parametrize(
    ("text", "effect", "arguments"),
    [
        ("stell einen Timer auf zehn Minuten", "timer.start", {"length_s": 600}),
        ("stell einen Nudel Timer auf acht Minuten", "timer.start", {"length_s": 480, "name": "Nudel"}),
        ("stell einen Timer auf eine Viertelstunde", "timer.start", {"length_s": 900}),
        ("weck mich um sieben", "alarm.set", {"wall": "2026-03-03T07:00:00"}),
        ("weck mich morgen um halb acht", "alarm.set", {"wall": "2026-03-03T07:30:00"}),
        ("weck mich jeden Werktag um sieben mit Licht", "alarm.set",
         {"rule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "light": True}),
        ("erinnere mich um 18 Uhr an den Müll", "reminder.add", {"text": "den Müll", "wall": "2026-03-02T18:00:00"}),
        ("erinnere mich morgen um 8 daran die Blumen zu gießen", "reminder.add",
         {"text": "die Blumen zu gießen", "wall": "2026-03-03T08:00:00"}),
        ("erinnere mich in zehn Minuten an die Tabletten bis ich es erledigt habe", "reminder.add",
         {"text": "die Tabletten", "insist": True}),
        ("erinnere mich an den Müll in zehn Minuten", "reminder.add", {"text": "den Müll", "after_s": 600}),
        ("in zwei Stunden erinnere mich an den Müll", "reminder.add", {"text": "den Müll", "after_s": 7200}),
        ("nicht stören", "notice.quiet", {}),
        ("stör mich nicht bis 15 Uhr", "notice.quiet", {}),
        ("mach das rückgängig", "journal.undo", {}),
        ("gib mir jeden Werktag um sieben einen Tagesüberblick", "reminder.add", {"command": "Tagesüberblick"}),
        ("erledigt", "reminder.done", {}),
    ],
)  # fmt: skip
async def test_what_is_said_in_german_acts(
    german: Understander, text: str, effect: str, arguments: Mapping[str, object]
):
    _, reply = await reply_to(german, text)
    (wish,) = reply.do
    assert wish.effect == effect
    assert {key: wish.arguments[key] for key in arguments} == arguments


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("was steht auf der Einkaufsliste", "HassListGetItems"),
        ("was muss ich noch einkaufen", "HassListGetItems"),
        ("welche Erinnerungen habe ich", "reminders.tell"),
        ("wann klingelt mein Wecker", "HassGetAlarm"),
        ("wie lange dauert der Timer noch", "HassTimerStatus"),
        ("überspringe den nächsten Wecker", "waking.skip"),
        ("was habe ich verpasst", "notices.missed"),
        ("guten Morgen", "briefing.morning"),
        ("gute Nacht", "briefing.evening"),
        ("sag mir nichts mehr über die Fenster", "proactive.quiet"),
        ("was meldest du mir von selbst", "proactive.tell"),
    ],
)
async def test_a_question_in_german_is_answered_and_changes_nothing(german: Understander, text: str, intent: str):
    match, reply = await reply_to(german, text)
    assert (match.intent, list(reply.do)) == (intent, [])
