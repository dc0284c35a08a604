"""Real distributions with real entry points, written to a folder on the path as pip would leave them."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from devices.model import Entity, EntityId
from skills import Match
from skills.registry import Loaded, Registry, Status, load, registered
from skills.testing import Bench

Install = Callable[..., None]

GOOD = """
    from contextlib import asynccontextmanager
    from pydantic import BaseModel, field_validator
    from skills import Outcome, Reply, Request, Risk, Skill, Verdict

    class Settings(BaseModel):
        host: str = "here"

        @field_validator("host")
        @classmethod
        def resolve(cls, host: str) -> str:
            if host == "boom":
                raise RuntimeError("no resolver")
            return host

    skill = Skill("good", settings=Settings)

    @skill.command("say hello to {who}")
    async def hello(request: Request, who: str) -> Reply:
        return Reply(f"Hello {who} from {request.settings.host}.")

    @skill.effect("wave", risk=Risk.REVERSIBLE)
    async def wave() -> Outcome:
        return Outcome(Verdict.DONE)

    @skill.lifespan
    @asynccontextmanager
    async def connected(settings: Settings):
        yield settings.host
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Return what installs a distribution of one module that offers one entry point."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(str(tmp_path))

    def put(name: str, source: str, *, point: str | None = None, group: str = "hearth.skills") -> None:
        (tmp_path / f"stranger_{name}.py").write_text(dedent(source), encoding="utf-8")
        info = tmp_path / f"stranger_{name}-2.1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: stranger-{name}\nVersion: 2.1\n")
        (info / "entry_points.txt").write_text(f"[{group}]\n{point or name} = stranger_{name}:skill\n")

    yield put
    for module in set(sys.modules) - before:
        if module.startswith("stranger_"):
            del sys.modules[module]


def row_of(registry: Registry, name: str) -> Loaded:
    return next(row for row in registry.rows if row.name == name and row.distribution.startswith("stranger"))


def test_every_built_in_skill_is_enabled():
    rows = [row for row in load().rows if row.distribution == "hearth-home"]
    assert [(row.name, row.error) for row in rows if row.status is not Status.ENABLED] == []
    assert {"lights", "locks", "covers", "status", "help", "history"} <= {row.name for row in rows}


def test_the_documents_of_every_built_in_skill_can_be_used():
    registry = load()
    registry.documents("en")
    assert {row.status for row in registry.rows if row.distribution == "hearth-home"} == {Status.ENABLED}


def test_a_region_speaks_the_language_of_the_others():
    registry = load()
    assert registry.documents("en-GB") == registry.documents("en")


def test_a_skill_of_a_stranger_is_found_with_its_tables(install: Install):
    install("good", GOOD)
    registry = load(settings={"good": {"host": "there"}})
    row = row_of(registry, "good")
    assert (row.status, row.distribution, row.version, row.error) == (Status.ENABLED, "stranger-good", "2.1", None)
    assert registry.handler("good.hello", None) is not None
    assert "good.wave" in {effect.name for effect in registry.effects()}
    assert any("good.hello" in str(document) for document in registry.documents("en"))


def test_a_disabled_skill_is_a_row_and_is_not_imported(install: Install):
    install("good", GOOD)
    registry = load(disabled={"good"})
    assert row_of(registry, "good").status is Status.DISABLED
    assert registry.handler("good.hello", None) is None
    assert "stranger_good" not in sys.modules


def test_with_bundled_skills_only_those_of_others_are_not_imported(install: Install):
    install("good", GOOD)
    registry = load(bundled_only=True)
    assert row_of(registry, "good").status is Status.DISABLED
    assert "stranger_good" not in sys.modules
    assert registry.handler("HassTurnOn", "light") is not None


@pytest.mark.parametrize(
    ("source", "status", "error"),
    [
        ("import no_such_module_anywhere", Status.LOAD_ERROR, "ModuleNotFoundError: No module named"),
        ("raise SystemExit(3)", Status.LOAD_ERROR, "SystemExit: 3"),
        ("def skill(:", Status.LOAD_ERROR, "SyntaxError"),
        ("import asyncio\nraise asyncio.CancelledError", Status.LOAD_ERROR, "CancelledError"),
        ("skill = 42", Status.LOAD_ERROR, "is no Skill, but 'int'"),
        ("other = 1", Status.LOAD_ERROR, "AttributeError"),
        ("from skills import Skill\nskill = Skill('other')", Status.LOAD_ERROR, "they must agree"),
        ("from skills import Skill\nskill = Skill('bad', api='7')", Status.WRONG_API, "this Hearth has '1'"),
    ],
    ids=["import", "exit", "syntax", "cancelled", "no skill", "no name", "another name", "another api"],
)
def test_a_broken_skill_is_a_row_and_never_a_crash(install: Install, source: str, status: Status, error: str):
    install("bad", source)
    registry = load()
    row = row_of(registry, "bad")
    assert row.status is status
    assert error in str(row.error)
    assert registry.handler("HassTurnOn", "light") is not None


