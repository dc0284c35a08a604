"""Plans whose daemon is killed at any moment: no step twice, none lost, and what failed is taken back."""

from pathlib import Path

import pytest

from tests.crash.planned import crash


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_no_step_is_lost_or_done_twice_whenever_the_daemon_is_killed(tmp_path: Path):
    struck, wrong = crash(tmp_path, plans=4, kills=24, seed=7)
    assert wrong == []
    assert struck > 3
