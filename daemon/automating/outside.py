"""What stands in no bridge and is seen by routines all the same: who of the household is at home, and the sun."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from daemon.automating.dues import Dues
from daemon.automating.engine import Engine
from daemon.automating.sight import SUN, House, entity_of
from daemon.clock import Clock
from daemon.presence import Presence
from daemon.routines.values import Value
from daemon.routines.world import Seen, StateChanged
from skills.model import Cause, CauseId, Origin, PersonId

_CAUSE = Cause(CauseId("routine/sun"), Origin.DAEMON)
_ATTRIBUTES: Mapping[str, Mapping[str, Value]] = {"home": {"in_zones": ("zone.home",)}, "not_home": {}}


class Outside:
    """Tells the engine of people and of the sun."""

    def __init__(self, engine: Engine, house: House, presence: Presence, clock: Clock, dues: Dues) -> None:
        self._engine, self._house, self._presence, self._clock, self._dues = engine, house, presence, clock, dues
        self._end: Callable[[], None] = lambda: None
        self._sun: Seen | None = None

    def begin(self) -> None:
        """Begin to listen to where people are."""
        for person in self._house.household.people:
            self._on_person(person)
        self._end = self._presence.listen(self._on_person)

    def end(self) -> None:
        """Listen no more."""
        self._end()

    def follow_sun(self) -> None:
        """Have time come by when the sun rises or sets next, if a routine waits for its state."""
        if not self._engine.waits_for(SUN):
            return
        sight = self._house.now(self._clock.now())
        self._sun = sight.state(SUN)
        days = [sight.now.date() + timedelta(days=ahead) for ahead in range(2)]
        moments = [at for day in days for event in ("sunrise", "sunset") if (at := sight.sun(event, day)) is not None]
        coming = [at for at in moments if at.timestamp() > sight.now.timestamp()]
        self._dues.want("sun/", min(coming, key=datetime.timestamp, default=None), {}, _CAUSE)

    def sun_moved(self) -> None:
        """Tell that the sun has risen or set."""
        before = self._sun
        self.follow_sun()
        if before is not None and self._sun is not None and before.value != self._sun.value:
            self._engine.happen(StateChanged(SUN, before, self._sun))

    def _on_person(self, person: PersonId) -> None:
        known = self._house.household.people[person]
        entity = entity_of(person)
        if self._house.home.entity(entity) is not None:
            return
        at_home = self._presence.where(known, self._clock.now()).at_home
        if at_home is None:
            return
        before, value = self._house.persons.get(entity), "home" if at_home else "not_home"
        if before is not None and before.value == value:
            return
        attributes = {"friendly_name": known.name, **_ATTRIBUTES[value]}
        seen = self._house.persons[entity] = Seen(value, self._clock.now(), attributes)
        self._engine.happen(StateChanged(entity, before, seen))
