"""Tests of `daemon.app.bridges` and of the rows that tell how they are."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from daemon.app.bridges import reached_by
from daemon.app.health import of_homeassistant, of_merging
from daemon.channels.mqtt import Topics
from daemon.config import Config, ConfigError
from daemon.supervise import Condition
from devices.home import Home
from devices.homeassistant import HomeAssistant
from devices.merging import Merging
from devices.model import AreaId, Entity, EntityId
from devices.mqtt import Mqtt
from tests.doubles import ManualClock

BROKER = {"host": "127.0.0.1"}
TOPICS = [Topics("hearth", (), "mqtt")]


def _hub(folder: Path) -> Mapping[str, str]:
    token = folder / "token"
    token.write_text("secret")
    token.chmod(0o600)
    return {"url": "http://127.0.0.1:8123", "token_file": str(token)}


def test_with_the_broker_alone_it_is_the_bridge():
    reached = reached_by(Config.model_validate({"mqtt": BROKER}), Home(), ManualClock(), TOPICS)
    assert isinstance(reached.bridge, Mqtt)


def test_with_home_assistant_alone_it_is_the_bridge(tmp_path: Path):
    config = Config.model_validate({"homeassistant": _hub(tmp_path)})
    assert isinstance(reached_by(config, Home(), ManualClock(), TOPICS).bridge, HomeAssistant)


def test_with_both_they_are_made_one_house(tmp_path: Path):
    config = Config.model_validate({"mqtt": BROKER, "homeassistant": _hub(tmp_path)})
    reached = reached_by(config, Home(), ManualClock(), TOPICS)
    assert isinstance(reached.bridge, Merging)
    assert reached.mqtt is not None
    assert reached.homeassistant is not None


def test_token_that_others_can_read_is_refused(tmp_path: Path):
    hub = _hub(tmp_path)
    Path(hub["token_file"]).chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        reached_by(Config.model_validate({"homeassistant": hub}), Home(), ManualClock(), TOPICS)


def test_missing_token_is_a_row_that_says_what_to_do():
    config = Config.model_validate({"homeassistant": {"url": "http://127.0.0.1:8123"}})
    reached = reached_by(config, Home(), ManualClock(), TOPICS)
    row = of_homeassistant(reached.homeassistant, configured=True)
    assert (row.condition, row.remedy) == (Condition.MISSING, "set homeassistant.token_file")


def test_conflict_of_sources_is_a_row():
    merging = Merging(Home(), ("mqtt",), naming="homeassistant")
    for name, area in (("mqtt", "hall"), ("homeassistant", "den")):
        merging.source(name).add(Entity(EntityId("light.a"), "A", "light", area=AreaId(area), unique="u"))
    row = of_merging(merging)
    assert row.condition is Condition.DEGRADED
    assert "'den'" in row.detail
