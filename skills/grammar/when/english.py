"""The English words of time, with the spellings of people in a hurry and of speech recognisers."""

from collections.abc import Iterable, Mapping

from skills.grammar.when.pieces import Value
from skills.grammar.when.vocabulary import PARTS

# fmt: off
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
_TENS = (
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)
_WEEKDAYS = (
    "monday mondy munday mon", "tuesday teusday tusday tuesdy tues tue",
    "wednesday wensday wednsday wendsday wedensday weds wed",
    "thursday thirsday thursdy thurs thur thu", "friday fryday fri", "saturday saterday saturdy", "sunday sundy sundae",
)
_MONTHS = (
    "january jan", "february febuary febru feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
    "september sept sep", "october oct", "november nov", "december dec",
)
_UNITS = {
    "second": "seconds secs sec secounds seconts",
    "minute": "minute minutes mins min minuets minuet minits minit minuts",
    "hour": "hour hours hrs hr ours our", "day": "day days daze", "week": "week weeks weak weaks wk wks",
    "month": "month months mont", "year": "year years yr yrs",
}
_ORDINALS = (
    "first", "", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
    "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth",
)
# fmt: on

FILLERS = (
    "um",
    "uh",
    "er",
    "erm",
    "uhm",
    "hmm",
    "ah",
    "eh",
    "ish",
    "more",
    "please",
    "like",
    "maybe",
    "roughly",
    "exactly",
    "sharp",
)


def _rows(rows: Iterable[str], start: int) -> dict[str, Value]:
    return {word: number for number, row in enumerate(rows, start) for word in row.split()}


_NUMBERS: dict[str, Value] = {
    **{word: float(number) for number, word in enumerate(_ONES)},
    **{word: float(10 * number) for number, word in enumerate(_TENS, 2)},
    **{f"{ten} {one}": float(10 * t + o) for t, ten in enumerate(_TENS, 2) for o, one in enumerate(_ONES[1:10], 1)},
    "fourty": 40.0,
    "for ty": 40.0,
    "fore ty": 40.0,
    "too": 2.0,
    "sicks": 6.0,
    "ate": 8.0,
    "a couple of": 2.0,
    "couple of": 2.0,
    "a couple": 2.0,
    "fif teen": 15.0,
    "a dozen": 12.0,
    "fivety": 50.0,
    "therty": 30.0,
    **{f"for ty {one}": float(40 + o) for o, one in enumerate(_ONES[1:10], 1)},
}
_ORDINAL_WORDS: dict[str, Value] = {
    **{word: float(number) for number, word in enumerate(_ORDINALS, 1) if word},
    **{f"{ten} {word}": float(10 * t + o)
       for t, ten in ((2, "twenty"), (3, "thirty")) for o, word in enumerate(_ORDINALS[:9], 1) if word},
    "thirtieth": 30.0,
}  # fmt: skip

