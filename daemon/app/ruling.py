"""Who may do what and whose wish wins, as it is put together, and how the loser is told."""

from collections.abc import Sequence
from dataclasses import dataclass

from daemon.app.house import House
from daemon.app.keeping import Kept
from daemon.app.telling import Telling
from daemon.gateway.rules import Rules
from daemon.household import Household, Role
from daemon.journal import Wish
from daemon.lending import Lending
from daemon.notify.model import Announce, Notice, Urgency
from daemon.pins import Pins
from daemon.precedence import Lost, Precedence
from daemon.store import StoreError
from devices.home import Home
from skills.builtin.states import said_state
from skills.builtin.words import called
from skills.effect import Effect
from skills.language import say
from skills.model import Origin

_WATCHED = (Origin.VOICE, Origin.TEXT, Origin.DASHBOARD, Origin.MODEL, Origin.MCP, Origin.MQTT)
"""Doors behind which somebody waits for the answer: that tells them."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the household decides."""

    lending: Lending
    precedence: Precedence
    pins: Pins
    rules: Rules

    def effects(self) -> Sequence[Effect]:
        """Return the effects by which people change it."""
        return [*self.lending.effects(), *self.precedence.effects()]


async def ruling_of(house: House, kept: Kept) -> Ruling:
    """Return it as it was when the last process ended.

    Raises:
        StoreError: it cannot be read.
    """
    precedence = Precedence(house.home, house.household, house.presence, kept.clock)
    lending = Lending(kept.store, kept.journal, house.home, house.household, kept.clock)
    pins = Pins(kept.store, kept.clock)
    await lending.begin()
    await pins.begin()
    await precedence.begin(kept.journal)
    return Ruling(lending, precedence, pins, Rules(house.home, lending, precedence, pins))


class Losers:
    """Tells whoever set something up that somebody else's wish won: once for each thing and conflict."""

    def __init__(self, home: Home, household: Household, announce: Announce, kept: Kept) -> None:
        self._home, self._household, self._announce, self._clock = home, household, announce, kept.clock

    async def tell(self, wish: Wish, lost: Sequence[Lost]) -> None:
        """Tell of a wish that nobody waits for; who waits reads it in the answer."""
        if wish.cause.origin in _WATCHED:
            return
        person = wish.cause.person
        owners = [one.id for one in self._household.people.values() if one.role is Role.OWNER]
        people = (person,) if person is not None and person in self._household.people else tuple(owners)
        for one in lost if people else ():
            key = f"lost/{one.entity}/{one.to}"[:200]
            text, reason = self._words(one), say("another wish won")
            notice = Notice(
                text,
                "household",
                self._clock.now(),
                wish.cause,
                key=key,
                people=people,
                urgency=Urgency.INFO,
                reason=reason,
                once=True,
            )
            try:
                await self._announce(notice)
            except StoreError:
                return  # the journal could not be written either, and says so

    def _words(self, lost: Lost) -> str:
        entity, state = self._home.entity(lost.entity), self._home.state(lost.entity)
        if entity is None or state is None:
            return say("I left {things:acc} as it is: {why}.", things=lost.entity, why=lost.why)
        text = "I left {things:acc} {state}: {why}."
        return say(text, things=called(entity), state=said_state(entity, state.value), why=lost.why)


def losers_of(house: House, telling: Telling, kept: Kept) -> Losers:
    """Return what tells losers."""
    return Losers(house.home, house.household, telling.notify.announce, kept)
