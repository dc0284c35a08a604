"""The weather here: how it is, and how it will be, as far as a weather entity or a sensor outside knows."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from devices.model import Entity, State
from devices.names import fold
from skills.api import Skill
from skills.builtin import sky
from skills.builtin.appointing import spoken
from skills.builtin.sky import Sky
from skills.builtin.states import as_of, is_known, unknown
from skills.builtin.words import degrees, join, listing, month, number, percent, to_number, weekday
from skills.language import ENGLISH, Words, current, say, term
from skills.model import Reply, Request

LIKELY, UNLIKELY = 50, 20
"""From and up to which chance of rain, in percent, the answer is yes or no."""
MOST_DAYS = 5
"""As many days are told one by one."""

OUTSIDE = re.compile(
    r"(?i)\b(outside|outdoors?|garden|balcony|terrace|patio|porch|weather"
    r"|draußen|außen\w*|garten|balkon|terrasse|wetter)\b"
)
_WEEK = re.compile(
    r"(?i)\b(week|weekly|(?:three|five|seven|ten|3|5|7|10) days?|extended|next (?:few )?days"
    r"|woche|(?:nächsten|kommenden|die) (?:\w+ )?tagen?)\b"
)
_WEEKEND = re.compile(r"(?i)\b(weekend|wochenende)\b")
_PLACE = re.compile(r"(?i)\b(?:in|at|near|around|for|of)\s+(?P<place>.+)")
_BEFORE = re.compile(r"(?i)\b(?P<place>(?:\w+ ){1,3})(?:weather|forecast)\b")
_HERE_WORDS = """
    a about afternoon am an and any area around at be bring by can check city coat coming condition conditions
    current currently daily day days do does during evening extended feel few find first five for forecast from
    get give going have here high home hour hourly hours house how humidity i in information is it jacket know
    latest like local location look looks low me moment month morning my near need neighborhood next night noon
    now of okay on or our out outdoor outdoors outlook outside over place please pm prediction predictions rain
    read region report rest right s season see seven should show status supposed take tell temperature ten the
    there this three time to today today's todays tomorrow tomorrow's tonight town trip umbrella update us walk
    want was we wear weather week weekend weekly what what's whats where will wind year you your
