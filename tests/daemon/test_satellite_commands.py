"""``hearth satellite`` as it is typed; whole conversations are in ``tests/system``."""

from pathlib import Path

import pytest

from daemon.cli import main
from daemon.cli.output import CommandError
from daemon.cli.satellite import PORT, address
from voice.paired.code import Code


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("house", "house", PORT),
        ("house:1234", "house", 1234),
        ("192.0.2.7:1234", "192.0.2.7", 1234),
        ("2001:db8::1", "2001:db8::1", PORT),
        ("[2001:db8::1]", "2001:db8::1", PORT),
        ("[2001:db8::1]:1234", "2001:db8::1", 1234),
    ],
)
def test_where_a_house_is_can_be_written_as_people_do(text: str, host: str, port: int):
    assert address(text) == (host, port)


@pytest.mark.parametrize("text", ["house:", "house:http", "house:0", "house:70000", ""])
def test_what_is_no_address_is_refused(text: str):
    with pytest.raises(CommandError, match="no HOST or HOST:PORT"):
        address(text)


@pytest.mark.parametrize(
    ("arguments", "exit_code", "told"),
    [
        (("pair", "house", "ABCD"), 64, "a letter missing or wrong"),
        (("run",), 78, "run: hearth satellite pair"),
        (("run", "--microphone-command", "arecord"), 64, "give both programs or none"),
    ],
    ids=["mistyped", "not paired", "half"],
)
def test_what_cannot_be_done_is_one_line_with_the_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], exit_code: int, told: str
):
    assert main(["satellite", *arguments, "--folder", str(tmp_path)]) == exit_code

    (line,) = capsys.readouterr().err.splitlines()
    assert told in line


@pytest.mark.parametrize("arguments", [("invite",), ("list",), ("revoke", "attic")])
def test_without_a_daemon_nobody_is_invited(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
):
    assert main(["satellite", *arguments, "--state", str(tmp_path)]) == 69
    assert "start it: hearth run" in capsys.readouterr().err


def test_a_house_that_does_not_answer_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["satellite", "pair", "127.0.0.1:9", str(Code.new()), "--folder", str(tmp_path)]) == 5
    assert "127.0.0.1:9" in capsys.readouterr().err
