"""Routines and the past, as they are put together: what they stand on, how they are reached, and what of them runs."""

from collections.abc import Sequence
from pathlib import Path

from daemon.app.house import House
from daemon.app.keeping import Kept, keep_forgetting
from daemon.app.running import Run
from daemon.app.talking import Talking
from daemon.app.telling import Telling
from daemon.automating import Routines, Topics
from daemon.automating.surroundings import Surroundings
from daemon.config import Config
from daemon.past import Ground, Past
from daemon.supervise import HealthTable
from skills.grammar.model import Understanding


def routines_of(house: House, kept: Kept, telling: Telling, topics: Topics, table: HealthTable) -> Routines:
    """Return the routines; nothing is read yet, and nothing lives before the gateway is theirs."""

    def refilter() -> None:
        if house.mqtt is not None:
            house.mqtt.look_again()

    around = Surroundings(
        kept.store,
        kept.schedule,
        kept.clock,
        kept.zone,
        house.home,
        house.household,
        house.presence,
        telling.calendars,
        topics,
        refilter,
        house.place,
        house.homeassistant,
    )
    routines = Routines(around)
    telling.notify.listen(routines.on_answer)
    table.ask("routines", routines.health)
    return routines


def past_of(config: Config, state: Path, house: House, kept: Kept, routines: Routines) -> Past:
    """Return the past of the house; nothing is kept before it runs."""
    mqtt = house.mqtt
    # As `daemon.history.standing` names it, which is not imported before the daemon is ready.
    reached = {} if mqtt is None else {"hearth.mqtt": lambda: mqtt.health.connected}
    ground = Ground(
        house.home, house.household, kept.clock, kept.zone, kept.journal, routines, house.place, house.presence, reached
    )
    past = Past(config.history, state, ground)
    routines.look_back(past)
    return past


def routine_runs(routines: Routines, past: Past, kept: Kept) -> Sequence[Run]:
    """Return what runs for them."""
    return [
        Run("routines", routines.run, critical=False, at_once=False),
        Run("old runs", lambda: keep_forgetting(kept.clock, [routines.forget]), at_once=False),
        Run("history", past.run, critical=False, at_once=False),
    ]


def let_live(routines: Routines, talking: Talking, kept: Kept) -> None:
    """Give routines the door through which they act, and the sentences that they wait for the first word."""
    routines.attach(talking.gateway, kept.journal)
    talking.ruling.precedence.led_to = lambda cause: (
        routines.works.engine.began_by(cause) if routines.works is not None else None
    )
    talking.conversation.know(routines)
    handing = talking.handing

    def meaning(text: str) -> Understanding | None:
        return routines.meaning(text) or (handing.meaning(text) if handing is not None else None)

    talking.understanding.grammars.before = meaning
