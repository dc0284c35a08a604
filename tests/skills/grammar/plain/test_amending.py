"""What somebody says of a draft that is open: another time, another lamp, the answer to a question."""

from collections.abc import Callable

import pytest

from skills.grammar.model import Context, Decision, Understander, Understanding
from skills.grammar.plain.once import ONCE
from skills.grammar.plain.wishes import ASK, DRAFT, Wishes
from skills.model import Match, PersonId
from tests.skills.grammar.plain.scoring import lines
from tests.skills.grammar.plain.sentences import house

PEOPLE = {PersonId("mara"): "Mara", PersonId("theo"): "Theo"}
Talk = Callable[..., Understanding]
NONE: set[str] = set()
KETTLE = "every day at seven turn on the kettle"
DOOR = "when the back door opens after sunset turn on the hallway light for five minutes"
WARM = "when the study gets warmer than 25 degrees close the study blinds"


@pytest.fixture(name="talk", scope="module")
def _talk(engines: dict[str, Understander]) -> Talk:
    homes = {language: house(language) for language in engines}

    def talk(*texts: str, language: str = "en") -> Understanding:
        wishes, open_ = Wishes(engines[language], language, PEOPLE), None
        meant = Understanding(Decision.DEFER)
        for text in texts:
            meant = wishes.understand(text, homes[language], Context(person=PersonId("mara"), open=open_))
            open_ = meant.matches[0] if meant.matches else open_
        return meant

    return talk


def drafted(meant: Understanding) -> tuple[set[str], set[str], list[str]]:
    match_: Match = meant.matches[0]
    assert match_.intent == DRAFT, match_
    return lines(match_.slots["definition"], ("person.mara", "person.theo"))  # type: ignore[arg-type] # a slot is any object


