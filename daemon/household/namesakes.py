"""People whom Home Assistant knows under another id than the household: one person each, not two."""

from daemon.household import Household
from devices.home import Home
from devices.model import EntityId, State
from devices.names import fold
from skills.model import PersonId

_PERSON = "person."


def own_tracker(person: PersonId) -> EntityId:
    """Return the entity that stands for somebody of the household."""
    return EntityId(f"{_PERSON}{person}")


class Namesakes:
    """Lets what Home Assistant tells of a person of the same name be told of the household's own.

    Theirs is hidden, so that "where is Anna" does not ask which one. Whoever has trackers of their own is left alone.
    """

    def __init__(self, home: Home, household: Household) -> None:
        self._home = home
        people = [person for person in household.people.values() if not person.trackers]
        self._own = {fold(person.name): own_tracker(person.id) for person in people}
        self._told_by: dict[EntityId, EntityId] = {}
        """By the household's entity, that of Home Assistant."""
        if people:
            home.listen(self._on_report)

    def _on_report(self, _: State, after: State) -> None:
        if not after.entity.startswith(_PERSON):
            return
        theirs = self._home.entity(after.entity)
        own = self._own.get(fold(theirs.name)) if theirs is not None else None
        if own is None or own == after.entity or not self._is_theirs(own, after.entity):
            return
        at = after.seen_at
        if at is not None:
            changed_at = after.changed_at
            self._home.observe(own, after.value, after.attributes, at=at, changed_at=changed_at, trace=after.trace)
            self._home.reach(own, after.available, at=at)

    def _is_theirs(self, own: EntityId, told_by: EntityId) -> bool:
        """Say whether this one tells of the household's own: the first of that name, where nothing else does."""
        if own not in self._told_by:
            state = self._home.state(own)
            if state is None or state.reports:
                return False
            self._told_by[own] = told_by
            self._home.hide(told_by)
        return self._told_by[own] == told_by
