"""Talking to the daemon from a terminal: one utterance, a conversation, or a sound file."""

import base64
import os
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
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
    fail,
    show,
)

AreaOption = Annotated[str | None, typer.Option("--area", help="The room it is said in.", metavar="A")]
PersonOption = Annotated[str | None, typer.Option("--person", help="Who says it.", metavar="P")]
BIGGEST_WAV = 10 << 20
"""Bytes of a sound file that are sent: five minutes of what a recogniser needs."""


def ask(
    text: Annotated[str, typer.Argument(help="What you would say.", metavar="TEXT")],
    area: AreaOption = None,
    person: PersonOption = None,
    language: Annotated[str | None, typer.Option("--language", help="The language it is said in.", metavar="L")] = None,
    timeout: Annotated[float, typer.Option("--timeout", help="Seconds to wait.", metavar="S", min=0.1)] = 30.0,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Say one thing to the running daemon and print its answer."""
    fields = {"text": text, "area": area, "person": person, "language": language}
    answer = _asked(daemon_of(state), fields, as_json=as_json, timeout_s=timeout)
    raise typer.Exit(BY_STATUS[str(answer["status"])])


def chat(
    area: AreaOption = None, person: PersonOption = None, as_json: JsonOption = False, state: StateOption = None
) -> None:
    """Talk with the running daemon, a line at a time, until the end of input."""
    house = daemon_of(state)
    with daemon_errors():
        client.ask(house, "ready")  # before somebody has typed what nobody will hear
    converse(house, area, person, as_json=as_json)


def converse(state: Path, area: str | None = None, person: str | None = None, *, as_json: bool = False) -> int:
    """Hold a conversation over standard input and output; return how many lines were said."""
    prompting = sys.stdin.isatty()
    if prompting:
        print('Say what you want, for example "turn on the kitchen light"; Ctrl-D ends.')
        import_module("readline")  # gives input() its editing and history
        threading.Thread(target=_tell_notices, args=[state], daemon=True).start()
    said = 0
    while True:
        try:
            text = input("> " if prompting else "").strip()
        except (EOFError, KeyboardInterrupt):
            print()
            return said
        if not text:
            continue
        said += 1
        try:
            _asked(state, {"text": text, "area": area, "person": person}, as_json=as_json)
        except KeyboardInterrupt:
            if not prompting:
                raise
            print()  # this answer was long enough
        except CommandError as error:
            # What went wrong with one sentence ends no conversation; a wrong --area or --person would with each.
            if error.exit_code is not Exit.FAILED:
                raise
            fail(error, as_json=as_json)


def _asked(
    state: Path, fields: Mapping[str, object], *, as_json: bool, timeout_s: float | None = None
) -> Mapping[str, object]:
    """Say something, print the answer, sentence by sentence where it comes so, and return it."""
    if as_json:
        with daemon_errors():
            whole, _ = client.ask_aloud(state, lambda _: None, timeout_s=timeout_s, **fields)
        show(whole)
        return whole
    told = list[str]()

    def tell(sentence: str) -> None:
        print(f" {sentence}" if told else sentence, end="", flush=True)
        told.append(sentence)

    try:
        with daemon_errors():
            answer, rest = client.ask_aloud(state, tell, timeout_s=timeout_s, **fields)
    except CommandError:
        if told:
            print()
        raise
    if rest or not told:
        tell(rest)
    print(flush=True)
    return answer


def _tell_notices(state: Path) -> None:
    """Print what the house says by itself, until the daemon ends."""
    with suppress(client.ClientError):
        for notice in client.follow(state, "notices.follow"):
            print(f"\r{_answer(notice)['text']}\n> ", end="", flush=True)


def listen(
    file: Annotated[Path, typer.Argument(help="A WAV file with one utterance.", metavar="FILE.wav")],
    reply: Annotated[
        Path | None, typer.Option("--reply", help="Where to write the spoken answer.", metavar="OUT")
    ] = None,
    area: AreaOption = None,
    person: PersonOption = None,
    realtime: Annotated[
        bool, typer.Option("--realtime", help="Hear it as slowly as it was said; else as quickly as possible.")
    ] = False,
    timeout: Annotated[float, typer.Option("--timeout", help="Seconds to wait.", metavar="S", min=0.1)] = 60.0,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Let the running daemon hear a sound file, and print or write its answer."""
    sound = _sound(file)
    if reply is not None:
        _refuse_unwritable(reply)
    with daemon_errors():
        answer = _answer(
            client.ask(
                daemon_of(state),
                "listen",
                timeout_s=timeout,
                wav=base64.b64encode(sound).decode(),
                name=file.name,
                speak=reply is not None,
                realtime=realtime,
                area=area,
                person=person,
            )
        )
    spoken = answer.pop("wav", None)
    if reply is not None and isinstance(spoken, str):
        try:
            reply.write_bytes(base64.b64decode(spoken))
        except OSError as error:
            why = f"the answer cannot be written to {str(reply)!r}: {error.strerror}"
            raise CommandError(why, code="reply-unwritable", exit_code=Exit.FAILED) from error
    if not as_json and answer["utterance"]:
        print(f"heard: {answer['utterance']}", file=sys.stderr)
    _print_answer(answer, as_json=as_json)
    raise typer.Exit(BY_STATUS[str(answer["status"])])


def _refuse_unwritable(reply: Path) -> None:
    """What is heard is done: where the answer cannot go must be known before."""
    place = reply if reply.exists() else reply.parent
    if reply.is_dir() or not place.exists() or not os.access(place, os.W_OK):
        why = f"cannot write the answer to {str(reply)!r}; nothing was heard or done"
        raise CommandError(why, "name a file in a folder that is there", code="reply-unwritable", exit_code=Exit.USAGE)


def _sound(file: Path) -> bytes:
    try:
        if file.exists() and not file.is_file():
            why = f"{str(file)!r} is no file"
            raise CommandError(why, "give a WAV file", code="audio-unreadable", exit_code=Exit.USAGE)
        size = file.stat().st_size
        sound = file.read_bytes() if size <= BIGGEST_WAV else b""
    except OSError as error:
        why = f"cannot read {str(file)!r}: {error.strerror}"
        raise CommandError(why, code="audio-unreadable", exit_code=Exit.USAGE) from error
    if not sound:
        why = f"{str(file)!r} has {size} bytes; a sound file has 1 to {BIGGEST_WAV}"
        raise CommandError(why, "cut it into utterances", code="audio-unreadable", exit_code=Exit.USAGE)
    return sound


def _answer(result: object) -> dict[str, object]:
    return dict(cast("Mapping[str, object]", result))


def _print_answer(answer: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        show(answer)
    else:
        print(answer["reply"], flush=True)
