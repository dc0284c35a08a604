"""Routines in plain words: what stands in a definition, as it is read back before anybody agrees to it."""

from collections.abc import Mapping, Sequence
from typing import cast

from devices.model import Entity, EntityId, HomeView
from skills.builtin.times import lasting
from skills.builtin.words import called, device_called, listing, names, number, to_number
from skills.language import Words, current, say

Part = Mapping[str, object]

_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MOTION = frozenset({"motion", "occupancy", "presence", "moving"})
_OPENINGS = frozenset({"door", "window", "opening", "garage_door"})

_BECOMES = {
    "opening on": "{thing} {thing:opens|open}",
    "opening off": "{thing} {thing:closes|close}",
    "motion on": "{thing} {thing:notices|notice} somebody",
    "motion off": "{thing} {thing:notices|notice} nobody any more",
    "on": "{thing} {thing:comes|come} on",
    "off": "{thing} {thing:goes|go} off",
    "open": "{thing} {thing:opens|open}",
    "closed": "{thing} {thing:closes|close}",
    "locked": "{thing} {thing:is|are} locked",
    "unlocked": "{thing} {thing:is|are} unlocked",
    "home": "{thing} {thing:comes|come} home",
    "not_home": "{thing} {thing:leaves|leave} home",
    "changes": "{thing} {thing:is|are} used",
}
_IS = {
    "opening on": "{thing} {thing:is|are} open",
    "opening off": "{thing} {thing:is|are} closed",
    "motion on": "{thing} {thing:notices|notice} somebody",
    "motion off": "{thing} {thing:notices|notice} nobody",
    "on": "{thing} {thing:is|are} on",
    "off": "{thing} {thing:is|are} off",
    "open": "{thing} {thing:is|are} open",
    "closed": "{thing} {thing:is|are} closed",
    "locked": "{thing} {thing:is|are} locked",
    "unlocked": "{thing} {thing:is|are} unlocked",
    "home": "{thing} {thing:is|are} home",
    "not_home": "{thing} {thing:is|are} out",
}
_EVERYBODY = frozenset({"notify", "all", "family", "persistent_notification"})
_ANY_CHANGE = "changes"
_OTHER_STATE = "{thing} {thing:is|are} “{state}”"
_SERVICES = {
    "turn_on": "turn on {things:acc}",
    "turn_off": "turn off {things:acc}",
    "open_cover": "open {things:acc}",
    "close_cover": "close {things:acc}",
    "open_valve": "open {things:acc}",
    "close_valve": "close {things:acc}",
    "lock": "lock {things:acc}",
    "unlock": "unlock {things:acc}",
    "start": "start {things:acc}",
    "stop": "stop {things:acc}",
    "return_to_base": "send {things:acc} back to the station",
    "media_play": "let {things:acc} play",
    "media_pause": "pause {things:acc}",
    "press": "press {things:acc}",
    "alarm_disarm": "disarm {things:acc}",
}
_SKY = {
    "sunset": ("at sunset", "{length} before sunset", "{length} after sunset"),
    "sunrise": ("at sunrise", "{length} before sunrise", "{length} after sunrise"),
}


def says(definition: Part, home: HomeView) -> str:
    """Return in one sentence what sets a routine off, what has to be so, and what it does, in the language spoken.

    What has no words of its own is named as it stands: nothing is left out.
    """
    each = _each_time(definition)
    if each:
        return " ".join(says(one, home) for one in each)
    conditions = _parts(definition.get("conditions"))
    days = [str(day) for one in conditions for day in _listed(one.get("weekday"))]
    starts = [_trigger(one, home, days) for one in _parts(definition.get("triggers"))]
    limits = [_condition(one, home) for one in conditions if "weekday" not in one]
    when = listing(list(dict.fromkeys(starts)), "or")
    timed = any(one.get("trigger") in ("time", "sun", "time_pattern") for one in _parts(definition.get("triggers")))
    if days and not timed:
        limits.append(say("it is {days}", days=_days_said(days)))
    deeds = listing([_action(one, home) for one in _parts(definition.get("actions"))])
    if limits:
        text = say("{when}, if {limits}, I {deeds}.", when=when, limits=listing(limits), deeds=deeds)
    else:
        text = say("{when}, I {deeds}.", when=when, deeds=deeds)
    return text[:1].upper() + text[1:]


