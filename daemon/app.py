"""Puts the daemon together: builds every part, opens what is held, runs what runs, and ends it all in reverse."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import uuid
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from daemon.actuate import Actuate
from daemon.agenda import Agenda
from daemon.calendar import About, Calendars, Source
from daemon.calendar.caldav import CalDav
from daemon.calendar.feed import Feed, File
from daemon.calendar.http import Http
from daemon.clock import Clock, SystemClock
from daemon.config import CalendarEntry, Config, PersonEntry, load, secret
from daemon.control import Control
from daemon.conversation import Conversation
from daemon.copies import Copies, Rescue, rescue
from daemon.dashboard import Dashboard
from daemon.doors import Ways
from daemon.errors import DaemonError
from daemon.firing import Firing
from daemon.gateway import Gateway
from daemon.grammars import Grammars
from daemon.household import Household, Person, Role, Span
from daemon.journal import Journal
from daemon.learning import Learning
from daemon.learning.naming import Naming
from daemon.listening import Ears
from daemon.lists import Lists
from daemon.lock import locked
from daemon.notices import Notices
from daemon.notify import Manners, Notify
from daemon.notify.model import Notice, Urgency
from daemon.operations import Operations
from daemon.presence import Presence
from daemon.reminders import Reminders
from daemon.schedule import Schedule
from daemon.sentences import FOLDER, Sentences
from daemon.starts import MANY, STEADY_S, begin, forget
from daemon.store import Store, StoreError, StoreFileError
from daemon.strangers import refuse_strangers
from daemon.supervise import Condition, Health, HealthTable, keep_running
from daemon.systemd import Notifier
from devices.dialects.discovery import Discovery
from devices.dialects.esphome import Esphome
from devices.dialects.model import Dialect
from devices.dialects.shelly import Shelly
from devices.dialects.tasmota import Tasmota
from devices.dialects.zigbee2mqtt import Zigbee2Mqtt
from devices.home import Home
from devices.model import Area, AreaId, Bridge, BridgeError, EntityId, Floor, FloorId
from devices.mqtt import Mqtt, MqttSettings
from devices.names import fold, slug
from skills.builtin.words import with_article
from skills.model import Cause, CauseId, Origin, PersonId
from skills.registry import Lifespan
from skills.registry import load as load_skills

if TYPE_CHECKING:
    from daemon.demo import Demo

log = logging.getLogger("hearth." + __name__)

DATABASE = "hearth.db"
LIFESPAN_S = 5.0
"""The longest that a skill may keep the start waiting."""
PULSE_S = 2.0
"""How often the database thread must answer for the watchdog to be fed."""
PULSE_MISSED_S = 20.0
COLLECT = (20_000, 50, 1_000)
"""When the garbage collector looks for cycles, see `gc.set_threshold`: we make few, and each look stops the house.
Under 3,000 discoveries the longest turn of the event loop is 21 ms with these and 45 to 68 with Python's own.
"""


@dataclass(frozen=True, slots=True)
class Hearth:
    """The parts of a daemon that is put together and not yet running."""

    home: Home
    conversation: Conversation
    gateway: Gateway
    journal: Journal
    store: Store
    schedule: Schedule
    notify: Notify
    learning: Learning
    calendars: Calendars
    mqtt: Mqtt | None
    copies: Copies
    control: Control
    table: HealthTable
    notifier: Notifier
    dashboard: Dashboard | None = None

    async def run(self) -> None:
        """Run every part until cancelled; a critical part that fails ends them all."""
        pulse = _Pulse(self.store)
        async with asyncio.TaskGroup() as group:
            if self.mqtt is not None:
                group.create_task(keep_running("mqtt", self.mqtt.run, self.table))
            group.create_task(self.control.run())
            group.create_task(self.gateway.run())
            group.create_task(self.schedule.run())
            group.create_task(self.copies.run())
            group.create_task(self.notify.run())
            group.create_task(self.learning.run(self.gateway.submit))
            group.create_task(self.calendars.run(self.table))
            group.create_task(pulse.run())
            await self.control.listening.wait()
            group.create_task(self.notifier.heartbeat(pulse.beats, self._status))
            self.notifier.tell("READY=1")
            log.info("ready")
            if self.dashboard is not None:
                # Behind everything else: what it imports takes as long as the rest of the start.
                group.create_task(keep_running("dashboard", self.dashboard.run, self.table))

    def _status(self) -> str:
        worse = [row.part for row in self.table.rows() if row.condition is Condition.DEGRADED]
        return f"{len(self.home.entities())} entities" + (f"; not well: {', '.join(worse)}" if worse else "")


class _Pulse:
    """Asks the database thread for a sign of life, for the watchdog."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._loop = asyncio.get_running_loop()
        self._beat_at_s = self._loop.time()

    async def run(self) -> None:
        while True:
            # What cannot be used now is told by its health: the thread lives, and so must we.
            with contextlib.suppress(StoreError):
                await self._store.run(lambda _session: None)
            self._beat_at_s = self._loop.time()
            await asyncio.sleep(PULSE_S)

    def beats(self) -> bool:
        return self._loop.time() - self._beat_at_s < PULSE_MISSED_S


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
        zone = ZoneInfo(config.home.zone)
        home = _home(config)
        rescued = await asyncio.to_thread(rescue, state / DATABASE, state, now=clock.now())
        store = await stack.enter_async_context(Store.open(state / DATABASE, clock))
        journal = Journal(store, clock)
        household = _household(config, zone)
        ways = await stack.enter_async_context(Ways(config, state, household, store, clock=clock))
        mqtt = _mqtt(config, home, clock, ways.topics) if bridge is None else None
        actuate = Actuate(home, _bridge_of(bridge or mqtt))
        registry = load_skills(disabled=config.skills.disabled, settings=config.skills.settings, bundled_only=safe)
        looks = {"device.call": actuate.look}
        schedule = Schedule(store, clock, zone)
        reminders, lists, notices = Reminders(schedule), Lists(store, clock), Notices(journal)
        agenda = Agenda(reminders, lists)
        presence = Presence(home, household)
        notify = Notify(
            store,
            schedule,
            journal,
            household,
            presence,
            notices.announce,
            clock=clock,
            manners=_manners(config, home),
            channels=await ways.channels(mqtt),
            room=lambda area: _room(home, area),
        )
        sources = [_calendar(entry) for entry in config.calendars]
        calendars = Calendars(sources, store, schedule, notify.announce, clock=clock, zone=zone)
        for entity in calendars.entities():
            home.add(entity)
        await schedule.begin()
        await notify.begin()
        if rescued is not None:
            await notify.announce(_of_rescue(rescued, clock.now(), zone))
        ears = Ears(config, state, home)
        stack.push_async_callback(ears.close)
        sentences = Sentences(registry, config.skills.sentences or state / FOLDER, state / "cache")
        grammars = Grammars(config.home.language.split("-")[0], sentences.engine)
        learning = Learning(store, clock, home, grammars, journal, knows=ears.knows)
        await learning.begin()
        effects = [
            *actuate.effects(),
            *reminders.effects(),
            *lists.effects(),
            *notify.effects(),
            *calendars.effects(),
            *learning.effects(),
            *registry.effects(),
        ]
        gateway = Gateway(effects, journal, store, household, clock, look=looks)
        conversation = Conversation(
            home,
            registry,
            grammars,
            gateway,
            journal,
            clock=clock,
            zone=zone,
            agenda=agenda,
            calendar=calendars,
            learning=learning,
            notices=notify.view,
            heard=presence.heard,
        )
        Firing(schedule, reminders, notify.announce, conversation, clock=clock, zone=zone)
        table = HealthTable()
        await calendars.begin(table)
        for lifespan in registry.lifespans():
            await stack.enter_async_context(_held_open(lifespan, table))
        _tell_health(table, store, mqtt, ears)
        table.ask("notices", lambda: _of_notify(notify))
        table.ask("sentences", sentences.health)
        table.ask("names", Naming(home, ears.knows).health)
        operations = Operations(
            home,
            household,
            conversation,
            journal,
            ears=ears,
            notices=notices,
            told=notify.reading,
            agenda=agenda,
            calendar=calendars,
            learning=learning,
            table=table,
            clock=clock,
            zone=zone,
        )
        control = Control(state, operations.operations(), operations.streams())
        dashboard = ways.dashboard(operations.operations(Origin.DASHBOARD), table, home, mqtt)
        if dashboard is not None:
            table.ask("dashboard", dashboard.health)
        yield Hearth(
            home,
            conversation,
            gateway,
            journal,
            store,
            schedule,
            notify,
            learning,
            calendars,
            mqtt,
            Copies(state, store, clock),
            control,
            table,
            Notifier(environment),
            dashboard,
        )


