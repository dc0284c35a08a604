"""What German phrases mean on Tuesday, 15 September 2026, at 10:20 in Berlin, by kind of phrase."""

import pytest

from skills.grammar.when import find
from tests.skills.grammar.when.shown import TUESDAY, rows, shown

CLOCK = """
um 7 = 09-15 19:00
um sieben Uhr = 09-15 19:00
um 8 Uhr 30 = 09-15 20:30
acht Uhr dreißig = 09-15 20:30
acht uhr dreissig = 09-15 20:30
um 20 Uhr = 09-15 20:00
um 20:15 Uhr = 09-15 20:15
zwanzig Uhr fünfzehn = 09-15 20:15
um 7.30 Uhr = 09-15 19:30
halb sechs = 09-15 17:30
um halb acht = 09-15 19:30
morgen um halb neun = 09-16 08:30
viertel vor acht = 09-15 19:45
viertel nach vier = 09-15 16:15
um viertel acht = 09-15 19:15
dreiviertel acht = 09-15 19:45
fünf vor halb sechs = 09-15 17:25
fünf nach halb sechs = 09-15 17:35
zehn nach drei = 09-15 15:10
zwanzig vor neun = 09-15 20:40
fünf vor zwölf = 09-15 11:55
um ein Uhr = 09-15 13:00
um eins = 09-15 13:00
um zwölf = 09-15 12:00
um Mitternacht = 09-16 00:00
morgen um Mitternacht = 09-17 00:00
heute um 18 Uhr = 09-15 18:00
morgen um sechs Uhr früh = 09-16 06:00
um 8 Uhr abends = 09-15 20:00
um drei Uhr nachts = 09-16 03:00
um neun Uhr morgens = 09-16 09:00
um 3 Uhr nachmittags = 09-15 15:00
um 24 Uhr = 09-16 00:00
gegen 16 Uhr = 09-15 16:00
heute Abend um 8 = 09-15 20:00
morgen früh um sieben = 09-16 07:00
weck mich um 6 = 09-16 06:00
weck mich morgen um halb sieben = 09-16 06:30
stell den Wecker auf 6 Uhr 15 = 09-16 06:15
kurz nach Feierabend = 09-15 18:00
"""

DAYS = """
heute = 09-15
morgen = 09-16
übermorgen = 09-17
uebermorgen = 09-17
ubermorgen = 09-17
gestern = 09-14
vorgestern = 09-13
am Freitag = 09-18
diesen Freitag = 09-18
kommenden Freitag = 09-18
nächsten Freitag = 09-25
naechsten freitag = 09-25
letzten Montag = 09-14
Freitag nächste Woche = 09-25
nächste Woche Mittwoch = 09-23
nächste Woche am Mittwoch um 9 = 09-23 09:00
übernächste Woche Montag = 09-28
am Samstag um 14 Uhr = 09-19 14:00
Donnerstag um vier = 09-17 16:00
Montag Morgen = 09-21 08:00
Montagmorgen um acht = 09-21 08:00
Freitagabend = 09-18 19:00
am Freitagabend um 8 = 09-18 20:00
am Sonntagnachmittag = 09-20 15:00
morgen Abend = 09-16 19:00
morgen früh = 09-16 08:00
heute Nachmittag = 09-15 15:00
heute Abend = 09-15 20:00
am Abend = 09-15 19:00
am dritten Mai = 2027-05-03
am 3. Mai = 2027-05-03
am 3. Oktober um 19 Uhr = 10-03 19:00
am einundzwanzigsten Dezember = 12-21
am 1. März = 2027-03-01
am ersten maerz = 2027-03-01
am 25.12. = 12-25
am 25.12 = 12-25
am 24.12.2027 um 18 Uhr = 2027-12-24 18:00
am 20. = 09-20
am zwanzigsten um acht = 09-20 08:00
Heiligabend = 12-24
an Heiligabend um 17 Uhr = 12-24 17:00
an Silvester = 12-31
Ostermontag = 2027-03-29
Ende des Monats = 09-30
Ende Oktober = 10-31
Anfang nächsten Monats = 10-01
am letzten Freitag im Monat = 09-25
am ersten Montag im November = 11-02
am letzten Tag im Februar = 2027-02-28
am Wochenende = 09-19
nächstes Wochenende = 09-26
nächste Woche = 09-21
nächsten Monat = 10-01
im November = 11-01
Freitag in einer Woche = 09-25
heute in zwei Wochen = 09-29
einen Tag vor Weihnachten = 12-24
zwei Tage nach Ostern = 2027-03-30
am 30. Februar = ?
am 31. April = ?
Freitag der 13. = 11-13
nach dem Mittagessen = 09-15 13:30
"""

