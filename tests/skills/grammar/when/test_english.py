"""What English phrases mean on Tuesday, 15 September 2026, at 10:20 in Berlin, by kind of phrase."""

import pytest

from skills.grammar.when import find
from tests.skills.grammar.when.shown import TUESDAY, rows, shown

CLOCK = """
at eight p.m. = 09-15 20:00
at 11 = 09-15 11:00
at 10 = 09-15 22:00
at 5 = 09-15 17:00
at 5:15 = 09-15 17:15
at 05:15 = 09-16 05:15
at 13:45 = 09-15 13:45
at 9:50 am = 09-16 09:50
at 3pm = 09-15 15:00
at 3 p.m. = 09-15 15:00
3:40pm = 09-15 15:40
at 7.45 = 09-15 19:45
7.45 pm = 09-15 19:45
at 18 = 09-15 18:00
at 6 sharp = 09-15 18:00
around 4 = 09-15 16:00
by 6 pm = 09-15 18:00
noon = 09-15 12:00
at midday tomorrow = 09-16 12:00
at 12 = 09-15 12:00
at 12:30 = 09-15 12:30
at 12:30 am = 09-16 00:30
12 am = 09-16 00:00
12 pm = 09-15 12:00
at midnight = 09-16 00:00
tonight at midnight = 09-16 00:00
tomorrow at midnight = 09-17 00:00
midnight on saturday = 09-20 00:00
at 24:00 = 09-16 00:00
at 0:20 = 09-16 00:20
today at 4 = 09-15 16:00
today at 11 = 09-15 11:00
tomorrow at 4 = 09-16 16:00
tomorrow at 8 = 09-16 08:00
tomorrow at 12 = 09-16 12:00
tomorrow 8 am = 09-16 08:00
8 am tomorrow = 09-16 08:00
tomorrow at 6:10 pm = 09-16 18:10
8 in the evening = 09-15 20:00
at 8 in the morning = 09-16 08:00
at 11 in the morning = 09-15 11:00
3 in the afternoon = 09-15 15:00
at 10 at night = 09-15 22:00
at 2 at night = 09-16 02:00
tonight at 9 = 09-15 21:00
tonight at 1 = 09-16 01:00
this evening at 6:30 = 09-15 18:30
this afternoon at 2 = 09-15 14:00
tomorrow evening at 7:15 = 09-16 19:15
tomorrow morning at 6 = 09-16 06:00
tomorrow night at 11 = 09-16 23:00
at 7 tomorrow evening = 09-16 19:00
at half past seven tomorrow morning = 09-16 07:30
wake me up at 7 = 09-16 07:00
wake me at 5:30 tomorrow = 09-16 05:30
set an alarm for 6 = 09-16 06:00
set an alarm for six thirty = 09-16 06:30
set an alarm for 9 pm = 09-15 21:00
set my alarm to 7:15 = 09-16 07:15
alarm at 8 on friday = 09-18 08:00
turn on the lights at 9 pm = 09-15 21:00
tomorrow at 7 remind me to feed 3 cats = 09-16 07:00
remind me tomorrow to ring dad at 5 pm = 09-16 17:00
switch off the heating at 11 tonight = 09-15 23:00
at 7:00:30 pm = 09-15 19:00:30
"""

