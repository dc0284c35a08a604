"""What is said to be told in other rooms."""

import pytest

from devices.model import AreaId
from skills.actions import SatelliteAnnounce
from skills.builtin.announcing import skill
from skills.testing import Bench
from tests.skills.house import furnished

KITCHEN = AreaId("kitchen")


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(skill, home=furnished())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("announce in the kitchen dinner is ready", "Dinner is ready"),
        ("broadcast to the kitchen that I am home", "I am home"),
        ("tell everybody in the kitchen that the taxi is here", "The taxi is here"),
        ("let whoever is in the kitchen know the oven is hot", "The oven is hot"),
        ("say in the kitchen the film begins", "The film begins"),
    ],
)
async def test_one_room_is_told(bench: Bench, text: str, said: str):
    reply = await bench.hear(text)
    wish = SatelliteAnnounce.model_validate(reply.do[0].arguments)
    assert (reply.do[0].effect, wish.text, wish.areas) == ("satellite.announce", said, (KITCHEN,))
    assert reply.text == "I announced it in the kitchen."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("broadcast dinner is ready", "Dinner is ready"),
        ("announce that there is a spider in the kitchen", "There is a spider in the kitchen"),
        ("tell everyone we leave in ten minutes", "We leave in ten minutes"),
        ("let the whole family know that the film begins", "The film begins"),
        ("make an announcement the parcel has come", "The parcel has come"),
        ("broadcast everywhere bedtime", "Bedtime"),
        ("dinner is ready, tell everyone", "Dinner is ready"),
        ("the taxi is here, let everyone know", "The taxi is here"),
        ("we are leaving and tell the kids", "We are leaving"),
        ("lunch is on the table, please tell everybody", "Lunch is on the table"),
    ],
)
async def test_everyone_is_told_but_who_said_it(bench: Bench, text: str, said: str):
    reply = await bench.hear(text, area=KITCHEN)
    wish = SatelliteAnnounce.model_validate(reply.do[0].arguments)
    assert (wish.text, wish.areas, wish.but) == (said, (), KITCHEN)


async def test_what_waits_for_something_is_no_message(bench: Bench):
    """It would be told at once, and not be true yet."""
    reply = await bench.hear("when dinner is ready tell everyone")
    assert not reply.do
