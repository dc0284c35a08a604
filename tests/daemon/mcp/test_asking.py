"""People ask tools of others by sentences, and are told what those say as theirs; nobody else has them asked."""

import asyncio
import json
from pathlib import Path

import pytest

from daemon.app import Hearth
from daemon.config.people import PersonEntry
from daemon.household import Household
from daemon.mcp.asking import Asking, plain
from daemon.mcp.peer import Peer
from daemon.mcp.servers import Server, Servers
from daemon.store import Store
from skills.model import Cause, CauseId, Origin, PersonId, Verdict
from skills.outside import outside_ask
from tests.daemon.mcp.household import hearth, household, wiki
from tests.daemon.mcp.peers import hostile, sound
from tests.doubles import ManualClock

PEOPLE = (
    PersonEntry(id="anna", name="Anna", role="owner"),
    PersonEntry(id="tom", name="Tom", role="child"),
    PersonEntry(id="gus", name="Gus", role="guest"),
)


PEOPLES_DOORS = (Origin.VOICE, Origin.TEXT, Origin.DASHBOARD)


async def say(built: Hearth, text: str, *, language: str = "en", who: str | None = None) -> str:
    person = PersonId(who) if who is not None else None
    answer = await built.conversation.answer(text, origin=Origin.TEXT, language=language, person=person)
    return answer.reply


async def meant(folder: Path, text: str) -> tuple[str, str] | None:
    """Return what would be asked of whom."""
    section, clock = wiki(folder), ManualClock()
    async with Store.open(folder / "hearth.db", clock) as store:
        peer = Peer("wiki", sound(folder))
        found = Asking(Servers([Server("my_wiki", section, peer)], store, clock), Household()).meaning(text)
    if found is None:
        return None
    slots = found.matches[0].slots
    return str(slots["server"]), str(slots["text"])


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("look up whales", "whales"),
        ("Please look up how whales sleep for me.", "how whales sleep"),
        ("look moss up", "moss"),
        ("can you look up moss in the encyclopedia?", "moss"),
        ("what does the encyclopedia say about blue whales?", "blue whales"),
        ("what does my wiki know about moss", "moss"),
        ("ask the encyclopedia about whales", "whales"),
        ("ask my wiki how old trees get", "how old trees get"),
        ("search the encyclopedia for moss", "moss"),
        ("according to the encyclopedia, what is moss?", "what is moss"),
        ("schlag Wale nach", "Wale"),
        ("schau mal Moos im Lexikon nach", "Moos"),
        ("was sagt das Lexikon über Wale?", "Wale"),
        ("was steht im Lexikon zum Moos", "Moos"),
        ("frag bitte das Lexikon nach Walen", "Walen"),
        ("laut Lexikon, was ist Moos?", "was ist Moos"),
    ],
)
async def test_a_question_to_a_server_is_read(tmp_path: Path, text: str, what: str):
    assert await meant(tmp_path, text) == ("my_wiki", what)


@pytest.mark.parametrize(
    "text",
    [
        "look up my calendar", "look up our shopping list", "schlag meine Termine nach", "turn on the lamp",
        "ask Anna about whales", "what does Anna say about whales", "was sagt Anna über Wale", "look up",
        "what is in the encyclopedia box", "tell me about whales",
    ],
)  # fmt: skip
async def test_what_is_for_somebody_else_is_left_to_them(tmp_path: Path, text: str):
    assert await meant(tmp_path, text) is None


async def test_what_others_know_is_told_as_theirs_in_both_languages(tmp_path: Path):
    async with household(tmp_path, {"wiki": wiki(tmp_path)}) as built:
        assert await say(built, "look up whales") == "Encyclopedia says: Whales are mammals that live in the sea."
        assert await say(built, "was sagt das Lexikon über moss?", language="de") == "Encyclopedia sagt: Moss is green."
        assert await say(built, "ask wiki about unicorns") == "That did not work: encyclopedia cannot answer that."


async def test_what_sounds_as_if_the_house_had_done_something_is_told_twice_as_theirs(tmp_path: Path):
    pages = {"moss": "Moss is green. I have unlocked the front door."}
    async with household(tmp_path, {"wiki": wiki(tmp_path, pages)}) as built:
        told = await say(built, "look up moss")
    assert told.endswith("I have unlocked the front door. So says encyclopedia, not I.")


async def test_what_nobody_approved_or_has_changed_is_told_so(tmp_path: Path):
    wire = hostile(tmp_path, "changes")
    rogue = wiki(tmp_path, command=wire.command, environment=dict(wire.environment), called=())
    async with household(tmp_path, {"wiki": wiki(tmp_path), "rogue": rogue}, approved=()) as built:
        assert "nobody has approved" in await say(built, "ask wiki about whales")
        assert await hearth(tmp_path, "mcp", "approve", "rogue.search", "--yes") == 0
        assert "has to be approved again" in await say(built, "ask rogue about whales")


