"""Who may do what: "the sitter may open the front door until eleven", "who may open the door?", "what may I do?"."""

import re
from datetime import datetime, time, timedelta
from pathlib import Path

from devices.model import AreaId, EntityId
from devices.names import fold
from skills.api import Skill
from skills.builtin.times import until as until_when
from skills.builtin.words import called, join, listed, listing
from skills.household import device_release, right_end, right_lend
from skills.language import Words, say
from skills.model import Reply, Request
from skills.rights import RightNote

NIGHT_ENDS = time(4)
"""When what was allowed for tonight is over."""

_SPEAKERS = frozenset(
    {"i", "me", "you", "we", "us", "it", "ich", "mich", "mir", "du", "dich", "wir", "uns", "es", "sich"}
)
"""Words that name nobody to whom something could be lent."""
_NOBODY = re.compile(r"^(?:nobody|no one|niemand|keiner|(?:no|kein|keine) (?P<who>.+))$")

_YOU_ALL = "you may do everything here; where it is about safety I ask you first"
_YOU_SOME = "you may do whatever can be taken back, such as lights and music; for the rest I need the yes of an adult"
_THEY_ALL = "{who} may do everything here; where it is about safety I ask first"
_THEY_SOME = "{who} may do whatever can be taken back, such as lights and music; the rest needs the yes of an adult"

_EVERYBODY = "everybody"

skill = Skill("lending")
skill.sentences(Path(__file__).parent / "sentences")


@skill.command()
async def allow(
    request: Request,
    who: str,
    name: str | None = None,
    kind: str | None = None,
    area: str | None = None,
    until: str | None = None,
    day: str | None = None,
) -> Reply:
    """Answer "the sitter may open the front door until eleven", and "let Tom use the heating this week"."""
    return _lent(
        request, who, may=True, name=name, kind=kind, area=area, end=_end(request, until, day), timed=until is not None
    )


@skill.command()
async def forbid(
    request: Request,
    who: str,
    name: str | None = None,
    kind: str | None = None,
    area: str | None = None,
    until: str | None = None,
    day: str | None = None,
) -> Reply:
    """Answer "guests may not touch anything in the study"."""
    return _lent(
        request, who, may=False, name=name, kind=kind, area=area, end=_end(request, until, day), timed=until is not None
    )


@skill.command()
async def take_back(request: Request, who: str | None = None) -> Reply:
    """Answer "take away the sitter's rights", and "revoke all rights"."""
    wanted = _bare(who) if who is not None else None
    found = [note for note in request.rights.lent() if wanted is None or _bare(note.who) == wanted]
    # What somebody is kept from was not given to them, and stays, unless there is nothing else.
    found = [note for note in found if note.may] or found
    numbers = [note.id for note in found if note.id is not None]
    if not numbers:
        return Reply(say("Nothing of that is lent."))
    return Reply(
        say("I took back that {what}.", what=listing([_told(note, request.now) for note in found])),
        [right_end(numbers)],
    )


@skill.command()
async def who_may(request: Request, name: str) -> Reply:
    """Answer "who may open the front door?"."""
    if not request.targets:
        return Reply(say("I know nothing called {name!r}.", name=name), failed=True)
    notes = request.rights.who_may(request.targets[0].id)
    may = [_who(note, request.now) for note in notes if note.may]
    thing = called(request.targets[0])
    if not notes:
        return Reply(say("Nobody is configured here: everybody may."))
    if not may:
        return Reply(say("Nobody may use {things:acc}.", things=thing))
    return Reply(say("{who} may use {things:acc}.", who=listing(may), things=thing))


@skill.command()
async def may_i(request: Request, name: str) -> Reply:
    """Answer "may I open the front door?"."""
    if not request.targets:
        return Reply(say("I know nothing called {name!r}.", name=name), failed=True)
    me = request.home.entity(EntityId(f"person.{request.utterance.cause.person}"))
    notes = request.rights.who_may(request.targets[0].id)
    mine = next((note for note in notes if me is not None and note.who == me.name), None)
    if mine is None:
        return Reply(say("I do not know who you are, so I would ask somebody of the house."))
    end = f" {until_when(mine.until, request.now)}" if mine.until is not None else ""
    text = "Yes, you may use {things:acc}{until}." if mine.may else "No, you may not use {things:acc}{until}."
    return Reply(say(text, things=called(request.targets[0]), until=end))


@skill.command()
async def who_lives(request: Request) -> Reply:
    """Answer "who lives here?"."""
    people = [one for one in request.home.find(domains=frozenset({"person"})) if not one.hidden]
    names = [one.name for one in people if request.rights.of(one.id.partition(".")[2])[0] not in (None, "guest")]
    if not names:
        return Reply(say("Nobody is configured here."))
    return Reply(say("{who} {who:lives|live} here.", who=listed([Words(name) for name in sorted(names)])))


