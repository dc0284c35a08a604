"""Colours in every form that devices speak."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.dialects import color

_PART = st.integers(0, 255)
_ANY = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        pytest.param(0.64, 0.33, (255, 0, 0), id="red"),
        pytest.param(0.3, 0.6, (0, 255, 0), id="green"),
        pytest.param(0.15, 0.06, (0, 0, 255), id="blue"),
        pytest.param(0.3127, 0.329, (255, 255, 255), id="white"),
        pytest.param(0, 0, (255, 255, 255), id="no chromaticity at all"),
    ],
)
def test_chromaticity_becomes_the_nearest_srgb_color(x: float, y: float, expected: color.Rgb):
    assert all(abs(got - want) <= 3 for got, want in zip(color.rgb_of_xy(x, y), expected, strict=True))


@pytest.mark.parametrize(("mired", "kelvin"), [(153, 6536), (250, 4000), (370, 2703), (500, 2000)])
def test_mireds_and_kelvins_are_reciprocal(mired: int, kelvin: int):
    assert color.kelvin_of(mired) == kelvin
    assert color.mired_of(kelvin) == mired


@given(_PART, _PART, _PART)
def test_a_saturated_color_survives_the_way_over_chromaticity(red: int, green: int, blue: int):
    rgb = color.rgb_of_hs(*color.hs_of_rgb((red, green, blue)))
    assert all(abs(got - want) <= 6 for got, want in zip(color.rgb_of_xy(*color.xy_of_rgb(rgb)), rgb, strict=True))


@given(_ANY, _ANY)
def test_every_conversion_is_total_and_in_range(first: float, second: float):
    for rgb in (color.rgb_of_xy(first, second), color.rgb_of_hs(first, second)):
        assert color.rgb_of(rgb) == rgb
    assert 1000 <= color.kelvin_of(first) <= 20000
    assert 50 <= color.mired_of(second) <= 1000


@pytest.mark.parametrize("value", [None, "red", (1, 2), (1, 2, 3, 4), (1, 2, 256), (0, -1, 0), [1, "2", 3]], ids=repr)
def test_what_is_no_color_is_none(value: object):
    assert color.rgb_of(value) is None
