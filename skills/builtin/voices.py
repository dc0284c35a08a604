"""Whose voice is whose: to learn one by three sentences, to forget it, and to say whom it is taken for."""

from pathlib import Path

from skills.api import Skill
from skills.enrolling import voice_allow, voice_forget, voice_learn
from skills.language import say
from skills.model import Ask, Origin, Reply, Request, Wants

SENTENCES = (
    "The morning sun shines through the window and wakes the whole house",
    "Five yellow birds sat quietly on the fence behind our garden",
    "When it rains in the evening, we drink hot chocolate by the stove",
)
"""Said after us, by whoever lets their voice be learned: about three seconds each, with all kinds of sounds."""

skill = Skill("voices")
skill.sentences(Path(__file__).parent / "sentences")


@skill.command()
async def learn(request: Request, name: str = "", said: str = "") -> Reply:
    """Answer "learn my voice" and "this is Anna, learn my voice": three sentences, one after the other."""
    voices = request.voices
    whom = _whom(request, name)
    if whom is None:
        unknown = say("Nobody here is called {name}.", name=name)
        nameless = say("I do not know who you are. Say: this is, your name, learn my voice.")
        return Reply(unknown if name else nameless, failed=True)
    person, called = whom
    trouble = await voices.trouble()
    if trouble is not None:
        return Reply(trouble, failed=True)
    if request.utterance.cause.origin is not Origin.VOICE:
        return _allowed(person, called)
    if not voices.allowed(person):
        why = "Before I learn the voice of {name}, they or the owner allow it in writing: “learn my voice”."
        return Reply(say(why, name=called), failed=True)
    if not said:
        voices.drop(person)
        about = "{name}, I keep only how you sound, until you say: forget my voice. Say no to stop. Now say after me:"
        return _sentence(0, say(about, name=called))
    held = await voices.hold(person)
    if held is None:
        return Reply(question := say("I heard too little of that. Say it once more."), ask=_ask(question))
    if held < len(SENTENCES):
        return _sentence(held, say("Thank you. Say after me:"))
    return Reply(say("Thank you, {name}. I know your voice now.", name=called), [voice_learn(person)])


@skill.command()
async def forget(request: Request, name: str = "") -> Reply:
    """Answer "forget my voice"; the owner may name somebody."""
    whom = _whom(request, name)
    if whom is None:
        unknown = say("Nobody here is called {name}.", name=name)
        return Reply(unknown if name else say("I do not know your voice, so there is nothing to forget."), failed=True)
    person, called = whom
    if not await request.voices.known(person):
        return Reply(say("I do not know the voice of {name}.", name=called), failed=True)
    return Reply(say("I have forgotten the voice of {name}.", name=called), [voice_forget(person)])


@skill.command()
async def who(request: Request) -> Reply:
    """Answer "who am I?" and "who is speaking?", as surely as that is known."""
    heard, cause = await request.voices.heard(), request.utterance.cause
    if heard.sure:
        return Reply(say("Probably {name}.", name=heard.name))
    if not heard.spoken and cause.person is not None:
        known = request.voices.named(cause.person)
        return Reply(say("You are {name}: that is what I was told.", name=known[1] if known else cause.person))
    if not await request.voices.known(None):
        return Reply(say("I do not know anybody's voice yet."))
    if not heard.spoken:
        return Reply(say("I did not hear enough of your voice to tell."))
    if heard.person is not None and heard.probability >= 0.5:
        return Reply(say("You sound like {name}, but I am not sure.", name=heard.name))
    return Reply(say("I do not know your voice."))


def _whom(request: Request, name: str) -> tuple[str, str] | None:
    person = name or request.utterance.cause.person
    return request.voices.named(person) if person else None


def _allowed(person: str, called: str) -> Reply:
    how = "All right: for ten minutes, {name} can say in any room: this is {name}, learn my voice."
    return Reply(say(how, name=called), [voice_allow(person)])


def _sentence(number: int, before: str) -> Reply:
    question = f"{before} {say(SENTENCES[number])}."
    return Reply(question, ask=_ask(question))


def _ask(question: str) -> Ask:
    # Any words: what is said after us must not be taken for a command.
    return Ask(question, slot="said", wants=Wants.COMMAND)
