"""Says what an explanation found, in whole sentences of the language of the moment."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from daemon.explaining.finding import Finding
from daemon.explaining.telling_not import told_not
from daemon.explaining.timeline import Timeline
from daemon.explaining.wording import door, length, moved, quoted, state_of, thing, when, who
from daemon.routines.triggers import SunTrigger
from skills.builtin.words import join, sentence
from skills.language import say

_EMPTY: Final = "0"
_WORTH_SAYING: Final = timedelta(seconds=20)


def told(found: Finding, timeline: Timeline) -> str:
    """Return what was found, as one to four sentences."""
    return join(sentence(each) for each in _parts(found, timeline) if each)


def _parts(found: Finding, timeline: Timeline) -> tuple[str, ...]:
    match found.cause:
        case "routine":
            return (_by_routine(found, timeline), *_story(found, timeline))
        case "person":
            return (_by_person(found, timeline), _through(found, timeline))
        case "manual":
            return (_by_hand(found, timeline),)
        case "home-assistant":
            return (_by_home_assistant(found, timeline),)
        case "overridden":
            head = _by_person(found, timeline) if found.routine is None else _by_routine(found, timeline)
            also = quoted(found.also_routine, timeline)
            return (head, say("Before that, the routine {routine} had done the contrary", routine=also))
        case "power":
            return _power(found, timeline)
        case "unknown":
            return _unknown(found, timeline)
        case _:
            return told_not(found, timeline)


def set_off(found: Finding, timeline: Timeline) -> str:
    """Return what set a routine off."""
    attempt = found.attempt
    if attempt is None:
        known = found.entity not in (None, found.thing)
        return say("What set it off was {things}", things=thing(found.entity or "", timeline)) if known else ""
    trigger = attempt.routine.triggers[attempt.fired.trigger].when
    if isinstance(trigger, SunTrigger):
        at = when(attempt.at, timeline)
        text = (
            "What set it off was sunset, {when}" if trigger.event == "sunset" else "What set it off was sunrise, {when}"
        )
        return say(text, when=at)
    if attempt.entity is None:
        return say("It was due {when}", when=when(attempt.at, timeline))
    held = attempt.fired.data.get("for")
    begun = attempt.at - held if isinstance(held, timedelta) else attempt.at
    value = _came_to(found)
    if attempt.entity.startswith("zone."):
        text = (
            "What set it off: everybody had left {when}"
            if value == _EMPTY
            else "What set it off: somebody was back {when}"
        )
        return say(text, when=when(begun, timeline))
    given: Mapping[str, object] = {
        "things": thing(attempt.entity, timeline),
        "state": state_of(attempt.entity, value, timeline),
        "when": when(begun, timeline),
    }
    if isinstance(held, timedelta):
        text = "What set it off: {things} {things:was|were} {state} {when}, and stayed so for {length}"
        return say(text, **given, length=length(held))
    return say("What set it off: {things} {things:was|were} {state} {when}", **given)


def _came_to(found: Finding) -> str:
    state = None if found.attempt is None else found.attempt.fired.data.get("to_state")
    value = state.get("state") if isinstance(state, Mapping) else None
    return value if isinstance(value, str) else ""


def _by_routine(found: Finding, timeline: Timeline) -> str:
    at, routine = when(found.at, timeline), quoted(found.routine, timeline)
    if found.thing is None:
        return say("That was the routine {routine}, {when}", routine=routine, when=at)
    given: Mapping[str, object] = {"things": thing(found.thing, timeline), "moved": moved(found), "when": at}
    if found.routine is None:
        text = "{things} {things:was|were} {moved} {when} by {name}; what began that is not on record"
        return say(text, **given, name=timeline.name(found.via or ""))
    return say("{things} {things:was|were} {moved} {when} by the routine {routine}", **given, routine=routine)


def _story(found: Finding, timeline: Timeline) -> tuple[str, ...]:
    """Return what set a run off, how long it waited, and what changed in the meantime."""
    parts = [set_off(found, timeline), _through(found, timeline)]
    if found.also_routine is not None:
        parts.append(
            say("That was brought about by the routine {routine}", routine=quoted(found.also_routine, timeline))
        )
    if found.waited is not None and found.waited >= _WORTH_SAYING:
        parts.append(say("It waited for {length} first", length=length(found.waited)))
        parts.append(_meanwhile(found, timeline))
    return tuple(parts)


def _meanwhile(found: Finding, timeline: Timeline) -> str:
    if found.back is None or found.entity is None:
        return ""
    at = when(found.back.since, timeline)
    if found.entity.startswith("zone.") and found.back.value != _EMPTY:
        return say("Meanwhile, {when}, somebody had come back", when=at)
    state = state_of(found.entity, found.back.value, timeline)
    text = "Meanwhile, {when}, {things} {things:was|were} {state} again"
    return say(text, when=at, things=thing(found.entity, timeline), state=state)


def _through(found: Finding, timeline: Timeline) -> str:
    return (
        ""
        if found.via is None or found.via == found.thing
        else say("It went through {name}", name=timeline.name(found.via))
    )


def _by_person(found: Finding, timeline: Timeline) -> str:
    said = None if found.event is None else found.event.text
    things = thing(found.thing or found.entity or "", timeline)
    given: Mapping[str, object] = {
        "who": who(found.person, timeline), "things": things, "moved": moved(found),
        "when": when(found.at, timeline),
    }  # fmt: skip
    if found.by == "voice" and said:
        return say("{who} said “{said}” {when}, and so {things} {things:was|were} {moved}", **given, said=said)
    if found.by == "voice":
        return say("{things} {things:was|were} {moved} {when} because {who} asked for it by voice", **given)
    if found.by == "dashboard":
        return say("{things} {things:was|were} {moved} {when} by {who}, on the dashboard", **given)
    return say("{things} {things:was|were} {moved} {when} by {who}", **given)


def _by_hand(found: Finding, timeline: Timeline) -> str:
    given: Mapping[str, object] = {
        "things": thing(found.thing or "", timeline), "moved": moved(found), "when": when(found.at, timeline)
    }  # fmt: skip
    if found.by is None:
        return say("{things} {things:was|were} {moved} by hand {when}; whose hand it was I do not know", **given)
    text = "{things} {things:was|were} {moved} by hand {when}, {where}; whose hand it was I do not know"
    return say(text, **given, where=door(found.by))


def _by_home_assistant(found: Finding, timeline: Timeline) -> str:
    given: Mapping[str, object] = {
        "things": thing(found.thing or "", timeline), "moved": moved(found), "when": when(found.at, timeline)
    }  # fmt: skip
    name = found.person or found.by
    if name is None:
        text = "{things} {things:was|were} {moved} {when} from Home Assistant; by whom or what there it does not say"
        return say(text, **given)
    text = "{things} {things:was|were} {moved} {when} from Home Assistant, by {who}"
    return say(text, **given, who=timeline.name(name) if "." in name else name)


def _power(found: Finding, timeline: Timeline) -> tuple[str, ...]:
    until = when(found.until, timeline)
    head = say("There was a power cut {when}, and power was back {until}", when=when(found.at, timeline), until=until)
    things = thing(found.thing or "", timeline)
    said = None if found.after is None else found.after.text
    if said:
        return head, say("After that {things} started anew and reported: “{said}”", things=things, said=said)
    return head, say("After that {things} started anew, as set by the maker", things=things)


def _unknown(found: Finding, timeline: Timeline) -> tuple[str, ...]:
    things = None if found.thing is None else thing(found.thing, timeline)
    parts: list[str] = []
    if things is None:
        parts.append(say("I do not know: there is no record of it"))
    elif found.at is not None and found.up is not None:
        text = "{things} {things:was|were} {moved} {when}, but by whom or what I do not know: there is no record of it"
        parts.append(say(text, things=things, moved=moved(found), when=when(found.at, timeline)))
    elif found.withheld:
        parts.append(
            say("I do not know: there is no record of anything that was to do that to {things}", things=things)
        )
    else:
        parts.append(say("I do not know: there is no record of what did that to {things}", things=things))
    if found.event is not None and found.event.kind == "recording":
        parts.append(say("My record begins only {when}", when=when(found.event.at, timeline)))
    for note in found.notes:
        if note.entity is not None and note.to is not None and note.at != found.at:
            state = state_of(note.entity, note.to, timeline)
            text = "On record is that {things} {things:was|were} {state} {when}"
            parts.append(say(text, things=thing(note.entity, timeline), state=state, when=when(note.at, timeline)))
    return tuple(parts)
