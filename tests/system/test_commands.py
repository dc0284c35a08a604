"""The command line as a person and a script use it, against one running demo: broker of its own and simulated home."""

import json
import os
import subprocess
import sys
import time
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from daemon import client

pytestmark = [pytest.mark.system, pytest.mark.slow, pytest.mark.timeout(120)]

START_S = 60.0
HEARTH = [sys.executable, "-P", "-m", "daemon"]
Ended = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The state directory of a demo that is ready and has found its lights."""
    state = tmp_path_factory.mktemp("demo") / "state"
    with (state.parent / "log").open("wb") as log:
        process = subprocess.Popen([*HEARTH, "run", "--demo", "--state", str(state)], stdout=log, stderr=log)
    deadline_s = time.monotonic() + START_S
    try:
        while not settled(state):
            assert process.poll() is None, (state.parent / "log").read_text()
            assert time.monotonic() < deadline_s
            time.sleep(0.1)
        yield state
    finally:
        process.terminate()
        process.wait(20)


def settled(state: Path) -> bool:
    try:
        rows = cast("list[dict[str, object]]", client.ask(state, "devices"))
    except client.ClientError:
        return False
    return any(row["id"] == "light.kitchen_light" and row["state"] != "unknown" for row in rows) and len(rows) > 100


def hearth(state: Path, *arguments: str, text: str | None = None) -> Ended:
    command, *rest = arguments
    return subprocess.run(
        [*HEARTH, command, *rest, "--state", str(state)],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def object_of(ended: Ended) -> dict[str, object]:
    return cast("dict[str, object]", json.loads(ended.stdout))


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("turn on the kitchen light", "done", 0),
        ("set the bedroom to 21 degrees", "done", 0),
        ("close all the blinds upstairs", "done", 0),
        ("is the front door locked?", "answered", 0),
        ("turn on the stubborn lamp", "unconfirmed", 5),
        ("turn on the dining spots", "partly", 5),
        ("turn on the attic lamp", "failed", 5),
        ("turn on the lights", "asked", 3),
        ("unlock the front door", "waiting", 4),
        ("tell me about the french revolution", "not_understood", 6),
    ],
)
def test_how_a_turn_ends_is_the_exit_code(demo: Path, text: str, status: str, code: int):
    ended = hearth(demo, "ask", text, "--json")
    answer = object_of(ended)
    assert (answer["status"], ended.returncode) == (status, code), answer
    assert {"utterance", "reply", "status", "route", "commands", "outcomes", "cause", "timings_ms"} <= answer.keys()
    assert answer["reply"]


def test_a_prompt_never_talks_to_the_daemon_of_another(demo: Path):
    """A second `make run` once answered from the first one's house, while its own daemon had long ended."""
    ended = hearth(demo, "run", "--demo", "--chat", text="turn on the bedroom light\n")
    assert (ended.returncode, ended.stdout) == (78, "")
    assert "another Hearth (process " in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize(("op", "field"), [("ask", "area"), ("ask", "person"), ("undo", "since"), ("why", "entity")])
def test_a_field_of_the_wrong_type_is_refused(demo: Path, op: str, field: str):
    with pytest.raises(client.ClientError) as raised:
        client.request(demo, {"op": op, "text": "turn on the kitchen light", field: 5})
    assert raised.value.code == "bad-request"


def test_a_prompt_ends_with_the_words_of_its_daemon(tmp_path: Path):
    (tmp_path / "hearth.sock").mkdir()
    ended = hearth(tmp_path, "run", "--chat", text="hello\n")
    assert (ended.returncode, ended.stdout) == (78, "")
    assert "hearth.sock" in ended.stderr


def test_a_prompt_without_a_place_for_its_state_is_one_line(tmp_path: Path):
    (tmp_path / "file").touch()
    ended = hearth(tmp_path / "file", "run", "--chat")
    assert (ended.returncode, ended.stderr.count("\n")) == (78, 1)


