"""What a start costs: a daemon that is ready has imported nothing that it only may need later."""

import subprocess
import sys
from pathlib import Path

from daemon.sentences import FOLDER, Sentences
from skills import registry

LATER = {
    "alembic": "a database to migrate",
    "apprise": "a message to send",
    "amqtt": "the simulated house",
    "fastapi": "the loop to be free",
    "hassil": "sentences to compile",
    "home_assistant_intents": "sentences to compile",
    "httpx": "a message to send",
    "jinja2": "nothing: templates have an engine of our own",
    "mako": "a database to migrate",
    "numpy": "a voice",
    "pocketsphinx": "a voice",
    "requests": "a message to send",
    "rich": "a person at a terminal",
    "uvicorn": "the loop to be free",
    "vosk": "a voice",
    "yaml": "sentences to compile",
}
"""What takes long to import or much memory, and what it is for."""
MOST_MODULES = 900
"""As many as a second start may import, ours included: 843 when this was written, and each costs half a millisecond."""
START = """
import asyncio, pathlib, sys
import daemon.cli
from daemon.app import build
from daemon.clock import SystemClock
from daemon.config import load

async def main(state):
    async with build(load(None), state, clock=SystemClock(), environment={}):
        print(*sorted(sys.modules))

asyncio.run(main(pathlib.Path(sys.argv[1])))
"""


async def test_a_daemon_that_starts_again_imports_nothing_for_later(tmp_path: Path):
    started(tmp_path)
    sentences = Sentences(registry.load(), tmp_path / FOLDER, tmp_path / "cache")
    sentences.engine("en")
    await sentences.keep("en")  # as a daemon that runs does
    imported = started(tmp_path)
    assert {name.partition(".")[0] for name in imported} & LATER.keys() == set()
    assert len(imported) <= MOST_MODULES


def started(state: Path) -> set[str]:
    """Put a daemon together in a process of its own, and return what it has imported by then."""
    ran = subprocess.run(
        [sys.executable, "-c", START, str(state)], check=False, capture_output=True, text=True, timeout=50
    )
    assert ran.returncode == 0, ran.stderr
    return set(ran.stdout.split())
