from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel

from skills import (
    Action,
    Cause,
    Match,
    Origin,
    Outcome,
    Reply,
    Request,
    Risk,
    Skill,
    SkillError,
    Verdict,
)
from skills.api import OUR_NAMES
from skills.model import CauseId
from skills.testing import Bench

CAUSE = Cause(CauseId("test"), Origin.TEXT)


class Minutes(BaseModel):
    minutes: int


class Machine(BaseModel):
    host: str = "washer.local"


def test_a_slot_without_a_parameter_names_the_sentence():
    skill = Skill("laundry")
    with pytest.raises(SkillError, match=r"'wash for \{minutes\}' has the slot 'minutes'"):

        @skill.command("wash for {minutes}")
        async def wash(request: Request) -> Reply:
            return Reply("")


def test_a_parameter_without_a_slot_names_the_sentence():
    skill = Skill("laundry")
    with pytest.raises(SkillError, match=r"'wash now' has no slot 'minutes'"):

        @skill.command("wash for {minutes}", "wash now")
        async def wash(request: Request, minutes: int) -> Reply:
            return Reply("")


def test_a_parameter_with_a_default_may_be_left_unsaid():
    skill = Skill("laundry")

    @skill.command("wash for {minutes}", "wash now")
    async def wash(request: Request, minutes: int = 30) -> Reply:
        return Reply(str(minutes))

    assert [handler.intent for handler in skill.handlers()] == ["laundry.wash"]


def test_a_handler_must_be_async():
    skill = Skill("laundry")

    def wash(request: Request) -> Reply:
        return Reply("")

    with pytest.raises(SkillError, match="must be an 'async def'"):
        skill.command("wash")(wash)  # type: ignore[type-var]  # the mistake under test


def test_the_same_intent_twice_is_an_error():
    skill = Skill("laundry")

    @skill.handles("HassTurnOn", domains=["switch"])
    async def on(request: Request) -> Reply:
        return Reply("")

    with pytest.raises(SkillError, match="handles 'HassTurnOn' for 'switch' twice"):
        skill.handles("HassTurnOn", domains=["light", "switch"])(on)


@pytest.mark.parametrize("name", sorted(OUR_NAMES))
def test_a_skill_that_offers_an_effect_of_ours_is_refused(name: str):
    with pytest.raises(SkillError, match="effect of Hearth itself"):
        Skill(name).effect("call", risk=Risk.READ)


@pytest.mark.parametrize("name", ["", "Laundry", "my skill", "9lives", "a-b"])
def test_a_name_that_is_no_identifier_is_refused(name: str):
    with pytest.raises(SkillError):
        Skill(name)


async def test_what_may_be_said_for_a_slot_follows_from_its_parameter():
    skill = Skill("laundry")

    @skill.command("wash [the] {what} for {minutes} minutes [at {heat}] [and tell {who}]")
    async def wash(
        request: Request, what: Literal["wool", "cotton"], minutes: int, heat: float = 40, who: str | None = None
    ) -> Reply:
        return Reply(f"{what} {minutes} {heat:g} {who}")

    bench = Bench(skill)
    assert (await bench.hear("wash the wool for twenty minutes")).text == "wool 20 40 None"
    assert (await bench.hear("wash cotton for 5 minutes at 60")).text == "cotton 5 60 None"
    assert (await bench.hear("wash cotton for 5 minutes and tell my dear aunt")).text == "cotton 5 40 my dear aunt"
    with pytest.raises(LookupError, match="not understood"):
        await bench.hear("wash the silk for twenty minutes")


def test_a_slot_of_an_unknown_type_is_refused():
    skill = Skill("laundry")
    with pytest.raises(SkillError, match="use str, int, float or a Literal"):

        @skill.command("wash {what}")
        async def wash(request: Request, what: bytes) -> Reply:
            return Reply("")


async def test_a_handler_without_its_slot_says_which():
    skill = Skill("laundry")

    @skill.handles("HassSetLaundry")
    async def wash(request: Request, minutes: int) -> Reply:
        return Reply(str(minutes))

    with pytest.raises(SkillError, match=r"'HassSetLaundry' of skill 'laundry' came without its slot 'minutes'"):
        await Bench(skill).answer(Match("HassSetLaundry", {"hours": 1}))


async def test_a_handler_with_open_slots_gets_all_of_them():
    skill = Skill("laundry")

    @skill.handles("HassSetLaundry")
    async def wash(request: Request, **slots: object) -> Reply:
        return Reply(str(sorted(slots)))

    assert (await Bench(skill).answer(Match("HassSetLaundry", {"b": 1, "a": 2}))).text == "['a', 'b']"


async def test_settings_come_with_the_request():
    skill = Skill("laundry", settings=Machine)

    @skill.command("where is the washer")
    async def where(request: Request) -> Reply:
        assert isinstance(request.settings, Machine)
        return Reply(request.settings.host)

    reply = await Bench(skill, settings={"host": "10.0.0.7"}).answer(Match("laundry.where"))
    assert reply.text == "10.0.0.7"