SPOKEN = """
half six = 09-15 18:30
half past six = 09-15 18:30
at half ten = 09-15 10:30
quarter to one = 09-15 12:45
quarter past eleven = 09-15 11:15
a quarter past four = 09-15 16:15
twenty to nine = 09-15 20:40
twenty past nine = 09-15 21:20
five to seven in the evening = 09-15 18:55
ten past three pm = 09-15 15:10
ten minutes to five = 09-15 16:50
seven minutes past two = 09-15 14:07
twenty five past eight = 09-15 20:25
quarter to eight tomorrow morning = 09-16 07:45
ten to midnight = 09-15 23:50
quarter past midnight = 09-16 00:15
half past noon = 09-15 12:30
five past noon tomorrow = 09-16 12:05
seven thirty = 09-15 19:30
seven thirty am = 09-16 07:30
eleven fifty five = 09-15 11:55
at six fifteen = 09-15 18:15
at three oh five = 09-15 15:05
twenty one forty five = 09-15 21:45
eight oh seven am = 09-16 08:07
zero six thirty = 09-16 06:30
oh six hundred hours = 09-16 06:00
fifteen hundred hours = 09-15 15:00
at eighteen hundred = 09-15 18:00
at 1930 = 09-15 19:30
0715 = 09-16 07:15
2100 hours = 09-15 21:00
eight o'clock = 09-15 20:00
at eight o'clock tomorrow = 09-16 08:00
two o'clock in the morning = 09-16 02:00
nine p m = 09-15 21:00
ten a m = 09-16 10:00
half seven tomorrow morning = 09-16 07:30
quarter to six on friday evening = 09-18 17:45
five thirty tomorrow = 09-16 17:30
six tomorrow morning = 09-16 06:00
"""

DAYPARTS = """
in the morning = 09-16 08:00
this evening = 09-15 19:00
tonight = 09-15 20:00
late tonight = 09-15 22:00
tomorrow morning = 09-16 08:00
tomorrow afternoon = 09-16 15:00
tomorrow evening = 09-16 19:00
tomorrow night = 09-16 20:00
on saturday morning = 09-19 08:00
sunday evening = 09-20 19:00
at lunchtime = 09-15 12:30
tomorrow at lunch = 09-16 12:30
after lunch = 09-15 13:30
on friday after lunch = 09-18 13:30
first thing tomorrow = 09-16 08:00
first thing in the morning = 09-16 08:00
after work tomorrow = 09-16 18:00
before bed = 09-15 22:00
at bedtime = 09-15 22:00
late in the evening = 09-15 22:00
this morning = 09-15 10:50
in the afternoon = 09-15 15:00
tuesday evening = 09-15 19:00
next monday morning = 09-21 08:00
on christmas morning = 12-25 08:00
early tomorrow morning = 09-16 06:00
early in the morning = 09-16 06:00
late tomorrow evening = 09-16 22:00
remind me this evening to water the plants = 09-15 19:00
tomorrow after dinner = 09-16 20:00
"""

WEEKDAYS = """
on friday = 09-18
friday = 09-18
this friday = 09-18
next friday = 09-25
next monday = 09-21
last friday = 09-11
on tuesday = 09-22
tuesday at 9 am = 09-22 09:00
tuesday at 3 pm = 09-15 15:00
next tuesday at noon = 09-22 12:00
this thursday at ten = 09-17 10:00
on saturday at 2 = 09-19 14:00
saturday at 7 = 09-19 07:00
on thursday at half past four = 09-17 16:30
a week from friday = 09-25
a week on thursday = 09-24
friday week = 09-25
friday next week = 09-25
next week on wednesday = 09-23
on monday of next week at 8 = 09-21 08:00
wednesday the week after next = 09-30
friday after next = 10-02
two weeks from monday = 10-05
on the coming sunday = 09-20
fri at 4pm = 09-18 16:00
thurs = 09-17
on monday afternoon at quarter past two = 09-21 14:15
remind me next thursday to call the plumber at 10 = 09-24 10:00
"""

