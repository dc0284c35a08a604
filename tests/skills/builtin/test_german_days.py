"""German answers about days: the calendar, the weather, the clock, and back to an hour, as the words say it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from devices.model import Entity, EntityId
from skills.builtin import announcing, calendar, clock, history, lists, notices, reminders, weather
from skills.events import event_add, event_cancel, event_move, event_remind
from skills.model import Action
from skills.testing import NOON, Bench
from skills.views import Event
from tests.skills.builtin.test_calendar import Family, at, event
from tests.skills.builtin.test_weather import FORECAST
from tests.skills.house import furnished

ZAHNARZT = event(1, "Zahnarzt", at(1, 15))
SARAH = event(3, "Besprechung mit Sarah", at(3, 10))
ESSEN = event(4, "Mittagessen mit Tom", at(4, 12, 30))
GEBURTSTAG = event(5, "Annas Geburtstag", at(5, 0), 1440)


class Familie(Family):
    """A calendar of four events."""

    async def events(self, since: datetime, until: datetime, *, person: str | None = None) -> Sequence[Event]:
        return [one for one in (ZAHNARZT, SARAH, ESSEN, GEBURTSTAG) if one.begins < until and one.ends > since]


@pytest.fixture(scope="module")
def bench() -> Bench:
    home = furnished()
    home.add(Entity(EntityId("calendar.familie"), "Familie", "calendar"))
    home.add(Entity(EntityId("weather.hier"), "Forecast Home", "weather"))
    home.observe(EntityId("weather.hier"), "cloudy", {"temperature": 7.5, "forecast": FORECAST}, at=NOON)
    skills = (announcing, calendar, clock, history, lists, notices, reminders, weather)
    return Bench(*(one.skill for one in skills), home=home, calendar=Familie(), language="de")


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("was steht morgen an", "Morgen: um 15:00 Uhr Zahnarzt."),
        ("was steht am Wochenende an", "Dieses Wochenende: am Samstag ganztägig Annas Geburtstag."),
        ("wie viele Termine habe ich diese Woche", "Diese Woche hast du vier Termine."),
        ("wann ist mein nächster Termin", "Morgen um 15:00 Uhr Zahnarzt."),
        ("wann ist mein Zahnarzttermin", "Morgen um 15:00 Uhr Zahnarzt."),
        ("wann ist die Besprechung mit Sarah", "Am Donnerstag um 10:00 Uhr Besprechung mit Sarah."),
        ("habe ich am Samstag Zeit", "Ja, am Samstag bist du frei."),
        ("bin ich morgen verplant", "Ja: morgen hast du Zahnarzt um 15:00 Uhr."),
        ("bin ich am Freitagnachmittag frei",
         "Nicht ganz: am Freitag nachmittags hast du Mittagessen mit Tom um 12:30 Uhr."),
        ("wie wird das Wetter morgen", "Morgen wird es regnerisch, 4 bis 8 Grad, Regenwahrscheinlichkeit 80 Prozent."),
        ("regnet es", "Nein, es ist bewölkt, 7,5 Grad."),
        ("wie warm wird es morgen", "Morgen werden es 4 bis 8 Grad, regnerisch."),
        ("bleibt es morgen trocken",
         "Morgen wird es regnerisch, 4 bis 8 Grad, Regenwahrscheinlichkeit 80 Prozent."),
        ("wie ist das Wetter in Berlin", "Ich kenne nur das Wetter hier, nicht in Berlin."),
        ("wie viel Uhr ist es in Tokio", "In Tokio ist es 21:00 Uhr."),
        ("der wievielte ist heute", "Heute ist Montag, der 2. März 2026."),
        ("der wievielte war gestern", "Das war Sonntag, der 1. März."),
        ("welche Kalenderwoche haben wir", "Es ist Kalenderwoche 10 im Jahr 2026."),
        ("ist heute Dienstag", "Nein, heute ist Montag."),
        ("wie viele Wochen sind es noch bis Ostern", "Noch 4,9 Wochen."),
        ("ist Milch auf der Einkaufsliste", "Nein, Milch steht nicht auf der Einkaufsliste."),
        ("was steht auf der Packliste", "Auf der Liste „Pack“ steht nichts."),
    ],
)  # fmt: skip
async def test_what_is_asked_in_german_is_answered(bench: Bench, text: str, reply: str):
    answer = await bench.hear(text)
    assert (answer.text, list(answer.do)) == (reply, [])


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("trag Zahnarzt am Dienstag um drei ein", event_add("Zahnarzt", at(1, 15), at(1, 16))),
        ("trag bitte für Freitag um zehn Friseur ein", event_add("Friseur", at(4, 10), at(4, 11))),
        ("schreib Elternabend am Mittwoch um 19 Uhr in den Kalender", event_add("Elternabend", at(2, 19), at(2, 20))),
        ("leg einen Termin mit Sarah morgen um zehn an", event_add("Termin mit Sarah", at(1, 10), at(1, 11))),
        ("neuer Termin morgen um zwölf Mittagessen mit Tom", event_add("Mittagessen mit Tom", at(1, 12), at(1, 13))),
        ("plan am Samstag Großeinkauf ein", event_add("Großeinkauf", at(5, 0), at(6, 0), all_day=True)),
        ("verschieb den Zahnarzt auf Donnerstag", event_move(ZAHNARZT.id, at(3, 15), at(3, 16))),
        ("verschieb den Zahnarzt auf vier", event_move(ZAHNARZT.id, at(1, 16), at(1, 17))),
        ("verleg die Besprechung um eine Stunde", event_move(SARAH.id, at(3, 11), at(3, 12))),
        ("zieh den Zahnarzt um eine Stunde vor", event_move(ZAHNARZT.id, at(1, 14), at(1, 15))),
        ("sag den Zahnarzttermin ab", event_cancel([ZAHNARZT.id])),
        ("streich das Mittagessen am Freitag", event_cancel([ESSEN.id])),
        ("lösch alle Termine morgen", event_cancel([ZAHNARZT.id])),
        ("erinner mich eine Stunde vor dem Zahnarzt", event_remind(3600, id=ZAHNARZT.id)),
        ("erinnere mich 15 Minuten vor jedem Termin", event_remind(900)),
    ],
)  # fmt: skip
async def test_what_is_wished_for_in_german_is_the_event_that_was_meant(bench: Bench, text: str, wish: Action):
    assert list((await bench.hear(text)).do) == [wish]


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("mach alles seit sechs rückgängig", NOON - timedelta(hours=6)),
        ("nimm alles seit halb elf zurück", NOON - timedelta(hours=1, minutes=30)),
        ("nimm alles seit heute Morgen zurück", NOON - timedelta(hours=12)),
        ("mach die letzten zehn Minuten rückgängig", NOON - timedelta(minutes=10)),
    ],
)
async def test_back_goes_as_far_as_was_said(bench: Bench, text: str, since: datetime):
    (wish,) = (await bench.hear(text)).do
    assert (wish.effect, wish.arguments["since"]) == ("journal.undo", since.isoformat())


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("stör mich nicht bis drei", NOON + timedelta(hours=3)),
        ("stör mich nicht für eine Stunde", NOON + timedelta(hours=1)),
        ("keine Meldungen bis morgen früh", NOON + timedelta(hours=20)),
    ],
)
async def test_nobody_is_disturbed_until_then(bench: Bench, text: str, until: datetime):
    (wish,) = (await bench.hear(text)).do
    assert (wish.effect, wish.arguments["until"]) == ("notice.quiet", until.isoformat())


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("sag allen, dass das Essen fertig ist", "Ich soll ausrichten, dass das Essen fertig ist"),
        ("mach eine Durchsage, das Essen steht auf dem Tisch", "Das Essen steht auf dem Tisch"),
    ],
)
async def test_a_clause_is_passed_on_as_one(bench: Bench, text: str, spoken: str):
    (wish,) = (await bench.hear(text)).do
    assert wish.arguments["text"] == spoken
