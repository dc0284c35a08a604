"""The page of the house in a real browser: what a person sees of it, and what comes of every button."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from daemon.config import DashboardSection
from daemon.control import Operation, Request
from daemon.dashboard import Dashboard, House
from daemon.notify.model import Answered
from daemon.supervise import HealthTable
from daemon.tokens import Tokens
from tests.daemon.dashboard.chromium import BINARY, Tab, opened

pytestmark = [pytest.mark.slow, pytest.mark.skipif(BINARY is None, reason="needs Debian's chromium")]

BEARER = "the-word"
SOON_S = 20.0
AT = "2026-11-22T18:30:00.250+01:00"
CAUSE = {"id": "c", "origin": "voice", "person": "ann", "parent": None, "said": "lights on", "tainted": False}
DONE = {
    "id": 8, "at": AT, "kind": "outcome", "what": "turn on Lamp: done", "effect": "device.call",
    "targets": ["light.lamp"], "verdict": "done", "ref": 7, "cause": CAUSE,
    "body": {"what": "turn on Lamp", "detail": "it was dark", "undo": {"effect": "device.call"}},
}  # fmt: skip
PLAN = {
    "id": "p1", "goal": "Guests <img src=x onerror=alert(1)>", "status": "running", "digest": "d", "done": 1, "of": 2,
    "why": "", "now": ["turn on Lamp"], "waits": [],
}  # fmt: skip
STEPS = {
    "marks": {"a": {"status": "done"}, "b": {"status": "asked"}},
    "preview": {
        "steps": [
            {"id": "a", "what": "turn on Lamp", "at": None, "reason": "it is dark"},
            {"id": "b", "what": "unlock Front Door", "at": AT, "reason": ""},
        ],
        "notes": [],
        "not_undoable": ["b"],
    },
}
DUE = {"id": 1, "kind": "reminder", "at": AT, "name": None, "text": "call mum", "area": "Kitchen"}
QUESTION = {
    "id": "q1", "what": "unlock Front Door", "person": "ann", "origin": "model", "said": "let them in", "expires": AT,
}  # fmt: skip
HEALTH = [
    {"part": "store", "condition": "fine", "detail": "", "remedy": ""},
    {"part": "mqtt", "condition": "degraded", "detail": "the broker is gone", "remedy": "start it"},
]
ROUTINE = {"id": "r1", "name": "Evening", "enabled": True, "next_at": AT}
PEOPLE = [{"id": "ann", "name": "Ann"}]
SEAL = {"person": "ann", "sealed_at": AT, "open": False, "until": None, "waiting": 0}
HABIT = {"id": "h1", "status": "open", "text": "You open the blind at seven. Shall I?"}


@dataclass
class Behind:
    """What answers the page, and what it was asked for."""

    rows: dict[str, object] = field(
        default_factory=lambda: {
            "questions": [QUESTION], "plans": [PLAN], "plan.show": STEPS, "habits": [HABIT], "due": [DUE],
            "routines": [ROUTINE], "journal": [DONE], "health": HEALTH, "people": PEOPLE,
            "memory.seals": [SEAL],
        }
    )  # fmt: skip
    wished: list[Mapping[str, object]] = field(default_factory=list[Mapping[str, object]])
    looking: set[object] = field(default_factory=set[object])
    """Who looked at the questions."""

    def operations(self) -> Mapping[str, Operation]:
        """Return those that the page uses."""
        wishes = (
            "ask", "undo", "question.answer", "habit.answer", "plan.stop", "plan.approve", "routine.disable",
            "memory.unlock", "memory.lock",
        )  # fmt: skip

        async def told(request: Request) -> object:
            if request["op"] == "questions":
                self.looking.add(request.get("person"))
            return self.rows[str(request["op"])]

        async def wish(request: Request) -> object:
            self.wished.append(dict(request))
            return {"reply": f"Heard {request['op']}."}

        return {**dict.fromkeys(self.rows, told), **dict.fromkeys(wishes, wish)}


@asynccontextmanager
async def serving(behind: Behind) -> AsyncGenerator[str]:
    """Serve the page; yields its address."""

    async def take(one: Answered) -> None:
        raise AssertionError(one)

    house = House(behind.operations(), HealthTable(), cast("Tokens", None), take)
    dashboard = Dashboard(DashboardSection(port=0), house, bearer=BEARER)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(dashboard.run())
        async with asyncio.timeout(SOON_S):
            await dashboard.listening.wait()
        yield f"http://127.0.0.1:{dashboard.port}/"
        running.cancel()


async def shown(tab: Tab) -> str:
    """Return what can be read once the page has looked at the house."""
    await tab.until("document.querySelectorAll('#health li').length > 0")
    return str(await tab.run("document.body.innerText"))


async def press(tab: Tab, section: str, label: str) -> None:
    """Press a button by what it says, and wait until the house has answered."""
    await tab.run("document.getElementById('reply').textContent = ''")
    button = f"[...document.querySelectorAll('#{section} button')].find((one) => one.textContent === {label!r})"
    await tab.until(f"Boolean({button}) && !{button}.disabled")
    await tab.run(f"{button}.click()")
    await tab.until("document.getElementById('reply').textContent !== ''")


async def test_a_person_sees_why_and_can_answer_stop_and_take_back(tmp_path: Path):
    behind = Behind()
    async with serving(behind) as address, opened(f"{address}#token={BEARER}", Path("/dev/null"), tmp_path) as tab:
        text = await shown(tab)
        assert await tab.run("location.hash") == ""
        asked = ("Shall I unlock Front Door?", "ann asked for it, through the language model", "let them in")
        for part in (*asked, "1 of 2 done", "call mum", "Evening", "turn on Lamp", "start it"):
            assert part in text
        assert "06:30" in text
        assert "store" not in text
        assert str(PLAN["goal"]) in text

        await tab.run("document.querySelector('#journal summary').click()")
        await tab.run("document.querySelector('#plans summary').click()")
        await tab.until(
            "document.getElementById('plans').innerText.includes('Cannot be taken back: unlock Front Door')"
        )
        why = await tab.run("document.getElementById('journal').innerText")
        assert "ann asked for it, by voice" in why
        assert "it was dark" in why

        await tab.run("window.confirm = () => true")
        await tab.until("document.getElementById('who').options.length === 2")
        for section, label in (
            ("questions", "Yes, unlock Front Door"), ("questions", "Never ask again"), ("plans", "Stop"),
            ("routines", "Switch off"), ("journal", "Take back everything since then"),
        ):  # fmt: skip
            await press(tab, section, label)
        await tab.run("document.getElementById('who').value = 'ann'")
        await tab.run("document.getElementById('text').value = 'good night'")
        await press(tab, "ask", "Say")

        assert behind.wished == [
            {"op": "question.answer", "id": "q1", "answer": "yes"},
            {"op": "habit.answer", "id": "h1", "answer": "never"},
            {"op": "plan.stop", "plan": "p1"},
            {"op": "routine.disable", "routine": "r1"},
            {"op": "undo", "since": AT},
            {"op": "ask", "text": "good night", "language": "en", "person": "ann"},
        ]
        assert behind.looking == {None, "ann"}, "who looks can be asked on the page"
        assert await unnamed(tab) == []
        assert tab.complaints == []


async def unnamed(tab: Tab) -> list[Any]:
    """Return what a screen reader would have no name for."""
    tree = (await tab.call("Accessibility.getFullAXTree"))["nodes"]
    roles = ("button", "textbox", "progressbar", "link", "region")
    return [node for node in tree if node.get("role", {}).get("value") in roles and not node["name"].get("value")]


async def test_whoever_says_who_they_are_can_unlock_their_memory_and_lock_it(tmp_path: Path):
    behind = Behind()
    async with serving(behind) as address, opened(f"{address}#token={BEARER}", Path("/dev/null"), tmp_path) as tab:
        await shown(tab)
        assert await tab.run("document.getElementById('seal').hidden")
        await tab.until("document.getElementById('who').options.length === 2")
        await tab.run("document.getElementById('who').value = 'ann'")
        await tab.run("document.getElementById('who').dispatchEvent(new Event('change'))")
        await tab.until("!document.getElementById('seal').hidden")
        await tab.run("document.getElementById('passphrase').value = 'seven green bottles'")
        await press(tab, "seal", "Unlock for an hour")
        assert await tab.run("document.getElementById('passphrase').value") == ""
        behind.rows["memory.seals"] = [{**SEAL, "open": True}]
        await tab.until("!document.getElementById('sealed').hidden")
        await press(tab, "sealed", "Lock my memory")
        assert behind.wished == [
            {"op": "memory.unlock", "person": "ann", "passphrase": "seven green bottles", "minutes": 60},
            {"op": "memory.lock", "person": "ann"},
        ]
        assert tab.complaints == []


async def test_the_page_speaks_the_language_of_the_browser(tmp_path: Path):
    async with serving(Behind()) as address, opened(address, Path("/dev/null"), tmp_path) as tab:
        assert await tab.run("document.getElementById('house').hidden")
        await tab.call("Emulation.setUserAgentOverride", userAgent="any", acceptLanguage="de-DE")
        await tab.call("Page.navigate", url=f"{address}?again#token={BEARER}")
        await tab.until("document.documentElement?.lang === 'de'")
        text = await shown(tab)
        assert "Soll ich das tun: unlock Front Door?" in text
        assert "18:30" in text
        assert await tab.run("document.querySelector('#plans button').textContent") == "Anhalten"


async def test_a_wrong_token_opens_nothing(tmp_path: Path):
    async with serving(Behind()) as address, opened(f"{address}#token=other", Path("/dev/null"), tmp_path) as tab:
        await tab.until("document.getElementById('status').textContent.startsWith('That is not the token')")
        assert await tab.run("document.getElementById('house').hidden")
        assert "Front Door" not in await tab.run("document.body.innerText")


async def test_both_languages_say_everything(tmp_path: Path):
    async with serving(Behind()) as address, opened(address, Path("/dev/null"), tmp_path) as tab:
        missing = await tab.run(
            "import('/desk/words.js').then(({ WORDS: { en, de } }) =>"
            " [...Object.keys(en).filter((key) => !(key in de)), ...Object.keys(de).filter((key) => !(key in en))])"
        )
        assert missing == []