WORDS: Mapping[str, Mapping[str, Value] | Iterable[str]] = {
    "NUM": _NUMBERS,
    "ORD": _ORDINAL_WORDS,
    "WD": _rows(_WEEKDAYS, 0),
    "WDS": {f"{row.split()[0]}s": number for number, row in enumerate(_WEEKDAYS)},
    "MON": _rows(_MONTHS, 1),
    "UNIT": {word: unit for unit, words in _UNITS.items() for word in words.split()} | {"fortnights": "fortnight"},
    "SECOND": ("second", "2nd"),
    "LENGTH": {},
    "PART": {
        "morning": PARTS["morning"], "mornin": PARTS["morning"], "mourning": PARTS["morning"],
        "afternoon": PARTS["afternoon"], "after noon": PARTS["afternoon"], "evening": PARTS["evening"],
        "evenin": PARTS["evening"], "night": PARTS["night"], "nite": PARTS["night"], "tonight": PARTS["tonight"],
        "tonite": PARTS["tonight"], "to night": PARTS["tonight"], "this night": PARTS["tonight"],
        "late tonight": PARTS["late tonight"], "later tonight": PARTS["tonight"], "late at night": PARTS["late"],
        "late this evening": PARTS["late tonight"], "late evening": PARTS["late"], "late in the evening": PARTS["late"],
        "first thing in the morning": PARTS["dawn of day"], "first thing": PARTS["morning"],
        "early morning": PARTS["early"], "early in the morning": PARTS["early"], "mid morning": PARTS["mid-morning"],
        "mid afternoon": PARTS["afternoon"],
        "over lunch": PARTS["lunch break"],
        "during lunch": PARTS["lunch break"],
        "last thing at night": PARTS["bedtime"],
        "midmorning": PARTS["mid-morning"], "late morning": PARTS["late morning"], "breakfast": PARTS["breakfast"],
        "breakfast time": PARTS["breakfast"], "before work": PARTS["breakfast"], "before school": PARTS["breakfast"],
        "after breakfast": PARTS["mid-morning"], "lunch": PARTS["lunch"], "lunchtime": PARTS["lunch"],
        "lunch time": PARTS["lunch"], "after lunch": PARTS["after lunch"], "before lunch": PARTS["late morning"],
        "early afternoon": PARTS["early afternoon"], "late afternoon": PARTS["late afternoon"],
        "early in the afternoon": PARTS["early afternoon"], "late in the afternoon": PARTS["late afternoon"],
        "teatime": PARTS["tea"], "tea time": PARTS["tea"], "after work": PARTS["after work"],
        "after school": PARTS["tea"], "early evening": PARTS["early evening"], "dinner": PARTS["dinner"],
        "dinnertime": PARTS["dinner"], "dinner time": PARTS["dinner"], "supper": PARTS["dinner"],
        "suppertime": PARTS["dinner"], "after dinner": PARTS["after dinner"], "after supper": PARTS["after dinner"],
        "before dinner": PARTS["early evening"], "bedtime": PARTS["bedtime"], "bed time": PARTS["bedtime"],
        "before bed": PARTS["bedtime"], "before bedtime": PARTS["bedtime"], "before going to bed": PARTS["bedtime"],
    },
    "PARTS": {
        "mornings": PARTS["morning"], "afternoons": PARTS["afternoon"], "evenings": PARTS["evening"],
        "nights": PARTS["night"], "lunchtimes": PARTS["lunch"],
    },
    "MER": {
        "am": "am", "pm": "pm", "a m": "am", "p m": "pm", "pee em": "pm", "pee m": "pm", "ay em": "am", "a em": "am",
        "p em": "pm", "ante meridiem": "am",
    },
    "OCL": ("oclock", "o'clock", "o clock", "o clocks", "oh clock", "a clock", "oclocks", "o'clocks"),
    "REL": {
        "today": 0, "to day": 0, "tomorrow": 1, "tomorow": 1, "tommorow": 1, "tommorrow": 1, "tomorro": 1, "tmrw": 1,
        "tmr": 1, "tmrow": 1, "2morrow": 1, "2moro": 1, "to morrow": 1, "tomorrow's": 1, "today's": 0,
        "yesterday": -1, "day after tomorrow": 2, "day before yesterday": -2, "overmorrow": 2,
        "the day after tomorrow": 2, "the day before yesterday": -2, "two morrow": 1, "to more oh": 1,
    },
    "EVERY": ("every", "each", "evry", "ever", "evrey"),
    "ALT": ("other", "alternate", "alternating"),
    "THIS": ("this", "coming", "upcoming", "this coming"),
    "NEXT": ("next", "nxt", "following"),
    "LAST": ("last", "previous", "this past"),
    "IN": ("in", "inn", "inside"),
    "AT": ("at", "around", "about", "@", "approximately", "circa", "at about", "at around", "round about",
    "at exactly"),
    "ON": ("on",),
    "FROM": ("from", "since", "form"),
    "TO": ("to", "through", "thru", "two the"),
    "UNTIL": ("until", "till", "til", "'til", "untill", "up until", "ending", "ending on"),
    "BEFORE": ("before", "prior to", "ahead of", "by"),
    "AFTER": ("after",),
    "PAST": ("past", "passed"),
    "OF": ("of",),
    "AND": ("and", "an'", "plus"),
    "THE": ("the", "teh"),
    "AN": ("a", "an"),
    "AGO": ("ago",),
    "NOW": {
        "now": "now", "right now": "now", "immediately": "now", "right away": "now", "this moment": "now",
        "the moment": "now", "this instant": "now",
    },
    "BETWEEN": ("between",),
    "COMMA": (",", "or"),
    "DASH": ("-", "–", "—"),
    "EXCEPT": ("except", "but", "excluding", "except for", "except on", "apart from", "but not", "but not on",
    "without"),
    "STARTING": ("starting", "beginning", "starting from", "starting on", "as of", "beginning on",
    "effective"),
    "HALF": ("half",),
    "QUARTER": ("quarter", "quater", "qarter", "quarters", "qtr"),
    "HUNDRED": ("hundred",),
    "TIMES": {"times": 0, "once": 1, "twice": 2, "thrice": 3},
    "PER": ("per",),
    "WORKDAY": (
        "weekday", "weekdays", "week day", "week days", "workday", "workdays", "working day", "working days",
        "work day",
        "work days", "school day", "school days", "business day", "business days", "weak day", "weak days", "weakdays",
        "school night", "school nights", "weeknight", "weeknights",
    ),
    "WEEKEND": ("weekend", "week end", "weak end", "weekend's"),
    "WEEKENDS": ("weekends", "week ends"),
    "ADV": {
        "daily": "day", "hourly": "hour", "weekly": "week", "monthly": "month", "yearly": "year", "annually": "year",
        "nightly": "night", "fortnightly": "fortnight", "biweekly": "fortnight", "bi weekly": "fortnight",
        "quarterly": "quarter",
    },
    "SUN": {
        "sunset": "sunset", "sun set": "sunset", "sundown": "sunset", "sun down": "sunset", "sunrise": "sunrise",
        "sun rise": "sunrise", "sunup": "sunrise", "sun up": "sunrise", "dawn": "dawn", "dusk": "dusk",
        "daybreak": "dawn",
        "first light": "dawn", "nightfall": "dusk", "son set": "sunset", "son rise": "sunrise", "sun sets": "sunset",
        "sun goes down": "sunset", "sun rises": "sunrise", "sun comes up": "sunrise", "sunsets": "sunset",
        "it gets dark": "dusk", "twilight": "dusk",
    },
    "HOL": {
        "christmas": "christmas", "christmas day": "christmas", "xmas": "christmas", "christmas eve": "christmas eve",
        "xmas eve": "christmas eve", "boxing day": "boxing day", "new year": "new year", "new year's": "new year",
        "new years": "new year", "new year's day": "new year", "new years day": "new year",
        "new year's eve": "new year's eve",
        "new years eve": "new year's eve", "halloween": "halloween", "hallowe'en": "halloween", "easter": "easter",
        "easter sunday": "easter", "easter monday": "easter monday", "good friday": "good friday",
        "valentine's day": "valentine", "valentines day": "valentine", "valentines": "valentine",
        "valentine's": "valentine", "st patrick's day": "patrick", "saint patrick's day": "patrick",
        "april fools": "april fools", "april fools day": "april fools", "april fool's day": "april fools",
        "thanksgiving": "thanksgiving", "thanksgiving day": "thanksgiving", "independence day": "independence",
        "mother's day": "mother", "mothers day": "mother", "father's day": "father", "fathers day": "father",
        "labour day": "labour", "pancake day": "shrove tuesday", "ash wednesday": "ash wednesday",
        "pentecost": "pentecost", "whit monday": "whit monday", "st nicholas day": "nicholas",
    },
    "END": ("end", "close"),
    "BEGIN": ("start", "beginning", "begin"),
    "MIDDLE": ("middle", "mid"),
    "SAME": ("same time", "this time", "same hour", "the same time", "this very time", "at the same time"),
    "REST": ("rest of", "remainder of"),
    "WITHIN": ("within", "inside of", "in less than", "in under"),
    "LATE": ("late", "later"),
    "EARLY": ("early",),
    "OH": ("oh", "o"),
    "FEW": ("few", "a few", "several", "some"),
    "WAKE": ("wake", "alarm", "alarms", "waking", "wakeup", "get me up", "get us up", "get up"),
    "FOR": ("for", "fore"),
    "WHOLE": ("all", "whole", "entire", "throughout", "over", "during"),
    "MEDIA": ("play", "listen", "watch", "queue", "stream", "shuffle", "playing", "put on"),
    "CHANGE": ("raise", "lower", "increase", "decrease", "reduce", "dim", "brighten", "up", "down", "turn"),
    "HOMOPHONE": {
        "tree": 3.0, "free": 3.0, "tin": 10.0, "nein": 9.0, "fife": 5.0, "fine": 5.0, "sex": 6.0, "won": 1.0,
        "elven": 11.0,
        "sick": 6.0,
    },
    "REPAIR": ("no", "i mean", "no wait", "no sorry", "sorry", "make that", "or rather", "actually", "wait no",
    "no i mean"),
    "GAUGE": ("thermostat", "temperature", "dimmer", "speed", "level", "volume", "brightness"),
    "CONJ": ("when", "once the", "as soon as", "whenever"),
    "MEASURE": (
        "percent", "%", "degrees", "degree", "°", "celsius", "fahrenheit", "kelvin", "watts", "volts", "euros",
        "dollars",
        "pounds", "people", "persons", "km", "miles", "metres", "meters", "litres", "liters", "grams", "kilos", "kg",
        "cups",
        "eggs", "steps", "points", "times as", "x", "kilometers", "per cent",
    ),
    "THING": (
        "floor", "lamp", "lamps", "light", "lights", "channel", "station", "street", "avenue", "element", "song",
        "track",
        "episode", "season", "chapter", "page", "room", "door", "shelf", "item", "items", "tickets", "bins", "routine",
        "mode", "scene", "news", "show", "film", "movie", "playlist", "album", "radio", "attempt", "try", "player",
        "fans",
        "blinds", "sockets", "speakers", "blocks", "option", "bottles", "boxes", "bags", "things", "brightness",
        "thing", "row", "place", "prize", "grade", "class", "question", "heater", "heaters", "switches", "windows",
        "doors",
        "gate", "fan", "switch", "plug", "plugs", "shift", "owl", "stand", "club", "nurse", "dress", "sky", "person",
        "people's", "sickness", "glory", "paper", "papers", "star", "fever", "music", "songs", "carols", "party",
        "market", "playlists",
    ),
    "HOLD": (
        "christmas tree", "christmas trees", "christmas lights", "happy new year", "merry christmas", "happy easter",
        "happy christmas", "good morning", "good evening", "good night", "good afternoon", "how many", "how much",
        "what time is it",
        "one day i", "one day we", "one day you", "some day", "these days", "the other day", "all the time",
        "every time",
        "every now and then",
        "every so often", "each time", "each other",
        "every one", "every light", "day and night", "saturday night fever", "movie night", "date night", "game night",
    ),
}  # fmt: skip

