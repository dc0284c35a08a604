"""Tests of `daemon.dashboard` over its real server: what it tells, to whom, and what it does not do."""

import asyncio
import re
import socket
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import httpx
import pytest
import pytest_asyncio

from daemon.config import DashboardSection
from daemon.control import ControlError
from daemon.control import Request as Asked
from daemon.dashboard import Dashboard, House, Metric
from daemon.dashboard import server as serving
from daemon.dashboard.guard import LONGEST_BODY
from daemon.notify.model import Answer, Answered
from daemon.store import Store, StoreError
from daemon.supervise import Condition, Health, HealthTable
from daemon.tokens import KEY_BYTES, LASTING, Tokens
from skills.model import PersonId
from tests.doubles import ManualClock

BEARER = "the-word"
WITH = {"Authorization": f"Bearer {BEARER}"}
SOON_S = 10.0
ENDLESS = "what is the meaning of life"

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Served:
    """A dashboard that serves, and what comes of what is asked of it."""

    client: httpx.AsyncClient
    tokens: Tokens
    clock: ManualClock
    table: HealthTable
    asked: list[Asked] = field(default_factory=list[Asked])
    answered: list[Answered] = field(default_factory=list[Answered])
    left: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once what was thought about was given up."""

    def button(self, answer: Answer = Answer.DONE, until: datetime | None = None) -> str:
        """Return the address that a button opens."""
        token = self.tokens.issue("due:7", answer, PersonId("ann"), channel="email", until=until)
        return f"/api/notices/answer?token={token}"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Served]:
    settings = DashboardSection(port=0, hosts=frozenset({"hearth.example"}))
    async with serves(tmp_path_factory.mktemp("state"), settings) as served:
        yield served


@pytest.fixture
def served(server: Served) -> Served:
    """A server that has not been asked anything yet."""
    server.asked.clear()
    server.answered.clear()
    server.table.note(Health("store", Condition.FINE))
    return server


@asynccontextmanager
async def serves(state: Path, settings: DashboardSection) -> AsyncGenerator[Served]:
    clock, table, asked, answered = ManualClock(), HealthTable(), list[Asked](), list[Answered]()
    left = asyncio.Event()

    async def answer(request: Asked) -> object:
        asked.append(request)
        if request.get("text") == ENDLESS:
            try:
                await asyncio.Event().wait()
            finally:
                left.set()
        return {"reply": "Done."}

    async def refuse(request: Asked) -> object:
        raise ControlError("entity-ambiguous", f"two are called {request['entity']!r}", "give an id")

    async def stumble(request: Asked) -> object:
        raise ValueError("a secret of the inside")

    async def full(request: Asked) -> object:
        raise StoreError("no space left", code="store-full")

    async def take(one: Answered) -> None:
        answered.append(one)

    operations = dict.fromkeys(("ask", "devices", "journal", "due", "undo"), answer)
    operations |= {"why": refuse, "lists": stumble, "health": full}
    async with Store.open(state / "hearth.db", clock) as store:
        tokens = Tokens(bytes(KEY_BYTES), store, clock)
        house = House(operations, table, tokens, take, lambda: [Metric.of("hearth_entities", "Entities.", 3)])
        dashboard = Dashboard(settings, house, bearer=BEARER)
        async with asyncio.TaskGroup() as group:
            running = group.create_task(dashboard.run())
            async with asyncio.timeout(SOON_S):
                await dashboard.listening.wait()
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{dashboard.port}", trust_env=False) as client:
                yield Served(client, tokens, clock, table, asked, answered, left)
            running.cancel()


def error_of(answer: httpx.Response) -> tuple[int, str]:
    body = cast("Mapping[str, Mapping[str, str]]", answer.json())
    assert set(body["error"]) == {"code", "message", "remedy"}
    return answer.status_code, body["error"]["code"]


# Who may ask for what


@pytest.mark.parametrize("path", ["/api/devices", "/api/journal", "/api/due", "/api/health"])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer other"}, {"Authorization": f"Basic {BEARER}"}])
async def test_without_the_token_nothing_is_told(served: Served, path: str, headers: dict[str, str]):
    assert error_of(await served.client.get(path, headers=headers)) == (401, "unauthorized")
    assert served.asked == []


@pytest.mark.parametrize("path", ["/api/ask", "/api/undo"])
async def test_without_the_token_nothing_is_done(served: Served, path: str):
    assert error_of(await served.client.post(path, json={"text": "lights off"})) == (401, "unauthorized")
    assert served.asked == []


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8125", 200),
        ("127.0.0.1", 200),
        ("[::1]:8125", 200),
        ("192.168.1.5:8125", 200),
        ("Hearth.Example", 200),
        ("evil.example", 421),
        ("evil.example:8125", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("", 421),
    ],
)
async def test_only_names_of_this_house_are_answered_to(served: Served, host: str, status: int):
    answer = await served.client.get("/healthz", headers={"Host": host})
    assert answer.status_code == status


async def test_no_other_site_is_let_near(served: Served):
    answer = await served.client.options(
        "/api/ask", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    )
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert {answer.headers["x-frame-options"], answer.headers["referrer-policy"]} == {"DENY", "no-referrer"}
    assert "server" not in answer.headers


# The operations


async def test_a_sentence_reaches_the_house_and_its_answer_comes_back(served: Served):
    answer = await served.client.post("/api/ask", json={"text": "lights off", "area": "kitchen"}, headers=WITH)
    assert (answer.status_code, answer.json()) == (200, {"reply": "Done."})
    assert served.asked == [{"op": "ask", "text": "lights off", "area": "kitchen"}]


async def test_who_hangs_up_ends_what_is_thought_about_for_them(served: Served):
    with pytest.raises(httpx.ReadTimeout):
        await served.client.post("/api/ask", json={"text": ENDLESS}, headers=WITH, timeout=0.5)
    async with asyncio.timeout(SOON_S):
        await served.left.wait()


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/api/devices", {"op": "devices"}),
        ("/api/journal?limit=3", {"op": "journal", "limit": 3}),
        ("/api/timers", {"op": "due", "kind": "timer"}),
        ("/api/reminders", {"op": "due", "kind": "reminder"}),
        ("/api/due", {"op": "due"}),
    ],
)
async def test_what_is_asked_for_is_looked_up(served: Served, path: str, asked: Asked):
    assert (await served.client.get(path, headers=WITH)).status_code == 200
    assert served.asked == [asked]


@pytest.mark.parametrize(
    ("method", "path", "error"),
    [
        ("GET", "/api/why?entity=lamp", (409, "entity-ambiguous")),
        ("GET", "/api/lists", (500, "internal")),
        ("GET", "/api/health", (503, "store-full")),
        ("GET", "/api/notices", (404, "unknown-operation")),
        ("GET", "/api/journal?limit=0", (422, "bad-request")),
        ("GET", "/api/no-such-thing", (404, "not-found")),
        ("DELETE", "/api/devices", (405, "bad-method")),
        ("POST", "/api/ask", (422, "bad-request")),
    ],
)
async def test_every_error_has_a_code_and_its_words(served: Served, method: str, path: str, error: tuple[int, str]):
    answer = await served.client.request(method, path, headers=WITH)
    assert error_of(answer) == error
    assert "secret of the inside" not in answer.text


@pytest.mark.parametrize("rubbish", [b"\xff", b"[" * 20_000, b'{"text": "\\ud800"}', b"null", b'{"text": 1e999}'])
async def test_rubbish_is_refused_and_the_server_lives(served: Served, rubbish: bytes):
    answer = await served.client.post("/api/ask", content=rubbish, headers={**WITH, "Content-Type": "application/json"})
    assert 400 <= answer.status_code < 500
    assert (await served.client.get("/healthz")).status_code == 200


async def test_what_is_too_long_is_refused_whether_its_length_is_told_or_not(served: Served):
    async def endless() -> AsyncGenerator[bytes]:
        for _ in range(LONGEST_BODY // 1024 + 1):
            yield b"x" * 1024

    for content in (b"x" * (LONGEST_BODY + 1), endless()):
        assert error_of(await served.client.post("/api/ask", content=content, headers=WITH)) == (413, "too-long")
    assert served.asked == []


async def test_the_schema_names_every_route(served: Served):
    paths = (await served.client.get("/api/openapi.json")).json()["paths"]
    assert {"/healthz", "/metrics", "/api/ask", "/api/notices/answer", "/api/undo"} <= set(paths)


# Health and metrics


async def test_health_is_told_by_part_and_only_a_failing_store_is_ill(served: Served):
    served.table.note(Health("mqtt", Condition.DEGRADED, "a secret of the inside"))
    served.table.note(Health("store", Condition.FINE))
    well = await served.client.get("/healthz")
    served.table.note(Health("store", Condition.DEGRADED))
    ill = await served.client.get("/healthz")
    assert (well.status_code, well.json()["parts"]["mqtt"]) == (200, "degraded")
    assert ill.status_code == 503
    assert "secret" not in well.text


async def test_metrics_are_in_the_format_that_prometheus_reads(served: Served):
    served.table.note(Health('a "strange"\\part\n', Condition.MISSING))
    text = (await served.client.get("/metrics")).text
    line = re.compile(r'([a-z_]+(\{[a-z]+="([^"\\\n]|\\.)*"(,[a-z]+="([^"\\\n]|\\.)*")*\})? -?[0-9.e+-]+|# .*)')
    assert [one for one in text.splitlines() if not line.fullmatch(one)] == []
    assert "hearth_entities 3\n" in text
    again = (await served.client.get("/metrics")).text
    assert re.search(r'^hearth_http_answers_total\{status="200"\} [0-9]+$', again, re.MULTILINE)
    assert r'hearth_part_condition{part="a \"strange\"\\part\n",condition="missing"} 1' in text


# The door of a button


async def test_looking_at_a_button_does_not_press_it(served: Served):
    button = served.button()
    for _ in range(2):
        page = await served.client.get(button, headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert '<form method="post">' in page.text
    assert served.answered == []


async def test_pressing_a_button_answers_once(served: Served):
    button = served.button()
    first = await served.client.post(button)
    again = await served.client.post(button)
    assert (first.status_code, first.json()) == (200, {"answer": "done"})
    assert error_of(again) == (410, "token-used")
    assert [(one.key, one.answer, one.person) for one in served.answered] == [("due:7", Answer.DONE, "ann")]


async def test_of_many_who_press_at_once_one_gets_through(served: Served):
    button = served.button()
    async with asyncio.TaskGroup() as group:
        pressing = [group.create_task(served.client.post(button)) for _ in range(20)]
    assert sorted(task.result().status_code for task in pressing) == [200] + [410] * 19
    assert len(served.answered) == 1


async def test_a_button_of_a_question_is_good_no_longer_than_the_question(served: Served):
    button = served.button(Answer.YES, served.clock.now() + timedelta(minutes=2))
    page = await served.client.get(button, headers={"Accept": "text/html"})
    await served.clock.advance(timedelta(minutes=2))
    assert "Yes, do it" in page.text
    assert error_of(await served.client.post(button)) == (410, "token-expired")
    assert served.answered == []


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_changed_or_missing_token_opens_nothing(served: Served, method: str):
    for address in (served.button()[:-2] + "xx", "/api/notices/answer", "/api/notices/answer?token=%00%ff"):
        assert error_of(await served.client.request(method, address)) == (403, "token-invalid")
    assert served.answered == []


async def test_a_person_is_told_in_a_page_why_a_button_is_not_taken(served: Served):
    button = served.button()
    await served.clock.advance(LASTING)
    page = await served.client.post(button, headers={"Accept": "text/html,*/*"})
    assert page.status_code == 410
    assert "too old" in page.text
    assert page.headers["content-type"].startswith("text/html")


# Where it listens


async def test_a_port_that_is_taken_is_a_health_row_and_is_waited_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(serving, "PORT_WAIT_S", 0.01)
    async with asyncio.timeout(SOON_S), asyncio.TaskGroup() as group:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            dashboard = Dashboard(DashboardSection(port=taken.getsockname()[1]), house(), bearer=BEARER)
            running = group.create_task(dashboard.run())
            while "set dashboard.port" not in dashboard.health().remedy:
                await asyncio.sleep(0)
            assert dashboard.health().condition is Condition.DEGRADED
        await dashboard.listening.wait()
        assert dashboard.health().condition is Condition.FINE
        running.cancel()


async def test_a_dashboard_that_was_ended_leaves_its_port(tmp_path: Path):
    async with serves(tmp_path, DashboardSection(port=0)) as served:
        port = served.client.base_url.port
        await served.client.get("/healthz")
    assert port is not None
    socket.create_server(("127.0.0.1", port)).close()


def house() -> House:
    async def take(one: Answered) -> None:
        raise AssertionError(one)

    return House({}, HealthTable(), cast("Tokens", None), take)
