"""What is said about who may do what, in English and German."""

from datetime import datetime, time, timedelta

import pytest

from devices.model import AreaId
from skills.builtin.lending import skill
from skills.household import RightLend
from skills.testing import NOON, Bench
from tests.skills.house import furnished


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(skill, home=furnished())


@pytest.fixture(scope="module")
def german() -> Bench:
    return Bench(skill, home=furnished(), language="de")


async def lent(bench: Bench, text: str) -> RightLend:
    reply = await bench.hear(text)
    assert reply.do[0].effect == "right.lend"
    return RightLend.model_validate(reply.do[0].arguments)


@pytest.mark.parametrize(
    ("text", "who", "may", "kind"),
    [
        ("my mother may use the heating until six pm", "my mother", True, "climate"),
        ("let Tom use the heating", "Tom", True, "climate"),
        ("the cleaner is allowed to switch the lights tomorrow", "the cleaner", True, "light"),
        ("guests may not touch the music", "guests", False, "media_player"),
        ("the kids may no longer use the tv", "the kids", False, "media_player"),
        ("nobody may touch the alarm tonight", "everybody", False, "alarm_control_panel"),
        ("no guest may use the heating", "guest", False, "climate"),
    ],
)
async def test_a_right_is_for_whom_it_says(bench: Bench, text: str, who: str, may: bool, kind: str):
    given = await lent(bench, text)
    assert (given.who, given.may, given.domains) == (who, may, (kind,))


@pytest.mark.parametrize(
    ("text", "who", "may", "kind"),
    [
        ("Oma darf bis acht Uhr die Heizung verstellen", "Oma", True, "climate"),
        ("die Kinder dürfen heute die Musik nicht benutzen", "die Kinder", False, "media_player"),
        ("niemand darf die Alarmanlage anfassen", "everybody", False, "alarm_control_panel"),
    ],
)
async def test_german_says_the_same(german: Bench, text: str, who: str, may: bool, kind: str):
    given = await lent(german, text)
    assert (given.who, given.may, given.domains) == (who, may, (kind,))


async def test_a_room_is_all_that_is_in_it(bench: Bench):
    given = await lent(bench, "guests may not touch anything in the kitchen")
    assert (given.areas, given.things, given.domains) == ((AreaId("kitchen"),), (), ())


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("let Tom use the heating until six pm", NOON.replace(hour=18)),
        ("let Tom use the heating for two hours", NOON + timedelta(hours=2)),
        ("let Tom use the heating today", datetime.combine(NOON.date() + timedelta(days=1), time(0), NOON.tzinfo)),
        ("let Tom use the heating tonight", datetime.combine(NOON.date() + timedelta(days=1), time(4), NOON.tzinfo)),
        (
            "let Tom use the heating this week",
            datetime.combine(NOON.date() + timedelta(days=7 - NOON.weekday()), time(0), NOON.tzinfo),
        ),
    ],
)
async def test_a_right_ends_when_it_says(bench: Bench, text: str, until: datetime):
    given = await lent(bench, text)
    assert given.until is not None
    assert datetime.fromisoformat(given.until) == until


@pytest.mark.parametrize("text", ["let me use the heating", "let us use the heating"])
async def test_nothing_is_lent_to_whoever_speaks(bench: Bench, text: str):
    reply = await bench.hear(text)
    assert (list(reply.do), reply.text) == ([], "Who do you mean? Say a name.")


@pytest.mark.parametrize("text", ["can you turn on the light", "you may turn on the light", "turn on the heating"])
async def test_a_command_in_polite_words_lends_nothing(bench: Bench, text: str):
    with pytest.raises(LookupError):
        await bench.hear(text)