LENGTHS = """
in einer Stunde = 09-15 11:20
in anderthalb Stunden = 09-15 11:50
in eineinhalb Stunden = 09-15 11:50
in zweieinhalb Stunden = 09-15 12:50
in einer halben Stunde = 09-15 10:50
in einer Viertelstunde = 09-15 10:35
in einer Dreiviertelstunde = 09-15 11:05
in einer dreiviertel Stunde = 09-15 11:05
in fünf Minuten = 09-15 10:25
in fuenf minuten = 09-15 10:25
in funf minuten = 09-15 10:25
in 90 Sekunden = 09-15 10:21:30
in drei Tagen = 09-18
in drei Tagen um acht = 09-18 08:00
in einer Woche = 09-22
in 14 Tagen = 09-29
in einem Monat = 10-15
in einem halben Jahr = 2027-03-15
in einer Stunde und zehn Minuten = 09-15 11:30
vor zwei Stunden = 09-15 08:20
vor drei Tagen = 09-12
morgen um diese Zeit = 09-16 10:20
jetzt = 09-15 10:20
fünf Minuten = 300s
eine Stunde = 3600s
eine halbe Stunde = 1800s
eine Viertelstunde = 900s
anderthalb Stunden = 5400s
eine Stunde und zwanzig Minuten = 4800s
fünfundzwanzig Minuten = 1500s
fünf und zwanzig minuten = 1500s
zwei Stunden 30 Minuten = 9000s
für zwanzig Minuten = 1200s
stell einen Timer auf zwölf Minuten für die Nudeln = 720s
Timer 90 Sekunden = 90s
hundertzwanzig Sekunden = 120s
2,5 Stunden = 9000s
zehn Minuten lang = 600s
eine Minute und dreißig Sekunden = 90s
dreieinhalb Minuten = 210s
"""

RECURRING = """
jeden Tag um 8 = DAILY 08:00
täglich um halb sieben = DAILY 06:30
taeglich um 18 Uhr = DAILY 18:00
jeden Morgen um sieben = DAILY 07:00
jeden Morgen = DAILY 08:00
jeden Abend um 8 = DAILY 20:00
jeden Montag um neun = WEEKLY;BYDAY=MO 09:00
montags um 9 = WEEKLY;BYDAY=MO 09:00
montags und donnerstags um 20 Uhr = WEEKLY;BYDAY=MO,TH 20:00
jeden Montag und Mittwoch um sieben = WEEKLY;BYDAY=MO,WE 07:00
werktags um 6:45 = WEEKLY;BYDAY=MO,TU,WE,TH,FR 06:45
unter der Woche um sieben = WEEKLY;BYDAY=MO,TU,WE,TH,FR 07:00
jeden Werktag um 7 Uhr = WEEKLY;BYDAY=MO,TU,WE,TH,FR 07:00
von Montag bis Freitag um 7 = WEEKLY;BYDAY=MO,TU,WE,TH,FR 07:00
Montag bis Freitag um 7 = WEEKLY;BYDAY=MO,TU,WE,TH,FR 07:00
an Wochenenden um 10 = WEEKLY;BYDAY=SA,SU 10:00
jedes Wochenende um zehn = WEEKLY;BYDAY=SA,SU 10:00
jeden zweiten Dienstag um 8 = WEEKLY;INTERVAL=2;BYDAY=TU 08:00
jeden zweiten Tag um 9 = DAILY;INTERVAL=2 09:00
alle zwei Tage um 9 = DAILY;INTERVAL=2 09:00
alle zwei Stunden = HOURLY;INTERVAL=2
alle 15 Minuten = MINUTELY;INTERVAL=15
alle halbe Stunde = MINUTELY;INTERVAL=30
jede Stunde = HOURLY
stündlich = HOURLY
alle zwei Wochen am Montag um 9 = WEEKLY;INTERVAL=2;BYDAY=MO 09:00
alle 14 Tage samstags um 10 = WEEKLY;INTERVAL=2;BYDAY=SA 10:00
jeden ersten Montag im Monat um 9 = MONTHLY;BYDAY=1MO 09:00
am ersten Montag jedes Monats um 9 = MONTHLY;BYDAY=1MO 09:00
am letzten Freitag jeden Monats um 16 Uhr = MONTHLY;BYDAY=-1FR 16:00
am 1. jedes Monats um 8 = MONTHLY;BYMONTHDAY=1 08:00
jeden Monat am 15. um 12 Uhr = MONTHLY;BYMONTHDAY=15 12:00
jeden Tag um 8 und um 20 Uhr = DAILY;BYHOUR=8,20;BYMINUTE=0;BYSECOND=0 08:00 20:00
jeden Tag außer Sonntag um 8 = WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA 08:00
jeden Tag um 9 bis Freitag = DAILY;UNTIL=20260918T235959 09:00
zweimal am Tag = ?
einmal pro Woche am Sonntag um 18 Uhr = WEEKLY;BYDAY=SU 18:00
jedes Jahr am 3. Mai um 9 = YEARLY;BYMONTH=5;BYMONTHDAY=3 09:00
erinnere mich jeden Sonntag um 20 Uhr an den Müll = WEEKLY;BYDAY=SU 20:00
montagabends um 8 = WEEKLY;BYDAY=MO 20:00
"""

