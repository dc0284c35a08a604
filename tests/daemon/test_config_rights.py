"""``[[rights]]``: what is wrong in them is said in one line, and what is right becomes what decides."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from daemon.app.people import household_of
from daemon.config import ConfigError, load
from daemon.household.rights import Asker, Thing, ruling
from devices.model import AreaId, EntityId
from skills.model import PersonId

HOUSE = """
[home]
areas = [{ name = "The Study" }]
[[people]]
id = "tom"
name = "Tom"
role = "child"
"""


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ('who = ["tim"]\nmay = true\nthings = ["light"]', "did you mean 'tom'?"),
        ('who = ["gest"]\nmay = true\nthings = ["light"]', "did you mean 'guest'?"),
        ('who = ["tom"]\nmay = true\nthings = ["ligt.desk"]', "did you mean 'light'?"),
        ('who = ["tom"]\nmay = true\nareas = ["The Stdy"]', "did you mean 'the study'?"),
        ('who = ["tom"]\nmay = true', "give things, areas or effects"),
        ('who = ["tom"]\nmay = true\nthings = ["light"]\nhour = 3', "did you mean 'hours'?"),
        ('who = ["tom"]\nmay = true\nthings = ["light"]\nuntil = 2026-01-01T10:00:00', "timezone"),
    ],
)
def test_what_is_wrong_is_named_with_what_was_meant(tmp_path: Path, table: str, told: str):
    file = tmp_path / "hearth.toml"
    file.write_text(f"{HOUSE}[[rights]]\n{table}\n")
    with pytest.raises(ConfigError, match=r"(?s).*" + told.replace("?", r"\?")):
        load(file)


def test_a_right_in_the_file_decides(tmp_path: Path):
    file = tmp_path / "hearth.toml"
    file.write_text(f'{HOUSE}[[rights]]\nwho = ["child"]\nmay = false\nareas = ["the study"]\nthings = ["light"]\n')
    rights = household_of(load(file), ZoneInfo("UTC")).rights
    tom, now = Asker(PersonId("tom"), "child"), datetime(2026, 3, 1, tzinfo=UTC)
    there, elsewhere = (Thing(EntityId("light.desk"), AreaId(area)) for area in ("the_study", "hall"))
    assert ruling(rights, tom, "device.call", there, now=now, zone=ZoneInfo("UTC")) is rights[0]
    assert ruling(rights, tom, "device.call", elsewhere, now=now, zone=ZoneInfo("UTC")) is None
