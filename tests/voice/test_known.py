import struct
from pathlib import Path

import pytest

from voice.known import known_words

TINY = Path(__file__).parents[1] / "models" / "vosk-model-tiny-home-en"


@pytest.mark.parametrize(("word", "known"), [("kitchen", True), ("Kitchen", True), ("fritz", False), ("kitche", False)])
def test_a_model_tells_its_words(word: str, known: bool):
    knows = known_words(TINY)
    assert knows is not None
    assert knows(word) is known


def test_a_small_model_has_its_words_in_its_graph(tmp_path: Path):
    graph = tmp_path / "graph" / "Gr.fst"
    graph.parent.mkdir()
    symbols = (struct.pack("<i", len(word)) + word + struct.pack("<q", at) for at, word in enumerate((b"lamp", b"fan")))
    graph.write_bytes(b"head" + b"".join(symbols))
    knows = known_words(tmp_path)
    assert knows is not None
    assert (knows("lamp"), knows("fan"), knows("lam")) == (True, True, False)


def test_a_folder_without_words_tells_nothing(tmp_path: Path):
    assert known_words(tmp_path) is None