SEQUENCES: Mapping[str, tuple[tuple[str, Value], ...]] = {
    "noon": (("CLOCK", "noon"),), "midday": (("CLOCK", "noon"),), "mid day": (("CLOCK", "noon"),),
    "noontime": (("CLOCK", "noon"),), "high noon": (("CLOCK", "noon"),), "twelve noon": (("CLOCK", "noon"),),
    "12 noon": (("CLOCK", "noon"),), "midnight": (("CLOCK", "midnight"),), "mid night": (("CLOCK", "midnight"),),
    "twelve midnight": (("CLOCK", "midnight"),), "12 midnight": (("CLOCK", "midnight"),),
    "end of the day": (("PART", PARTS["after work"]),), "end of day": (("PART", PARTS["after work"]),),
    "end of the working day": (("PART", PARTS["after work"]),),
    "fortnight": (("NUM", 2.0), ("UNIT", "week")), "a fortnight": (("NUM", 2.0), ("UNIT", "week")),
    "half hour": (("HALF", "half"), ("UNIT", "hour")), "half hours": (("HALF", "half"), ("UNIT", "hour")),
    "half our": (("HALF", "half"), ("UNIT", "hour")),
    "last night": (("REL", -1), ("PART", PARTS["night"])),
    "after next": (("AFTERNEXT", "after next"),), "week after next": (("NEXT", "next"), ("UNIT", "week"),
    ("AFTERNEXT", "")),
    "the week after next": (("NEXT", "next"), ("UNIT", "week"), ("AFTERNEXT", "")),
    "month after next": (("NEXT", "next"), ("UNIT", "month"), ("AFTERNEXT", "")),
    "the month after next": (("NEXT", "next"), ("UNIT", "month"), ("AFTERNEXT", "")),
    "every second": (("EVERY", "every"), ("ALT", "second")), "every 2nd": (("EVERY", "every"), ("ALT", "second")),
    "each second": (("EVERY", "each"), ("ALT", "second")),
    **{
        f"{unit} time": (("UNIT", name),)
        for name in ("minute", "hour", "day", "week", "month", "year")
        for unit in (f"{name}s", f"{name}'s")
    },
    "every single": (("EVERY", "every"),),
    "seven days a week": (("EVERY", "every"), ("UNIT", "day")),
    "7 days a week": (("EVERY", "every"), ("UNIT", "day")),
    "everyday": (("EVERY", "every"), ("UNIT", "day")), "each and every": (("EVERY", "every"),),
    "seconds": (("UNIT", "second"),), "secs": (("UNIT", "second"),),
}  # fmt: skip

