"""What people confide to the house, ask of it later, and have forgotten."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from skills.actions import forget_learned
from skills.api import Skill
from skills.builtin.learning import taught
from skills.builtin.remembered import likely, ordered, told, told_at, told_together
from skills.builtin.words import listing, sentence
from skills.confiding import (
    correct_told,
    forget_chosen,
    forget_noticed,
    forget_told,
    incognito,
    lift_told,
    note_progress,
    remember,
    settle_told,
)
from skills.facts import Chosen, Known, Said
from skills.language import say
from skills.model import Ask, PersonId, Reply, Request, Wants

MOST_TOLD = 6
LEAST_COUNTED = 5
"""Of fewer counts nothing is said."""
SURELY = 0.98
"""From which probability on a voice alone is enough to be told what is one person's own."""
SAID_JUST_NOW = timedelta(minutes=1)
"""How long what was said is what "this" means to somebody who wants it not to be kept."""
JUST = timedelta(minutes=10)
"""How long "that" is about what was told last."""

skill = Skill("memory")
skill.sentences(Path(__file__).parent / "sentences")


@skill.command()
async def keep(request: Request, what: str = "") -> Reply:
    """Answer "remember that the spare key is in the blue drawer"."""
    if not what.strip():
        question = say("What shall I remember?")
        return Reply(question, ask=Ask(question, slot="what", wants=Wants.TEXT))
    return _kept(request, what, outright=True)


@skill.handles("memory.stated")
async def stated(request: Request) -> Reply:
    """Answer "I'm allergic to nuts", "call me Sam", "always answer briefly": what is said for good without asking."""
    return _kept(request, request.utterance.text, outright=False)


@skill.handles("memory.corrected")
async def corrected(_request: Request, fact: int, thing: str) -> Reply:
    """Answer "no, it's in the red drawer", about what was told last."""
    return Reply("", [correct_told(fact, thing)])


@skill.handles("memory.asked")
async def asked(request: Request, question: str = "") -> Reply:
    """Answer "where is the spare key?" and "what did I use to like?"."""
    found = await request.facts.answer(
        question or request.utterance.text, who=_asker(request), language=request.utterance.language
    )
    if found is None or not found.facts:
        return _nothing(request, say("I do not know that."))
    facts = found.facts[:MOST_TOLD]
    _note(request, facts)
    if found.disputed:
        return Reply(say("I was told different things: {things}.", things=listing([_by(fact) for fact in facts])))
    return Reply(told_together(facts))


@skill.command()
async def known(request: Request) -> Reply:
    """Answer "what do you know about me?"."""
    person = _asker(request)
    if person is None:
        return Reply(say("I do not know who you are, so I only tell you what everybody here may know."))
    found = [fact for fact in await request.facts.known(who=person) if fact.own]
    if not found:
        return _nothing(request, say("You have not told me anything about yourself yet."))
    return _told(request, found)


@skill.command()
async def pin(request: Request) -> Reply:
    """Answer "what is my PIN?": nobody is told one, and none is kept as a memory."""
    del request
    return Reply(say("PINs are no memories: they are set with hearth people pin set."))


@skill.command()
async def about(request: Request, what: str) -> Reply:
    """Answer "what do you know about the boiler?"."""
    found = await request.facts.known(who=_asker(request), about=what)
    if not found:
        return _nothing(request, say("Nobody has told me anything about {what}.", what=_plain(what)))
    return _told(request, found)


@skill.handles("memory.more")
async def more(request: Request) -> Reply:
    """Answer "tell me more", after "what do you know about me?"."""
    person, before = request.utterance.cause.person, _lately(request)
    told = {fact.id for fact in before}
    found = [fact for fact in await request.facts.known(who=person) if fact.own and fact.id not in told]
    if not found:
        return Reply(say("That is all."))
    reply = _told(request, found)
    request.facts.note_told([*found[:MOST_TOLD], *before], person, request.utterance.area)
    return reply