DATES = """
today = 09-15
tomorrow = 09-16
yesterday = 09-14
the day after tomorrow = 09-17
day after tomorrow at noon = 09-17 12:00
the day before yesterday = 09-13
on the 3rd of october = 10-03
the third of may = 2027-05-03
may third = 2027-05-03
on may 3 = 2027-05-03
on the twenty first of december = 12-21
december 21st 2027 = 2027-12-21
the 4th of july 2028 = 2028-07-04
june fifth twenty twenty seven = 2027-06-05
october 3rd at 7 pm = 10-03 19:00
on the 3rd of october at half past eight in the evening = 10-03 20:30
at 9 am on october 12th = 10-12 09:00
on the 20th = 09-20
on the 2nd = 10-02
on the 31st = 10-31
the 28th at 6 pm = 09-28 18:00
on the 15th of next month = 10-15
the 9th of this month = 09-09
next month on the 5th = 10-05
on the first monday in november = 11-02
the last friday of the month = 09-25
the second tuesday of october at 10 am = 10-13 10:00
last sunday in october = 10-25
the first of the month = 10-01
the last day of the month = 09-30
the last day of february = 2027-02-28
end of the month = 09-30
at the end of next month = 10-31
the end of october = 10-31
the end of the year = 12-31
the beginning of next month = 10-01
mid october = 10-15
next week = 09-21
next month = 10-01
next year = 2027-01-01
in november = 11-01
this weekend = 09-19
at the weekend = 09-19
next weekend = 09-26
on christmas eve = 12-24
on christmas day at 9 am = 12-25 09:00
new year's eve at 10 pm = 12-31 22:00
on new year's day = 2027-01-01
on valentine's day = 2027-02-14
easter monday = 2027-03-29
good friday = 2027-03-26
on halloween at 6 = 10-31 18:00
friday the 13th = 11-13
friday the 18th of september = 09-18
saturday, october 3rd = 10-03
the day before christmas = 12-24
two days before christmas = 12-23
the day after easter = 2027-03-29
a week after new year = 2027-01-08
25.12. = 12-25
on 25.12 = 12-25
24.12.2027 = 2027-12-24
2026-11-05 = 11-05
2026-11-05 14:30 = 11-05 14:30
12/25 = 12-25
on 10/31 at 8 pm = 10-31 20:00
3/4 = ?
february 30th = ?
on the 31st of april = ?
on the 29th of february = 2028-02-29
thanksgiving = 11-26
a fortnight from today = 09-29
book the vet for the 12th of october at three in the afternoon = 10-12 15:00
"""

RELATIVE = """
in two hours = 09-15 12:20
in 1 hour and 15 minutes = 09-15 11:35
in an hour and a half = 09-15 11:50
in an hour and a quarter = 09-15 11:35
in half an hour = 09-15 10:50
in half a minute = 09-15 10:20:30
in three quarters of an hour = 09-15 11:05
in a quarter of an hour = 09-15 10:35
in two and a half hours = 09-15 12:50
in 1.5 hours = 09-15 11:50
in a couple of minutes = 09-15 10:22
in 90 seconds = 09-15 10:21:30
in three days = 09-18
in three days at 8 = 09-18 08:00
in a week = 09-22
in two weeks = 09-29
in a fortnight = 09-29
in a month = 10-15
in six months = 2027-03-15
in a year = 2027-09-15
in a week at noon = 09-22 12:00
in two days and three hours = 09-17 13:20
in half a day = 09-15 22:20
in 48 hours = 09-17 10:20
an hour from now = 09-15 11:20
ten minutes from now = 09-15 10:30
two weeks from now = 09-29
four days from today = 09-19
a week from tomorrow = 09-23
three hours later = 09-15 13:20
twenty minutes ago = 09-15 10:00
three days ago = 09-12
now = 09-15 10:20
right now = 09-15 10:20
this time tomorrow = 09-16 10:20
tomorrow at the same time = 09-16 10:20
same time on friday = 09-18 10:20
same time next month = 10-15 10:20
an hour before noon = 09-15 11:00
two hours after midnight = 09-16 02:00
half an hour before 6 pm = 09-15 17:30
20 minutes after 5 pm = 09-15 17:20
an hour before midnight = 09-15 23:00
an hour before noon tomorrow = 09-16 11:00
remind me in twenty minutes to turn the oven off = 09-15 10:40
in an hour's time = 09-15 11:20
in two weeks' time = 09-29
in about ten minutes = 09-15 10:30
in a hundred minutes = 09-15 12:00
in 1h30 = 09-15 11:50
in 45 mins = 09-15 11:05
in one hour twenty = 09-15 11:40
"""

