"""A dialect for the tests of discovery, with the one entity it was told of."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from devices.dialects.discovery import Discovery
from devices.dialects.model import Appeared, Change, Message, Reachable, Received, Reported
from devices.model import Call, Entity

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
CAPTURES = Path(__file__).parents[2] / "captures" / "discovery"


def encoded(payload: object) -> bytes:
    """Return a payload as a publisher sends it: texts as they are, everything else as JSON."""
    if isinstance(payload, bytes):
        return payload
    return payload.encode() if isinstance(payload, str) else json.dumps(payload, ensure_ascii=False).encode()


class Announced:
    """A dialect, and the shortest way to tell it something."""

    def __init__(self, dialect: Discovery | None = None) -> None:
        self.dialect = dialect or Discovery()
        self.entities: dict[str, Entity] = {}

    def hear(self, topic: str, payload: object, *, retained: bool = False) -> list[Change]:
        """Have the dialect receive a message."""
        changes = list(self.dialect.receive(Received(topic, encoded(payload), retained, AT)))
        self.entities.update((change.entity.id, change.entity) for change in changes if isinstance(change, Appeared))
        return changes

    def announce(self, platform: str, config: Mapping[str, object], object_id: str = "thing") -> Entity:
        """Announce one component, and return the entity it became."""
        changes = self.hear(f"homeassistant/{platform}/{object_id}/config", config)
        return next(change.entity for change in changes if isinstance(change, Appeared))

    def reported(self, topic: str, payload: object, *, retained: bool = False) -> tuple[str | None, dict[str, object]]:
        """Return value and attributes of the one report that a message makes."""
        reports = [change for change in self.hear(topic, payload, retained=retained) if isinstance(change, Reported)]
        assert len(reports) == 1, reports
        return reports[0].value, dict(reports[0].attributes)

    def available(self, topic: str, payload: object) -> list[bool]:
        """Return what a message says of whether entities can be reached."""
        return [change.available for change in self.hear(topic, payload) if isinstance(change, Reachable)]

    def sent(self, entity: Entity, service: str, **data: object) -> list[tuple[str, str]]:
        """Return topics and payloads of a call's messages."""
        messages = self.dialect.encode(Call(entity.id, service, data), entity)
        assert all(isinstance(message, Message) for message in messages)
        return [(message.topic, message.payload.decode()) for message in messages]


def captured(name: str) -> tuple[Announced, dict[str, object], dict[str, object]]:
    """Replay a capture; return the dialect, and the last values and all attributes by entity."""
    capture = json.loads((CAPTURES / f"{name}.json").read_text())
    announced = Announced()
    values: dict[str, object] = {}
    attributes: dict[str, object] = {}
    for message in (capture["config"], *capture["messages"]):
        for change in announced.hear(message["topic"], message["payload"], retained=True):
            if isinstance(change, Reported):
                values[change.entity] = change.value if change.value is not None else values.get(change.entity)
                attributes.update(change.attributes)
            elif isinstance(change, Reachable):
                attributes["available"] = change.available
    return announced, values, attributes