@skill.command()
async def said(request: Request, what: str = "") -> Reply:
    """Answer "what did we say about the boiler last winter?"."""
    found = await request.facts.said(what or request.utterance.text, who=_asker(request))
    if not found:
        return Reply(say("I do not remember anything about that."))
    return Reply(" ".join(sentence(_as_said(one, request.now)) for one in found))


@skill.handles("memory.recalled")
async def recalled(request: Request, what: str) -> Reply:
    """Answer "what do I drink in the morning?" with what was said about it, where no fact says it."""
    found = await request.facts.told_before(what, who=_asker(request))
    if not found:
        return Reply(say("I do not know that."))
    return Reply(" ".join(sentence(_as_said(one, request.now)) for one in found))


@skill.handles("memory.when")
async def told_when(request: Request, what: str) -> Reply:
    """Answer "when did I tell you about the spare key?"."""
    who = _asker(request)
    known = [one for one in await request.facts.known(who=who, about=what) if one.teller == who]
    if known:
        words = known[0].words or known[0].text
        return Reply(sentence(say("{when} you said: “{text}”", when=told_at(known[0].at, request.now), text=words)))
    return await said(request, what)


def _as_said(one: Said, now: datetime) -> str:
    at, text = told_at(one.at, now), one.text.rstrip(".")
    if one.own:
        return say("{when} you said: “{text}”", when=at, text=text)
    if one.speaker:
        return say("{when} {who} said: “{text}”", when=at, who=one.speaker, text=text)
    return say("{when} somebody said: “{text}”", when=at, text=text)


@skill.command()
async def why(request: Request) -> Reply:
    """Answer "why do you think that?": who said it, when, and in which words."""
    lately = _lately(request)
    if not lately:
        return Reply(say("I do not know what you mean: I have not told you anything of the kind just now."))
    return _sourced(lately[0], request)


@skill.handles("memory.who")
async def told_by(request: Request, what: str) -> Reply:
    """Answer "who told you where the spare key is?"."""
    known = await request.facts.known(who=_asker(request), about=what)
    if not known:
        return Reply(say("Nobody has told me anything about {what}.", what=_plain(what)))
    return _sourced(known[0], request)


def _sourced(fact: Known, request: Request) -> Reply:
    words, at = fact.words or fact.text, told_at(fact.at, request.now)
    if fact.teller is None:
        return Reply(sentence(say("somebody told me so {when}: “{words}”", when=at, words=words)))
    if fact.teller == _asker(request):
        return Reply(sentence(say("you told me so {when}: “{words}”", when=at, words=words)))
    return Reply(
        sentence(say("{who} told me so {when}: “{words}”", who=fact.teller.capitalize(), when=at, words=words))
    )


@skill.command()
async def settled(request: Request, right: int = 0, sure: bool = False, both: object = None) -> Reply:
    """Answer what was asked by the way: which of two things is so, or whether something is."""
    del request
    if not right or not sure:
        return Reply(say("All right, I leave it."))
    told = [number for number in cast("Sequence[object]", both) if isinstance(number, int)] if both else []
    return Reply("", [settle_told(right, next((one for one in told if one != right), None))])


@skill.command()
async def progress(request: Request, goal: int, what: str) -> Reply:
    """Answer "I ran five today", where running is a goal of whoever says so."""
    del request
    return Reply("", [note_progress(goal, what)])


@skill.command()
async def noticed(request: Request) -> Reply:
    """Answer "what do you think of how I like things?": what is likely, and by how much it is known."""
    found = request.facts.noticed(_asker(request))
    told = [text for one in found if one.count >= LEAST_COUNTED and (text := likely(one))]
    if not told:
        return Reply(say("I have not seen enough of you yet to say."))
    end = say("Say “forget what you noticed of me” and I begin anew.")
    return Reply(" ".join([*(sentence(text) for text in told[:MOST_TOLD]), end]))


