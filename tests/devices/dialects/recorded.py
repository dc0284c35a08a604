"""Captured payloads, and how a test feeds them to a dialect."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from devices.dialects.model import Appeared, Change, Dialect, Message, Received, Reported
from devices.model import Call, Entity, EntityId

CAPTURES = Path(__file__).parents[2] / "captures"
NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
_SCALAR: st.SearchStrategy[object] = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
)
ANY_JSON: st.SearchStrategy[object] = st.recursive(
    _SCALAR,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@cache
def capture(path: str) -> Mapping[str, object]:
    """Return the capture ``vendor/name`` as the JSON object it is."""
    found: Mapping[str, object] = json.loads((CAPTURES / f"{path}.json").read_text())
    return found


def feed(dialect: Dialect, topic: str, payload: object, *, retained: bool = False) -> Sequence[Change]:
    """Give the dialect one message; anything but bytes and text goes as JSON."""
    raw = payload if isinstance(payload, bytes) else payload.encode() if isinstance(payload, str) else dumped(payload)
    return dialect.receive(Received(topic, raw, retained, NOW))


def dumped(value: object) -> bytes:
    """Return the value as JSON."""
    return json.dumps(value).encode()


def appeared(changes: Sequence[Change]) -> dict[EntityId, Entity]:
    """Return the entities among the changes that appeared, by id."""
    return {change.entity.id: change.entity for change in changes if isinstance(change, Appeared)}


def reported(changes: Sequence[Change]) -> dict[str, tuple[str | None, dict[str, object]]]:
    """Return value and attributes of each report, by entity."""
    return {c.entity: (c.value, dict(c.attributes)) for c in changes if isinstance(c, Reported)}


def sent(dialect: Dialect, entity: Entity, service: str, **data: object) -> list[tuple[str, object]]:
    """Return what the dialect sends for a call: topics with JSON read back, or with text where it is none."""
    return [read_back(message) for message in dialect.encode(Call(entity.id, service, data), entity)]


def read_back(message: Message) -> tuple[str, object]:
    """Return topic and payload of a message, JSON read back."""
    try:
        return message.topic, json.loads(message.payload)
    except ValueError:
        return message.topic, message.payload.decode()
