"""The words for what stands in a house: floors, areas, devices, entities, states, calls, and the bridge that carries
them.

Names are Home Assistant's wherever it has one: a domain is ``light``, a service is ``turn_on``, a state is ``on``, an
attribute is ``brightness``. Errors of this package::

    DeviceError
    ├── BridgeError      a call could not be handed over: nothing was sent, or the bridge cannot tell
    ├── CallError        a call that this entity cannot carry out: a mistake of the caller, nothing was sent
    └── PayloadError     something that came from outside makes no sense; it is counted and dropped
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NewType, Protocol

EntityId = NewType("EntityId", str)
"""``domain.object_id``, unique in the house: ``light.kitchen_ceiling``."""
DeviceId = NewType("DeviceId", str)
AreaId = NewType("AreaId", str)
FloorId = NewType("FloorId", str)

NOTHING: Mapping[str, object] = MappingProxyType({})
"""The empty, immutable mapping: a default for attributes and call data."""


class DeviceError(Exception):
    """The base of everything that this package raises."""

    code = "device-error"


class BridgeError(DeviceError):
    """A call could not be handed over: the broker is away, the device is offline, the other side said no."""

    code = "bridge-error"


class CallError(DeviceError):
    """A call that the entity does not support or whose data is out of range; nothing was sent."""

    code = "call-unsupported"


class PayloadError(DeviceError):
    """A payload from outside that cannot be understood; the message names what and where, shortened."""

    code = "payload-invalid"


class Capability(StrEnum):
    """One thing an entity can be asked to do, beyond what every entity of its domain can."""

    ON_OFF = "on_off"
    BRIGHTNESS = "brightness"
    COLOR_TEMPERATURE = "color_temperature"
    COLOR = "color"
    EFFECT = "effect"
    OPEN_CLOSE = "open_close"
    STOP = "stop"
    POSITION = "position"
    TILT = "tilt"
    TARGET_TEMPERATURE = "target_temperature"
    TARGET_RANGE = "target_range"
    HVAC_MODE = "hvac_mode"
    PRESET = "preset"
    FAN_MODE = "fan_mode"
    SPEED = "speed"
    OSCILLATE = "oscillate"
    DIRECTION = "direction"
    LOCK = "lock"
    UNLATCH = "unlatch"
    PLAY = "play"
    NEXT_PREVIOUS = "next_previous"
    VOLUME = "volume"
    MUTE = "mute"
    SOURCE = "source"
    SEEK = "seek"
    START = "start"
    PAUSE = "pause"
    RETURN_HOME = "return_home"
    LOCATE = "locate"
    TARGET_HUMIDITY = "target_humidity"
    ARM = "arm"
    PRESS = "press"
    ACTIVATE = "activate"
    INSTALL = "install"
    SET_VALUE = "set_value"
    SELECT_OPTION = "select_option"
    TONE = "tone"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class Floor:
    """One storey."""

    id: FloorId
    name: str
    aliases: tuple[str, ...] = ()
    level: int | None = None
    """0 is the ground floor; ``None`` where nobody said."""


@dataclass(frozen=True, slots=True)
class Area:
    """One room, or a part of the garden."""

    id: AreaId
    name: str
    aliases: tuple[str, ...] = ()
    floor: FloorId | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """The housing of one or more entities."""

    id: DeviceId
    name: str
    manufacturer: str | None = None
    model: str | None = None
    sw_version: str | None = None
    suggested_area: str | None = None
    """A room's name as the device's own configuration gives it; a hint, never an order."""
    identifiers: frozenset[str] = frozenset()
    """What recognizes the same thing through two sources: ``ieee:0x00158d0001a2b3c4`` (lower case),
    ``mac:aabbccddeeff`` (lower case, no colons), else the source's own identifier behind its name,
    ``mqtt:my_sensor_1``."""
    via: str | None = None
    """The dialect or bridge that reported it: ``zigbee2mqtt``, ``tasmota``, ``discovery``, ``twin``."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing that has a state or can be called."""

    id: EntityId
    name: str
    """As a person says it, with the device's name where the entity's alone says nothing: ``Kitchen Ceiling``,
    ``Washer Power``."""
    domain: str
    """Home Assistant's: ``light, switch, cover, climate, lock, fan, media_player, vacuum, valve, siren,
    alarm_control_panel, humidifier, water_heater, button, scene, sensor, binary_sensor, update, number, select``…"""
    device_class: str | None = None
    area: AreaId | None = None
    device: DeviceId | None = None
    aliases: tuple[str, ...] = ()
    capabilities: frozenset[Capability] = frozenset()
    members: tuple[EntityId, ...] = ()
    """The members of a group that reports them; empty for everything else."""
    options: tuple[str, ...] = ()
    """What a ``select`` offers; for others the allowed modes (``hvac_modes``, sources) are in ``limits``."""
    limits: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    """What may be asked: ``min``/``max``/``step`` (number, target temperature, humidity),
    ``min_kelvin``/``max_kelvin``, ``hvac_modes``, ``preset_modes``, ``fan_modes``, ``effects``, ``sources``,
    ``arm_modes``, ``code_required`` (bool)…"""
    unit: str | None = None
    assumed_state: bool = False
    """True where the device does not report what it does: a call to it can never be called done."""
    hidden: bool = False
    """Diagnostic or configuration entities: reachable by id, not by "all the switches"."""
    unique: str | None = None
    """What it is known by for ever to who made it, the same through every source: ``mqtt:greenhouse_pump``."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What brought a state about, as far as the other side says it."""

    id: str
    """By this the other side finds it in its own records: Home Assistant's context id."""
    ours: bool = False
    """True: a call of ours brought it about."""
    who: str | None = None
    """The name of the person who did it there."""
    what: str | None = None
    """What did it there: ``the automation Night Lights``."""

    @property
    def tells(self) -> bool:
        """Whether it names anybody or anything."""
        return self.ours or self.who is not None or self.what is not None


