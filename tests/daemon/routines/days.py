"""Days of a household in the simulated home over a real broker: each is foretold first, and then lived.

The routines are the real ones with ledger, gateway and bridge; devices are of every dialect. A day is foretold as a
rehearsal does it, on a copy of the house, with what people and the weather are going to do. What devices do on the way
(a blind that is closing) is not compared, and neither is what was done by hand.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from daemon.routines.playing.play import Play
from daemon.routines.playing.stage import Stage
from devices.home import Home
from devices.model import EntityId, State
from devices.mqtt import Mqtt, MqttSettings
from devices.simulation import Simulation, areas, floors, names, placement, simulated
from devices.twin import Twin
from skills.model import Verdict
from tests.broker import Mosquitto
from tests.conformance.house import dialects
from tests.daemon.automating.house import NOON, ZONE, Living, living
from tests.doubles import ManualClock

PACE = 0.001
"""Blinds travel a thousand times as fast: of the 20 s of one there is nothing left to wait for."""
HEARD_S, KNOWN_S = 5.0, 20.0
SEED, DEEDS = 11, 6
QUIET_S = 0.03
"""As long as nothing more is heard from devices, once what was sent was answered."""
WATCHED = frozenset(
    EntityId(one)
    for one in (
        "light.hallway_lamp", "light.porch_light", "light.living_spot_1", "light.living_spot_2", "light.patio_lights",
        "light.bedroom_light", "light.kitchen_light", "light.living_room_ceiling", "light.reading_lamp",
        "cover.office_blind", "cover.bedroom_blind", "switch.coffee_machine", "fan.guest_room_fan",
        "climate.bedroom_thermostat", "switch.bathroom_air_vent",
    )
)  # fmt: skip
"""Everything that the routines can reach, and hears."""
MOVING = frozenset({"opening", "closing"})
"""On the way to what is compared."""
ROUTINES = """
- id: hall
  alias: Hall
  mode: restart
  triggers: [{trigger: state, entity_id: binary_sensor.hallway_motion_occupancy, to: 'on'}]
  conditions: [{condition: sun, after: sunset}]
  actions:
  - {action: light.turn_on, target: {entity_id: light.hallway_lamp}, data: {brightness_pct: 40}}
  - {delay: '00:05:00'}
  - {action: light.turn_off, target: {entity_id: light.hallway_lamp}}
- id: follows
  alias: Porch follows the hall
  triggers: [{trigger: state, entity_id: light.hallway_lamp, from: 'on', to: 'off'}]
  actions: [{action: light.toggle, target: {entity_id: light.porch_light}}]
- id: dusk
  alias: Dusk
  triggers: [{trigger: sun, event: sunset, offset: '-00:20:00'}]
  actions:
  - {action: light.turn_on, target: {entity_id: [light.living_spot_1, light.living_spot_2, light.patio_lights]}}
  - {action: cover.close_cover, target: {entity_id: [cover.office_blind, cover.bedroom_blind]}}
- id: morning
  alias: Morning
  triggers: [{trigger: time, at: '06:45:00'}]
  conditions: [{condition: time, weekday: [mon, tue, wed, thu, fri]}]
  actions:
  - {action: switch.turn_on, target: {entity_id: switch.coffee_machine}}
  - {action: cover.open_cover, target: {entity_id: [cover.office_blind, cover.bedroom_blind]}}
  - {delay: '00:40:00'}
  - {action: switch.turn_off, target: {entity_id: switch.coffee_machine}}
- id: heat
  alias: Office heat
  triggers:
  - {trigger: numeric_state, entity_id: sensor.office_sensor_temperature, above: 25, id: hot}
  - {trigger: numeric_state, entity_id: sensor.office_sensor_temperature, below: 21, id: cool}
  actions:
  - choose:
    - conditions: [{condition: trigger, id: hot}]
      sequence:
      - {action: cover.close_cover, target: {entity_id: cover.office_blind}}
      - {action: fan.turn_on, target: {entity_id: fan.guest_room_fan}}
    default: [{action: fan.turn_off, target: {entity_id: fan.guest_room_fan}}]
