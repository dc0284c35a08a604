"""The house without some of its things: those that somebody said were not meant."""

from collections.abc import Sequence

from devices.model import Area, AreaId, Device, Entity, EntityId, Floor, FloorId, HomeView, State


class Without:
    """A house in which some things are not; fulfils `HomeView`."""

    def __init__(self, home: HomeView, others: frozenset[EntityId]) -> None:
        self._home, self._others = home, others

    @property
    def version(self) -> int:
        """The house's."""
        return self._home.version

    def floors(self) -> Sequence[Floor]:
        """Return every floor."""
        return self._home.floors()

    def areas(self) -> Sequence[Area]:
        """Return every area."""
        return self._home.areas()

    def devices(self) -> Sequence[Device]:
        """Return every device."""
        return self._home.devices()

    def area(self, id: AreaId) -> Area | None:
        """Return the area of this id."""
        return self._home.area(id)

    def entities(self) -> Sequence[Entity]:
        """Return every entity but those."""
        return self._left(self._home.entities())

    def entity(self, id: str) -> Entity | None:
        """Return the entity of this id, unless it is one of those."""
        return None if id in self._others else self._home.entity(id)

    def state(self, id: str) -> State | None:
        """Return what the entity was last seen to be, unless it is one of those."""
        return None if id in self._others else self._home.state(id)

    def find(
        self,
        *,
        name: str | None = None,
        area: AreaId | None = None,
        floor: FloorId | None = None,
        domains: frozenset[str] = frozenset(),
        device_classes: frozenset[str] = frozenset(),
    ) -> Sequence[Entity]:
        """Return the visible entities that fit every condition given, but those."""
        return self._left(
            self._home.find(name=name, area=area, floor=floor, domains=domains, device_classes=device_classes)
        )

    def near(self, words: str, *, limit: int = 3) -> Sequence[Entity]:
        """Return the entities whose name comes closest to ``words``, but those."""
        return self._left(self._home.near(words, limit=limit))

    def _left(self, entities: Sequence[Entity]) -> list[Entity]:
        return [one for one in entities if one.id not in self._others]
