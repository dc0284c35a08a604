from datetime import UTC, datetime

import pytest

from devices import services
from devices.expected import after, moving, reached
from devices.model import Call, CallError, Capability, Entity, EntityId, State
from devices.restore import restore_calls

T0 = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVERYTHING = frozenset(Capability)


def thing(domain: str, **more: object) -> Entity:
    more.setdefault("capabilities", EVERYTHING)
    return Entity(EntityId(f"{domain}.x"), "X", domain, **more)  # type: ignore[arg-type]  # fields of single tests


def call(domain: str, service: str, **data: object) -> Call:
    return Call(EntityId(f"{domain}.x"), service, data)


def state(domain: str, value: str, **attributes: object) -> State:
    return State(EntityId(f"{domain}.x"), value, attributes, T0, T0)


@pytest.mark.parametrize(
    ("domain", "service", "data", "value", "attributes", "yes"),
    [
        ("light", "turn_on", {}, "on", {}, True),
        ("light", "turn_on", {}, "off", {}, False),
        ("light", "turn_on", {"brightness": 128}, "on", {"brightness": 127}, True),
        ("light", "turn_on", {"brightness": 128}, "on", {"brightness": 40}, False),
        ("light", "turn_on", {"brightness": 128}, "on", {}, False),
        ("light", "turn_on", {"brightness": 0}, "off", {}, True),
        ("light", "turn_on", {"color_temp_kelvin": 2700}, "on", {"color_temp_kelvin": 2702}, True),
        ("light", "turn_on", {"color_temp_kelvin": 2700}, "on", {"color_temp_kelvin": 6500}, False),
        ("light", "turn_on", {"rgb_color": (255, 0, 0)}, "on", {"rgb_color": (128, 10, 0)}, True),
        ("light", "turn_on", {"rgb_color": (255, 0, 0)}, "on", {"rgb_color": (0, 0, 255)}, False),
        ("cover", "open_cover", {}, "open", {"current_position": 100}, True),
        ("cover", "open_cover", {}, "open", {"current_position": 30}, False),
        ("cover", "set_cover_position", {"position": 30}, "open", {"current_position": 31}, True),
        ("cover", "set_cover_position", {"position": 30}, "opening", {"current_position": 30}, False),
        ("cover", "stop_cover", {}, "closing", {}, False),
        ("climate", "set_temperature", {"temperature": 21}, "heat", {"temperature": 21.0}, True),
        ("climate", "set_temperature", {"temperature": 21}, "heat", {"temperature": 20.5}, False),
        ("climate", "set_temperature", {"temperature": 21, "hvac_mode": "cool"}, "heat", {"temperature": 21}, False),
        ("lock", "lock", {}, "locked", {}, True),
        ("lock", "unlock", {}, "jammed", {}, False),
        ("fan", "set_percentage", {"percentage": 50}, "on", {"percentage": 51}, True),
        ("media_player", "volume_set", {"volume_level": 0.3}, "playing", {"volume_level": 0.31}, True),
        ("vacuum", "return_to_base", {}, "returning", {}, True),
        ("number", "set_value", {"value": 20.0}, "20", {}, True),
        ("button", "press", {}, "2026-11-22T12:00:00+00:00", {}, False),
        ("scene", "turn_on", {}, "2026-11-22T12:00:00+00:00", {}, False),
        ("light", "turn_on", {}, "unknown", {}, False),
    ],
)
def test_reading_back(
    domain: str, service: str, data: dict[str, object], value: str, attributes: dict[str, object], yes: bool
):
    before = state(domain, "unknown")
    assert reached(thing(domain), call(domain, service, **data), before, state(domain, value, **attributes)) is yes


def test_an_unreachable_device_has_confirmed_nothing():
    now = State(EntityId("light.x"), "on", {}, T0, T0, available=False)
    assert not reached(thing("light"), call("light", "turn_on"), now, now)


def test_a_closing_cover_is_on_its_way():
    assert moving(thing("cover"), call("cover", "close_cover"), state("cover", "closing"))
    assert not moving(thing("cover"), call("cover", "close_cover"), state("cover", "opening"))
    assert not moving(thing("light"), call("light", "turn_on"), state("light", "off"))


SOUND: list[tuple[str, str, dict[str, object]]] = [
    ("light", "turn_on", {"brightness": 100}),
    ("light", "turn_on", {"rgb_color": (0, 255, 0)}),
    ("light", "turn_off", {}),
    ("cover", "set_cover_position", {"position": 40}),
    ("cover", "close_cover", {}),
    ("cover", "stop_cover", {}),
    ("cover", "set_cover_tilt_position", {"tilt_position": 40}),
    ("valve", "open_valve", {}),
    ("climate", "turn_on", {}),
    ("climate", "set_temperature", {"temperature": 21.5}),
    ("climate", "set_hvac_mode", {"hvac_mode": "cool"}),
    ("lock", "unlock", {}),
    ("fan", "set_percentage", {"percentage": 0}),
    ("fan", "oscillate", {"oscillating": True}),
    ("media_player", "turn_on", {}),
    ("media_player", "media_play", {}),
    ("media_player", "volume_mute", {"is_volume_muted": True}),
    ("vacuum", "start", {}),
    ("lawn_mower", "dock", {}),
    ("humidifier", "set_humidity", {"humidity": 50}),
    ("alarm_control_panel", "alarm_arm_away", {}),
    ("number", "set_value", {"value": 7}),
    ("select", "select_option", {"option": "a"}),
    ("siren", "turn_on", {}),
    ("water_heater", "set_operation_mode", {"operation_mode": "eco"}),
]