ABBREVIATED: Mapping[str, int] = {"sat": 5, "sun": 6}
"""Weekdays that are other words where nothing before them says so."""

CORRECTIONS: Mapping[str, str] = {
    "nex": "next",
    "satday": "saturday",
    "hower": "hour",
    "tomoro": "tomorrow",
    "tomorrer": "tomorrow",
    "haf": "half",
    "hafl": "half",
    "forth": "fourth",
    "therd": "third",
    "fith": "fifth",
    "nineth": "ninth",
    "twelth": "twelfth",
    "tomorow": "tomorrow",
    "tommorow": "tomorrow",
    "tommorrow": "tomorrow",
    "tmrw": "tomorrow",
    "tmr": "tomorrow",
    "2morrow": "tomorrow",
    "2moro": "tomorrow",
    "2nite": "tonight",
    "2night": "tonight",
    "2day": "today",
    "tonite": "tonight",
    "ower": "hour",
    "dayz": "days",
    "chrismas": "christmas",
    "cristmas": "christmas",
    "xmas": "christmas",
    "evry": "every",
    "to morrow": "tomorrow",
    "to day": "today",
    "to night": "tonight",
    "after noon": "afternoon",
    "week end": "weekend",
    "mid night": "midnight",
    "mid day": "midday",
    "sun set": "sunset",
    "sun rise": "sunrise",
    "week day": "weekday",
    "week days": "weekdays",
    "lunch time": "lunchtime",
    "bed time": "bedtime",
    "tea time": "teatime",
}
"""Words and pairs of words that are put right before anything is looked up."""

GUESSED = (
    "morning",
    "tomorrow", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february",
    "september", "october", "november", "december", "august", "minutes", "minute", "seconds", "quarter", "afternoon",
    "evening", "tonight", "midnight", "sunset", "sunrise", "weekend", "weekday", "weekdays", "weekends", "christmas",
    "halloween", "yesterday", "thirty", "twenty", "fifteen", "eleven", "thirteen", "fourteen", "o'clock",
)  # fmt: skip


def spellings(said: str) -> tuple[str, ...]:
    """Return the ways in which a word of the tables is written."""
    return (said,)
