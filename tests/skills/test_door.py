import ast
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

import skills
from skills import api

OURS = ("skills.", "devices.")


def _named(hint: object) -> Iterator[str]:
    """Yield the names of our own types in an annotation."""
    if str(getattr(hint, "__module__", "")).startswith(OURS):
        yield str(getattr(hint, "__name__", hint))
    for part in get_args(hint):
        yield from _named(part)


def test_the_public_door_is_sorted_and_holds_what_it_says():
    assert sorted(skills.__all__) == skills.__all__
    assert all(hasattr(skills, name) for name in skills.__all__)


@pytest.mark.parametrize("name", [name for name in skills.__all__ if is_dataclass(getattr(skills, name))])
def test_every_type_that_an_author_meets_in_a_field_is_at_the_door(name: str):
    kind = getattr(skills, name)
    hints = get_type_hints(kind)
    met = {found for field in fields(kind) for found in _named(hints[field.name])}
    assert met <= set(skills.__all__)


def test_no_built_in_skill_reads_a_sentence_file_when_it_is_imported():
    for file in (Path(api.__file__).parent / "builtin").glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        top = {node.names[0].name for node in tree.body if isinstance(node, ast.Import)}
        top |= {str(node.module) for node in tree.body if isinstance(node, ast.ImportFrom)}
        assert not {name for name in top if name.startswith(("yaml", "hassil", "skills.grammar"))}, file
