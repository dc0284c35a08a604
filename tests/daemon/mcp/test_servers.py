"""What the owner approves is what is asked, and nothing else: through restarts, changes and other people's tools."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from daemon.agents.lookup import LookupAgent
from daemon.config import ConfigError
from daemon.config.mcp import McpSection
from daemon.mcp import approvals
from daemon.mcp.model import McpError, Standing
from daemon.mcp.peer import Peer, Wire
from daemon.mcp.servers import Server, Servers
from daemon.mcp.wiring import servers_of
from daemon.plans.agents import Work
from daemon.plans.coordinator import Coordinator, seen_of
from daemon.plans.model import Label, PlanError
from daemon.reasoner.model import Model, Prompt
from daemon.store import Store
from daemon.supervise import Condition
from tests.daemon.mcp.peers import hostile, sound
from tests.daemon.reasoner.models import ScriptedModel, texts_of
from tests.doubles import START, ManualClock

NO_PROGRAM = McpSection(command=("/nonexistent",))


@asynccontextmanager
async def asking(
    folder: Path, wires: Mapping[str, Wire], model: Model | None = None, **given: Sequence[str]
) -> AsyncGenerator[Servers]:
    """Have these servers, with tools that may be approved as given by server."""
    sections = {name: McpSection(command=wire.command or ("x",)) for name, wire in wires.items()}
    sections = {name: one.model_copy(update={"tools": given.get(name, ())}) for name, one in sections.items()}
    clock = ManualClock()
    async with Store.open(folder / "hearth.db", clock) as store:
        servers = Servers(
            [Server(name, sections[name], Peer(name, wire)) for name, wire in wires.items()], store, clock, model
        )
        await servers.begin()
        try:
            yield servers
        finally:
            await servers.close()


async def approve(servers: Servers, *tools: str) -> None:
    """Approve tools of the server ``wiki`` as they are shown now."""
    (listed,) = [one for one in await servers.listed() if one.server == "wiki"]
    for name, _, tool in listed.tools:
        if name in tools:
            assert tool is not None
            await servers.approve("wiki", name, tool.fingerprint)


async def standings(servers: Servers) -> Mapping[str, Standing]:
    return {f"{one.server}.{name}": standing for one in await servers.listed() for name, standing, _ in one.tools}


async def test_nothing_is_asked_that_nobody_approved(tmp_path: Path):
    async with asking(tmp_path, {"wiki": sound(tmp_path)}) as servers:
        with pytest.raises(McpError, match="nobody has approved"):
            await servers.answered("wiki", "whales")
        with pytest.raises(McpError, match="not approved"):
            await servers.call("wiki", "search", {"query": "whales"})
        assert servers.by_name["wiki"].peer.pid is None


async def test_what_is_approved_is_asked_and_stays_approved_over_a_restart(tmp_path: Path):
    wires = {"wiki": sound(tmp_path)}
    async with asking(tmp_path, wires) as servers:
        await approve(servers, "search")
        assert await servers.answered("wiki", "Whales") == "Whales are mammals that live in the sea."
    async with asking(tmp_path, wires) as servers:
        assert await servers.answered("wiki", "moss") == "Moss is green."
        await servers.revoke("wiki", "search")
    async with asking(tmp_path, wires) as servers:
        assert (await standings(servers))["wiki.search"] is Standing.NEW


async def test_tools_that_say_they_change_something_and_those_left_out_cannot_be_approved(tmp_path: Path):
    async with asking(tmp_path, {"wiki": sound(tmp_path)}, wiki=["search", "erase"]) as servers:
        assert await standings(servers) == {
            "wiki.search": Standing.NEW,
            "wiki.fetch": Standing.BARRED,
            "wiki.headlines": Standing.BARRED,
            "wiki.convert": Standing.BARRED,
            "wiki.erase": Standing.WRITES,
            "wiki.secrets": Standing.BARRED,
        }
        with pytest.raises(McpError, match="changes something"):
            await approve(servers, "erase")
        with pytest.raises(McpError, match=r"not among mcp\.wiki\.tools"):
            await approve(servers, "convert")


async def test_an_approved_tool_that_the_configuration_bars_since_is_not_asked(tmp_path: Path):
    wires = {"wiki": sound(tmp_path)}
    async with asking(tmp_path, wires) as servers:
        await approve(servers, "search", "convert")
    async with asking(tmp_path, wires, wiki=["convert"]) as servers:
        with pytest.raises(McpError, match="not approved"):
            await servers.call("wiki", "search", {"query": "whales"})
        assert await servers.call("wiki", "convert", {"amount": 1, "unit": "miles"}) == "1609 metres"


async def test_a_tool_that_is_revoked_while_it_is_thought_about_is_not_asked(tmp_path: Path):
    taken: list[Servers] = []

    class Slow(ScriptedModel):
        async def complete(self, prompt: Prompt) -> AsyncGenerator[str]:
            await taken[0].revoke("wiki", "convert")
            yield form(amount=2, unit="miles")

    async with asking(tmp_path, {"wiki": sound(tmp_path)}, Slow()) as servers:
        taken.append(servers)
        await approve(servers, "convert")
        with pytest.raises(McpError, match="nobody has approved"):
            await servers.answered("wiki", "how far two miles are")


async def test_a_tool_that_changed_while_it_was_looked_at_is_not_approved(tmp_path: Path):
    async with asking(tmp_path, {"wiki": hostile(tmp_path, "changes")}) as servers:
        (listed,) = await servers.listed()
        before = listed.tools[0][2]
        assert before is not None
        await servers.listed()
        with pytest.raises(McpError, match="has just changed"):
            await servers.approve("wiki", "search", before.fingerprint)


@pytest.mark.parametrize(
    ("mode", "standing", "told"),
    [
        ("changes", Standing.CHANGED, "has changed, and has to be approved again"),
        ("vanishes", Standing.GONE, "has changed, and has to be approved again"),
    ],
)
async def test_a_tool_that_is_not_what_was_approved_is_not_asked_and_the_owner_is_told(
    tmp_path: Path, mode: str, standing: Standing, told: str
):
    """The classic: harmless when it is approved, poisoned afterwards."""
    async with asking(tmp_path, {"wiki": hostile(tmp_path, mode)}) as servers:
        await approve(servers, "search")
        with pytest.raises(McpError, match=told):
            await servers.answered("wiki", "whales")
        assert (await standings(servers))["wiki.search"] is standing
        assert servers.health().condition is Condition.DEGRADED
        assert "search" in servers.health().detail


async def test_that_a_tool_has_changed_is_told_also_while_another_answers(tmp_path: Path):
    async with asking(tmp_path, {"wiki": sound(tmp_path)}) as servers:
        await approve(servers, "search")
    async with Store.open(tmp_path / "hearth.db", ManualClock()) as store:
        await store.run_bare(lambda connection: approvals.keep(connection, "wiki", "convert", "as it was", START))
    async with asking(tmp_path, {"wiki": sound(tmp_path)}) as servers:
        assert await servers.answered("wiki", "whales")
        assert "convert" in servers.health().detail
        assert servers.health().condition is Condition.DEGRADED


async def test_two_servers_with_a_tool_of_the_same_name_are_two_tools(tmp_path: Path):
    wires = {"wiki": sound(tmp_path), "shadow": hostile(tmp_path, "poisoned")}
    async with asking(tmp_path, wires) as servers:
        await approve(servers, "search")
        assert (await standings(servers))["shadow.search"] is Standing.NEW
        with pytest.raises(McpError, match="nobody has approved"):
            await servers.answered("shadow", "whales")


async def test_a_server_that_is_away_is_a_row_and_what_is_approved_of_it_stays(tmp_path: Path):
    async with asking(tmp_path, {"wiki": sound(tmp_path)}) as servers:
        await approve(servers, "search")
    async with asking(tmp_path, {"wiki": Wire(("/nonexistent",)), "other": sound(tmp_path)}) as servers:
        away, there = await servers.listed()
        assert (away.trouble, [name for name, _, _ in away.tools]) == ("wiki cannot be reached", ["search"])
        assert not there.trouble
        assert "wiki cannot be reached" in servers.health().detail


async def test_health_says_how_many_tools_are_approved(tmp_path: Path):
    async with asking(tmp_path, {"wiki": sound(tmp_path)}) as servers:
        assert servers.health().detail == "no tool is approved"
        await approve(servers, "search", "convert")
        assert (servers.health().condition, servers.health().detail) == (Condition.FINE, "2 approved of wiki")


async def test_health_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def missing(_: str) -> None: ...

    monkeypatch.setattr("daemon.mcp.servers.find_spec", missing)
    async with asking(tmp_path, {"wiki": sound(tmp_path)}) as servers:
        health = servers.health()
    assert (health.condition, health.remedy) == (Condition.MISSING, "pip install 'hearth-home[mcp]'")


# What takes more than a text


def form(**values: object) -> str:
    return json.dumps({"form": "f1", "values": values})


async def test_what_takes_more_than_a_text_is_filled_in_by_the_model(tmp_path: Path):
    model = ScriptedModel(form(amount=2, unit="miles"))
    async with asking(tmp_path, {"wiki": sound(tmp_path)}, model) as servers:
        await approve(servers, "convert")
        assert await servers.answered("wiki", "how far two miles are") == "3218 metres"
    assert "two miles" in texts_of(model.asked[0])[-1]


async def test_without_a_model_it_is_said_that_one_is_needed(tmp_path: Path):
    async with asking(tmp_path, {"wiki": sound(tmp_path)}) as servers:
        await approve(servers, "convert")
        with pytest.raises(McpError, match="more exactly"):
            await servers.answered("wiki", "how far two miles are")


async def test_what_a_tool_cannot_answer_as_it_was_said_is_said_otherwise_by_the_model(tmp_path: Path):
    async with asking(tmp_path, {"wiki": sound(tmp_path)}, ScriptedModel(form(query="whales"))) as servers:
        await approve(servers, "search")
        assert await servers.answered("wiki", "those big fish") == "Whales are mammals that live in the sea."


# For plans


def work(label: Label = Label.USER, **given: object) -> Work:
    return Work("plan/p/s/1", given, dict.fromkeys(given, label))


async def test_what_plans_look_up_is_a_strangers_and_no_program_sees_its_text(tmp_path: Path):
    async with asking(tmp_path, {"wiki": sound(tmp_path)}) as servers:
        await approve(servers, "search")
        agents = Coordinator(lambda: [LookupAgent(servers)])
        result = await agents.work("lookup", work(words="whales"))
    assert result.value == {"text": "Whales are mammals that live in the sea.", "from": "wiki"}
    assert result.label is Label.THIRD_PARTY
    assert "Whales" not in str(seen_of("$1", result))


@pytest.mark.parametrize("label", [Label.THIRD_PARTY, Label.SENSOR])
async def test_what_strangers_wrote_is_not_handed_on_to_others(tmp_path: Path, label: Label):
    async with asking(tmp_path, {"wiki": sound(tmp_path)}) as servers:
        await approve(servers, "search")
        with pytest.raises(PlanError, match="not handed on"):
            await LookupAgent(servers).work(work(label, words="whales"))


# Configuration


@pytest.mark.parametrize(
    ("url", "remote", "fine"),
    [
        ("http://nas.local:8000/mcp", False, True),
        ("http://192.168.1.7/mcp", False, True),
        ("https://mcp.example.com/mcp", False, False),
        ("https://mcp.example.com/mcp", True, True),
    ],
)
def test_words_leave_the_house_only_where_the_owner_says_so(url: str, remote: bool, fine: bool):
    given = {"wiki": McpSection(url=url, remote=remote)}
    if fine:
        assert [one.name for one in servers_of(given)] == ["wiki"]
    else:
        with pytest.raises(ConfigError, match=r"mcp\.wiki\.remote = true"):
            servers_of(given)


def test_a_secret_of_a_server_is_read_from_its_file_and_shown_nowhere(tmp_path: Path):
    file = tmp_path / "key"
    file.write_text("s3cret\n")
    file.chmod(0o600)
    (server,) = servers_of({"wiki": McpSection(command=("x",), secrets={"KEY": str(file)})})
    assert "s3cret" not in repr(server)
    file.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        servers_of({"wiki": McpSection(command=("x",), secrets={"KEY": str(file)})})


async def test_many_who_ask_at_once_are_answered_one_after_the_other(tmp_path: Path):
    async with asking(tmp_path, {"wiki": sound(tmp_path)}) as servers:
        await approve(servers, "search")
        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(servers.answered("wiki", "moss")) for _ in range(5)]
    assert {one.result() for one in asked} == {"Moss is green."}