DURATIONS = """
five minutes = 300s
an hour = 3600s
90 secs = 90s
one and a half hours = 5400s
an hour and a quarter = 4500s
an hour and three quarters = 6300s
half an hour = 1800s
half a minute = 30s
three quarters of an hour = 2700s
a quarter of an hour = 900s
quarter of an hour = 900s
two minutes and thirty seconds = 150s
two minutes thirty = 150s
an hour twenty = 4800s
1 hour 20 minutes = 4800s
1h30m = 5400s
1h 5min = 3900s
90s = 90s
10m = 600s
2.5 hours = 9000s
three and a half minutes = 210s
for twenty minutes = 1200s
for the next 3 hours = 10800s
for an hour = 3600s
ten minute timer = 600s
a 5-minute timer = 300s
set a 45 second timer = 45s
timer for two hours and ten minutes = 7800s
a day = 86400s
three weeks = 1814400s
two days and six hours = 194400s
a minute and a half = 90s
one hundred and twenty seconds = 120s
1:30 hours = 5400s
a day and a half = 129600s
start a timer for twelve minutes for the pasta = 720s
half hour = 1800s
turn on the fan for 20 minutes = 1200s
one hour, five minutes and ten seconds = 3910s
twenty five minutes = 1500s
"""

RECURRING = """
every day at 8 = DAILY 08:00
daily at 6:30 pm = DAILY 18:30
every day at noon = DAILY 12:00
each morning at seven = DAILY 07:00
every evening at half past eight = DAILY 20:30
every night at 11 = DAILY 23:00
every morning = DAILY 08:00
every weekday at seven = WEEKLY;BYDAY=MO,TU,WE,TH,FR 07:00
on weekdays at 6:45 = WEEKLY;BYDAY=MO,TU,WE,TH,FR 06:45
at 6:45 on weekdays = WEEKLY;BYDAY=MO,TU,WE,TH,FR 06:45
weekday mornings at 7 = WEEKLY;BYDAY=MO,TU,WE,TH,FR 07:00
every weekend at 10 = WEEKLY;BYDAY=SA,SU 10:00
on weekends at 9:30 am = WEEKLY;BYDAY=SA,SU 09:30
every monday at 9 = WEEKLY;BYDAY=MO 09:00
on mondays at 9 = WEEKLY;BYDAY=MO 09:00
mondays and thursdays at 8 pm = WEEKLY;BYDAY=MO,TH 20:00
every tuesday and friday at 18:00 = WEEKLY;BYDAY=TU,FR 18:00
every monday, wednesday and friday at 7 = WEEKLY;BYDAY=MO,WE,FR 07:00
every monday morning at 7:15 = WEEKLY;BYDAY=MO 07:15
saturday mornings at 9 = WEEKLY;BYDAY=SA 09:00
friday evenings = WEEKLY;BYDAY=FR 19:00
every monday to friday at 7 = WEEKLY;BYDAY=MO,TU,WE,TH,FR 07:00
monday to friday at 7 = WEEKLY;BYDAY=MO,TU,WE,TH,FR 07:00
every day from monday to thursday at 6 pm = WEEKLY;BYDAY=MO,TU,WE,TH 18:00
every other day at 9 am = DAILY;INTERVAL=2 09:00
every third day at 9 am = DAILY;INTERVAL=3 09:00
every other tuesday at 8 am = WEEKLY;INTERVAL=2;BYDAY=TU 08:00
every second friday at 5 pm = WEEKLY;INTERVAL=2;BYDAY=FR 17:00
every two weeks on monday at 9 = WEEKLY;INTERVAL=2;BYDAY=MO 09:00
every three weeks on saturday at noon = WEEKLY;INTERVAL=3;BYDAY=SA 12:00
every 3 hours = HOURLY;INTERVAL=3
every hour = HOURLY
hourly = HOURLY
every half hour = MINUTELY;INTERVAL=30
every quarter of an hour = MINUTELY;INTERVAL=15
every 15 minutes = MINUTELY;INTERVAL=15
every hour and a half = MINUTELY;INTERVAL=90
every couple of hours = HOURLY;INTERVAL=2
first monday of each month at 9 = MONTHLY;BYDAY=1MO 09:00
on the first monday of every month at 9 = MONTHLY;BYDAY=1MO 09:00
every first monday of the month at 10 am = MONTHLY;BYDAY=1MO 10:00
the last friday of every month at 4 pm = MONTHLY;BYDAY=-1FR 16:00
on the 1st of every month at 8 = MONTHLY;BYMONTHDAY=1 08:00
every month on the 15th at noon = MONTHLY;BYMONTHDAY=15 12:00
monthly on the 3rd at 10 am = MONTHLY;BYMONTHDAY=3 10:00
on the last day of every month at 6 pm = MONTHLY;BYMONTHDAY=-1 18:00
every year on may 3rd at 9 am = YEARLY;BYMONTH=5;BYMONTHDAY=3 09:00
every christmas at 8 = YEARLY;BYMONTH=12;BYMONTHDAY=25 08:00
every 25th of december at noon = YEARLY;BYMONTH=12;BYMONTHDAY=25 12:00
every day at 7 and 19 = DAILY;BYHOUR=7,19;BYMINUTE=0;BYSECOND=0 07:00 19:00
every day at 8, 12 and 18 = DAILY;BYHOUR=8,12,18;BYMINUTE=0;BYSECOND=0 08:00 12:00 18:00
every day at 8 am and 6:30 pm = DAILY 08:00 18:30
twice a day at 8 and 20 = DAILY;BYHOUR=8,20;BYMINUTE=0;BYSECOND=0 08:00 20:00
twice a day = ?
once a week on sunday at 6 pm = WEEKLY;BYDAY=SU 18:00
once a day at 9 = DAILY 09:00
every day except sunday at 8 = WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA 08:00
every weekday except friday at 7 = WEEKLY;BYDAY=MO,TU,WE,TH 07:00
every day at 9 until friday = DAILY;UNTIL=20260918T235959 09:00
every day at 9 until the end of the month = DAILY;UNTIL=20260930T235959 09:00
every morning at 8 until november = DAILY;UNTIL=20261031T235959 08:00
every day at 9 for two weeks = DAILY;UNTIL=20260928T235959 09:00
every day at 9 for the next three days = DAILY;UNTIL=20260917T235959 09:00
every day at 7 starting tomorrow = DAILY 07:00
every day at midnight = DAILY 00:00
every friday at midnight = WEEKLY;BYDAY=SA 00:00
every two hours from 8 am to 4 pm = DAILY;BYHOUR=8,10,12,14,16;BYMINUTE=0;BYSECOND=0 08:00 10:00 12:00 14:00 16:00
every hour between 9 and 12 = DAILY;BYHOUR=9,10,11,12;BYMINUTE=0;BYSECOND=0 09:00 10:00 11:00 12:00
weekly on tuesdays at 7 pm = WEEKLY;BYDAY=TU 19:00
every saturday = WEEKLY;BYDAY=SA
on mondays = WEEKLY;BYDAY=MO
remind me every sunday at 8 pm to put the bins out = WEEKLY;BYDAY=SU 20:00
at 7 every morning turn on the radio = DAILY 07:00
mon-fri at 8 = WEEKLY;BYDAY=MO,TU,WE,TH,FR 08:00
"""

