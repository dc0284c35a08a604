"""What families said and the house once got wrong, each told as it was and asked again."""

from pathlib import Path

import pytest

from tests.daemon.remembering.family import family

SAID = {
    "what never was so is struck, not kept as what was": """
        anna: I'm allergic to cats -> you are allergic to cats
        anna: no, I'm not allergic to cats -> that was never so
        anna: what am I allergic to? -> I do not know that
        anna: no, I'm not vegan -> I had not noted that anyway
        """,
    "what is so no longer was so": """
        anna: I'm allergic to nuts -> you are allergic to nuts
        anna: no, I'm no longer allergic to nuts -> you used to be allergic to nuts
        """,
    "who never was allergic says so without a no": """
        ben: I'm allergic to pollen -> you are allergic to pollen
        ben: I was never allergic to pollen -> that was never so
        ben: am I allergic to pollen? -> I do not know that
        """,
    "an order and something to be remembered are both done": """
        anna: turn on the lamp and remember that the bins go out on Tuesday -> bins go out on Tuesday
        ben: is the lamp on? -> Yes
        ben: what do you know about the bins? -> Tuesday
        anna: turn off the lamp, and please note that Ben's key is in the hall -> key is in the hall
        anna: dance on the lamp and remember that the safe is shut -> not
        """,
    "who is cold gets it as warm as they like it": """
        anna: make it cosy -> How many degrees do you like?
        anna: call me Annie -> All right, Annie.
        anna: I like it warm -> How many degrees do you like?
        anna: twenty three please -> 23 degrees, as you like it
        anna: I'm cold -> to 24 degrees
        anna: I'm hot -> 23 degrees, as you like it
        anna: I'm not cold -> leave everything
        """,
    "where a thing is, is kept without being asked to": """
        anna: the spare key is in the shed -> I will remember that: the spare key is in the shed.
        ben: where is the spare key? -> The spare key is in the shed.
        ?: the ladder is in the cellar -> !remember
        anna: the shopping is on the way -> !remember
        """,
    "a PIN is told to nobody": """
        anna: whats my pin -> PINs are no memories
        anna: what is my PIN? -> PINs are no memories
        anna: what's my name? -> !PIN
        """,
    "a question is no answer": """
        anna: what is the boiler code -> not
        anna: the boiler made a strange noise again -> keep that in mind
        anna: what did I tell you about the boiler? -> strange noise
        anna: what did I tell you about the boiler? -> !code
        """,
}
GESAGT = {
    "eine PIN wird niemandem gesagt": """
        anna: wie ist meine PIN? -> PIN
        """,
    "wo etwas liegt": """
        anna: der Ersatzschlüssel liegt im Schuppen -> der Ersatzschlüssel liegt im Schuppen
        ben: wo ist der Ersatzschlüssel? -> Der Ersatzschlüssel liegt im Schuppen.
        """,
    "wem kalt ist": """
        anna: ich mag es warm -> wie viel Grad
        anna: nenn mich Annie -> Annie
        anna: ich mag es bei 22 Grad -> 22 Grad
        anna: ich friere -> 22 Grad
        anna: mir ist heiß -> Grad
        """,
    "ein Befehl und etwas zum Merken": """
        anna: mach Lamp an und merk dir, dass der Müll dienstags rausgeht -> der Müll dienstags rausgeht
        """,
    "was nie so war, wird gestrichen": """
        anna: ich bin allergisch gegen Katzen -> du bist allergisch gegen Katzen
        anna: nein, ich bin nicht allergisch gegen Katzen -> das war nie so
        anna: wogegen bin ich allergisch? -> Das weiß ich nicht
        """,
    "was nicht mehr so ist, war so": """
        anna: ich bin Vegetarierin -> Vegetarierin
        anna: nein, ich bin keine Vegetarierin mehr -> früher
        """,
}


async def _played(told: str, state: Path, language: str) -> None:
    async with family(state, language=language) as house:
        for line in told.strip().splitlines():
            said, _, wanted = line.partition(" -> ")
            (_, answer), *_ = await house.plays(said)
            assert (wanted[1:] not in answer) if wanted.startswith("!") else (wanted in answer), (said, answer)


@pytest.mark.parametrize("told", SAID.values(), ids=SAID)
async def test_a_family_is_understood(told: str, tmp_path: Path) -> None:
    await _played(told, tmp_path, "en")


@pytest.mark.parametrize("told", GESAGT.values(), ids=GESAGT)
async def test_a_family_is_understood_in_german(told: str, tmp_path: Path) -> None:
    await _played(told, tmp_path, "de")
