"""Measures what the engine makes of commands with mistakes in them, and prints the risk-coverage curve.

``python -m tests.bench.noise [--show 20] [--seed 1]``. Commands over a house of its own are first understood as they
are; then each is said with one or two mistakes of a kind, and must come to the same, or to nothing.
"""

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping

from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId, Floor, FloorId
from skills import registry
from skills.grammar import load
from skills.grammar.model import Context, Decision, Understander, Understanding

ROOMS = {
    "Lounge": "down",
    "Kitchen": "down",
    "Conservatory": "down",
    "Study": "up",
    "Main Bedroom": "up",
    "Kids Room": "up",
    "Bathroom": "up",
    "Utility Room": "down",
    "Landing": "up",
}
THINGS = """
light.lounge_uplighter | Uplighter | Lounge
light.piano | Piano Lamp | Lounge
light.hob | Hob Lights | Kitchen
light.table | Dining Table Lamp | Kitchen
light.study | Anglepoise | Study
light.bed_left | Left Bedside Light | Main Bedroom
light.mobile | Moon Lamp | Kids Room
light.bath | Shaving Light | Bathroom
light.landing | Landing Spots | Landing
switch.kettle | Kettle | Kitchen
switch.fountain | Pond Pump
switch.iron | Ironing Socket | Utility Room
fan.cons | Conservatory Fan | Conservatory
fan.bed | Bedroom Fan | Main Bedroom
fan.bath | Bathroom Extractor | Bathroom
cover.lounge | Patio Curtains | Lounge | curtain
cover.study | Study Blind | Study | blind
cover.kids | Kids Room Blind | Kids Room | blind
cover.roof | Roof Awning | Conservatory | awning
cover.garage | Garage Door |  | garage
lock.front | Front Door
lock.shed | Shed Door
climate.lounge | Lounge Thermostat | Lounge
climate.bed | Bedroom Radiator | Main Bedroom
climate.study | Study Heater | Study
media_player.lounge | Lounge Television | Lounge
media_player.kitchen | Kitchen Radio | Kitchen
media_player.kids | Story Box | Kids Room
sensor.outside | Outdoor Temperature |  | temperature
vacuum.dusty | Dusty | Lounge
scene.dinner | Dinner Time
scene.film | Film Evening
todo.shopping | Shopping List
todo.diy | Repairs
valve.lawn | Lawn Sprinkler
"""
"""Id, name, room and device class of every thing."""

NAMED = """
turn on the {light}
turn off the {light}
switch the {light} off
set the {light} to 40 percent
set the {light} to red
dim the {light} to 20 percent
set {light} brightness to 70 percent
turn on the {switch}
turn the {switch} off
turn on the {fan}
switch off the {fan}
set the {fan} speed to 60 percent
open the {cover}
close the {cover}
set the {cover} to 30 percent
lock the {lock}
is the {lock} locked
pause the {media_player}
set the {media_player} volume to 35 percent
turn up the {media_player}
mute the {media_player}
next track on the {media_player}
set the {climate} to 21 degrees
activate {scene}
turn on {scene}
start {vacuum}
is the {light} on
open the {cover} to 50 percent
"""
ROOMY = """
turn on the lights in the {area}
turn off the {area} lights
turn off all the lights in the {area}
set the {area} brightness to 25 percent
set the {area} lights to blue
what is the temperature in the {area}
set the temperature in the {area} to 19 degrees
open the blinds in the {area}
are any lights on in the {area}
turn off the fan in the {area}
vacuum the {area}
pause the music in the {area}
set the {area} volume to 15 percent
"""
HOUSEWIDE = """
turn off all the lights
turn on the lights upstairs
turn off the lights downstairs
close all the blinds
open the curtains downstairs
set a timer for ten minutes
set a timer for 2 hours
cancel the timer
what time is it
how much time is left on my timer
add milk to my shopping list
add candles to the shopping list
what is the weather
lock all the doors
are all the doors locked
how many lights are on
which lights are on upstairs
what is the date
pause the five minute timer
add 3 minutes to my timer
"""
SOUNDS_LIKE = {
    "to": ["two", "too"],
    "two": ["to", "too"],
    "for": ["four"],
    "on": ["own"],
    "off": ["of"],
    "in": ["inn"],
    "by": ["buy", "bye"],
    "hours": ["ours"],
    "pause": ["paws"],
    "red": ["read"],
    "blue": ["blew"],
    "which": ["witch"],
    "weather": ["whether"],
    "set": ["said", "sit"],
    "turn": ["tern"],
    "close": ["clothes"],
    "add": ["ad"],
    "ten": ["tenn"],
    "lights": ["lites", "lice"],
    "minutes": ["minuets"],
    "some": ["sum"],
}
KEYS = "qwertyuiopasdfghjklzxcvbnm"
BESIDE = """
wa qes wrd etf ryg tuh yij uok ipl ol qsz awdx sefc drgv fthb gyjn hukm jil kop asx zsdc xdfv cfgb vghn bhjm njk
"""
NEIGHBOURS = dict(zip(KEYS, BESIDE.split(), strict=True))
SAFE_TO_DROP = frozenset(["the", "a", "an", "to", "in", "of", "my", "for", "by"])
"""Not "is": without it, a question is an order."""
FILLERS = ["um", "uh", "like", "please", "just", "you", "know"]
SYNONYMS = {
    "turn on": ["put on", "switch on", "fire up"],
    "turn off": ["kill", "shut off", "switch off", "extinguish"],
    "close": ["shut"],
    "open": ["raise"],
    "pause": ["hold"],
    "set": ["make", "put", "change", "bring"],
    "dim": ["lower", "bring"],
}

