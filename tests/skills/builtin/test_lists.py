"""Lists as they are spoken of: which list and which thing are meant, and what is said about them."""

from collections.abc import Sequence

import pytest

from skills.actions import list_add, list_complete, list_remove
from skills.builtin import lists
from skills.model import Action
from skills.testing import Bench
from skills.views import Appointment, Item, Kind
from tests.skills.house import furnished

ITEMS = (
    Item("shopping", "oat milk"),
    Item("shopping", "bread"),
    Item("shopping", "salt", done=True),
    Item("todo", "call the plumber"),
    Item("hardware store", "nails"),
)


class Agenda:
    """An agenda with three lists."""

    def open(self, kind: Kind) -> Sequence[Appointment]:
        del kind
        return ()

    async def items(self, name: str | None = None) -> Sequence[Item]:
        return [item for item in ITEMS if name in (None, item.list)]


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(lists.skill, home=furnished(), agenda=Agenda())


@pytest.mark.parametrize(
    ("text", "reply", "wishes"),
    [
        ("add flour to the shopping list", "I put flour on the shopping list.", [list_add("shopping", ["flour"])]),
        ("add flour and eggs to the shopping list",
         "I put flour on the shopping list. I put eggs on the shopping list.",
         [list_add("shopping", ["flour"]), list_add("shopping", ["eggs"])]),
        ("add bread to my shopping list", "Bread is already on the shopping list.", []),
        ("add buy stamps to my to-do list", "I put buy stamps on the to-do list.", [list_add("todo", ["buy stamps"])]),
        ("put glue on the hardware store list", "I put glue on the hardware store list.",
         [list_add("hardware store", ["glue"])]),
        ("add to my shopping list tomatoes", "I put tomatoes on the shopping list.",
         [list_add("shopping", ["tomatoes"])]),
        ("does my shopping list include bread", "Yes, bread is on the shopping list.", []),
        ("how many things are on my shopping list", "There are two things on the shopping list.", []),
        ("what do i need to buy", "On the shopping list: oat milk and bread.", []),
        ("remove the second item from my shopping list", "I took bread off the shopping list.",
         [list_remove("shopping", ["bread"])]),
        ("remove the last item from my hardware store list", "I took nails off the hardware store list.",
         [list_remove("hardware store", ["nails"])]),
        ("we're out of soap, put it on the list", "I put soap on the shopping list.", [list_add("shopping", ["soap"])]),
        ("jot down candles on the shopping list", "I put candles on the shopping list.",
         [list_add("shopping", ["candles"])]),
        ("add fix the gate to my tasks", "I put fix the gate on the to-do list.", [list_add("todo", ["fix the gate"])]),
        ("add something to my list", "What shall I put on the shopping list?", []),
        ("what are my tasks for today", "On the to-do list: call the plumber.", []),
        ("is there bread on my list", "Yes, bread is on the shopping list.", []),
        ("i don't want this list any more", "Which list?", []),
        ("create a new list", "What shall it be called?", []),
        ("make a picnic list", "Say what to put on the picnic list.", []),
        ("delete list", "Which list?", []),
        ("put glue on the list called summer house", "I put glue on the summer house list.",
         [list_add("summer house", ["glue"])]),
        ("check off milk from the shopping list", "I checked off oat milk.", [list_complete("shopping", ["oat milk"])]),
        ("check bread off the shopping list", "I checked off bread.", [list_complete("shopping", ["bread"])]),
        ("remove bread from the shopping list", "I took bread off the shopping list.",
         [list_remove("shopping", ["bread"])]),
        ("remove nails from the hardware store list", "I took nails off the hardware store list.",
         [list_remove("hardware store", ["nails"])]),
        ("remove butter from the shopping list", "Butter is not on the shopping list.", []),
        ("clear the shopping list", "I took three things off the shopping list.",
         [list_remove("shopping", ["oat milk", "bread", "salt"])]),
    ],
)  # fmt: skip
async def test_lists_are_kept(bench: Bench, text: str, reply: str, wishes: Sequence[Action]):
    answer = await bench.hear(text)
    assert (answer.text, list(answer.do)) == (reply, wishes)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("what's on my shopping list", "On the shopping list: oat milk and bread."),
        ("what's on the hardware store list", "On the hardware store list: nails."),
        ("what's on my to-do list", "On the to-do list: call the plumber."),
        ("is bread on the shopping list", "Yes, bread is on the shopping list."),
        ("is salt on the shopping list", "No, salt is not on the shopping list."),
        ("what lists do i have",
         ("There is the hardware store list with one thing, the shopping list with two things and "
          "the to-do list with one thing.")),
    ],
)  # fmt: skip
async def test_lists_are_told(bench: Bench, text: str, reply: str):
    assert (await bench.hear(text)).text == reply
