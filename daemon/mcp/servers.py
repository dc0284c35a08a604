"""All servers of others: which tools there are, which of them are approved, and what those answer."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from daemon.clock import Clock
from daemon.config.mcp import McpSection
from daemon.mcp import approvals
from daemon.mcp.filling import filled
from daemon.mcp.model import McpError, Standing, Tool, ToolError
from daemon.mcp.peer import Peer
from daemon.reasoner.model import Model
from daemon.store import Store
from daemon.supervise import Condition, Health
from skills.language import say

log = logging.getLogger("hearth." + __name__)

PART = "mcp"
REMEDY = "see: hearth mcp list"


def called(name: str, given: McpSection) -> str:
    """Return what a server is called when spoken of."""
    return given.called[0] if given.called else name.replace("_", " ").replace("-", " ")


@dataclass(frozen=True, slots=True)
class Server:
    """One server: how it is set, and how it is reached."""

    name: str
    given: McpSection
    peer: Peer

    @property
    def called(self) -> str:
        """What it is called when spoken of."""
        return called(self.name, self.given)

    def standing(self, tool: Tool, approved: str | None) -> Standing:
        """Return what may be done with a tool, given the fingerprint that was approved."""
        if tool.writes:
            return Standing.WRITES
        if self.given.tools and tool.name not in self.given.tools:
            return Standing.BARRED
        if approved is None:
            return Standing.NEW
        return Standing.APPROVED if approved == tool.fingerprint else Standing.CHANGED


@dataclass(frozen=True, slots=True)
class Listed:
    """What is known of one server now."""

    server: str
    tools: Sequence[tuple[str, Standing, Tool | None]]
    """By name; no tool where its server has it no longer."""
    trouble: str = ""
    """Why it could not be asked."""


class Servers:
    """Asks servers for what a person or a plan wants to know; nothing is started before."""

    def __init__(self, servers: Sequence[Server], store: Store, clock: Clock, model: Model | None = None) -> None:
        """Take the servers, and what fills in what a tool takes where that is more than a text."""
        self.by_name: Mapping[str, Server] = {one.name: one for one in servers}
        self._store, self._clock, self._model = store, clock, model
        self._approved: dict[tuple[str, str], str] = {}
        """The fingerprint of each tool that is approved, by server and tool."""
        self._trouble: dict[str, str] = {}
        """What went wrong last with which server; none once it tells its tools, and those approved are as they were."""

    async def begin(self) -> None:
        """Read what is approved.

        Raises:
            StoreError: it cannot be read.
        """
        self._approved = dict(await self._store.run_bare(approvals.listed))

    async def close(self) -> None:
        """End every helper that runs."""
        for one in self.by_name.values():
            await one.peer.close()

    # For people and plans

    async def answered(self, name: str, words: str) -> str:
        """Return what a server answers to words, as it stands there: a stranger's text.

        A server with one tool that takes one text is given the words as they are, and without a model so is the first
        such tool of any; what takes more, or could not answer, is filled in by the model from these words alone.

        Raises:
            McpError: none of its tools is approved, or none could answer; the message is for people.
        """
        server = self._server(name)
        tools = await self._usable(server)
        free = [one for one in tools if one.question is not None]
        if free and (self._model is None or len(tools) == 1):
            try:
                return await self._called(server, free[0].name, {str(free[0].question): words})
            except ToolError:
                if self._model is None:
                    raise
        if self._model is None:
            what = "{server} wants to be asked more exactly than I can without a model"
            raise McpError(say(what, server=server.called))
        tool, arguments = await filled(self._model, tools, words)
        return await self._called(server, tool.name, arguments)

    @property
    def usual(self) -> str | None:
        """The server that is asked where none is named: the first of which something is approved, else the first."""
        owners = {owner for owner, _ in self._approved}
        return next((name for name in self.by_name if name in owners), next(iter(self.by_name), None))

    async def _usable(self, server: Server) -> Sequence[Tool]:
        """Return the tools of a server that are approved as they are now, those approved first first."""
        wanted = [tool for owner, tool in self._approved if owner == server.name]
        if not wanted:
            raise McpError(say("nobody has approved what {server} can be asked", server=server.called))
        listed = {name: (standing, tool) for name, standing, tool in (await self._looked(server)).tools}
        sound = [
            tool
            for name in wanted
            for standing, tool in [listed.get(name, (Standing.GONE, None))]
            if tool is not None and standing is Standing.APPROVED
        ]
        if not sound:
            raise McpError(say("a tool of {server} has changed, and has to be approved again", server=server.called))
        return sound

    async def _called(self, server: Server, tool: str, arguments: Mapping[str, object]) -> str:
        fingerprint = self._approved.get((server.name, tool))
        if fingerprint is None:  # it was taken back meanwhile
            raise McpError(say("nobody has approved what {server} can be asked", server=server.called))
        try:
            return await server.peer.call(tool, fingerprint, arguments)
        except ToolError:
            raise
        except McpError as error:
            self._note(server, error)
            raise

    # For the owner

    async def listed(self) -> Sequence[Listed]:
        """Return every server and its tools, each asked now, one after the other."""
        found: list[Listed] = []
        for server in self.by_name.values():
            try:
                found.append(await self._looked(server))
            except McpError as error:
                known = [(tool, Standing.APPROVED, None) for owner, tool in self._approved if owner == server.name]
                found.append(Listed(server.name, known, str(error)))
        return found

    async def approve(self, name: str, tool: str, fingerprint: str) -> None:
        """Let a tool be used as it was shown.

        Raises:
            McpError: there is none, it is another one by now, or it may not be approved.
            StoreError: that cannot be written.
        """
        server = self._server(name)
        listed = {one: (standing, found) for one, standing, found in (await self._looked(server)).tools}
        standing, found = listed.get(tool, (Standing.GONE, None))
        if found is None:
            raise McpError(f"{name} has no tool {tool!r}")
        if standing is Standing.WRITES:
            raise McpError(f"{name}.{tool} says itself that it changes something; only what reads can be approved")
        if standing is Standing.BARRED:
            raise McpError(f"{name}.{tool} is not among mcp.{name}.tools in the configuration")
        if found.fingerprint != fingerprint:
            raise McpError(f"{name}.{tool} has just changed; look at it again")
        now = self._clock.now()
        await self._store.run_bare(lambda connection: approvals.keep(connection, name, tool, fingerprint, now))
        self._approved[name, tool] = fingerprint
        log.info("the tool %s.%s is approved", name, tool)

    async def revoke(self, name: str, tool: str) -> None:
        """Let a tool be used no more; the server may be gone by now.

        Raises:
            McpError: it is not approved.
            StoreError: that cannot be written.
        """
        if (name, tool) not in self._approved:
            raise McpError(f"{name}.{tool} is not approved")
        await self._store.run_bare(lambda connection: approvals.remove(connection, name, tool))
        del self._approved[name, tool]
        log.info("the tool %s.%s is not approved any more", name, tool)

    async def call(self, name: str, tool: str, arguments: Mapping[str, object]) -> str:
        """Return what an approved tool answers to exactly these arguments.

        Raises:
            McpError: it is not approved, or could not answer.
        """
        server = self._server(name)
        if (name, tool) not in self._approved or tool not in [one.name for one in await self._usable(server)]:
            raise McpError(f"{name}.{tool} is not approved")
        return await self._called(server, tool, arguments)

    def health(self) -> Health:
        """Return how they are, as far as it is known; none is asked for it."""
        if find_spec("mcp") is None:
            return Health(PART, Condition.MISSING, "the SDK is not installed", "pip install 'hearth-home[mcp]'")
        approved = [one for one in self._approved if one[0] in self.by_name]
        if self._trouble:
            told = "; ".join(f"{name}: {what}" for name, what in sorted(self._trouble.items()))
            return Health(PART, Condition.DEGRADED, told, REMEDY)
        if not approved:
            return Health(PART, Condition.DEGRADED, "no tool is approved", REMEDY)
        names = ", ".join(sorted({name for name, _ in approved}))
        return Health(PART, Condition.FINE, f"{len(approved)} approved of {names}")

    def _server(self, name: str) -> Server:
        server = self.by_name.get(name)
        if server is None:
            raise McpError(f"there is no [mcp.{name}] in the configuration")
        return server

    async def _looked(self, server: Server) -> Listed:
        """Return what tools a server has now; what has changed is noted."""
        try:
            tools = await server.peer.tools()
        except McpError as error:
            self._note(server, error)
            raise
        known = [
            (one.name, server.standing(one, self._approved.get((server.name, one.name))), one)
            for one in {one.name: one for one in tools}.values()
        ]
        there = {name for name, _, _ in known}
        gone = [tool for owner, tool in self._approved if owner == server.name and tool not in there]
        changed = [
            name
            for name, standing, _ in known
            if standing in (Standing.CHANGED, Standing.WRITES) and (server.name, name) in self._approved
        ]
        self._trouble.pop(server.name, None)
        if changed or gone:
            self._trouble[server.name] = f"changed since it was approved: {', '.join([*changed, *gone])}"
        return Listed(server.name, [*known, *((tool, Standing.GONE, None) for tool in gone)])

    def _note(self, server: Server, error: McpError) -> None:
        if self._trouble.get(server.name) != str(error):
            log.warning("%s", error)
        self._trouble[server.name] = str(error)
