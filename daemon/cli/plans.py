"""Plans: shown before, approved, followed, stopped, taken back; and the projects that take weeks."""

import json
import sys
from collections.abc import Mapping
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

plan = typer.Typer(help="Plans: what the house does in several steps, once you said yes.", no_args_is_help=True)

Named = Annotated[
    str | None, typer.Argument(help="Its id, or its beginning, or its goal; default: the newest.", metavar="PLAN")
]
PersonOption = Annotated[str | None, typer.Option("--person", help="Who says so.")]
StepOption = Annotated[str | None, typer.Option("--step", help="The step, where several wait.")]


@plan.command(name="list")
def list_plans(as_json: JsonOption = False, state: StateOption = None) -> None:
    """List drafts, what is being carried out, and what ended lately; the newest first."""
    print_list(
        "plans",
        ("id", "goal", "", "done", ""),
        lambda r: (r["id"], r["goal"], r["status"], f"{r['done']}/{r['of']}", _waits(r)),
        "there are no plans; say one, or: hearth plan add FILE",
        as_json=as_json,
        state=state,
    )


@plan.command(name="show")
def show_plan(
    named: Named = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until it is over.")] = False,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Print a plan: its steps, what would change, what cannot be undone, and how far it is."""
    house = daemon_of(state)
    with daemon_errors():
        seen = cast("dict[str, object]", client.ask(house, "plan.show", timeout_s=None, plan=named))
        if as_json and not follow:
            show(seen)
            return
        if not as_json:
            print(seen["text"])
            print(_standing(seen))
        if not follow:
            return
        known: Mapping[str, str] = {} if as_json else _statuses(seen)
        for moved in client.follow(house, "plan.follow", plan=str(seen["id"])):
            one = cast("dict[str, object]", moved)
            if as_json:
                show(one)
                continue
            now = _statuses(one)
            for step, status in now.items():
                if known.get(step) != status:
                    print(f"  {step}: {status}", flush=True)
            if now != known or one["status"] not in ("running", "proposed"):
                print(_standing(one), flush=True)
            known = now


@plan.command()
def add(
    file: Annotated[Path, typer.Argument(help="A plan as JSON; - is standard input.", metavar="FILE")],
    person: PersonOption = None,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Check and rehearse a plan, and keep it as a draft; nothing is done."""
    try:
        form: object = json.loads(sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        why = f"cannot read {str(file)!r}: {error}"
        raise CommandError(why, code="file-unreadable", exit_code=Exit.USAGE) from error
    _answer(state, "plan.add", as_json=as_json, plan=form, person=person)


@plan.command()
def approve(
    named: Named = None, person: PersonOption = None, as_json: JsonOption = False, state: StateOption = None
) -> None:
    """Say yes to a draft, exactly as it was shown."""
    _answer(state, "plan.approve", as_json=as_json, plan=named, person=person)


@plan.command()
def confirm(
    named: Named = None,
    step: StepOption = None,
    person: PersonOption = None,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Say yes to a step that waits for it; "hearth plan list" has its literal action."""
    _answer(state, "plan.confirm", as_json=as_json, plan=named, step=step, person=person)


@plan.command()
def resolve(
    named: Annotated[str, typer.Argument(help="The plan.", metavar="PLAN")],
    step: Annotated[str, typer.Argument(help="The step.", metavar="STEP")],
    how: Annotated[str, typer.Argument(help="done, again or skip.", metavar="HOW")],
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Say what came of a step of which nobody knows."""
    _answer(state, "plan.resolve", as_json=as_json, plan=named, step=step, how=how)


@plan.command()
def stop(named: Named = None, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Stop a plan at once; what was done stays."""
    _answer(state, "plan.stop", as_json=as_json, plan=named)


@plan.command()
def pause(named: Named = None, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Begin nothing more of a plan for now."""
    _answer(state, "plan.pause", as_json=as_json, plan=named)


@plan.command()
def resume(named: Named = None, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Go on with a plan that rests."""
    _answer(state, "plan.resume", as_json=as_json, plan=named)


@plan.command()
def undo(named: Named = None, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Take back what a plan did, as far as that is possible."""
    _answer(state, "plan.undo", as_json=as_json, plan=named)


@plan.command()
def projects(as_json: JsonOption = False, state: StateOption = None) -> None:
    """List the projects, and what is open of each."""
    with daemon_errors():
        rows = table(client.ask(daemon_of(state), "projects"))
    if as_json:
        show(rows)
        return
    if not rows:
        print("there are no projects; say: start a project, garden party on the 12th")
    for one in rows:
        print(f"{one['id']}  {one['name']}" + (f", until {one['due']}" if one["due"] else ""))
        for item in table(one["items"]):
            mark = "x" if item["done"] else "?" if item["kind"] == "question" else " "
            print(f"   [{mark}] {item['text']}" + (f" ({item['who']})" if item["who"] else ""))


@plan.command(name="close")
def close_project(
    project: Annotated[str, typer.Argument(help="The project's name or number.", metavar="PROJECT")],
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Close a project."""
    _answer(state, "project.close", as_json=as_json, project=project)


def _answer(state: Path | None, operation: str, *, as_json: bool, **fields: object) -> None:
    with daemon_errors():
        answer = cast("dict[str, object]", client.ask(daemon_of(state), operation, timeout_s=None, **fields))
    if as_json:
        show(answer)
    else:
        print(answer["reply"])
    raise typer.Exit(BY_STATUS[str(answer["status"])])


def _waits(one: Mapping[str, object]) -> str:
    waits = table(one["waits"])
    told = [f"{'unknown' if each['unknown'] else 'waits for a yes'}: {each['what']}" for each in waits]
    return "; ".join(told) or str(one["why"])


def _standing(seen: Mapping[str, object]) -> str:
    why = f" ({seen['why']})" if seen["why"] else ""
    waits = "".join(
        f"\n  {one['step']} {'is not known to be done' if one['unknown'] else 'waits for a yes'}: {one['what']}"
        for one in table(seen["waits"])
    )
    return f"{seen['status']}: {seen['done']} of {seen['of']} done{why}{waits}"


def _statuses(seen: Mapping[str, object]) -> Mapping[str, str]:
    marks = cast("Mapping[str, Mapping[str, object]]", seen["marks"])
    return {step: str(mark["status"]) for step, mark in marks.items()}
