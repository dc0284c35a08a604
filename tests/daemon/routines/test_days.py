"""That what is foretold of days in the simulated home is what comes over a real broker."""

from pathlib import Path

import pytest

from tests.daemon.routines.days import simulated_home

pytestmark = [pytest.mark.mosquitto, pytest.mark.timeout(120)]


async def test_a_day_that_is_foretold_comes_over_a_broker(tmp_path: Path) -> None:
    async with simulated_home(tmp_path) as home:
        compared = await home.live(1)

    assert compared.came.total() >= 10
    assert compared.precision >= 0.95, compared.foretold - compared.came
    assert compared.recall >= 0.95, compared.came - compared.foretold
