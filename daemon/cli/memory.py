"""What the household wants remembered: to see, to find, to correct, to forget."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator, Iterable
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from daemon import client
from daemon.cli.output import CommandError, Exit, JsonOption, StateOption, print_rows, show, state_of

if TYPE_CHECKING:
    from daemon.memory import Fact, Forgotten, Memory
    from skills.model import PersonId

memory = typer.Typer(help="What is remembered: to see, find, correct and forget.")

T = TypeVar("T")

PersonOption = Annotated[
    str | None, typer.Option("--person", help="Who asks: what is theirs alone is read too.", metavar="P")
]
NumberArgument = Annotated[str, typer.Argument(help="A memory (12) or a fact (f3), as listed.", metavar="ID")]


@memory.command()
def add(
    text: Annotated[str, typer.Argument(help="What to remember.", metavar="TEXT")],
    person: PersonOption = None,
    household: Annotated[bool, typer.Option("--household", help="For everybody to know, although a person's.")] = False,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Remember a sentence, and what it says: "my favourite tea is rooibos", "always knock", "call me Sam"."""
    from daemon.clock import SystemClock
    from daemon.memory import Note
    from daemon.memory.exporting import fact

    who = _person(person)
    note = Note(text, SystemClock().now(), person, who, "me" if who and not household else "household")
    heard = _with_memory(state, lambda memory: memory.take_in(note), who)
    if as_json:
        show({"id": heard.id, "facts": [fact(learned.fact) for learned in heard.learned]})
        return
    print(f"remembered as {heard.id}")
    for learned in heard.learned:
        print(f"  {_told(learned.fact)}")


