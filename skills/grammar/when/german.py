"""The German words of time; umlauts may be written out or left away."""

from collections.abc import Iterable, Mapping

from skills.grammar.when.pieces import Value
from skills.grammar.when.vocabulary import PARTS

# fmt: off
_ONES = (
    "null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf",
    "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn",
)
_TENS = (
    "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig",
)
_JOINED = ("", "ein", *_ONES[2:10])
_WEEKDAYS = (
    "montag mo", "dienstag di", "mittwoch mi", "donnerstag do", "freitag fr", "samstag sa sonnabend", "sonntag so",
)
_MONTHS = (
    "januar jänner", "februar", "märz", "april", "mai", "juni juno", "juli julei", "august", "september", "oktober",
    "november",
    "dezember",
)
_UNITS = {
    "second": "sekunde sekunden sek", "minute": "minute minuten min", "hour": "stunde stunden std",
    "day": "tag tage tagen tages",
    "week": "woche wochen", "month": "monat monate monaten monats", "year": "jahr jahre jahren jahres",
}
_ORDINALS = (
    "erst", "zweit", "dritt", "viert", "fünft", "sechst", "siebt", "acht", "neunt", "zehnt", "elft", "zwölft",
    "dreizehnt", "vierzehnt", "fünfzehnt", "sechzehnt", "siebzehnt", "achtzehnt", "neunzehnt",
)
_PART_STEMS = {
    "morgen": "morning", "früh": "morning", "vormittag": "mid-morning", "mittag": "lunch", "nachmittag": "afternoon",
    "abend": "evening", "nacht": "night",
}
# fmt: on

FILLERS = (
    "äh",
    "ähm",
    "öh",
    "hm",
    "bitte",
    "mal",
    "so",
    "etwa",
    "ungefähr",
    "circa",
    "genau",
    "punkt",
    "pünktlich",
    "ca",
)


def _rows(rows: Iterable[str], start: int) -> dict[str, Value]:
    return {word: number for number, row in enumerate(rows, start) for word in row.split()}


def _ordinals() -> dict[str, Value]:
    stems: dict[int, str] = dict(enumerate(_ORDINALS, 1))
    for t, ten in enumerate(_TENS[:2], 2):
        stems[10 * t] = f"{ten}st"
        stems |= {10 * t + o: f"{one}und{ten}st" for o, one in enumerate(_JOINED) if o and 10 * t + o < 32}
    words: dict[str, Value] = {
        f"{stem}{end}": float(number) for number, stem in stems.items() for end in ("e", "en", "er", "es", "em")
    }
    return words


