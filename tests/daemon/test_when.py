import io
import json

import pytest

from daemon.when import run

REF = {"ref": "2026-03-25T14:30:00+01:00", "tz": "Europe/Berlin"}


def answers(*lines: object, language: str = "en") -> list[dict[str, object]]:
    sink = io.StringIO()
    source = io.StringIO("".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines))
    run(language, source, sink)
    return [json.loads(line) for line in sink.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("at 9", "instant", "2026-03-25T21:00:00+01:00"),
        ("on the 3rd of april", "date", "2026-04-03"),
        ("an hour and a half", "duration", 5400),
        ("until 10 pm", "range", ["2026-03-25T14:30:00+01:00", "2026-03-25T22:00:00+01:00"]),
        (
            "half an hour before sunset",
            "sun",
            {"event": "sunset", "offset_s": -1800, "date": "2026-03-25", "rrule": None},
        ),
        ("every day at sunset", "sun", {"event": "sunset", "offset_s": 0, "date": None, "rrule": "FREQ=DAILY"}),
        ("play seven nation army", "none", None),
    ],
)
def test_each_kind_of_time_is_printed_as_its_value(text: str, kind: str, value: object):
    [answer] = answers({"id": 7, "text": text, **REF, "lat": 52.52, "lon": 13.405})
    assert (answer["id"], answer["kind"], answer["value"]) == (7, kind, value)
    assert isinstance(answer["ms"], float)


def test_a_recurrence_is_printed_with_its_next_five():
    [answer] = answers({"id": "r", "text": "every monday at 9", **REF})
    assert answer["kind"] == "rrule"
    assert answer["value"] == {
        "rrule": "FREQ=WEEKLY;BYDAY=MO",
        "time": "09:00",
        "next5": [f"2026-{day}T09:00:00+02:00" for day in ("03-30", "04-06", "04-13", "04-20", "04-27")],
    }


def test_an_impossible_time_is_asked_about():
    [answer] = answers({"id": 1, "text": "on february 30th", **REF})
    assert answer["kind"] == "ask"
    assert "february 30th" in str(answer["value"])


def test_the_use_and_the_language_are_heeded():
    [routine] = answers({"id": 1, "text": "at 6", "use": "routine", **REF})
    [german] = answers({"id": 2, "text": "um halb sechs", **REF}, language="de")
    assert routine["value"] == "2026-03-26T06:00:00+01:00"
    assert german["value"] == "2026-03-25T17:30:00+01:00"


@pytest.mark.parametrize(
    "line",
    [
        "no json\n",
        "[]\n",
        '{"id": 1}\n',
        '{"text": "at 5", "ref": "soon", "tz": "Mars/Base"}\n',
        '{"text": 5, "ref": 1}\n',
    ],
)
def test_a_line_that_is_no_case_is_answered_with_what_is_wanted(line: str):
    [answer] = answers(line)
    assert answer["kind"] == "ask"
