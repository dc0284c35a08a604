"""A bare "why not?" after an answer: the reason of what was refused, asked about, failed or not understood just now."""

from collections.abc import Sequence
from dataclasses import dataclass

from daemon.conversation.answer import Answer, Status
from devices.model import HomeView
from devices.names import fold
from skills.builtin.states import is_known, said_state
from skills.builtin.words import sentence
from skills.language import say
from skills.model import Outcome, Utterance, Verdict

LATELY_S = 300.0
"""How long "why not?" is about the last answer."""
_AND = frozenset({"and", "but", "und", "aber", "ja", "hm"})
_WHY = frozenset({
    "why", "why not", "how come", "why is that", "why that", "for what reason", "what is the reason", "why can't you",
    "why can you not", "why won't you", "why didn't you", "why didn't it work", "why did it not work", "why may i not",
    "why am i not allowed", "warum", "warum nicht", "wieso", "wieso nicht", "weshalb", "weshalb nicht", "warum das",
    "warum denn", "wieso denn", "warum denn nicht", "wieso denn nicht", "warum geht das nicht", "wieso geht das nicht",
    "warum kannst du das nicht", "warum hat das nicht geklappt", "warum darf ich das nicht", "wieso darf ich das nicht",
})  # fmt: skip
_WORDS = frozenset(map(fold, _WHY))


@dataclass(frozen=True, slots=True)
class Came:
    """The last answer of a talk, and what it was an answer to."""

    at_s: float
    said: str
    answer: Answer


def asks_why(text: str) -> bool:
    """Say whether a text asks for a reason and names nothing: "why not?", "und warum nicht?"."""
    words = fold(text).split()
    while words and words[0] in _AND:
        words = words[1:]
    return " ".join(words) in _WORDS


def reason_of(came: Came) -> str | None:
    """Return why the last answer was as it was; ``None`` where it went as wished, so that there is nothing to say."""
    answer = came.answer
    outcome = next((one for _, one in answer.outcomes if one.verdict is not Verdict.DONE), None)
    if outcome is not None:
        return _of_outcome(outcome)
    if answer.status is Status.NOT_UNDERSTOOD:
        return say(
            "Because I did not understand “{text}”. Say it in other words, or ask me what I can do.", text=came.said
        )
    if answer.status is Status.FAILED:
        return answer.reply
    return None


def named(utterance: Utterance, came: Came, home: HomeView) -> str:
    """Return the whole question that a bare "why?" is after an answer that told of one thing, or of what is known."""
    german = utterance.language.partition("-")[0] == "de"
    commands = came.answer.commands
    if any(one.intent.startswith("memory.") for one in commands):
        return "warum glaubst du das" if german else "why do you think that"
    things = {target for one in commands for target in one.targets}
    entity = home.entity(next(iter(things))) if len(things) == 1 else None
    if entity is None:
        return utterance.text
    state = home.state(entity.id)
    if state is None or not is_known(state):
        return utterance.text
    return f"{'warum ist' if german else 'why is'} {entity.name} {said_state(entity, state.value)}"


def _of_outcome(outcome: Outcome) -> str:
    details = [one.detail for one in outcome.targets if one.verdict is not Verdict.DONE and one.detail]
    if outcome.verdict is Verdict.WAITING:
        # What is asked stands last; what is before it is why.
        *reasons, wish = outcome.detail.split("; ")
        why = _because(reasons) if reasons else say("Because I ask before such a thing is done.")
        if outcome.pin:
            return say("{why} With your PIN I {wish}.", why=why, wish=wish)
        return say("{why} Say yes, and I {wish} all the same.", why=why, wish=wish)
    return _because([outcome.detail] if outcome.detail else details or [say("it did not do what it was told")])


def _because(reasons: Sequence[str]) -> str:
    return sentence(say("because {why}", why="; ".join(dict.fromkeys(reasons))))
