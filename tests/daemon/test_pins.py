"""Spoken PINs: how digits are heard, what wrong ones cost, and that none is ever written down."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from daemon.clock import SystemClock
from daemon.config import load
from daemon.listening import Ears
from daemon.pins import PinError, Pins, begun, heard, parted
from daemon.rooms import Answering, Place
from daemon.store import Store
from skills.model import Origin, PersonId
from tests.daemon.test_app import daemon, say
from tests.doubles import ManualClock
from tests.voice.sounds import TINY, silence, speech
from voice.audio import wav_bytes
from voice.model import AudioFormat
from voice.record import Turn

ANNA, TOM = PersonId("anna"), PersonId("tom")
PEOPLE = """
[home]
zone = "UTC"
[[people]]
id = "anna"
name = "Anna"
role = "owner"
[[people]]
id = "tom"
name = "Tom"
role = "child"
"""


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def store(tmp_path: Path, clock: ManualClock) -> AsyncIterator[Store]:
    async with Store.open(tmp_path / "hearth.db", clock) as store:
        yield store


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("one two three four", "1234"),
        ("zwölf vierunddreißig", "1234"),
        ("twelve thirty-four", "1234"),
        ("4711", "4711"),
        ("47 11", "4711"),
        ("my PIN is double seven one two", "7712"),
        ("meine PIN ist vier sieben eins eins bitte", "4711"),
        ("oh one oh two", "0102"),
        ("dreiundzwanzig fünfundvierzig", "2345"),
        ("one two three", None),
        ("turn on the light", None),
        ("set a timer for twenty minutes", None),
        ("four", None),
        ("١٢٣٤", None),
        ("", None),
    ],
)
def test_digits_are_heard_as_they_are_said(text: str, digits: str | None):
    assert heard(text) == digits


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("to seventy one nine", "2719"),
        ("one too three for", "1234"),
        ("the pin is ate won o five", "8105"),
        ("for the door", None),
        ("to be or too", None),
    ],
)
def test_who_is_asked_for_a_pin_may_be_misheard(text: str, digits: str | None):
    assert heard(text, asked=True) == digits
    assert heard(text) is None


@pytest.mark.parametrize(
    ("text", "asked", "whole"),
    [
        ("one two", True, False),
        ("one two three four", True, True),
        ("my pin is", True, None),
        ("yes", True, None),
        ("turn on the lamp", True, None),
        ("one two", False, None),
        ("unlock the front door my pin is", False, False),
        ("unlock the front door my pin is one two", False, False),
        ("unlock the front door my pin is one two three four", False, True),
        ("what is the code of the garage", False, None),
    ],
)
def test_how_much_of_a_pin_was_said(text: str, asked: bool, whole: bool | None):
    assert begun(text, asked=asked) is whole


def test_a_pin_behind_a_command_is_parted_from_it():
    assert parted("unlock the front door, my PIN is 4 7 1 1") == ("unlock the front door, my •••", "4711")


@pytest.mark.parametrize(
    ("text", "left", "digits"),
    [
        ("unlock the front door my pin is 4711", "unlock the front door my •••", "4711"),
        ("unlock the door code 4711", "unlock the door •••", "4711"),
        ("remember that my pin is 4711", "remember that my •••", "4711"),
        ("remember that the boiler code is 4711", "remember that the boiler code is 4711", None),
        ("merk dir der Kesselcode ist 4711", "merk dir der Kesselcode ist 4711", None),
    ],
)
def test_a_pin_is_taken_out_and_a_code_that_is_noted_stays(text: str, left: str, digits: str | None):
    assert parted(text) == (left, digits)


@pytest.mark.parametrize("digits", ["123", "1234567890123", "12a4", "1111", "2345", "9876", "１２３４"])
async def test_a_pin_that_is_none_is_not_set(store: Store, clock: ManualClock, digits: str):
    with pytest.raises(PinError):
        await Pins(store, clock).set(ANNA, digits)


async def test_a_pin_is_known_again_after_a_restart(store: Store, clock: ManualClock):
    await Pins(store, clock).set(ANNA, "4711")
    pins = Pins(store, clock)
    await pins.begin()
    assert (await pins.tried(None, "4711")).person == ANNA
    assert (await pins.tried(TOM, "4711")).person is None


async def test_two_people_have_two_pins(store: Store, clock: ManualClock):
    pins = Pins(store, clock)
    await pins.set(ANNA, "4711")
    with pytest.raises(PinError):
        await pins.set(TOM, "4711")
    await pins.set(TOM, "0815")
    assert (await pins.tried(None, "0815")).person == TOM


async def test_three_wrong_ones_lock_also_over_a_restart_and_longer_each_time(store: Store, clock: ManualClock):
    pins = Pins(store, clock)
    await pins.set(ANNA, "4711")
    tries = [await pins.tried(None, wrong) for wrong in ("0001", "0002", "0003")]
    assert [one.locked_until is not None for one in tries] == [False, False, True]
    pins = Pins(store, clock)
    await pins.begin()
    assert (await pins.tried(None, "4711")).person is None
    await clock.advance(timedelta(minutes=5, seconds=1))
    for wrong in ("0001", "0002", "0003"):
        await pins.tried(None, wrong)
    assert pins.locked(None) == clock.now() + timedelta(minutes=10)
    await clock.advance(timedelta(minutes=11))
    assert (await pins.tried(None, "4711")).person == ANNA
    assert pins.locked(None) is None


async def with_pins(state: Path, **pins: str) -> None:
    async with Store.open(state / "hearth.db", SystemClock()) as store:
        for person, digits in pins.items():
            await Pins(store, SystemClock()).set(PersonId(person), digits)


@pytest.fixture
def people(tmp_path: Path) -> Path:
    file = tmp_path / "hearth.toml"
    file.write_text(PEOPLE)
    return file


async def test_a_voice_that_nobody_knows_opens_with_a_pin(tmp_path: Path, people: Path):
    await with_pins(tmp_path, anna="4711")
    async with daemon(tmp_path, load(people)) as (hearth, twin):
        asked = await say(hearth, "unlock the front door", Origin.VOICE)
        yes = await say(hearth, "yes", Origin.VOICE)
        wrong = await say(hearth, "four seven one two", Origin.VOICE)
        before = list(twin.sent)
        right = await say(hearth, "four seven one one", Origin.VOICE)
    assert asked.reply == "Say your PIN to unlock Front Door."
    assert yes.status == wrong.status == "waiting"
    assert wrong.reply == "That was not right. Say your PIN to unlock Front Door."
    assert before == []
    assert right.reply == "The front door is unlocked."
    assert [call.service for call in twin.sent] == ["unlock"]


async def test_a_child_opens_nothing_with_a_pin(tmp_path: Path, people: Path):
    await with_pins(tmp_path, tom="4711")
    async with daemon(tmp_path, load(people)) as (hearth, twin):
        await say(hearth, "unlock the front door", Origin.VOICE)
        answer = await say(hearth, "4711", Origin.VOICE)
    assert answer.status == "refused"
    assert twin.sent == []


async def test_after_three_wrong_ones_nobody_is_asked(tmp_path: Path, people: Path):
    await with_pins(tmp_path, anna="4711")
    async with daemon(tmp_path, load(people)) as (hearth, twin):
        await say(hearth, "unlock the front door", Origin.VOICE)
        answers = [await say(hearth, wrong, Origin.VOICE) for wrong in ("0815", "0816", "0817")]
        again = await say(hearth, "unlock the front door", Origin.VOICE)
        await say(hearth, "4711", Origin.VOICE)
    assert [answer.status for answer in answers] == ["waiting", "waiting", "refused"]
    assert again.status == "refused"
    assert twin.sent == []


async def test_who_opens_in_writing_is_asked_for_no_pin(tmp_path: Path, people: Path):
    await with_pins(tmp_path, anna="4711")
    async with daemon(tmp_path, load(people)) as (hearth, _):
        asked = await say(hearth, "unlock the front door")
    assert asked.reply == "Shall I unlock Front Door? Say yes or no."


async def test_no_pin_is_anywhere_on_disk(tmp_path: Path, people: Path, caplog: pytest.LogCaptureFixture):
    """Said alone, behind a command, wrong, unasked, and in two languages; then every byte is looked through."""
    caplog.set_level("DEBUG")
    await with_pins(tmp_path, anna="90417325")
    said = (
        "90417325",
        "nine oh four one seven three two five",
        "90417326",
        "neun null vier eins sieben drei zwei fünf",
    )
    async with daemon(tmp_path, load(people)) as (hearth, _):
        for digits in said:
            await say(hearth, "unlock the front door", Origin.VOICE)
            await say(hearth, digits, Origin.VOICE)
            await say(hearth, digits, Origin.VOICE)
            await say(hearth, f"unlock the front door, my PIN is {digits}", Origin.VOICE)
        await say(hearth, "nine oh four one seven three two five", Origin.TEXT)
    spelled = ("90417325", "90417326", "nine oh four", "seven three two five", "neun null vier", "drei zwei f")
    found = [
        (path.name, text)
        for path in tmp_path.rglob("*")
        if path.is_file() and path != people
        for text in spelled
        if text.encode() in path.read_bytes()
    ]
    assert found == []
    assert [text for text in spelled if text in caplog.text] == []


@pytest.mark.audio
async def test_a_pin_that_is_spoken_opens_and_leaves_neither_words_nor_sound(tmp_path: Path, people: Path):
    """Through the real recogniser, with a pause between the digits, in a house that keeps the sound of turns."""
    people.write_text(f'{PEOPLE}[voice]\nkeep_audio = true\nvosk_model = "{TINY}"\n')
    await with_pins(tmp_path, anna="2719")
    pin = np.concatenate([speech("two seven")[:-6_000], silence(0.4), speech("one nine")[6_000:]])
    async with daemon(tmp_path, load(people)) as (hearth, twin):
        house = Answering(hearth.conversation, hearth.home, Place(), speaks=False)
        ears = Ears(load(people), tmp_path, hearth.home)
        turns = list[Turn]()
        for said in (speech("unlock the front door"), pin):
            sound = wav_bytes(said.tobytes(), AudioFormat(16_000))
            turns.append((await ears.hear(sound, "said", house, area=None, speaks=False)).turn)
        await ears.close()
    assert [call.service for call in twin.sent] == ["unlock"]
    assert [turn.audio == b"" for turn in turns] == [False, True]
    assert house.last is not None
    assert house.last[0] == "•••"
    assert [word for word in ("seven", "nine") if word in repr(turns[1])] == []