@dataclass(frozen=True, slots=True)
class State:
    """What an entity was last seen to be.

    ``value`` and ``attributes`` are Home Assistant's: a light is ``on``/``off`` with ``brightness`` 0-255,
    ``color_temp_kelvin``, ``rgb_color`` (a tuple of three 0-255), ``effect``; a cover
    ``open``/``closed``/``opening``/``closing`` with ``current_position`` and ``current_tilt_position`` 0-100 (100 is
    open); climate has the HVAC mode as value with ``temperature``, ``current_temperature``, ``hvac_action``,
    ``preset_mode``; a lock is ``locked``/``unlocked``/``locking``/``unlocking``/ ``jammed``; a fan ``on``/``off``
    with ``percentage``; a media player ``playing``/``paused``/``idle``/``off`` with ``volume_level`` 0-1,
    ``is_volume_muted``, ``source``, ``media_title``; a vacuum
    ``cleaning``/``docked``/``returning``/``paused``/``idle``/``error``; a binary sensor ``on``/``off``; a sensor its
    number as text.
    """

    entity: EntityId
    value: str
    """``unknown`` where the entity is there but never said anything."""
    attributes: Mapping[str, object] = field(default_factory=lambda: NOTHING)
    seen_at: datetime | None = None
    """When it last reported, aware UTC; ``None``: never."""
    changed_at: datetime | None = None
    """When ``value`` last became what it is, aware UTC."""
    available: bool = True
    """False: the device or its bridge says that it cannot be reached. The last value is kept."""
    reports: int = 0
    """Counts reports, also those that changed nothing: a read-back waits for this to move."""
    trace: Trace | None = None
    """What brought this about, where the other side tells."""


@dataclass(frozen=True, slots=True)
class Call:
    """One operation on one entity, in Home Assistant's words.

    ``data`` holds absolute values only, in the units of `State`: ``{"brightness": 128}`` (never ``brightness_pct`` or
    a step), ``color_temp_kelvin``, ``rgb_color``, ``effect``, ``transition`` (seconds), ``position``,
    ``tilt_position``, ``temperature``, ``target_temp_low``/``target_temp_high``, ``hvac_mode``, ``preset_mode``,
    ``fan_mode``, ``percentage``, ``oscillating``, ``direction``, ``volume_level``, ``is_volume_muted``, ``source``,
    ``humidity``, ``mode``, ``value``, ``option``, ``code``, ``fan_speed``, ``tone``, ``duration``. Services are
    ``turn_on, turn_off, open_cover, close_cover, stop_cover, set_cover_position, set_cover_tilt_position, open_valve,
    close_valve, stop_valve, set_valve_position, set_temperature, set_hvac_mode, set_preset_mode, set_fan_mode,
    set_percentage, oscillate, set_direction, lock, unlock, open, media_play, media_pause, media_stop,
    media_next_track, media_previous_track, volume_set, volume_mute, select_source, play_media, start, stop, pause,
    return_to_base, locate, set_fan_speed, set_humidity, set_mode, set_operation_mode, alarm_arm_home, alarm_arm_away,
    alarm_arm_night, alarm_arm_vacation, alarm_disarm, press, install, set_value, select_option``.
    """

    entity: EntityId
    service: str
    data: Mapping[str, object] = field(default_factory=lambda: NOTHING)