- id: window
  alias: Window left open
  triggers: [{trigger: state, entity_id: binary_sensor.bedroom_window_contact, to: 'on', for: '00:10:00'}]
  actions:
  - {notice: The bedroom window is open}
  - {action: climate.set_hvac_mode, target: {entity_id: climate.bedroom_thermostat}, data: {hvac_mode: 'off'}}
- id: shut
  alias: Heat when it is shut
  triggers: [{trigger: state, entity_id: binary_sensor.bedroom_window_contact, to: 'off'}]
  conditions: [{condition: state, entity_id: climate.bedroom_thermostat, state: 'off'}]
  actions:
  - action: climate.set_temperature
    target: {entity_id: climate.bedroom_thermostat}
    data: {temperature: 21.5, hvac_mode: heat}
- id: rain
  alias: Rain
  triggers: [{trigger: state, entity_id: binary_sensor.weather_station_rain, to: 'on'}]
  actions:
  - wait_for_trigger: [{trigger: state, entity_id: binary_sensor.weather_station_rain, to: 'off'}]
    timeout: '00:30:00'
  - if: '{{ not wait.completed }}'
    then: [{action: switch.turn_on, target: {entity_id: switch.bathroom_air_vent}}]
    else: [{action: switch.turn_off, target: {entity_id: switch.bathroom_air_vent}}]
- id: night
  alias: Night
  triggers: [{trigger: time, at: '23:30:00'}]
  actions:
  - {action: light.turn_off, target: {area_id: [living_room, hallway, garden, kitchen]}}
  - repeat:
      count: 2
      sequence: [{action: light.toggle, target: {entity_id: light.bedroom_light}}, {delay: '00:01:00'}]
"""


@dataclass(frozen=True, slots=True)
class Hand:
    """What somebody, or the weather, does to a device: the entity that tells of it, and how the device is set."""

    entity: str
    device: str
    key: str
    values: Sequence[tuple[str, object]]
    """What the entity is then, and what is set."""


HANDS = (
    Hand("binary_sensor.hallway_motion_occupancy", "Hallway Motion", "occupancy", (("on", True), ("off", False))),
    Hand("binary_sensor.bedroom_window_contact", "Bedroom Window", "contact", (("on", False), ("off", True))),
    Hand("binary_sensor.weather_station_rain", "Weather Station rain", "state", (("on", "ON"), ("off", "OFF"))),
    Hand("light.bedroom_light", "Bedroom Light", "state", (("on", "ON"), ("off", "OFF"))),
    Hand(
        "sensor.office_sensor_temperature", "Office Sensor", "temperature",
        tuple((str(value), value) for value in (18.5, 20.5, 22.5, 24.5, 26.5, 28.5)),
    ),
)  # fmt: skip


@dataclass
class Compared:
    """What was foretold and what came, counted by entity, state and minute."""

    foretold: Counter[tuple[str, str, str]] = field(default_factory=Counter[tuple[str, str, str]])
    came: Counter[tuple[str, str, str]] = field(default_factory=Counter[tuple[str, str, str]])

    @property
    def right(self) -> int:
        """How much of it was both."""
        return (self.foretold & self.came).total()

    @property
    def precision(self) -> float:
        """What part of what was foretold came."""
        return self.right / self.foretold.total()

    @property
    def recall(self) -> float:
        """What part of what came was foretold."""
        return self.right / self.came.total()


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that is done by hand at some time."""

    at: datetime
    hand: Hand
    value: tuple[str, object]


