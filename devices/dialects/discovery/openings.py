"""Covers and valves: what opens and closes, with positions and slats."""

from dataclasses import dataclass
from functools import partial

from devices.dialects import json_payload
from devices.dialects.discovery.component import RESET, UNKNOWN, Component, Data, Reader, Update, number_in
from devices.dialects.discovery.config import Command, Config, Read
from devices.dialects.discovery.payload import Payload, compact, finite, head
from devices.dialects.model import Message
from devices.model import Capability, PayloadError


@dataclass(frozen=True, slots=True)
class Span:
    """The device's numbers for closed and for open."""

    closed: float
    open: float

    def percent(self, value: float) -> int:
        """Return how far open that is, 0 to 100, for a value in the device's numbers."""
        return min(100, max(0, round((value - self.closed) * 100 / (self.open - self.closed))))

    def value(self, percent: float) -> int:
        """Return the device's number."""
        return round(self.closed + (self.open - self.closed) * percent / 100)


def _span(config: Config, closed: str, opened: str) -> Span:
    span = Span(config.number(closed, 0), config.number(opened, 100))
    if span.closed == span.open:
        raise PayloadError(f"{closed!r} and {opened!r} are the same")
    return span


@dataclass(slots=True)
class _Cover:
    """What a cover last said, as far as the next message needs it."""

    span: Span
    states: dict[str, str]
    by_position: bool
    """The state follows from the position, as nothing else tells it."""
    position: int | None = None
    state: str = UNKNOWN

    def told_state(self, read: Read, payload: Payload) -> Update | None:
        text = read(payload)
        if text is None:
            return None
        state = UNKNOWN if text == RESET else self.states.get(text)
        if state is None:
            raise PayloadError(f"{head(text)} is none of {', '.join(map(repr, self.states))}")
        if state == "stopped":
            if self.position is not None:
                state = "open" if self.position else "closed"
            else:
                state = "closed" if self.state in ("closed", "closing") else "open"
        self.state = state
        return Update(state)

    def told_position(self, read: Read, tilt: Reader | None, payload: Payload) -> Update | None:
        text = read(payload)
        if text is None or text == RESET:
            return None
        more: Update | None = None
        if text.startswith("{"):
            values = Payload(text.encode()).mapping
            number = finite(values.get("position"))
            if tilt is not None and "tilt_position" in values:
                more = tilt(Payload(str(values["tilt_position"]).encode()))
        else:
            number = finite(text)
        self.position = self.span.percent(number)
        attributes = {"current_position": self.position, **(more.attributes if more else {})}
        if not self.by_position:
            return Update(attributes=attributes)
        self.state = "open" if self.position else "closed"
        return Update(self.state, attributes)


def cover(config: Config) -> Component:
    """Build a cover."""
    part = Component("cover", config.optional("device_class"))
    state_topic, position_topic = config.state_topic("state_topic"), config.topic("position_topic")
    span = _span(config, "position_closed", "position_open")
    names = {"open": "open", "closed": "closed", "opening": "opening", "closing": "closing", "stopped": "stopped"}
    states = {config.text(f"state_{name}", word): name for name, word in names.items()}
    memory = _Cover(span, states, by_position=state_topic is None)
    tilt = _tilt(config, part)
    part.reads(state_topic, partial(memory.told_state, config.read("value_template")))
    position = config.read("position_template") if "position_template" in config else config.read("value_template")
    part.reads(position_topic, partial(memory.told_position, position, tilt))
    part.assumed_state = config.flag("optimistic") or (state_topic is None and position_topic is None)
    set_position = config.command("set_position_topic", "set_position_template")
    extra = {
        "position_open": compact(span.open),
        "position_closed": compact(span.closed),
        "tilt_min": compact(config.number("tilt_min", 0)),
        "tilt_max": compact(config.number("tilt_max", 100)),
    }

    def move(command: Command, percent: float) -> list[Message]:
        return [command(span.value(percent), position=round(percent), **extra)]

    if set_position is not None:
        part.serves(
            "set_cover_position", lambda data: move(set_position, number_in(data, "position")), Capability.POSITION
        )
    command = config.command("command_topic")
    for service, key, word in (("open_cover", "payload_open", "OPEN"), ("close_cover", "payload_close", "CLOSE")):
        payload = config.payload(key, word)
        if command is not None and payload is not None:
            part.serves(service, partial(_send, command, payload), Capability.OPEN_CLOSE)
        elif command is None and set_position is not None:
            full = 100 if service == "open_cover" else 0
            part.serves(service, partial(_move_fully, partial(move, set_position, full)), Capability.OPEN_CLOSE)
    stop = config.payload("payload_stop", "STOP")
    if command is not None and stop is not None:
        part.serves("stop_cover", partial(_send, command, stop), Capability.STOP)
    return part


