from collections.abc import Sequence
from dataclasses import replace

import pytest

from devices.home import Home
from devices.model import AreaId, Entity, EntityId
from skills.grammar import load
from skills.grammar.model import Context, Decision, Understander
from skills.grammar.tokens import MOST_TOKENS
from tests.skills.grammar import small
from tests.skills.grammar.small import BEDROOM, HALL, KITCHEN, OFFICE

KITCHEN_LIGHTS = ["light.kitchen_ceiling", "light.counter"]
NO_DEVICE: list[str] = []
BLINDS_UPSTAIRS = ["cover.bedroom_blind", "cover.office_blind"]


@pytest.mark.parametrize(
    ("text", "intent", "targets"),
    [
        ("turn on the desk lamp", "HassTurnOn", ["light.desk_lamp"]),
        ("Turn off the lights in the kitchen.", "HassTurnOff", KITCHEN_LIGHTS),
        ("set the bedroom to 21 degrees", "HassClimateSetTemperature", ["climate.bedroom"]),
        ("close all the blinds upstairs", "HassTurnOff", BLINDS_UPSTAIRS),
        ("is the front door locked?", "HassGetState", ["lock.front_door"]),
        ("what is the temperature in the bedroom", "HassClimateGetTemperature", ["climate.bedroom"]),
        ("open the kitchen blind to thirty percent", "HassSetPosition", ["cover.kitchen_blind"]),
        ("open the garage door", "HassTurnOn", ["cover.garage"]),
        ("start rover", "HassVacuumStart", ["vacuum.rover"]),
        ("vacuum the kitchen", "HassVacuumCleanArea", ["vacuum.rover"]),
        ("movie night", "HassTurnOn", ["scene.movie"]),
        ("return the vacuum in the hall to its base", "HassVacuumReturnToBase", ["vacuum.rover"]),
        ("open the bedroom bedroom blind", "HassTurnOn", ["cover.bedroom_blind"]),
        ("turn on the desk lamps", "HassTurnOn", ["light.desk_lamp"]),
        (
            "turn on all the lights upstairs",
            "HassTurnOn",
            ["light.bedroom_spot", "light.desk_lamp", "light.office_spot"],
        ),
        ("count down ten minutes", "HassStartTimer", []),
        ("set the kitchen lights to half", "HassLightSet", KITCHEN_LIGHTS),
        ("what time is it", "HassGetCurrentTime", []),
        ("undo that", "history.undo_last", []),
    ],
)
def test_a_sentence_is_about_the_things_it_names(
    engine: Understander, home: Home, text: str, intent: str, targets: list[str]
):
    meant = engine.understand(text, home, Context())
    assert meant.decision == Decision.ACT
    assert [(match.intent, list(match.targets)) for match in meant.matches] == [(intent, targets)]


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("turn on the desk lamp", {"name": "Desk Lamp"}),
        ("set the kitchen to twenty five percent", {"area": "Kitchen", "domain": "light", "brightness": 25}),
        ("close the blinds downstairs", {"floor": "Ground Floor", "domain": "cover", "device_class": "blind"}),
        ("turn down the kitchen volume twenty percent", {"area": "Kitchen", "volume_step": -20}),
        ("set a timer for one hour and ten minutes", {"hours": 1, "minutes": 10}),
        ("add Oat Milk to the list", {"item": "Oat Milk"}),
    ],
)
def test_slots_have_home_assistants_names_and_values(
    engine: Understander, home: Home, text: str, slots: dict[str, object]
):
    assert [dict(match.slots) for match in engine.understand(text, home, Context()).matches] == [slots]


def test_the_lights_are_those_of_the_speakers_room(engine: Understander, home: Home):
    [match] = engine.understand("turn on the lights", home, Context(area=KITCHEN)).matches
    assert list(match.targets) == KITCHEN_LIGHTS
    assert match.slots == {"domain": "light", "area": "Kitchen"}


def test_a_group_is_left_out_where_its_members_are_meant(engine: Understander, home: Home):
    members = tuple(EntityId(light) for light in KITCHEN_LIGHTS)
    home.add(Entity(EntityId("light.group"), "Kitchen Lights", "light", area=KITCHEN, members=members))
    [by_room] = engine.understand("turn on the lights in the kitchen", home, Context()).matches
    [by_name] = engine.understand("turn on the kitchen lights", home, Context()).matches
    assert (list(by_room.targets), by_name.targets) == (KITCHEN_LIGHTS, ("light.group",))


@pytest.mark.parametrize(("area", "target"), [(OFFICE, "light.office_spot"), (BEDROOM, "light.bedroom_spot")])
def test_of_two_things_of_a_name_the_one_in_this_room_is_meant(
    engine: Understander, home: Home, area: AreaId, target: str
):
    [match] = engine.understand("turn on the spot", home, Context(area=area)).matches
    assert match.targets == (target,)


