"""What runs for as long as the daemon does: one line for each part that does something by itself."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from daemon.app.house import House
from daemon.app.keeping import Kept, keep_forgetting
from daemon.app.remembering import Remembered
from daemon.app.talking import Talking
from daemon.app.telling import Telling
from daemon.supervise import HealthTable


@dataclass(frozen=True, slots=True)
class Run:
    """A part that runs, until it is cancelled."""

    name: str
    run: Callable[[], Awaitable[None]]
    critical: bool = True
    """Whether the daemon ends with it; a part that is not is started again, see `keep_running`."""
    at_once: bool = True
    """Whether it runs before the daemon is ready; what takes long to begin and nobody waits for does not."""


def runs_of(
    house: House, kept: Kept, telling: Telling, talking: Talking, remembered: Remembered, table: HealthTable
) -> Sequence[Run]:
    """Return what runs behind the doors; the table is told what is started again."""
    forgets = [kept.schedule.forget, telling.notify.forget, talking.gateway.forget]
    runs = [
        Run("gateway", talking.gateway.run),
        Run("confirming", talking.confirming.run),
        Run("deeds", talking.conversation.deeds.run),
        Run("lent rights", talking.ruling.lending.run),
        Run("schedule", kept.schedule.run),
        Run("notify", telling.notify.run),
        Run("watching", telling.watching.run),
        Run("proactive", telling.proactive.run),
        Run("dawn", talking.dawn.run),
        Run("learning", lambda: talking.learning.run(talking.gateway.submit)),
        Run("sentences", talking.understanding.grammars.run, at_once=False),
        Run("copies", kept.copies.run, at_once=False),
        Run("forgetting", lambda: keep_forgetting(kept.clock, forgets), at_once=False),
        Run("calendars", lambda: telling.calendars.run(table), at_once=False),
    ]
    runs.append(Run("nights", remembered.nights.run, critical=False, at_once=False))
    runs.append(Run("picture", remembered.tending.run, critical=False, at_once=False))
    runs.append(Run("coaching", remembered.coaching.run, critical=False, at_once=False))
    if remembered.episodes is not None:
        runs.append(Run("episodes", remembered.episodes.run, critical=False, at_once=False))
    if remembered.embedding is not None:
        table.ask("embedder", remembered.embedding.health)
        runs.append(Run("embedding", remembered.embedding.run, critical=False, at_once=False))
    if house.mqtt is not None:
        runs.append(Run("mqtt", house.mqtt.run, critical=False))
    if talking.handing is not None:
        runs.append(Run("sentences of Home Assistant", talking.handing.run, critical=False, at_once=False))
    if house.homeassistant is not None:
        runs.append(Run("homeassistant", house.homeassistant.run, critical=False))
    return runs
