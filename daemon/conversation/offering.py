"""What was worked out with effort is offered as a sentence: the second time it takes no model."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from daemon.conversation.answer import Answer, Status
from daemon.conversation.attending import Aside
from daemon.conversation.threads import Solved
from daemon.grammars import Grammars
from daemon.learning.timeless import TIMED, timeless
from daemon.learning.wording import joined, sentences
from devices.model import HomeView
from devices.names import fold
from skills.builtin.times import length_of
from skills.grammar.model import Context, Decision
from skills.grammar.paraphrases import LONGEST_PHRASE, SURE, is_risky, key
from skills.language import say
from skills.model import Ask, Match, Utterance, Wants

OFFER_S = 1.0
"""So long an answer that is there may wait for what is only asked beside it."""
_MARKS = " .,;:!?"
_HEATING = frozenset({"climate", "water_heater"})


def solved_by(answer: Answer, utterance: Utterance, before: Solved | None) -> Solved | None:
    """Return what a model has made of this turn's words, or of those that this turn's yes belongs to; no plan."""
    if answer.status not in (Status.DONE, Status.WAITING):
        return None
    if answer.route == "reasoner" and answer.commands:
        return Solved(utterance, answer.commands)
    return before if answer.route == "dialogue" else None


async def offer_of(solved: Solved, grammars: Grammars, home: HomeView) -> Aside | None:
    """Return the question whether words are to stand for what was done about them; ``None``: it is not asked.

    It is asked where there is a sentence for all of it, and of nothing that keeps people safe.
    """
    things = [home.entity(target) for match in solved.commands for target in match.targets]
    if any(thing is not None and is_risky(thing) and thing.domain not in _HEATING for thing in things):
        return None
    said = solved.utterance
    command = await command_for(solved.commands, said, grammars, home)
    if command is None:
        return None
    timed = all(match.intent in TIMED for match in solved.commands)
    return offered(timeless(said)[0] if timed else said.text, command, said.language)


def offered(words: str, command: str, language: str) -> Aside | None:
    """Return the question whether words are to stand for a command from now on; ``None``: they are too few or too many.

    A yes is a wish like any other (`learned.phrase`): what is risky in it is refused, or asked about.
    """
    words = words.strip(_MARKS)
    if not 2 <= len(key(words, language)) <= LONGEST_PHRASE:
        return None
    question = say("Shall I take “{words}” for “{command}” from now on?", words=words, command=command)
    match = Match("learning.phrase", {"said": words, "command": command})
    return Aside(match, Ask(question, slot="sure", wants=Wants.YES))


async def command_for(matches: Sequence[Match], utterance: Utterance, grammars: Grammars, home: HomeView) -> str | None:
    """Return a sentence that means these commands where the utterance was said; ``None``: there is none.

    It is about the room rather than its things where the words were, and so holds for every room.
    """
    language, parts = utterance.language.partition("-")[0], list[str]()

    async def means(text: str, wanted: Sequence[Match]) -> bool:
        meant = await grammars.understand(utterance.language, text, home, Context(utterance.area), within_s=OFFER_S)
        sure = meant.decision is Decision.ACT and meant.confidence >= SURE
        return sure and list(_gists(meant.matches)) == list(_gists(wanted))

    for match in matches:
        for text in sentences(match, home, language, said=utterance.text, area=utterance.area):
            if await means(text, [match]):
                parts.append(text)
                break
        else:
            return None
    whole = joined(parts, language)
    return whole if parts and (len(parts) == 1 or await means(whole, matches)) else None


def _gists(matches: Sequence[Match]) -> Iterator[tuple[object, ...]]:
    """Yield what counts of commands, those that do the same as one: names and rooms are only how things were found."""
    for does, same in groupby(matches, _does):
        yield does, sorted(target for match in same for target in match.targets)


def _does(match: Match) -> tuple[object, ...]:
    length = length_of(match.slots)
    values = {name: float(value) for name, value in match.slots.items() if isinstance(value, int | float)}
    about = [("seconds", length)] if length else sorted(values.items())
    return match.intent, about, fold(str(match.slots.get("item", "")))
