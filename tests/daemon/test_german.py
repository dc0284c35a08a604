"""A German household talks to the whole daemon: what it hears is German, and whole sentences."""

import re
from dataclasses import replace
from pathlib import Path

from skills.actions import timer_start
from skills.model import Origin, PersonId
from tests.daemon.german_house import german
from tests.kitchen import CAUSE, advance, kitchen

TALK = [
    ("Was hast du gerade gemacht?", "Ich habe noch nichts getan."),
    ("Schalte alle Lichter aus", "Alle fünf Lichter waren schon aus."),
    ("Mach das Licht in der Küche an", "Das Deckenlicht ist an."),
    ("Mach das Licht in der Küche aus", "Das Deckenlicht ist aus."),
    ("Mach das Licht im Wohnzimmer auf 40 Prozent", "Ich habe zwei Lichter im Wohnzimmer auf 40 Prozent gestellt."),
    ("Mach die Stehlampe rot", "Die Stehlampe ist jetzt rot."),
    ("Mach die Nachttischlampe blau", "Bei der Nachttischlampe lässt sich die Farbe nicht ändern."),
    ("Ist das Licht im Flur an?", "Nein, das Licht im Flur ist aus."),
    ("Ist die Haustür abgeschlossen?", "Ja, die Haustür ist abgeschlossen."),
    ("Schließ die Haustür auf", "Soll ich die Haustür aufschließen? Sag ja oder nein."),
    ("nee lieber nicht", "In Ordnung, dann nicht."),
    ("Schließ die Haustür auf", "Soll ich die Haustür aufschließen? Sag ja oder nein."),
    ("ja klar", "Die Haustür ist nicht abgeschlossen."),
    ("Öffne die Jalousie auf 30 Prozent", "Die Jalousie ist zu 30 Prozent offen."),
    ("Stell die Heizung im Schlafzimmer auf 21,5 Grad", "Im Schlafzimmer sind jetzt 21,5 Grad eingestellt."),
    ("Stell die Heizung auf 50 Grad", "Die Heizung lässt sich nur von 5 bis 30 Grad einstellen."),
    ("Wie warm ist es im Wohnzimmer?", "Es sind 21,5 Grad im Wohnzimmer."),
    ("Schalte den Fernseher stumm", "Der Fernseher ist stumm."),
    ("Starte Robbi", "Robbi fängt an zu saugen."),
    ("Stell einen Timer", "Wie lange?"),
    ("5 Minuten", "Ich habe einen Timer auf fünf Minuten gestellt."),
    ("Lösche alle Timer", "Ich habe einen Timer gelöscht."),
    ("Weck mich jeden Werktag um halb sieben",
     r"Ich wecke dich jeden Werktag um 06:30 Uhr, zum ersten Mal .*um 06:30 Uhr\."),
    ("Lösche den Wecker", "Der Wecker jeden Werktag um 06:30 Uhr ist gelöscht."),
    ("Erinnere mich in zwei Stunden daran, Mama anzurufen", r"Ich erinnere dich .*um \d\d:\d\d Uhr: Mama anrufen\."),
    ("Setz Milch auf die Einkaufsliste", "Ich habe Milch auf die Einkaufsliste gesetzt."),
    ("Was steht auf der Einkaufsliste?", "Auf der Einkaufsliste: Milch."),
    ("Was habe ich verpasst?", "Du hast nichts verpasst."),
    ("Sag allen, das Essen ist fertig", "Das hat nicht geklappt: im Haus gibt es keinen Lautsprecher."),
    ("Blubb die Wupp", r"(Ich weiß nicht|Das habe ich nicht|Ich kenne nichts).*\."),
    ("Gute Nacht", r"Gute Nacht\. .* Soll ich sie ausschalten\?"),
    ("ja", "Gute Nacht."),
]  # fmt: skip
ENGLISH = re.compile(r"(?i)\b(the|is|are|were|not|and|your|you|with|what|there|nothing|please|done|have)\b")


async def test_a_german_household_is_answered_in_german(tmp_path: Path) -> None:
    async with german(tmp_path) as hearth:
        told = [(await hearth.conversation.answer(said, origin=Origin.TEXT)).reply for said, _ in TALK]
    strange = [
        (said, reply)
        for (said, wanted), reply in zip(TALK, told, strict=True)
        if (reply != wanted and re.fullmatch(wanted, reply) is None) or ENGLISH.search(reply)
    ]
    assert strange == []


async def test_each_is_answered_and_asked_in_the_language_they_spoke(tmp_path: Path) -> None:
    async with german(tmp_path) as hearth:
        english = await hearth.conversation.answer("turn on the stehlampe", origin=Origin.TEXT, language="en")
        own = await hearth.conversation.answer("Schalte die Stehlampe aus", origin=Origin.TEXT)
        await hearth.conversation.answer("Schließ die Haustür auf", origin=Origin.TEXT)
        (waiting,) = hearth.gateway.pending()
    assert (english.reply, own.reply) == ("The stehlampe is on.", "Die Stehlampe ist aus.")
    assert waiting.wish.what == "die Haustür aufschließen"


async def test_what_is_due_is_told_in_the_language_of_whose_it_is(tmp_path: Path) -> None:
    async with kitchen(tmp_path) as there:
        there.schedule.speak(lambda person: "de" if person == "anna" else None)
        await there.do(timer_start(60, name="Nudel"), replace(CAUSE, person=PersonId("anna")))
        await there.do(timer_start(60, name="pasta"))
        await advance(there, 60)
        told = {(await there.notice()).text for _ in range(2)}
    assert told == {"Dein Nudel-Timer ist abgelaufen.", "Your pasta timer is done."}
