"""The weather as it is asked for: now, on days to come, elsewhere, and where there is no weather service."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from devices.home import Home
from devices.model import NOTHING, Area, AreaId, Entity, EntityId, State
from skills.builtin import weather
from skills.builtin.sky import days_of
from skills.testing import Bench

HERE = EntityId("weather.home")
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=ZoneInfo("Europe/Berlin"))
DAYS = [("cloudy", 9, 3, 10), ("rainy", 8, 4, 80), ("sunny", 12, 2, 0), ("cloudy", 14, 5, 20), ("snowy", 1, -3, 60)]
FORECAST = [
    {"datetime": (NOW + timedelta(days=n)).isoformat(), "condition": condition, "temperature": high, "templow": low,
     "precipitation_probability": chance}
    for n, (condition, high, low, chance) in enumerate(DAYS)
]  # fmt: skip


def a_home(*entities: tuple[str, str, str, Mapping[str, object]]) -> Home:
    home = Home(areas=[Area(AreaId("garden"), "Garden")])
    for entity_id, name, state, attributes in entities:
        domain = entity_id.partition(".")[0]
        kind = "temperature" if domain == "sensor" else None
        home.add(Entity(EntityId(entity_id), name, domain, device_class=kind, area=AreaId("garden")))
        home.observe(EntityId(entity_id), state, attributes, at=NOW)
    return home


@pytest.fixture(scope="module")
def bench() -> Bench:
    here = ("weather.home", "Forecast Home", "cloudy", {"temperature": 7.5, "wind_speed": 12, "forecast": FORECAST})
    there = ("weather.london", "London", "rainy", {"temperature": 11})
    return Bench(weather.skill, home=a_home(here, there), now=NOW)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("what's the weather", "It is cloudy, 7.5 degrees."),
        ("what's the weather like tomorrow", "Tomorrow will be rainy, 4 to 8 degrees, chance of rain 80 percent."),
        ("will it rain tomorrow",
         "Yes, probably: the chance of rain tomorrow is 80 percent; rainy, 4 to 8 degrees."),
        ("do i need an umbrella", "Probably not: the chance of rain today is 10 percent; cloudy, 3 to 9 degrees."),
        ("is it raining", "No, it is cloudy, 7.5 degrees."),
        ("how hot will it get on wednesday", "It will be 2 to 12 degrees on Wednesday, sunny."),
        ("how cold is it outside", "It is 7.5 degrees, cloudy."),
        ("is it going to be sunny on wednesday", "Yes, Wednesday will be sunny, 2 to 12 degrees."),
        ("will it snow on friday",
         "Yes, probably: the chance of snow on Friday is 60 percent; snowy, -3 to 1 degree."),
        ("what's the weather in london", "It is rainy, 11 degrees."),
        ("what's the weather in boston", "I only know the weather here, not in boston."),
        ("will it rain in new york tomorrow", "I only know the weather here, not in new york."),
        ("what's the weather going to be on the tenth of april",
         "I have no forecast for that. Now it is cloudy, 7.5 degrees."),
    ],
)  # fmt: skip
async def test_a_question_about_the_weather_is_answered(bench: Bench, text: str, reply: str):
    assert (await bench.hear(text)).text == reply


@pytest.mark.parametrize("text", ["it is cloudy today", "nice weather isn't it", "i hate the rain"])
async def test_a_remark_about_the_weather_is_no_question(bench: Bench, text: str):
    with pytest.raises(LookupError):
        await bench.hear(text)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("what's the temperature outside", "It is 6.3 degrees outside."),
        ("will it rain tomorrow", "I have no forecast: there is no weather service here."),
    ],
)
async def test_without_a_weather_service_a_thermometer_outside_tells_how_it_is_now(text: str, reply: str):
    home = a_home(("sensor.station", "Weather Station Temperature", "6.3", NOTHING))
    assert (await Bench(weather.skill, home=home, now=NOW).hear(text)).text == reply


async def test_nothing_outside_tells_nothing():
    reply = await Bench(weather.skill, home=a_home(), now=NOW).hear("what's the weather")
    assert reply.text == "I can't tell: there is no weather service here, and no thermometer outside."


@pytest.mark.parametrize("forecast", [None, "rain", [1], [{}], [{"datetime": "soon"}], [{"datetime": None}]])
def test_a_forecast_of_another_form_is_none(forecast: object):
    assert days_of(State(HERE, "sunny", {"forecast": forecast}), NOW.tzinfo) == {}


def test_the_hours_of_a_day_are_summed_up():
    hours = [
        {"datetime": "2026-03-03T06:00:00+00:00", "condition": "sunny", "temperature": 4},
        {"datetime": "2026-03-03T12:00:00+00:00", "condition": "rainy", "temperature": 9, "wind_speed": "12"},
    ]
    (day,) = days_of(State(HERE, "sunny", {"forecast": hours}), NOW.tzinfo).values()
    assert (day.said, day.warmth, day.wind) == ("rainy", "4 to 9 degrees", 12)
