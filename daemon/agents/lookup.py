"""The agent that asks tools of others. What it brings is a stranger's, whatever it says it is."""

from daemon.agents.work import MOST_TEXT, read
from daemon.mcp.model import McpError
from daemon.mcp.servers import Servers
from daemon.plans.agents import Budget, Work
from daemon.plans.model import Label, PlanError
from daemon.plans.progress import Result
from skills.actions import Name, Parameters, Text
from skills.language import say

_OURS = frozenset({Label.USER, Label.CONFIG})


class Asked(Parameters):
    """What it is asked: words for one server, by its name in the configuration."""

    words: Text
    server: Name | None = None
    """``None``: the one that people ask where they name none."""


class LookupAgent:
    """Asks approved tools: fulfils `daemon.plans.agents.Agent`.

    It is beside research, not in it: an agent has one label, and what the household told is not to be asked about
    because a server stands beside it.
    """

    name = "lookup"
    role = "asks tools of others that the owner has approved: encyclopedias, pages, feeds"
    tools = frozenset({"outside.ask"})
    budget = Budget(seconds=30.0, calls=1)
    gives = Label.THIRD_PARTY

    def __init__(self, servers: Servers) -> None:
        """Take the servers."""
        self._servers = servers

    async def work(self, work: Work) -> Result:
        """Return the ``text`` that came back, and which server it is ``from``.

        What others wrote is not handed on to others: who commands a step by a calendar's title gets nothing out.

        Raises:
            PlanError: it was asked something else, with words of others, or nothing came back.
        """
        asked = read(Asked, work.arguments)
        if not _OURS.issuperset(work.labels.values()):
            raise PlanError(say("what strangers wrote is not handed on to others"))
        server = asked.server or self._servers.usual or ""
        try:
            text = await self._servers.answered(server, asked.words)
        except McpError as error:
            raise PlanError(str(error)) from error
        return Result({"text": text[:MOST_TEXT], "from": server}, Label.THIRD_PARTY)
