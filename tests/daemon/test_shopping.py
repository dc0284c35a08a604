"""The shopping as a family speaks of it, over the whole house: without naming its list."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.daemon.remembering.family import family


@pytest.mark.parametrize(
    ("turns", "replies", "rest"),
    [
        (["we're out of coffee", "yes"],
         ["Shall I put coffee on the shopping list?", "I put coffee on the shopping list."],
         "milk, eggs and coffee"),
        (["we need bread and tea", "no"], ["Shall I put bread and tea on the shopping list?", "All right, I leave it."],
         "milk and eggs"),
        (["add salt and rice to the shopping list", "and tea"],
         ["I put salt and rice on the shopping list.", "I put tea on the shopping list."],
         "milk, eggs, salt, rice and tea"),
        (["I bought the milk", "do we need eggs"], ["I checked off milk.", "Yes, eggs are on the shopping list."],
         "eggs"),
        (["we don't need eggs any more"], ["I took eggs off the shopping list."], "milk"),
    ],
)  # fmt: skip
async def test_the_shopping_is_spoken_of_without_its_list(
    tmp_path: Path, turns: Sequence[str], replies: Sequence[str], rest: str
):
    async with family(tmp_path) as house:
        await house.says("anna", "add milk and eggs to the shopping list")
        assert [await house.says("anna", text) for text in turns] == replies
        assert await house.says("anna", "what's on the shopping list") == f"On the shopping list: {rest}."