@pytest.mark.parametrize(
    ("table", "error"),
    [({"host": 5}, "setting 'host'"), ({"host": "boom"}, "RuntimeError: no resolver")],
    ids=["invalid", "validator breaks"],
)
def test_wrong_settings_are_a_row(install: Install, table: dict[str, object], error: str):
    install("good", GOOD)
    row = row_of(load(settings={"good": table}), "good")
    assert row.status is Status.CONFIG_ERROR
    assert error in str(row.error)


def test_settings_for_a_skill_that_takes_none_are_an_error(install: Install):
    install("plain", "from skills import Skill\nskill = Skill('plain')")
    assert row_of(load(settings={"plain": {"host": "x"}}), "plain").status is Status.CONFIG_ERROR


CLAIMS = {
    "command": "@skill.handles('HassTurnOn', domains=['light'])\nasync def on(request): ...",
    "any domain": "@skill.handles('HassGetState')\nasync def on(request): ...",
}


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_who_claims_what_another_has_is_left_out_as_a_whole(install: Install, claim: str):
    install(
        "thief",
        f"from skills import Skill\nskill = Skill('thief')\n{claim}\n@skill.command('x y')\nasync def own(r): ...",
    )
    registry = load()
    row = row_of(registry, "thief")
    assert row.status is Status.LOAD_ERROR
    assert "claims 'Hass" in str(row.error)
    assert registry.handler("thief.own", None) is None


def test_a_stranger_cannot_take_the_name_of_a_built_in_skill(install: Install):
    install("lights", "from skills import Skill\nskill = Skill('lights')")
    registry = load()
    assert row_of(registry, "lights").error == "it has the name of a skill of 'hearth-home'; disable one of the two"
    assert registry.handler("HassTurnOn", "light") is not None


def test_a_skill_with_broken_sentences_says_so_and_the_others_speak_on(install: Install, tmp_path: Path):
    (tmp_path / "sloppy.en.yaml").write_text("intents: {sloppy.nobody: {data: []}}", encoding="utf-8")
    install(
        "sloppy",
        f"""
        from pathlib import Path
        from skills import Skill
        skill = Skill("sloppy")
        skill.sentences(Path({str(tmp_path)!r}))
        """,
    )
    registry = load()
    documents = registry.documents("en")
    assert row_of(registry, "sloppy").status is Status.SELF_CHECK_FAILED
    assert "'sloppy.nobody'" in str(row_of(registry, "sloppy").error)
    assert any("lights.brighter" in str(document) for document in documents)
    assert len(registry.documents("en")) == len(documents)


async def test_a_lifespan_is_handed_over_unopened(install: Install):
    install("good", GOOD)
    [lifespan] = [held for held in load(settings={"good": {"host": "there"}}).lifespans() if held.skill == "good"]
    async with asyncio.timeout(5), lifespan.open() as host:
        assert host == "there"


async def test_a_sentence_of_a_stranger_is_answered_with_its_settings(install: Install):
    install("good", GOOD)
    skill = row_of(load(), "good").skill
    assert skill is not None
    reply = await Bench(skill, settings={"host": "mars"}).hear("say hello to the moon")
    assert reply.text == "Hello the moon from mars."


def test_targets_are_split_by_who_answers_for_them():
    registry = load()
    things = [Entity(EntityId(f"{domain}.x"), "X", domain) for domain in ("light", "switch", "lock", "siren")]
    parts = registry.split("HassTurnOn", things)
    assert [(handler.skill if handler else None, [e.domain for e in part]) for handler, part in parts] == [
        ("lights", ["light"]),
        ("switches", ["switch", "siren"]),
        ("locks", ["lock"]),
    ]


@pytest.mark.parametrize("intent", ["HassRaiseTheDead", "nobody.knows"])
def test_nobody_answers_what_is_not_built_yet(intent: str):
    assert load().split(intent, []) == [(None, ())]


def test_an_empty_registry_answers_nothing():
    assert registered().split("HassTurnOn", []) == [(None, ())]


async def test_a_request_without_targets_goes_to_the_only_one_who_answers():
    skills = [row.skill for row in load().rows if row.name == "covers" and row.skill is not None]
    reply = await Bench(*skills).answer(Match("HassSetPosition", {"position": 10}))
    assert reply.text == "I found nothing there that I could do that with."