Noise = Callable[[random.Random, list[str]], list[str] | None]


def house() -> Home:
    """Return a house of nine rooms, none of whose names is in another test."""
    floors = [
        Floor(FloorId("down"), "Ground Floor", ("downstairs",)),
        Floor(FloorId("up"), "First Floor", ("upstairs",)),
    ]
    areas = [Area(AreaId(room), room, (), FloorId(floor)) for room, floor in ROOMS.items()]
    home = Home(floors=floors, areas=areas)
    for key, name, area, kind in _things():
        home.add(Entity(EntityId(key), name, key.partition(".")[0], kind or None, AreaId(area) if area else None))
    return home


def _things() -> list[list[str]]:
    """Return id, name, room and class of every thing."""
    return [[field.strip() for field in f"{line}|||".split("|")[:4]] for line in THINGS.strip().splitlines()]


def commands() -> list[str]:
    """Return every sentence over every fitting thing and room."""
    sentences = HOUSEWIDE.strip().splitlines()
    for sentence in NAMED.strip().splitlines():
        domain = sentence[sentence.index("{") + 1 : sentence.index("}")]
        sentences += [sentence.format(**{domain: f[1].lower()}) for f in _things() if f[0].startswith(f"{domain}.")]
    return [*sentences, *(s.format(area=room.lower()) for s in ROOMY.strip().splitlines() for room in ROOMS)]