def _send(command: Command, payload: str, _data: Data) -> list[Message]:
    return [command(payload)]


def _move_fully(move: partial[list[Message]], _data: Data) -> list[Message]:
    return move()


def _tilt(config: Config, part: Component) -> Reader | None:
    """Add the slats, and return what reads their angle."""
    span = _span(config, "tilt_min", "tilt_max")
    read = config.read("tilt_status_template")

    def reader(payload: Payload) -> Update | None:
        text = read(payload)
        if text is None or text == RESET:
            return None
        return Update(attributes={"current_tilt_position": span.percent(finite(text))})

    part.reads(config.state_topic("tilt_status_topic"), reader)
    command = config.command("tilt_command_topic", "tilt_command_template")
    if command is None:
        return reader

    def run(data: Data) -> list[Message]:
        percent = number_in(data, "tilt_position")
        value = span.value(percent)
        return [
            command(value, tilt_position=round(percent), tilt_min=compact(span.closed), tilt_max=compact(span.open))
        ]

    part.serves("set_cover_tilt_position", run, Capability.TILT)
    return reader


def valve(config: Config) -> Component:
    """Build a valve."""
    part = Component("valve", config.optional("device_class"))
    positions = config.flag("reports_position")
    span = _span(config, "position_closed", "position_open")
    reader = _valve_reader(config, span if positions else None)
    part.assumed_state = not part.reads(config.state_topic("state_topic"), reader) or config.flag("optimistic")
    command = config.command("command_topic", "command_template")
    if command is None:
        return part
    if positions:

        def move(percent: float) -> list[Message]:
            extra = {"position_open": compact(span.open), "position_closed": compact(span.closed)}
            return [command(span.value(percent), position=round(percent), **extra)]

        part.serves("set_valve_position", lambda data: move(number_in(data, "position")), Capability.POSITION)
        part.serves("open_valve", lambda _: move(100), Capability.OPEN_CLOSE)
        part.serves("close_valve", lambda _: move(0), Capability.OPEN_CLOSE)
    else:
        for service, key, word in (("open_valve", "payload_open", "OPEN"), ("close_valve", "payload_close", "CLOSE")):
            payload = config.payload(key, word)
            if payload is not None:
                part.serves(service, partial(_send, command, payload), Capability.OPEN_CLOSE)
    stop = config.optional("payload_stop")
    if stop is not None:
        part.serves("stop_valve", partial(_send, command, stop), Capability.STOP)
    return part


def _valve_reader(config: Config, span: Span | None) -> Reader:
    read = config.read("value_template")
    states = {config.text(f"state_{name}", name): name for name in ("open", "closed", "opening", "closing")}

    def reader(payload: Payload) -> Update | None:
        text = read(payload)
        if text is None:
            return None
        if text == RESET:
            return Update(UNKNOWN)
        state: object = text
        position: object = None if text in states else text
        if text.startswith("{"):
            values = json_payload.as_object(Payload(text.encode()).json)
            state, position = values.get("state"), values.get("position")
        moving = states.get(state) if isinstance(state, str) else None
        if span is None or position is None:
            if moving is None:
                raise PayloadError(f"{head(text)} is none of {', '.join(map(repr, states))}")
            return Update(moving)
        percent = span.percent(finite(position))
        value = moving if moving in ("opening", "closing") else "open" if percent else "closed"
        return Update(value, {"current_position": percent})

    return reader