_WEEKDAY_NAMES = tuple(row.split()[0] for row in _WEEKDAYS)
WORDS: Mapping[str, Mapping[str, Value] | Iterable[str]] = {
    "NUM": {
        **{word: float(number) for number, word in enumerate(_ONES)},
        **{word: float(10 * number) for number, word in enumerate(_TENS, 2)},
        **{f"{one}und{ten}": float(10 * t + o) for t, ten in enumerate(_TENS, 2) for o, one in enumerate(_JOINED) if o},
        **{
            f"{one} und {ten}": float(10 * t + o)
            for t, ten in enumerate(_TENS, 2) for o, one in enumerate(_JOINED) if o
        },
        **{f"{one}einhalb": o + 0.5 for o, one in enumerate(_JOINED) if o},
        **{f"{one}einviertel": o + 0.25 for o, one in enumerate(_JOINED) if o},
        "zwo": 2.0, "anderthalb": 1.5, "hundert": 100.0, "einhundert": 100.0, "hundertzwanzig": 120.0, "ein paar": 3.0,
        "dreissig": 30.0, "eineinhalb": 1.5, "ein einhalb": 1.5, "zwei einhalb": 2.5, "beiden": 2.0,
    },
    "ORD": _ordinals(),
    "WD": _rows(_WEEKDAYS, 0),
    "WDS": {f"{day}s": number for number, day in enumerate(_WEEKDAY_NAMES)} | {"sonnabends": 5},
    "MON": _rows(_MONTHS, 1),
    "UNIT": {word: unit for unit, words in _UNITS.items() for word in words.split()},
    "PART": {
        "vormittag": PARTS["mid-morning"], "nachmittag": PARTS["afternoon"], "abend": PARTS["evening"],
        "nacht": PARTS["night"], "früh": PARTS["morning"], "morgens früh": PARTS["early"],
        "frühmorgens": PARTS["early"],
        "heute abend": PARTS["tonight"], "heute nacht": PARTS["late tonight"], "spät abends": PARTS["late"],
        "spätabends": PARTS["late"], "später abend": PARTS["late"], "früher morgen": PARTS["early"],
        "nach der arbeit": PARTS["after work"], "feierabend": PARTS["after work"],
        "nach feierabend": PARTS["after work"],
        "vor der arbeit": PARTS["breakfast"], "frühstück": PARTS["breakfast"], "mittagessen": PARTS["lunch"],
        "nach dem mittagessen": PARTS["after lunch"], "nach dem frühstück": PARTS["mid-morning"],
        "vor dem mittagessen": PARTS["late morning"], "abendessen": PARTS["dinner"],
        "früher nachmittag": PARTS["early afternoon"],
        "nach dem abendessen": PARTS["after dinner"], "vor dem schlafengehen": PARTS["bedtime"],
        "vor dem schlafen": PARTS["bedtime"], "später nachmittag": PARTS["late afternoon"],
        "nach der schule": PARTS["tea"],
        "gleich morgens": PARTS["dawn of day"], "frühen morgen": PARTS["early"],
        "späten nachmittag": PARTS["late afternoon"],
        "späten abend": PARTS["late"], "frühen abend": PARTS["early evening"],
    },
    "PARTS": {
        "morgens": PARTS["morning"], "vormittags": PARTS["mid-morning"], "mittags": PARTS["lunch"],
        "nachmittags": PARTS["afternoon"], "abends": PARTS["evening"], "nachts": PARTS["night"],
    },
    "OCL": ("uhr", "ur", "uar"),
    "REL": {
        "heute": 0, "übermorgen": 2, "gestern": -1, "vorgestern": -2, "über morgen": 2, "überübermorgen": 3, "heut": 0,
    },
    "MORGEN": {"morgen": "morgen", "morgn": "morgen"},
    "EVERY": ("jeden", "jede", "jedes", "jeder", "jedem", "alle", "aller", "immer"),
    "ALT": {"zweiten": "second", "zweite": "second", "zweites": "second", "zweiter": "second"},
    "THIS": ("diese", "diesen", "dieser", "dieses", "diesem", "kommende", "kommenden", "kommender", "kommendes",
    "kommendem"),
    "NEXT": ("nächste", "nächsten", "nächster", "nächstes", "nächstem"),
    "AFTERNEXT": ("übernächste", "übernächsten", "übernächster", "übernächstes"),
    "LAST": ("letzte", "letzten", "letzter", "letztes", "letztem", "vorige", "vorigen", "voriges", "vergangene",
    "vergangenen"),
    "IN": ("in", "im"),
    "AT": ("um", "gegen", "bei", "beim", "zum", "zur"),
    "ON": ("am", "an"),
    "FROM": ("von", "vom", "seit", "ab"),
    "UNTIL": ("bis", "bis um", "bis zum", "bis zur", "bis am"),
    "BEFORE": ("vor", "bevor"),
    "AFTER": ("nach",),
    "AND": ("und", "sowie"),
    "THE": ("der", "die", "das", "den", "dem", "des"),
    "AN": ("ein", "eine", "einer", "einem", "einen", "eines", "ner", "ne"),
    "NOW": {"jetzt": "now", "sofort": "now", "gleich jetzt": "now"},
    "BETWEEN": ("zwischen",),
    "COMMA": (",", "oder"),
    "DASH": ("-", "–", "—"),
    "EXCEPT": ("außer", "außer am", "ausser", "ausgenommen", "nur nicht", "aber nicht"),
    "STARTING": ("beginnend", "beginnend am", "angefangen", "ab dem", "ab jetzt"),
    "HALF": ("halb", "halbe", "halben", "halber", "halbes"),
    "QUARTER": ("viertel", "virtel"),
    "QUARTERS3": ("dreiviertel", "drei viertel"),
    "TIMES": {"einmal": 1, "zweimal": 2, "dreimal": 3, "viermal": 4, "mal": 0},
    "PER": ("pro",),
    "WORKDAY": (
        "werktag", "werktage", "werktags", "werktagen", "wochentag", "wochentage", "wochentags", "wochentagen",
        "arbeitstag",
        "arbeitstage", "arbeitstagen", "schultag", "schultage", "schultagen", "unter der woche",
    ),
    "WEEKEND": ("wochenende", "wochenend"),
    "WEEKENDS": ("wochenenden", "jedes wochenende", "am wochenende immer"),
    "ADV": {
        "täglich": "day", "stündlich": "hour", "wöchentlich": "week", "monatlich": "month", "jährlich": "year",
        "halbstündlich": "half hour", "minütlich": "minute", "allabendlich": "night",
    },
    "SUN": {
        "sonnenuntergang": "sunset", "sonnenaufgang": "sunrise", "sonnen untergang": "sunset",
        "sonnen aufgang": "sunrise",
        "morgendämmerung": "dawn", "abenddämmerung": "dusk", "dämmerung": "dusk", "einbruch der dunkelheit": "dusk",
        "es dunkel wird": "dusk", "die sonne untergeht": "sunset", "die sonne aufgeht": "sunrise",
        "morgengrauen": "dawn",
        "sonnenuntergangs": "sunset", "sonnenaufgangs": "sunrise",
    },
    "HOL": {
        "weihnachten": "christmas",
        "zu weihnachten": "christmas",
        "zu ostern": "easter",
        "zu silvester": "new year's eve",
        "zu neujahr": "new year", "heiligabend": "christmas eve", "heilig abend": "christmas eve",
        "heiligen abend": "christmas eve", "silvester": "new year's eve", "neujahr": "new year",
        "neujahrstag": "new year",
        "ostern": "easter", "ostersonntag": "easter", "ostermontag": "easter monday", "karfreitag": "good friday",
        "pfingsten": "pentecost", "pfingstsonntag": "pentecost", "pfingstmontag": "whit monday", "nikolaus": "nicholas",
        "halloween": "halloween", "tag der arbeit": "may day", "tag der deutschen einheit": "unity",
        "valentinstag": "valentine",
        "aschermittwoch": "ash wednesday", "himmelfahrt": "ascension", "christi himmelfahrt": "ascension",
        "dreikönig": "epiphany", "heilige drei könige": "epiphany", "rosenmontag": "carnival monday",
        "erster weihnachtstag": "christmas", "ersten weihnachtstag": "christmas", "zweiten weihnachtstag": "boxing day",
        "muttertag": "mother", "erster weihnachtsfeiertag": "christmas", "allerheiligen": "all saints",
        "nikolaustag": "nicholas",
    },
    "END": ("ende", "ende des", "ende der", "ende dieses", "ende dieser"),
    "BEGIN": ("anfang", "anfang des", "beginn", "beginn des"),
    "MIDDLE": ("mitte", "mitte des", "mitte der"),
    "SAME": (
        "um diese zeit", "zur selben zeit", "zur gleichen zeit", "um dieselbe zeit", "um die gleiche zeit",
        "diese zeit",
        "selbe zeit", "gleiche zeit", "selbe uhrzeit",
    ),
    "REST": ("rest", "rest des", "rest der"),
    "WITHIN": ("innerhalb", "binnen", "innerhalb von"),
    "FEW": ("paar", "ein paar", "einige", "mehrere"),
    "WAKE": ("weck", "wecke", "wecker", "weckt", "aufwecken", "alarm", "wecken"),
    "FOR": ("für", "lang", "lange"),
    "WHOLE": ("ganze", "ganzen", "über", "während"),
    "MEDIA": ("spiel", "spiele", "hör", "abspielen"),
    "CHANGE": (),
    "HOMOPHONE": {},
    "REPAIR": ("nein", "ich meine", "quatsch", "besser gesagt", "nee"),
    "GAUGE": ("thermostat", "temperatur", "helligkeit", "lautstärke"),
    "CONJ": ("wenn", "sobald"),
    "MEASURE": (
        "prozent", "%", "grad", "°", "celsius", "watt", "volt", "euro", "leute", "personen", "kilometer", "meter",
        "liter",
        "gramm", "kilo", "kg", "km", "eier",
    ),
    "THING": (
        "stock", "etage", "lampe", "lampen", "licht", "lichter", "kanal", "sender", "straße", "lied", "folge",
        "staffel",
        "kapitel", "seite", "zimmer", "tür", "türen", "routine", "modus", "szene", "nachrichten", "film", "rollläden",
        "rollos", "fenster", "steckdosen", "stufe", "karten", "sachen", "dinge", "flaschen", "lautstärke", "helligkeit",
    ),
    "HOLD": (
        "guten morgen", "guten abend", "gute nacht", "guten tag", "wie viele", "wie viel", "eines tages",
        "tag und nacht",
        "wie spät ist es", "jedes mal",
    ),
}  # fmt: skip

