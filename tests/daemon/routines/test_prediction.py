"""That what a rehearsal says is what then happens: the same days, played and lived."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from daemon.routines.playing.rehearsing import Becomes, rehearse
from daemon.routines.playing.stage import Stage
from devices.model import EntityId, State
from skills.model import Verdict
from tests.daemon.automating.house import DOOR, HEAT, MOTION, PHONE, Living, living

APART_S = 1_500.0
"""Between two things that happen; every wait of the routines is over by then."""
STEP_S = 300.0
LIVED = """
- id: hall
  alias: Hall light
  mode: restart
  triggers: [{trigger: state, entity_id: binary_sensor.motion, to: 'on'}]
  actions:
  - {action: light.turn_on, target: {entity_id: light.lamp}, data: {brightness_pct: 40}}
  - {delay: '00:05:00'}
  - {action: light.turn_off, target: {entity_id: light.lamp}}
- id: after_the_lamp
  alias: Desk after the lamp
  triggers: [{trigger: state, entity_id: light.lamp, to: 'off'}]
  actions: [{action: light.toggle, target: {entity_id: light.desk}}]
- id: heat
  alias: Blind in the heat
  triggers:
  - {trigger: numeric_state, entity_id: sensor.heat, above: 25, id: hot}
  - {trigger: numeric_state, entity_id: sensor.heat, below: 21, id: cool}
  actions:
  - choose:
    - conditions: [{condition: trigger, id: hot}]
      sequence: [{action: cover.close_cover, target: {entity_id: cover.blind}}]
    - conditions: [{condition: trigger, id: cool}, {condition: state, entity_id: light.desk, state: 'off'}]
      sequence: [{action: cover.open_cover, target: {entity_id: cover.blind}}]
    default: [{action: light.turn_on, target: {entity_id: light.all}}]
- id: door
  alias: Door left open
  triggers: [{trigger: state, entity_id: binary_sensor.door, to: 'on', for: '00:10:00'}]
  actions:
  - {notice: The door is open}
  - {action: climate.set_hvac_mode, target: {entity_id: climate.bath}, data: {hvac_mode: 'off'}}
- id: shut
  alias: Heat when it is shut
  triggers: [{trigger: state, entity_id: binary_sensor.door, to: 'off'}]
  conditions: [{condition: state, entity_id: climate.bath, state: 'off'}]
  actions:
  - {action: climate.set_temperature, target: {entity_id: climate.bath}, data: {temperature: 21.5, hvac_mode: heat}}
- id: away
  alias: Away
  triggers: [{trigger: state, entity_id: device_tracker.ann, to: not_home}]
  actions:
  - wait_for_trigger: [{trigger: state, entity_id: device_tracker.ann, to: home}]
    timeout: '00:07:30'
  - if: '{{ not wait.completed }}'
    then:
    - {action: light.turn_off, target: {entity_id: light.all}}
    - {action: siren.turn_on, target: {entity_id: siren.attic}}
- id: back
  alias: Back
  triggers: [{trigger: state, entity_id: device_tracker.ann, to: home}]
  conditions: ["{{ is_state('siren.attic', 'on') }}"]
  actions:
  - repeat: {count: 2, sequence: [{action: light.toggle, target: {entity_id: light.lamp}}]}
  - {action: siren.turn_off, target: {entity_id: siren.attic}}
"""


@dataclass
class Compared:
    """What was foretold and what came, counted by entity and state."""

    foretold: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    came: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    right: int = 0

    def count(self, foretold: Counter[tuple[str, str]], came: Counter[tuple[str, str]]) -> None:
        self.foretold += foretold
        self.came += came
        self.right += (foretold & came).total()


def happenings(days: int) -> Iterator[Becomes]:
    """Yield what happens: people and weather at random, five things a day."""
    dice = Random(7)
    for _ in range(days * 5):
        entity = dice.choice((MOTION, DOOR, HEAT, HEAT, PHONE))
        if entity == HEAT:
            yield Becomes(entity, f"{dice.uniform(15, 32):.1f}")
        else:
            yield Becomes(entity, dice.choice(("home", "not_home") if entity == PHONE else ("on", "off")))


async def lived(one: Living, days: int) -> Compared:
    """Rehearse each thing that happens, let it happen, and compare."""
    works = one.routines.works
    assert works is not None
    seen: list[tuple[str, str]] = []

    def on_state(before: State, now: State) -> None:
        if before.value != now.value:
            seen.append((now.entity, now.value))

    end = one.twin.home.listen(on_state)
    compared = Compared()
    for happens in happenings(days):
        stage = Stage.of(works.house.now(one.clock.now()))
        routines = [kept.routine for kept in works.engine.kept.values()]
        rehearsal = rehearse(routines, stage, happens, timedelta(seconds=APART_S - 1))
        one.becomes(EntityId(happens.entity), happens.state)
        seen.clear()
        for _ in range(int(APART_S / STEP_S)):
            await one.passes(STEP_S)
        ours = [(entity, state) for _, entity, state in rehearsal.changes]
        compared.count(Counter(ours), Counter(seen))
    end()
    return compared


@pytest.mark.parametrize("days", [2, pytest.param(200, marks=(pytest.mark.soak, pytest.mark.timeout(900)))])
async def test_what_is_rehearsed_is_what_happens(tmp_path: Path, days: int) -> None:
    async with living(tmp_path / "hearth.db") as one:
        kept = await one.add(LIVED)
        assert kept.verdict is Verdict.DONE, kept.detail

        compared = await lived(one, days)

    assert compared.came.total() > days
    assert compared.right / compared.foretold.total() >= 0.95, compared.foretold - compared.came
    assert compared.right / compared.came.total() >= 0.95, compared.came - compared.foretold
