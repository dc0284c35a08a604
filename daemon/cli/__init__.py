"""The command ``hearth``: every command, put together; nothing heavy is imported before a command needs it."""

import sys
from collections.abc import Sequence
from io import TextIOWrapper

import typer

from daemon.cli import (
    agenda,
    habits,
    house,
    keep,
    learned,
    linting,
    manage,
    mcp,
    models,
    notices,
    page,
    past,
    people,
    pins,
    plans,
    questions,
    record,
    routines,
    satellite,
    sealing,
    talk,
    voice,
)
from daemon.cli.output import CommandError, Exit, fail
from daemon.errors import DaemonError

app = typer.Typer(
    name="hearth",
    help="The assistant that lives in your home.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(manage.run)
app.command()(talk.ask)
app.command()(talk.chat)
app.command()(talk.listen)
app.command()(manage.understand)
app.command()(manage.when)
app.command()(house.devices)
app.add_typer(house.home, name="home")
app.command()(agenda.due)
app.command()(agenda.timers)
app.command()(agenda.reminders)
app.command()(agenda.lists)
app.add_typer(notices.notices, name="notices")
app.command()(agenda.calendar)
routines.routine.command()(linting.lint)
routines.routine.command()(linting.rehearse)
routines.routine.command()(past.backtest)
app.add_typer(routines.routine, name="routine")
app.add_typer(plans.plan, name="plan")
app.add_typer(habits.habits, name="habits")
app.add_typer(questions.questions, name="questions")
app.add_typer(record.journal, name="journal")
app.command()(record.undo)
app.command()(record.why)
app.command()(past.history)
app.add_typer(learned.learned, name="learned")
app.add_typer(sealing.memory, name="memory")
app.add_typer(mcp.mcp, name="mcp")
app.add_typer(models.models, name="models")
people.people.add_typer(pins.pin, name="pin")
people.people.callback(invoke_without_command=True)(pins.household)
app.add_typer(people.people, name="people")
app.add_typer(voice.voice, name="voice")
app.add_typer(satellite.satellite, name="satellite")
app.add_typer(manage.skills, name="skills")
app.command()(page.page)
app.command()(manage.check)
app.command()(manage.doctor)
app.command()(keep.backup)
app.command()(keep.restore)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; whatever goes wrong is one line on standard error."""
    given = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    as_json = "--json" in given
    _forgive_encodings()
    try:
        result: object = app(given, prog_name="hearth", standalone_mode=False)
    except CommandError as error:
        return fail(error, as_json=as_json)
    except DaemonError as error:
        return fail(manage.config_failure(error), as_json=as_json)
    except typer.TyperException as error:
        usage = CommandError(error.format_message(), _help_of(error), code="usage", exit_code=Exit.USAGE)
        return fail(usage, as_json=as_json)
    except (typer.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        return 0
    return result if isinstance(result, int) else 0


def _help_of(error: typer.TyperException) -> str:
    """Return where to read how the command is used that was used wrongly."""
    context = getattr(error, "ctx", None)
    return f"see: {context.command_path if context is not None else 'hearth'} --help"


def _forgive_encodings() -> None:
    """Read and print a sign for bytes that are no text, instead of ending."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