@pytest.mark.parametrize(
    ("said", "remark", "expected"),
    [
        (KETTLE, "no, at eight", ({"at 08:00:00"}, NONE, ["switch.turn_on switch.kettle"])),
        (
            KETTLE,
            "only on weekdays",
            ({"at 07:00:00"}, {"weekday mon,tue,wed,thu,fri"}, ["switch.turn_on switch.kettle"]),
        ),
        (KETTLE, "make it the boiler instead", ({"at 07:00:00"}, NONE, ["switch.turn_on switch.boiler"])),
        (KETTLE, "only if someone is at home", ({"at 07:00:00"}, {"zone.home > 0"}, ["switch.turn_on switch.kettle"])),
        (
            KETTLE,
            "and also the boiler",
            ({"at 07:00:00"}, NONE, ["switch.turn_on switch.boiler", "switch.turn_on switch.kettle"]),
        ),
        (KETTLE, "only at night", ({"at 07:00:00"}, {"time 22:00:00-06:00:00"}, ["switch.turn_on switch.kettle"])),
        (KETTLE, "at sunrise instead", ({"sunrise"}, NONE, ["switch.turn_on switch.kettle"])),
        (
            DOOR,
            "no, for ten minutes",
            (
                {"binary_sensor.back_door -> on"},
                {"sun below"},
                ["light.turn_on light.hallway", "delay 600", "light.turn_off light.hallway"],
            ),
        ),
        (
            DOOR,
            "not the hallway light, the kitchen light",
            (
                {"binary_sensor.back_door -> on"},
                {"sun below"},
                ["light.turn_on light.kitchen", "delay 300", "light.turn_off light.kitchen"],
            ),
        ),
        (
            DOOR,
            "make it ten",
            (
                {"binary_sensor.back_door -> on"},
                {"sun below"},
                ["light.turn_on light.hallway", "delay 600", "light.turn_off light.hallway"],
            ),
        ),
        (WARM, "make it 27", ({"sensor.study_temperature > 27"}, NONE, ["cover.close_cover cover.study"])),
        (
            WARM,
            "and also turn on the attic fan",
            ({"sensor.study_temperature > 25"}, NONE, ["cover.close_cover cover.study", "fan.turn_on fan.attic"]),
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_draft_becomes_what_is_said_of_it(talk: Talk, said: str, remark: str, expected: object) -> None:
    assert drafted(talk(said, remark)) == expected


@pytest.mark.parametrize(
    ("said", "remark", "expected"),
    [
        (
            "jeden Tag um sieben den Wasserkocher einschalten",
            "nein, um acht",
            ({"at 08:00:00"}, NONE, ["switch.turn_on switch.kettle"]),
        ),
        (
            "jeden Tag um sieben den Wasserkocher einschalten",
            "nur werktags",
            ({"at 07:00:00"}, {"weekday mon,tue,wed,thu,fri"}, ["switch.turn_on switch.kettle"]),
        ),
        (
            "wenn die Hintertür aufgeht, schalte das Verandalicht ein",
            "lieber das Dielenlicht",
            ({"binary_sensor.back_door -> on"}, NONE, ["light.turn_on light.hallway"]),
        ),
        (
            "wenn die Hintertür aufgeht, schalte das Verandalicht ein",
            "für zehn Minuten",
            (
                {"binary_sensor.back_door -> on"},
                NONE,
                ["light.turn_on light.porch", "delay 600", "light.turn_off light.porch"],
            ),
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_german_remarks_change_a_draft(talk: Talk, said: str, remark: str, expected: object) -> None:
    assert drafted(talk(said, remark, language="de")) == expected


@pytest.mark.parametrize(
    ("texts", "language", "started"),
    [
        (("every evening close the bedroom shutters", "at seven in the evening"), "en", {"at 19:00:00"}),
        (("at nine open the study blinds", "every day in the morning"), "en", {"at 09:00:00"}),
        (("when it gets too warm in the study close the study blinds", "above 26 degrees"), "en",
         {"sensor.study_temperature > 26"}),
        (("every evening close the bedroom shutters", "when it gets dark"), "en", {"sunset"}),
        (("abends die Lichterkette an", "um acht"), "de", {"at 20:00:00"}),
        (("when he comes home put the kettle on", "Theo"), "en", {"person.theo -> home"}),
        (("wenn er heimkommt, mach das Verandalicht an", "Theo"), "de", {"person.theo -> home"}),
    ],
    ids=str,
)  # fmt: skip
def test_an_answer_completes_a_draft(talk: Talk, texts: tuple[str, ...], language: str, started: set[str]) -> None:
    assert talk(texts[0], language=language).matches[0].intent == ASK
    assert drafted(talk(*texts, language=language))[0] == started


@pytest.mark.parametrize(("answer", "window"), [("the bedroom one", "bedroom"), ("the first one", "study")])
def test_which_of_two_things_is_answered_by_a_word(talk: Talk, answer: str, window: str) -> None:
    said = "when the window opens turn on the kitchen light"
    assert talk(said).matches[0].intent == ASK
    assert drafted(talk(said, answer))[0] == {f"binary_sensor.{window}_window -> on"}


def test_so_long_so_is_said_of_what_sets_it_off(talk: Talk) -> None:
    meant = talk("when the back door opens tell me", "only when it has been open for five minutes")
    assert drafted(meant) == ({"binary_sensor.back_door -> on for 300"}, NONE, ["notify mara"])


def test_what_is_meant_just_once_is_no_routine(talk: Talk) -> None:
    meant = talk("at nine open the study blinds", "just once").matches[0]
    assert (meant.intent, meant.slots["command"], meant.slots["time"]) == (ONCE, "open the study blinds", "at nine")


@pytest.mark.parametrize("command", ["turn off the kitchen light", "close the study blinds"])
def test_a_command_stays_one_while_a_draft_is_open(talk: Talk, command: str) -> None:
    assert talk(KETTLE, command).matches[0].intent.startswith("Hass")


def test_another_routine_is_no_remark(talk: Talk) -> None:
    meant = talk(KETTLE, "if the back door lock is unlocked for ten minutes lock the back door")
    assert drafted(meant)[2] == ["lock.lock lock.back_door"]


@pytest.mark.parametrize(
    ("text", "told"), [("what else?", "rest"), ("say that again", "again"), ("what would that do?", "trial")]
)
def test_a_draft_can_be_asked_about(talk: Talk, text: str, told: str) -> None:
    assert talk(KETTLE, text).matches[0].slots["tell"] == told


@pytest.mark.parametrize("text", ["what a lovely day", "I don't think so", "purple elephants"])
def test_other_words_change_nothing(talk: Talk, text: str) -> None:
    assert not any(one.intent in (DRAFT, ASK) for one in talk(KETTLE, text).matches)


@pytest.mark.parametrize(
    ("language", "said", "answer", "limit"),
    [
        ("en", "when the back door opens after ten text me", "in the evening", "time 22:00:00-"),
        ("en", "when the back door opens before six text me", "in the morning", "time -06:00:00"),
        ("de", "wenn die Hintertür nach zehn aufgeht schreib mir", "am Abend", "time 22:00:00-"),
    ],
)
def test_an_hour_is_of_the_half_of_the_day_that_is_answered(
    talk: Talk, language: str, said: str, answer: str, limit: str
) -> None:
    assert talk(said, language=language).matches[0].intent == ASK
    started, limited, done = drafted(talk(said, answer, language=language))
    assert (started, limited, done) == ({"binary_sensor.back_door -> on"}, {limit}, ["notify mara"])
