"""JSON from outside: usable or refused, never a surprise later."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.dialects import json_payload
from devices.model import PayloadError


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b"1e999",
        b"9" * 5000,
        b"[" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        rb'{"name":"\ud800"}',
        b'"' + b"x" * (json_payload.SIZE_LIMIT) + b'"',
    ],
    ids=lambda payload: repr(payload[:16]),
)
def test_rubbish_is_refused(payload: bytes):
    with pytest.raises(PayloadError):
        json_payload.parse(payload)


def test_surrogate_pairs_are_one_letter():
    assert json_payload.parse(rb'"\ud83d\ude00"') == "\U0001f600"


def test_an_array_is_no_object():
    with pytest.raises(PayloadError, match="no JSON object"):
        json_payload.parse_object(b"[]")


@given(st.binary())
def test_any_bytes_are_json_or_a_payload_error(payload: bytes):
    try:
        value = json_payload.parse(payload)
    except PayloadError:
        return
    assert json.dumps(value, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Lamp", "Lamp"),
        ("  Café 💡 ", "Café 💡"),
        ("\x1b[2JLamp", "[2JLamp"),
        ("a\u202eb", "a b"),
        ("\n", None),
        (7, None),
    ],
    ids=ascii,
)
def test_a_name_is_fit_to_be_shown(value: object, name: str | None):
    assert json_payload.as_name(value) == name


@pytest.mark.parametrize(
    ("value", "number", "spoken"),
    [
        (21.0, 21.0, "21"),
        (21.5, 21.5, "21.5"),
        (0, 0.0, "0"),
        (True, None, None),
        ("5", None, None),
        (10**400, None, None),
        (-1e300, None, None),
    ],
    ids=["whole", "fraction", "zero", "boolean", "text", "huge", "beyond all measure"],
)
def test_numbers_are_finite_and_written_short(value: object, number: float | None, spoken: str | None):
    assert json_payload.as_number(value) == number
    assert json_payload.spoken_number(value) == spoken
