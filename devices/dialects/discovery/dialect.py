"""The dialect with which most MQTT devices announce themselves: Home Assistant's MQTT discovery."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from devices.dialects.discovery.availability import availability_of
from devices.dialects.discovery.config import Announced, Config, announcement, split
from devices.dialects.discovery.naming import device_of, name_of, object_id_of
from devices.dialects.discovery.platforms import BUILDERS, build, described
from devices.dialects.discovery.routes import Known, Routes
from devices.dialects.discovery.templates import Templates
from devices.dialects.model import Appeared, Change, Gone, Message, Received
from devices.model import Call, CallError, Device, Entity, EntityId, PayloadError
from devices.ours import is_ours
from devices.services import check

log = logging.getLogger("hearth." + __name__)

MAX_ENTITIES: Final = 5_000
MAX_TOTAL_BYTES: Final = 32 * 1024 * 1024
"""Of the configurations behind all entities: what is remembered of one is no bigger than what announced it."""


@dataclass(slots=True)
class _Source:
    """One configuration topic that announces something."""

    digest: bytes
    size: int
    entities: dict[str, Known] = field(default_factory=dict[str, Known])
    """By identity."""
    migrating: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One component of a message, built but not yet let in."""

    identity: str
    known: Known
    device: Device | None


class Discovery:
    """Home Assistant's MQTT discovery, 2026.8: single components and devices.

    Args:
        prefix: the discovery prefix.
        announce: whether `greet` says ``online`` on ``<prefix>/status``, for publishers that describe themselves only
            after Home Assistant's birth message. For houses without a Home Assistant: with one, leave it off.
    """

    def __init__(self, *, prefix: str = "homeassistant", announce: bool = False) -> None:
        self._prefix = prefix
        self._status = f"{prefix}/status"
        self._announce = announce
        self._echoes = 0
        self._someone_home = False
        self._templates = Templates()
        self._routes = Routes()
        self._sources: dict[str, _Source] = {}
        self._owners: dict[str, str] = {}
        self._known: dict[EntityId, Known] = {}
        self._ids: dict[str, EntityId] = {}
        self._identities: dict[EntityId, str] = {}
        self._counts: dict[EntityId, int] = {}
        self._size = 0
        self.refused = 0
        """Components that were refused while others of the same device were let in."""

    @property
    def name(self) -> str:
        """``discovery``."""
        return "discovery"

    @property
    def faults(self) -> int:
        """How often a reader failed on a message that others understood, or that came before its entity."""
        return self._routes.faults

    def filters(self) -> frozenset[str]:
        """Return the filters of configurations, the status of Home Assistant, and each topic that an entity reads."""
        own = (f"{self._prefix}/+/+/config", f"{self._prefix}/+/+/+/config", self._status)
        return self._routes.topics().union(own)

    def wants(self, topic: str) -> bool:
        """Say whether the topic is an entity's or configures one."""
        return topic in self._routes or (topic.startswith(self._prefix) and self._is_own(topic))

    def _is_own(self, topic: str) -> bool:
        return topic == self._status or (topic.startswith(self._prefix + "/") and topic.endswith("/config"))

    def newest_wins(self, topic: str) -> bool:
        """Say yes for states; no for configurations, events, and topics whose templates cope with missing keys: there
        each message tells a part.
        """
        return topic in self._routes and not self._is_own(topic) and not self._routes.each_counts(topic)

    def receive(self, message: Received) -> Sequence[Change]:
        """Translate a configuration or a state.

        Raises:
            PayloadError: the payload makes no sense to anyone who reads it; the message names topic and key.
        """
        changes: Sequence[Change] = ()
        if message.topic in self._routes:
            changes = self._routes.heard(message.topic, message.payload, retained=message.retained)
        if not self._is_own(message.topic):
            return changes
        if message.topic == self._status:
            self._hear_status(message.payload)
            return changes
        return [*changes, *self._configure(message)]

    def greet(self) -> Sequence[Message]:
        """Return the birth message, if it is wanted and nobody else was heard to give it."""
        if not self._announce or self._someone_home:
            return ()
        self._echoes = 1
        return (Message(self._status, b"online"),)

    def pending(self) -> Sequence[Message]:
        """Return nothing: what is announced speaks for itself."""
        return ()

    def commands(self, topic: str) -> bool:
        """Say whether something announced takes commands on this topic; looks through all of them."""
        return any(topic in known.commands for known in self._known.values())

    def encode(self, call: Call, entity: Entity) -> Sequence[Message]:
        """Translate a call.

        Raises:
            CallError: the entity is not announced, or cannot do that.
        """
        known = self._known.get(entity.id)
        if known is None:
            raise CallError(f"{entity.id!r} is not announced by MQTT discovery")
        check(known.entity, call)
        run = known.part.services.get(call.service)
        if run is None:
            raise CallError(f"{entity.name!r} has no service {call.service!r}")
        try:
            return run(call.data)
        except CallError as error:
            raise CallError(f"{call.service!r} of {entity.name!r}: {error}") from error

    def _hear_status(self, payload: bytes) -> None:
        # The broker sends our own birth message back to us.
        if payload == b"online" and self._echoes:
            self._echoes -= 1
            return
        self._someone_home = payload == b"online"

    def _configure(self, message: Received) -> list[Change]:
        where = split(message.topic, self._prefix)
        if where is None:
            raise PayloadError(f"{message.topic!r}: its ids may hold letters, digits, '_' and '-' only")
        component, key = where
        source = self._sources.get(message.topic)
        digest = hashlib.blake2b(message.payload, digest_size=16).digest()
        if (component not in BUILDERS and component != "device") or (source is not None and source.digest == digest):
            return []
        try:
            told = announcement(component, key, message.payload)
        except PayloadError as error:
            raise PayloadError(f"{message.topic}: {error}") from error
        if told.migrates:
            if source is not None:
                source.migrating = True
                source.digest = digest
            return []
        candidates = self._candidates(message.topic, told.components)
        renewed = _Source(digest, len(message.payload))
        return self._replace(message.topic, renewed, candidates)

    def _candidates(self, topic: str, components: Sequence[Announced]) -> list[_Candidate]:
        candidates: list[_Candidate] = []
        errors: list[PayloadError] = []
        for announced in components:
            if announced.platform not in BUILDERS or is_ours(announced.config.get("unique_id")):
                continue
            try:
                candidates.append(self._candidate(topic, announced))
            except PayloadError as error:
                errors.append(error)
        if errors:
            text = f"{topic}: {errors[0]}"
            if not candidates:
                raise PayloadError(text) from errors[0]
            self.refused += len(errors)
            log.debug("%d components refused, the first: %s", len(errors), text)
        return candidates

    def _candidate(self, topic: str, announced: Announced) -> _Candidate:
        config = Config(announced, self._templates)
        unique = config.optional("unique_id")
        identity = f"{announced.platform}/{unique}" if unique else f"{announced.platform} {announced.key}"
        owner = self._owners.get(identity, topic)
        if owner != topic and not self._sources[owner].migrating:
            raise PayloadError(f"'unique_id' {unique!r} is announced by {owner!r} already")
        part = build(config)
        availability = availability_of(config, self._templates)
        device = device_of(config)
        last = announced.key.rsplit(" ", 1)[-1]
        name = name_of(config, last)
        wanted = EntityId(f"{part.domain}.{object_id_of(config, name, last)}")
        entity = described(config, part, id=wanted, name=name, device=device)
        return _Candidate(identity, Known(entity, part, availability, config.partial, config.commands), device)

    def _replace(self, topic: str, renewed: _Source, candidates: Sequence[_Candidate]) -> list[Change]:
        """Put what a topic announces now in the place of what it announced before."""
        before = self._sources.get(topic)
        old: Mapping[str, Known] = before.entities if before is not None else {}
        size = self._size + renewed.size - (before.size if before is not None else 0)
        if candidates and (len(self._known) + len(candidates) - len(old) > MAX_ENTITIES or size > MAX_TOTAL_BYTES):
            raise PayloadError(f"{topic}: more is announced than is remembered")
        self._size = size
        changes: list[Change] = []
        for candidate in candidates:
            changes += self._let_in(topic, renewed, candidate)
        for identity, known in old.items():
            if identity not in renewed.entities:
                self._routes.drop(known)
                del self._known[known.entity.id], self._owners[identity]
                changes.append(Gone(known.entity.id))
        if renewed.entities:
            self._sources[topic] = renewed
        else:
            self._sources.pop(topic, None)
            self._size -= renewed.size
        return changes

    def _let_in(self, topic: str, renewed: _Source, candidate: _Candidate) -> list[Change]:
        identity, known = candidate.identity, candidate.known
        if identity in renewed.entities:
            self.refused += 1
            return []
        owner = self._owners.get(identity)
        former = self._sources[owner].entities.get(identity) if owner is not None else None
        if owner is not None and owner != topic:
            del self._sources[owner].entities[identity]
        if former is not None:
            known.availability.heard.update(
                (where, up) for where, up in former.availability.heard.items() if where in known.availability.sources
            )
        known.entity = self._with_id(identity, known.entity)
        self._routes.add(known)
        if former is not None:
            self._routes.drop(former)
        self._known[known.entity.id] = known
        self._owners[identity] = topic
        renewed.entities[identity] = known
        return [Appeared(known.entity, candidate.device), *self._routes.replay(known)]

    def _with_id(self, identity: str, entity: Entity) -> Entity:
        """Give an entity the id it had before, or the one it wants, with a number behind it if that is taken."""
        known = self._ids.get(identity)
        if known is None:
            if len(self._ids) >= 4 * MAX_ENTITIES:
                self._forget()
            known = entity.id
            while known in self._identities:
                count = self._counts.get(entity.id, 1) + 1
                self._counts[entity.id] = count
                known = EntityId(f"{entity.id}_{count}")
            self._ids[identity] = known
            self._identities[known] = identity
        return replace(entity, id=known)

    def _forget(self) -> None:
        """Give the ids of things that are no longer announced free."""
        self._ids = {identity: known for identity, known in self._ids.items() if identity in self._owners}
        self._identities = {known: identity for identity, known in self._ids.items()}
        self._counts.clear()
