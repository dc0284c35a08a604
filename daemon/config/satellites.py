"""The tables about microphones and loudspeakers in the rooms, and about programs that speak Wyoming."""

import ipaddress
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from daemon.config.home import Language
from daemon.config.machines import WakeWords
from daemon.config.section import Name, Port, Section

ADDRESS = r"^(\[[0-9A-Fa-f:.%]+\]|[^\s:/@\[\]]+):[0-9]{1,5}$"


class SatelliteEntry(Section):
    """``[[satellites]]``: one microphone and loudspeaker."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    """What it is called: ``kitchen``."""
    kind: Literal["wyoming", "soundcard", "esphome"]
    room: Name | None = None
    """The area it stands in, by name or id. Without, what it says itself, if that is one of ours."""
    language: Language | None = None
    """In which language it is spoken to and answers: ``de``; without, that of the room, or else of ``[home]``."""
    host: Annotated[str, Field(min_length=1)] | None = None
    """Where it is reached; without, a Wyoming satellite is looked for by zeroconf under its name."""
    port: Port | None = None
    wake_words: WakeWords | None = None
    """What to listen for where it does not do so itself; without, ``voice.wake_words``."""
    wake_threshold: Annotated[float, Field(ge=0.5, le=1)] | None = None
    """How sure it must be of them: higher where a television stands; without, what the makers of each word chose."""
    key_file: str | None = None
    """Of an ESPHome device: the file or ``credential:NAME`` that holds its API encryption key."""
    microphone: str | None = None
    """Of a sound card: a part of the name of its input; without, the one that the system prefers."""
    loudspeaker: str | None = None
    """The same for its output."""

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        network = {"host": self.host, "port": self.port}
        card = {"microphone": self.microphone, "loudspeaker": self.loudspeaker}
        key = {"key_file": self.key_file}
        alien: Mapping[str, Mapping[str, object]] = {
            "wyoming": {**card, **key},
            "soundcard": {**network, **key},
            "esphome": card,
        }
        strange = alien[self.kind]
        wrong = next((name for name, value in strange.items() if value is not None), None)
        if wrong is not None:
            raise ValueError(f"satellite {self.name!r} is of kind {self.kind!r}, which has no {wrong!r}")
        if self.kind == "esphome" and self.host is None:
            raise ValueError(f"satellite {self.name!r} is of kind 'esphome'; give its host")
        return self


class PairingSection(Section):
    """``[pairing]``: where satellites of our own come in, once one was invited; nobody listens there before."""

    host: Annotated[str, Field(min_length=1)] = "0.0.0.0"  # noqa: S104 - only who was paired gets in
    port: Annotated[int, Field(ge=0, le=65535)] = 10790
    """0: any that is free, another after each start."""


class WyomingSection(Section):
    """``[wyoming]``: our ears, voice and answers for other programs, such as Home Assistant, and theirs for us."""

    enabled: bool = False
    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    """Where to listen; ``0.0.0.0`` for the whole network."""
    port: Annotated[int, Field(ge=0, le=65535)] = 10300
    """0: any that is free."""
    clients: tuple[str, ...] = ()
    """Which addresses or networks may use it, besides this machine: the protocol knows no password."""
    commands: bool = True
    """Whether they may have the house do something, or only recognize and speak."""
    recognizer: Annotated[str, Field(pattern=ADDRESS)] | None = None
    """Another machine's recogniser, ``host:port``; ours listens along for when it is slow or gone."""
    voice: Annotated[str, Field(pattern=ADDRESS)] | None = None
    """Another machine's voice, ``host:port``; ours speaks when it is slow or gone."""
    voice_name: str | None = None
    """Which of its voices."""

    @staticmethod
    def address(written: str | None) -> tuple[str, int] | None:
        """Return ``host:port`` as its parts; `written` has its form."""
        if written is None:
            return None
        host, _, port = written.rpartition(":")
        return host.strip("[]"), int(port)

    @model_validator(mode="after")
    def _clients_named(self) -> Self:
        for client in self.clients:
            try:
                ipaddress.ip_network(client, strict=False)
            except ValueError as error:
                raise ValueError(
                    f"wyoming.clients: {client!r} is no address or network such as '192.168.1.10' or '192.168.1.0/24'"
                ) from error
        if self.enabled and not self.clients and self.host not in ("127.0.0.1", "::1", "localhost"):
            raise ValueError("wyoming.host is open to the network; name in wyoming.clients who may use it")
        return self
