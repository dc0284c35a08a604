"""Scripted lives: what people say over two years while things change, and what is so, was so and was never said.

Three sets of sentences say the same. The rules of `daemon.memory.saying` were written with the first in view. The
second was written afterwards; before a rule was touched for it, 85 % of what is so now was right with it (what was said
after "these days" or "you should know" was missed). The third was written after that and is for measuring.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from skills.model import PersonId
from tests.doubles import START

CITIES = ("Berlin", "Leeds", "Lisbon", "Oslo", "Turin", "Graz", "Porto", "Lyon", "Ghent", "Malmö")
FIRMS = ("Acme", "Globex", "Siemens", "Initech", "Umbrella Books", "the city library", "Nordwind", "Hooli")
FOODS = ("mushrooms", "olives", "blue cheese", "liquorice", "aubergines", "sushi", "peppermint tea", "rye bread")
COLOURS = ("blue", "green", "orange", "purple", "turquoise", "yellow")
CARS = ("Volvo", "Fiat Panda", "Tesla", "Renault", "Skoda")

Templates = Mapping[str, Sequence[str]]

SEEN: Templates = {
    "home": ("I live in {}.", "I'm living in {} now.", "My flat is in {}."),
    "home change": ("I moved to {}.", "We... well, I have moved to {} for good.", "I live in {} now."),
    "work": ("I work at {}.", "I'm working for {}."),
    "work change": ("I work for {} now.", "I've just started at {}.", "I got a new job at {}."),
    "likes": ("I like {}.", "I really love {}."),
    "likes end": ("I don't like {} any more.", "I've gone off {}."),
    "colour": ("My favourite colour is {}.",),
    "colour change": ("My favourite colour is now {}.",),
    "car": ("My car is a {}.",),
    "car change": ("My new car is a {}.",),
    "correct home": ("No, actually I live in {}.", "Sorry, I live in {}."),
    "correct colour": ("Correction: my favourite colour is {}.",),
    "of other": ("{who}'s... I mean, {who} works at {}.", "{who} works for {}."),
}
HELD: Templates = {
    "home": ("These days I live in {}.", "By the way, my home is in {}.", "Well, I am living in {}."),
    "home change": ("I've recently moved to {} and I love it.", "I have just relocated to {}.", "I now live in {}!"),
    "work": ("I'm employed by {}.", "You know, I work for {}.", "Remember that I work at {}."),
    "work change": ("I quit, and I started working at {}.", "I recently joined {}.", "I'm now working at {}."),
    "likes": ("I'm really into {}.", "I enjoy {} a lot.", "I'm a fan of {}."),
    "likes end": ("I no longer like {}.", "I don't enjoy {} any longer.", "I have gone off {} lately."),
    "colour": ("Please remember that my favorite colour is {}.", "My favourite colour's {}."),
    "colour change": ("My new favourite colour is {}.", "My favourite colour is {} these days."),
    "car": ("My car's a {}.", "Our car is a {}, I mean my car is a {}."),
    "car change": ("My car is now a {}.", "My new car's a {}."),
    "correct home": ("Wait, that's wrong. I live in {}.", "I misspoke, I live in {}.", "Actually, no, I live in {}."),
    "correct colour": ("That was wrong, my favourite colour is {}.", "I meant my favourite colour is {}."),
    "of other": ("I think you should know that {who} works at {}.", "{who} is working for {} now."),
}


LAST: Templates = {
    "home": ("At the moment I'm living in {}.", "Hey Hearth, I live in {} actually.", "I currently live in {}."),
    "home change": ("So, I've moved to {} now.", "Guess what, I've moved to {}!", "I finally relocated to {}."),
    "work": ("For the record, I work at {}.", "My employer is {}.", "I am currently working for {}."),
    "work change": ("I have joined {}.", "I've taken a position at {}.", "I just got a job with {}."),
    "likes": ("Just so you know, I love {}.", "I absolutely adore {}.", "I prefer {}."),
    "likes end": ("I don't really like {} anymore.", "I no longer enjoy {}.", "I went off {}."),
    "colour": ("My favorite colour is {}, by the way.", "Note that my favourite colour is {}."),
    "colour change": ("My favourite colour is {} now.", "My current favourite colour is {}."),
    "car": ("Keep in mind that my car is a {}.", "And my car is a {}."),
    "car change": ("My car's now a {}.", "Oh, and my new car is a {}."),
    "correct home": ("You got that wrong: I live in {}.", "No no, I live in {}.", "Wait, I live in {}."),
    "correct colour": ("Nope, my favourite colour is {}.", "Scratch that, my favourite colour is {}."),
    "of other": ("{who} currently works at {}.", "Don't forget that {who} works for {}."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """Something that is said."""

    at: datetime
    person: PersonId
    text: str


@dataclass(frozen=True, slots=True)
class Probe:
    """A question and what has to come back: `current`, `past` or `unknown`."""

    kind: str
    person: PersonId
    text: str
    at: datetime
    right: frozenset[str]
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Life:
    """Two years of one household."""

    lines: Sequence[Line]
    probes: Sequence[Probe]


def lives(count: int, templates: Templates, seed: int) -> Iterator[Life]:
    """Yield so many lives, told in the words of ``templates``."""
    dice = random.Random(seed)
    for number in range(count):
        yield _life(number, templates, dice)


def _life(number: int, templates: Templates, dice: random.Random) -> Life:
    # Names of their own, so that all of them fit into one memory.
    letters = "".join(chr(ord("a") + int(digit)) for digit in f"{number:03}")
    me, other, third_person = PersonId(f"anna{letters}"), PersonId(f"ben{letters}"), f"Clara{letters}"
    end = START + timedelta(days=730)
    lines, probes = list[Line](), list[Probe]()

    def day(least: int, most: int) -> datetime:
        return START + timedelta(days=dice.randint(least, most), minutes=dice.randint(0, 600))

    def say(key: str, at: datetime, thing: str, who: PersonId = me) -> None:
        text = dice.choice(templates[key]).replace("{who}", third_person).replace("{}", thing)
        lines.append(Line(at, who, text))

    def ask(kind: str, text: str, at: datetime, *right: str, disputed: bool = False) -> None:
        probes.append(Probe(kind, me, text, at, frozenset(right), disputed))

    first, second, third = dice.sample(CITIES, 3)
    begun, moved = day(0, 100), day(300, 500)
    say("home", begun, first)
    if number % 2:
        say("home change", moved, second)
        ask("current", "Where do I live?", end, second)
        ask("past", "Where did I live before?", end, first)
        ask("past", "Where did I use to live?", end, first)
        ask("past", f"Where did I live on {_spoken(begun + timedelta(days=60))}?", end, first)
    else:
        say("correct home", begun + timedelta(minutes=1), third)
        ask("current", "Where do I live?", end, third)
        ask("unknown", "Where did I live before?", end)
    ask("unknown", f"Where did I live on {_spoken(START - timedelta(days=300))}?", end)

    firm, next_firm = dice.sample(FIRMS, 2)
    hired, changed = day(0, 200), day(300, 600)
    say("work", hired, firm)
    say("work change", changed, next_firm)
    ask("current", "Where do I work?", end, next_firm)
    ask("current", "Where do I work?", changed - timedelta(days=10), firm)
    ask("past", "Where did I work before?", end, firm)
    ask("past", f"Where did I work on {_spoken(changed - timedelta(days=20))}?", end, firm)

    kept, lost = dice.sample(FOODS, 2)
    say("likes", day(0, 100), kept)
    say("likes", day(0, 100), lost)
    say("likes end", day(200, 600), lost)
    ask("current", "What do I like?", end, kept)
    ask("past", "What did I use to like?", end, lost)

    colour, new = dice.sample(COLOURS, 2)
    say("colour", day(0, 100), colour)
    if number % 3:
        say("colour change", day(200, 600), new)
        ask("past", "What was my favourite colour?", end, colour)
    else:
        say("correct colour", day(101, 110), new)
        ask("unknown", "What was my favourite colour before?", end)
    ask("current", "What's my favourite colour?", end, new)
    car, new_car = dice.sample(CARS, 2)
    say("car", day(0, 100), car)
    say("car change", day(200, 600), new_car)
    ask("current", "What is my car?", end, new_car)
    ask("past", "What was my car before?", end, car)

    one, two = dice.sample(FIRMS, 2)
    say("of other", day(0, 100), one)
    say("of other", day(200, 300), two, other)
    ask("current", f"Where does {third_person} work?", end, one, two, disputed=True)
    for nothing in (
        "What's my favourite film?",
        "Where does Ben live?",
        "What am I allergic to?",
        "What are my goals?",
    ):
        ask("unknown", nothing, end)
    return Life(sorted(lines, key=lambda line: line.at), probes)


def _spoken(at: datetime) -> str:
    return f"{at:%B} {at.day}, {at.year}"
