from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from devices.model import Entity, EntityId
from skills.builtin import words


def thing(domain: str, name: str, device_class: str | None = None) -> Entity:
    return Entity(EntityId(f"{domain}.x"), name, domain, device_class=device_class)


@pytest.mark.parametrize(
    ("domain", "name", "said"),
    [
        ("light", "Kitchen Light", "the kitchen light"),
        ("light", "Kitchen Ceiling", "the kitchen ceiling light"),
        ("light", "Hallway Sconces", "the hallway sconces"),
        ("light", "Nightlight", "the nightlight"),
        ("media_player", "Living Room TV", "the living room TV"),
        ("switch", "iPhone charger", "the iPhone charger"),
        ("switch", "Anna's Lamp", "Anna's lamp"),
        ("switch", "The Big Switch", "the big switch"),
        ("switch", "wall_plug_2", "the wall plug 2"),
        ("lock", "Front Door", "the front door"),
        ("vacuum", "Rover", "Rover"),
        ("vacuum", "Vacuum", "the vacuum"),
        ("person", "Jane", "Jane"),
    ],
)
def test_a_name_is_said_as_in_running_text(domain: str, name: str, said: str):
    assert words.called(thing(domain, name)) == said


@pytest.mark.parametrize(
    ("name", "plural"),
    [("Blackout Curtains", True), ("Office Blind", False), ("Bus", False), ("Christmas", False), ("Mess", False)],
)
def test_a_plural_name_is_seen(name: str, plural: bool):
    assert words.is_plural(thing("cover", name)) is plural


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "the l0 light"),
        (2, "the l0 light and the l1 light"),
        (6, "the l0 light, the l1 light, the l2 light, the l3 light, the l4 light and the l5 light"),
        (7, "seven lights, the l0 light, the l1 light and the l2 light among them,"),
        (14, "14 lights, the l0 light, the l1 light and the l2 light among them,"),
    ],
)
def test_a_list_is_read_out_while_it_can_be_kept_in_mind(count: int, said: str):
    assert words.names([thing("light", f"L{index} Light") for index in range(count)]) == said


@pytest.mark.parametrize(
    ("entities", "said"),
    [
        ([thing("light", "A"), thing("light", "B")], "light"),
        ([thing("light", "A"), thing("switch", "B")], "device"),
        ([thing("cover", "A", "blind"), thing("cover", "B", "blind")], "blind"),
        ([thing("cover", "A", "blind"), thing("cover", "B", "curtain")], "cover"),
        ([thing("cover", "A", "window"), thing("binary_sensor", "B", "window")], "window"),
        ([thing("water_heater", "A")], "water heater"),
        ([thing("weather", "A")], "device"),
    ],
)
def test_things_are_called_what_they_all_are(entities: list[Entity], said: str):
    assert words.noun(entities) == said


@pytest.mark.parametrize(
    ("slots", "said"),
    [
        ({}, ""),
        ({"area": "Living Room"}, " in the living room"),
        ({"floor": "First Floor"}, " on the first floor"),
        ({"floor": "Basement"}, " in the basement"),
        ({"floor": "upstairs"}, " upstairs"),
        ({"area": "Anna's Room"}, " in Anna's room"),
    ],
)
def test_a_place_is_said_with_its_preposition(slots: dict[str, object], said: str):
    assert words.place(slots) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(21, "21"), (21.0, "21"), (21.46, "21.5"), (19.97, "20"), (0, "0"), (-3.5, "-3.5"), (1234.5, "1234")],
)
def test_a_number_has_no_digits_that_say_nothing(value: float, said: str):
    assert words.number(value) == said


@pytest.mark.parametrize("value", [None, True, "on", "nan", "inf", float("nan"), float("inf"), [], "1e999"])
def test_what_is_no_finite_number_is_none(value: object):
    assert words.to_number(value) is None


@pytest.mark.parametrize(
    ("back", "said"),
    [
        (timedelta(0), "at 09:00"),
        (timedelta(hours=9), "at 00:00"),
        (timedelta(hours=10), "yesterday at 23:00"),
        (timedelta(days=3), "on Friday at 09:00"),
        (timedelta(days=20), "on 10 February at 08:00"),
    ],
)
def test_a_moment_is_said_as_seen_from_now_in_the_zone_of_the_house(back: timedelta, said: str):
    now = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    at = (now - back).astimezone(UTC) if back < timedelta(days=20) else datetime(2026, 2, 10, 7, 0, tzinfo=UTC)
    assert words.when(at, now) == said


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (["it is on", "", "really?"], "It is on. Really?"),
        ([], ""),
        (["Done."], "Done."),
        (["iPhone found"], "IPhone found."),
    ],
)
def test_sentences_are_joined(parts: list[str], said: str):
    assert words.join(parts) == said
