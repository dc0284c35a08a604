"""How what people told is told again: to themselves as "you", of others by their name, of things as it was said."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from skills.builtin.words import clock, listing, month, sentence, when
from skills.facts import Known, Noticed
from skills.language import say, term

_YOU: Mapping[str, str] = {
    "name": "you want to be called {thing}",
    "home": "you live in {thing}",
    "work": "you work at {thing}",
    "job": "you work as {thing}",
    "likes": "you like {thing}",
    "dislikes": "you do not like {thing}",
    "allergy": "you are allergic to {thing}",
    "diet": "you are {thing}",
    "goal": "your goal is {thing}",
    "temperature": "you like it at {thing}",
    "waking": "you want to be woken {thing}",
    "wake light": "you like your wake light {thing}",
    "birthday": "your birthday is on {thing}",
    "age": "you are {thing} years old",
    "progress": "you told me: “{thing}”",
    "instruction": "you asked me: “{thing}”",
}
_THEY: Mapping[str, str] = {
    "name": "{who} wants to be called {thing}",
    "home": "{who} lives in {thing}",
    "work": "{who} works at {thing}",
    "job": "{who} works as {thing}",
    "likes": "{who} likes {thing}",
    "dislikes": "{who} does not like {thing}",
    "allergy": "{who} is allergic to {thing}",
    "diet": "{who} is {thing}",
    "goal": "{who}'s goal is {thing}",
    "temperature": "{who} likes it at {thing}",
    "birthday": "{who}'s birthday is on {thing}",
    "age": "{who} is {thing} years old",
    "instruction": "{who} asked me: “{thing}”",
}
_YOU_ONCE: Mapping[str, str] = {
    "home": "you used to live in {thing}",
    "work": "you used to work at {thing}",
    "likes": "you used to like {thing}",
    "dislikes": "you used not to like {thing}",
    "allergy": "you used to be allergic to {thing}",
    "diet": "you used to be {thing}",
    "job": "you used to work as {thing}",
    "name": "you used to be called {thing}",
    "goal": "your goal used to be {thing}",
    "temperature": "you used to like it at {thing}",
}
_NOW = re.compile(r"\s+(?:now|jetzt)(?=\s|$)")
"""What was news when it was said."""
_MINE = re.compile(r"\b(my|mein)(?=(?:e[mnrs]?)? )", re.IGNORECASE)
_HAD = re.compile(
    r"(?P<mine>my|meine?) (?P<thing>.+?) (?:is|are|ist|sind|heißt|liegt|liegen|steht|hängt) (?P<what>.+)", re.IGNORECASE
)
_YOURS = {"my": "your", "mein": "dein"}
_SAID_SO = frozenset({"shift", "visits", "whereabouts", "usually", "owns", "plans", "worry"})
"""Relations of what somebody said by the way."""
_TASTES = frozenset({"likes", "dislikes"})
_AS_SAID = frozenset({"is", "note", "procedure"})
"""Relations of which the clause itself is what is known."""


def told(known: Known) -> str:
    """Return a fact as a clause without a full stop: ``you are allergic to nuts``; what was only concluded says so."""
    clause = _told(known)
    return clause if known.sure or known.relation in _SAID_SO else say("{fact}, if I understood you right", fact=clause)


def _told(known: Known) -> str:
    if known.relation in _AS_SAID:
        return _NOW.sub("", known.text)
    if known.relation == "goal":
        known = replace(known, thing=_aimed(known))
    if known.relation in _TASTES:
        known = replace(known, thing=_as_said(known))
    once = known.until is not None
    if known.relation in _SAID_SO:
        return say("you told me: “{thing}”", thing=known.text) if known.own else _of_mine(known)
    if known.relation == "name" and "'s " in known.subject:
        return _of_mine(known)
    if known.own:
        if once and (was := _was(known)) is not None:
            return was
        if once:
            text = _YOU_ONCE.get(known.relation, "your {what} used to be {thing}")
            return say(text, what=known.relation, thing=known.thing)
        own = _YOU.get(known.relation)
        if known.relation == "answers":
            return say("you want short answers") if known.thing == "short" else say("you want long answers")
        if known.relation == "coaching":
            return say("you do not want to be coached") if known.thing == "off" else say("you want to be coached")
        if known.relation == "concluding":
            return _concluding(known)
        if own is not None:
            return say(own, thing=known.thing)
        mine = _MINE.match(known.text)
        if mine is not None:
            # As it was said keeps the articles: "my favourite animal is the otter".
            return _yours(_NOW.sub("", known.text))
        return say("your {what} is {thing}", what=known.relation, thing=known.thing)
    who = known.subject.capitalize()
    other = _THEY.get(known.relation)
    if other is not None and known.subject not in ("household", ""):
        return say(other, who=who, thing=known.thing)
    return known.text


def _concluding(known: Known) -> str:
    if known.thing == "off":
        return say("you want me to conclude nothing from what you say")
    return say("I may conclude things from what you say")


def _aimed(known: Known) -> str:
    """Return a goal with the "to" that it was told with."""
    told_so = re.search(rf"\bto {re.escape(known.thing)}", known.text, re.IGNORECASE)
    return f"to {known.thing}" if told_so is not None else known.thing


def _was(known: Known) -> str | None:
    """Return what somebody had or liked once in the words in which they told it; ``None`` of what they are or do."""
    found = _HAD.match(known.text) if known.relation not in _YOU_ONCE else None
    if found is None:
        return None
    if found["mine"].lower() == "my":
        return _yours(f"my {found['thing']} used to be {_NOW.sub('', found['what'])}")
    return _yours(f"{found['mine']} {found['thing']} war früher {_NOW.sub('', found['what'])}")


def _yours(text: str) -> str:
    """Return somebody's own words about what is theirs as they are told to them: "my bag" is "your bag"."""
    return _MINE.sub(lambda mine: _YOURS[mine[1].lower()], text)