def serve(config_path: Path | None, state: Path, *, demo: bool) -> None:
    """Run the daemon until SIGTERM or SIGINT.

    Raises:
        DaemonError: it cannot start here: the configuration, the state, or another daemon on it.
    """
    refuse_strangers()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # It logs every address that it asks, and an address may hold a key.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        with locked(state), _counted(state) as safe, contextlib.suppress(asyncio.CancelledError):
            asyncio.run(_main(config_path, state, demo=demo, safe=safe))
    except BaseExceptionGroup as group:
        told, untold = group.split(DaemonError)
        if told is None or untold is not None:
            raise
        raise _first(told) from group


@contextlib.contextmanager
def _counted(state: Path) -> Generator[bool]:
    """Yield whether to start with less: the last starts all died soon. What stops in order, or says why not, counts as
    none.
    """
    safe = begin(state) >= MANY
    try:
        yield safe
    except DaemonError:
        forget(state)
        raise
    except BaseExceptionGroup as group:
        if group.split(DaemonError)[1] is None:
            forget(state)
        raise
    forget(state)


def _first(error: BaseException) -> BaseException:
    """Return the first error that a group is about."""
    while isinstance(error, BaseExceptionGroup):
        error = cast("BaseExceptionGroup[BaseException]", error).exceptions[0]
    return error


