"""One entity of a Tasmota: how it reads results and states, and which commands it gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from devices.model import Call, Entity

Reading = tuple[str | None, dict[str, object]]
"""A value (``None``: not told) and attributes, as in `devices.dialects.model.Reported`."""
Commands = list[tuple[str, str]]
"""Commands with their arguments, in order."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One entity with both directions."""

    entity: Entity
    keys: tuple[str, ...]
    """The keys of a result, a state or a sensor message that it reads."""
    read: Callable[[Mapping[str, object]], Reading | None]
    write: Callable[[Call], Commands]
