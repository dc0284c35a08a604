"""Puts the daemon together: one part after the other, each from those before it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from daemon.app.automating import let_live, past_of, routine_runs, routines_of
from daemon.app.habits import habits_of, let_ask, let_notice
from daemon.app.health import Pulse, ask_for_sources, held_open, of_mqtt, of_notify, of_store
from daemon.app.house import House, house_of
from daemon.app.keeping import Kept, keep
from daemon.app.outside import Outside, let_look_up, outside_of
from daemon.app.people import household_of
from daemon.app.planning import let_plan, plan_runs, plans_of
from daemon.app.presenting import presenting_runs
from daemon.app.reasoning import Reasoning, let_ponder, reasoning
from daemon.app.remembering import Remembered, remembered_of
from daemon.app.running import Run, runs_of
from daemon.app.speaking import Speaking, speaking_of, speech_runs
from daemon.app.talking import Owner, Talking, operations_of, talking_of, understanding_of
from daemon.app.telling import Telling, begin_telling, telling_of
from daemon.app.voices import voices_of
from daemon.automating import Routines
from daemon.automating import Topics as RoutineTopics
from daemon.clock import Clock
from daemon.config import Config
from daemon.control import Control
from daemon.conversation import Conversation
from daemon.dashboard import Dashboard
from daemon.doors import Ways
from daemon.gateway import Gateway
from daemon.habits import Habits
from daemon.journal import Journal
from daemon.learning.naming import Naming
from daemon.past import Past
from daemon.plans import Plans
from daemon.presenting import Place, Topics
from daemon.publishing import Publishing
from daemon.schedule import Schedule
from daemon.supervise import Condition, HealthTable, keep_running
from daemon.systemd import Notifier
from daemon.voices import Voices
from devices.home import Home
from devices.model import Bridge
from skills.language import speak_from_here
from skills.model import Origin
from skills.registry import Registry
from skills.registry import load as load_skills

log = logging.getLogger("hearth." + __name__)


@dataclass(frozen=True, slots=True)
class Hearth:
    """A daemon that is put together and not yet running: what is asked from outside, and all that runs."""

    home: Home
    conversation: Conversation
    gateway: Gateway
    journal: Journal
    schedule: Schedule
    control: Control
    table: HealthTable
    notifier: Notifier
    pulse: Pulse
    dashboard: Dashboard | None
    runs: Sequence[Run]
    farewell: Callable[[], Awaitable[None]]
    """Does what is to be done before it stops; it may take as long as it likes, whoever calls it need not wait."""

    async def run(self) -> None:
        """Run every part until cancelled; a critical part that fails ends them all."""
        async with asyncio.TaskGroup() as group:
            for one in self.runs:
                if one.at_once:
                    group.create_task(self._running(one))
            await self.control.listening.wait()
            group.create_task(self.notifier.heartbeat(self.pulse.beats, self._status))
            self.notifier.tell("READY=1")
            log.info("ready")
            for one in self.runs:
                if not one.at_once:
                    group.create_task(self._running(one))

    async def _running(self, one: Run) -> None:
        await (one.run() if one.critical else keep_running(one.name, one.run, self.table))

    def _status(self) -> str:
        worse = [row.part for row in self.table.rows() if row.condition is Condition.DEGRADED]
        return f"{len(self.home.entities())} entities" + (f"; not well: {', '.join(worse)}" if worse else "")


@dataclass(frozen=True, slots=True)
class _Foundation:
    """What everything else stands on."""

    zone: ZoneInfo
    table: HealthTable
    kept: Kept
    ways: Ways
    heard: RoutineTopics
    presented: Topics
    house: House
    registry: Registry


async def _foundation(
    stack: AsyncExitStack, config: Config, state: Path, *, clock: Clock, bridge: Bridge | None, safe: bool
) -> _Foundation:
    speak_from_here(config.home.language)
    zone = ZoneInfo(config.home.zone)
    household = household_of(config, zone)
    kept = await stack.enter_async_context(keep(state, clock, zone))
    kept.schedule.speak(household.language_of)
    ways = await stack.enter_async_context(Ways(config, state, household, kept.store, clock=clock))
    heard, presented = RoutineTopics(), Topics(Place(config.mqtt.base_topic, config.mqtt.discovery_prefix))
    house = house_of(config, household, clock=clock, topics=[ways.topics, presented, heard], bridge=bridge)
    registry = load_skills(disabled=config.skills.disabled, settings=config.skills.settings, bundled_only=safe)
    return _Foundation(zone, HealthTable(), kept, ways, heard, presented, house, registry)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What lives on the foundation, each part given those that it needs."""

    speaking: Speaking
    telling: Telling
    remembered: Remembered
    routines: Routines
    voices: Voices
    thinking: Reasoning
    outside: Outside
    plans: Plans
    habits: Habits
    talking: Talking
    past: Past


