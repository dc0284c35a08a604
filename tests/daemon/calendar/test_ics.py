"""When something takes place, as calendars write it: zones, clock changes, exceptions, and rubbish."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from daemon.calendar.ics import MOST_TIMES, Window, split, times
from daemon.calendar.model import MOST_ITEMS, RubbishError, cleaned
from daemon.calendar.writing import Span, composed, is_same, moved, without
from tests.calendars import vevent

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
WINDOW = Window(NOW - timedelta(days=30), NOW + timedelta(days=300), BERLIN)


def begins(ics: str, window: Window = WINDOW) -> list[str]:
    return [f"{slot.begins:%m-%d %H:%M}" for slot in sorted(times(ics, window), key=lambda slot: slot.begins)]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("DTSTART:20260321T090000Z", ["03-21 09:00"]),
        ("DTSTART;TZID=Europe/Berlin:20260321T090000", ["03-21 08:00"]),
        ("DTSTART;TZID=America/New_York:20260321T090000", ["03-21 13:00"]),
        ("DTSTART:20260321T090000", ["03-21 08:00"]),
        ("DTSTART;VALUE=DATE:20260321", ["03-20 23:00"]),
        ("DTSTART;TZID=Europe/Berlin:20260329T023000", ["03-29 01:30"]),
        ("DTSTART;TZID=Europe/Berlin:20261025T023000", ["10-25 00:30"]),
        ("DTSTART;TZID=Europe/Berlin:20260327T090000\nRRULE:FREQ=DAILY;COUNT=4",
         ["03-27 08:00", "03-28 08:00", "03-29 07:00", "03-30 07:00"]),
        ("DTSTART;TZID=Europe/Berlin:20261024T090000\nRRULE:FREQ=DAILY;UNTIL=20261026T080000Z",
         ["10-24 07:00", "10-25 08:00", "10-26 08:00"]),
        ("DTSTART;VALUE=DATE:20260328\nRRULE:FREQ=DAILY;COUNT=3", ["03-27 23:00", "03-28 23:00", "03-29 22:00"]),
        ("DTSTART:20260327T090000Z\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;TZID=Europe/Berlin:20260328T100000",
         ["03-27 09:00", "03-29 09:00"]),
        ("DTSTART:20260327T090000Z\nRDATE:20260328T100000Z,20260330T110000Z",
         ["03-27 09:00", "03-28 10:00", "03-30 11:00"]),
        ("DTSTART:20260321T090000Z\nSTATUS:CANCELLED", []),
        ("DTSTART:20260321T090000Z\nRRULE:FREQ=SECONDLY", ["03-21 09:00"]),
        ("DTSTART:20260321T090000Z\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", ["03-21 09:00"]),
        ("DTSTART:20260321T090000Z\nRRULE:FREQ=DAILY;INTERVAL=0", ["03-21 09:00"]),
        ("DTSTART:20260321T090000Z\nRRULE:FREQ=WEEKLY;BYDAY=XX", []),
        ("DTSTART:rubbish", []),
        ("DTSTART:00010101T000000Z\nRRULE:FREQ=DAILY", []),
        ("SUMMARY:no time", []),
    ],
    ids=lambda value: value[:60].replace("\n", " ") if isinstance(value, str) else "",
)  # fmt: skip
def test_an_event_takes_place_when_its_calendar_says(lines: str, expected: list[str]):
    assert begins(vevent(lines)) == expected


def test_one_of_a_series_that_was_moved_is_where_it_was_moved_to():
    other = """BEGIN:VEVENT
        UID:one
        DTSTAMP:20260101T000000Z
        RECURRENCE-ID;TZID=Europe/Berlin:20260328T090000
        DTSTART;TZID=Europe/Berlin:20260328T150000
        SUMMARY:later
        END:VEVENT"""
    ics = vevent("DTSTART;TZID=Europe/Berlin:20260327T090000\nRRULE:FREQ=DAILY;COUNT=3", extra=other)
    assert begins(ics) == ["03-27 08:00", "03-28 14:00", "03-29 07:00"]


def test_a_zone_that_the_calendar_brings_itself_is_taken():
    zone = """BEGIN:VTIMEZONE
        TZID:Customized
        BEGIN:STANDARD
        DTSTART:19700101T000000
        TZOFFSETFROM:+0300
        TZOFFSETTO:+0300
        END:STANDARD
        END:VTIMEZONE"""
    ics = vevent("DTSTART;TZID=Customized:20260321T090000", extra=zone)
    assert begins(ics) == ["03-21 06:00"]


def test_a_series_without_end_stops_at_its_bound():
    ics = vevent("DTSTART:20200101T000000Z\nRRULE:FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11")
    assert len(times(ics, WINDOW)) == MOST_TIMES


@pytest.mark.parametrize("text", ["", "rubbish", "BEGIN:VCARD\r\nEND:VCARD\r\n", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"])
def test_what_is_no_calendar_is_said_to_be_none(text: str):
    with pytest.raises(RubbishError):
        split(text)


def test_of_too_many_events_some_are_left_out_and_counted():
    line = "BEGIN:VEVENT\r\nUID:{}\r\nDTSTART:20260321T090000Z\r\nEND:VEVENT\r\n"
    events = "".join(line.format(number) for number in range(MOST_ITEMS + 3))
    items, skipped = split(f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{events}END:VCALENDAR\r\n")
    assert (len(items), skipped) == (MOST_ITEMS, 3)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Dentist", "Dentist"),
        ("a\u202eb\u2066c\u200bd\x1be", "abcde"),
        ("  two\r\n lines ", "two lines"),
        ("x" * 500, "x" * 119 + "…"),
        ("Zahnärztin 🦷", "Zahnärztin 🦷"),
    ],
)
def test_words_from_outside_are_one_short_line_without_hidden_signs(text: str, shown: str):
    assert cleaned(text, 120) == shown


def test_a_new_event_is_read_as_it_was_meant():
    span = Span(datetime(2026, 3, 30, 9), datetime(2026, 3, 30, 10))
    ics = composed("Standup; daily, \\n", span, uid="u", rule="FREQ=DAILY;COUNT=2", zone=BERLIN, now=NOW)
    assert begins(ics) == ["03-30 07:00", "03-31 07:00"]
    assert times(ics, WINDOW)[0].title == "Standup; daily, \\n"


def test_one_of_a_series_is_moved_and_the_others_stay():
    ics = vevent("DTSTART;TZID=America/New_York:20260327T090000\nRRULE:FREQ=DAILY;COUNT=3\nDURATION:PT1H")
    span = Span(datetime(2026, 3, 28, 20), datetime(2026, 3, 28, 22))
    new = moved(ics, "20260328T130000Z", span, zone=BERLIN, now=NOW)
    assert begins(new) == ["03-27 13:00", "03-28 19:00", "03-29 13:00"]
    assert begins(without(new, "20260328T130000Z", zone=BERLIN, now=NOW)) == ["03-27 13:00", "03-29 13:00"]


def test_a_text_is_the_same_however_it_is_folded_and_ordered():
    one = vevent("DTSTART:20260321T090000Z\nSUMMARY:a")
    assert is_same(one, vevent("SUMMARY:a\nDTSTART:20260321T090000Z\nX-SERVER:1"))
    assert not is_same(one, vevent("SUMMARY:a\nDTSTART:20260321T100000Z"))
