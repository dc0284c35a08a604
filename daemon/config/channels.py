"""The tables that say how people and programs are reached: channels, addresses on them, the house over HTTP."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from daemon.config.section import HttpUrl, Port, Section
from devices.names import nearest

_ADDRESSES: Mapping[str, tuple[str, str]] = {
    "ntfy": (r"[-_A-Za-z0-9]{1,56}", "a topic: letters, digits, - and _, at most 56"),
    "email": (r"[^@\s,;<>]+@[^@\s,;<>]+", "written as name@example.org"),
    "homeassistant": (r"(notify\.)?[a-z0-9_]+", "a service of notify: mobile_app_annas_phone"),
    "mqtt": (r"[^/+#\x00-\x20]{1,64}", "one level of a topic"),
    "apprise": (r"(credential:)?.+", "a file, or credential:NAME, that holds the addresses"),
}
"""What an address on each channel looks like. An ntfy topic may have 64 characters, with ``-answers`` behind it too."""


class NtfySection(Section):
    """``[channels.ntfy]``: an ntfy server, best one's own. Without ``url`` there is none."""

    url: HttpUrl | None = None
    token_file: str | None = None
    """An access token; without it, the topics have to be open to us."""
    answers: Literal["topic", "api"] = "topic"
    """Where buttons send what they stand for: to the topic ``<address>-answers`` on the same server, or to
    `dashboard.url`."""


class EmailSection(Section):
    """``[channels.email]``: a server that takes mail. Without ``host`` there is none."""

    host: Annotated[str, Field(min_length=1)] | None = None
    port: Port = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password_file: str | None = None
    sender: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] = "hearth@localhost"
    ca_file: Path | None = None
    """Whose certificate to trust instead of those that this machine trusts."""


class ChannelsSection(Section):
    """``[channels]``: the ways to people that have settings; who is reached on which is said under ``[[people]]``."""

    ntfy: NtfySection = NtfySection()
    email: EmailSection = EmailSection()


class DashboardSection(Section):
    """``[dashboard]``: the house over HTTP."""

    enabled: bool = True
    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    """Where to listen. Encryption is a reverse proxy's: to be reached from outside, put one in front."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8125
    """0: any that is free."""
    url: HttpUrl | None = None
    """Under what address phones reach it: what buttons in mails open."""
    hosts: frozenset[str] = frozenset()
    """Further names under which it is asked for."""


def check_address(channel: str, addresses: Iterable[str]) -> None:
    """Check that a person's addresses on a channel look like some.

    Raises:
        ValueError: there is no such channel, or one of them does not.
    """
    form = _ADDRESSES.get(channel)
    if form is None:
        near = nearest(channel, _ADDRESSES)
        meant = f", did you mean {near!r}?" if near else f"; there are: {', '.join(_ADDRESSES)}"
        raise ValueError(f"there is no channel {channel!r}{meant}")
    for address in addresses:
        if not re.fullmatch(form[0], address):
            raise ValueError(f"{address!r} is no address on {channel}: it is {form[1]}")
