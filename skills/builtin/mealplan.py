"""A plan that needs no model: from the dishes of the week to the shopping list, by what the household keeps on lists.

The meal plan is a list of that name; what a dish needs stands on a list that is called like the dish.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from devices.names import fold
from skills.actions import MOST_ITEMS, list_add
from skills.builtin.lists import SHOPPING
from skills.builtin.remembered import told
from skills.builtin.words import listing
from skills.facts import Known
from skills.language import say
from skills.plans import PlanForm, StepForm, step
from skills.views import Item

MEAL_PLAN = "meal plan"
"""What it is called where we make it."""
MEAL_PLANS = (MEAL_PLAN, "menu", "weekly menu", "essensplan", "speiseplan", "wochenplan", "menuplan")
"""What such a list is called, folded."""
ALLERGY = "allergy"
MOST_DISHES = 30
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


@dataclass(frozen=True, slots=True)
class Larder:
    """What a household has on lists, and what somebody must not eat."""

    dishes: tuple[str, ...]
    lists: Mapping[str, tuple[str, ...]]
    """What stands on lists that are called like dishes, by their folded names."""
    there: tuple[str, ...] = ()
    """What is on the shopping list already."""
    allergies: tuple[Known, ...] = ()


def larder(items: Sequence[Item], facts: Sequence[Known]) -> Larder:
    """Return it from all that is on lists and all that is known."""
    lists: dict[str, list[str]] = {}
    for item in items:
        if not item.done:
            lists.setdefault(fold(item.list), []).append(item.text)
    name = next((one for one in MEAL_PLANS if one in lists), None)
    dishes = [_DAY.sub("", one).strip() for one in lists.get(name or "", [])]
    return Larder(
        tuple(dict.fromkeys(dishes))[:MOST_DISHES],
        {key: tuple(value) for key, value in lists.items()},
        tuple(lists.get(SHOPPING, ())),
        tuple(one for one in facts if one.relation == ALLERGY and one.until is None),
    )


def shopping(have: Larder) -> PlanForm | None:
    """Return the plan that puts what the dishes need on the shopping list; ``None``: there is nothing to put there.

    What is there already is not put there twice, and what somebody is allergic to is left out and named.
    """
    seen = {thing_of(one) for one in have.there}
    steps, left, unknown = list[StepForm](), dict[str, str](), list[str]()
    for number, dish in enumerate(have.dishes, 1):
        needed = have.lists.get(fold(dish))
        if needed is None:
            unknown.append(dish)
            continue
        items: list[str] = []
        for one in needed:
            allergic = next((fact for fact in have.allergies if is_in(fact.thing, one)), None)
            if allergic is not None:
                left.setdefault(one, told(allergic))
            elif thing_of(one) not in seen:
                seen.add(thing_of(one))
                items.append(one)
        if items:
            wish = list_add(SHOPPING, items[:MOST_ITEMS])
            steps.append(step(f"dish_{number}", wish, optional=True, reason=say("for {dish}", dish=dish)))
    if not steps:
        return None
    notes = [say("I leave out {thing}: {why}.", thing=one, why=why) for one, why in left.items()]
    if unknown:
        notes.append(say("What belongs in {dishes} I do not know.", dishes=listing(unknown)))
    goal = say("Shopping for the week")
    return PlanForm(goal=goal, steps=tuple(steps), if_fails="go_on", recipe="shopping", confided=tuple(notes[:8]))


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
