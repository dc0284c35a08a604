"""Two times of a day with what is done at each, as one routine: "on at seven and off at half past ten"."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from devices.model import EntityId
from skills.grammar.plain.branching import spoken_of
from skills.grammar.plain.model import Draft, Window, Written
from skills.grammar.plain.said import Said
from skills.grammar.plain.services import reversed_
from skills.grammar.plain.speech import SUN, Speech
from skills.grammar.plain.straightening import recurring
from skills.grammar.tokens import fold

LEAST = 2
MOST_CUTS = 4
"""As many places are tried to cut a sentence in two, the last ones."""
FIRST = "first"
"""The id of the trigger that the branch is taken for."""
_BY_CLOCK = ("time", "sun")


def two_times(
    words: Said, speech: Speech, draft: Callable[[Said], Draft | None], name: Callable[[EntityId], str]
) -> Draft | None:
    """Return a sentence with two times as one routine; ``None`` for one that is not both.

    Args:
        words: the sentence.
        speech: its language.
        draft: makes a draft of a part that needs no question.
        name: returns what a thing is called, for the part that does not say it again.
    """
    if sum(word in SUN or speech.clock.fullmatch(word) is not None for word in words.words) < LEAST:
        return None
    rest, often = _often(words, speech)
    cuts = [(start, end) for start, end in rest.spans(speech.joins)] + [(at, at) for at in rest.breaks]
    for start, end in sorted(cuts, reverse=True)[:MOST_CUTS]:
        if start < LEAST or len(rest) - end < LEAST:
            continue
        before = _by_clock(draft(_often_said(often, rest.cut(0, start), speech)))
        if before is None:
            continue
        after = _by_clock(_second(rest.cut(end), before, often, speech, draft, name))
        if after is not None and before.definition["conditions"] == after.definition["conditions"]:
            return _both(before, after, bare=speech.halves.search(rest.cut(end).text) is None)
    return None


def within(window: Window, actions: Sequence[Written]) -> tuple[list[Written], list[Written]] | None:
    """Return the triggers and the actions of what is to be so for a part of the day; ``None`` if nothing undoes it."""
    undone = [reversed_(one) for one in actions]
    if window.after is None or window.before is None or not actions or None in undone:
        return None
    if any(str(one["action"]).startswith("lock.") for one in actions):
        return None  # nothing unlocks by itself because it was to be locked for some time
    triggers: list[Written] = [
        {"trigger": "time", "at": window.after, "id": FIRST}, {"trigger": "time", "at": window.before},
    ]  # fmt: skip
    return triggers, [_branch(actions, [one for one in undone if one is not None])]


def _second(
    words: Said, before: Draft, often: Said | None, speech: Speech, draft: Callable[[Said], Draft | None],
    name: Callable[[EntityId], str],
) -> Draft | None:  # fmt: skip
    own = draft(_often_said(often, words, speech))
    if own is not None:
        return own
    things = spoken_of({"actions": before.definition["actions"]})
    if len(things) != 1:
        return None
    called = tuple(name(things[0]).split())
    it = [at for at, word in enumerate(words.words) if word in speech.it]
    if it:
        words = words.without((it[0], it[0] + 1))
    folded = tuple(fold(word) for word in called)
    with_name = Said((*folded, *words.words), (*called, *words.raw))
    return draft(_often_said(often, with_name, speech))


def _often(words: Said, speech: Speech) -> tuple[Said, Said | None]:
    """Return a sentence without the words that say on which days, and those."""
    span = words.span(speech.often)
    return (words, None) if span is None else (words.without(span), words.cut(*span))


def _often_said(often: Said | None, words: Said, speech: Speech) -> Said:
    if often is None:
        return recurring(words, speech)
    breaks = frozenset(at + len(often) for at in words.breaks)
    return Said((*often.words, *words.words), (*often.raw, *words.raw), breaks)


def _by_clock(meant: Draft | None) -> Draft | None:
    if meant is None:
        return None
    triggers = cast("Sequence[Mapping[str, object]]", meant.definition["triggers"])
    return meant if len(triggers) == 1 and triggers[0]["trigger"] in _BY_CLOCK else None


def _both(before: Draft, after: Draft, *, bare: bool) -> Draft:
    first, second = (cast("Sequence[Written]", one.definition["triggers"])[0] for one in (before, after))
    if bare and isinstance(second.get("at"), str):
        second = {**second, "at": _next(first, str(second["at"]))}
    done, done_then = (cast("Sequence[Written]", one.definition["actions"]) for one in (before, after))
    branch = _branch(done, done_then)
    return Draft({**before.definition, "triggers": [{**first, "id": FIRST}, second], "actions": [branch]})


def _next(first: Written, at: str) -> str:
    """Return an hour of which nothing said the half of the day, in the half that comes next after the first time."""
    sunset = {"sunset": "18:00:00", "sunrise": "06:00:00"}
    begins = str(first.get("at", sunset.get(str(first.get("event")), "")))
    later = f"{int(at[:2]) + 12:02}{at[2:]}"
    return later if at <= begins < later < "24" else at


def _branch(then: Sequence[Written], other: Sequence[Written]) -> Written:
    test: Written = {"condition": "trigger", "id": FIRST}
    return {"if": [test], "then": list(then), "else": list(other)}