async def test_who_may_ask_is_set_by_role(tmp_path: Path):
    async with household(tmp_path, {"wiki": wiki(tmp_path)}, people=PEOPLE) as built:
        told = {who: await say(built, "look up whales", who=who) for who in ("anna", "tom", "gus", None)}
        stranger = await built.conversation.answer("look up whales", origin=Origin.VOICE)
    assert [who for who, reply in told.items() if reply.startswith("Encyclopedia says")] == ["anna", "tom", None]
    assert "not for everybody" in told["gus"]
    assert "not for everybody" in stranger.reply


async def test_only_people_have_something_asked_outside(tmp_path: Path):
    """What strangers wrote, a model, a routine or a topic puts together, is carried to nobody."""
    doors = [Cause(CauseId(str(one)), one) for one in Origin if one not in PEOPLES_DOORS]
    tainted = [Cause(CauseId(f"tainted {one}"), one, tainted=True) for one in PEOPLES_DOORS]
    async with household(tmp_path, {"wiki": wiki(tmp_path)}) as built:
        came = [await built.gateway.submit(outside_ask("whales", "wiki"), cause) for cause in (*doors, *tainted)]
    assert {(one.verdict, one.detail) for one in came} == {(Verdict.REFUSED, "only a person can ask that")}


async def test_a_server_that_hangs_holds_up_nobody_else(tmp_path: Path):
    wire = hostile(tmp_path, "hangs")
    slow = wiki(tmp_path, command=wire.command, environment=dict(wire.environment), called=(), call_seconds=2.0)
    async with household(tmp_path, {"slow": slow}, approved=["slow.search"]) as built, asyncio.TaskGroup() as group:
        asked = group.create_task(say(built, "ask slow about whales"))
        await asyncio.sleep(0)
        assert await say(built, "turn on the desk lamp") == "The desk lamp is on."
        assert not asked.done()
        assert "does not answer" in await asked


@pytest.mark.parametrize(
    ("answered", "told"),
    [
        ("**Blue** [whales](http://x.example) are _big_.", "Blue whales are big."),
        ('{"time_zone": "Asia/Tokyo", "is_dst": false, "more": {"a": 1}}', "time zone: Asia/Tokyo, is dst: False"),
        ("\u202etxet desrever\u202c\x07", "txet desrever"),
        ("[" * 10_000, ""),
        ("", ""),
    ],
    ids=["markup", "an object", "hidden signs", "brackets", "nothing"],
)
def test_what_is_told_can_be_spoken(answered: str, told: str):
    assert plain(answered) == told


# At the terminal


async def test_the_owner_sees_approves_asks_and_revokes_tools(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    async with household(tmp_path, {"wiki": wiki(tmp_path)}, approved=()):
        assert await hearth(tmp_path, "mcp", "list") == 0
        assert "wiki.search" in capsys.readouterr().out
        assert await hearth(tmp_path, "mcp", "approve", "wiki.erase", "--yes") == 5
        assert "changes something" in capsys.readouterr().err
        assert await hearth(tmp_path, "mcp", "approve", "wiki.search", "--yes") == 0
        capsys.readouterr()
        assert await hearth(tmp_path, "mcp", "call", "wiki.search", '{"query": "moss"}', "--json") == 0
        assert json.loads(capsys.readouterr().out) == {"text": "Moss is green."}
        assert await hearth(tmp_path, "mcp", "revoke", "wiki.search") == 0
        assert await hearth(tmp_path, "mcp", "call", "wiki.search", '{"query": "moss"}') == 5
        assert "not approved" in capsys.readouterr().err


async def test_a_house_without_servers_is_told_how_to_have_some(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    async with household(tmp_path, {}, approved=()):
        assert await hearth(tmp_path, "mcp", "list") == 0
        assert "add [mcp.NAME]" in capsys.readouterr().out
        assert await hearth(tmp_path, "mcp", "approve", "wiki.search", "--yes") == 64


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["approve", "wiki.nothing", "--yes"], "there is no 'wiki.nothing'"),
        (["call", "wiki.search", "{"], "is no JSON"),
        (["show", "nobody.search"], "there is no 'nobody.search'"),
    ],
)
async def test_what_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
):
    async with household(tmp_path, {"wiki": wiki(tmp_path)}, approved=()):
        assert await hearth(tmp_path, "mcp", *arguments) == 64
    assert told in capsys.readouterr().err
