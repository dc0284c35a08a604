"""Which languages there are sentences for."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path


def languages() -> Sequence[str]:
    """Return the codes of the languages that Home Assistant's sentences are written in, in order, regions left out."""
    # Found without importing the package, which costs more than looking into its folder.
    package = find_spec("home_assistant_intents")
    folders = package.submodule_search_locations or () if package is not None else ()
    codes = (file.stem for folder in folders for file in (Path(folder) / "data").glob("*.json"))
    return sorted(code for code in codes if "-" not in code)
