import pytest

from devices.dialects.discovery import Discovery
from devices.dialects.model import Appeared, Gone, Message, Reachable, Reported
from devices.model import Call, CallError, EntityId, PayloadError
from tests.devices.dialects.discovery import Announced

SWITCH = {"name": "Plug", "command_topic": "plug/set", "state_topic": "plug", "unique_id": "plug1"}
CONFIG = "homeassistant/switch/thing/config"


def device(**components: object) -> dict[str, object]:
    return {
        "dev": {"ids": ["d1"], "name": "Desk"},
        "o": {"name": "test"},
        "stat_t": "desk",
        "cmps": {key: value for key, value in components.items() if value is not None},
    }


LAMP = {"p": "switch", "name": "Lamp", "cmd_t": "desk/lamp", "uniq_id": "u1"}
FAN = {"p": "switch", "name": "Fan", "cmd_t": "desk/fan", "uniq_id": "u2"}


@pytest.mark.parametrize("fan", [None, {"p": "switch"}], ids=["left out", "only a platform"])
def test_a_component_that_is_no_longer_there_is_gone(fan: object):
    announced = Announced()
    announced.hear("homeassistant/device/d1/config", device(lamp=LAMP, fan=FAN))
    changes = announced.hear("homeassistant/device/d1/config", device(lamp=LAMP, fan=fan))
    assert [change for change in changes if isinstance(change, Gone)] == [Gone(EntityId("switch.desk_fan"))]
    assert [change.entity.id for change in changes if isinstance(change, Appeared)] == ["switch.desk_lamp"]


def test_one_bad_component_does_not_take_the_others_along():
    announced = Announced()
    changes = announced.hear("homeassistant/device/d1/config", device(lamp=LAMP, fan={**FAN, "cmd_t": 7}))
    assert [change.entity.id for change in changes if isinstance(change, Appeared)] == ["switch.desk_lamp"]
    assert announced.dialect.refused == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"o": {"name": "x"}, "cmps": {"a": LAMP}},
        {"dev": {"ids": "d"}, "cmps": {"a": LAMP}},
        {"dev": {"ids": "d"}, "o": {"name": "x"}},
        {"dev": {"ids": "d"}, "o": {"name": "x"}, "cmps": {"a": {"name": "no platform"}}},
        {"dev": {"ids": "d"}, "o": {"name": "x"}, "cmps": {str(n): LAMP for n in range(501)}},
    ],
    ids=["no device", "no origin", "no components", "no platform", "too many"],
)
def test_a_device_that_makes_no_sense_is_refused(broken: object):
    with pytest.raises(PayloadError, match="homeassistant/device/d1/config"):
        Announced().hear("homeassistant/device/d1/config", broken)


def test_an_empty_configuration_removes_the_entity():
    announced = Announced()
    entity = announced.announce("switch", SWITCH)
    assert announced.hear(CONFIG, b"") == [Gone(entity.id)]
    assert not announced.dialect.wants("plug")
    with pytest.raises(CallError, match="not announced"):
        announced.sent(entity, "turn_on")


def test_an_empty_configuration_of_nothing_is_nothing():
    assert Announced().hear(CONFIG, b"") == []


def test_the_same_configuration_again_changes_nothing():
    announced = Announced()
    announced.announce("switch", SWITCH)
    assert announced.hear(CONFIG, SWITCH) == []


def test_a_renamed_entity_keeps_its_id():
    announced = Announced()
    before = announced.announce("switch", SWITCH)
    after = announced.announce("switch", {**SWITCH, "name": "Boiler"})
    assert (after.id, after.name) == (before.id, "Boiler")


def test_an_entity_that_comes_back_gets_its_id_back():
    announced = Announced()
    announced.announce("switch", SWITCH)
    other = announced.announce("switch", {**SWITCH, "unique_id": "plug2"}, "other")
    announced.hear("homeassistant/switch/other/config", b"")
    announced.hear(CONFIG, b"")
    assert announced.announce("switch", {**SWITCH, "unique_id": "plug2"}, "other").id == other.id == "switch.plug_2"


def test_a_unique_id_belongs_to_whoever_came_first():
    announced = Announced()
    announced.announce("switch", SWITCH)
    with pytest.raises(PayloadError, match=r"other.*'plug1' is announced by 'homeassistant/switch/thing/config'"):
        announced.announce("switch", SWITCH, "other")


