"""Satellites of our own: invited and sent away in the house, paired and run on the machine in the room."""

import asyncio
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

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
from daemon.systemd import state_directory

if TYPE_CHECKING:
    from voice.paired.light import Senses
    from voice.satellites.soundcard import SoundCard

satellite = typer.Typer(help="Small machines in the rooms that hear their wake word by themselves.")

FOLDER = "hearth-satellite"
PORT = 10790
FolderOption = Annotated[
    Path | None, typer.Option("--folder", help="Where the satellite keeps its key. Default: XDG.", metavar="DIR")
]


@satellite.command()
def invite(
    area: Annotated[str | None, typer.Option("--area", help="The room it stands in.", metavar="AREA")] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="What to call it; default: as its room.", metavar="NAME")
    ] = None,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """In the house: print a code, good once and for a quarter of an hour, with which a satellite is paired."""
    with daemon_errors():
        made = cast("dict[str, object]", client.ask(daemon_of(state), "satellite.invite", area=area, name=name))
    if as_json:
        show(made)
        return
    port = "" if made["port"] == PORT else f":{made['port']}"
    print(f"On the satellite that is to be {made['name']!r}, within {made['good_min']} minutes:\n")
    print(f"    hearth satellite pair {made['host'] or 'THIS-MACHINE'}{port} {made['code']}")
    print("    hearth satellite run")


@satellite.command("list")
def list_(as_json: JsonOption = False, state: StateOption = None) -> None:
    """In the house: print which satellites are paired."""
    with daemon_errors():
        rows = table(client.ask(daemon_of(state), "satellite.list"))
    if as_json:
        show(rows)
        return
    cells = [(row["name"], row["room"], "here" if row["present"] else "away") for row in rows]
    print_rows(("name", "room", ""), cells) if cells else print("none")


@satellite.command()
def revoke(
    name: Annotated[str, typer.Argument(help="What hearth satellite list calls it.", metavar="NAME")],
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """In the house: send a satellite away for good, one that was stolen for example; it is silent at once."""
    with daemon_errors():
        gone = client.ask(daemon_of(state), "satellite.revoke", name=name)
    show(gone) if as_json else print(f"{name} is paired no more")


@satellite.command()
def pair(
    house: Annotated[str, typer.Argument(help="Where the house is.", metavar="HOST[:PORT]")],
    code: Annotated[str, typer.Argument(help="What hearth satellite invite printed.", metavar="CODE")],
    as_json: JsonOption = False,
    folder: FolderOption = None,
) -> None:
    """On the satellite: be paired with a house; one before is forgotten."""
    from voice.model import VoiceError
    from voice.paired.code import Code, CodeError
    from voice.paired.pairing import pair as paired

    host, port = address(house)
    try:
        belonging = asyncio.run(paired(_folder(folder), host, port, Code.parsed(code)))
    except CodeError as error:
        raise CommandError(str(error), code="code-mistyped", exit_code=Exit.USAGE) from error
    except VoiceError as error:
        remedy = "get another code: hearth satellite invite" if error.code.startswith("code-") else ""
        raise CommandError(str(error), remedy, code=error.code, exit_code=Exit.FAILED) from error
    if as_json:
        show({"name": belonging.name, "room": belonging.room, "host": host, "port": port})
    else:
        print(f"paired, as {belonging.name!r}; now: hearth satellite run")


@satellite.command()
def run(
    word: Annotated[
        list[str] | None, typer.Option("--word", help="A wake word; may be given again.", metavar="WORD")
    ] = None,
    threshold: Annotated[
        float | None, typer.Option("--threshold", help="How sure it must be of them.", min=0.5, max=1.0)
    ] = None,
    microphone: Annotated[str | None, typer.Option(help="A part of the microphone's name.", metavar="NAME")] = None,
    loudspeaker: Annotated[str | None, typer.Option(help="A part of the loudspeaker's name.", metavar="NAME")] = None,
    microphone_command: Annotated[
        str | None,
        typer.Option(help="A program instead, such as: arecord -q -t raw -f S16_LE -c 1 -r 16000", metavar="COMMAND"),
    ] = None,
    loudspeaker_command: Annotated[
        str | None,
        typer.Option(
            help="A program instead, such as: aplay -q -t raw -f S16_LE -c 1 -r {rate} --buffer-time=100000",
            metavar="COMMAND",
        ),
    ] = None,
    folder: FolderOption = None,
) -> None:
    """On the satellite: listen for the wake word, and let the house hear what follows it."""
    from voice.model import VoiceError
    from voice.paired.light import run as serve
    from voice.paired.pairing import belonging
    from voice.satellites.soundcard import SoundCard

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    place = _folder(folder)
    if (microphone_command is None) is not (loudspeaker_command is None):
        raise CommandError("give both programs or none", code="usage", exit_code=Exit.USAGE)
    try:
        house = belonging(place)
        if microphone_command is not None:
            from voice.satellites.commands import Commands

            card = SoundCard(house.name, Commands(microphone_command, loudspeaker_command))
        else:
            from voice.satellites.portaudio import PortAudio

            card = SoundCard(house.name, PortAudio(), microphone=microphone, loudspeaker=loudspeaker)
        asyncio.run(serve(place, house, _senses(card, word, threshold)))
    except VoiceError as error:
        raise CommandError(str(error), code=error.code, exit_code=Exit.CONFIG) from error


def _senses(card: "SoundCard", words: list[str] | None, threshold: float | None) -> "Senses":
    from voice.endpoint import load_detector
    from voice.microwake import DEFAULT_WORDS, MicroWake, spelled
    from voice.paired.light import Senses
    from voice.wake import Manner, Sensitivity, Watch

    chosen = tuple(words or DEFAULT_WORDS)
    manner = Manner({spelled(one): Sensitivity(threshold) for one in chosen} if threshold is not None else {})
    return Senses(card, Watch(MicroWake(chosen), manner=manner), load_detector(), chosen)


def _folder(given: Path | None) -> Path:
    return state_directory(given, os.environ, name=FOLDER)


def address(text: str) -> tuple[str, int]:
    """Return ``host``, ``host:port``, ``2001:db8::1`` or ``[2001:db8::1]:port`` as its parts.

    Raises:
        CommandError: it is none of these.
    """
    host, colon, port = text.rpartition(":")
    is_bare = not colon or (":" in host and not host.endswith("]")) or text.endswith("]")
    if text and is_bare:
        return text.strip("[]"), PORT
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise CommandError(f"{text!r} is no HOST or HOST:PORT", code="usage", exit_code=Exit.USAGE)
    return host.strip("[]"), int(port)