@pytest.mark.parametrize(("domain", "service", "data"), SOUND)
def test_what_a_call_leads_to_reads_back_as_reached(domain: str, service: str, data: dict[str, object]):
    before = state(domain, "off")
    asked = call(domain, service, **data)
    services.check(thing(domain), asked)
    assert reached(thing(domain), asked, before, after(thing(domain), before, asked, at=T0))


def test_a_light_shows_a_colour_or_a_temperature_not_both():
    colored = state("light", "on", rgb_color=(255, 0, 0), color_mode="rgb")
    white = after(thing("light"), colored, call("light", "turn_on", color_temp_kelvin=2700), at=T0)
    assert dict(white.attributes) == {"color_temp_kelvin": 2700, "color_mode": "color_temp"}


@pytest.mark.parametrize(
    ("before", "asked"),
    [
        (state("light", "off"), call("light", "turn_on", brightness=200)),
        (state("light", "on", brightness=80), call("light", "turn_off")),
        (state("light", "on", brightness=80, rgb_color=(9, 9, 255), color_mode="rgb"), call("light", "turn_off")),
        (state("cover", "open", current_position=60), call("cover", "close_cover")),
        (state("climate", "heat", temperature=19.0), call("climate", "set_temperature", temperature=23.0)),
        (state("climate", "off"), call("climate", "set_hvac_mode", hvac_mode="heat")),
        (state("lock", "locked"), call("lock", "unlock")),
        (state("fan", "on", percentage=30), call("fan", "turn_off")),
        (state("media_player", "playing", volume_level=0.2), call("media_player", "volume_set", volume_level=0.9)),
        (state("vacuum", "docked"), call("vacuum", "start")),
        (state("alarm_control_panel", "disarmed"), call("alarm_control_panel", "alarm_arm_home")),
        (state("number", "4"), call("number", "set_value", value=9)),
        (state("select", "a"), call("select", "select_option", option="b")),
        (state("humidifier", "on", humidity=40), call("humidifier", "set_humidity", humidity=60)),
        (state("valve", "closed"), call("valve", "open_valve")),
    ],
    ids=lambda item: f"{item.entity.split('.')[0]}-{getattr(item, 'service', getattr(item, 'value', ''))}",
)
def test_the_way_back_leads_back(before: State, asked: Call):
    entity = thing(before.entity.split(".", maxsplit=1)[0], capabilities=EVERYTHING - {Capability.TILT})
    if before.value == "closed":
        entity = thing("valve", capabilities=frozenset({Capability.OPEN_CLOSE}))
    now = after(entity, before, asked, at=T0)
    for back in restore_calls(entity, before.value, before.attributes):
        services.check(entity, back)
        now = after(entity, now, back, at=T0)
    assert now.value == {"docked": "returning"}.get(before.value, before.value)
    assert {key: now.attributes[key] for key in before.attributes} == dict(before.attributes)


@pytest.mark.parametrize("domain", ["button", "scene", "sensor", "update", "event"])
def test_some_things_have_no_way_back(domain: str):
    assert not restore_calls(thing(domain), "on", {})


@pytest.mark.parametrize(
    ("entity", "asked", "complaint"),
    [
        (thing("light"), call("light", "explode"), "has no service 'explode'"),
        (thing("sensor"), call("sensor", "turn_on"), "has no service"),
        (
            thing("light", capabilities=frozenset({Capability.ON_OFF})),
            call("light", "turn_on", brightness=9),
            "brightness",
        ),
        (thing("light"), call("light", "turn_on", brightness=256), "between 0 and 255, not 256"),
        (thing("light"), call("light", "turn_on", brightness=float("nan")), "must be a number"),
        (thing("light"), call("light", "turn_on", brightness=True), "must be a number"),
        (thing("light"), call("light", "turn_on", brightness="9"), "must be a number"),
        (thing("light"), call("light", "turn_on", rgb_color=(1, 2)), "three numbers"),
        (thing("light"), call("light", "turn_on", rgb_color=(1, 2, 300)), "three numbers"),
        (thing("light"), call("light", "turn_on", shape="round"), "takes no 'shape'"),
        (thing("cover"), call("cover", "set_cover_position"), "needs 'position'"),
        (
            thing("climate", limits={"min": 5, "max": 30}),
            call("climate", "set_temperature", temperature=31),
            "5 and 30",
        ),
        (thing("select", options=("a", "b")), call("select", "select_option", option="c"), "one of a, b"),
        (
            thing("climate", limits={"hvac_modes": ("off", "heat")}),
            call("climate", "set_hvac_mode", hvac_mode="x"),
            "off, heat",
        ),
        (thing("lock", capabilities=frozenset[Capability]()), call("lock", "unlock"), "cannot do 'unlock'"),
        (thing("siren"), call("siren", "turn_on", tone="x" * 300), "at most 255"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(entity: Entity, asked: Call, complaint: str):
    with pytest.raises(CallError, match=complaint):
        services.check(entity, asked)
