"""What people read and hear about a yes that is asked for on their devices: the literal action, in our words alone."""

from collections.abc import Sequence

from daemon.gateway.approvals import Approval
from daemon.household import Household, Person
from daemon.notify.model import Answer, Message, Urgency
from daemon.spoken import spoken
from devices.home import Home
from skills.builtin.words import listing
from skills.language import say
from skills.model import Cause, Origin, Outcome

KEY = "confirm-"
"""What the keys of these messages begin with; behind it is the id of what waits."""
LONGEST_SAID = 200
"""Characters of what somebody said that are shown."""


def key_of(approval: str) -> str:
    """Return the key of the messages about what waits under an id."""
    return f"{KEY}{approval}"


def asked(phones: Sequence[Person], *, own: bool) -> str:
    """Return the sentence by which who wished for something learns where it is asked; ``own``: on their own phone."""
    if not phones:
        return say("I have asked on the page of the house.")
    if own:
        return say("I have asked on your phone.")
    return say("I have asked {people} on the phone.", people=listing([one.name for one in phones]))


def question(approval: Approval, household: Household) -> Message:
    """Return what is shown on a phone, in the language of the moment."""
    what = approval.effect.describe(approval.parameters)
    lines = [say("Shall I {wish}?", wish=what), _whose(approval.wish.cause, household)]
    return Message(
        key_of(approval.id),
        "\n".join(lines),
        say("A yes is needed"),
        Urgency.IMPORTANT,
        (Answer.YES, Answer.NO),
        at=approval.asked_at,
        labels={Answer.YES: say("Yes, {wish}", wish=what)},
        until=approval.expires_at,
    )


def _whose(cause: Cause, household: Household) -> str:
    """Return who wished for it, and in which words."""
    if cause.origin is Origin.MCP:
        return say("Another program wishes for it.")
    person = household.known(household.heard_as(cause))
    who = person.name if person is not None else say("Somebody I do not know")
    said = " ".join((cause.said or "").split())[:LONGEST_SAID]
    if not said:
        return say("{who} wishes for it.", who=who)
    if cause.origin is Origin.MODEL:
        return say("{who} said “{said}”, and a language model made this of it.", who=who, said=said)
    return say("{who} said “{said}”.", who=who, said=said)


def came(what: str, outcome: Outcome, by: Person | None, *, agreed: bool, home: Home) -> str:
    """Return what came of it after somebody ``agreed`` or said no."""
    who = by.name if by is not None else say("Somebody")
    if not agreed:
        return say("{who} said no, so I left it as it is: {wish}.", who=who, wish=what)
    done = say("{who} said yes, and it is done: {wish}.", who=who, wish=what)
    told = spoken(done, [outcome], home)
    return told if told == done else say("{who} said yes. {told}", who=who, told=told)


def left(what: str, outcome: Outcome) -> str:
    """Return what is told where no answer came that counts."""
    return say("I left it as it is: {wish}. The reason: {why}.", wish=what, why=outcome.detail)


def too_late(outcome: Outcome) -> str:
    """Return what is told on a device whose answer did nothing."""
    return say("Your answer did nothing: {why}.", why=outcome.detail)


def stopped(what: str) -> str:
    """Return what is told of a question that was open when Hearth was stopped."""
    return say("I was stopped before anybody answered, so I left it as it is: {wish}.", wish=what)


def unreached(what: str) -> str:
    """Return what is told where no phone took the question."""
    text = "I reached no phone. Say yes on the page of the house or at its terminal: {wish}."
    return say(text, wish=what)
