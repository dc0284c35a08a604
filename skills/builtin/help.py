"""Help and manners: what can be said here, who this is, hello, never mind."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from devices.model import Entity
from devices.names import fold
from skills.api import Skill
from skills.builtin.words import bare, called, listing
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
    "well": "I am well, thank you. What can I do for you?",
    "goodbye": "Goodbye.",
    "creator": "I am Hearth, an open-source assistant that runs on this house's own computer.",
}
_TOPICS: Mapping[str, tuple[str, tuple[str, str, str]]] = {
    "timers": (
        "timers, alarms and reminders",
        ("set a timer for ten minutes", "wake me at seven tomorrow", "remind me at six to call mum"),
    ),
    "lists": (
        "shopping and other lists",
        ("add milk to the shopping list", "what is on the shopping list?", "remove milk from the shopping list"),
    ),
    "calendar": (
        "the calendar",
        ("what is on my calendar today?", "what is on my calendar tomorrow?", "when is my next appointment?"),
    ),
    "routines": (
        "routines",
        (
            "every evening at ten turn off all the lights",
            "every weekday at seven turn on all the lights",
            "what routines are there?",
        ),
    ),
    "memory": (
        "what you tell me to remember",
        ("remember that the spare key is in the drawer", "where is the spare key?", "what do you know about me?"),
    ),
    "why": ("what happened and why", ("what did you do?", "why did you do that?", "undo that")),
}
"""What else can be asked for, beside the things of the house: what it is called, and three sentences."""
_FOR_EXAMPLES = frozenset({"say", "use", "example", "examples", "commands", "sagen", "beispiel", "beispiele"})
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
    if key in _ABOUT:
        return Reply(say(_ABOUT[key]))
    return _overview(request) if _FOR_EXAMPLES.isdisjoint(heard) else _help(request)


@skill.command()
async def about(request: Request, topic: str) -> Reply:
    """Answer "what can I say about timers?" with three sentences, or with where it is set up."""
    if topic == "calendar" and not request.calendar.calendars():
        return Reply(say("There is no calendar here yet. Add one under calendars in the configuration."))
    if topic not in _TOPICS:
        return _help(request)
    first, second, third = (say(text) for text in _TOPICS[topic][1])
    return Reply(say("You can say, for example: {examples}", examples=_ended("; ".join((first, second, third)))))


@skill.handles("HassNevermind")
async def never_mind(_request: Request) -> Reply:
    """Answer "never mind" with as few words as can be."""
    return Reply(say("All right."))


def _ended(text: str) -> str:
    return text if text.endswith("?") else f"{text}."


def _overview(request: Request) -> Reply:
    """Return the kinds of what can be done in this house."""
    kinds = [say("lights and other devices")] if request.home.entities() else []
    has_calendar = bool(request.calendar.calendars())
    kinds += [say(name) for topic, (name, _) in _TOPICS.items() if topic != "calendar" or has_calendar]
    text = "I can help with {kinds}. Ask, for example: what can I say about timers?"
    return Reply(say(text, kinds=listing(kinds)))


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