def test_a_migration_hands_the_entity_over():
    announced = Announced()
    before = announced.announce("switch", {**SWITCH, "unique_id": "u1"})
    assert announced.hear(CONFIG, {"migrate_discovery": True}) == []
    changes = announced.hear("homeassistant/device/d1/config", device(lamp=LAMP))
    assert [change.entity.id for change in changes if isinstance(change, Appeared)] == [before.id]
    assert announced.hear(CONFIG, b"") == []
    assert announced.sent(before, "turn_on") == [("desk/lamp", "ON")]


def test_a_migration_that_nobody_takes_up_removes_the_entity():
    announced = Announced()
    before = announced.announce("switch", SWITCH)
    announced.hear(CONFIG, {"migr_discvry": True})
    assert announced.hear(CONFIG, b"") == [Gone(before.id)]


def test_what_was_said_before_the_announcement_is_not_lost():
    announced = Announced()
    announced.announce("sensor", {"state_topic": "s", "value_template": "{{ value_json.a }}", "name": "A"}, "a")
    announced.hear("s", {"a": 1, "b": 2}, retained=True)
    changes = announced.hear(
        "homeassistant/sensor/b/config", {"state_topic": "s", "value_template": "{{ value_json.b }}", "name": "B"}
    )
    assert changes[1:] == [Reported(EntityId("sensor.b"), "2")]


@pytest.mark.parametrize(
    ("config", "name", "id"),
    [
        ({"name": "Lamp"}, "Lamp", "switch.lamp"),
        ({}, "Thing", "switch.thing"),
        ({"name": None, "device": {"ids": "d", "name": "Desk"}}, "Desk", "switch.desk"),
        ({"device": {"ids": "d", "name": "Desk"}}, "Desk", "switch.desk"),
        ({"name": "Lamp", "device": {"ids": "d", "name": "Desk"}}, "Desk Lamp", "switch.desk_lamp"),
        ({"name": "desk lamp", "device": {"ids": "d", "name": "Desk"}}, "desk lamp", "switch.desk_lamp"),
        ({"name": "Lamp", "device": {"ids": "d"}}, "Lamp", "switch.lamp"),
        ({"device_class": "outlet", "device": {"ids": "d", "name": "Desk"}}, "Desk Outlet", "switch.desk_outlet"),
        ({"name": None, "device_class": "outlet", "device": {"ids": "d", "name": "Desk"}}, "Desk", "switch.desk"),
        ({"name": "Lamp", "object_id": "My ID"}, "Lamp", "switch.my_id"),
        ({"name": "Lamp", "default_entity_id": "switch.chosen"}, "Lamp", "switch.chosen"),
        ({"name": "Größe\u202e\n2"}, "Größe 2", "switch.grosse_2"),
        ({"name": "Лампа"}, "Лампа", "switch.thing"),
        ({"name": 7}, "Thing", "switch.thing"),
        ({"name": "x" * 5000}, "x" * 128, "switch." + "x" * 128),
    ],
)
def test_names_are_composed_as_home_assistant_does(config: dict[str, object], name: str, id: str):
    entity = Announced().announce("switch", {"command_topic": "c", **config})
    assert (entity.name, entity.id) == (name, id)


@pytest.mark.parametrize(
    ("device", "identifiers"),
    [
        ({"ids": "zigbee2mqtt_0x00158D0001A2B3C4"}, {"ieee:0x00158d0001a2b3c4"}),
        ({"ids": ["3C71BF319044"]}, {"mac:3c71bf319044"}),
        ({"ids": ["319044"], "cns": [["mac", "3C:71:BF:31:90:44"]]}, {"mqtt:319044", "mac:3c71bf319044"}),
        ({"ids": "shellyplus1-a8032abe54dc"}, {"mac:a8032abe54dc"}),
        ({"ids": "my sensor 1"}, {"mqtt:my sensor 1"}),
        ({"ids": 12345}, {"mqtt:12345"}),
        ({"connections": [["mac", "aa-bb-cc-dd-ee-ff"], ["upnp", "x"], "rubbish"]}, {"mac:aabbccddeeff"}),
    ],
)
def test_a_device_is_recognized_through_other_sources(device: object, identifiers: set[str]):
    changes = Announced().hear(CONFIG, {**SWITCH, "device": device})
    assert isinstance(changes[0], Appeared)
    assert changes[0].device is not None
    assert changes[0].device.identifiers == identifiers


