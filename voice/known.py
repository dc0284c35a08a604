"""Which words a recogniser's model knows, found in its files: nothing is loaded."""

import mmap
import struct
from collections.abc import Callable
from functools import cache
from pathlib import Path


def known_words(model: Path) -> Callable[[str], bool] | None:
    """Return what tells whether a Vosk model has a word; ``None`` if its files do not say.

    A model has its words in ``graph/words.txt``, one a line with its number, or, the small ones, in the symbol table
    of ``graph/Gr.fst`` (Vosk 0.3.45; OpenFst writes a symbol as its length in four bytes and its letters).
    """
    listed, graph = model / "graph" / "words.txt", model / "graph" / "Gr.fst"
    source = listed if listed.is_file() else graph
    if not source.is_file() or not source.stat().st_size:
        return None

    @cache
    def knows(word: str) -> bool:
        said = word.lower().encode()
        wanted = b"\n" + said + b" " if source is listed else struct.pack("<i", len(said)) + said
        with source.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
            return text.find(wanted) >= 0

    return knows
