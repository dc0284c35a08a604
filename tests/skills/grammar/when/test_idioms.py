"""What turns of speech mean on Wednesday, 25 March 2026, at 14:30 in Berlin, the week before the clocks change."""

from datetime import datetime

import pytest

from skills.grammar.when import find
from tests.skills.grammar.when.shown import BERLIN, rows, shown

WEDNESDAY = datetime(2026, 3, 25, 14, 30, tzinfo=BERLIN)

ENGLISH = """
at 2 = 03-26 02:00
at one = 03-26 01:00
a minute to twelve = 03-25 23:59
a quarter of five = 03-25 16:45
five and twenty past seven = 03-25 19:25
zero hundred hours = 03-26 00:00
at 630 pm = 03-25 18:30
at 730 = 03-25 19:30
at 17h30 = 03-25 17:30
7p = 03-25 19:00
twelve at night = 03-26 00:00
tonight at 2 = 03-26 02:00
get me up at 6 on monday = 03-30 06:00
at seven no eight pm = 03-25 20:00
at 7 pm i mean 8 pm = 03-25 20:00
in five no six minutes = 03-25 14:36
at 7 or 8 = ?
in five or ten minutes = ?
in 5-10 minutes = ?
in a minute or two = ?
between 2 and 4 = ?
monday, wednesday, friday at 7 am = ?
every tuesday at 8 and thursday at 9 = ?
turn the porch light on every evening at 8 and off at 11 = ?
every day between 8 and 9 = ?
on weekdays from 9 to 5 = ?
this past monday = 03-23
a week today = 04-01
tomorrow week = 04-02
monday fortnight = 04-13
a week on monday at noon = 04-06 12:00
in two weeks on tuesday = 04-07
two weeks from now on friday = 04-10
in three days' time at 8 = 03-28 08:00
the monday after christmas = 12-28
the first friday after easter = 04-10
the night before christmas = 12-24 20:00
the week before christmas = 12-18
first day of next month = 04-01
next year on may 3rd = 2027-05-03
may 3rd next year = 2027-05-03
the second sunday of next month = 04-12
on the morning of the 5th of may = 05-05 08:00
at 5 on the 5th = 04-05 17:00
early on saturday = 03-28 06:00
late friday evening = 03-27 22:00
next morning = 03-26 08:00
last night at 11 = 03-24 23:00
yesterday evening = 03-24 19:00
two hours after lunch = 03-26 14:30
half an hour before bed = 03-25 21:30
remind me an hour before the 5 pm meeting = 03-25 16:00
after ten minutes = 03-25 14:40
an hour later = 03-25 15:30
in half a year = 09-25
in a month and a half = 05-10
1½ hours = 5400s
thirty-second timer = 30s
for 5 more minutes = 300s
every other weekend = WEEKLY;INTERVAL=2;BYDAY=SA,SU
twice a week on monday and thursday at 7 = WEEKLY;BYDAY=MO,TH 07:00
every hour on the hour = HOURLY
once an hour = HOURLY
every hour between 10 pm and 1 am = DAILY;BYHOUR=0,1,22,23;BYMINUTE=0;BYSECOND=0 00:00 01:00 22:00 23:00
every last day of the month at 6 pm = MONTHLY;BYMONTHDAY=-1 18:00
every first of the month at 9 = MONTHLY;BYMONTHDAY=1 09:00
every 1st and 3rd monday of the month at 9 = MONTHLY;BYDAY=1MO,3MO 09:00
every easter = ?
every monday for 4 weeks at 8 = WEEKLY;BYDAY=MO;UNTIL=20260421T235959 08:00
every day at 8 till the 10th = DAILY;UNTIL=20260410T235959 08:00
every single day at 8 = DAILY 08:00
every now and then = -
early this evening = 03-25 18:00
late this afternoon = 03-25 17:00
12 noon = 03-26 12:00
until the 10th = 03-25 14:30 to 04-10 00:00
on friday for two days = 03-27 00:00 to 03-29 00:00
on the 1st and 15th of every month at 9 = MONTHLY;BYMONTHDAY=1,15 09:00
every friday the 13th = MONTHLY;BYDAY=FR;BYMONTHDAY=13
yearly on june 1st at noon = YEARLY;BYMONTH=6;BYMONTHDAY=1 12:00
every day until christmas at 8 = DAILY;UNTIL=20261225T235959 08:00
every day this week at 9 = DAILY;UNTIL=20260329T235959 09:00
every weekday in june at 7 = WEEKLY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20260630T235959 07:00
every day from may to september at 8 = DAILY;UNTIL=20260930T235959 08:00
every 5 minutes until 6 pm = MINUTELY;INTERVAL=5;UNTIL=20260325T170000Z
every morning at 7 and every evening at 8 = DAILY;BYHOUR=7,20;BYMINUTE=0;BYSECOND=0 07:00 20:00
from 9 in the morning to 5 in the afternoon = 03-26 09:00 to 03-26 17:00
from 10 to 2 in the afternoon = 03-26 10:00 to 03-26 14:00
from 8 this evening until 6 tomorrow morning = 03-25 20:00 to 03-26 06:00
from friday 6 pm to sunday 8 pm = 03-27 18:00 to 03-29 20:00
for two hours starting at 6 pm = 03-25 18:00 to 03-25 20:00
9am-5pm = 03-26 09:00 to 03-26 17:00
from sunset until 11 pm = 03-25 18:27:58 to 03-25 23:00
april 3rd to 7th = 04-03 00:00 to 04-08 00:00
the whole of next week = 03-30 00:00 to 04-06 00:00
nex friday = 04-03
tomorrow morining = 03-26 08:00
next satday = 04-04
half past fore = 03-25 16:30
ten past for pm = 03-25 16:10
for thirty pm = 03-25 16:30
set the alarm for for thirty pm = 03-25 16:30
every sat = WEEKLY;BYDAY=SA
on sun at noon = 03-29 12:00
in the sun = -
set volume at 7 = -
pick a number between 1 and 100 = -
keep it from 20 to 25 degrees = -
between 20 and 22 degrees at 7 pm = 03-25 19:00
in 5 m = 03-25 14:35
in 2 h = 03-25 16:30
in tree hours = 03-25 17:30
in twenty fife minutes = 03-25 14:55
fourty five minutes = 2700s
at for thirty pm = 03-25 16:30
on chrismas eve = 12-24
haf an hour before sunset = sunset -30 03-25
2nite at 8 = 03-25 20:00
everyday at 8 = DAILY 08:00
put on midnight train to georgia = -
put on the lights at 7 = 03-25 19:00
set the thermostat at 20 = -
set the thermostat to 20 at 7 = 03-25 19:00
turn the heating up to 22 = -
tell april dinner is ready = -
turn off the sunday lamp = -
turn on the christmas tree at 5 pm = 03-25 17:00
"""

