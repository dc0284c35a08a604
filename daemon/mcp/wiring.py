"""From the configuration to the wires: how each server is reached, with its secrets."""

from collections.abc import Mapping

from daemon.config import ConfigError
from daemon.config.mcp import McpSection
from daemon.config.secrets import secret
from daemon.mcp.peer import Peer, Wire
from daemon.mcp.servers import Server, called
from daemon.reasoner.ollama import outside


def servers_of(given: Mapping[str, McpSection]) -> list[Server]:
    """Return the servers that are configured, in their order; none is started or asked.

    Raises:
        ConfigError: a secret cannot be read, or words would leave the house and the owner has not said that they may.
    """
    refuse_outside(given)
    return [Server(name, one, Peer(called(name, one), _wire(name, one))) for name, one in given.items()]


def refuse_outside(given: Mapping[str, McpSection]) -> None:
    """Let only servers in the house pass, and those outside that the owner lets words go to.

    Raises:
        ConfigError: there is another one.
    """
    for name, one in given.items():
        host = outside(one.url) if one.url is not None and not one.remote else None
        if host is not None:
            raise ConfigError(
                f"mcp.{name}.url: {host!r} is outside the house: use a machine in it, or set mcp.{name}.remote = true"
            )


def _wire(name: str, given: McpSection) -> Wire:
    hidden = {key: secret(file, what=f"mcp.{name}.secrets.{key}") or "" for key, file in given.secrets.items()}
    token = secret(given.token_file, what=f"mcp.{name}.token_file")
    return Wire(
        given.command,
        given.url,
        {**given.environment, **hidden},
        {} if token is None else {"Authorization": f"Bearer {token}"},
        given.call_seconds,
        given.idle_minutes * 60,
    )
