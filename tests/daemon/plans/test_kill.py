"""Plans whose daemon is killed at any moment: no step twice, none lost, and what failed is taken back."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_no_step_is_lost_or_done_twice_whenever_the_daemon_is_killed():
    # A process of its own: it forks, which a process with threads must not.
    command = [sys.executable, "-m", "tests.crash.planned", "--plans", "4", "--kills", "24", "--seed", "7"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=110)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    struck = re.search(r"; (\d+) while a plan was being carried out", ran.stdout)
    assert struck is not None
    assert int(struck[1]) > 3
