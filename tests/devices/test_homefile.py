import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from devices.homefile import HomeFileError, home_from, read_home, to_home_file
from devices.model import AreaId, EntityId

NOW = datetime(2026, 5, 1, tzinfo=UTC)
YAML = """
floors: [{id: up, name: Upstairs, aliases: [first floor]}]
areas: [{id: office, name: Office, floor: up}]
entities:
  - {id: light.desk, name: Desk Lamp, aliases: [lamp], area: office, state: on, attributes: {brightness: 128}}
  - {id: cover.blind, name: Blind, domain: cover, state: {in: shut, out: closed}, attributes: {device_class: blind}}
  - {name: Loose, domain: switch, id: switch.loose}
people: [{id: jane, name: Jane}]
"""


def test_a_yaml_file_becomes_a_house(tmp_path: Path):
    file = tmp_path / "home.yaml"
    file.write_text(YAML, encoding="utf-8")
    home = read_home(file, at=NOW)
    lamp, state = home.entity(EntityId("light.desk")), home.state(EntityId("light.desk"))
    assert lamp is not None
    assert (lamp.name, lamp.aliases, lamp.domain, lamp.area) == ("Desk Lamp", ("lamp",), "light", "office")
    assert state is not None
    assert (state.value, dict(state.attributes), state.seen_at) == ("on", {"brightness": 128}, NOW)
    assert [floor.aliases for floor in home.floors()] == [("first floor",)]


def test_states_in_the_forms_of_the_fixtures_are_read(tmp_path: Path):
    file = tmp_path / "home.yaml"
    file.write_text(YAML, encoding="utf-8")
    home = read_home(file, at=NOW)
    values = [state.value for entity in home.entities() if (state := home.state(entity.id))]
    assert values == ["on", "closed", "unknown"]
    blind = home.entity(EntityId("cover.blind"))
    assert blind is not None
    assert blind.device_class == "blind"


def test_a_house_that_is_written_is_read_back(tmp_path: Path):
    file = tmp_path / "home.json"
    file.write_text(YAML, encoding="utf-8")
    written = to_home_file(read_home(file, at=NOW))
    file.write_text(json.dumps(written), encoding="utf-8")
    again = read_home(file, at=NOW)
    assert to_home_file(again) == written
    assert again.area(AreaId("office")) is not None


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        ([], "a HOME file"),
        ({"areas": {}}, "'areas'"),
        ({"entities": [{"id": "light.x"}]}, "'name'"),
        ({"entities": ["light.x"]}, "'entities'"),
        ({"entities": [{"id": "light.x", "name": "X", "attributes": 3}]}, "light.x"),
    ],
    ids=["list", "areas", "no name", "text", "attributes"],
)
def test_a_mistake_is_named(raw: object, named: str):
    with pytest.raises(HomeFileError) as raised:
        home_from(raw, at=NOW)
    assert named in str(raised.value)


@pytest.mark.parametrize("content", [b"a: [", b"\xff\xfe\x00"], ids=["syntax", "bytes"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes):
    file = tmp_path / "home.yaml"
    file.write_bytes(content)
    with pytest.raises(HomeFileError, match=r"home\.yaml"):
        read_home(file, at=NOW)


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(HomeFileError, match=r"nowhere\.yaml"):
        read_home(tmp_path / "nowhere.yaml", at=NOW)