async def _parts(stack: AsyncExitStack, base: _Foundation, config: Config, state: Path, clock: Clock) -> _Parts:
    zone, table, kept = base.zone, base.table, base.kept
    ways, house, registry = base.ways, base.house, base.registry
    understanding = understanding_of(config, state, house.home, registry)
    stack.push_async_callback(understanding.ears.close)
    speaking = speaking_of(config, state, understanding.ears, house.home, lambda: clock.now().astimezone(zone))
    stack.callback(speaking.wakewords.close)
    channels = await ways.channels(house.mqtt, house.homeassistant)
    telling = telling_of(config, house, kept, channels, registry.watches(), speaking.speech, speaking.bells)
    await begin_telling(telling, kept)
    remembered = remembered_of(config, house, kept, telling.notify.announce)
    speaking.announcing.spared = lambda: remembered.heeding.hushed(clock.now())
    routines = routines_of(house, kept, telling, base.heard, table)
    publishing = Publishing(house.mqtt, config.mqtt.publish, house.takes_orders)
    voices = await voices_of(config, house, kept, understanding.ears, speaking.rooms, table)
    thinking = await stack.enter_async_context(reasoning(config, house.home, clock))
    outside = await stack.enter_async_context(outside_of(config, house, kept, thinking.model))
    plans = plans_of(house, kept, routines, telling, remembered, thinking.model, outside.servers)
    habits = habits_of(config, house, telling)
    owners: Sequence[Owner] = (routines, habits, plans, publishing, voices, outside, *speaking.owners)
    thinker = thinking.reasoner
    talking = await talking_of(house, kept, telling, understanding, registry, remembered, thinker, *owners)
    let_live(routines, talking, kept)
    let_plan(plans, talking)
    await telling.calendars.begin(table)
    await stack.enter_async_context(held_open(registry.lifespans(), table))
    past = past_of(config, state, house, kept, routines)
    past.hear_of(telling.notify.reading.held_since)
    talking.conversation.recall(past)
    talking.conversation.know_voices(voices)
    return _Parts(speaking, telling, remembered, routines, voices, thinking, outside, plans, habits, talking, past)


@asynccontextmanager
async def build(
    config: Config,
    state: Path,
    *,
    clock: Clock,
    environment: Mapping[str, str],
    bridge: Bridge | None = None,
    safe: bool = False,
) -> AsyncGenerator[Hearth]:
    """Build a daemon on a state directory and hold what it needs open; ``bridge`` replaces MQTT in tests, ``safe``
    leaves out the skills of others.

    Raises:
        DaemonError: the configuration or the state cannot be used.
    """
    async with AsyncExitStack() as stack:
        base = await _foundation(stack, config, state, clock=clock, bridge=bridge, safe=safe)
        its = await _parts(stack, base, config, state, clock)
        table, kept, house = base.table, base.kept, base.house
        speaking, telling, routines, talking = its.speaking, its.telling, its.routines, its.talking
        _ask_for_health(table, house, kept, telling, talking)
        ask_for_sources(table, house.homeassistant, house.merging, configured=config.homeassistant.url is not None)
        operations = operations_of(house, kept, telling, talking, routines, its.plans, its.past, table, its.voices)
        let_ask(operations, its.habits, house, kept, talking)
        let_look_up(its.outside, talking, operations, table)
        asked = {**operations.operations(), **speaking.pairing.operations()}
        control, pulse = Control(state, asked, operations.streams()), Pulse(kept.store)
        served = operations.operations(Origin.DASHBOARD)
        dashboard = base.ways.dashboard(served, table, house.home, house.mqtt, serve=speaking.rooms.serve)
        runs = [
            Run("control", control.run),
            Run("pulse", pulse.run),
            *runs_of(house, kept, telling, talking, its.remembered, table),
            *routine_runs(routines, its.past, kept),
            *let_notice(its.habits, state, house, kept, telling, routines, its.past, talking),
            *plan_runs(its.plans, kept, table),
            *speech_runs(config, speaking, talking, house, table),
            *presenting_runs(config, base.presented, house, kept, telling, talking, speaking, table),
            *its.thinking.runs(table),
            *let_ponder(its.thinking, its.remembered, talking.conversation),
            Run("seals", lambda: kept.seals.run(environment), critical=False, at_once=False),
            *([Run("dashboard", dashboard.run, critical=False, at_once=False)] if dashboard is not None else []),
        ]
        notifier = Notifier(environment)
        talk, gate = talking.conversation, talking.gateway
        yield Hearth(
            house.home, talk, gate, kept.journal, kept.schedule, control, table, notifier, pulse, dashboard, runs,
            routines.farewell,
        )  # fmt: skip


def _ask_for_health(table: HealthTable, house: House, kept: Kept, telling: Telling, talking: Talking) -> None:
    """Have the table ask every part that can say how it is."""
    ears, sentences = talking.understanding.ears, talking.understanding.sentences
    table.ask("store", lambda: of_store(kept.store))
    table.ask("mqtt", lambda: of_mqtt(house.mqtt))
    table.ask("voice", ears.health)
    table.ask("notices", lambda: of_notify(telling.notify))
    table.ask("sentences", sentences.health)
    table.ask("names", Naming(house.home, ears.knows).health)
