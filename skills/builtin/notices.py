"""What people were told: "what did I miss?", "was I told about the parcel?", "don't disturb me until three"."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path

from skills.actions import notice_answer, notice_caught_up, notice_quiet, notice_reset
from skills.api import Skill
from skills.builtin.appointing import spoken
from skills.builtin.times import lasting, length_of
from skills.builtin.times import until as until_when
from skills.builtin.words import counted, join, listing, number_word, when
from skills.language import say, term
from skills.model import Reply, Request
from skills.views import Told

MOST_TOLD = 5
"""As many notices are read out."""
WITHOUT_A_TIME = timedelta(hours=8)
"""How long nobody is disturbed who did not say until when."""

skill = Skill("notices")
skill.sentences(Path(__file__).parent / "sentences")


@skill.command()
async def missed(request: Request) -> Reply:
    """Answer "what did I miss?", and tell none of it again."""
    found = await request.notices.missed(_person(request))
    if not found:
        return Reply(say("You missed nothing."))
    rest = len(found) - MOST_TOLD
    more = say("and {number} more {n:notice|notices}", number=number_word(rest), n=rest) if rest > 0 else ""
    told = [f"{when(one.at, request.now)}: {one.text}" for one in found[-MOST_TOLD:]]
    count = say("you missed {notices:acc}", notices=counted(len(found), "notice"))
    return Reply(join([count, *told, more]), [notice_caught_up()])


@skill.command()
async def told(request: Request, what: str) -> Reply:
    """Answer "was I told about the parcel?" from the record: who was told, when, how, and who took note."""
    found = await request.notices.about(what)
    if not found:
        return Reply(say("No, there was nothing about {what}.", what=what.strip()))
    return Reply(_told(found[0], request.now))


@skill.command()
async def quiet(request: Request, until: str | None = None) -> Reply:
    """Answer "don't disturb me until three", "do not disturb for an hour", and the same without a time."""
    moment: datetime | None = request.now + WITHOUT_A_TIME
    if until is not None:
        moment = _moment(request, until)
    if moment is None:
        return Reply(say("Until when? Say a time, such as three o'clock, or for how long."), failed=True)
    known = _person(request) is not None
    text = "I won't disturb you {until}." if known else "I won't disturb anybody {until}."
    return Reply(say(text, until=until_when(moment, request.now)), [notice_quiet(moment)])


@skill.command()
async def disturb(request: Request) -> Reply:
    """Answer "you may disturb me again"."""
    if request.notices.undisturbed_until(_person(request)) is None:
        return Reply(say("I was not keeping quiet."))
    return Reply(say("I tell you everything again."), [notice_quiet(None)])


@skill.command()
async def is_quiet(request: Request) -> Reply:
    """Answer "is do not disturb on?"."""
    until = request.notices.undisturbed_until(_person(request))
    return Reply(say("Yes, {until}.", until=until_when(until, request.now)) if until is not None else say("No."))


@skill.command()
async def noted(request: Request) -> Reply:
    """Answer "got it": what was just told is settled."""
    del request
    return Reply(say("All right."), [notice_answer("done")])


@skill.command()
async def later(request: Request, until: str | None = None) -> Reply:
    """Answer "tell me that again in ten minutes", and "tell me that later"."""
    for_s = length_of(request.match.slots)
    if until is None and not for_s:
        return Reply(say("I will tell you again later."), [notice_answer("snooze")])
    moment = request.now + timedelta(seconds=for_s) if until is None else _moment(request, until)
    if moment is None:
        return Reply(say("When shall I tell you again?"), failed=True)
    for_s = (moment - request.now).total_seconds()
    told = say("I will tell you again in {length:dat}.", length=lasting(for_s))
    return Reply(told, [notice_answer("snooze", for_s=for_s)])


@skill.command()
async def not_me(request: Request) -> Reply:
    """Answer "tell somebody else"."""
    del request
    return Reply(say("I will tell somebody else."), [notice_answer("not_me")])


@skill.command()
async def budget(request: Request) -> Reply:
    """Answer "how many notices do I get?"."""
    person = _person(request)
    if person is None:
        return Reply(say("I do not know who you are. Ask hearth notices budget."))
    allowances = request.notices.allowances(person)
    text = "{n} {urgency} {n:one|ones}, {today} of them today"
    told = [say(text, n=one.a_day, urgency=term("urgency", one.urgency), today=one.today) for one in allowances]
    said = listing(told, "and at most")
    dismissed = sum(one.dismissed for one in allowances)
    answers = dismissed + sum(one.answered for one in allowances)
    text = "of the {answers} that you answered you dismissed {dismissed}"
    learned = say(text, answers=answers, dismissed=dismissed) if answers else ""
    return Reply(join([say("a day you get at most {notices}", notices=said), learned]))


@skill.command()
async def reset(_request: Request) -> Reply:
    """Answer "forget which notices I dismissed"."""
    return Reply(say("I forgot how you took notices, and learn it anew."), [notice_reset()])


def _person(request: Request) -> str | None:
    return request.utterance.cause.person


def _moment(request: Request, words: str) -> datetime | None:
    """Return the time to come that the words name: ``three``, ``for an hour``, ``tomorrow morning``."""
    at = "um" if request.utterance.language == "de" else "at"
    for said in (words, f"{at} {words.removeprefix('until ')}", f"in {words.removeprefix('for ')}"):
        found = spoken(request, said, day_at=time(0)).when
        if found is None:
            continue
        if found.after_s is not None:
            return request.now + timedelta(seconds=found.after_s)
        if found.walls and found.rule is None:
            wall = found.walls[0]
            return wall if wall.tzinfo is not None else wall.replace(tzinfo=request.now.tzinfo)
    return None


def _told(one: Told, now: datetime) -> str:
    """Return what became of one notice, in sentences."""
    begin = f"{when(one.at, now)}: {one.text}"
    if not one.ways:
        why = f": {one.held}" if one.held else ""
        if one.answered or one.state == "acknowledged":
            # It was read out to whoever asked what they missed.
            nobody = say("nobody was told when it came{why}", why=why)
            return join([begin, nobody, one.answered or say("it was read out later")])
        return join([begin, say("nobody was told yet{why}", why=why)])
    told = say("I told {ways}", ways=_listed(one.ways))
    return join([begin, told, one.answered or say("nobody took note yet")])


def _listed(ways: Sequence[str]) -> str:
    return listing(list(dict.fromkeys(ways))[:3])
