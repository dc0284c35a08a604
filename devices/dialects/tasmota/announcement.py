"""What a Tasmota says of itself on ``tasmota/discovery/<MAC>/config`` (Tasmota 15, ``ver`` 1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from devices.dialects.json_payload import NAME_LIMIT, as_array, as_integer, as_name, as_object, parse_object
from devices.dialects.roster import is_topic
from devices.model import Device, DeviceId, PayloadError

RELAY, LIGHT, SHUTTER = 1, 2, 3
"""What an item of ``rl`` is; 0 is none."""
DIMMER, COLD_WARM, RGB, RGBW, RGBCW = 1, 2, 3, 4, 5
"""The kind of lamp in ``lt_st``; 0 is only on and off."""
MOST = 32
"""Relays or switches of one device; Tasmota 15 has at most 32 relays and 28 switches."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """One device, as far as it matters here."""

    mac: str
    name: str
    names: tuple[str, ...]
    """The friendly names of its relays; empty where none is set."""
    command: str
    stat: str
    tele: str
    """The three topics, each with the slash at its end."""
    on: str
    off: str
    online: str
    offline: str
    relays: tuple[int, ...]
    switches: tuple[int, ...]
    """The switch modes; -1 is none."""
    switch_names: tuple[str, ...]
    light: int
    options: Mapping[str, bool]
    """The SetOptions, by their numbers as text."""
    linked: bool
    """Colour and white are one lamp."""
    tuya: bool
    fan: bool
    sleeps: bool
    """It is away most of the time, on purpose."""
    shutter_options: tuple[int, ...]
    tilts: tuple[tuple[int, int], ...]
    """Least and greatest angle of each shutter; equal where it has none."""
    device: Device

    def inverted(self, shutter: int) -> bool:
        """Say whether the shutter counts from the other end (bit 0 of its options)."""
        return shutter < len(self.shutter_options) and bool(self.shutter_options[shutter] & 1)


def announcement(mac: str, payload: bytes) -> Announcement:
    """Return what the device announces.

    Raises:
        PayloadError: no JSON object, another device's, or topics that cannot be.
    """
    raw = parse_object(payload)
    if raw.get("mac") != mac:
        raise PayloadError(f"Tasmota {mac} announces the address {str(raw.get('mac'))[:NAME_LIMIT]!r}")
    command, stat, tele = _topics(raw, mac)
    states = _texts(raw.get("state"))
    name = _text(raw, "dn") or f"Tasmota {mac[-6:]}"
    return Announcement(
        mac=mac,
        name=name,
        names=_texts(raw.get("fn")),
        command=command,
        stat=stat,
        tele=tele,
        on=states[1] if len(states) > 1 and states[1] else "ON",
        off=states[0] if states and states[0] else "OFF",
        online=_text(raw, "onln") or "Online",
        offline=_text(raw, "ofln") or "Offline",
        relays=_numbers(raw.get("rl")),
        switches=_numbers(raw.get("swc")),
        switch_names=_texts(raw.get("swn")),
        light=as_integer(raw.get("lt_st")) or 0,
        options={key: value == 1 for key, value in as_object(raw.get("so")).items()},
        linked=raw.get("lk") == 1,
        tuya=raw.get("ty") == 1,
        fan=raw.get("if") == 1,
        sleeps=bool(as_integer(raw.get("dslp"))),
        shutter_options=_numbers(raw.get("sho")),
        tilts=tuple(_tilt(item) for item in as_array(raw.get("sht"))[:MOST]),
        device=Device(
            DeviceId(f"tasmota_{mac.lower()}"),
            name,
            manufacturer="Tasmota",
            model=_text(raw, "md") or None,
            sw_version=_text(raw, "sw") or None,
            identifiers=frozenset({f"mac:{mac.lower()}"}),
            via="tasmota",
        ),
    )


def _topics(raw: Mapping[str, object], mac: str) -> tuple[str, str, str]:
    pattern = _text(raw, "ft").rstrip("/") + "/"
    for word, value in (("%hostname%", _text(raw, "hn")), ("%id%", mac[-6:]), ("%topic%", _text(raw, "t"))):
        pattern = pattern.replace(word, value)
    prefixes = _texts(raw.get("tp"))
    if len(prefixes) != 3 or "%prefix%" not in pattern:
        raise PayloadError(f"Tasmota {mac} announces no usable topics: {pattern!r}, {prefixes!r}")
    topics = [pattern.replace("%prefix%", prefix) for prefix in prefixes]
    if len(set(topics)) != 3 or not all(is_topic(topic) for topic in topics):
        raise PayloadError(f"Tasmota {mac} announces topics that cannot be: {topics!r}")
    return topics[0], topics[1], topics[2]


def _text(raw: Mapping[str, object], key: str) -> str:
    return as_name(raw.get(key)) or ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(as_name(item) or "" for item in as_array(value)[:MOST])


def _numbers(value: object) -> tuple[int, ...]:
    return tuple(as_integer(item) or 0 for item in as_array(value)[:MOST])


def _tilt(value: object) -> tuple[int, int]:
    """Return the angles of ``[least, greatest, duration]``; without a duration the slats do not turn."""
    parts: Sequence[int] = _numbers(value)
    return (parts[0], parts[1]) if len(parts) == 3 and parts[2] else (0, 0)