def test_a_demo_is_found_where_no_house_answers(demo: Path, tmp_path: Path):
    (tmp_path / "hearth-demo").symlink_to(demo)
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path), "HOME": str(tmp_path)}
    command = [*HEARTH, "ask", "is the front door locked?"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_question_in_the_kitchen_is_about_the_kitchen(demo: Path):
    answer = object_of(hearth(demo, "ask", "turn on the lights", "--area", "Kitchen", "--json"))
    targets = [
        target for outcome in cast("list[dict[str, list[str]]]", answer["outcomes"]) for target in outcome["targets"]
    ]
    assert answer["status"] == "done"
    assert targets == ["light.kitchen_light"]


@pytest.mark.parametrize(
    ("arguments", "code", "names"),
    [
        (["ask", "hello", "--area", "Ballroom"], 64, "Ballroom"),
        (["ask", "hello", "--person", "Nobody"], 64, "Nobody"),
        (["ask"], 64, "TEXT"),
        (["why", "light.nowhere"], 64, "light.nowhere"),
        (["undo", "--since", "tea time"], 64, "tea time"),
        (["listen", "/nowhere.wav"], 64, "/nowhere.wav"),
        (["listen", "/dev/zero"], 64, "/dev/zero"),
        (["listen", __file__, "--reply", "/nowhere/x.wav"], 64, "/nowhere/x.wav"),
        (["understand", "--home", "/nowhere.yaml"], 64, "/nowhere.yaml"),
        (["understand", "--home", __file__], 64, "YAML"),
        (["understand", "--home", "/dev/zero"], 64, "/dev/zero"),
        (["when", "--language", "xx"], 64, "xx"),
        (["check", "--config", "/nowhere.toml"], 78, "/nowhere.toml"),
        (["models", "pull", "parrot"], 64, "parrot"),
    ],
)
def test_wrong_use_is_one_line_that_names_the_thing(demo: Path, arguments: list[str], code: int, names: str):
    arguments = [*arguments, "--json"]
    ended = subprocess.run(
        [*HEARTH, *arguments, "--state", str(demo)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == code, ended.stderr
    assert ended.stderr.count("\n") == 1
    assert names in ended.stderr
    assert {"code", "message", "remedy"} == cast("dict[str, object]", object_of(ended)["error"]).keys()


def test_bytes_that_are_no_text_are_no_reason_to_end(demo: Path):
    command = [*map(os.fsencode, HEARTH), b"ask", b"turn on the \xff\xfe light", b"--json", b"--state", bytes(demo)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert "Traceback" not in ended.stderr
    assert object_of(ended)["reply"]


def test_what_holds_no_speech_was_not_understood(demo: Path, tmp_path: Path):
    pytest.importorskip("pocketsphinx")
    with wave.open(str(tmp_path / "silence.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(32_000))
    ended = hearth(demo, "listen", str(tmp_path / "silence.wav"), "--json")
    answer = object_of(ended)
    assert (answer["status"], answer["utterance"], ended.returncode) == ("not_understood", "", 6)
    assert answer["reply"]


def test_without_a_daemon_it_is_69(tmp_path: Path):
    ended = hearth(tmp_path, "ask", "hello")
    assert (ended.returncode, ended.stderr.count("\n")) == (69, 1)
    assert "hearth run" in ended.stderr


def test_what_was_done_is_in_the_journal_and_can_be_taken_back(demo: Path):
    hearth(demo, "ask", "turn on the office light")
    newest = json.loads(hearth(demo, "journal", "--json", "--limit", "1").stdout)
    why = hearth(demo, "why", "office light")
    undone = hearth(demo, "undo", "--json")
    verified = hearth(demo, "journal", "verify", "--json")
    assert (newest["verdict"], newest["targets"]) == ("done", ["light.office_light"])
    assert "turn on Office Light" in why.stdout
    assert (object_of(undone)["status"], undone.returncode) == ("done", 0)
    assert (object_of(verified)["ok"], verified.returncode) == (True, 0)


def test_the_house_is_listed_and_exported_as_a_file_that_is_understood(demo: Path, tmp_path: Path):
    devices = json.loads(hearth(demo, "devices", "--json").stdout)
    (tmp_path / "home.yaml").write_text(hearth(demo, "home", "export").stdout)
    lines = '{"id": "1", "text": "turn on the kitchen light", "history": [], "context": {}}\nrubbish\n'
    understood = hearth(demo, "understand", "--home", str(tmp_path / "home.yaml"), text=lines)
    first, second = map(json.loads, understood.stdout.splitlines())
    assert "light.kitchen_light" in [row["id"] for row in devices]
    assert (first["decision"], first["commands"][0]["targets"]) == ("act", ["light.kitchen_light"])
    assert second["decision"] == "reject"


def test_the_doctor_has_a_row_for_each_part(demo: Path):
    rows = json.loads(hearth(demo, "doctor", "--json").stdout)
    conditions = {row["part"]: row["condition"] for row in rows}
    assert set(conditions.values()) <= {"fine", "degraded", "missing"}
    assert {"python", "state", "database", "configuration", "daemon", "mqtt", "store", "voice"} <= conditions.keys()
    assert conditions["mqtt"] == "fine"


def test_a_conversation_is_held_over_a_pipe(demo: Path):
    ended = hearth(demo, "chat", text="turn on the bedroom light\nturn it upside down\n")
    assert ended.stdout.splitlines()[0] == "The bedroom light is on."
    assert ended.returncode == 0


def test_a_backup_comes_back(demo: Path, tmp_path: Path):
    file = tmp_path / "hearth.backup"
    backed_up = hearth(demo, "backup", str(file))
    running = hearth(demo, "restore", str(file))
    restored = hearth(tmp_path / "new", "restore", str(file), "--json")
    verified = hearth(tmp_path / "new", "journal", "verify")
    told = object_of(restored)
    assert (told["file"], told["aside"], "button.key" in cast("list[str]", told["files"])) == (str(file), None, True)
    assert (backed_up.returncode, running.returncode, restored.returncode, verified.returncode) == (0, 78, 0, 0)


def test_skills_and_models_are_listed(demo: Path):
    skills = json.loads(hearth(demo, "skills", "list", "--json").stdout)
    models = json.loads(hearth(demo, "models", "list", "--json").stdout)
    assert {row["status"] for row in skills} == {"enabled"}
    assert "vosk-small-en" in [row["name"] for row in models]
