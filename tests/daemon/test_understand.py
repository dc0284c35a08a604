import io
import json
from pathlib import Path

import pytest

from daemon.understand import run

HOME = {
    "areas": [{"id": "office", "name": "Office", "aliases": ["study"]}],
    "entities": [
        {"id": "light.desk", "name": "Desk Lamp", "area": "office"},
        {"id": "light.a", "name": "Spot", "area": "office"},
        {"id": "light.b", "name": "Spot"},
    ],
}


def answers(tmp_path: Path, *lines: object) -> list[dict[str, object]]:
    file = tmp_path / "home.json"
    file.write_text(json.dumps(HOME), encoding="utf-8")
    sink = io.StringIO()
    source = io.StringIO("".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines))
    run(file, "en", source, sink)
    return [json.loads(line) for line in sink.getvalue().splitlines()]


def test_commands_questions_and_refusals_are_answered_in_order(tmp_path: Path):
    act, ask, reject = answers(
        tmp_path,
        {"id": 1, "text": "turn on the lights", "context": {"area": "study"}, "history": ["hello"]},
        {"id": 2, "text": "turn on the spot"},
        {"id": 3, "text": "don't turn on the desk lamp", "unknown": True},
    )
    assert (act["id"], act["decision"]) == (1, "act")
    slots = {"domain": "light", "area": "Office"}
    assert act["commands"] == [{"intent": "HassTurnOn", "slots": slots, "targets": ["light.desk", "light.a"]}]
    assert (ask["decision"], ask["commands"]) == ("ask", [])
    assert "Spot" in str(ask["question"])
    assert (reject["decision"], reject["commands"]) == ("reject", [])
    assert all(isinstance(answer["ms"], float) for answer in (act, ask, reject))


@pytest.mark.parametrize("line", ["no json\n", "[]\n", '{"id": 1, "text": 5}\n', '{"context": 3, "history": {}}\n'])
def test_a_line_that_is_no_utterance_is_rejected(tmp_path: Path, line: str):
    [answer] = answers(tmp_path, line)
    assert (answer["decision"], answer["commands"]) == ("reject", [])


def test_answers_of_our_own_skills_are_reported_as_responses(tmp_path: Path):
    [answer] = answers(tmp_path, {"id": 1, "text": "why did you do that"})
    assert answer["commands"] == [{"intent": "HassRespond", "slots": {}, "targets": []}]