class Bridge(Protocol):
    """One way to reach devices. It is given the `Home` it reports to when it is built."""

    @property
    def name(self) -> str:
        """What the health table and error messages call it."""
        ...

    async def run(self) -> None:
        """Connect, report, reconnect; must end only by cancellation, and must not raise because the other side is
        away.
        """
        ...

    async def call(self, call: Call) -> str | None:
        """Return once the call was handed over (for MQTT: given to the connection), not once it took effect; and
        the `Trace.id` that the other side gave it, where it gave one.

        Must not queue a call that cannot be sent now: what is not sent at once is never sent.

        Raises:
            BridgeError: it cannot be handed over now.
            CallError: this entity does not support it.
        """
        ...


class Register(Protocol):
    """What a bridge reports to: the `Home`, or what makes one house of several bridges."""

    def entity(self, id: str) -> Entity | None:
        """Return the entity of this id, or ``None`` if the id is free."""
        ...

    def state(self, id: str) -> State | None:
        """Return what the entity was last seen to be; ``None`` if there is no such entity."""
        ...

    def add(self, entity: Entity, device: Device | None = None) -> Entity:
        """Take in an entity, or its new description."""
        ...

    def remove(self, id: EntityId) -> None:
        """Forget an entity."""
        ...

    def observe(
        self,
        id: EntityId,
        value: str | None = None,
        attributes: Mapping[str, object] = NOTHING,
        *,
        at: datetime,
        changed_at: datetime | None = None,
        trace: Trace | None = None,
    ) -> None:
        """Note what an entity reports: a ``value`` of ``None`` leaves it, ``attributes`` are merged (``None`` removes).

        ``changed_at`` is when the value became what it is, where the other side knows that better than we do.
        """
        ...

    def reach(self, id: EntityId, available: bool, *, at: datetime) -> None:
        """Note that an entity can, or can no longer, be reached; its last value is kept."""
        ...

    def lay_out(self, floors: Sequence[Floor], areas: Sequence[Area]) -> None:
        """Take in all floors and rooms that the other side knows, in place of those it knew before."""
        ...


class HomeView(Protocol):
    """What a skill may read of the house. Nothing here can change anything."""

    @property
    def version(self) -> int:
        """Moves when a floor, an area, an entity or a name changes; not when a state does."""
        ...

    def floors(self) -> Sequence[Floor]:
        """Return every floor."""
        ...

    def areas(self) -> Sequence[Area]:
        """Return every area."""
        ...

    def entities(self) -> Sequence[Entity]:
        """Return every entity, hidden ones too."""
        ...

    def devices(self) -> Sequence[Device]:
        """Return every device."""
        ...

    def entity(self, id: str) -> Entity | None:
        """Return the entity, or ``None`` if there is none of this id."""
        ...

    def area(self, id: AreaId) -> Area | None:
        """Return the area, or ``None`` if there is none of this id."""
        ...

    def state(self, id: str) -> State | None:
        """Return what the entity was last seen to be; ``None`` only if there is no such entity."""
        ...

    def find(
        self,
        *,
        name: str | None = None,
        area: AreaId | None = None,
        floor: FloorId | None = None,
        domains: frozenset[str] = frozenset(),
        device_classes: frozenset[str] = frozenset(),
    ) -> Sequence[Entity]:
        """Return the visible entities that fit every condition given; ``name`` compares with names and aliases,
        folded (case, blanks, diacritics).
        """
        ...

    def near(self, words: str, *, limit: int = 3) -> Sequence[Entity]:
        """Return the entities whose name or alias comes closest to ``words``, best first; empty if none is close."""
        ...


Listener = Callable[[State, State], None]
"""Called as ``listener(before, after)`` in the same turn of the event loop as the report; must not block."""
