"""A house whose names are easily mixed up, what is said in it, and how it sounds: for `tests.bench.hearing`.

Voices and speeds are among those that the tiny test model was not trained on.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from devices.home import Home
from devices.model import Area, AreaId, Entity, EntityId, Floor, FloorId
from tests.voice.sounds import silence, speech, with_noise
from voice.audio import Samples
from voice.model import RATE_HZ

VOICES = ("en-us+m3", "en-us+f4", "en-us+adam", "en+f2", "en-gb-x-rp+f4", "en-gb-scotland+f2", "en-us+linda", "en+Mike")
ROOMS = "Kitchen Bedroom Bathroom Office Hallway Nursery Garage Cellar Attic|Living Room|Dining Room|Guest Room"
THINGS = """
light | Kitchen Light | Kitchen
light | Counter Light | Kitchen
light | Cabinet Light | Kitchen
light | Living Room Lamp | Living Room
light | Corner Lamp | Living Room
light | Floor Lamp | Living Room
light | Door Lamp | Hallway
light | Hall Light | Hallway
light | Wall Light | Bedroom
light | Bed Light | Bedroom
light | Red Light | Nursery
light | Desk Lamp | Office
light | Left Light | Office
light | Bathroom Light | Bathroom
light | Mirror Light | Bathroom
light | Bedroom Light | Bedroom
light | Dining Table Light | Dining Room
switch | Kettle | Kitchen
switch | Heater | Bathroom
switch | Toaster | Kitchen
switch | Water Pump | Cellar
switch | Air Pump | Cellar
switch | Printer | Office
fan | Ceiling Fan | Bedroom
fan | Bathroom Fan | Bathroom
cover | Garage Door | Garage | garage
cover | Bedroom Blinds | Bedroom | blind
cover | Bathroom Blinds | Bathroom | blind
cover | Living Room Curtains | Living Room | curtain
lock | Front Door | Hallway
lock | Back Door | Kitchen
climate | Office Thermostat | Office
climate | Bedroom Thermostat | Bedroom
media_player | Television | Living Room
media_player | Kitchen Radio | Kitchen
"""
"""Domain, name, room and device class; every word is in the test model."""

SAID = """
turn on the {light}
turn off the {light}
switch the {light} off
could you turn on the {light} please
set the {light} to 40 percent
dim the {light} to 20 percent
make the {light} blue
is the {light} on
turn on the {switch}
turn the {switch} off
turn on the {fan}
open the {cover}
close the {cover} please
lock the {lock}
is the {lock} locked
set the {climate} to 21 degrees
pause the {media_player}
turn off the {media_player}
"""
"""Some are in the closed grammar, some are said in ways that it does not hold."""
ROOMY = """
turn on the lights in the {area}
turn off the {area} lights
set the {area} lights to 50 percent
what is the temperature in the {area}
"""
HOUSEWIDE = ("set a timer for 10 minutes", "turn off all the lights", "turn up the volume", "stop", "good night")
OTHERS = (
    "the weather was very nice on the mountain last week",
    "my brother said that the movie was not so good",
    "i think we should take the train to berlin in july",
    "did you see the big dog behind the station",
    "she left her umbrella on the bus again",
    "it is not easy to find a good teacher these days",
    "we had a long meeting about the price of coffee",
    "you know the light in that story was so beautiful",
    "he never closed the door when he was young",
    "they will open a new office on the corner next month",
)
"""Talk that is not for the house."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One sentence as it came to the microphone."""

    text: str
    condition: str
    pcm: bytes


def house() -> Home:
    """Return the house."""
    rooms = [name for part in ROOMS.split("|") for name in ([part] if " Room" in part else part.split())]
    floor = Floor(FloorId("ground"), "Ground Floor", ("downstairs",))
    home = Home(floors=[floor], areas=[Area(AreaId(name), name, (), floor.id) for name in rooms])
    for row in THINGS.strip().splitlines():
        domain, name, area, kind = [field.strip() for field in f"{row}|".split("|")[:4]]
        key = f"{domain}.{name.lower().replace(' ', '_')}"
        home.add(Entity(EntityId(key), name, domain, kind or None, AreaId(area)))
    return home


def commands(count: int, seed: int = 3) -> list[str]:
    """Return `count` different commands, over all forms and names alike."""
    home = house()
    names = [(entity.id.partition(".")[0], entity.name.lower()) for entity in home.entities()]
    rows = [
        sentence.format(**{domain: name})
        for sentence in SAID.strip().splitlines()
        for domain, name in names
        if f"{{{domain}}}" in sentence
    ]
    rows += [row.format(area=area.name.lower()) for row in ROOMY.strip().splitlines() for area in home.areas()]
    return random.Random(seed).sample([*rows, *HOUSEWIDE], count)


def said(texts: Sequence[str], conditions: Sequence[str]) -> list[Spoken]:
    """Return every text in every condition (``clean``, ``20 dB``, ``10 dB``, ``room``), voices taken in turn."""
    from voice.grammar import spoken_words

    out: list[Spoken] = []
    for at, text in enumerate(texts):
        clear = speech(" ".join(spoken_words(text)), voice=VOICES[at % len(VOICES)], noise_lsb=0.0)
        out += [Spoken(text, condition, worn(clear, condition, at).tobytes()) for condition in conditions]
    return out


def worn(clear: Samples, condition: str, seed: int) -> Samples:
    """Return the sound as a microphone in a room would get it."""
    match condition:
        case "clean":
            return with_noise(clear, 30.0, seed)
        case "room":
            return with_noise(reverberant(clear, seed), 60.0, seed)
        case _:
            return _noisy(clear, float(condition.removesuffix(" dB")), seed)


def reverberant(clear: Samples, seed: int, *, rt60_s: float = 0.5) -> Samples:
    """Return the sound with the decaying echo of a room (half of its energy is direct)."""
    size = int(rt60_s * RATE_HZ)
    decay = np.random.default_rng(seed).normal(size=size) * 10 ** (-3 * np.arange(size) / size)
    decay[0] = np.sqrt(np.sum(decay[1:] ** 2))
    spread = np.convolve(clear.astype(np.float64), decay / decay[0] / np.sqrt(2), mode="full")[: len(clear)]
    return np.clip(spread, -(2**15), 2**15 - 1).astype(np.int16)


def _noisy(clear: Samples, snr_db: float, seed: int) -> Samples:
    """Add the hum and hiss of a kitchen: noise that is stronger the lower it is, and swells slowly."""
    chance = np.random.default_rng(seed)
    spectrum = np.fft.rfft(chance.normal(size=len(clear)))
    spectrum /= np.maximum(np.arange(len(spectrum)) * RATE_HZ / len(clear), 60.0) ** 0.5
    noise = np.fft.irfft(spectrum, len(clear))
    noise *= 1 + 0.5 * np.sin(np.arange(len(clear)) / RATE_HZ * 2 * np.pi * 0.4 + seed)
    loud = clear[np.abs(clear) > 200].astype(np.float64)
    level = np.sqrt(np.mean(loud**2)) / 10 ** (snr_db / 20) if len(loud) else 30.0
    mixed = np.concatenate([clear, silence(0.0)]) + noise / np.std(noise) * level
    return np.clip(mixed, -(2**15), 2**15 - 1).astype(np.int16)