@skill.command()
async def unnotice(request: Request) -> Reply:
    """Answer "forget what you noticed of me"."""
    del request
    return Reply("", [forget_noticed()])


@skill.command()
async def rules(request: Request) -> Reply:
    """Answer "what did I tell you never to do?", "what are the rules of the house?"."""
    found = await request.facts.known(who=_asker(request))
    told = [fact for fact in found if fact.relation == "instruction"]
    if not told:
        return Reply(say("Nobody has told me any rules that I may tell you."))
    _note(request, told[:1])
    mine = [say("“{words}”", words=one.thing) for one in told if one.own][:MOST_TOLD]
    others: dict[str, list[str]] = {}
    for one in [one for one in told if not one.own][:MOST_TOLD]:
        others.setdefault((one.teller or say("somebody")).capitalize(), []).append(say("“{words}”", words=one.thing))
    parts = [say("you told me: {things}", things=listing(mine))] if mine else []
    parts += [say("{who} told me: {things}", who=who, things=listing(things)) for who, things in others.items()]
    return Reply(" ".join(map(sentence, parts)))


@skill.handles("memory.lifted")
async def lifted(_request: Request, rules: object = None) -> Reply:
    """Answer "you may ring after ten again": a rule that was told holds no longer."""
    told = [number for number in cast("Sequence[object]", rules) if isinstance(number, int)] if rules else []
    return Reply("", [lift_told(told)])


@skill.handles("remarks.noted")
async def remarked(request: Request) -> Reply:
    """Answer what somebody only tells: it is kept with all else that was said."""
    del request
    return Reply(say("I will keep that in mind."))


@skill.handles("remarks.unkept")
async def unkept(_request: Request) -> Reply:
    """Answer what somebody tells off the record."""
    return Reply(say("That stays between us: I keep nothing of it."))


@skill.handles("remarks.confided")
async def confided(_request: Request) -> Reply:
    """Answer "I'm pregnant, but tell nobody": what somebody says by the way is theirs alone anyway."""
    return Reply(say("I will keep that to myself."))


@skill.command()
async def forget(request: Request) -> Reply:
    """Answer "forget that": what was told last, or what was learned last, whichever came later."""
    person, where = _asker(request), request.utterance.area
    lately, learned = request.facts.lately(person, where), request.learned.learned()
    told_at = lately.at if lately.at is not None and request.now - lately.at <= JUST else None
    learned_at = learned[0].at if learned and request.now - learned[0].at <= JUST else None
    if learned_at is not None and (told_at is None or learned_at > told_at):
        return Reply(say("I forget that {thing}.", thing=taught(learned[0])), [forget_learned(learned[0].id)])
    if told_at is None:
        since = request.now - SAID_JUST_NOW
        if memories := await request.facts.just_said(since, who=person):
            return Reply("", [forget_told(memories=memories)])
        return Reply(say("I do not know what you mean. Say what I shall forget."))
    return Reply("", [forget_told([fact.id for fact in lately.facts], lately.memories)])


@skill.command()
async def forget_about(request: Request, what: str, sure: bool = False) -> Reply:
    """Answer "forget everything about the divorce": asks first, and says how much it is."""
    return await _forget(request, Chosen(topic=_plain(what)), sure=sure)


@skill.command()
async def forget_said(request: Request, time: str, sure: bool = False) -> Reply:
    """Answer "forget what I said today"."""
    span = _span(time, request)
    if span is None:
        return Reply(say("I do not know which time you mean: {time}.", time=time), failed=True)
    return await _forget(request, Chosen(since=span[0], until=span[1]), sure=sure)


@skill.command()
async def forget_all(request: Request, sure: bool = False) -> Reply:
    """Answer "forget everything you know about me"."""
    if _asker(request) is None:
        return Reply(say("I do not know who you are, so I keep nothing of yours that I could forget."))
    return await _forget(request, Chosen(everything=True), say("What you told for all of us stays."), sure=sure)


