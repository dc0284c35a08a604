"""Tools of others for whoever has this machine: which there are, and which of them may be asked."""

from collections.abc import Awaitable, Mapping
from typing import TypeVar, cast

from daemon.control import ControlError, Operation, Request, Stream
from daemon.mcp.model import McpError, Standing, Tool
from daemon.mcp.servers import Servers
from daemon.operations.fields import text
from skills.model import Origin

T = TypeVar("T")

REMEDY = "see: hearth mcp list"


class McpOperations:
    """Shows tools, approves them, and asks them."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers

    def operations(self, origin: Origin) -> Mapping[str, Operation]:
        """Return them by name. A tool is approved by whoever has this machine, and through no other door."""
        if origin is not Origin.TEXT:
            return {}
        return {
            "mcp": self._list,
            "mcp.approve": self._approve,
            "mcp.revoke": self._revoke,
            "mcp.call": self._call,
        }

    def streams(self) -> Mapping[str, Stream]:
        """Return none."""
        return {}

    async def _list(self, request: Request) -> object:
        del request
        return [
            {
                "server": one.server,
                "trouble": one.trouble,
                "tools": [_row(name, standing, tool) for name, standing, tool in one.tools],
            }
            for one in await self._servers.listed()
        ]

    async def _approve(self, request: Request) -> object:
        server, tool = text(request, "server"), text(request, "tool")
        await _told(self._servers.approve(server, tool, text(request, "fingerprint")))
        return {"server": server, "tool": tool, "standing": Standing.APPROVED}

    async def _revoke(self, request: Request) -> object:
        server, tool = text(request, "server"), text(request, "tool")
        await _told(self._servers.revoke(server, tool))
        return {"server": server, "tool": tool, "standing": Standing.NEW}

    async def _call(self, request: Request) -> object:
        arguments = request.get("arguments")
        if not isinstance(arguments, dict):
            raise ControlError("bad-request", "'arguments' must be an object")
        given = cast("Mapping[str, object]", arguments)
        answer = await _told(self._servers.call(text(request, "server"), text(request, "tool"), given))
        return {"text": answer}


async def _told(asked: Awaitable[T]) -> T:
    try:
        return await asked
    except McpError as error:
        raise ControlError(error.code, str(error), REMEDY) from error


def _row(name: str, standing: Standing, tool: Tool | None) -> Mapping[str, object]:
    about = {} if tool is None else {"description": tool.description, "schema": tool.schema, "id": tool.fingerprint}
    return {"tool": name, "standing": standing, **about}
