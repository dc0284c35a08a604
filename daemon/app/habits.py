"""Habits, as they are put together: what they stand on, and what of them runs."""

from collections.abc import Sequence
from pathlib import Path

from daemon.app.house import House
from daemon.app.keeping import Kept
from daemon.app.running import Run
from daemon.app.talking import Talking
from daemon.app.telling import Telling
from daemon.automating import Routines
from daemon.config import Config
from daemon.habits import Answering, Ground, Habits
from daemon.operations import Fields, HabitOperations, Operations
from daemon.past import FILE, Past


def habits_of(config: Config, house: House, telling: Telling) -> Habits:
    """Return the habits; nothing is read yet."""
    given = config.habits
    look = given.look and config.history.keep
    return Habits(house.presence, telling.notify.announce, look=look, suggest=given.suggest)


def let_notice(
    habits: Habits,
    state: Path,
    house: House,
    kept: Kept,
    telling: Telling,
    routines: Routines,
    past: Past,
    talking: Talking,
) -> Sequence[Run]:
    """Give habits the past that they are looked for in, and skills a look at them; return what runs for them."""
    habits.attach(
        Ground(
            house.home, house.household, kept.clock, kept.zone, house.place, kept.store, routines, past, state / FILE
        )
    )
    talking.conversation.know_habits(habits)
    answering = Answering(habits, telling.notify, kept.store, house.home, kept.clock)
    telling.notify.listen(answering.on_answer)
    return [
        Run("habits", habits.run, critical=False, at_once=False),
        Run("answers to habits", lambda: answering.run(talking.conversation.carry_out), critical=False, at_once=False),
    ]


def let_ask(operations: Operations, habits: Habits, house: House, kept: Kept, talking: Talking) -> None:
    """Let habits be asked for and answered to through the daemon's doors."""
    fields = Fields(house.home, house.household, kept.clock, kept.zone)
    operations.take(HabitOperations(habits, house.home, talking.conversation, fields))
