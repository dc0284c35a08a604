"""The words by which a question about the past is recognized, in the languages that Hearth speaks."""

import re
from collections.abc import Mapping
from typing import Final

from devices.names import fold


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


WHY: Final = re.compile(
    r"\b(why|how come|what made|who|whose|what did|warum|wieso|weshalb|weswegen|wer|wodurch|woher)\b"
)
NOT: Final = re.compile(
    r"\b(not|never|no longer|no one|nobody|cannot|nothing|no|without|(?:do|does|did|is|are|was|were|wo|ca|ha|have|has|"
    r"could|would|should)nt|nicht|nie|niemals|kein\w*|niemand|nichts|ohne)\b"
)
STILL: Final = re.compile(
    r"\b(still|so long|too long|until|till|stay\w*|remain\w*|all (?:night|day|morning)|"
    r"noch|immer noch|so lang\w*|zu lang\w*|bis|blieb\w*|bleib\w*)\b"
)
ASKS: Final = re.compile(r"(?:did|does|do|is|are|was|were|has|have|hat|ist|war|lief|ging|haben|sind)\b")
NOTWITHSTANDING: Final = re.compile(r"\b(although|though|even though|but|while|when|if|because|obwohl|obgleich|aber|"
                                    r"wahrend|als|wenn|weil|trotzdem|da)\b.*")  # fmt: skip
ROUTINES: Final = re.compile(r"\b(routines?|automations?|rules?|routinen?|automationen?|ablauf|ablaufe|regeln?)\b")
TELLING: Final = re.compile(
    r"\b(told|tell|notif\w+|message|messages|alert\w*|warn\w*|informed|inform|reminded|remind|hear|heard|announce\w*|"
    r"nachricht\w*|benachrichtig\w*|gemeldet|meldung\w*|bescheid|gesagt|gewarnt|warnung\w*|erinnert|informiert)\b"
)

UP: Final = re.compile(
    r"\b(on(?! (?:the|a|an|my|our|its|his|her|their|this|that|monday|tuesday|wednesday|thursday|friday|saturday|"
    r"sunday|leak|weekdays|weekends)\b)|open|opens|opened|opening|up|out|unlock\w*|armed|arm|start|starts|started|"
    r"starting|run|runs|running|ran|sound|sounded|ring|rang|play|playing|played|lit|heating up|warm|hot|clean|"
    r"cleaning|cleaned|vacuum|vacuuming|vacuumed|water|watered|raise\w*|react|reacting|work|working|"
    r"an(?! (?:der|dem|den|die|das|einem|einer|meinem)\b)|angegangen|angemacht|angeschaltet|angesprungen|"
    r"eingeschaltet|auf(?! (?:der|dem|den|die|das|einem|einer)\b)|offen|aufgegangen|aufgemacht|geoffnet|hoch|oben|"
    r"hochgefahren|aufgefahren|ausgefahren|draussen|entriegelt|aufgeschlossen|aufgesperrt|scharf|gestartet|"
    r"gelaufen|lauft|lief|laufen|gesaugt|saugt|gereinigt|warm|heiss|geht|ging|anging|angeht|losgegangen|gekommen|"
    r"geklingelt|gespielt|gewassert|bewassert|geheizt|gekuhlt|reagiert|da)\b"
)
DOWN: Final = re.compile(
    r"\b(off|close|closes|closed|closing|down|shut|in(?=$|,| and| though| when| again| yesterday| today)|lock|locks|"
    r"locked|locking|stop|stops|stopped|stopping|disarm\w*|silent|quiet|dark|lowered|lower|cold|cool|"
    r"aus(?! (?:der|dem|den)\b)|ausgegangen|ausgemacht|ausgeschaltet|zu(?=$|,| und| obwohl| gegangen| war| ist)|"
    r"geschlossen|zugegangen|zugemacht|zugefahren|unten|runter|heruntergefahren|runtergefahren|herunter|"
    r"eingefahren|eingeholt|reingefahren|drin|verriegelt|abgeschlossen|zugesperrt|abgesperrt|verschlossen|unscharf|"
    r"entscharft|gestoppt|aufgehort|angehalten|stehen|dunkel|kalt|kuhl|leise|stumm|ausging|ausgeht|abgeschaltet)\b"
)
UP_BEFORE: Final = re.compile(r"\b(go|goes|going|went|gone) off\b")
"""Lights that go off are out; sirens and alarms that do are loud."""
LOUD: Final = frozenset({"siren"})

