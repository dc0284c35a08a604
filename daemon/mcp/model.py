"""A tool of others, and what pins it.

================  ================================================================================================
`McpError`        a server that cannot be used now; the message is for people, without a full stop
`ToolError`       the server answered that it cannot do this: it works, what it was asked is of no use to it
================  ================================================================================================
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from daemon.errors import DaemonError

LONGEST_TEXT = 500
"""Characters of one value that a tool is given: a person's sentence is shorter."""


class McpError(DaemonError):
    """A server that cannot be used now; the message says why."""

    code = "mcp-error"


class ToolError(McpError):
    """A server that works, and answered that it cannot do this."""

    code = "mcp-tool-failed"


class Standing(StrEnum):
    """What may be done with a tool."""

    NEW = "new"
    """Nobody has approved it."""
    APPROVED = "approved"
    CHANGED = "changed"
    """It is not what was approved: it is not used before it is approved again."""
    GONE = "gone"
    """It was approved, and its server has it no longer."""
    WRITES = "writes"
    """It says itself that it changes something: it cannot be approved."""
    BARRED = "barred"
    """The configuration names its server's tools, and not this one."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as its server describes it: name, words and schema are a stranger's."""

    name: str
    description: str
    schema: Mapping[str, object]
    """JSON Schema of what it takes."""
    fingerprint: str
    writes: bool = False

    @property
    def question(self) -> str | None:
        """What the one text is called that it takes; ``None`` if it cannot do without anything else."""
        needed = self.schema.get("required")
        names = cast("list[object]", needed) if isinstance(needed, list) else []
        texts = [name for name, form in self.parameters().items() if form.get("type") == "string"]
        wanted = [str(name) for name in names] or (texts if len(self.parameters()) == 1 else [])
        return wanted[0] if len(wanted) == 1 and wanted[0] in texts else None

    def parameters(self) -> Mapping[str, Mapping[str, object]]:
        """Return the schema of each value that it takes, by name."""
        given = self.schema.get("properties")
        forms = cast("Mapping[str, object]", given if isinstance(given, dict) else {})
        return {name: cast("Mapping[str, object]", form) for name, form in forms.items() if isinstance(form, dict)}


def fingerprint(described: Mapping[str, object]) -> str:
    """Return what a tool is known by: the hash of all that its server says of it, in one form."""
    text = json.dumps(described, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