RANGES = """
between 2 and 4 pm = 09-15 14:00 to 09-15 16:00
from 2 to 4 pm = 09-15 14:00 to 09-15 16:00
from 9 am to 5 pm = 09-16 09:00 to 09-16 17:00
tomorrow from 9 to 5 = 09-16 09:00 to 09-16 17:00
from 9 to 5 tomorrow = 09-16 09:00 to 09-16 17:00
between 2 and 4 tomorrow = 09-16 14:00 to 09-16 16:00
between 2 and 4 tomorrow afternoon = 09-16 14:00 to 09-16 16:00
from 11 pm until 7 am = 09-15 23:00 to 09-16 07:00
from half past eight to ten = 09-15 20:30 to 09-15 22:00
10pm - 6am = 09-15 22:00 to 09-16 06:00
8:30 to 9:45 tomorrow = 09-16 08:30 to 09-16 09:45
on friday between 10 and 11:30 = 09-18 10:00 to 09-18 11:30
until 6 pm = 09-15 10:20 to 09-15 18:00
until midnight = 09-15 10:20 to 09-16 00:00
until tomorrow evening at 7 = 09-15 10:20 to 09-16 19:00
till noon = 09-15 10:20 to 09-15 12:00
until friday = 09-15 10:20 to 09-18 00:00
from now until 5 = 09-15 10:20 to 09-15 17:00
from friday to sunday = 09-18 00:00 to 09-21 00:00
from tuesday to thursday next week = 09-22 00:00 to 09-25 00:00
from the 3rd to the 7th of october = 10-03 00:00 to 10-08 00:00
from october 3rd to october 7th = 10-03 00:00 to 10-08 00:00
from tomorrow until friday = 09-16 00:00 to 09-19 00:00
at 5 pm for two hours = 09-15 17:00 to 09-15 19:00
tomorrow at 9 for half an hour = 09-16 09:00 to 09-16 09:30
from 6 pm for three hours = 09-15 18:00 to 09-15 21:00
within the next hour = 09-15 10:20 to 09-15 11:20
within two days = 09-15 10:20 to 09-17 10:20
all day tomorrow = 09-16 00:00 to 09-17 00:00
tonight from 8 to 10 = 09-15 20:00 to 09-15 22:00
for the rest of the day = 09-15 10:20 to 09-16 00:00
"""

