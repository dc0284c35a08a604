"""What Zigbee2MQTT says a device can do: one item of ``definition.exposes``, read without believing it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from devices.dialects.json_payload import as_array, as_integer, as_name, as_number, as_object, as_text
from devices.model import NOTHING

PUBLISHED, SETTABLE, GETTABLE = 1, 2, 4
"""The bits of ``access`` (Zigbee2MQTT 2.12.1): found in the published state, may be set, may be asked for."""

MOST_FEATURES = 256
MOST_VALUES = 256


@dataclass(frozen=True, slots=True)
class Feature:
    """One property of a device, or a kind of entity (``light``, ``cover``…) with its properties in ``features``."""

    kind: str
    name: str = ""
    property: str = ""
    access: int = 0
    label: str = ""
    endpoint: str = ""
    category: str = ""
    unit: str = ""
    low: float | None = None
    high: float | None = None
    step: float | None = None
    values: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    """An enumeration's words, each with what goes over the wire."""
    on: object = True
    off: object = False
    features: tuple["Feature", ...] = ()

    def find(self, *names: str) -> "Feature | None":
        """Return the inner feature of the first of these names that is there."""
        return next((inner for name in names for inner in self.features if inner.name == name), None)

    def may(self, bit: int) -> bool:
        """Say whether the access bit is set."""
        return bool(self.access & bit)


def features(exposes: object) -> tuple[Feature, ...]:
    """Return what is understandable in a list of exposes."""
    return tuple(_features(as_array(exposes), depth=0))


def is_on(feature: Feature, value: object) -> bool | None:
    """Say whether a published value is the feature's "on"; ``None`` if it is neither that nor "off"."""
    # Compared with their types: 1 == True, and a device may use both.
    if type(value) is type(feature.on) and value == feature.on:
        return True
    if type(value) is type(feature.off) and value == feature.off:
        return False
    return None


def _features(items: Iterable[object], *, depth: int) -> Iterable[Feature]:
    for item, _ in zip(items, range(MOST_FEATURES), strict=False):
        raw = as_object(item)
        kind = as_text(raw.get("type"))
        if kind:
            yield _feature(kind, raw, depth)


def _feature(kind: str, raw: Mapping[str, object], depth: int) -> Feature:
    return Feature(
        kind=kind,
        name=_word(raw, "name"),
        property=_word(raw, "property"),
        access=as_integer(raw.get("access")) or 0,
        label=_word(raw, "label"),
        endpoint=_word(raw, "endpoint"),
        category=_word(raw, "category"),
        unit=_word(raw, "unit"),
        low=as_number(raw.get("value_min")),
        high=as_number(raw.get("value_max")),
        step=as_number(raw.get("value_step")),
        values={_spelled(value): value for value in as_array(raw.get("values"))[:MOST_VALUES]},
        on=raw.get("value_on", True),
        off=raw.get("value_off", False),
        features=tuple(_features(as_array(raw.get("features")), depth=depth + 1)) if depth < 2 else (),
    )


def _word(raw: Mapping[str, object], key: str) -> str:
    return as_name(raw.get(key)) or ""


def _spelled(value: object) -> str:
    return as_name(value) or str(as_integer(value))
