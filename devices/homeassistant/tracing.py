"""Who did it: contexts of Home Assistant, told apart into ours, a person's and an automation's."""

from collections import OrderedDict

from devices.homeassistant.client import AnswerError, Connection, Event, mapping, objects
from devices.homeassistant.feed import Context
from devices.model import Trace

KEPT = 2_000
"""Contexts that are remembered: a busy house makes as many in some hours."""
RUNS = ("automation_triggered", "script_started")
"""Events that say what stands behind a context; only administrators may listen (2024.3)."""


class Tracing:
    """Remembers which contexts are ours and what ran in others, and what people are called."""

    def __init__(self) -> None:
        self._ours: OrderedDict[str, str] = OrderedDict()
        self._runs: OrderedDict[str, str] = OrderedDict()
        self._users: dict[str, str] = {}
        self._me: str | None = None
        self._calling = 0

    async def begin(self, connection: Connection) -> None:
        """Learn who we are there and, where we may, who else is, and what runs.

        Raises:
            HubError: Home Assistant does not answer.
        """
        me = await connection.request("auth/current_user")
        self._me = str(mapping(me).get("id"))
        try:
            for user in objects(await connection.request("config/auth/list")):
                if isinstance(user.get("id"), str) and isinstance(user.get("name"), str):
                    self._users[str(user["id"])] = str(user["name"])
            for kind in RUNS:
                await connection.subscribe("subscribe_events", self._on_run, {"event_type": kind})
        except AnswerError:
            # Not an administrator's token: people are known by their person entities, automations not at all.
            return

    def called(self) -> None:
        """Note that a call of ours is on its way: its states come before its answer, which names the context."""
        self._calling += 1

    def answered(self, context: str | None) -> None:
        """Note that the answer to a call of ours is there, or will never be."""
        self._calling -= 1
        if context is not None:
            _keep(self._ours, context, "")

    def meet(self, user: str, name: str) -> None:
        """Note what somebody is called: a person entity names its user."""
        self._users[user] = name

    def trace(self, context: Context | None) -> Trace | None:
        """Return what is known of where a change came from."""
        if context is None:
            return None
        what = self._runs.get(context.id)
        mine = self._calling > 0 and self._me is not None and context.user == self._me
        if what is None and (mine or context.id in self._ours or context.parent in self._ours):
            return Trace(context.id, ours=True)
        what = what or self._runs.get(context.parent or "")
        return Trace(context.id, who=self._users.get(context.user or ""), what=what)

    def _on_run(self, event: Event) -> None:
        key, name = mapping(event.get("context")).get("id"), mapping(event.get("data")).get("name")
        if isinstance(key, str) and isinstance(name, str):
            kind = "automation" if event.get("event_type") == RUNS[0] else "script"
            _keep(self._runs, key, f"the {kind} {name[:100]}")


def _keep(kept: OrderedDict[str, str], key: str, item: str) -> None:
    kept[key] = item
    if len(kept) > KEPT:
        kept.popitem(last=False)
