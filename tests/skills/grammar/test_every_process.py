"""What is decided is the same in every process: sets and dictionaries have an order of their own in each."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
SEEDS = ("1", "2")
DEADLINE_S = 120

TOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from devices.homefile import read_home
from skills import registry
from skills.grammar import load
from skills.grammar.model import Context
for language in ("en", "de"):
    engine = load(language, registry.load().documents(language))
    home = read_home(Path(sys.argv[1]) / f"house_{language}.yaml", at=datetime.fromtimestamp(0, UTC))
    for line in (Path(sys.argv[1]) / f"talk_{language}.txt").read_text(encoding="utf-8").splitlines():
        *before, text = line.partition(" = ")[0].split(" > ")
        meant = engine.understand(text, home, Context(history=tuple(before)))
        done = [(match.intent, dict(match.slots), match.targets) for match in meant.matches]
        print(text, meant.decision, meant.reason, meant.question, done)
"""


@pytest.mark.slow
def test_every_process_decides_alike():
    started = [
        subprocess.Popen(
            [sys.executable, "-c", TOLD, str(FOLDER / "talk")],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in SEEDS
    ]
    one, other = (process.communicate(timeout=DEADLINE_S)[0].splitlines() for process in started)
    assert len(one) > 400
    assert [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]] == []