def _each_time(definition: Part) -> list[Part]:
    """Return a routine that does one thing by one trigger and another by the other as two; empty for all else."""
    triggers, actions = _parts(definition.get("triggers")), _parts(definition.get("actions"))
    if len(triggers) != 2 or len(actions) != 1 or "id" not in triggers[0]:
        return []
    branch, first = actions[0], triggers[0]["id"]
    if list(_parts(branch.get("if"))) != [{"condition": "trigger", "id": first}] or not _parts(branch.get("else")):
        return []
    named = ((triggers[0], "then"), (triggers[1], "else"))
    return [{**definition, "triggers": [one], "actions": branch[key]} for one, key in named]


def _trigger(part: Part, home: HomeView, days: Sequence[str]) -> str:
    match part.get("trigger"):
        case "time":
            at = listing([_at(one, home) for one in _listed(part.get("at"))])
            return say("{days} at {time}", days=_every(days), time=at)
        case "sun" if part.get("event") in _SKY:
            said = _sun(part)
            return say("{days} {moment}", days=_every(days), moment=said) if days else said
        case "time_pattern":
            return say("every {length}", length=lasting(_pace(part)))
        case "numeric_state":
            return say("when {fact}", fact=_measured(part, home, part.get("for")))
        case "state":
            return say("when {fact}", fact=_became(part, home))
        case "conversation":
            phrases = [say("“{name}”", name=str(one)) for one in _listed(part.get("command"))]
            return say("when somebody says {phrase}", phrase=listing(phrases, "or"))
        case _:
            return say("when {fact}", fact=str(dict(part)))


def _ending(part: Part, home: HomeView) -> str:
    """Return what a routine waits for in the middle of what it does."""
    match part.get("trigger"):
        case "numeric_state":
            return _measured(part, home, part.get("for"))
        case "state":
            return _became(part, home)
        case _:
            return _trigger(part, home, ())


def _became(part: Part, home: HomeView) -> str:
    ids = [str(one) for one in _listed(part.get("entity_id"))]
    if ids == ["zone.home"] and part.get("to") == "0":
        return _since(say("nobody is home any more"), part.get("for"))
    state = str(part["to"]) if "to" in part else None
    if part.get("for"):
        fact = _state(ids, state or "", home, link="or")
    else:
        fact = _state(ids, _ANY_CHANGE if state is None else state, home, link="or", becomes=True)
    return _since(fact, part.get("for"))


def _since(fact: str, lasts: object) -> str:
    return fact if not lasts else say("{fact} for {length}", fact=fact, length=lasting(_seconds(lasts)))


def _state(ids: Sequence[str], state: str, home: HomeView, *, link: str, becomes: bool = False) -> str:
    entities = [entity for one in ids if (entity := home.entity(EntityId(one))) is not None]
    thing = _things(ids, entities, link)
    kind = {entity.device_class or "" for entity in entities}
    known = _BECOMES if becomes else _IS
    special = "opening" if kind and kind <= _OPENINGS else "motion" if kind and kind <= _MOTION else ""
    name = f"{special} {state}" if f"{special} {state}" in known else state
    if name not in known:
        return say(_OTHER_STATE, thing=thing, state=state)
    return say(_BECOMES[name] if becomes else _IS[name], thing=thing)


