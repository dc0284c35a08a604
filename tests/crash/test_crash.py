"""The crash suite, short; `make crash` runs 2,000 rounds."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_no_kill_loses_what_is_due_or_brings_it_twice_after_it_was_settled():
    # A process of its own: it forks, which a process with threads must not.
    command = [sys.executable, "-m", "tests.crash", "--rounds", "25", "--seed", "3"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=55)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "25 kills" in ran.stdout
    assert "0 wrong" in ran.stdout