async def _main(config_path: Path | None, state: Path, *, demo: bool, safe: bool) -> None:
    main_task = asyncio.current_task()
    assert main_task is not None
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, main_task.cancel)
    async with AsyncExitStack() as stack:
        home = await stack.enter_async_context(_demo()) if demo else None
        config = home.config(config_path) if home else load(config_path)
        logging.getLogger("hearth").setLevel(config.log.level)
        clock = SystemClock()
        hearth = await stack.enter_async_context(build(config, state, clock=clock, environment=os.environ, safe=safe))
        if safe:
            log.warning("the last %d starts ended within %.0f s: this one leaves out added skills", MANY, STEADY_S)
            remedy = "remove the skill that was added last, then start Hearth again"
            hearth.table.note(Health("safe mode", Condition.DEGRADED, "added skills are left out", remedy))
        loop.call_later(STEADY_S, forget, state)
        stack.callback(hearth.notifier.tell, "STOPPING=1")
        # What is built now lives as long as the process: the collector need not look at it again and again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT)
        async with asyncio.TaskGroup() as group:
            if home is not None:
                hearth.table.ask("simulated home", home.health)
                group.create_task(keep_running("simulated home", home.run, hearth.table))
            await hearth.run()


def _demo() -> AbstractAsyncContextManager["Demo"]:
    """Start the simulated house; what it needs is not imported for anything else."""
    from daemon.demo import Demo

    return Demo.open()


def _home(config: Config) -> Home:
    floors = [Floor(FloorId(f.id or slug(f.name)), f.name, f.aliases, f.level) for f in config.home.floors]
    floor_ids = {fold(name): floor.id for floor in floors for name in (floor.id, floor.name)}
    areas: list[Area] = []
    for area in config.home.areas:
        floor = floor_ids[fold(area.floor)] if area.floor else None
        areas.append(Area(AreaId(area.id or slug(area.name)), area.name, area.aliases, floor))
    area_ids = {fold(name): area.id for area in areas for name in (area.id, area.name)}
    placement = {thing: area_ids[fold(room)] for thing, room in config.home.placement.items()}
    given = config.home
    return Home(floors=floors, areas=areas, placement=placement, aliases=given.aliases, names=given.names)


@asynccontextmanager
async def _held_open(lifespan: Lifespan, table: HealthTable) -> AsyncGenerator[None]:
    """Hold open what a skill wants held open; a skill that fails at it is a row, and the daemon starts."""
    async with AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(LIFESPAN_S):
                await stack.enter_async_context(lifespan.open())
        except Exception as error:  # foreign code: what a skill opens must not decide whether the house obeys
            log.exception("skill %s could not open what it needs", lifespan.skill)
            table.note(Health(f"skill {lifespan.skill}", Condition.DEGRADED, f"{type(error).__name__}: {error}"))
        yield


def _bridge_of(bridge: Bridge | None) -> Callable[[EntityId], Bridge]:
    def bridge_of(entity: EntityId) -> Bridge:
        if bridge is None:
            raise BridgeError(f"nothing reaches {entity!r}: no broker is configured")
        return bridge

    return bridge_of


def _household(config: Config, zone: ZoneInfo) -> Household:
    people = {PersonId(p.id): _person(p, config.notify.quiet) for p in config.people}
    return Household(
        people,
        zone,
        most_devices=config.policy.most_devices,
        approval_for=timedelta(minutes=config.policy.approval_minutes),
        night=config.policy.night,
        unattended=frozenset(map(EntityId, config.policy.unattended)),
        voice_confirms_critical=config.policy.voice_confirms_critical,
    )


def _person(given: PersonEntry, house: Span | None) -> Person:
    """Return a person as configured; one address is written without brackets."""
    addresses = {channel: (at,) if isinstance(at, str) else at for channel, at in given.addresses.items()}
    return Person(
        PersonId(given.id),
        given.name,
        Role(given.role),
        addresses,
        reach=given.reach,
        quiet=given.quiet or house,
        trackers=given.trackers,
    )