SEQUENCES: Mapping[str, tuple[tuple[str, Value], ...]] = {
    "mitternacht": (("CLOCK", "midnight"),), "zwölf uhr mittags": (("CLOCK", "noon"),), "12 uhr mittags": (("CLOCK",
    "noon"),),
    "mittag": (("CLOCK", "noon"),), "zwölf uhr mittag": (("CLOCK", "noon"),), "heute mittag": (("REL", 0), ("CLOCK",
    "noon")),
    "viertelstunde": (("QUARTER", ""), ("UNIT", "hour")), "dreiviertelstunde": (("QUARTERS3", ""), ("UNIT", "hour")),
    "viertelstunden": (("QUARTER", ""), ("UNIT", "hour")), "dreiviertel stunde": (("QUARTERS3", ""), ("UNIT", "hour")),
    "morgen früh": (("REL", 1), ("PART", PARTS["morning"])), "morgen vormittag": (("REL", 1), ("PART",
    PARTS["mid-morning"])),
    "heute früh": (("REL", 0), ("PART", PARTS["morning"])), "heute morgen": (("REL", 0), ("PART", PARTS["morning"])),
    "morgen in der früh": (("REL", 1), ("PART", PARTS["morning"])),
    "gestern abend": (("REL", -1), ("PART", PARTS["evening"])),
    "jeweils": (("EVERY", "jeweils"),),
    **{
        f"{day}{stem}": (("WD", number), ("PART", PARTS[part]))
        for number, day in enumerate(_WEEKDAY_NAMES) for stem, part in _PART_STEMS.items()
    },
    **{
        f"{day}{stem}s": (("WDS", number), ("PART", PARTS[part]))
        for number, day in enumerate(_WEEKDAY_NAMES) for stem, part in _PART_STEMS.items()
    },
}  # fmt: skip