def _things(ids: Sequence[str], entities: Sequence[Entity], link: str = "and") -> Words:
    if len(entities) < len(ids):
        plain = [_person(one) if one.startswith("person.") else one for one in ids]
        return Words(listing(plain, link), form=int(len(plain) > 1 and link == "and"))
    if link == "or" and len(entities) > 1:
        return Words(listing([device_called(one) for one in entities], link))
    return device_called(entities[0]) if len(entities) == 1 else names(entities)


def _person(key: str) -> str:
    return key.removeprefix("person.").replace("_", " ").title()


def _measured(part: Part, home: HomeView, lasts: object = None) -> str:
    id_ = str(part.get("entity_id"))
    if id_ == "zone.home":
        return say("somebody is home")
    entity = home.entity(EntityId(id_))
    thing = Words(id_) if entity is None else called(entity)
    above, below = (to_number(part.get(name)) for name in ("above", "below"))
    unit = _unit(entity)
    if above is not None and below is not None:
        low, high = number(above), number(below)
        text = say("{thing} {thing:is|are} between {low} and {high}{unit}", thing=thing, low=low, high=high, unit=unit)
    elif above is not None:
        text = say("{thing} {thing:is|are} above {limit}{unit}", thing=thing, limit=number(above), unit=unit)
    else:
        text = say("{thing} {thing:is|are} below {limit}{unit}", thing=thing, limit=number(below or 0.0), unit=unit)
    return _since(text, lasts)


def _unit(entity: Entity | None) -> str:
    unit = entity.unit if entity is not None else None
    return f" {unit}" if unit else ""


def _condition(part: Part, home: HomeView) -> str:
    match part.get("condition"):
        case "state" if part.get("entity_id") == "sun.sun":
            return say("it is dark") if part.get("state") == "below_horizon" else say("it is light")
        case "state" if part.get("entity_id") == "zone.home" and part.get("state") == "0":
            return say("nobody is home")
        case "state":
            ids = [str(one) for one in _listed(part.get("entity_id"))]
            return _since(_state(ids, str(part.get("state")), home, link="and"), part.get("for"))
        case "numeric_state":
            return _measured(part, home)
        case "sun":
            dark = part.get("after") == "sunset" or part.get("before") == "sunrise"
            return say("it is dark") if dark else say("it is light")
        case "time":
            return _window(part, home)
        case "or":
            return listing([_condition(one, home) for one in _parts(part.get("conditions"))], "or")
        case "not":
            inner = listing([_condition(one, home) for one in _parts(part.get("conditions"))])
            return say("it is not so that {fact}", fact=inner)
        case _:
            return say("“{formula}” holds", formula=part.get("alias") or part.get("value_template") or dict(part))


def _window(part: Part, home: HomeView) -> str:
    start, end = part.get("after"), part.get("before")
    if start and end:
        return say("it is between {start} and {end}", start=_at(start, home), end=_at(end, home))
    if start:
        return say("it is after {time}", time=_at(start, home))
    return say("it is before {time}", time=_at(end, home))


def _action(part: Part, home: HomeView) -> str:
    if "delay" in part:
        return say("wait {length}", length=lasting(_seconds(part["delay"])))
    if "wait_for_trigger" in part:
        ends = [_ending(one, home) for one in _parts(part["wait_for_trigger"])]
        return say("wait until {fact}", fact=listing(ends, "or"))
    if "repeat" in part:
        repeat = cast("Part", part["repeat"])
        inner = listing([_action(one, home) for one in _parts(repeat.get("sequence"))])
        return say("{count} times {deeds}", count=repeat.get("count"), deeds=inner)
    if "if" in part:
        test = listing([_condition(one, home) for one in _parts(part["if"])])
        so = listing([_action(one, home) for one in _parts(part.get("then"))])
        other = listing([_action(one, home) for one in _parts(part.get("else"))])
        return say("{deeds} if {test}, else {other}", deeds=so, test=test, other=other)
    return _service(part, home)


