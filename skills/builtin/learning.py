"""What the household teaches: other names for things, phrases that stand for commands; and takes back."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from devices.model import Entity
from devices.names import fold
from skills.actions import forget_learned, learn_name, learn_phrase
from skills.api import Skill
from skills.builtin.words import called, join, listing
from skills.language import say
from skills.model import Ask, Reply, Request, Wants
from skills.views import Learned

MOST_TOLD = 5
JUST = timedelta(minutes=10)
"""How long "forget that" is about what was learned last."""
_MARKS = " \t\n.,;:!?\"'“”„«»"
_ARTICLES = frozenset({"the", "a", "an", "der", "die", "das", "den", "ein", "eine"})

skill = Skill("learning")
skill.sentences(Path(__file__).parent / "sentences")


@skill.command()
async def call(request: Request, new: str, name: str = "", sure: bool = False) -> Reply:
    """Answer "call the desk lamp Fritz" and "the desk lamp is also called Fritz"."""
    return _named(request, new, name, sure=sure, rename=False)


@skill.command()
async def rename(request: Request, new: str, name: str = "", sure: bool = False) -> Reply:
    """Answer "rename the desk lamp to Fritz"; the old name goes on being understood."""
    return _named(request, new, name, sure=sure, rename=True)


@skill.command()
async def phrase(request: Request, said: str = "", command: str = "") -> Reply:
    """Answer "when I say movie time, turn off the lights"."""
    phrase = said
    if not command:
        found = request.learned.parted(said, request.utterance.language)
        if found is None:
            question = say("What shall I do when you say “{words}”?", words=_bare(said))
            return Reply(question, ask=Ask(question, slot="command", wants=Wants.COMMAND))
        phrase, command = found
    # With its article: it is compared word for word with what is said.
    words, wish = phrase.strip(_MARKS), command.strip(_MARKS)
    if not words or not wish:
        return Reply(say("Say: when I say, the words, and what they mean."), failed=True)
    return Reply(
        say("When you say “{words}”, I take it for “{wish}”.", words=words, wish=wish),
        [learn_phrase(words, wish, language=request.utterance.language)],
    )


@skill.command()
async def tell(request: Request) -> Reply:
    """Answer "what have you learned?"."""
    known = request.learned.learned()
    if not known:
        return Reply(say("I have not learned anything from you yet."))
    told = [taught(one) for one in known[:MOST_TOLD]]
    more = say("; and {n} more", n=len(known) - MOST_TOLD) if len(known) > MOST_TOLD else ""
    return Reply(join([say("I have learned that {things}", things=f"{listing(told)}{more}")]))


@skill.command()
async def forget(request: Request, what: str | None = None, name: str | None = None) -> Reply:
    """Answer "forget that", and "forget the name Fritz"."""
    del name
    known = request.learned.learned()
    if what is not None:
        known = [one for one in known if fold(one.words) == fold(_bare(what))]
        if not known:
            return Reply(say("I have not learned “{what}”.", what=what))
    elif not known or request.now - known[0].at > JUST:
        return Reply(say("I have not learned anything just now. Say what I shall forget."))
    return Reply(say("I forget that {thing}.", thing=taught(known[0])), [forget_learned(known[0].id)])


def _named(request: Request, new: str, name: str, *, sure: bool, rename: bool) -> Reply:
    thing, words = _one(request.targets), _bare(new)
    if thing is None:
        return Reply(
            say("I know several things called {name}; say which.", name=name)
            if name
            else say("I do not know what you mean.")
        )
    doubts = () if sure else request.learned.doubts(words)
    if doubts:
        question = say("{doubts} Keep it?", doubts=" ".join(doubts))
        return Reply(question, ask=Ask(question, slot="sure", wants=Wants.YES))
    text = "From now on {thing} is called {name}." if rename else "{thing} is also {name}."
    done = _capital(say(text, thing=called(thing), name=words))
    return Reply(done, [learn_name(thing.id, words, rename=rename, language=request.utterance.language)])


def _one(things: Sequence[Entity]) -> Entity | None:
    return things[0] if len(things) == 1 else None


def taught(one: Learned) -> str:
    """Return what was learned as a clause."""
    return say("“{words}” is {means}" if one.is_name else "“{words}” means “{means}”", words=one.words, means=one.means)


def _bare(text: str) -> str:
    """Return words without the marks and the article around them."""
    words = text.strip(_MARKS).split()
    return " ".join(words[1:] if len(words) > 1 and fold(words[0]) in _ARTICLES else words)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
