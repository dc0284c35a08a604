"""Tests of what the documents show: every configuration loads, every routine is read, every skill answers."""

import re
from pathlib import Path

import pytest

from daemon.config import load
from daemon.routines.reading import read_routines
from skills import Skill
from skills.testing import Bench

DOCS = Path(__file__).parents[1] / "docs"


def blocks(name: str, language: str) -> list[str]:
    found = re.findall(
        rf"^```{language}\n(.*?)^```", (DOCS / name).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    assert found
    return found


@pytest.mark.parametrize("text", blocks("household.md", "toml"))
def test_a_configuration_in_the_documents_loads(text: str, tmp_path: Path):
    (tmp_path / "hearth.toml").write_text(text, encoding="utf-8")
    assert load(tmp_path / "hearth.toml") != load(None)


def test_the_routine_in_the_documents_is_read_wholly():
    (text,) = blocks("household.md", "yaml")
    reading = read_routines(text)
    assert all(reading.wholly(routine) for routine in reading.routines)
    assert [routine.id for routine in reading.routines] == ["hallway"]


async def test_the_skill_in_the_documents_answers():
    space: dict[str, object] = {}
    exec(blocks("skills.md", "python")[0], space)
    skill = space["skill"]
    assert isinstance(skill, Skill)
    assert (await Bench(skill).hear("is the laundry done")).text == "I cannot see the washing machine right now."


@pytest.mark.parametrize(
    "link",
    [
        (page.name, target)
        for page in DOCS.glob("*.md")
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    ],
)
def test_a_link_in_the_documents_leads_somewhere(link: tuple[str, str]):
    assert (DOCS / link[1]).exists()
