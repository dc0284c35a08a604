"""Tests of `daemon.cli` that need no house: what a household reads when something is wrong."""

import asyncio
import io
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.cli.output import print_rows
from daemon.control import Control, Operation, Request


@asynccontextmanager
async def served(state: Path, **operations: Operation) -> AsyncGenerator[None]:
    control = Control(state, operations, {"ask.aloud": stumble})
    async with asyncio.TaskGroup() as group:
        task = group.create_task(control.run())
        async with asyncio.timeout(5):
            await control.listening.wait()
        yield
        task.cancel()


async def stumble(request: Request) -> AsyncGenerator[object]:
    if request["text"] == "tell me a joke":
        raise RuntimeError("a bug")
    yield {"say": "One."}
    yield {"say": "Two."}
    if request["text"] == "tell me a tale":
        raise RuntimeError("a bug")
    yield {"answer": {"reply": "One. Two. Three.", "status": "done"}, "rest": "Three."}


async def test_a_conversation_goes_on_after_a_sentence_that_met_a_bug(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    """One bug in one skill ended `make run`, and with it the demo."""
    monkeypatch.setattr("sys.stdin", io.StringIO("tell me a joke\ntell me a tale\nturn on the lamp\n"))

    async def ready(request: Request) -> object:
        return {"op": request["op"]}

    async with served(tmp_path, ready=ready):
        assert await asyncio.to_thread(main, ["chat", "--state", str(tmp_path)]) == 0
    told = capsys.readouterr()
    assert told.out.split("\n")[:2] == ["One. Two.", "One. Two. Three."]
    assert told.err.startswith("hearth: RuntimeError")


def test_chat_says_at_once_that_nobody_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["chat", "--state", str(tmp_path)]) == 69
    assert "start it: hearth run" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "remedy"),
    [
        (["ask", "a", "b"], "hearth ask --help"),
        (["people", "pin", "set"], "hearth people pin set --help"),
        (["plan", "approve", "a", "--bogus"], "hearth plan approve --help"),
        (["nosuch"], "hearth --help"),
    ],
    ids=["extra", "missing", "option", "command"],
)
def test_a_command_used_wrongly_names_its_own_help(given: list[str], remedy: str, capsys: pytest.CaptureFixture[str]):
    assert main(given) == 64
    assert f"see: {remedy}\n" in capsys.readouterr().err


def test_a_table_for_another_program_cuts_nothing(capsys: pytest.CaptureFixture[str]):
    name = "binary_sensor." + "hallway_motion_occupancy_" * 8
    print_rows(("name", "id"), [("Hallway Motion", name)])
    assert capsys.readouterr().out.splitlines()[1].split() == ["Hallway", "Motion", name]


async def test_the_page_is_named_with_what_opens_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "api.token").write_text("the-word\n")
    row = {"part": "dashboard", "condition": "fine", "detail": "http://127.0.0.1:8125", "remedy": ""}

    async def health(request: Request) -> object:
        del request
        return [row]

    async with served(tmp_path, health=health):
        assert await asyncio.to_thread(main, ["page", "--state", str(tmp_path)]) == 0
        assert capsys.readouterr().out == "http://127.0.0.1:8125/#token=the-word\n"
        row.update(condition="degraded", detail="cannot listen", remedy="free the port")
        assert await asyncio.to_thread(main, ["page", "--state", str(tmp_path)]) == 69
    assert capsys.readouterr().err == "hearth: cannot listen; free the port\n"


@pytest.mark.parametrize(
    ("answer", "verdict", "code"),
    [("yes", "done", 0), ("yes", "refused", 4), ("yes", "failed", 5), ("no", "refused", 0)],
)
async def test_what_waits_is_listed_and_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], answer: str, verdict: str, code: int
):
    row = {"id": "0123456789abcdef" * 2, "what": "unlock Front Door", "person": "anna", "origin": "model", "said": None}
    heard: list[Request] = []

    async def questions(request: Request) -> object:
        del request
        return [row]

    async def answered(request: Request) -> object:
        heard.append(request)
        return {"reply": "Heard.", "verdict": verdict}

    async with served(tmp_path, **{"questions": questions, "question.answer": answered}):
        assert await asyncio.to_thread(main, ["questions", "--state", str(tmp_path)]) == 0
        given = ["questions", answer, "01234567", "--person", "anna", "--state", str(tmp_path)]
        assert await asyncio.to_thread(main, given) == code
    assert capsys.readouterr().out == "01234567  unlock Front Door  (anna by model)\nHeard.\n"
    assert [(one["id"], one["answer"], one["person"]) for one in heard] == [("01234567", answer, "anna")]