@pytest.mark.parametrize(
    ("text", "area", "choices"),
    [
        ("turn on the spot", KITCHEN, ("the Spot in the Office", "the Spot in the Bedroom")),
        ("turn on the lamp", None, ("Kitchen", "Hall", "Office", "Bedroom")),
        ("turn on the speaker", HALL, ("the Kitchen Speaker", "the Bedroom Speaker")),
        ("unlock the door", HALL, ("the Front Door",)),
        ("unlock the frnt door", None, ("the Front Door",)),
        ("desk lamp", OFFICE, ("the Desk Lamp",)),
    ],
)
def test_what_is_not_clear_is_asked(
    engine: Understander, home: Home, text: str, area: AreaId | None, choices: Sequence[str]
):
    meant = engine.understand(text, home, Context(area=area))
    assert meant.decision == Decision.ASK
    assert meant.choices == choices
    assert len(meant.matches) == len(choices)
    assert all(match.targets for match in meant.matches)
    assert all(choice in (meant.question or "") for choice in choices)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("don't turn on the desk lamp", "negation"),
        ("do not open the garage door", "negation"),
        ("never unlock the front door", "negation"),
        ("leave the desk lamp on", "negation"),
        ("turn on the desk lamp and don't open the garage door", "negation"),
        ("he said he would unlock the front door", "report"),
        ("they turn on the kitchen lights every night", "report"),
        ("what would happen if i turned off the kitchen lights", "hypothesis"),
        ("maybe we should turn off the kitchen lights", "hypothesis"),
        ('the label reads "turn on the desk lamp"', "quotation"),
        ('"turn on the desk lamp"', "quotation"),
        ("", "empty"),
        ("🔥", "empty"),
        ("um uh", "only-hesitation"),
        ("turn on the desk lamp " * MOST_TOKENS, "too-long"),
    ],
)
def test_what_must_not_be_done_is_rejected(engine: Understander, home: Home, text: str, reason: str):
    meant = engine.understand(text, home, Context(area=OFFICE))
    assert (meant.decision, meant.reason, meant.matches) == (Decision.REJECT, reason, ())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("if it rains close the kitchen blind", "condition"),
        ("turn on the desk lamp when i come home", "condition"),
        ("turn on the desk lamp only if it is dark", "condition"),
        ("should i unlock the front door", "question"),
        ("did you unlock the front door", "question"),
        ("turn on the desk lamp at seven", "time"),
        ("unlock the front door tomorrow", "time"),
        ("turn on the hall lamp every morning", "time"),
        ("turn off all the lights except in the barn", "exception"),
        ("turn off the kitchen lights but not the desk lamp", "exception"),
        ("turn on the", "unfinished"),
        ("turn", "no-sentence"),
        ("in the kitchen", "no-sentence"),
        ("we need to talk about bedtime", "no-sentence"),
        ("turn on the flux capacitor", "no-such-entity: flux capacitor"),
        ("turn on the lights in the barn", "no-such-entity: barn"),
        ("turn on the lights in the barn and turn on the desk lamp", "no-such-entity: barn"),
        ("turn off the fans in the kitchen", "nothing-there: fans in the Kitchen"),
        ("turn on the desk lamp in the kitchen", "nothing-there: Desk Lamp in the Kitchen"),
    ],
)
def test_what_no_sentence_covers_is_left_to_the_reasoner(engine: Understander, home: Home, text: str, reason: str):
    meant = engine.understand(text, home, Context(area=OFFICE))
    assert (meant.decision, meant.reason, meant.matches) == (Decision.DEFER, reason, ())


@pytest.mark.parametrize(
    "text",
    [
        "please turn on the desk lamp",
        "could you turn on the desk lamp please",
        "would you mind turning on the desk lamp",
        "hey jarvis um turn on the desk lamp thank you",
        "turn on desk lamp",
        "turn the the desk lamp on",
        "TURN ON THE DESK LAMP!!!",
        "turn on the desk lmap",
        "trun on the desk lamp",
        "turn on just the desk lamp",
        "switch on the office desk lamp",
    ],
)
def test_one_command_may_be_said_in_many_ways(engine: Understander, home: Home, text: str):
    meant = engine.understand(text, home, Context())
    assert [(match.intent, match.targets) for match in meant.matches] == [("HassTurnOn", ("light.desk_lamp",))]


@pytest.mark.parametrize(
    ("text", "commands"),
    [
        (
            "turn on the desk lamp and lock the front door",
            [("HassTurnOn", ["light.desk_lamp"]), ("HassTurnOn", ["lock.front_door"])],
        ),
        (
            "turn off the coffee maker, open the kitchen blind then turn on the tower fan",
            [
                ("HassTurnOff", ["switch.coffee"]),
                ("HassTurnOn", ["cover.kitchen_blind"]),
                ("HassTurnOn", ["fan.tower"]),
            ],
        ),
        (
            "turn off the office and the bedroom lights",
            [("HassTurnOff", ["light.desk_lamp", "light.office_spot"]), ("HassTurnOff", ["light.bedroom_spot"])],
        ),
        (
            "add milk and oat milk to my list",
            [("HassShoppingListAddItem", NO_DEVICE), ("HassShoppingListAddItem", NO_DEVICE)],
        ),
        ("add salt and pepper to my list", [("HassShoppingListAddItem", NO_DEVICE)]),
        ("set a timer for two hours and five minutes", [("HassStartTimer", NO_DEVICE)]),
        ("play salt and pepper in the kitchen", [("HassMediaSearchAndPlay", ["media_player.speaker"])]),
    ],
)
def test_commands_joined_in_one_sentence_are_taken_apart(
    engine: Understander, home: Home, text: str, commands: list[tuple[str, list[str]]]
):
    meant = engine.understand(text, home, Context())
    assert [(match.intent, list(match.targets)) for match in meant.matches] == commands


