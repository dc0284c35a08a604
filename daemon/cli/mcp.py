"""Tools of others: which there are, which of them may be asked, and asking them."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, cast

import typer

from daemon import client
from daemon.cli.output import (
    CommandError,
    Exit,
    JsonOption,
    StateOption,
    daemon_errors,
    daemon_of,
    print_rows,
    show,
    table,
)

mcp = typer.Typer(help="Tools of others, over MCP: looked at, approved, asked.", no_args_is_help=True)

ToolArgument = Annotated[str, typer.Argument(help="Its server and its name: wiki.search.", metavar="SERVER.TOOL")]
SHORT = 60
"""Characters of a description in a table: it is a stranger's text, and `show` has all of it."""


@mcp.command("list")
def list_tools(as_json: JsonOption = False, state: StateOption = None) -> None:
    """Ask every server what tools it has, and say which are approved. Servers that do not run are started for it."""
    servers = _servers(state)
    if as_json:
        show(servers)
    elif not servers:
        print("no server is configured: add [mcp.NAME] with a command or a url")
    else:
        rows = [row for server in servers for row in _rows(server)]
        print_rows(("tool", "standing", "takes", "says of itself"), rows)


@mcp.command("show")
def show_tool(tool: ToolArgument, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Show all that a tool says of itself."""
    found = _found(tool, state)
    if as_json:
        show(found)
    else:
        print(_description(tool, found))


@mcp.command()
def approve(
    tool: ToolArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Let a tool be asked as it is now; when anything of it changes it has to be approved again."""
    found = _found(tool, state)
    if not yes:
        print(_description(tool, found), file=sys.stderr)
        typer.confirm("It must only read. May it be asked?", abort=True, err=True)
    server, _, name = tool.partition(".")
    with daemon_errors():
        answer = client.ask(daemon_of(state), "mcp.approve", server=server, tool=name, fingerprint=found.get("id", ""))
    if as_json:
        show(answer)
    else:
        print(f"{tool} may be asked now")


@mcp.command()
def revoke(tool: ToolArgument, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Let a tool be asked no more."""
    server, _, name = tool.partition(".")
    with daemon_errors():
        answer = client.ask(daemon_of(state), "mcp.revoke", server=server, tool=name)
    if as_json:
        show(answer)
    else:
        print(f"{tool} is not asked any more")


@mcp.command()
def call(
    tool: ToolArgument,
    arguments: Annotated[str, typer.Argument(help="What it takes, as a JSON object.", metavar="JSON")] = "{}",
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Ask an approved tool, and print what it answers."""
    try:
        given: object = json.loads(arguments)
    except ValueError as error:
        remedy = """write a JSON object: '{"query": "whales"}'"""
        raise CommandError(f"{arguments!r} is no JSON: {error}", remedy, code="usage", exit_code=Exit.USAGE) from error
    server, _, name = tool.partition(".")
    with daemon_errors():
        asked = client.ask(daemon_of(state), "mcp.call", server=server, tool=name, arguments=given)
    answer = cast("Mapping[str, object]", asked)
    if as_json:
        show(answer)
    else:
        print(_plain(str(answer["text"])))


def _servers(state: Path | None) -> list[dict[str, object]]:
    """Return every server with its tools; a daemon that has none knows no such operation."""
    with daemon_errors():
        try:
            return table(client.ask(daemon_of(state), "mcp"))
        except client.ClientError as error:
            if error.code != "unknown-operation":
                raise
            return []


def _found(tool: str, state: Path | None) -> Mapping[str, object]:
    """Return what is known of a tool."""
    server, _, name = tool.partition(".")
    servers = _servers(state)
    ours = next((one for one in servers if one["server"] == server), None)
    if ours is not None and ours["trouble"]:
        raise CommandError(str(ours["trouble"]), "see: hearth doctor", code="mcp-error", exit_code=Exit.FAILED)
    found = next((row for row in table(ours["tools"]) if row["tool"] == name), None) if ours is not None else None
    if found is None:
        raise CommandError(f"there is no {tool!r}", "see: hearth mcp list", code="usage", exit_code=Exit.USAGE)
    return found


def _rows(server: Mapping[str, object]) -> list[tuple[object, ...]]:
    name, trouble = server["server"], server["trouble"]
    rows: list[tuple[object, ...]] = [
        (
            f"{name}.{row['tool']}",
            row["standing"],
            ", ".join(_takes(row)),
            _plain(str(row.get("description", "")))[:SHORT],
        )
        for row in table(server["tools"])
    ]
    return [*rows, (name, "away", "", trouble)] if trouble else rows


def _takes(row: Mapping[str, object]) -> list[str]:
    schema = cast("Mapping[str, Mapping[str, object]]", row.get("schema", {}))
    return [_plain(name)[:SHORT] for name in schema.get("properties", {})]


def _description(tool: str, found: Mapping[str, object]) -> str:
    lines = [f"{tool} ({found['standing']}), in the words of whoever made it:", ""]
    lines += [f"  {line}" for line in str(found.get("description", "")).splitlines() or ["nothing"]]
    lines += ["", f"  takes: {json.dumps(found.get('schema', {}))}", f"  id: {str(found.get('id', ''))[:16]}"]
    return "\n".join(_plain(line) for line in lines)


def _plain(text: str) -> str:
    """Return a stranger's text as a terminal can show it: what would steer the terminal, or hide, is made visible."""
    return "".join(sign if sign.isprintable() or sign == "\n" else f"<{ord(sign):x}>" for sign in text)