KINDS: Final[Mapping[str, frozenset[str]]] = {
    "light": words_of("light lights lamp lamps licht lichter lampe lampen leuchte beleuchtung dark dunkel hell"),
    "cover": words_of(
        "blind blinds shutter shutters curtain curtains shade shades awning garage door tor rollladen "
        "rollo rollos jalousie jalousien markise vorhang vorhange rolladen garagentor"
    ),
    "climate": words_of(
        "heating heater thermostat cold warm hot cool chilly freezing heizung thermostat kalt warm "
        "heiss kuhl klima klimaanlage conditioner conditioning"
    ),
    "lock": words_of(
        "lock locks locked locking unlock unlocks unlocked unlocking schloss sperrt sperren verriegelt entriegelt "
        "abgeschlossen aufgeschlossen abgesperrt aufgesperrt zugesperrt verschlossen"
    ),
    "fan": words_of("fan fans ventilation ventilator lufter luftung"),
    "media_player": words_of("music radio tv television speaker speakers musik fernseher lautsprecher"),
    "vacuum": words_of("vacuum vacuumed vacuuming robot cleaned cleaning hoover staubsauger saugroboter gesaugt"),
    "siren": words_of("siren sirens sirene"),
    "alarm_control_panel": words_of("alarm armed disarmed alarmanlage scharf unscharf"),
    "switch": words_of("plug socket switch steckdose stecker schalter"),
}
MORE: Final[Mapping[str, str]] = {
    "ac": "air conditioner",
    "tele": "television",
    "tv": "television tv",
    "hoover": "vacuum",
    "lawn": "sprinkler",
    "rasen": "rasensprenger",
    "post": "mailbox briefkasten",
    "mail": "mailbox",
    "rollo": "rollladen",
    "rollos": "rollladen",
    "rolladen": "rollladen",
    "jalousien": "rollladen",
    "shutters": "blinds",
    "shutter": "blinds",
    "telly": "television",
    "hallway": "hall",
}
"""What people say for words in names."""
IDLE: Final = words_of(
    "the a an of to in is it was at on off my our your this that and so again why did does do not "
    "i you we me be are der die das den dem ein eine im in am an auf zu ist war es warum und so "
    "wieder nicht ich du wir mir von vom when while for by up down out has have had hat haben "
    "wird wurde come came go goes going"
)
_COUNTED: Final = (
    "one two three four five six seven eight nine ten eleven twelve",
    "eins zwei drei vier funf sechs sieben acht neun zehn elf zwolf",
)
NUMBERS: Final[Mapping[str, int]] = {
    word: place for line in _COUNTED for place, word in enumerate(line.split(), 1)
} | {"noon": 12, "mittag": 12, "midnight": 0, "mitternacht": 0}  # fmt: skip
CLOCK: Final = re.compile(
    r"\b(?:at|um|since|by|gegen|kurz nach|after|the|from|for|ab)\s+(?P<half>half past |halb )?"
    r"(?P<hour>\d{1,2}|"
    + "|".join(NUMBERS)
    + r")(?:[ :.](?P<minute>\d{2}))?(?! (?:minute|hour|stund|degree|grad|percent|"
    r"prozent|light|licht))(?:\s?(?P<half_day>am|pm|uhr|o clock|oclock))?\b"
)
PARTS: Final = (
    (re.compile(r"\b(morning|morgens|vormittag\w*|fruh|morgen)\b"), 4, 12),
    (re.compile(r"\b(afternoon|nachmittag\w*)\b"), 12, 18),
    (re.compile(r"\b(evening|tonight|abend\w*)\b"), 17, 24),
    (re.compile(r"\b(at night|in the night|last night|overnight|nachts|nacht)\b"), 20, 32),
    (re.compile(r"\b(noon|midday|mittag\w*)\b"), 11, 14),
)
LATELY: Final = re.compile(
    r"\b(?:in|within|over|during) the (?:last|past) (?P<half>half an )?(?P<count>\d+ )?(?P<unit>minute|hour)s?\b|"
    r"\bin de[nr] letzten (?P<halbe>halben )?(?P<zahl>\d+ )?(?P<einheit>minute|stunde)n?\b"
)
"""A time that ends now: "in the last 2 hours", "in der letzten Stunde"."""
YESTERDAY: Final = re.compile(r"\b(yesterday|last night|last evening|gestern|letzte nacht)\b")
TODAY: Final = re.compile(r"\b(today|this (?:morning|afternoon|evening)|tonight|heute)\b")


def plain(text: str) -> str:
    """Return a question as the patterns here expect it: folded, with a comma where it had one, and times together."""
    text = re.sub(r"(\d)[:.](\d\d)\b", r"\1T\2", text.replace("’", "'").replace("n't", " not"))
    clauses = [fold(part.replace("ß", "ss")) for part in re.split(r"[,;:]|\?(?=\s*\S)| - ", text)]
    return re.sub(r"(\d)t(\d\d)\b", r"\1:\2", ",".join(clauses))