def test_a_command_put_off_by_a_timer_must_be_one_that_would_be_done(engine: Understander, home: Home):
    later = engine.understand("turn on the desk lamp in ten minutes", home, Context())
    assert later.matches[0].slots["conversation_command"] == "turn on the desk lamp"
    for text in ("don't turn on the desk lamp in ten minutes", "unlock the front door in ten minutes"):
        assert engine.understand(text, home, Context()).decision == Decision.DEFER


def test_a_misspelling_that_can_mean_two_things_is_asked_about(engine: Understander, home: Home):
    home.add(Entity(EntityId("light.rose"), "Rose Lamp", "light"))
    home.add(Entity(EntityId("light.nose"), "Nose Lamp", "light"))
    meant = engine.understand("turn on the dose lamp", home, Context())
    assert (meant.decision, meant.choices) == (Decision.ASK, ("the Nose Lamp", "the Rose Lamp"))


@pytest.mark.parametrize(
    "name", ["", " ", "💡", "{area} <all>", "on", "x " * 500, "20", "and", "don't", "l'été", "The"]
)
def test_odd_names_break_nothing(engine: Understander, home: Home, name: str):
    home.add(Entity(EntityId("light.odd"), name, "light", aliases=(name, "Odd Lamp")))
    assert engine.understand(f"turn on the {name} and the odd lamp", home, Context()).decision in Decision
    assert engine.understand("turn on the odd lamp", home, Context()).matches[0].targets == ("light.odd",)


def test_a_new_name_is_understood_at_once(engine: Understander, home: Home):
    lamp = home.entity(EntityId("light.desk_lamp"))
    assert lamp is not None
    engine.understand("turn on the desk lamp", home, Context())
    home.add(replace(lamp, name="Banker Light"))
    assert engine.understand("turn on the banker light", home, Context()).matches[0].targets == ("light.desk_lamp",)
    assert engine.understand("turn on the desk lamp", home, Context()).decision != Decision.ACT


def test_sentences_of_a_skill_bring_their_response(home: Home):
    block = {"sentences": ["is the (laundry|washing machine) done"], "response": "done"}
    engine = small.engine({"language": "en", "intents": {"laundry.is_done": {"data": [block]}}})
    [match] = engine.understand("is the laundry done?", home, Context()).matches
    assert (match.intent, match.response) == ("laundry.is_done", "done")


def test_a_condition_on_the_device_class_picks_the_entity(home: Home):
    home.add(Entity(EntityId("cover.gate"), "Gate", "cover", "gate"))
    block = {"sentences": ["swing {name}"], "requires_context": {"domain": "cover", "device_class": ["gate"]}}
    engine = small.engine({"language": "en", "intents": {"Swing": {"data": [block]}}})
    assert engine.understand("swing gate", home, Context()).matches[0].targets == ("cover.gate",)
    assert engine.understand("swing kitchen blind", home, Context()).decision == Decision.DEFER


def test_an_excluded_context_keeps_a_sentence_away(home: Home):
    block = {"sentences": ["wiggle {name}"], "excludes_context": {"domain": ["lock"]}}
    engine = small.engine({"language": "en", "intents": {"Wiggle": {"data": [block]}}})
    assert engine.understand("wiggle tower fan", home, Context()).decision == Decision.ACT
    assert engine.understand("wiggle front door", home, Context()).decision == Decision.DEFER


def test_german_is_understood_word_for_word(home: Home):
    meant = load("de").understand("Schalte Desk Lamp ein", home, Context())
    assert [match.targets for match in meant.matches] == [("light.desk_lamp",)]


def test_every_example_is_understood(engine: Understander, home: Home):
    decisions = {text: engine.understand(text, home, Context(area=KITCHEN)).decision for text in engine.examples()}
    assert [text for text, decision in decisions.items() if decision not in (Decision.ACT, Decision.DEFER)] == []


@pytest.mark.parametrize("text", ["play solitaire", "play chess with me", "please play the circle"])
def test_any_words_after_play_are_no_title_by_themselves(engine: Understander, home: Home, text: str):
    meant = engine.understand(text, home, Context(area=AreaId("kitchen")))
    assert (meant.decision, meant.reason) == (Decision.DEFER, "any-title")


@pytest.mark.parametrize(
    "text", ["play solitaire on the kitchen speaker", "play the circle in the kitchen", "play the album queen"]
)
def test_a_player_a_room_or_a_kind_of_thing_makes_a_title_of_words(engine: Understander, home: Home, text: str):
    meant = engine.understand(text, home, Context(area=AreaId("kitchen")))
    assert [match.intent for match in meant.matches] == ["HassMediaSearchAndPlay"]
