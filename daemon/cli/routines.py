"""Routines: kept from files, switched, run, and looked at afterwards."""

import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
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
    print_list,
    show,
    table,
)

routine = typer.Typer(help="Routines: what the house does by itself.", no_args_is_help=True)

Named = Annotated[str, typer.Argument(help="Its id or name, as listed.", metavar="ROUTINE")]
File = Annotated[Path, typer.Argument(help="A file in YAML; - is standard input.", metavar="FILE")]
MARKS = {"finished": "ran", "stopped": "stopped", "failed": "FAILED", "declined": "not begun", None: "still runs"}


@routine.command()
def add(
    file: Annotated[Path | None, typer.Argument(help="A file in YAML; - is standard input.", metavar="FILE")] = None,
    say: Annotated[str | None, typer.Option("--say", help="The routine in plain words.", metavar="TEXT")] = None,
    off: Annotated[bool, typer.Option("--off", help="Keep it, switched off.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Switch on what something is wrong with, too.")] = False,
    person: Annotated[str | None, typer.Option("--person", help="Who wishes for it.")] = None,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Keep the routines of a file, or one that is said in plain words.

    What is wrong with them is said before; where nobody can be asked, those it is about are kept switched off.
    """
    if (file is None) == (say is None):
        raise CommandError("give a file, or --say TEXT", code="usage", exit_code=Exit.USAGE)
    if say is not None:
        _answer(state, "ask", as_json=as_json, text=say, person=person)
        return
    assert file is not None
    text = _read(file)
    doubtful = [] if off or anyway else _doubtful(state, text, asks=str(file) != "-" and not as_json)
    enabled = False if off else None
    _answer(state, "routine.add", as_json=as_json, text=text, enabled=enabled, off=doubtful, person=person)


@routine.command(name="list")
def list_routines(as_json: JsonOption = False, state: StateOption = None) -> None:
    """List the routines, when each runs next and how its last run ended."""
    print_list(
        "routines",
        ("id", "name", "", "next", "last", ""),
        _row,
        "there are no routines; add one: hearth routine add FILE",
        as_json=as_json,
        state=state,
    )


@routine.command(name="show")
def show_routine(named: Named, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Print a routine as YAML."""
    with daemon_errors():
        found = cast("dict[str, object]", client.ask(daemon_of(state), "routine.show", routine=named))
    if as_json:
        show(found)
    else:
        print(str(found["yaml"]), end="")


@routine.command()
def edit(
    named: Named,
    file: Annotated[Path | None, typer.Argument(help="What it is from now on; default: $EDITOR.")] = None,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Change a routine, by a file or in the editor; its earlier versions are kept."""
    if file is not None:
        text = _read(file)
    else:
        with daemon_errors():
            found = cast("dict[str, object]", client.ask(daemon_of(state), "routine.show", routine=named))
        text = _edited(str(found["yaml"]))
        if text == found["yaml"]:
            print("nothing was changed")
            return
    _answer(state, "routine.edit", as_json=as_json, routine=named, text=text)


@routine.command()
def enable(named: Named, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Switch a routine on."""
    _answer(state, "routine.enable", as_json=as_json, routine=named)


@routine.command()
def disable(named: Named, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Switch a routine off; what runs of it is ended."""
    _answer(state, "routine.disable", as_json=as_json, routine=named)


@routine.command()
def allow(
    named: Named,
    entities: Annotated[
        list[str] | None, typer.Argument(help="Locks, doors, alarms by id; none takes it back.", metavar="ENTITY")
    ] = None,
    person: Annotated[str | None, typer.Option("--person", help="Who allows it: an owner.")] = None,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Let a routine unlock, open or disarm these with nobody there to say yes, until it is changed."""
    _answer(state, "routine.allow", as_json=as_json, routine=named, entities=entities or [], person=person)


@routine.command()
def remove(named: Named, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Let a routine go; "hearth undo" brings it back."""
    _answer(state, "routine.remove", as_json=as_json, routine=named)


@routine.command()
def run(
    named: Named,
    conditions: Annotated[bool, typer.Option("--conditions", help="Only if its conditions hold.")] = False,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Carry a routine out now."""
    _answer(state, "routine.run", as_json=as_json, routine=named, conditions=conditions)


@routine.command()
def trace(
    named: Annotated[str | None, typer.Argument(help="Its id or name; default: all.", metavar="ROUTINE")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="How many runs.", min=1, max=1_000)] = 5,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Print what the newest runs did, step by step, and why what did not run did not."""
    with daemon_errors():
        runs = table(client.ask(daemon_of(state), "routine.trace", routine=named, limit=limit))
    if as_json:
        show(runs)
        return
    if not runs:
        print("nothing has set it off yet" if named is not None else "no routine was set off yet")
    for one in reversed(runs):
        print("\n".join(_trace_lines(one)))


@routine.command(name="import")
def import_file(
    file: Annotated[Path | None, typer.Argument(help="A file in YAML; - is standard input.", metavar="FILE")] = None,
    homeassistant: Annotated[
        bool, typer.Option("--homeassistant", help="Those of the Home Assistant that is connected, and its scripts.")
    ] = False,
    dry: Annotated[bool, typer.Option("--dry", help="Only report what would be understood; needs the daemon.")] = False,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Take over automations of Home Assistant; what is not wholly understood is kept switched off, and told.

    With --homeassistant all are kept switched off: over there they run on. Switch one off there, then "hearth routine
    enable" it here.
    """
    if (file is None) == (not homeassistant):
        raise CommandError("give a file, or --homeassistant", code="usage", exit_code=Exit.USAGE)
    with daemon_errors():
        text = _read(file) if file is not None else _taken(state)
        report = cast("dict[str, object]", client.ask(daemon_of(state), "routine.report", text=text))
        kept: dict[str, object] | None = None
        doubtful = _doubtful(state, text, asks=str(file) != "-" and not (as_json or dry))
        if not dry and table(report["routines"]):
            answer = client.ask(daemon_of(state), "routine.add", text=text, replace=True, off=doubtful)
            kept = cast("dict[str, object]", answer)
    if as_json:
        show({**report, "kept": kept})
    else:
        print(report["text"])
    if kept is not None and kept["status"] != "done":
        raise typer.Exit(BY_STATUS[str(kept["status"])])
    raise typer.Exit(Exit.OK if table(report["routines"]) else Exit.FAILED)


@routine.command()
def export(
    named: Annotated[str | None, typer.Argument(help="Its id or name; default: all.", metavar="ROUTINE")] = None,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Print routines as YAML that Home Assistant reads, too, as far as it knows what is in them."""
    with daemon_errors():
        found = cast("dict[str, object]", client.ask(daemon_of(state), "routine.show", routine=named))
    if as_json:
        show(found)
    else:
        print(str(found["yaml"]), end="")


def _doubtful(state: Path | None, text: str, *, asks: bool) -> list[str]:
    """Say what is wrong with routines that are to be kept; return the ids of those that shall be off for it."""
    with daemon_errors():
        found = table(client.ask(daemon_of(state), "routine.check", timeout_s=None, text=text))
    for one in found:
        print(f"{str(one['kind']).replace('_', ' ')}: {one['explain']}", file=sys.stderr)
    ids = list(dict.fromkeys(id_ for one in found for id_ in cast("list[str]", one["ids"])))
    if not ids or (asks and sys.stdin.isatty() and typer.confirm("Switch it on anyway?", err=True)):
        return []
    print(f"kept switched off: {', '.join(ids)}; to switch one on: hearth routine enable ID", file=sys.stderr)
    return ids


def _taken(state: Path | None) -> str:
    return str(cast("dict[str, object]", client.ask(daemon_of(state), "routine.taken", timeout_s=None))["text"])


def _answer(state: Path | None, operation: str, *, as_json: bool, **fields: str | bool | list[str] | None) -> None:
    with daemon_errors():
        answer = cast("dict[str, object]", client.ask(daemon_of(state), operation, timeout_s=None, **fields))
    if as_json:
        show(answer)
    else:
        done = answer["status"] == "done"
        details = [str(one["detail"]) for one in table(answer["outcomes"]) if one["detail"] and done]
        print(" ".join([str(answer["reply"]), *(f"({one})" for one in details)]))
    raise typer.Exit(BY_STATUS[str(answer["status"])])


def _edited(text: str) -> str:
    """Return what somebody makes of a text in their editor."""
    editor = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    with tempfile.NamedTemporaryFile("w+", suffix=".yaml", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        try:
            subprocess.run([*editor, file.name], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            why = f"the editor {editor[0]!r} did not work: {error}"
            raise CommandError(why, "set $EDITOR, or give a file", code="no-editor", exit_code=Exit.USAGE) from error
        return Path(file.name).read_text(encoding="utf-8")


def _read(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise CommandError(f"cannot read {str(file)!r}: {why}", code="file-unreadable", exit_code=Exit.USAGE) from error


def _row(one: Mapping[str, object]) -> Sequence[object]:
    on = "on" if one["enabled"] else "off"
    return (one["id"], one["name"], on, _minute(one["next_at"]), _minute(one["ran_at"]), one["result"])


def _minute(at: object) -> str:
    return str(at)[:16].replace("T", " ") if at else ""


def _trace_lines(run: Mapping[str, object]) -> Iterable[str]:
    cause = cast("Mapping[str, object]", json.loads(str(run["cause"])))
    result = MARKS.get(cast("str | None", run["result"]), str(run["result"]))
    result = "waits for its turn" if run.get("waits") else result
    why = f": {run['why']}" if run["why"] else ""
    yield f"{_second(run['began_at'])}  {run['routine']}  {result}{why}  (because {cause['why']})"
    for step in table(run["steps"]):
        yield f"  {_second(step['at'])[11:]}  {_step(step)}"


def _second(at: object) -> str:
    return str(at)[:19].replace("T", " ")


def _step(step: Mapping[str, object]) -> str:  # a table of steps
    where = f"{step['where']}: " if step.get("where") else ""
    match step["kind"]:
        case "call":
            target = cast("Mapping[str, Sequence[str]]", step["target"])
            aims = ", ".join(one for ids in target.values() for one in ids)
            return f"{where}{step['action']} {aims} {_data(step)}".rstrip()
        case "outcome":
            outcomes = table(step["outcomes"])
            told = "; ".join(f"{one['verdict']}" + (f" ({one['detail']})" if one["detail"] else "") for one in outcomes)
            return f"  {told or step.get('why') or 'nothing to do'}"
        case "wait":
            return f"{where}waits for {step['for']} until {_second(step['until'])}"
        case "condition":
            word = {True: "holds", False: "does not hold", None: "nobody knows whether it holds"}
            return f"{where}{word[cast('bool | None', step['holds'])]}"
        case "notice" | "ask":
            return f"{where}{step['kind']} “{step.get('message') or step.get('question')}”"
        case "event":
            return f"{where}fires {step['event']} {_data(step)}".rstrip()
        case "way":
            return f"{where}{step['way']} {_data(step)}".rstrip()
        case "stumbled":
            return f"{where}failed, and it goes on: {step['why']}"
        case "response":
            return f"{where}answers “{step['response']}”"
        case _:
            return f"{step.get('result', step['kind'])}{': ' + str(step['why']) if step.get('why') else ''}"


def _data(step: Mapping[str, object]) -> str:
    data = cast("Mapping[str, object]", step.get("data") or {})
    return ", ".join(f"{key}={item}" for key, item in data.items())
