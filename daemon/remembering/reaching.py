"""How forgetting in the memory reaches the record, which has the words of the same talks."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from skills.model import PersonId

if TYPE_CHECKING:
    from daemon.memory import Forgotten, Selection

SAID = "said/"
"""Begins what a memory is called that came of an utterance; the id of its cause follows."""
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class Words(Protocol):
    """The record, of which words can be taken."""

    async def forget_words(
        self,
        causes: Sequence[str],
        *,
        topic: Callable[[str], bool] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        person: str | None = None,
    ) -> int:
        """Delete what was said in these causes, and in those that fit; return in how many entries."""
        ...


def causes_of(refs: Sequence[str]) -> Sequence[str]:
    """Return the causes of the talks that memories came of."""
    return [ref.removeprefix(SAID) for ref in refs if ref.startswith(SAID)]


async def forget_words(journal: Words, selection: "Selection", gone: "Forgotten", owner: PersonId | None) -> int:
    """Take what was forgotten out of the record too; return from how many entries.

    Where nobody knows who asks, a topic or a time is forgotten whoever spoke of it.
    """
    from daemon.memory.stems import terms

    wanted = set(terms(selection.topic)) if selection.topic else set[str]()

    def fits(text: str) -> bool:
        return wanted <= set(terms(text))

    since = _EVER if selection.everything and owner is not None else selection.since
    wide = selection.by_kind or selection.everything
    return await journal.forget_words(
        causes_of(gone.refs),
        topic=fits if wanted else None,
        since=since,
        until=selection.until,
        person=owner if wide else None,
    )