ABBREVIATED: Mapping[str, int] = {}
"""Weekdays that are other words where nothing before them says so."""

CORRECTIONS: Mapping[str, str] = {
    "über morgen": "übermorgen",
    "sonnen untergang": "sonnenuntergang",
    "sonnen aufgang": "sonnenaufgang",
    "wochen ende": "wochenende",
    "mitter nacht": "mitternacht",
    "heut": "heute",
    "uar": "uhr",
    "ur": "uhr",
}
"""Words and pairs of words that are put right before anything is looked up."""

GUESSED = (
    "montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag", "januar", "februar", "september",
    "oktober", "november", "dezember", "august", "minuten", "minute", "sekunden", "stunden", "stunde", "viertel",
    "mitternacht", "sonnenuntergang", "sonnenaufgang", "wochenende", "übermorgen", "nachmittag", "vormittag",
)  # fmt: skip

_UMLAUTS = {"ä": ("a", "ae"), "ö": ("o", "oe"), "ü": ("u", "ue")}


def spellings(said: str) -> tuple[str, ...]:
    """Return the ways in which a word of the tables is written: umlauts written out or left away, ß as ss."""
    said = said.replace("ß", "ss")
    if said.isascii():
        return (said,)
    plain, long = said, said
    for umlaut, (short, spelt) in _UMLAUTS.items():
        plain, long = plain.replace(umlaut, short), long.replace(umlaut, spelt)
    return (plain, long)
