"""Help and manners: what can be said here, who this is, hello, never mind."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from devices.model import Entity
from devices.names import fold
from skills.api import Skill
from skills.builtin.words import bare, called
from skills.language import say
from skills.model import Reply, Request

MOST_EXAMPLES = 5
"""As many examples as can be kept in mind."""

skill = Skill("help")
skill.sentences(Path(__file__).parent / "sentences")

_EXAMPLES: Mapping[str, str] = {
    "light": "turn on {thing:acc}",
    "climate": "set {thing:acc} to 21 degrees",
    "lock": "is {thing} locked?",
    "cover": "close {thing:acc}",
    "media_player": "pause {thing:acc}",
    "fan": "set {thing:acc} to 50 percent",
    "vacuum": "start {thing:acc}",
    "scene": "activate {title}",
    "switch": "turn off {thing:acc}",
}
"""One sentence for each kind of thing, in the order in which they are worth knowing."""
_ABOUT: Mapping[str, str] = {
    "hello": "Hello. What can I do for you?",
    "listening": "I listen for my wake word here in the house; only what follows it is understood, here too.",
    "data": "What you say stays in this house. Nothing is sent to anyone.",
    "thanks": "You're welcome.",
    "goodbye": "Goodbye.",
    "creator": "I am Hearth, an open-source assistant that runs on this house's own computer.",
}
_HINTS: Mapping[str, str] = {
    "listening": "listening",
    "recording": "listening",
    "thanks": "thanks",
    "data": "data",
    "you": "creator",
}
"""Words that tell which question it was, where the sentence does not say it."""


@skill.handles("HassRespond")
async def respond(request: Request) -> Reply:
    """Answer "hello", "who made you", "where does my data go", "what can I say"."""
    heard = fold(request.utterance.text).split()
    guess = (
        "commands"
        if {"can", "help"} & set(heard)
        else next((_HINTS[word] for word in heard if word in _HINTS), "hello")
    )
    key = request.match.response or guess
    return Reply(say(_ABOUT[key])) if key in _ABOUT else _help(request)


@skill.handles("HassNevermind")
async def never_mind(_request: Request) -> Reply:
    """Answer "never mind" with as few words as can be."""
    return Reply(say("All right."))


def _help(request: Request) -> Reply:
    """Return sentences that work in this very house."""
    said = _examples(request.home.entities())
    if not said:
        return Reply(say("I know of no devices yet. You can ask me for the time."))
    text = "You can say, for example: {examples}; or, if I got it wrong: undo that."
    return Reply(say(text, examples="; ".join(said)))


def _examples(entities: Sequence[Entity]) -> list[str]:
    """Return one sentence for each kind of thing that the house has, about the first of its kind."""
    first: dict[str, Entity] = {}
    for entity in entities:
        if not entity.hidden:
            first.setdefault(entity.domain, entity)
    known = [(text, first[domain]) for domain, text in _EXAMPLES.items() if domain in first]
    return [say(text, thing=called(thing), title=bare(thing)) for text, thing in known[:MOST_EXAMPLES]]