def typo(chance: random.Random, words: list[str]) -> list[str] | None:
    """Press a neighbouring key, swap, drop or double a letter of one long word."""
    places = [at for at, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    if not places:
        return None
    at = chance.choice(places)
    word, cut = words[at], chance.randrange(1, len(words[at]))
    kinds = [
        word[:cut] + chance.choice(NEIGHBOURS[word[cut]]) + word[cut + 1 :],
        word[: cut - 1] + word[cut] + word[cut - 1] + word[cut + 1 :],
        word[:cut] + word[cut + 1 :],
        word[:cut] + word[cut] + word[cut:],
    ]
    return [*words[:at], chance.choice(kinds), *words[at + 1 :]]


def homophone(chance: random.Random, words: list[str]) -> list[str] | None:
    """Put a word that sounds the same."""
    places = [at for at, word in enumerate(words) if word in SOUNDS_LIKE]
    if not places:
        return None
    at = chance.choice(places)
    return [*words[:at], chance.choice(SOUNDS_LIKE[words[at]]), *words[at + 1 :]]


def dropped(chance: random.Random, words: list[str]) -> list[str] | None:
    """Leave out articles and prepositions."""
    places = [at for at, word in enumerate(words) if word in SAFE_TO_DROP]
    if not places or words[0] == "dim":
        return None  # "dim the lamp 20 percent" is another command
    gone = set(chance.sample(places, min(len(places), chance.choice([1, 2]))))
    return [word for at, word in enumerate(words) if at not in gone]


def filler(chance: random.Random, words: list[str]) -> list[str] | None:
    """Put a hesitation, or say a word twice."""
    at = chance.randrange(1, len(words))
    return [*words[:at], chance.choice([chance.choice(FILLERS[:5]), words[at]]), *words[at:]]


def glued(chance: random.Random, words: list[str]) -> list[str] | None:
    """Run two words together, or tear a long one apart."""
    at = chance.randrange(len(words) - 1)
    if chance.random() < 0.6 and words[at].isalpha() and words[at + 1].isalpha():
        return [*words[:at], words[at] + words[at + 1], *words[at + 2 :]]
    long = [at for at, word in enumerate(words) if len(word) > 6 and word.isalpha()]
    if not long:
        return None
    at = chance.choice(long)
    cut = chance.randrange(3, len(words[at]) - 2)
    return [*words[:at], words[at][:cut], words[at][cut:], *words[at + 1 :]]


def turned(chance: random.Random, words: list[str]) -> list[str] | None:
    """Say what it is about first, and the order behind it."""
    for verb in (("turn", "on"), ("turn", "off"), ("open",), ("close",), ("pause",), ("mute",), ("lock",), ("set",)):
        if tuple(words[: len(verb)]) == verb:
            rest, said = words[len(verb) :], list(verb)
            forms = [[*rest, *said], [*rest, *([*said[:1], "it", *said[1:]] if len(said) > 1 else [*said, "it"])]]
            wish = {"on": "turned on", "off": "turned off", "open": "opened", "close": "closed", "lock": "locked"}
            if said[-1] in wish:
                forms += [
                    ["i", "want", *rest, *wish[said[-1]].split()],
                    [*rest, "should", "be", *wish[said[-1]].split()],
                ]
            return chance.choice(forms) if said != ["set"] else [word for word in rest if word != "to"]
    return None


def synonym(chance: random.Random, words: list[str]) -> list[str] | None:
    """Say the verb in another way."""
    text = " ".join(words)
    fitting = [verb for verb in SYNONYMS if text.startswith(f"{verb} ")]
    if not fitting:
        return None
    return (chance.choice(SYNONYMS[fitting[0]]) + text.removeprefix(fitting[0])).split()


def forbidden(chance: random.Random, words: list[str]) -> list[str]:
    """Say that it must not, did not, or might be done: nothing may follow."""
    text = " ".join(words)
    return chance.choice(
        [
            f"don't {text}",
            f"he told me to {text}",
            f"what would happen if i said {text}",
            f"i was about to {text}",
            f"if it rains {text}",
            f"you should never {text}",
            f"she said {text} and then left",
            f"did you {text} yesterday",
            f"i wonder who could {text}",
            f"remember when we tried to {text}",
            f"the manual says {text}",
            f"please do not {text}",
        ]
    ).split()


NOISES: Mapping[str, Noise] = {
    "typo": typo,
    "homophone": homophone,
    "dropped": dropped,
    "filler": filler,
    "glued": glued,
    "turned": turned,
    "synonym": synonym,
}


def main() -> None:
    """Print the table and the curve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=300)
    given = parser.parse_args()
    chance, engine, home = random.Random(given.seed), load("en", registry.load().documents("en")), house()
    table: dict[str, Counter[str]] = defaultdict(Counter)
    curve: list[tuple[float, bool]] = []
    clean = [(text, meant) for text in commands() if (meant := _ask(engine, home, text)).decision == Decision.ACT]
    print(f"{len(clean)} of {len(commands())} commands are understood as they are")
    kinds: list[tuple[str, list[Noise]]] = [(name, [noise]) for name, noise in NOISES.items()]
    kinds += [("two of them", [])]
    for name, noises in kinds:
        for text, meant in chance.sample(clean, min(given.each, len(clean))):
            noisy: list[str] | None = text.split()
            for noise in noises or chance.sample([*NOISES.values()][:5], 2):
                noisy = noise(chance, noisy) if noisy else None
            if not noisy or " ".join(noisy) == text:
                continue
            said = " ".join(noisy)
            got = _ask(engine, home, said)
            verdict = _judge(got, meant)
            table[name][verdict] += 1
            if got.decision == Decision.ACT:
                curve.append((got.confidence, verdict == "right"))
            if verdict != "right" and given.show and given.only in (name, verdict, ""):
                given.show -= 1
                print(verdict, name, repr(text), "->", repr(said), got.decision, _effect(got), got.reason)
    for text, _ in chance.sample(clean, min(2 * given.each, len(clean))):
        said = " ".join(forbidden(chance, text.split()))
        acted = _ask(engine, home, said).decision == Decision.ACT
        table["must not act"]["wrong" if acted else "right"] += 1
        if acted and given.show:
            print("acted", repr(said))
    for name, counts in table.items():
        n = counts.total()
        print(
            f"{name:12s} n={n:4d} "
            + " ".join(f"{v}={counts[v] / n:6.1%}" for v in ("right", "asked", "deferred", "wrong"))
        )
    total = sum(counts.total() for name, counts in table.items() if name != "must not act")
    print("confidence >=   right  deferred or asked  wrong")
    for least in (0.0, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0):
        done = [right for confidence, right in curve if confidence >= least]
        right = sum(done)
        print(f"{least:12.2f} {right / total:8.1%} {1 - len(done) / total:12.1%} {(len(done) - right) / total:12.2%}")


def _ask(engine: Understander, home: Home, text: str) -> Understanding:
    return engine.understand(text, home, Context())


def _effect(meant: Understanding) -> list[str]:
    kept = [
        (
            m.intent,
            sorted(m.targets),
            sorted((k, str(v)) for k, v in m.slots.items() if k not in TARGETING or not m.targets),
        )
        for m in meant.matches
    ]
    return sorted(map(repr, kept))


TARGETING = frozenset({"name", "area", "floor", "domain", "device_class"})


def _judge(got: Understanding, meant: Understanding) -> str:
    if got.decision != Decision.ACT:
        return "asked" if got.decision == Decision.ASK else "deferred"
    return "right" if _effect(got) == _effect(meant) else "wrong"


if __name__ == "__main__":
    main()
