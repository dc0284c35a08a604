"""The PIN that is the yes to what was asked for by voice."""

from dataclasses import replace

from daemon.gateway.rules import Rules
from daemon.household import Household
from daemon.journal import Wish
from daemon.pins import Tried
from skills.language import say
from skills.model import Cause, PersonId


class SpokenPin:
    """Says which wishes want a PIN, from whom one is taken, and whose it is."""

    def __init__(self, household: Household, rules: Rules | None) -> None:
        self._household, self._rules = household, rules

    def is_wanted(self, wish: Wish) -> bool:
        """Say whether the yes to a wish is a PIN."""
        if self._rules is None:
            return False
        who = _sure_of(wish.cause)
        if self._household.role_of(replace(wish.cause, person=who)) is None and self._household.voice_confirms_critical:
            return False
        return self._rules.wants_pin(wish, who)

    def locked_out(self, cause: Cause) -> str | None:
        """Return what is said where no PIN is taken just now; ``None``: one is."""
        until = self._rules.locked(_sure_of(cause)) if self._rules is not None else None
        return None if until is None else self._too_often(Tried(locked_until=until))

    async def tried(self, cause: Cause, digits: str) -> tuple[PersonId | None, str | None]:
        """Return whose PIN was said, and what is said where no further one is taken.

        Raises:
            StoreError: it cannot be written down that it was tried.
        """
        assert self._rules is not None
        tried = await self._rules.tried(_sure_of(cause), digits)
        return tried.person, self._too_often(tried)

    def _too_often(self, tried: Tried) -> str | None:
        if tried.locked_until is None:
            return None
        at = tried.locked_until.astimezone(self._household.zone)
        return say("the PIN was wrong too often, and I take none until {time}", time=f"{at:%H:%M}")


def _sure_of(cause: Cause) -> PersonId | None:
    """Return who it is; ``None`` also where only the voice tells: that is a probability, and no boundary."""
    return cause.person if cause.sure >= 1 else None