@memory.command("list")
def list_(
    person: PersonOption = None,
    most: Annotated[int, typer.Option("-k", help="How many at most.", min=1)] = 50,
    facts: Annotated[bool, typer.Option("--facts", help="What is known, instead of what was said.")] = False,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """List what was said and noted, or what is known of people and things, the newest first."""
    from daemon.memory import exporting

    who = _person(person)
    if facts:
        known = _with_memory(state, lambda memory: memory.facts(person=who), who)[:most]
        if as_json:
            show([exporting.fact(fact) for fact in known])
        else:
            heads = ("id", "known since", "about", "what", "until")
            print_rows(heads, [(f"f{f.id}", _day(f.known_from), f.subject, _told(f), _day(_ended(f))) for f in known])
        return
    kept = _with_memory(state, lambda memory: memory.listed(person=who, most=most), who)
    if as_json:
        show([exporting.memory(memory) for memory in kept])
    else:
        rows = [(m.id, _day(m.note.at), m.note.speaker or m.note.person, m.note.text) for m in kept]
        print_rows(("id", "when", "who", "what"), rows)


@memory.command("show")
def show_(number: NumberArgument, person: PersonOption = None, state: StateOption = None) -> None:
    """Show all that is kept of one memory or fact: from where, since when, how sure."""
    from daemon.memory import MemoryId, exporting

    who, (is_fact, wanted) = _person(person), _number(number)
    if is_fact:
        found = [f for f in _with_memory(state, lambda memory: memory.facts(person=who), who) if f.id == wanted]
        shown = exporting.fact(found[0]) if found else None
    else:
        kept = _with_memory(state, lambda memory: memory.get(MemoryId(wanted), person=who), who)
        shown = None if kept is None else exporting.memory(kept)
    if shown is None:
        raise _unknown(number)
    show(shown)


@memory.command()
def model(
    person: Annotated[str, typer.Option("--person", help="Of whom.", metavar="P")],
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Show what is likely of a person by what they did here, and the counts behind it; "forget what you noticed of me"
    empties it.
    """
    from daemon.remembering.picture import RELATION, Picture, parsed, topics

    who = _person(person)
    found = [f for f in _with_memory(state, lambda memory: memory.facts(person=who), who) if f.relation == RELATION]
    picture = parsed(found[0].object) if found else Picture()
    rows = [
        (topic, outcome, round(picture.share(topic, outcome), 2), f"{count:g} of {picture.number(topic):g}")
        for topic in topics(picture)
        for outcome, count in sorted(picture.counts[topic].items(), key=lambda one: -one[1])
    ]
    if as_json:
        show([dict(zip(("topic", "outcome", "share", "counts"), row, strict=True)) for row in rows])
    elif not rows:
        print("nothing was noticed yet")
    else:
        print_rows(("what", "outcome", "share", "counts"), rows)


@memory.command()
def correct(
    number: NumberArgument,
    right: Annotated[str, typer.Argument(help="What is right.", metavar="TEXT")],
    person: PersonOption = None,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Put a fact right; what was wrong counts as never having been so."""
    from daemon.memory import FactId
    from daemon.memory.exporting import fact

    who, (is_fact, wanted) = _person(person), _number(number)
    if not is_fact:
        why = "what was said stays as it was said: correct the fact that came of it (f…), or forget it"
        raise CommandError(why, "see: hearth memory list --facts", code="not-a-fact", exit_code=Exit.USAGE)
    found = _with_memory(state, lambda memory: memory.correct(FactId(wanted), right, person=who), who)
    if as_json:
        show(fact(found))
    else:
        print(_told(found))


@memory.command()
def forget(
    numbers: Annotated[list[str] | None, typer.Argument(help="Memories (12) and facts (f3).", metavar="[ID]…")] = None,
    topic: Annotated[str | None, typer.Option("--topic", help="Whatever has these words.", metavar="WORDS")] = None,
    about: Annotated[str | None, typer.Option("--about", help="What someone said or is theirs.", metavar="P")] = None,
    since: Annotated[str | None, typer.Option("--since", help="From then on.", metavar="TIME")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Until then.", metavar="TIME")] = None,
    everything: Annotated[
        bool, typer.Option("--everything", help="All that is the person's own; else the household's.")
    ] = False,
    copies: Annotated[
        bool, typer.Option("--copies", help="Delete the copies of the last days now, and what was set aside.")
    ] = False,
    person: PersonOption = None,
    as_json: JsonOption = False,
    state: StateOption = None,
) -> None:
    """Forget for good, with all that came of it, in the record too. Copies of the last days lose it within a week."""
    from daemon.copies import forget_copies
    from daemon.memory import FactId, MemoryId, Selection

    given = [_number(number) for number in numbers or ()]
    selection = Selection(
        [MemoryId(number) for is_fact, number in given if not is_fact],
        [FactId(number) for is_fact, number in given if is_fact],
        topic,
        about,
        _time(since),
        _time(until),
        everything,
    )
    if not (given or selection.by_kind or selection.everything):
        raise CommandError("say what to forget", "see: hearth memory forget --help", code="usage", exit_code=Exit.USAGE)

    async def work(memory: "Memory") -> "Forgotten":
        from daemon.clock import SystemClock
        from daemon.journal import Journal
        from daemon.remembering.reaching import forget_words

        gone = await memory.forget(selection, person=_person(person))
        words = await forget_words(Journal(memory.store, SystemClock()), selection, gone, _person(person))
        if words or memory.owes_scrub:
            await memory.scrub()
        return gone

    gone = _with_memory(state, work, _person(person))
    deleted = forget_copies(state_of(state)) if copies else ()
    if as_json:
        show({"memories": gone.memories, "facts": gone.facts, "copies": len(deleted)})
    else:
        print(f"forgotten: {gone.memories} memories, {gone.facts} facts")
        for path in deleted:
            print(f"deleted: {path.name}")


@memory.command()
def export(person: PersonOption = None, state: StateOption = None) -> None:
    """Print all that a person may read as JSON lines: memories as `import` reads them, and facts."""
    who = _person(person)
    for part in _with_memory(state, lambda memory: memory.export(person=who), who):
        show(part)


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
        kept, there = _with_memory(state, lambda memory: import_lines(memory, lines, person=person), _person(person))
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

    who = _person(person)
    if query == "-":
        _with_memory(state, lambda memory: search_lines(memory, sys.stdin, sys.stdout, person=person, k=k), who)
        return
    hits = _with_memory(state, lambda memory: memory.search(query, person=who, k=k), who)
    if as_json:
        show({"hits": [shown(hit) for hit in hits]})
    elif not hits:
        print("nothing is known of that")
    else:
        rows = [(hit.id, f"{hit.at:%Y-%m-%d}", hit.speaker or hit.person, hit.text) for hit in hits]
        print_rows(("id", "when", "who", "what"), rows)


def _person(given: str | None) -> "PersonId | None":
    from skills.model import PersonId

    return None if given is None else PersonId(given)


def _number(given: str) -> tuple[bool, int]:
    """Return whether an id is a fact's, and its number."""
    digits = given.removeprefix("f")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        raise _unknown(given)
    return given != digits, int(digits)


def _unknown(given: str) -> CommandError:
    why = f"there is no memory {given!r} that you may read"
    return CommandError(why, "see: hearth memory list", code="memory-unknown", exit_code=Exit.USAGE)


def _time(given: str | None) -> datetime | None:
    from daemon.clock import SystemClock
    from skills.grammar.when import Date, Instant, parse

    if given is None:
        return None
    now = SystemClock().now().astimezone()
    try:
        at = datetime.fromisoformat(given)
        return at if at.tzinfo is not None else at.replace(tzinfo=now.tzinfo)
    except ValueError:
        pass
    match parse(given, ref=now):
        case Instant(at):
            return at
        case Date(day):
            return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)
        case _:
            why = f"{given!r} is no time such as 2026-03-01 or 'last monday'"
            raise CommandError(why, code="bad-time", exit_code=Exit.USAGE)


def _told(fact: "Fact") -> str:
    return f"{fact.subject}: {fact.relation}: {fact.object}"


def _ended(fact: "Fact") -> datetime | None:
    return fact.known_until or fact.valid_until


def _day(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone():%Y-%m-%d}"


def _with_memory(
    state: Path | None, work: "Callable[[Memory], Coroutine[object, object, T]]", person: "PersonId | None"
) -> T:
    """Open the memory in the state directory, beside a daemon or without one, and run ``work`` on it for a person."""

    async def run() -> T:
        async with _opened(state_of(state), person) as memory:
            return await work(memory)

    from daemon.memory import RememberingError
    from daemon.sealing import SealingError

    state_of(state).mkdir(mode=0o700, parents=True, exist_ok=True)
    _bring_up_to_date(state_of(state))
    try:
        return asyncio.run(run())
    except (RememberingError, SealingError) as error:
        raise CommandError(str(error), code=error.code, exit_code=Exit.USAGE) from error


def _bring_up_to_date(state: Path) -> None:
    """Create or migrate the database where need be, with nobody else on it.

    A migrated database takes the place of the old file: a daemon that was started before its program was updated would
    go on writing into what nobody finds any more.
    """
    from daemon.clock import SystemClock
    from daemon.lock import LockedError, locked
    from daemon.store.file import prepare, revision_of
    from daemon.store.migrations import MIGRATIONS

    path = state / "hearth.db"
    if revision_of(path) == MIGRATIONS.head:
        return
    try:
        with locked(state):
            prepare(path, MIGRATIONS, now=SystemClock().now())
    except LockedError as error:
        why = f"the Hearth that runs on {str(state)!r} is of another version than this command"
        raise CommandError(why, "restart it", code="other-version", exit_code=Exit.UNAVAILABLE) from error


@asynccontextmanager
async def _opened(state: Path, person: "PersonId | None") -> "AsyncGenerator[Memory]":
    from daemon.clock import SystemClock
    from daemon.memory import Memory
    from daemon.sealing.seals import Seals
    from daemon.store import Store

    clock = SystemClock()
    async with Store.open(state / "hearth.db", clock) as store:
        seals, memory = Seals(store, clock), Memory(store, clock)
        await seals.begin()
        await memory.begin(visiting=True)
        if person is None or not seals.is_sealed(person):
            yield memory
            return
        await (await seals.sealing()).unlock(person, passphrase_of())
        before = await store.run_bare(lambda c: c.total_changes)
        yield memory
        if await store.run_bare(lambda c: c.total_changes) != before:
            # A daemon that has it open, too, must not go on with what it read before.
            with contextlib.suppress(client.ClientError):
                await asyncio.to_thread(client.ask, state, "memory.reread", person=person)


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


def passphrase_of(*, twice: bool = False) -> str:
    """Return a passphrase, typed unseen, or the first line of standard input."""
    if sys.stdin.isatty():
        return str(typer.prompt("Passphrase", hide_input=True, confirmation_prompt=twice, err=True))
    given = sys.stdin.readline().rstrip("\r\n")
    if not given:
        why = "that memory is sealed, and there is no passphrase"
        raise CommandError(why, "type it, or give it on standard input", code="no-passphrase", exit_code=Exit.USAGE)
    return given
