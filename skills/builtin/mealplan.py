"""A plan that needs no model: from the dishes of the week to the shopping list, by what the household keeps on lists.

The meal plan is a list of that name; what a dish needs stands on a list that is called like the dish.
"""

import re
from collections.abc import Sequence

from devices.names import fold
from skills.actions import MOST_ITEMS, list_add
from skills.builtin.lists import SHOPPING
from skills.language import say
from skills.plans import NoteForm, PlanForm, StepForm, step, taken, work
from skills.views import Item

MEAL_PLAN = "meal plan"
"""What it is called where we make it."""
MEAL_PLANS = (MEAL_PLAN, "menu", "weekly menu", "essensplan", "speiseplan", "wochenplan", "menuplan")
"""What such a list is called, folded."""
NO_DISHES = "There is nothing on the meal plan. Say, for example: put lasagne on the meal plan."
_WEEKDAYS = (
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    "|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
)
_DAY = re.compile(rf"(?i)^\s*\w+\s*:\s*|\s+(?:for|on|am|für)\s+(?:{_WEEKDAYS})s?\s*$")
"""A day with a dish: ``Monday: lasagne``, ``lasagne for Monday``."""
_BETWEEN = re.compile(r"(?i)\s*(?:,\s*(?:and|und)?|\b(?:and|und|plus)\b)\s+")
_AMOUNT = re.compile(
    r"^(?:(?:\d+[.,/]?\d*\s*)?(?:x|g|kg|ml|l|cans?|packs?|bunch(?:es)?|dosen?|pack(?:ung(?:en)?)?|bund|el|tl)\b\s*(?:of\b)?"
    r"|\d+[.,/]?\d*|(?:an?|some|ein(?:e|en)?|etwas)\b)\s*"
)
_ENDINGS = ("es", "en", "s", "n", "e")
SHORTEST_STEM = 3


def shopping() -> PlanForm:
    """Return the plan that puts what the dishes of the week need on the shopping list.

    What is there already is not put there twice, and what somebody is allergic to is left out and named.
    """
    steps = (
        allergies(),
        work("dishes", "lists", on=MEAL_PLANS, first=True),
        work(
            "needed",
            "lists",
            on=taken("dishes", "items"),
            beside=SHOPPING,
            without=taken("allergies", "things"),
            because=taken("allergies", "texts"),
        ),
        step("shopping", list_add(SHOPPING, ()), takes={"items": taken("needed", "items")}),
    )
    unknown = {"dishes": taken("needed", "unknown")}
    return PlanForm(
        goal=say("Shopping for the week"),
        steps=steps,
        recipe="shopping",
        confided=(
            left_out("needed"),
            NoteForm(text=say("What belongs in {dishes} I do not know.", dishes="{dishes}"), parts=unknown),
        ),
        nothing=(
            NoteForm(
                text=say(
                    "What belongs in {dish} I do not know. Say, for example: for {dish} we need noodles.",
                    dish="{dishes}",
                ),
                parts=unknown,
            ),
            NoteForm(
                text=say("All of it is on the shopping list already."), parts={"dishes": taken("dishes", "items")}
            ),
            NoteForm(text=say(NO_DISHES)),
        ),
    )


def allergies() -> StepForm:
    """Return the step that finds out what nobody may eat, as far as whoever asks may know."""
    return work("allergies", "research", about="allergic", also=("allergisch",), kind="allergy")


def left_out(step: str) -> NoteForm:
    """Return the note of what a step of the lists left out, and for whom."""
    text = say("I leave out {thing}: {why}.", thing="{things}", why="{why}")
    return NoteForm(text=text, parts={"things": taken(step, "left_out"), "why": taken(step, "because")})


def first_of(items: Sequence[Item], names: Sequence[str]) -> list[str]:
    """Return what is still open on the first list that has one of these names; nothing where there is none."""
    lists: dict[str, list[str]] = {}
    for item in items:
        if not item.done:
            lists.setdefault(fold(item.list), []).append(item.text)
    return next((lists[name] for name in map(fold, names) if name in lists), list[str]())


def dish_of(text: str) -> str:
    """Return a dish without the day it is for: ``lasagne`` of ``Monday: lasagne``."""
    return _DAY.sub("", text).strip()


def parts(text: str) -> tuple[str, ...]:
    """Return the things of a list as it is said: ``noodles, tomatoes and cheese``."""
    return tuple(one for piece in _BETWEEN.split(text) if (one := piece.strip(" .,")))[:MOST_ITEMS]


def thing_of(text: str) -> str:
    """Return what is to be bought without how much of it, of several what one is called: ``onion`` of ``2 onions``."""
    words = fold(text)
    while (shorter := _AMOUNT.sub("", words)) and shorter != words:
        words = shorter
    while (shorter := _stem(words)) != words:
        words = shorter
    return words


def is_in(thing: str, item: str) -> bool:
    """Say whether something may be in what is to be bought: nuts are in ``walnut bread``. Rather once too often."""
    stem = _stem(fold(thing))
    return len(stem) >= SHORTEST_STEM and stem in fold(item)


def _stem(words: str) -> str:
    for ending in _ENDINGS:
        if words.endswith(ending) and len(words) - len(ending) >= SHORTEST_STEM:
            return words.removesuffix(ending)
    return words
