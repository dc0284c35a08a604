"""The batch command ``hearth understand``: utterances in, decisions out, one JSON object a line, without a daemon."""

import gc
import json
import os
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO, cast

from devices.home import Home
from devices.homefile import read_home
from devices.model import NOTHING
from skills import registry
from skills.builtin.reminders import STRANGER
from skills.grammar import load
from skills.grammar.model import Context, Decision, Understander, Understanding
from skills.model import Match, PersonId

ANSWERS = frozenset({"history.what", "history.why", "reminders.tell", "briefing.leaving", "briefing.arriving"})
_ANSWERING = ("calculator.", "comparing.")
"""Skills that only answer."""
"""Our own intents that only answer."""

UNDATED = datetime.fromtimestamp(0, UTC)
"""When the states of a HOME file are from: it does not say, and no sentence asks."""


def run(home_file: Path, language: str, source: TextIO, sink: TextIO) -> None:
    """Answer every line of `source` on `sink`, in order. A line that is no utterance is answered with a rejection.

    Raises:
        HomeFileError: the HOME file cannot be used.
        SkillError: there are no sentences in this language.
    """
    home, engine = read_home(home_file, at=UNDATED), _engine(language)
    # So that no utterance pays for indexing the house, or for looking for garbage in it.
    engine.warm()
    engine.understand("hello", home, Context())
    gc.freeze()
    for line in source:
        if line.strip():
            sink.write(json.dumps(_answer(line, home, engine), ensure_ascii=False) + "\n")
    sink.flush()


def explain(home_file: Path, language: str, text: str) -> Sequence[str]:
    """Return in lines for people how a text can be read in a house, and why each reading won or lost.

    Raises:
        HomeFileError: the HOME file cannot be used.
        SkillError: there are no sentences in this language.
    """
    return _engine(language).explain(text, read_home(home_file, at=UNDATED), Context())


def _engine(language: str) -> Understander:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hearth"
    return load(language, registry.load().documents(language, cache=cache), cache=cache)


def _answer(line: str, home: Home, engine: Understander) -> dict[str, object]:
    try:
        case: object = json.loads(line)
    except ValueError:
        case = None
    fields = _mapping(case)
    text = fields.get("text")
    context = _context(fields, home)
    started = time.perf_counter()
    meant = engine.understand(text, home, context) if isinstance(text, str) else Understanding(Decision.REJECT)
    spent_ms = (time.perf_counter() - started) * 1000
    answer: dict[str, object] = {
        "id": fields.get("id"),
        "decision": meant.decision.value,
        "commands": [
            {"intent": _known_outside(match), "slots": dict(match.slots), "targets": list(match.targets)}
            for match in (meant.matches if meant.decision is Decision.ACT else ())
        ],
        "confidence": round(meant.confidence, 3),
        "reason": meant.reason,
        "ms": round(spent_ms, 4),
    }
    if meant.question is not None:
        answer["question"] = meant.question
    return answer


def _known_outside(match: Match) -> str:
    """Return the intent under Home Assistant's name, which readers of this output know: an answer is an answer."""
    answers = match.intent in ANSWERS or match.intent.startswith(_ANSWERING) or match.response == STRANGER
    return "HassRespond" if answers else match.intent


def _context(fields: Mapping[str, object], home: Home) -> Context:
    said = _mapping(fields.get("context"))
    area = home.area_named(str(said["area"])) if said.get("area") else None
    person = said.get("person")
    history = fields.get("history")
    return Context(
        area=None if area is None else area.id,
        person=None if person is None else PersonId(str(person)),
        history=tuple(str(entry) for entry in cast("list[object]", history)) if isinstance(history, list) else (),
    )


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, Mapping) else NOTHING