def with_article(thing: str, text: str) -> str:
    """Return a thing with the small words that stand before it in a text: ``the sea``, ``being woken up``."""
    found = re.search(rf"\b(?:(?:the|an?|being|der|die|das|den) )+{re.escape(thing)}", text, re.IGNORECASE)
    return thing if found is None else found[0]


def _as_said(known: Known) -> str:
    """Return what somebody likes as they put it."""
    thing = with_article(known.thing, known.text)
    return re.sub(r"\bmy\b", "your", thing) if known.own else thing


def _of_mine(known: Known) -> str:
    """Return what was said of somebody's sister or boss, to the one whose they are as "your"."""
    mine = _MINE.match(known.text)
    return f"{_YOURS[mine[1].lower()]}{known.text[mine.end() :]}" if mine is not None and known.private else known.text


def told_together(facts: Sequence[Known]) -> str:
    """Return several facts as one sentence, where they say the same of several things as one clause."""
    first = facts[0]
    alike = [
        fact
        for fact in facts
        if (fact.subject, fact.relation, fact.own, fact.sure) == (first.subject, first.relation, first.own, first.sure)
    ]
    if len(alike) == len(facts) > 1 and first.relation == "instruction" and first.own:
        return sentence(
            say("you told me: {things}", things=listing([say("“{words}”", words=fact.thing) for fact in facts]))
        )
    if len(alike) == len(facts) > 1 and first.relation == "goal" and first.own:
        return sentence(say("your goals are {things}", things=listing([_aimed(fact) for fact in facts])))
    if len(alike) == len(facts) > 1 and first.relation in _YOU and first.relation not in ("instruction", "goal"):
        tastes = first.relation in _TASTES
        things = listing(list(dict.fromkeys(_as_said(fact) if tastes else fact.thing for fact in facts)))
        return sentence(told(replace(first, thing=things)))
    return " ".join(sentence(told(fact)) for fact in facts)


def ordered(facts: Sequence[Known]) -> Sequence[Sequence[Known]]:
    """Return facts by what they are about: who somebody is before what they like, and how they want to be served."""
    order = {relation: place for place, relation in enumerate(_YOU)}
    found: dict[tuple[int, str], list[Known]] = {}
    for fact in facts:
        found.setdefault((order.get(fact.relation, 5), fact.relation), []).append(fact)
    return [found[key] for key in sorted(found)]


_ASKED = frozenset({"weather", "time", "calendar", "reminders", "lists", "status", "history"})
_LIKELY: Mapping[tuple[str, str], str] = {
    ("brief", "yes"): "you like short answers, {n} of {count} times",
    ("brief", "no"): "you like to hear more, {n} of {count} times",
    ("versed", "yes"): "I understand what you say {n} of {count} times",
    ("versed", "no"): "I often do not understand you, {n} of {count} times",
    ("corrects", "yes"): "you often have to correct me, {n} of {count} times",
    ("corrects", "no"): "you rarely have to correct me",
}
_PARTS: Mapping[str, str] = {
    "night": "at night you mostly ask about {what}",
    "morning": "in the morning you mostly ask about {what}",
    "afternoon": "in the afternoon you mostly ask about {what}",
    "evening": "in the evening you mostly ask about {what}",
}


def likely(noticed: Noticed) -> str:
    """Return what is likely of whoever asks as a clause; empty where it says nothing to people."""
    topic, _, part = noticed.topic.partition("/")
    if topic == "asks" and part in _PARTS:
        return say(_PARTS[part], what=term("skill", noticed.outcome)) if noticed.outcome in _ASKED else ""
    text = _LIKELY.get((noticed.topic, noticed.outcome), "")
    return say(text, n=round(noticed.share * noticed.count), count=noticed.count) if text else ""


def told_at(at: datetime, now: datetime) -> str:
    """Return when something was said, with the year where it is another."""
    local = at.astimezone(now.tzinfo)
    if local.year == now.year or (now - local).days < 7:
        return when(at, now)
    return say(
        "on {day} {month} {year} at {clock}",
        day=local.day,
        month=month(local),
        year=str(local.year),
        clock=clock(local),
    )