@skill.command()
async def what_may(request: Request, who: str | None = None) -> Reply:
    """Answer "what may I do?", and "what may Tom do?"."""
    person = request.utterance.cause.person if who is None else fold(_bare(who)).replace(" ", "_")
    role, notes = request.rights.of(person)
    if role is None:
        text = say("I do not know who that is: what can be taken back is done, and for the rest I ask.")
        return Reply(join([text.rstrip("."), *(_told(note, request.now) for note in notes)]))
    free = role in ("owner", "adult")
    if who is None:
        told = say(_YOU_ALL if free else _YOU_SOME)
        return Reply(join([told, *(_told(note, request.now, own=True) for note in notes)]))
    told = say(_THEY_ALL if free else _THEY_SOME, who=who.strip())
    return Reply(join([told, *(_told(note, request.now) for note in notes)]))


@skill.command()
async def lent(request: Request) -> Reply:
    """Answer "which rights are lent?"."""
    notes = request.rights.lent()
    if not notes:
        return Reply(say("Nothing is lent."))
    return Reply(join([_told(note, request.now) for note in notes]))


@skill.command()
async def hand_back(request: Request, name: str) -> Reply:
    """Answer "leave the lamp to the routines again"."""
    if not request.targets:
        return Reply(say("I know nothing called {name!r}.", name=name), failed=True)
    things = [entity.id for entity in request.targets]
    return Reply(say("The routines may have it again."), [device_release(things)])


def _lent(
    request: Request,
    who: str,
    *,
    may: bool,
    name: str | None,
    kind: str | None,
    area: str | None,
    end: datetime | None,
    timed: bool,
) -> Reply:
    if fold(who) in _SPEAKERS:
        return Reply(say("Who do you mean? Say a name."), failed=True)
    nobody = _NOBODY.match(fold(who))
    if nobody is not None:
        # "Nobody may …" keeps everybody from it; "no guest may …" guests.
        who, may = nobody["who"] or _EVERYBODY, not may
    place = _area(request, area) if area is not None else None
    if area is not None and place is None:
        return Reply(say("I don't know the room {room}.", room=area), failed=True)
    if name is not None and not request.targets:
        return Reply(say("I know nothing called {name!r}.", name=name), failed=True)
    if timed and end is None:
        return Reply(say("Until when? Say a time, such as eleven o'clock, or for how long."), failed=True)
    things = [entity.id for entity in request.targets] if name is not None else []
    wish = right_lend(
        who.strip(),
        may=may,
        things=things,
        domains=[kind] if kind is not None else [],
        areas=[place] if place is not None else [],
        until=end,
    )
    when = f" {until_when(end, request.now)}" if end is not None else ""
    text = "All right, {who} may do that{until}." if may else "All right, {who} may not do that{until}."
    if not may and who == _EVERYBODY:
        text = "All right, nobody may do that{until}."
    return Reply(say(text, who=_called(request, who), until=when), [wish])


def _called(request: Request, who: str) -> str:
    """Return somebody as they are called: "mia" is Mia."""
    said = fold(who)
    people = request.home.find(domains=frozenset({"person"}))
    return next((one.name for one in people if fold(one.name) == said), who.strip())


def _end(request: Request, words: str | None, day: str | None) -> datetime | None:
    """Return when something ends: ``eleven``, ``an hour``, ``Sunday``, this week; what is past is no end."""
    from skills.grammar.when import Date, Duration, Instant, Range, find

    now = request.now
    if day is not None:
        days = {"today": 1, "tonight": 1, "tomorrow": 2}.get(day, 7 - now.weekday())
        return datetime.combine(
            now.date() + timedelta(days=days), NIGHT_ENDS if day == "tonight" else time(0), now.tzinfo
        )
    for said in (words, f"in {words}") if words is not None else ():
        match find(said, ref=now, language=request.utterance.language[:2], use="reminder", place=request.place):
            case Instant(moment) | Range(_, moment) if moment > now:
                return moment
            case Duration(length):
                return now + length
            case Date(day_meant) if day_meant >= now.date():
                return datetime.combine(day_meant + timedelta(days=1), time(0), now.tzinfo)
            case _:
                continue
    return None


def _area(request: Request, words: str) -> AreaId | None:
    wanted = fold(words)
    areas = request.home.areas()
    return next((one.id for one in areas if wanted in map(fold, (one.id, one.name, *one.aliases))), None)


def _bare(who: str) -> str:
    """Return a name without article and genitive: ``the sitter's`` is the sitter."""
    said = fold(who.replace("'s", "").replace("’s", ""))
    for article in ("the ", "our ", "der ", "dem ", "die ", "das ", "den "):
        said = said.removeprefix(article)
    return said


def _who(note: RightNote, now: datetime) -> str:
    return note.who if note.until is None else f"{note.who} {until_when(note.until, now)}"


def _told(note: RightNote, now: datetime, *, own: bool = False) -> str:
    text = "{who} may use {things}{until}" if note.may else "{who} may not use {things}{until}"
    if own:
        text = "you may use {things}{until}" if note.may else "you may not use {things}{until}"
    elif not note.may and note.who == say(_EVERYBODY):
        text = "nobody may use {things}{until}"
    end = f" {until_when(note.until, now)}" if note.until is not None else ""
    return say(text, who=note.who, things=note.words, until=end)
