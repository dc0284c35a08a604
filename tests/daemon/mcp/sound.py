"""A server made with the SDK, as a program: an encyclopedia, and what reads pages and feeds of the web.

``python sound.py [PORT]`` serves over stdio, or over HTTP on a port. What it tells stands in the JSON file ``$PAGES``:
a text for each title. It is read anew for each answer.
"""

import json
import os
import re
import sys
import urllib.request
from pathlib import Path
from typing import Literal

from defusedxml.ElementTree import fromstring
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations

server = MCPServer("encyclopedia")


def page(title: str) -> str:
    """Return what stands under a title."""
    pages: dict[str, str] = json.loads(Path(os.environ["PAGES"]).read_text("utf-8"))
    found = pages.get(title.casefold())
    if found is None:
        raise ToolError(f"nothing is known about {title}")
    return found


@server.tool(annotations=ToolAnnotations(read_only_hint=True))
def search(query: str, limit: int = 3) -> str:
    """Find what the encyclopedia tells of something."""
    return page(query)


@server.tool(annotations=ToolAnnotations(read_only_hint=True))
def fetch(url: str) -> str:
    """Fetch a page of the web as text."""
    with urllib.request.urlopen(url, timeout=5) as answer:
        return re.sub(r"</?(?:html|body|p)>", "", answer.read().decode())


@server.tool(annotations=ToolAnnotations(read_only_hint=True))
def headlines(url: str) -> str:
    """Read the titles of a feed."""
    with urllib.request.urlopen(url, timeout=5) as answer:
        return "\n".join(title.text or "" for title in fromstring(answer.read()).iter("title"))


@server.tool()
def convert(amount: float, unit: Literal["miles", "feet"]) -> str:
    """Convert a length into metres."""
    return f"{amount * {'miles': 1609.0, 'feet': 0.3}[unit]:g} metres"


@server.tool(annotations=ToolAnnotations(read_only_hint=False, destructive_hint=True))
def erase(title: str) -> str:
    """Erase a page."""
    Path(os.environ["PAGES"]).unlink()
    return title


@server.tool()
def secrets() -> str:
    """Tell the names of what stands in the environment."""
    return " ".join(sorted(os.environ))


if len(sys.argv) > 1:
    server.run("streamable-http", port=int(sys.argv[1]))
else:
    server.run()