"""
_HERE = frozenset(_HERE_WORDS.split())
"""Words that name no place elsewhere."""
_SNOW = r"snow\w*|blizzard|sleet|shovel|\w*schnee|schnei\w*"
_STORM = r"storm\w*|thunder\w*|lightning|hurricane|tornado|gewitter\w*|sturm|stürm\w*|unwetter|donner\w*|blitz\w*"
_RAIN = (
    r"rain\w*|umbrella|drizzl\w*|showers?|pour\w*|precipitation|wet|hail\w*|wellies"
    r"|regne\w*|regen\w*|schirm|niesel\w*|schauer|niederschl\w*|nass|hagel\w*|schütte\w*|gummistiefel"
)
_SUN = r"sun|sunny|sunshine|clear|sunscreen|sunblock|sunglasses|sonne\w*|sonnig|heiter"
_ASKED: Sequence[tuple[re.Pattern[str], str, frozenset[str]]] = (
    (re.compile(rf"(?i)\b({_SNOW})\b"), "snow", sky.SNOWY),
    (re.compile(rf"(?i)\b({_STORM})\b"), "a storm", sky.STORMY),
    (re.compile(rf"(?i)\b({_RAIN})\b"), "rain", sky.RAINY),
    (re.compile(r"(?i)\b(fog\w*|mist\w*|nebel|neblig)\b"), "fog", sky.FOGGY),
    (re.compile(rf"(?i)\b({_SUN})\b"), "sun", sky.SUNNY),
    (re.compile(r"(?i)\b(cloud\w*|overcast|wolk\w*|bewölkt|bedeckt)\b"), "clouds", sky.CLOUDY),
)
_WARMTH = re.compile(
    r"(?i)\b(hot\w*|cold\w*|warm\w*|cool\w*|chilly|freez\w*|frost\w*|temperatures?|temp|degrees|highs?|lows?"
    r"|heiß\w*|kalt\w*|kälter|wärmer|kühl\w*|frier\w*|\w*temperatur\w*|grad)\b"
)
_AHEAD = re.compile(
    r"(?i)\b(will|going to|forecast|gonna|supposed to|later|tonight|should|need|needed|necessary|chances?|wear"
    r"|wird|werden|soll|sollte|später|heute|brauch\w*|muss|müssen|anziehen|anzieh\w*|mitnehmen|vorhersage|bleibt)\b"
)
"""A question about the day, not about this moment."""
_WIND = re.compile(r"(?i)\b(wind\w*|breez\w*|stürmisch)\b")

skill = Skill("weather")
skill.sentences(Path(__file__).parent / "sentences")


@skill.command()
async def sun(request: Request, up: bool = False) -> Reply:
    """Answer "when is sunset?": the next one, by where the house stands."""
    asked = {"de": ("bei Sonnenuntergang", "bei Sonnenaufgang")}.get(current().code, ("at sunset", "at sunrise"))
    due = spoken(request, asked[up]).when
    if due is None:
        return Reply(say("I don't know where the house stands: set latitude and longitude in [home]."), failed=True)
    return Reply(say("The sun rises {when}." if up else "The sun sets {when}.", when=due.said))


@skill.handles("HassGetWeather")
async def tell(request: Request, when: object = None, place: object = None, name: object = None) -> Reply:
    """Answer "what's the weather like?", "will it rain tomorrow?", "how hot will it get on Saturday?"."""
    said = _elsewhere(request, place, when) if name is None else None
    station = _station(request, said)
    if said is not None and (station is None or fold(station.name) not in fold(said)):
        return Reply(say("I only know the weather here, not in {place}.", place=said), failed=True)
    asked = _asked(request)
    if station is None:
        return _measured(request, asked)
    state = request.home.state(station.id)
    if state is None or not is_known(state):
        return Reply(join([unknown(station, state, request.now)]), failed=True)
    return _told(request, station, state, asked)


def _told(request: Request, station: Entity, state: State, asked: Sequence[date]) -> Reply:
    text = request.utterance.text
    now, forecast = sky.now_of(state), sky.days_of(state, request.now.tzinfo)
    if not asked:
        return Reply(join([f"{_answer(text, now, None)}{as_of(station, state, request.now)}"]))
    known = [(day, forecast[day]) for day in asked if day in forecast]
    if not known:
        if list(asked) == [request.now.date()]:
            return Reply(join([_answer(text, now, None)]))
        here = say("now it is {weather}", weather=now.whole) if now.whole else ""
        return Reply(join([say("I have no forecast for that"), here]), failed=True)
    if len(known) == 1:
        day, one = known[0]
        return Reply(join([_answer(text, one, _called(day, request.now.date()))]))
    told = [
        say("{day} {weather}", day=_called(day, request.now.date()), weather=one.whole)
        for day, one in known[:MOST_DAYS]
    ]
    return Reply(join(["; ".join(told)]))


def _answer(text: str, one: Sky, day: Words | None) -> str:
    """Return the answer to what was asked, about `day`, or about now."""
    for pattern, what, conditions in _ASKED:
        if pattern.search(text):
            return _whether(one, day, what, conditions)
    if _WIND.search(text) and one.wind is not None:
        told = "the wind blows at {speed}" if day is None else "the wind will blow at {speed} {day:on}"
        return f"{say(told, speed=number(one.wind), day=day)}{_tail(one)}"
    if _WARMTH.search(text) and one.warmth:
        told = "it is {warmth}" if day is None else "it will be {warmth} {day:on}"
        return f"{say(told, warmth=one.warmth, day=day)}{', ' if one.said else ''}{one.said}"
    if not one.whole:
        return say("I don't know that yet")
    if day is None:
        return say("it is {weather}", weather=one.whole)
    return say("{day} will be {weather}", day=day, weather=one.whole)


def _whether(one: Sky, day: Words | None, what: str, conditions: frozenset[str]) -> str:
    if what in {"rain", "snow"} and one.chance is not None and (what == "rain" or one.condition in sky.SNOWY):
        word = "yes, probably" if one.chance >= LIKELY else "probably not" if one.chance < UNLIKELY else "perhaps"
        snow = "the chance of snow{on} is {percent}"
        chance = say(
            snow if what == "snow" else "the chance of rain{on} is {percent}", on=_on(day), percent=percent(one.chance)
        )
        return f"{term('chance', word)}: {chance}{_tail(one)}"
    if not one.condition:
        text = "I don't know whether there is {what}" if day is None else "I don't know whether there will be {what}"
        return f"{say(text, what=term('sky', what))}{_tail(one)}"
    whole = ", ".join(part for part in (one.said, one.warmth) if part)
    said = say("it is {weather}" if day is None else "{day} will be {weather}", day=day, weather=whole)
    return say("yes, {said}" if one.condition in conditions else "no, {said}", said=said)


def _measured(request: Request, asked: Sequence[date]) -> Reply:
    """Return what sensors outside say, where there is no weather entity: it can only be about now."""
    if asked and list(asked) != [request.now.date()]:
        return Reply(say("I have no forecast: there is no weather service here."), failed=True)
    areas = {area.id: area.name for area in request.home.areas()}
    parts: dict[str, str] = {}
    for sensor in request.home.entities():
        words = f"{sensor.name} {areas.get(sensor.area, '') if sensor.area else ''}"
        kind, state = sensor.device_class, request.home.state(sensor.id)
        if sensor.domain != "sensor" or sensor.hidden or kind in parts or not OUTSIDE.search(words):
            continue
        value = to_number(state.value) if state is not None and is_known(state) else None
        if value is not None and kind == "temperature":
            parts["temperature"] = say("it is {degrees} outside", degrees=degrees(value))
        elif value is not None and kind == "humidity":
            parts["humidity"] = say("the humidity is {percent}", percent=percent(value))
    if "temperature" not in parts:
        return Reply(say("I can't tell: there is no weather service here, and no thermometer outside."), failed=True)
    more = say("More I don't know: there is no weather service here")
    dry = "" if _WARMTH.search(request.utterance.text) else more
    return Reply(join([listing([parts["temperature"], *([parts["humidity"]] if "humidity" in parts else [])]), dry]))


def _station(request: Request, said: str | None) -> Entity | None:
    """Return the weather entity that is meant: the one that is named, else the one called home, else the first."""
    stations = [entity for entity in request.targets if entity.domain == "weather"]
    named = [one for one in stations if said is not None and fold(one.name) in fold(said)]
    home = [one for one in stations if "home" in fold(one.name).split(" ")]
    return next(iter([*named, *home, *stations]), None)


def _asked(request: Request) -> Sequence[date]:
    """Return the days that the weather is asked for; none: how it is now."""
    from skills.grammar.when import Date, Instant, Range, find

    text, today = request.utterance.text, request.now.date()
    moment = find(text, ref=request.now, language=request.utterance.language)
    match moment:
        case Date(day) if _WEEKEND.search(text):
            saturday = day + timedelta(days=(5 - day.weekday()) % 7) if day.weekday() != 6 else day
            return [saturday] if saturday.weekday() == 6 else [saturday, saturday + timedelta(days=1)]
        case Date(day) if _WEEK.search(text):
            first = max(day, today)
            return [first + timedelta(days=n) for n in range(7 - first.weekday())]
        case Date(day):
            return [day]
        case Instant(at) if at.date() > today or (at - request.now) > timedelta(hours=1):
            return [at.date()]
        case Range(start, end):
            last = (end - timedelta(seconds=1)).date()
            first = max(start.date(), today)
            return [first + timedelta(days=n) for n in range(min(7, (last - first).days + 1))]
        case _ if _WEEK.search(text):
            return [today + timedelta(days=n) for n in range(MOST_DAYS)]
        case _ if _AHEAD.search(text):
            return [today]
        case _:
            return []


def _elsewhere(request: Request, place: object, when: object) -> str | None:
    """Return the place that was said, if it is not here; `None` if none was."""
    from skills.grammar.when import find

    text = str(place if place is not None else when if when is not None else "")
    if not text:
        return None
    spans = find(text, ref=request.now, language=request.utterance.language).spans
    for start, end in reversed(spans):
        text = f"{text[:start]} {text[end:]}"
    if place is None:
        found = _PLACE.search(f" {text}") or _PLACE.search(_around(request, str(when)))
        before = _BEFORE.search(f"{text} weather") if _stands_before(request, str(when)) else None
        text = found["place"] if found else before["place"] if before else ""
    kept = [word for word in re.findall(r"[^\W\d_][\w'’.-]*", text) if word.casefold() not in _HERE]
    return " ".join(kept) or None


def _around(request: Request, said: str) -> str:
    """Return what was said with the word before it, which tells "in Boston" from "Boston Street"."""
    text = " ".join(request.utterance.text.split())
    at = text.casefold().find(said.casefold())
    word = text[:at].split()[-1:] if at > 0 else []
    return f"{word[0]} {said}" if word and word[0].casefold() in {"in", "at", "near", "around", "for"} else ""


def _stands_before(request: Request, said: str) -> bool:
    return re.search(rf"(?i){re.escape(said)} (?:weather|forecast)", request.utterance.text) is not None


def _called(day: date, today: date) -> Words:
    """Return a day as a subject, ``Friday``, and with the case ``on``: ``on Friday``."""
    away = (day - today).days
    near: Mapping[int, str] = {0: "today", 1: "tomorrow"}
    if away in near:
        return Words(say(near[away]), cases={"on": say(near[away])})
    if 0 < away < 7:
        name, on = weekday(day), say("on {weekday}", weekday=weekday(day))
    else:
        name, on = f"{day.day} {month(day)}", say("on {day} {month}", day=day.day, month=month(day))
    return Words(name if current().code == ENGLISH else on, cases={"on": on})


def _on(day: Words | None) -> str:
    return "" if day is None else f" {day:on}"


def _tail(one: Sky) -> str:
    rest = ", ".join(part for part in (one.said, one.warmth) if part)
    return f"; {rest}" if rest else ""
