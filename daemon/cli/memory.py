"""What the household wants remembered: to see, to find, to correct, to forget."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterable
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from daemon.cli.output import CommandError, Exit, JsonOption, StateOption, print_rows, show, state_of

if TYPE_CHECKING:
    from daemon.memory import Memory

memory = typer.Typer(help="What is remembered: to see, find, correct and forget.")

T = TypeVar("T")

PersonOption = Annotated[
    str | None, typer.Option("--person", help="Who asks: what is theirs alone is read too.", metavar="P")
]


@memory.command("import")
def import_(
    file: Annotated[str, typer.Argument(help="JSON lines with `text` and `at`; - for standard input.", metavar="FILE")],
    person: PersonOption = None,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Keep what was said elsewhere, one utterance or note a line; works without a daemon."""
    from daemon.memory.batch import import_lines

    with _lines(file) as lines:
        kept, there = _with_memory(state, lambda memory: import_lines(memory, lines, person=person))
    if as_json:
        show({"kept": kept, "there": there})
    else:
        print(f"{kept} kept" + (f", {there} were there already" if there else ""))


@memory.command()
def search(
    query: Annotated[str, typer.Argument(help="A question; - for JSON lines on standard input.", metavar="QUERY")],
    k: Annotated[int, typer.Option("-k", help="How many at most.", min=1, max=50)] = 10,
    person: PersonOption = None,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Find what was said; nothing where nothing is known. Works without a daemon."""
    from daemon.memory.batch import as_json as shown
    from daemon.memory.batch import search_lines
    from skills.model import PersonId

    if query == "-":
        _with_memory(state, lambda memory: search_lines(memory, sys.stdin, sys.stdout, person=person, k=k))
        return
    who = None if person is None else PersonId(person)
    hits = _with_memory(state, lambda memory: memory.search(query, person=who, k=k))
    if as_json:
        show({"hits": [shown(hit) for hit in hits]})
    elif not hits:
        print("nothing is known of that")
    else:
        rows = [(hit.id, f"{hit.at:%Y-%m-%d}", hit.speaker or hit.person, hit.text) for hit in hits]
        print_rows(("id", "when", "who", "what"), rows)


def _with_memory(state: Path | None, work: "Callable[[Memory], Coroutine[object, object, T]]") -> T:
    """Open the memory in the state directory, beside a daemon or without one, and run ``work`` on it."""

    async def run() -> T:
        async with _opened(state_of(state)) as memory:
            return await work(memory)

    from daemon.memory import RememberingError

    state_of(state).mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return asyncio.run(run())
    except RememberingError as error:
        raise CommandError(str(error), code=error.code, exit_code=Exit.USAGE) from error


@asynccontextmanager
async def _opened(state: Path) -> "AsyncGenerator[Memory]":
    from daemon.clock import SystemClock
    from daemon.memory import Memory
    from daemon.store import Store

    clock = SystemClock()
    async with Store.open(state / "hearth.db", clock) as store:
        memory = Memory(store, clock)
        await memory.begin()
        yield memory


@contextmanager
def _lines(file: str) -> Generator[Iterable[str]]:
    """Open a file of lines, or standard input."""
    if file == "-":
        yield sys.stdin
        return
    try:
        with Path(file).open(encoding="utf-8", errors="replace") as opened:
            yield opened
    except OSError as error:
        why = f"{file!r} cannot be read: {error.strerror}"
        raise CommandError(why, "give a file, or - for standard input", code="no-file", exit_code=Exit.USAGE) from error
