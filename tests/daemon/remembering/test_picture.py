"""What is likely of somebody by what they did: calibrated, acted upon when it is sure, and gone when they say so."""

import random
from pathlib import Path

from daemon.remembering.picture import BRIEF, MOST, NO, YES, Picture
from tests.daemon.remembering.family import family

BINS = 10


def test_shares_are_as_likely_as_they_say():
    """Of 400 people with likings of their own: what is expected of the next time comes as often as it was expected."""
    dice, told = random.Random(7), list[tuple[float, bool]]()
    for _ in range(400):
        likes, picture = dice.random(), Picture()
        for _ in range(40):
            came = dice.random() < likes
            told.append((picture.share(BRIEF), came))
            picture.add(BRIEF, YES if came else NO)
    brier = sum((share - came) ** 2 for share, came in told) / len(told)
    binned = [[one for one in told if int(min(one[0], 0.999) * BINS) == place] for place in range(BINS)]
    gaps = [abs(sum(s for s, _ in one) - sum(c for _, c in one)) for one in binned]
    assert sum(gaps) / len(told) < 0.02
    assert brier < 0.20  # somebody who knows each liking gets 0.167, who says "half" always gets 0.25


def test_what_changed_is_followed():
    picture = Picture()
    for _ in range(1_000):
        picture.add(BRIEF, NO)
    for _ in range(300):
        picture.add(BRIEF, YES)
    assert picture.number(BRIEF) <= MOST
    assert picture.share(BRIEF) > 0.7


async def test_who_asks_for_less_again_and_again_gets_short_answers(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        for _ in range(4):
            await house.says("anna", "turn on the lamp")
            await house.says("anna", "that's enough")
        assert await house.says("anna", "turn on the lamp") == "The lamp is on."
        for _ in range(6):
            await house.says("anna", "shorter please")
        assert await house.says("anna", "turn on the lamp") == "Done."
        assert await house.says("ben", "turn on the lamp") == "The lamp is on."
        assert "short answers" in await house.says("anna", "what do you think of how I like things?")
        assert await house.says("anna", "forget what you noticed about me") == "Forgotten: I begin anew."
        assert await house.says("anna", "turn on the lamp") == "The lamp is on."
        assert await house.says("anna", "what have you noticed about me") == "I have not seen enough of you yet to say."


async def test_who_knows_what_can_be_said_gets_no_hint(tmp_path: Path) -> None:
    async with family(tmp_path) as house:
        hint = "I did not understand that. Ask me what I can do."
        assert await house.says("anna", "flurb the wozzle") == hint
        for _ in range(20):
            await house.says("anna", "turn on the lamp")
            await house.says("anna", "turn off the lamp")
        assert await house.says("anna", "flurb the wozzle") == "I did not understand that."
        assert await house.says("ben", "flurb the wozzle") == hint