ANONYMOUS: list[object] = [{}, {"name": "x"}, "text", [], {"ids": []}, {"ids": [None, {}]}]


@pytest.mark.parametrize("device", ANONYMOUS)
def test_a_device_that_nothing_identifies_is_none(device: object):
    changes = Announced().hear(CONFIG, {**SWITCH, "device": device})
    assert isinstance(changes[0], Appeared)
    assert changes[0].device is None


@pytest.mark.parametrize(
    ("extra", "hidden"),
    [({}, False), ({"ent_cat": "diagnostic"}, True), ({"ent_cat": "config"}, True), ({"en": False}, True)],
)
def test_what_is_not_for_every_day_is_hidden(extra: dict[str, object], hidden: bool):
    assert Announced().announce("switch", {**SWITCH, **extra}).hidden is hidden


def two_topics(mode: str) -> Announced:
    announced = Announced()
    entries = [{"topic": "a1", "value_template": "{{ value_json.up }}", "pl_avail": "yes", "pl_not_avail": "no"}]
    announced.announce("switch", {**SWITCH, "avty": [*entries, {"t": "a2"}], "avty_mode": mode})
    return announced


@pytest.mark.parametrize(
    ("mode", "after_one", "after_both", "after_none"),
    [("all", False, True, False), ("any", True, True, True), ("latest", True, True, False)],
)
def test_availability_follows_its_mode(mode: str, after_one: bool, after_both: bool, after_none: bool):
    announced = two_topics(mode)
    assert announced.available("a1", {"up": "yes"}) == [after_one]
    assert announced.available("a2", "online") == [after_both]
    assert announced.available("a1", {"up": "no"}) == [after_none]


def test_an_entity_is_away_until_it_says_that_it_is_there():
    announced = Announced()
    changes = announced.hear(CONFIG, {**SWITCH, "availability_topic": "up"})
    assert changes[1:] == [Reachable(EntityId("switch.plug"), available=False)]


def test_a_new_entity_knows_what_a_shared_availability_topic_said():
    announced = Announced()
    announced.announce("switch", {**SWITCH, "availability_topic": "up"})
    announced.hear("up", "online")
    changes = announced.hear(
        "homeassistant/switch/2/config", {"command_topic": "c", "name": "Two", "availability_topic": "up"}
    )
    assert changes[1:] == [Reachable(EntityId("switch.two"), available=True)]


def test_an_unknown_word_about_availability_is_counted():
    announced = Announced()
    announced.announce("switch", {**SWITCH, "availability_topic": "up"})
    with pytest.raises(PayloadError, match=r"up.*perhaps"):
        announced.hear("up", "perhaps")


def test_topics_are_subscribed_while_someone_reads_them():
    announced = Announced()
    before = announced.dialect.filters()
    announced.announce("switch", {**SWITCH, "availability_topic": "up", "json_attributes_topic": "plug/attributes"})
    assert announced.dialect.filters() - before == {"plug", "up", "plug/attributes"}
    announced.hear(CONFIG, b"")
    assert announced.dialect.filters() == before


@pytest.mark.parametrize(
    ("topic", "wanted"),
    [
        ("plug", True),
        ("plug/set", False),
        ("homeassistant/status", True),
        (CONFIG, True),
        ("homeassistant/x", False),
        ("homeassistantx/switch/a/config", False),
        ("home/gw7/BT/1", True),
        ("home/gw7/WIFI/1", False),
        ("home/gw7/BT/1/x", False),
    ],
)
def test_only_what_is_read_is_wanted(topic: str, wanted: bool):
    announced = Announced()
    announced.announce("switch", SWITCH)
    announced.announce("sensor", {"state_topic": "+/+/BT/1", "name": "BT"}, "bt")
    assert announced.dialect.wants(topic) is wanted


@pytest.mark.parametrize(
    ("platform", "config", "newest"),
    [
        ("sensor", {"value_template": "{{ value_json.t }}"}, True),
        ("sensor", {"value_template": "{{ value_json.t | is_defined }}"}, False),
        ("sensor", {"value_template": "{% if value_json.t is defined %}{{ value_json.t }}{% endif %}"}, False),
        ("event", {"event_types": ["press"]}, False),
    ],
)
def test_the_newest_wins_where_a_message_says_everything(platform: str, config: dict[str, object], newest: bool):
    announced = Announced()
    announced.announce(platform, {"state_topic": "s", **config})
    assert announced.dialect.newest_wins("s") is newest
    assert not announced.dialect.newest_wins(CONFIG)


