"""Real automations carried out from end to end in a house of chance: none may raise, hang, or be lost in storing."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from daemon.routines.evaluating import Around
from daemon.routines.machine import Start, advance, begin, settle
from daemon.routines.model import Routine
from daemon.routines.reading import read_routines
from daemon.routines.run import Run, decoded_run, encoded_run
from daemon.routines.steps import Calling, Returned
from daemon.routines.values import Value
from daemon.routines.watching import Fired, observe, watched
from daemon.routines.world import Change, EventFired, Seen
from tests.daemon.routines.house import NOON, House

SHARED = Path(__file__).parents[4] / "shared/data/routines"
_WORDS = (
    "on",
    "off",
    "home",
    "not_home",
    "21.5",
    "5",
    "unavailable",
    "unknown",
    "open",
    "playing",
    "2026-10-06 08:00:00",
)

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="no shared automations beside the repository")


def _house(text: str, dice: Random) -> House:
    """Return a house with every entity that a file names, in some state."""
    home = House()
    for entity in sorted(set(re.findall(r"\b[a-z_]+\.[a-z0-9_]+\b", text))):
        if dice.random() < 0.9:
            attributes: dict[str, Value] = {"friendly_name": entity, "elevation": 3.5, "temperature": 20}
            home.states[entity] = Seen(dice.choice(_WORDS), NOON - timedelta(minutes=dice.randrange(100)), attributes)
    return home


def _carried_out(call: Calling) -> Returned:
    return Returned(
        call.wait, done="light" not in call.action, response={"text": "yes", "forecast": ({"temperature": 3},)}
    )


def _played(routine: Routine, home: House, dice: Random) -> Run:
    """Play a routine for two days; the run that is left."""
    fired = Fired(0, {"id": "0", "idx": "0", "entity_id": "sensor.x"})
    run, _ = settle(routine, begin(routine, Start("r", "c", fired, unconditional=True), home), home, _carried_out)
    for change in _changes(home, dice, 60):
        if run.result is not None:
            break
        run = decoded_run(json.loads(json.dumps(encoded_run(run))))
        run, _ = settle(routine, advance(routine, run, change, home), home, _carried_out)
    return run


def _changes(home: House, dice: Random, most: int) -> Iterator[Change]:
    """Yield changes as they happen: entities first, then hours."""
    names = sorted(home.states)
    for place in range(most):
        if place % 3 == 0 or place > 12:
            yield home.pass_time(timedelta(hours=1))
        elif place % 3 == 1:
            yield home.put(dice.choice(names), dice.choice(_WORDS))
        else:
            yield EventFired("mobile_app_notification_action", {"action": "x"})


@pytest.mark.parametrize("folder", ["ha", "defects"])
def test_real_automations_run_without_an_exception_and_survive_every_restart(folder: str):
    dice = Random(7)
    for file in sorted(SHARED.glob(f"{folder}/**/*.yaml")):
        text = file.read_text()
        for routine in read_routines(text).routines:
            run = _played(routine, _house(text, dice), dice)

            assert run.result is not None or run.waits, (file, routine.id)


def test_triggers_of_real_automations_take_any_change():
    dice, count = Random(8), 0
    for file in sorted(SHARED.glob("ha/*.yaml")):
        text = file.read_text()
        home = _house(text, dice)
        for routine in read_routines(text).routines:
            memory = watched(routine.triggers, Around(home))
            for change in _changes(home, dice, 20):
                memory, fired = observe(routine.triggers, memory, change, Around(home))
                count += len(fired)

    assert count > 0
