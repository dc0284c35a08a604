import json
from pathlib import Path

import pytest

from daemon.cli import main
from tests.voice.sounds import TINY
from voice.measure import sentences
from voice.model import Vocabulary

pytestmark = pytest.mark.audio


def test_the_stages_are_measured_from_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("HEARTH_VOICE__VOSK_MODEL", str(TINY))

    code = main(["voice", "bench", "--json", "--sentences", "2", "--state", str(tmp_path)])

    rows = json.loads(capsys.readouterr().out)
    right = next(row for row in rows if row["what"] == "sentences right")
    assert code == 0
    assert {"voice activity", f"recognizer {TINY.name}", "voice espeak-ng"} <= {row["stage"] for row in rows}
    assert (right["value"], right["unit"]) == (100.0, "%")


def test_a_model_that_is_missing_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("HEARTH_VOICE__VOSK_MODEL", str(tmp_path / "nowhere"))

    assert main(["voice", "bench", "--sentences", "1", "--state", str(tmp_path)]) == 5
    assert "there is no speech model" in capsys.readouterr().err


@pytest.mark.parametrize(("count", "wanted"), [(2, 2), (3, 3), (50, 5)])
def test_sentences_are_spread_over_all_that_can_be_said(count: int, wanted: int):
    house = Vocabulary.of(["turn on the {name}", "stop", "what time is it"], name=["lamp", "fan", "heater"])
    said = sentences(house, "en", count)

    assert len(said) == len(set(said)) == wanted
