"""Which tools of others the owner has approved, in the database: by the fingerprint that each had then."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime


def listed(connection: sqlite3.Connection) -> Mapping[tuple[str, str], str]:
    """Return the fingerprint of every tool that is approved, by server and tool, in the order of approval."""
    rows = connection.execute("SELECT server, tool, fingerprint FROM approved_tool ORDER BY approved_at, tool")
    return {(server, tool): fingerprint for server, tool, fingerprint in rows}


def keep(connection: sqlite3.Connection, server: str, tool: str, fingerprint: str, at: datetime) -> None:
    """Write down that a tool is approved as it is now."""
    connection.execute(
        "INSERT OR REPLACE INTO approved_tool (server, tool, fingerprint, approved_at) VALUES (?, ?, ?, ?)",
        (server, tool, fingerprint, at.isoformat()),
    )


def remove(connection: sqlite3.Connection, server: str, tool: str) -> None:
    """Write down that a tool is not approved any more."""
    connection.execute("DELETE FROM approved_tool WHERE server = ? AND tool = ?", (server, tool))
