"""Speech models: what can be had, what is there, pull, remove."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from daemon.cli.output import (
    CommandError,
    ConfigOption,
    Exit,
    JsonOption,
    StateOption,
    config_path,
    print_rows,
    show,
    state_of,
)
from voice.catalogue import CATALOGUE, Offer, suggested
from voice.model import ModelError

models = typer.Typer(help="Speech models: nothing else is ever downloaded.")


@models.command("list")
def list_models(config: ConfigOption = None, as_json: JsonOption = False, state: StateOption = None) -> None:
    """List the models of the catalogue, and which of them are here."""
    from voice.models import installed

    fitting = [offer.name for offer in _fitting(config)]
    here = {model.name: str(model.path) for model in installed(_folder(config, state))}
    rows = [
        {
            "name": offer.name,
            "kind": offer.kind,
            "language": offer.language,
            "bytes": offer.size,
            "licence": offer.licence,
            "about": offer.about,
            "installed": here.get(offer.name),
            "suggested": offer.name in fitting,
        }
        for offer in CATALOGUE.values()
    ]
    if as_json:
        show(rows)
    else:
        heads = ("name", "kind", "language", "MB", "licence", "installed")
        print_rows(
            heads, [(r["name"], r["kind"], r["language"], _mb(r["bytes"]), r["licence"], r["installed"]) for r in rows]
        )
        wanted = [name for name in fitting if name not in here]
        if wanted:
            print(f"for this machine: {', '.join(wanted)}; to have them: hearth models pull --suggested")


@models.command()
def pull(
    name: Annotated[
        str, typer.Argument(help="A name of `hearth models list`, such as vosk-small-en.", metavar="[NAME]")
    ] = "",
    source: Annotated[
        Path | None, typer.Option("--from", help="A folder that holds the files: nothing is downloaded.", metavar="DIR")
    ] = None,
    fitting: Annotated[bool, typer.Option("--suggested", help="Those that fit this machine and language.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Download a model, going on where an earlier try ended, and check it."""
    names = [offer.name for offer in _fitting(config)] if fitting else [name] if name else []
    if not names:
        remedy = "see: hearth models list"
        what = "no model of the catalogue fits this machine and language" if fitting else "which model?"
        raise CommandError(what, remedy, code="usage", exit_code=Exit.USAGE)
    pulled = [_pulled(name, _folder(config, state), source) for name in names]
    if as_json:
        show(pulled if fitting else pulled[0])
        return
    for model in pulled:
        print(f"{model['name']} is in {model['path']} ({model['licence']}); the next utterance uses it")


def _pulled(name: str, folder: Path, source: Path | None) -> dict[str, object]:
    """Bring one model here, with its progress on standard error; return what is printed of it."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn

    from voice.models import pull as fetch

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def on_progress(file: str, done: int, total: int | None) -> None:
            if file not in tasks:
                tasks[file] = bars.add_task(file, total=total)
            bars.update(tasks[file], completed=done, total=total)

        try:
            model = fetch(name, folder, progress=on_progress, source=source)
        except ModelError as error:
            raise _failed(error) from error
    return {"name": model.name, "path": str(model.path), "bytes": model.size, "licence": model.licence}


@models.command()
def remove(
    name: Annotated[str, typer.Argument(help="The model to remove.", metavar="NAME")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Remove a model from this machine."""
    from voice.models import remove as take_away

    try:
        was_there = take_away(name, _folder(config, state))
    except ModelError as error:
        raise _failed(error) from error
    if as_json:
        show({"name": name, "removed": was_there})
    else:
        print(f"{name} is removed" if was_there else f"{name} was not here")


def _fitting(config: Path | None) -> Sequence[Offer]:
    """Return the models of the catalogue that suit this machine and the language of the house."""
    from daemon.config import load

    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    language = load(config_path(config)).home.language
    return suggested(language, memory_bytes=memory, cores=os.cpu_count() or 1)


def _folder(config: Path | None, state: Path | None) -> Path:
    from daemon.config import load
    from daemon.listening import models_folder

    return models_folder(load(config_path(config)), state_of(state))


def _failed(error: ModelError) -> CommandError:
    exit_code = Exit.USAGE if error.code == "model-unknown" else Exit.FAILED
    return CommandError(str(error), code=error.code, exit_code=exit_code)


def _mb(size: object) -> str:
    return f"{size / 1e6:.0f}" if isinstance(size, int) else "?"