SUN = """
at sunset = sunset +0 09-15
at sunrise = sunrise +0 09-16
at sunrise tomorrow = sunrise +0 09-16
half an hour before sunset = sunset -30 09-15
20 minutes after sunrise = sunrise +20 09-16
an hour before sunset tomorrow = sunset -60 09-16
tomorrow ten minutes after sunset = sunset +10 09-16
at dusk = dusk +0 09-15
every day at sunset = sunset +0 DAILY
every evening at sunset = sunset +0 DAILY
every morning 10 minutes before sunrise = sunrise -10 DAILY
on weekends at sunrise = sunrise +0 WEEKLY;BYDAY=SA,SU
every friday an hour and a half before sunset = sunset -90 WEEKLY;BYDAY=FR
when the sun goes down = sunset +0 09-15
sunset = sunset +0 09-15
turn on the porch light at sundown = sunset +0 09-15
every sunset = sunset +0 DAILY
"""

RECOGNISED = """
at seven a m = 09-16 07:00
at too o'clock = 09-15 14:00
in five minuets = 09-15 10:25
tmrw at 8 am = 09-16 08:00
tommorow = 09-16
to morrow at noon = 09-16 12:00
to night at nine = 09-15 21:00
in to hours = 09-15 12:20
in too hours = 09-15 12:20
half passed six = 09-15 18:30
in um ten minutes = 09-15 10:30
on thirsday at 9 am = 09-17 09:00
next wendsday = 09-23
for ty minutes = 2400s
in an our and a half = 09-15 11:50
ate o clock = 09-15 20:00
at ate pm = 09-15 20:00
in three weaks = 10-06
in too daze = 09-17
quater to nine pm = 09-15 20:45
quarter two nine pm = 09-15 20:45
on saterday = 09-19
febuary 3rd = 2027-02-03
in twenty minits = 09-15 10:40
tomorrow mourning = 09-16 08:00
evry day at 9 = DAILY 09:00
at eleven pee em = 09-15 23:00
after noon tomorrow = 09-16 15:00
on wenesday = 09-16
tomorroww at 9 am = 09-16 09:00
in ten minutess = 09-15 10:30
er tomorrow please at uh nine am = 09-16 09:00
7 oclock tomorow morning = 09-16 07:00
in for hours = 09-15 14:20
at for pm = 09-15 16:00
ten pm to night = 09-15 22:00
this week end = 09-19
every week day at eight = WEEKLY;BYDAY=MO,TU,WE,TH,FR 08:00
"""