class Days:
    """A simulated home in which routines live, and the time of which is turned by hand."""

    def __init__(self, one: Living, simulation: Simulation) -> None:
        self._one, self._simulation = one, simulation
        self._home = one.twin.home
        self._seen: list[tuple[str, str, str]] = []
        self._heard = 0
        self._home.listen(self._on_state)

    async def live(self, days: int) -> Compared:
        """Foretell and live days, from now on, and return how alike they were."""
        compared, dice = Compared(), Random(SEED)
        for _ in range(days):
            deeds = list(_script(dice, self._one.clock.now()))
            until = self._one.clock.now() + timedelta(days=1)
            compared.foretold += Counter(self._foretold(deeds, until))
            self._seen.clear()
            for deed in deeds:
                await self._passes(deed.at)
                await self._done(deed)
            await self._passes(until)
            compared.came += Counter(self._seen)
        return compared

    def _foretold(self, deeds: Sequence[Deed], until: datetime) -> Iterator[tuple[str, str, str]]:
        works = self._one.routines.works
        assert works is not None
        stage = Stage.of(works.house.now(self._one.clock.now()))
        play = Play([kept.routine for kept in works.engine.kept.values()], stage)
        for deed in deeds:
            play.go(deed.at.astimezone(ZONE))
            play.become(deed.hand.entity, deed.value[0])
        play.go(until.astimezone(ZONE))
        for line in play.lines:
            if line.kind == "changed" and line.routine and line.before != line.after:
                yield line.entity, line.after, f"{line.at.astimezone(UTC):%d %H:%M}"

    def _on_state(self, before: State, now: State) -> None:
        self._heard += 1
        ours = now.entity in WATCHED and now.value not in MOVING
        if ours and before.value != now.value:
            self._seen.append((now.entity, now.value, f"{self._one.clock.now():%d %H:%M}"))

    async def _passes(self, until: datetime) -> None:
        """Let the time come, stopping where the ledger has something."""
        clock = self._one.clock
        while clock.now() < until:
            await self._settled()
            due = min((due.at for due in self._one.schedule.open() if due.at > clock.now()), default=until)
            await clock.advance(min(due, until) - clock.now())
        await self._settled()

    async def _done(self, deed: Deed) -> None:
        entity, value = EntityId(deed.hand.entity), deed.value[0]
        before = self._home.state(entity)
        assert before is not None
        await self._simulation.tell(deed.hand.device, "set", **{deed.hand.key: deed.value[1]})
        there = await self._home.wait_until(entity, lambda state: state.value == value, timeout_s=HEARD_S)
        assert there is not None, f"{entity} did not become {value}"
        if entity in WATCHED and before.value != value:
            self._seen.remove((entity, value, f"{self._one.clock.now():%d %H:%M}"))
        await self._settled()

    async def _settled(self) -> None:
        """Return once nothing is left to do, and nothing more is heard of devices."""
        heard = -1
        while heard != self._heard:
            heard = self._heard
            await self._one.settled()
            await asyncio.sleep(QUIET_S)


def _script(dice: Random, begins: datetime) -> Iterator[Deed]:
    """Yield what is done by hand on one day, half past the minute, in order."""
    for minute in sorted(dice.sample(range(5, 24 * 60 - 60), DEEDS)):
        hand = dice.choice(HANDS)
        yield Deed(begins + timedelta(minutes=minute, seconds=30), hand, dice.choice(hand.values))


def _known(state: State | None) -> bool:
    return state is not None and state.value not in ("unknown", "unavailable")


@asynccontextmanager
async def simulated_home(folder: Path) -> AsyncGenerator[Days]:
    """Open a simulated home with its broker, in which the routines live."""
    broker = Mosquitto(folder)
    broker.start()
    try:
        async with simulated(port=broker.port, pace=PACE) as simulation:
            clock = ManualClock(NOON)
            home = Home(floors=floors(), areas=areas(), placement=placement(), names=names())
            needed = {*WATCHED, *(EntityId(hand.entity) for hand in HANDS)}
            bridge = Mqtt(MqttSettings(port=broker.port), home, dialects(), now=clock.now)
            async with asyncio.TaskGroup() as group:
                running = group.create_task(bridge.run())
                async with asyncio.timeout(KNOWN_S):
                    while not all(_known(home.state(one)) for one in needed):
                        await asyncio.sleep(QUIET_S)
                twin = Twin(home, (), now=clock.now)
                async with living(folder / "hearth.db", clock, twin=twin, bridge=bridge) as one:
                    kept = await one.add(ROUTINES)
                    assert kept.verdict is Verdict.DONE, kept.detail
                    yield Days(one, simulation)
                running.cancel()
    finally:
        broker.kill()
