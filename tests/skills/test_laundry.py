"""A skill of a third party, as in the documentation: a wheel of its own, installed, found, type-checked, used."""

import asyncio
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.home import Home
from devices.model import Entity, EntityId
from skills import Action, Cause, Match, Origin, Risk, Verdict
from skills.model import CauseId
from skills.registry import Registry, Status, load
from skills.testing import NOON, Bench

REPOSITORY = Path(__file__).parents[2]
WASHER = EntityId("sensor.washer_power")

FILES = {
    "hearth_skill_laundry/__init__.py": '''
"""Laundry: says whether the machine is done, and starts it."""
from skills import Action, EntityId, Outcome, Reply, Request, Risk, Skill, Verdict
from hearth_skill_laundry.machine import MachineError, press_start

skill = Skill("laundry")

@skill.command("is the (laundry|washing machine) (done|finished)")
async def is_done(request: Request) -> Reply:
    power = request.home.state(EntityId("sensor.washer_power"))
    if power is None or not power.available:
        return Reply("I cannot see the washing machine right now.")
    return Reply("It is done." if float(power.value) < 5 else "It is still running.")

@skill.command("start the (laundry|washing machine)")
async def start(request: Request) -> Reply:
    return Reply("The washing machine runs.", do=[Action("laundry.start")])

@skill.effect("start", risk=Risk.CONSEQUENTIAL)   # only the gateway calls this
async def press() -> Outcome:
    try:
        await press_start()
    except MachineError as error:
        return Outcome(Verdict.FAILED, str(error))
    return Outcome(Verdict.DONE)
''',
    "hearth_skill_laundry/machine.py": '''
"""The machine."""
class MachineError(Exception):
    """It does not do as told."""

door_open = False

async def press_start() -> None:
    if door_open:
        raise MachineError("the door is open")
''',
    "hearth_skill_laundry-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: hearth-skill-laundry\nVersion: 1.0\n",
    "hearth_skill_laundry-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nTag: py3-none-any\n",
    "hearth_skill_laundry-1.0.dist-info/entry_points.txt": "[hearth.skills]\nlaundry = hearth_skill_laundry:skill\n",
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder on the path into which the wheel was installed."""
    wheel, folder = tmp_path / "hearth_skill_laundry-1.0-py3-none-any.whl", tmp_path / "site"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in FILES.items():
            archive.writestr(name, text)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    for module in ("hearth_skill_laundry", "hearth_skill_laundry.machine"):
        sys.modules.pop(module, None)


def bench(registry: Registry, home: Home | None = None) -> Bench:
    row = next(row for row in registry.rows if row.name == "laundry")
    assert (row.status, row.distribution, row.skill is not None) == (Status.ENABLED, "hearth-skill-laundry", True)
    return Bench(*([row.skill] if row.skill else []), home=home)


@pytest.mark.parametrize(
    ("watts", "available", "text"),
    [
        ("3", True, "It is done."),
        ("1800", True, "It is still running."),
        ("1800", False, "I cannot see the washing machine right now."),
    ],
    ids=["done", "running", "unreachable"],
)
async def test_the_question_is_answered_from_the_house(site: Path, watts: str, available: bool, text: str):
    home = Home()
    home.add(Entity(WASHER, "Washer Power", "sensor"))
    home.observe(WASHER, watts, at=NOON)
    home.reach(WASHER, available, at=NOON)
    assert (await bench(load(), home).answer(Match("laundry.is_done"))).text == text


async def test_both_sentences_are_understood_and_the_command_only_wishes(site: Path):
    laundry = bench(load())
    assert (await laundry.hear("is the washing machine finished")).text == "I cannot see the washing machine right now."
    reply = await laundry.hear("start the laundry")
    assert (reply.text, reply.do) == ("The washing machine runs.", [Action("laundry.start")])


@pytest.mark.parametrize(
    ("door_open", "verdict", "detail"), [(False, Verdict.DONE, ""), (True, Verdict.FAILED, "the door is open")]
)
async def test_the_effect_says_what_came_of_it(site: Path, door_open: bool, verdict: Verdict, detail: str):
    [effect] = [effect for effect in load().effects() if effect.name == "laundry.start"]
    sys.modules["hearth_skill_laundry.machine"].__dict__["door_open"] = door_open
    given = effect.parameters.model_validate({})
    async with asyncio.timeout(5):
        outcome = await effect.execute(given, Cause(CauseId("test"), Origin.TEXT))
    assert (effect.risk(given), outcome.verdict, outcome.detail) == (Risk.CONSEQUENTIAL, verdict, detail)


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.parametrize("checker", [["mypy", "--strict"], ["pyright"]], ids=["mypy", "pyright"])
def test_strict_type_checkers_accept_it(site: Path, checker: list[str]):
    (site / "pyrightconfig.json").write_text(f'{{"typeCheckingMode": "strict", "extraPaths": ["{REPOSITORY}"]}}')
    tool = Path(sys.executable).with_name(checker[0])
    ran = subprocess.run(
        [tool, *checker[1:], "."] if checker[0] == "pyright" else [tool, *checker[1:], "-p", "hearth_skill_laundry"],
        cwd=site,
        env=os.environ | {"MYPYPATH": str(REPOSITORY), "MYPY_CACHE_DIR": str(REPOSITORY / ".mypy_cache")},
        capture_output=True,
        text=True,
        timeout=150,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