NOTHING = """
play seven nation army = -
turn on two lights = -
channel 5 = -
set to 20 degrees = -
set the heating to 21.5 = -
may I have the lights on = -
the second lamp = -
march of the penguins = -
play march of the penguins = -
volume to 30 percent = -
dim the lights to 40 % = -
play friday i'm in love = -
play ruby tuesday by the rolling stones = -
play september by earth wind and fire = -
play summer of 69 = -
play in the midnight hour = -
play eight days a week = -
play 99 luftballons = -
call april = -
text may that i am late = -
good night = -
good morning = -
turn on the night light = -
activate the sunset scene = -
start the morning routine = -
turn off movie night = -
on the second floor = -
turn on the 3rd lamp = -
what time is it = -
how many minutes are in an hour = -
add 6 eggs to the list = -
turn half the lights off = -
wait a minute = -
hang on a second = -
raise the volume by 10 = -
hello = -
the fifth element = -
add two and a half litres of milk = -
play one more time = -
turn it up by 2 = -
set the fan to level 3 = -
what is the temperature = -
open the day curtains = -
24 bottles = -
it may rain = -
play tomorrow never knows = -
lock the front door = -
"""

IMPOSSIBLE = """
at 25 o'clock = ?
at 7:75 = ?
at 25:10 = ?
on april 31st = ?
the 32nd of may = ?
13 am = ?
in a few minutes = ?
today at 9 am = ?
february 30th at noon = ?
on monday and thursday = ?
three times a day = ?
"""

INSIDE = """
remind me to call mum on friday after lunch to talk about the 3 tickets = 09-18 13:30
remind me in two hours to check the 5 cakes = 09-15 12:20
tell the kids at half past six that dinner is ready = 09-15 18:30
play jazz in ten minutes = 09-15 10:30
play the radio at 7 pm in the kitchen = 09-15 19:00
play some music tomorrow at 8 = 09-16 08:00
tomorrow at 8 play monday morning = 09-16 08:00
turn the heating to 21 degrees at 6 pm = 09-15 18:00
dim the lights to 30 percent in 5 minutes = 09-15 10:25
in half an hour remind me about the 2 pizzas = 09-15 10:50
remind me tomorrow to buy tickets for friday = 09-16
every friday remind me at 6 to order 4 pizzas = WEEKLY;BYDAY=FR 06:00
close the blinds an hour before sunset = sunset -60 09-15
keep the heating on until 10 pm = 09-15 10:20 to 09-15 22:00
add dentist on the 3rd of november at 10 am to my calendar = 11-03 10:00
set the second lamp to 20 percent at 9 pm = 09-15 21:00
turn on channel 4 at 8 pm = 09-15 20:00
"""


TABLES = (
    CLOCK, SPOKEN, DAYPARTS, WEEKDAYS, DATES, RELATIVE, DURATIONS, RECURRING, RANGES, SUN, RECOGNISED, NOTHING,
    IMPOSSIBLE, INSIDE,
)  # fmt: skip


@pytest.mark.parametrize(("text", "meant"), [row for table in TABLES for row in rows(table)])
def test_an_english_phrase_means_the_time_that_people_mean(text: str, meant: str):
    assert shown(find(text, ref=TUESDAY, place=(52.52, 13.405))) == meant
