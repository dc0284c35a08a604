"""Servers that others wrote and published, asked for real; they are installed by ``uv sync --group servers``."""

import json
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from daemon.mcp.model import Standing, ToolError
from daemon.mcp.peer import Wire
from tests.daemon.mcp.test_servers import approve, asking, standings
from tests.daemon.reasoner.models import ScriptedModel

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def published(module: str, *arguments: str) -> Wire:
    """Return the wire to a server that is installed; skip where it is not."""
    if find_spec(module) is None:
        pytest.skip(f"{module} is not installed: uv sync --group servers")
    return Wire((sys.executable, "-m", module, *arguments))


async def test_the_clock_of_another_place_is_told(tmp_path: Path):
    fills = ScriptedModel(json.dumps({"form": "f1", "values": {"timezone": "Asia/Tokyo"}}))
    async with asking(tmp_path, {"wiki": published("mcp_server_time", "--local-timezone=UTC")}, fills) as servers:
        assert await standings(servers) == {"wiki.get_current_time": Standing.NEW, "wiki.convert_time": Standing.NEW}
        await approve(servers, "get_current_time", "convert_time")
        assert "+09:00" in await servers.answered("wiki", "what time it is in Tokyo")


async def test_what_fetches_pages_refuses_those_of_this_machine_in_words(tmp_path: Path):
    async with asking(tmp_path, {"wiki": published("mcp_server_fetch", "--ignore-robots-txt")}) as servers:
        await approve(servers, "fetch")
        with pytest.raises(ToolError, match="cannot answer that"):
            await servers.answered("wiki", "http://127.0.0.1:9/secret")
