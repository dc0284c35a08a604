"""Looks for texts that the engine cannot bear, led by the branches they take (atheris, which is no dependency).

``uv run --with atheris python -m tests.bench.guided --language de --seconds 600 --seed 1``: an exception ends it with
the text. Times mean nothing here, as every branch is counted; `tests.bench.fuzz` measures them.
"""

import argparse
import importlib
import sys
from collections.abc import Callable
from typing import Any

from skills import registry
from skills.grammar import load
from skills.grammar.model import Context, Decision
from tests.bench.fuzz import STRANGE
from tests.bench.sayings import JOINING
from tests.bench.understanding import house

MOST_WORDS = 130


def main() -> None:
    """Fuzz for some seconds."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--language", default="en", choices=sorted(JOINING))
    arguments.add_argument("--seconds", type=int, default=600)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=["skills.grammar"]):
        importlib.import_module("skills.grammar.engine")
    atheris.Setup(
        [sys.argv[0], f"-max_total_time={given.seconds}", f"-seed={given.seed}", "-max_len=400"],
        _target(given.language, atheris.FuzzedDataProvider),
    )
    atheris.Fuzz()


def _target(language: str, provider: Callable[[bytes], Any]) -> Callable[[bytes], None]:
    home = house(60)
    engine = load(language, registry.load().documents(language))
    words = [*JOINING[language].split(), *(entity.name.lower() for entity in home.entities()), *STRANGE]

    def understand(data: bytes) -> None:
        given = provider(data)
        text = ""
        for _ in range(given.ConsumeIntInRange(0, MOST_WORDS)):
            known = given.ConsumeProbability() < 0.9
            text += given.PickValueInList(words) if known else given.ConsumeUnicode(8)
            text += given.PickValueInList([" ", " ", " ", ", ", "", "-", "\n"])
        said = (given.PickValueInList(words),) if given.ConsumeBool() else ()
        meant = engine.understand(text, home, Context(history=said))
        assert meant.matches or meant.decision is not Decision.ACT, text

    return understand


if __name__ == "__main__":
    main()