@skill.command()
async def unheard(request: Request) -> Reply:
    """Answer "don't remember this": nothing of this talk is kept, nor what was said just before."""
    text = "All right: I keep nothing of this talk, until you say that I may, or have been silent for half an hour."
    before = await request.facts.just_said(request.now - SAID_JUST_NOW, who=_asker(request))
    gone = [forget_told(memories=before)] if before else []
    return Reply(say(text), [incognito(on=True), *gone])


@skill.command()
async def heard(request: Request) -> Reply:
    """Answer "you may remember again"."""
    del request
    return Reply(say("All right, I remember again from now on."), [incognito(on=False)])


def _asker(request: Request) -> PersonId | None:
    """Return for whom to look something up: nobody where only a voice tells who it is, and not surely."""
    cause = request.utterance.cause
    return cause.person if cause.sure >= SURELY else None


def _kept(request: Request, words: str, *, outright: bool) -> Reply:
    person, language = _asker(request), request.utterance.language
    why_not = request.facts.objection(
        words, who=person, where=request.utterance.area, language=language, outright=outright
    )
    if why_not is not None:
        return Reply(why_not, failed=True)
    return Reply("", [remember(words, outright=outright, language=language)])


async def _forget(request: Request, chosen: Chosen, beside: str = "", *, sure: bool) -> Reply:
    person = _asker(request)
    number = await request.facts.count(chosen, who=person)
    if number == 0 and chosen.everything and person is not None:
        number = int(await request.voices.known(person))
    if number == 0:
        return _nothing(request, say("There is nothing of that which I could forget for you."))
    if not sure:
        question = say("Shall I forget {n} {n:thing|things} for good? That cannot be taken back.", n=number)
        question = f"{beside} {question}".strip()
        return Reply(question, ask=Ask(question, slot="sure", wants=Wants.YES))
    return Reply("", [forget_chosen(chosen)])


def _nothing(request: Request, text: str) -> Reply:
    """Return that nothing is known, or that it cannot be looked up now."""
    if request.facts.is_locked(_asker(request)):
        return Reply(say("Your memory is locked: once you unlock it, I can look."))
    return Reply(text)


def _told(request: Request, found: Sequence[Known]) -> Reply:
    facts, rest = found[:MOST_TOLD], len(found) - MOST_TOLD
    _note(request, facts)
    more = sentence(say("and {n} more {n:thing|things}", n=rest)) if rest > 0 else ""
    return Reply(" ".join(filter(None, [*map(told_together, ordered(facts)), more])))


def _note(request: Request, facts: Sequence[Known]) -> None:
    request.facts.note_told(facts, _asker(request), request.utterance.area)


def _lately(request: Request) -> Sequence[Known]:
    lately = request.facts.lately(_asker(request), request.utterance.area)
    return lately.facts if lately.at is not None and request.now - lately.at <= JUST else ()


def _by(fact: Known) -> str:
    return f"{told(fact)} ({fact.teller.capitalize()})" if fact.teller else told(fact)


def _plain(what: str) -> str:
    return what.strip(" \t\n.,;:!?\"'“”„«»")


def _span(time: str, request: Request) -> tuple[datetime, datetime] | None:
    """Return the stretch of the past that a time means: a day is all of it, and none reaches beyond now."""
    from skills.grammar.when import Date, Instant, Range, find

    soon = request.now + timedelta(minutes=1)
    match find(time, ref=request.now, language=request.utterance.language):
        case Range(start, end):
            span = start, end
        case Date(day):
            begin = request.now.replace(year=day.year, month=day.month, day=day.day, hour=0, minute=0, second=0)
            span = begin.replace(microsecond=0), begin.replace(microsecond=0) + timedelta(days=1)
        case Instant(at):
            span = at, soon
        case _:
            return None
    if span[0] > request.now:
        return None
    return span[0], min(span[1], soon)