GERMAN = """
heute nacht um zwei = 03-26 02:00
morgen mittag um halb zwei = 03-26 13:30
montag in acht tagen = 04-06
am zehnten nächsten monats = 04-10
nächsten monat am zehnten = 04-10
in zweieinviertel stunden = 03-25 16:45
in ner halben stunde = 03-25 15:00
jedes jahr zu weihnachten = YEARLY;BYMONTH=12;BYMONTHDAY=25
jeden 15. um 12 = MONTHLY;BYMONTHDAY=15 12:00
am 3. mai jedes jahres = YEARLY;BYMONTH=5;BYMONTHDAY=3
täglich um acht und achtzehn uhr = DAILY;BYHOUR=8,18;BYMINUTE=0;BYSECOND=0 08:00 18:00
jeden montag ab nächster woche um 9 = WEEKLY;BYDAY=MO 09:00
alle 14 tage mittwochs um neun = WEEKLY;INTERVAL=2;BYDAY=WE 09:00
das ganze wochenende = 03-28 00:00 to 03-30 00:00
in den nächsten zwei stunden = 03-25 14:30 to 03-25 16:30
morgens um sieben = 03-26 07:00
um 7 oder 8 = ?
in fünf bis zehn minuten = ?
"""


@pytest.mark.parametrize(
    ("language", "text", "meant"),
    [(language, *row) for language, table in (("en", ENGLISH), ("de", GERMAN)) for row in rows(table)],
)
def test_a_turn_of_speech_means_what_people_mean(language: str, text: str, meant: str):
    assert shown(find(text, ref=WEDNESDAY, language=language, place=(52.52, 13.405))) == meant
