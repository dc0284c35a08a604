"""What was done, why, and back."""

from typing import Annotated, cast

import typer

from daemon import client
from daemon.cli.output import (
    BY_STATUS,
    CommandError,
    Exit,
    JsonOption,
    StateOption,
    daemon_errors,
    daemon_of,
    show,
    table,
)

journal = typer.Typer(help="What was wished for, decided and done.", invoke_without_command=True)


@journal.callback()
def read(
    context: typer.Context,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as things happen.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", help="How many entries.", min=1, max=100_000)] = 50,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Print the newest entries, oldest of them first."""
    if context.invoked_subcommand is not None:
        return
    with daemon_errors():
        for entry in table(client.ask(daemon_of(state), "journal", limit=limit)):
            _print(entry, as_json=as_json)
        if follow:
            for event in client.follow(daemon_of(state), "journal.follow"):
                _print(cast("dict[str, object]", event), as_json=as_json)


@journal.command()
def verify(as_json: JsonOption = False, state: StateOption = None) -> None:
    """Check the chain: finds any entry that was edited, removed or moved. Works without a running daemon."""
    from daemon.offline import verify_journal

    with daemon_errors():
        result = verify_journal(daemon_of(state))
    if as_json:
        show(result)
    else:
        print(result["detail"])
    raise typer.Exit(Exit.OK if result["ok"] else Exit.FAILED)


def undo(
    since: Annotated[
        str | None, typer.Option("--since", help="Everything since then: 18:30 or ISO time.", metavar="T")
    ] = None,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Take back the last thing that was done, or everything since a time."""
    with daemon_errors():
        result = cast("dict[str, object]", client.ask(daemon_of(state), "undo", since=since))
    if as_json:
        show(result)
    else:
        print(result["reply"])
    raise typer.Exit(BY_STATUS[str(result["status"])])


def why(
    entity: Annotated[
        str | None, typer.Argument(help="A question, or an entity's name or id; default: the last thing done.")
    ] = None,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Say why something is as it is, or did not happen: in words, or the chain from the sentence to the change."""
    if entity is not None and " " in entity:
        from daemon.explaining.question import is_why

        if is_why(entity):
            with daemon_errors():
                answer = cast("dict[str, object]", client.ask(daemon_of(state), "explain", text=entity))
            show(answer) if as_json else print(answer["text"])
            return
    with daemon_errors():
        chain = table(client.ask(daemon_of(state), "why", entity=entity))
    if as_json:
        show(chain)
    elif not chain:
        raise CommandError("nothing is on record about that", code="unknown-cause", exit_code=Exit.FAILED)
    else:
        for link in chain:
            print(f"{link['at']}  {link['what']}")


def _print(entry: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        show(entry)
    else:
        print(f"{entry['at']}  #{entry['id']:<5} {entry['what']}", flush=True)
