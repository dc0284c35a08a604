"""Zigbee2MQTT's plain properties: sensors where they are only told, settings where they may be set."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from devices.dialects.json_payload import as_name, as_number, as_object, as_text, spoken_number
from devices.dialects.zigbee2mqtt.feature import PUBLISHED, SETTABLE, Feature, is_on
from devices.dialects.zigbee2mqtt.part import Owner, Part, Reading
from devices.dialects.zigbee2mqtt.quantities import BINARY, contact_class, numeric_class
from devices.model import Call, Capability, Entity

_ALARMS = frozenset({"alarm", "alarm_state", "siren"})
_DIAGNOSES = frozenset({"linkquality", "power_outage_count", "trigger_count", "device_temperature"})


def plain(owner: Owner, feature: Feature, exposes: Sequence[Feature]) -> Part | None:
    """Return the part of a binary, numeric, enum or text property; ``None`` for what makes no entity."""
    if not feature.property or feature.name in _part_of_another(exposes):
        return None
    match feature.kind:
        case "binary":
            return _setting_switch(owner, feature) if feature.may(SETTABLE) else _binary_sensor(owner, feature)
        case "numeric":
            return _number(owner, feature) if feature.may(SETTABLE) else _sensor(owner, feature)
        case "enum" if feature.may(SETTABLE):
            return _button(owner, feature) if len(feature.values) == 1 else _select(owner, feature)
        case "enum":
            return _word_sensor(owner, feature)
        case "text":
            return _word_sensor(owner, feature) if not feature.may(SETTABLE) else None
        case _:
            return None


def update(owner: Owner) -> Part:
    """Return the firmware of a device that Zigbee2MQTT can update; its state tells ``update``."""
    entity = replace(
        owner.entity("update", "update"),
        device_class="firmware",
        capabilities=frozenset({Capability.INSTALL}),
        hidden=True,
    )

    def read(payload: Mapping[str, object]) -> Reading | None:
        told = as_object(payload.get("update"))
        state = as_text(told.get("state"))
        if state is None:
            return None
        attributes: dict[str, object] = {
            "in_progress": state in ("updating", "scheduled"),
            "update_percentage": as_number(told.get("progress")),
        }
        for key in ("installed_version", "latest_version"):
            attributes[key] = spoken_number(told.get(key)) or as_name(told.get(key))
        return "off" if state == "idle" else "on", attributes

    return Part(entity, ("update",), read, lambda _: {})


def _part_of_another(exposes: Sequence[Feature]) -> frozenset[str]:
    """Return the names that a bigger entity of the same device already speaks for."""
    kinds = {expose.kind for expose in exposes}
    names: set[str] = set()
    if "light" in kinds:
        names.add("effect")
    if "cover" in kinds:
        names |= {"motor_state", "moving", "running"}
    return frozenset(names)


def _hidden(feature: Feature) -> bool:
    return bool(feature.category) or feature.name in _DIAGNOSES


def _labelled(owner: Owner, domain: str, feature: Feature, device_class: str | None) -> Entity:
    spoken = owner.entity(domain, feature.label or feature.property, feature.endpoint).name
    entity = owner.entity(domain, feature.property)
    return replace(entity, name=spoken, device_class=device_class, hidden=_hidden(feature))


def _binary_sensor(owner: Owner, feature: Feature) -> Part:
    contact = feature.name == "contact"
    device_class = contact_class(owner.name) if contact else BINARY.get(feature.name)
    if feature.name.endswith("Occupancy"):
        device_class = "occupancy"
    # Alone among contacts, this one is published as "closed is on" (zigbee2mqtt 2.12.1).
    swapped = feature.name == "garage_door_contact" and feature.on is True

    def read(payload: Mapping[str, object]) -> Reading | None:
        on = is_on(feature, payload.get(feature.property))
        return None if on is None else ("on" if on is not swapped else "off", {})

    return Part(_labelled(owner, "binary_sensor", feature, device_class), (feature.property,), read, lambda _: {})


def _setting_switch(owner: Owner, feature: Feature) -> Part:
    """Return a switch for a setting of the device: hidden, since "all the switches" never means it; an alarm that is
    switched is a siren.
    """
    siren = feature.name in _ALARMS
    entity = replace(
        _labelled(owner, "siren" if siren else "switch", feature, None),
        capabilities=frozenset({Capability.ON_OFF}),
        hidden=not siren,
        assumed_state=not feature.may(PUBLISHED),
    )

    def read(payload: Mapping[str, object]) -> Reading | None:
        on = is_on(feature, payload.get(feature.property))
        return None if on is None else ("on" if on else "off", {})

    def write(call: Call) -> dict[str, object]:
        return {feature.property: feature.on if call.service == "turn_on" else feature.off}

    return Part(entity, (feature.property,), read, write)


def _sensor(owner: Owner, feature: Feature) -> Part:
    device_class = numeric_class(feature.name, feature.unit)
    entity = replace(_labelled(owner, "sensor", feature, device_class), unit=feature.unit or None)
    return Part(entity, (feature.property,), lambda payload: _told_number(feature, payload), lambda _: {})


def _number(owner: Owner, feature: Feature) -> Part:
    device_class = "temperature" if numeric_class(feature.name, feature.unit) == "temperature" else None
    limits = {"min": feature.low, "max": feature.high, "step": feature.step}
    entity = replace(
        _labelled(owner, "number", feature, device_class),
        capabilities=frozenset({Capability.SET_VALUE}),
        limits={key: value for key, value in limits.items() if value is not None},
        unit=feature.unit or None,
        assumed_state=not feature.may(PUBLISHED),
    )

    def write(call: Call) -> dict[str, object]:
        return {feature.property: call.data["value"]}

    return Part(entity, (feature.property,), lambda payload: _told_number(feature, payload), write)


def _select(owner: Owner, feature: Feature) -> Part:
    entity = replace(
        _labelled(owner, "select", feature, None),
        capabilities=frozenset({Capability.SELECT_OPTION}),
        options=tuple(feature.values),
        assumed_state=not feature.may(PUBLISHED),
    )

    def write(call: Call) -> dict[str, object]:
        option = str(call.data["option"])
        return {feature.property: feature.values.get(option, option)}

    return Part(entity, (feature.property,), lambda payload: _told_word(feature, payload), write)


def _button(owner: Owner, feature: Feature) -> Part:
    entity = replace(_labelled(owner, "button", feature, None), capabilities=frozenset({Capability.PRESS}))
    value = next(iter(feature.values.values()))
    return Part(entity, (), lambda _: None, lambda _: {feature.property: value})


def _word_sensor(owner: Owner, feature: Feature) -> Part:
    """Return a sensor whose state is a word; ``action``, what was pressed, tells each press by one more report."""
    entity = _labelled(owner, "sensor", feature, "enum" if feature.values else None)
    hidden = entity.hidden and feature.name != "action"
    entity = replace(entity, options=tuple(feature.values), hidden=hidden)
    return Part(entity, (feature.property,), lambda payload: _told_word(feature, payload), lambda _: {})


def _told_number(feature: Feature, payload: Mapping[str, object]) -> Reading | None:
    value = spoken_number(payload.get(feature.property))
    return None if value is None else (value, {})


def _told_word(feature: Feature, payload: Mapping[str, object]) -> Reading | None:
    told = payload.get(feature.property)
    value = as_name(told) or spoken_number(told)
    return None if value is None else (value, {})