RANGES = """
zwischen 14 und 16 Uhr = 09-15 14:00 to 09-15 16:00
von 14 bis 16 Uhr = 09-15 14:00 to 09-15 16:00
morgen von 9 bis 5 = 09-16 09:00 to 09-16 17:00
von 22 Uhr bis 6 Uhr = 09-15 22:00 to 09-16 06:00
bis 18 Uhr = 09-15 10:20 to 09-15 18:00
bis morgen früh um 7 = 09-15 10:20 to 09-16 07:00
bis Freitag = 09-15 10:20 to 09-18 00:00
von Freitag bis Sonntag = 09-18 00:00 to 09-21 00:00
ab 18 Uhr für zwei Stunden = 09-15 18:00 to 09-15 20:00
vom 3. bis 7. Oktober = 10-03 00:00 to 10-08 00:00
bis Mitternacht = 09-15 10:20 to 09-16 00:00
"""

SUN = """
bei Sonnenuntergang = sunset +0 09-15
eine halbe Stunde vor Sonnenuntergang = sunset -30 09-15
20 Minuten nach Sonnenaufgang = sunrise +20 09-16
morgen bei Sonnenaufgang = sunrise +0 09-16
jeden Tag bei Sonnenuntergang = sunset +0 DAILY
jeden Abend 15 Minuten nach Sonnenuntergang = sunset +15 DAILY
eine Stunde vor Sonnenuntergang am Samstag = sunset -60 09-19
wenn die Sonne untergeht = sunset +0 09-15
wenn es dunkel wird = dusk +0 09-15
"""

NOTHING = """
mach zwei Lampen an = -
Kanal 5 = -
stell die Heizung auf 21 Grad = -
Lautstärke auf 30 Prozent = -
guten Morgen = -
gute Nacht = -
spiel Atemlos durch die Nacht = -
spiel 99 Luftballons = -
im zweiten Stock = -
die zweite Lampe = -
mach das Licht an = -
wie viele Minuten hat eine Stunde = -
ruf Mai an = -
alle Lampen aus = -
mach alle Lichter aus = -
zwei Flaschen Milch = -
mach die Tür zu = -
wie spät ist es = -
starte die Szene Sonnenuntergang = -
um 25 Uhr = ?
"""

INSIDE = """
erinnere mich am Freitag nach dem Mittagessen Mama anzurufen = 09-18 13:30
erinnere mich morgen daran um 17 Uhr Papa anzurufen = 09-16 17:00
mach in zehn Minuten das Licht aus = 09-15 10:30
schalte um halb elf abends den Fernseher aus = 09-15 22:30
stell die Heizung um 18 Uhr auf 21 Grad = 09-15 18:00
dimm das Licht in 5 Minuten auf 30 Prozent = 09-15 10:25
ähm morgen äh um 8 Uhr = 09-16 08:00
am Donerstag um 9 Uhr = 09-17 09:00
lass die Heizung bis 22 Uhr an = 09-15 10:20 to 09-15 22:00
"""

TABLES = (CLOCK, DAYS, LENGTHS, RECURRING, RANGES, SUN, NOTHING, INSIDE)


@pytest.mark.parametrize(("text", "meant"), [row for table in TABLES for row in rows(table)])
def test_a_german_phrase_means_the_time_that_people_mean(text: str, meant: str):
    assert shown(find(text, ref=TUESDAY, language="de", place=(52.52, 13.405))) == meant