async def test_an_effect_takes_what_its_annotations_say():
    skill = Skill("laundry", settings=Machine)

    def risk(given: Minutes) -> Risk:
        return Risk.CONSEQUENTIAL if given.minutes > 60 else Risk.REVERSIBLE

    @skill.effect("start", risk=risk, parameters=Minutes, describe=lambda given: f"wash for {given.minutes} minutes")
    async def start(cause: Cause, machine: Machine, given: Minutes) -> Outcome:
        return Outcome(Verdict.DONE, f"{cause.id} {machine.host} {given.minutes}")

    [effect] = skill.effects(Machine(host="here"))
    assert (effect.name, effect.risk(Minutes(minutes=61)), effect.risk(Minutes(minutes=60))) == (
        "laundry.start",
        Risk.CONSEQUENTIAL,
        Risk.REVERSIBLE,
    )
    assert effect.describe(Minutes(minutes=5)) == "wash for 5 minutes"
    assert (await effect.execute(Minutes(minutes=5), CAUSE)).detail == "test here 5"


async def test_an_effect_without_parameters_refuses_any_and_describes_itself():
    skill = Skill("laundry")

    @skill.effect("start", risk=Risk.CONSEQUENTIAL)
    async def start() -> Outcome:
        """Start the washing machine."""
        return Outcome(Verdict.DONE)

    [effect] = skill.effects()
    given = effect.parameters.model_validate({})
    assert (effect.describe(given), effect.risk(given)) == ("start the washing machine", Risk.CONSEQUENTIAL)
    assert await effect.execute(given, CAUSE) == Outcome(Verdict.DONE)
    with pytest.raises(ValueError, match="extra"):
        effect.parameters.model_validate({"minutes": 1})


def test_an_effect_that_wants_something_else_is_refused():
    skill = Skill("laundry")
    with pytest.raises(SkillError, match="may take Minutes and Cause"):

        @skill.effect("start", risk=Risk.READ, parameters=Minutes)
        async def start(given: int) -> Outcome:
            return Outcome(Verdict.DONE)


async def test_a_lifespan_is_opened_with_the_settings_it_asks_for():
    skill = Skill("laundry", settings=Machine)
    opened: list[str] = []

    @skill.lifespan
    @asynccontextmanager
    async def connected(machine: Machine) -> AsyncGenerator[None]:
        opened.append(machine.host)
        yield
        opened.append("closed")

    async with skill.open(Machine(host="here")):
        assert opened == ["here"]
    assert opened == ["here", "closed"]
    with pytest.raises(SkillError, match="two lifespans"):
        skill.lifespan(connected)


SENTENCES = """
language: en
intents:
  laundry.is_done:
    data:
      - sentences: ["is the laundry done"]
"""


async def test_sentences_come_from_a_file_of_the_language(tmp_path: Path):
    (tmp_path / "laundry.en.yaml").write_text(SENTENCES, encoding="utf-8")
    skill = Skill("laundry")
    skill.sentences(tmp_path)

    @skill.command()
    async def is_done(request: Request) -> Reply:
        return Reply("It is.", do=[Action("laundry.beep")])

    assert (await Bench(skill).hear("is the laundry done")).do == [Action("laundry.beep")]
    (tmp_path / "laundry.de.yaml").write_text("intents: {}", encoding="utf-8")
    assert [dict(document) for document in skill.documents("de")] == [{"intents": {}}]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("language: en\nintents: {laundry.nobody: {data: []}}", "sentences for 'laundry.nobody', but no handler"),
        ("language: en\nintents: [", "is no YAML"),
        ("language: en\nsentences: []", "has no 'intents'"),
        ("- just\n- a list", "must be a mapping"),
        ("language: de\nintents: {}", "says that its language is 'de'"),
    ],
    ids=["no handler", "no yaml", "no intents", "a list", "another language"],
)
def test_a_broken_sentence_file_is_named(tmp_path: Path, text: str, problem: str):
    file = tmp_path / "laundry.en.yaml"
    file.write_text(text, encoding="utf-8")
    skill = Skill("laundry")
    skill.sentences(file)
    with pytest.raises(SkillError, match=problem):
        skill.documents("en")


def test_a_sentence_file_that_is_missing_is_named(tmp_path: Path):
    skill = Skill("laundry")
    skill.sentences(tmp_path / "laundry.en.yaml")
    with pytest.raises(SkillError, match=r"laundry\.en\.yaml' cannot be read"):
        skill.documents("en")


def test_a_folder_of_sentences_need_not_know_every_language(tmp_path: Path):
    (tmp_path / "laundry.en.yaml").write_text("intents: {}", encoding="utf-8")
    skill = Skill("laundry")
    skill.sentences(tmp_path)
    assert skill.documents("de") == []
