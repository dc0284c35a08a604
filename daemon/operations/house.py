"""What the house is made of and how the daemon is: devices, the HOME file, health."""

from collections.abc import Mapping
from dataclasses import asdict
from os import getpid

from daemon.control import Operation, Request, Stream
from daemon.operations.fields import Fields
from daemon.supervise import HealthTable
from devices.home import Home
from devices.homefile import to_home_file
from devices.model import Entity
from skills.model import Origin


class HouseOperations:
    """Reads the picture of the house and the table of health."""

    def __init__(self, home: Home, table: HealthTable, fields: Fields) -> None:
        """Take both."""
        self._home, self._table, self._fields = home, table, fields

    def operations(self, origin: Origin) -> Mapping[str, Operation]:
        """Return them by name; nothing is wished for here."""
        del origin
        return {"ready": self._ready, "devices": self._devices, "home": self._home_file, "health": self._health}

    def streams(self) -> Mapping[str, Stream]:
        """Return none."""
        return {}

    async def _ready(self, request: Request) -> object:
        del request
        return {"pid": getpid()}

    async def _devices(self, request: Request) -> object:
        del request
        return [self._row(entity) for entity in self._home.entities()]

    def _row(self, entity: Entity) -> Mapping[str, object]:
        state = self._home.state(entity.id)
        area = self._home.area(entity.area) if entity.area else None
        return {
            "id": entity.id,
            "name": entity.name,
            "domain": entity.domain,
            "device_class": entity.device_class,
            "area": area.name if area else None,
            "aliases": entity.aliases,
            "unit": entity.unit,
            "hidden": entity.hidden,
            "state": state.value if state else None,
            "attributes": dict(state.attributes) if state else {},
            "available": bool(state and state.available),
            "seen_at": self._fields.iso(state.seen_at) if state else None,
        }

    async def _home_file(self, request: Request) -> object:
        import yaml

        del request
        text: str = yaml.safe_dump(to_home_file(self._home), allow_unicode=True, sort_keys=False)
        return text

    async def _health(self, request: Request) -> object:
        del request
        return [asdict(row) for row in self._table.rows()]
