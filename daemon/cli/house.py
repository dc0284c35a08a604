"""What is in the house, as a list for people and as a HOME file."""

from typing import Annotated, cast

import typer

from daemon import client
from daemon.cli.output import JsonOption, StateOption, daemon_errors, daemon_of, print_rows, show, table

home = typer.Typer(help="The house as a file.")


def devices(
    hidden: Annotated[bool, typer.Option("--all", help="Diagnostic and configuration entities too.")] = False,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """List what is in the house, with its present state."""
    with daemon_errors():
        rows = table(client.ask(daemon_of(state), "devices"))
    if as_json:
        show(rows)
        return
    _print([row for row in rows if hidden or not row["hidden"]])


@home.command("export")
def export(as_json: JsonOption = False, state: StateOption = None) -> None:
    """Print the house as a HOME file (YAML, or JSON), as `hearth understand --home` reads it."""
    with daemon_errors():
        text = str(client.ask(daemon_of(state), "home"))
    if as_json:
        import yaml

        show(yaml.safe_load(text))
    else:
        print(text, end="")


def _print(rows: list[dict[str, object]]) -> None:
    rows = sorted(rows, key=lambda row: (str(row["area"] or "~"), str(row["name"])))
    told = [(row["area"] or "-", row["name"], _state(row), row["id"]) for row in rows]
    print_rows(("area", "name", "state", "id"), told)


def _state(row: dict[str, object]) -> str:
    if not row["available"]:
        return "unavailable" if row["state"] in (None, "unknown") else f"unavailable (was {row['state']})"
    attributes = cast("dict[str, object]", row["attributes"])
    unit = f" {row['unit']}" if row["unit"] else ""
    told = ("brightness", "current_position", "temperature", "percentage", "volume_level")
    more = ", ".join(f"{key} {attributes[key]}" for key in told if attributes.get(key) is not None)
    return f"{row['state']}{unit}" + (f" ({more})" if more else "")
