"""One person's memory, encrypted with a passphrase of theirs: to seal, unlock, lock, and have in plain again."""

import sys
from pathlib import Path
from typing import Annotated, cast

import typer

from daemon import client
from daemon.cli.memory import memory, passphrase_of
from daemon.cli.output import (
    JsonOption,
    StateOption,
    daemon_errors,
    daemon_of,
    print_list,
    show,
)

__all__ = ["memory"]

WhoOption = Annotated[str, typer.Option("--person", help="Whose memory.", metavar="P")]

COVERED = """\
Sealed from then on, in the database, its copies and backups:
  what you said and what was answered, what I know and conclude of you, your preferences, goals and instructions,
  what I noticed of your habits, how to find any of it, and your words in the record of what was done.

These stay readable, since they must work while your memory is locked:
  what you tell for everybody (the spare key, the wifi password, how the house is to behave),
  reminders, timers, alarms, lists, calendars, routines, plans, projects, taught phrases, rights that you lend,
  and notices, each with the words that made it;
  what was done to devices, when and for whom, with what was played or shown;
  how often and when you spoke, and how your voice sounds.

While it is locked I cannot tell you anything of it, and your own instructions do not count; what you say
is put away sealed. While it is open, whoever speaks or writes as you is told, as ever.

Whoever loses the passphrase loses the memory: nobody can bring it back, not the owner of the house either."""
"""What is said before somebody chooses; `tests/daemon/sealing` holds it to this."""


@memory.command()
def seal(
    person: WhoOption,
    copies: Annotated[
        bool, typer.Option("--copies", help="Delete the copies of before now: nothing then helps against damage.")
    ] = False,
    sure: Annotated[bool, typer.Option("--yes", help="Do not ask whether that is understood.")] = False,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Encrypt the memory of a person with a passphrase of theirs; it is open until locked, or the daemon ends."""
    from daemon.copies import forget_copies, of_before

    if not sure:
        print(COVERED, file=sys.stderr)
        typer.confirm("Seal it?", abort=True, err=True)
    answer = _asked(state, "memory.seal", person, passphrase=passphrase_of(twice=True))
    left = [path.name for path in of_before(daemon_of(state))]
    if copies:
        forget_copies(daemon_of(state))
    if as_json:
        show({**answer, "copies": [] if copies else left})
        return
    print(f"the memory of {person} is sealed, and open")
    if left and not copies:
        print(f"copies of before have it in plain, and go within a week: {', '.join(left)}")
    print("backups that were put elsewhere keep what they have")


@memory.command()
def unlock(
    person: WhoOption,
    hours: Annotated[
        float | None, typer.Option("--hours", help="For so long; else until the daemon ends.", min=0.02)
    ] = None,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Open a sealed memory with its passphrase, read unseen, or from standard input."""
    minutes = None if hours is None else max(1, round(hours * 60))
    answer = _asked(state, "memory.unlock", person, passphrase=passphrase_of(), minutes=minutes)
    if as_json:
        show(answer)
    else:
        print(f"the memory of {person} is open" + (f" for {hours:g} h" if hours is not None else ""))


@memory.command()
def lock(person: WhoOption, as_json: JsonOption = False, state: StateOption = None) -> None:
    """Lock a sealed memory now."""
    answer = _asked(state, "memory.lock", person)
    if as_json:
        show(answer)
    else:
        print(f"the memory of {person} is locked")


@memory.command()
def unseal(
    person: WhoOption,
    discard: Annotated[
        bool, typer.Option("--discard", help="Delete it all unread, where the passphrase is lost.")
    ] = False,
    sure: Annotated[bool, typer.Option("--yes", help="Do not ask whether to delete it.")] = False,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Have a sealed memory stand in plain again; needs its passphrase."""
    if discard:
        if not sure:
            typer.confirm(f"Delete all that {person} ever told, for good?", abort=True, err=True)
        answer = _asked(state, "memory.discard", person)
    else:
        answer = _asked(state, "memory.unseal", person, passphrase=passphrase_of())
    if as_json:
        show(answer)
    else:
        print(f"the sealed memory of {person} is deleted" if discard else f"the memory of {person} is in plain again")


@memory.command()
def sealed(as_json: JsonOption = False, state: StateOption = None) -> None:
    """List who has their memory sealed, and whose is open now."""
    print_list(
        "memory.seals",
        ("person", "since", "now", "waiting"),
        lambda r: (r["person"], r["sealed_at"], _how(r), r["waiting"]),
        "nobody has their memory sealed",
        as_json=as_json,
        state=state,
    )


def _how(row: dict[str, object]) -> str:
    if not row["open"]:
        return "locked"
    return "open" if row["until"] is None else f"open until {str(row['until'])[:16].replace('T', ' ')}"


def _asked(state: Path | None, op: str, person: str, **fields: object) -> dict[str, object]:
    given = {key: value for key, value in fields.items() if value is not None}
    with daemon_errors():
        # A large memory takes a while to be written anew.
        return cast("dict[str, object]", client.ask(daemon_of(state), op, timeout_s=600.0, person=person, **given))