def _service(part: Part, home: HomeView) -> str:
    domain, _, service = str(part.get("action", "")).partition(".")
    data = cast("Part", part.get("data") or {})
    if domain == "notify":
        who, text = service.removeprefix("mobile_app_"), str(data.get("message", ""))
        if who in _EVERYBODY:
            return say("tell everybody “{text}”", text=text)
        known = home.entity(EntityId(f"person.{who}"))
        name = known.name if known is not None else _person(who)
        return say("tell {who} “{text}”", who=name, text=text)
    if domain == "tts":
        return say("say “{text}”", text=str(data.get("message", "")))
    ids = [str(one) for one in _listed(cast("Part", part.get("target") or {}).get("entity_id"))]
    entities = [entity for one in ids if (entity := home.entity(EntityId(one))) is not None]
    things = Words(say("all lights")) if ids == ["all"] else _things(ids, entities)
    said = _with_data(service, data, things)
    if said is not None:
        return said
    if service in _SERVICES and not data:
        return say(_SERVICES[service], things=things)
    return say("call {service} for {things}", service=f"{domain}.{service}", things=things)


def _with_data(service: str, data: Part, things: Words) -> str | None:
    match service:
        case "set_temperature":
            degrees = number(to_number(data.get("temperature")) or 0.0)
            return say("set {things:acc} to {degrees} degrees", things=things, degrees=degrees)
        case "turn_on" if "brightness_pct" in data:
            share = number(to_number(data["brightness_pct"]) or 0.0)
            return say("set {things:acc} to {percent} percent", things=things, percent=share)
        case "turn_on" if "color_name" in data:
            return say("make {things:acc} {colour}", things=things, colour=data["color_name"])
        case "set_cover_position" | "set_percentage":
            share = number(to_number(next(iter(data.values()), 0)) or 0.0)
            return say("set {things:acc} to {percent} percent", things=things, percent=share)
        case "select_option":
            return say("set {things:acc} to “{option}”", things=things, option=data.get("option"))
        case "set_hvac_mode":
            off = data.get("hvac_mode") == "off"
            return say("turn off {things:acc}", things=things) if off else say("turn on {things:acc}", things=things)
        case "volume_mute":
            return say("mute {things:acc}", things=things)
        case _:
            return None


def _every(days: Sequence[str]) -> str:
    if not days:
        return say("every day")
    if tuple(days) == _WEEK[:5]:
        return say("every weekday")
    return say("every {days}", days=_days_said(days))


def _days_said(days: Sequence[str]) -> str:
    known = _DAYS if current().code == "en" else current().weekdays
    return listing([known[_WEEK.index(day)] for day in days if day in _WEEK])


def _sun(part: Part) -> str:
    exactly, early, late = _SKY[str(part.get("event"))]
    offset = _seconds(part.get("offset", 0))
    length = lasting(abs(offset))
    return say(exactly) if not offset else say(early, length=length) if offset < 0 else say(late, length=length)


def _at(at: object, home: HomeView) -> str:
    text = str(at)
    entity = home.entity(EntityId(text)) if "." in text else None
    return called(entity) if entity is not None else text[:5]


def _seconds(value: object) -> int:
    """Return a length of Home Assistant's, ``-00:30:00``, in seconds."""
    if isinstance(value, int | float):
        return round(value)
    text = str(value)
    parts = [int(one) for one in text.lstrip("-").split(":") if one.isdigit()]
    whole = sum(part * size for part, size in zip(reversed(parts), (1, 60, 3600), strict=False))
    return -whole if text.startswith("-") else whole


def _pace(part: Part) -> int:
    for unit, size in (("hours", 3600), ("minutes", 60), ("seconds", 1)):
        if unit in part:
            found = str(part[unit]).strip("/")
            return size * int(found) if found.isdigit() else size
    return 1


def _parts(value: object) -> list[Part]:
    return [cast("Part", one) for one in _listed(value) if isinstance(one, Mapping)]


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return list(cast("Sequence[object]", value)) if isinstance(value, list | tuple) else [value]