BIRTH = (Message("homeassistant/status", b"online"),)


def test_nothing_is_published_by_default():
    assert Discovery().greet() == ()


def test_the_birth_message_is_given_where_it_is_wanted():
    announced = Announced(Discovery(announce=True))
    assert announced.dialect.greet() == BIRTH
    announced.hear("homeassistant/status", "online")  # the broker's echo
    assert announced.dialect.greet() == BIRTH


def test_a_home_assistant_that_is_there_gives_its_own_birth_message():
    announced = Announced(Discovery(announce=True))
    announced.hear("homeassistant/status", "online")
    assert announced.dialect.greet() == ()
    announced.hear("homeassistant/status", "offline")
    assert announced.dialect.greet() == BIRTH


def test_another_prefix_is_possible():
    announced = Announced(Discovery(prefix="ha"))
    assert announced.hear("ha/switch/x/config", SWITCH)
    assert announced.hear(CONFIG, SWITCH) == []


def test_unknown_keys_and_unknown_components_are_passed_over():
    announced = Announced()
    announced.announce("switch", {**SWITCH, "what_is_this": {"deep": []}})
    assert announced.hear("homeassistant/teleporter/x/config", {"name": "Beam"}) == []
    assert announced.hear("homeassistant/camera/x/config", {"topic": "image", "name": "Cam"}) == []


def test_an_illegal_topic_is_counted():
    with pytest.raises(PayloadError, match="letters, digits"):
        Announced().hear("homeassistant/switch/küche/config", SWITCH)


NONSENSE: list[tuple[str, object, str]] = [
    ("switch", {"state_topic": "s"}, "command_topic"),
    ("switch", {**SWITCH, "state_topic": "#"}, "state_topic"),
    ("switch", {**SWITCH, "state_topic": "+/x"}, "state_topic"),
    ("switch", {**SWITCH, "command_topic": "a/+/b"}, "command_topic"),
    ("switch", {**SWITCH, "command_topic": "$SYS/x"}, "command_topic"),
    ("switch", {**SWITCH, "value_template": "{{ value_json. }}"}, "value_template"),
    ("switch", {**SWITCH, "value_template": 7}, "value_template"),
    ("switch", {**SWITCH, "availability_mode": "sometimes"}, "availability_mode"),
    ("switch", {**SWITCH, "availability": [{}]}, "availability topic"),
    ("switch", {**SWITCH, "optimistic": "perhaps"}, "optimistic"),
    ("sensor", {"name": "x"}, "no topic to read"),
    ("light", {"command_topic": "c", "schema": "fancy"}, "schema"),
    ("light", {"command_topic": "c", "schema": "json", "brightness_scale": 0}, "brightness_scale"),
    ("light", {"command_topic": "c", "on_command_type": "never"}, "on_command_type"),
    ("number", {"command_topic": "c", "min": "NaN"}, "min"),
    ("fan", {"command_topic": "c", "speed_range_min": 5, "speed_range_max": 5}, "speed_range_min"),
    ("cover", {"command_topic": "c", "position_open": 0}, "position_closed"),
    ("vacuum", {"command_topic": "c", "schema": "legacy"}, "legacy"),
    ("select", {"command_topic": "c", "options": [str(n) for n in range(2000)]}, "options"),
]


@pytest.mark.parametrize(("platform", "config", "words"), NONSENSE)
def test_a_configuration_that_makes_no_sense_is_refused_by_name(platform: str, config: object, words: str):
    with pytest.raises(PayloadError, match=r"homeassistant/.*config") as caught:
        Announced().hear(f"homeassistant/{platform}/thing/config", config)
    assert words in str(caught.value)


def test_no_more_is_remembered_than_fits(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("devices.dialects.discovery.dialect.MAX_ENTITIES", 2)
    announced = Announced()
    announced.announce("switch", {"command_topic": "c"}, "a")
    announced.announce("switch", {"command_topic": "c"}, "b")
    with pytest.raises(PayloadError, match="more is announced"):
        announced.announce("switch", {"command_topic": "c"}, "c")
    announced.announce("switch", {"command_topic": "d"}, "a")


def test_a_call_that_is_beyond_the_entity_says_so():
    announced = Announced()
    entity = announced.announce("switch", SWITCH)
    with pytest.raises(CallError, match="Plug"):
        announced.dialect.encode(Call(entity.id, "set_temperature", {"temperature": 20}), entity)
