"""Reminders: "remind me to call mum on friday after lunch", once or again and again; what there is, and what goes."""

from pathlib import Path

from devices.names import fold
from skills.actions import reminder_add, reminder_cancel
from skills.api import Skill
from skills.builtin.appointing import spoken
from skills.builtin.times import recurring, upcoming
from skills.builtin.words import clock, counted, join, listing
from skills.model import Ask, Reply, Request, Wants
from skills.views import Appointment, Kind

MOST_TOLD = 5
"""As many reminders are read out."""
_LEADING = frozenset(("please", "and", "can", "could", "would", "will", "you", "hey", "then", "also", ""))
"""What may stand before "remind me" without changing it."""
_SMALL = frozenset(("the", "a", "an", "my", "to", "of", "about", "for"))

skill = Skill("reminders")
skill.sentences(Path(__file__).parent / "sentences")


@skill.command()
async def add(request: Request, what: str = "", before: str = "", when: str = "") -> Reply:
    """Answer "remind me to call mum on friday after lunch", and the same with the time first."""
    # Only a time may stand before it: "never remind me to …" is not a wish.
    leading = spoken(request, before) if before else None
    if leading is not None and not set(fold(leading.rest).split(" ")) <= _LEADING:
        return Reply("I did not understand that. Say: remind me, what, and when.")
    said = spoken(request, " ".join(filter(None, (before, what, when))))
    if not said.rest:
        return _ask(f"What shall I remind you of{'' if said.when else ', and when'}?", "what", Wants.TEXT)
    if said.when is None:
        return _ask(said.question or f"When shall I remind you: {said.rest}?", "when", Wants.TIME)
    area, due = request.utterance.area, said.when
    text = said.rest
    wishes = [reminder_add(text, wall=wall, rule=due.rule, area=area) for wall in due.walls]
    if due.after_s is not None:
        wishes = [reminder_add(text, after_s=due.after_s, area=area)]
    return Reply(f"I will remind you {due.said}: {text}.", wishes)


@skill.command()
async def tell(request: Request) -> Reply:
    """Answer "what are my reminders?"."""
    reminders = request.agenda.open(Kind.REMINDER)
    if not reminders:
        return Reply("You have no reminders.")
    more = [f"and {counted(len(reminders) - MOST_TOLD, 'more reminder')}"] if len(reminders) > MOST_TOLD else []
    told = [f"{_when(request, one)}: {one.text}" for one in reminders[:MOST_TOLD]]
    return Reply(join([f"you have {counted(len(reminders), 'reminder')}", *told, *more]))


@skill.command()
async def cancel(request: Request, what: str | None = None, id: int | None = None) -> Reply:
    """Answer "cancel the reminder about the dentist"."""
    found = request.agenda.open(Kind.REMINDER)
    if id is not None:
        found = [one for one in found if one.id == id]
    elif what is not None:
        found = [one for one in found if _wanted(what) <= set(fold(one.text).split(" "))]
    if not found:
        return Reply("There is no such reminder." if what else "You have no reminders.")
    if len(found) > 1:
        texts = tuple(one.text for one in found[:MOST_TOLD])
        question = f"Which one: {listing(texts, 'or')}?"
        return Reply(question, ask=Ask(question, texts, slot="id", values=tuple(one.id for one in found)))
    return Reply(f"I will not remind you: {found[0].text}.", [reminder_cancel(found[0].id)])


@skill.command()
async def cancel_all(request: Request) -> Reply:
    """Answer "cancel all my reminders"."""
    found = request.agenda.open(Kind.REMINDER)
    if not found:
        return Reply("You have no reminders.")
    return Reply(f"I cancelled {counted(len(found), 'reminder')}.", [reminder_cancel(one.id) for one in found])


def _when(request: Request, one: Appointment) -> str:
    if one.rule is None:
        return upcoming(one.at, request.now)
    return f"{recurring(one.rule)} at {clock(one.at.astimezone(request.now.tzinfo))}"


def _wanted(what: str) -> set[str]:
    return set(fold(what).split(" ")) - _SMALL


def _ask(question: str, slot: str, wants: Wants) -> Reply:
    return Reply(question, ask=Ask(question, slot=slot, wants=wants))
