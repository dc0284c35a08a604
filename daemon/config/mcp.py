"""``[mcp.NAME]``: servers whose tools may be asked, over MCP."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from daemon.config.section import HttpUrl, Name, Section

ServerName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")]
Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Role = Literal["owner", "adult", "child", "guest"]


class McpSection(Section):
    """``[mcp.NAME]``: one server. What it can be asked is approved tool by tool: ``hearth mcp approve``."""

    command: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """The program that it is, and what that is given: ``["uvx", "mcp-server-time"]``. It is started when asked."""
    url: HttpUrl | None = None
    """Where it is, if it runs elsewhere: ``http://nas.local:8000/mcp``."""
    environment: Mapping[Variable, str] = Field(default_factory=dict)
    """What the program gets beside ``PATH``, ``HOME`` and the language."""
    secrets: Mapping[Variable, str] = Field(default_factory=dict)
    """The same for what nobody else may read, by file or as ``credential:NAME``."""
    token_file: str | None = None
    """What an address is given as a bearer token."""
    called: tuple[Name, ...] = ()
    """What people call it beside its name: ``["encyclopedia", "Lexikon"]``."""
    tools: tuple[Name, ...] = ()
    """Which of its tools may be approved; default: all that do not say that they change something."""
    roles: tuple[Role, ...] = ("owner", "adult", "child")
    """Who may ask it. Who nobody knows counts as a guest, unless it is the terminal of this machine."""
    remote: bool = False
    """Whether words may leave the house, to a server outside it."""
    call_seconds: Annotated[float, Field(ge=1, le=15)] = 8.0
    """How long an answer may take."""
    idle_minutes: Annotated[float, Field(ge=0.1, le=1440)] = 2.0
    """When to end the process that speaks with it (70 MiB) once nobody asks."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.command) == (self.url is not None):
            raise ValueError("give it 'command' (a program to start) or 'url' (where it runs), and only one")
        if self.url is not None and (self.environment or self.secrets):
            raise ValueError("'environment' and 'secrets' are for a program; an address takes 'token_file'")
        if self.command and self.token_file is not None:
            raise ValueError("'token_file' is for an address; a program takes 'secrets'")
        return self
