"""What the command that looks at routines prints, and how it ends."""

import json
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.cli.output import Exit

ROUTINES = """
- id: open
  alias: Open
  triggers: [{trigger: time, at: '07:00:00'}]
  actions: [{action: cover.open_cover, target: {entity_id: cover.blind}}]
- id: shut
  alias: Shut
  triggers: [{trigger: time, at: '07:00:00'}]
  actions: [{action: cover.close_cover, target: {entity_id: cover.blind}}, {nonsense: 1}]
"""
HOME = "{entities: [{id: cover.blinds, name: Blinds, state: open}]}"


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    file = tmp_path / "routines.yaml"
    file.write_text(ROUTINES, "utf-8")
    return file


def test_findings_and_what_was_not_understood_are_one_object(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["routine", "lint", str(file), "--json"])

    found = json.loads(capsys.readouterr().out)
    assert code == Exit.OK
    assert set(found) == {"routines", "findings", "not_understood"}
    assert found["routines"] == 2
    assert [(one["kind"], one["routines"]) for one in found["findings"]] == [("contradiction", ["open", "shut"])]
    assert set(found["findings"][0]) == {"kind", "routines", "explain", "about"}
    assert [(one["routine"], one["where"]) for one in found["not_understood"]] == [("shut", "actions[1]")]


def test_with_a_home_what_is_not_there_is_named_and_what_may_be_meant(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home.yaml"
    home.write_text(HOME, "utf-8")

    main(["routine", "lint", str(file), "--home", str(home)])

    shown = capsys.readouterr().out
    assert "dead entity" in shown
    assert "perhaps cover.blinds is meant" in shown


@pytest.mark.parametrize("home", ["", "entities: [", "just words"])
def test_a_home_that_is_none_is_wrong_use(
    file: Path, tmp_path: Path, home: str, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "home.yaml"
    broken.write_text(home, "utf-8")

    assert main(["routine", "lint", str(file), "--home", str(broken)]) == Exit.USAGE
    assert "HOME file" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["routine", "lint", str(tmp_path / "none.yaml")]) == Exit.USAGE
    assert "cannot be read" in capsys.readouterr().err
