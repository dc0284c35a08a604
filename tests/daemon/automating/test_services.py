"""Home Assistant's services by their names, as wishes of ours."""

from collections.abc import Mapping

import pytest

from daemon.automating.services import Asked, ServiceError, actions_of
from daemon.automating.sight import House
from daemon.household import Household, Person
from daemon.routines.steps import Calling
from daemon.routines.values import Secret, Value
from devices.home import Home
from devices.model import Area, AreaId, Capability, Entity, EntityId
from skills.model import PersonId
from tests.daemon.automating.house import NOON, ZONE

_LIGHT = frozenset({Capability.ON_OFF, Capability.BRIGHTNESS, Capability.COLOR_TEMPERATURE, Capability.COLOR})
_PLAIN = frozenset({Capability.ON_OFF})
KITCHEN = AreaId("kitchen")
ENTITIES: tuple[tuple[Entity, str, Mapping[str, object]], ...] = (
    (Entity(EntityId("light.a"), "A", "light", area=KITCHEN, capabilities=_LIGHT), "on", {"brightness": 100}),
    (Entity(EntityId("light.b"), "B", "light", area=KITCHEN, capabilities=_PLAIN), "off", {}),
    (Entity(EntityId("switch.fan"), "Fan", "switch", area=KITCHEN, capabilities=_PLAIN), "on", {}),
    (Entity(EntityId("cover.blind"), "Blind", "cover"), "open", {}),
    (Entity(EntityId("media_player.tv"), "TV", "media_player"), "playing", {"volume_level": 0.5}),
    (Entity(EntityId("input_number.n"), "N", "input_number", limits={"step": 2, "max": 5}), "4", {}),
)
ANN = Person(PersonId("ann"), "Ann", addresses={"companion": ("notify.mobile_app_anns_phone",)})


def asked(action: str, target: Mapping[str, str], data: Mapping[str, Value]) -> Asked:
    home = Home(areas=[Area(KITCHEN, "Kitchen")])
    for entity, value, attributes in ENTITIES:
        home.add(entity)
        home.observe(entity.id, value, attributes, at=NOON)
    sight = House(home, Household({ANN.id: ANN}), ZONE, None).now(NOON)
    aims = {key: tuple(ids.split()) for key, ids in target.items()}
    calling = Calling("actions[0]", 1, action, aims, data, NOON)
    return Asked(calling, sight, "It", "routine/run/0", {"ours": "ours_id"}.get)


def wishes(action: str, target: str, data: Mapping[str, Value], key: str = "entity_id") -> list[tuple[object, ...]]:
    found = actions_of(asked(action, {key: target} if target else {}, data))
    return [
        (it.arguments["targets"], it.arguments["service"], it.arguments["data"])
        if it.effect == "device.call"
        else (it.effect, it.arguments.get("id") or it.arguments.get("text") or it.arguments.get("items"))
        for it in found
    ]


SERVICES: list[tuple[str, str, Mapping[str, Value], list[tuple[object, ...]]]] = [
    ("light.turn_on", "light.a", {"brightness_pct": 50}, [(["light.a"], "turn_on", {"brightness": 128})]),
    ("light.turn_on", "light.a", {"brightness_step_pct": -100}, [(["light.a"], "turn_on", {"brightness": 0})]),
    ("light.turn_on", "light.a", {"color_temp": 250}, [(["light.a"], "turn_on", {"color_temp_kelvin": 4000})]),
    ("light.turn_on", "light.a", {"color_name": "red"}, [(["light.a"], "turn_on", {"rgb_color": [255, 0, 0]})]),
    ("light.turn_on", "light.b", {"brightness": 10}, [(["light.b"], "turn_on", {})]),
    ("light.toggle", "light.a light.b", {}, [(["light.a"], "turn_off", {}), (["light.b"], "turn_on", {})]),
    ("light.turn_off", "all", {}, [(["light.a", "light.b"], "turn_off", {})]),
    ("light.turn_off", "none", {}, []),
    ("homeassistant.turn_off", "light.a cover.blind", {},
     [(["light.a"], "turn_off", {}), (["cover.blind"], "close_cover", {})]),
    ("cover.toggle", "cover.blind", {}, [(["cover.blind"], "close_cover", {})]),
    ("media_player.volume_up", "media_player.tv", {}, [(["media_player.tv"], "volume_set", {"volume_level": 0.6})]),
    ("media_player.media_play_pause", "media_player.tv", {}, [(["media_player.tv"], "media_pause", {})]),
    ("input_number.increment", "input_number.n", {}, [(["input_number.n"], "set_value", {"value": 5.0})]),
    ("script.lock_up", "", {}, [(["script.lock_up"], "turn_on", {})]),
    ("automation.trigger", "automation.ours", {}, [("routine.run", "ours_id")]),
    ("automation.turn_off", "automation.ours", {}, [("routine.disable", "ours_id")]),
    ("automation.turn_off", "automation.theirs", {}, [(["automation.theirs"], "turn_off", {})]),
    ("notify.notify", "", {"message": "Hello"}, [("notice.send", "Hello")]),
    ("persistent_notification.create", "", {"message": "Hello"}, [("notice.send", "Hello")]),
    ("tts.speak", "tts.any", {"message": "Hello"}, [("satellite.announce", "Hello")]),
    ("shopping_list.add_item", "", {"name": "milk"}, [("list.add", ["milk"])]),
    ("logbook.log", "", {"message": "x"}, []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("action", "target", "data", "expected"), SERVICES, ids=lambda part: part if isinstance(part, str) else None
)
def test_a_service_becomes_wishes(
    action: str, target: str, data: Mapping[str, Value], expected: list[tuple[object, ...]]
):
    assert wishes(action, target, data) == expected


def test_an_area_is_what_of_it_the_service_is_for():
    assert wishes("light.turn_off", "Kitchen", {}, "area_id") == [(["light.a", "light.b"], "turn_off", {})]
    assert wishes("homeassistant.turn_off", "kitchen", {}, "area_id") == [
        (["light.a", "light.b", "switch.fan"], "turn_off", {})
    ]


def test_a_phone_is_whose_it_is_and_what_is_critical_stays_so():
    push: Mapping[str, Value] = {"push": {"interruption-level": "critical"}}
    (wish,) = actions_of(asked("notify.mobile_app_anns_phone", {}, {"message": "Fire", "data": push}))
    assert (wish.arguments["people"], wish.arguments["urgency"]) == (["ann"], "critical")


REFUSED: list[tuple[str, str, Mapping[str, Value]]] = [
    ("light.turn_on", "light.a", {"warp": 9}),
    ("light.turn_on", "light.a", {"color_name": "octarine"}),
    ("light.turn_on", "", {}),
    ("light.set_course", "light.a", {}),
    ("cover.set_cover_position", "light.a", {"position": 3}),
    ("mqtt.publish", "", {"topic": "a", "payload": "b"}),
    ("rest_command.x", "", {"token": Secret("t")}),
    ("nonsense", "light.a", {}),
]


@pytest.mark.parametrize(
    ("action", "target", "data"), REFUSED, ids=lambda part: part if isinstance(part, str) else None
)
def test_what_has_no_counterpart_is_refused_by_its_name(action: str, target: str, data: Mapping[str, Value]):
    with pytest.raises(ServiceError):
        wishes(action, target, data)