def _calendar(entry: CalendarEntry) -> tuple[About, Source]:
    password = secret(entry.password_file, what=f"calendars.{entry.name}.password_file")
    source: Source
    if entry.url is not None:
        place = entry.url
        source = CalDav(Http(entry.url, username=entry.username, password=password), read_only=entry.read_only)
    else:
        place = entry.ics or ""
        if place.startswith(("http://", "https://")):
            source = Feed(Http(place, username=entry.username, password=password))
        else:
            source = File(Path(place), read_only=entry.read_only)
    remind_s = tuple(minutes * 60 for minutes in entry.remind_minutes)
    about = About(entry.name, place, entry.person, entry.read_only, remind_s, entry.refresh_minutes * 60)
    return about, source


def _mqtt(config: Config, home: Home, clock: Clock, *more: Dialect) -> Mqtt | None:
    given = config.mqtt
    if given.host is None:
        return None
    settings = MqttSettings(
        host=given.host,
        port=given.port,
        username=given.username,
        password=secret(given.password_file, what="mqtt.password_file"),
        client_id=given.client_id,
        tls=given.tls,
        ca_file=given.ca_file,
        cert_file=given.certificate_file,
        key_file=given.key_file,
        keepalive_s=given.keepalive_s,
        base_topic=given.base_topic,
    )
    dialects: list[Dialect] = [Zigbee2Mqtt(base) for base in given.zigbee2mqtt_topics]
    # Many publishers describe themselves only after Home Assistant's birth message: without one, it is ours to send.
    announce = given.discovery_announce if given.discovery_announce is not None else config.homeassistant.url is None
    prefix = given.discovery_prefix
    shelly = Shelly(source=f"{given.base_topic}/shelly", prefixes=given.shelly_prefixes)
    dialects += [Tasmota(), shelly, Esphome(discovery_prefix=prefix), Discovery(prefix=prefix, announce=announce)]
    return Mqtt(settings, home, [*dialects, *more], now=clock.now)


def _tell_health(table: HealthTable, store: Store, mqtt: Mqtt | None, ears: Ears) -> None:
    table.ask("store", lambda: _of_store(store))
    table.ask("voice", ears.health)
    if mqtt is None:
        table.note(Health("mqtt", Condition.MISSING, "no broker is configured", "set mqtt.host"))
        return

    def connection() -> Health:
        health = mqtt.health
        condition = Condition.FINE if health.connected else Condition.DEGRADED
        return Health("mqtt", condition, f"{health.detail}; {health.entities} entities", "")

    table.ask("mqtt", connection)


def _manners(config: Config, home: Home) -> Manners:
    """Return how the household wants to be told; rooms and people are known to be there."""
    given = config.notify
    areas = {area.id: span for room, span in given.quiet_rooms.items() if (area := home.area_named(room)) is not None}
    a_day = {
        Urgency.INFO: given.info_a_day,
        Urgency.NORMAL: given.normal_a_day,
        Urgency.IMPORTANT: given.important_a_day,
    }
    snooze = timedelta(minutes=given.snooze_minutes)
    return Manners(given.quiet, areas, tuple(map(PersonId, given.order)), given.digest, snooze, a_day)


def _room(home: Home, id: AreaId) -> str:
    """Return what a room is called in a sentence."""
    area = home.area(id)
    return with_article(area.name.lower()) if area is not None else id


def _of_notify(notify: Notify) -> Health:
    problems = [f"{name}: {why}" for name, why in notify.problems().items()]
    if problems:
        return Health("notices", Condition.DEGRADED, "; ".join(problems), "others are used; do what each says")
    return Health("notices", Condition.FINE)


def _of_rescue(rescued: Rescue, now: datetime, zone: ZoneInfo) -> Notice:
    """Return what people must know: what they told the house since then is gone."""
    at = rescued.copied_at.astimezone(zone)
    text = f"My memory was damaged, so I went back to the copy of {at:%A}, {at:%H:%M}. What came after that is missing."
    cause = Cause(CauseId(uuid.uuid4().hex), Origin.DAEMON)
    return Notice(text, "store", now, cause, urgency=Urgency.IMPORTANT, key=f"store/{rescued.copied_at.isoformat()}")


def _of_store(store: Store) -> Health:
    if store.full:
        return Health("store", Condition.DEGRADED, "no space left on its disk: nothing is done", "make room")
    if store.problem is not None:
        remedy = "stop Hearth, then: hearth restore FILE" if isinstance(store.problem, StoreFileError) else ""
        return Health("store", Condition.DEGRADED, str(store.problem), remedy)
    return Health("store", Condition.FINE)
