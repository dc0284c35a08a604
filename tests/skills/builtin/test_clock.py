import pytest

from skills.builtin import clock
from skills.model import Match
from skills.testing import Bench


@pytest.mark.parametrize(
    ("intent", "slots", "beginning"),
    [
        ("HassGetCurrentTime", {}, "It's "),
        ("HassGetCurrentTime", {"place": "Lima"}, "I only know the time here: it's "),
        ("HassGetCurrentDate", {}, "It's "),
        ("HassGetCurrentDate", {"day": "easter"}, "I only know what today is: "),
    ],
)
async def test_only_the_time_here_and_todays_date_are_told(intent: str, slots: dict[str, object], beginning: str):
    reply = await Bench(clock.skill).answer(Match(intent, slots))
    assert reply.text.startswith(beginning)
