"""The routes: what a program with the token may ask of the house, what anybody may see, and the door for buttons."""

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Body, Depends, FastAPI, Query, Security
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request

from daemon.control import ControlError
from daemon.dashboard.answering import answering
from daemon.dashboard.failure import Failure
from daemon.dashboard.metrics import CONTENT_TYPE, Metric, exposition, of_parts, of_process
from daemon.dashboard.pages import page
from daemon.dashboard.server import House
from daemon.dashboard.voice import talking
from daemon.errors import DaemonError
from daemon.supervise import Condition

ANSWER_S = 60.0
"""The longest that a client waits: more than the deadlines inside the daemon."""
MOST_ENTRIES = 1_000
"""Entries of the journal in one answer."""

Word = Annotated[str, Field(max_length=200)]
PlanTurn = Literal["approve", "confirm", "stop", "pause", "resume", "undo"]
Ask = Callable[..., Coroutine[None, None, object]]
"""Asks an operation by its name, with its fields; what is ``None`` is left out."""


class Said(BaseModel):
    """A sentence to the house."""

    text: Annotated[str, Field(min_length=1, max_length=2_000)]
    area: Word | None = None
    """The room that it is said in."""
    person: Word | None = None
    language: Word | None = None


class TakenBack(BaseModel):
    """What is to be undone: the last thing, or everything since a time."""

    since: Word | None = None
    """``18:30`` or ISO 8601."""
    person: Word | None = None


class Resolved(BaseModel):
    """What became of a step that nobody knows about."""

    step: Word
    how: Literal["done", "again", "skip"]
    person: Word | None = None


class By(BaseModel):
    """Who says so."""

    person: Word | None = None


class Unlocking(BaseModel):
    """What opens the sealed memory of a person, and for how long; without minutes, until the daemon ends."""

    passphrase: Annotated[str, Field(min_length=1, max_length=1_000)]
    minutes: Annotated[int, Field(ge=1, le=60 * 24 * 365)] | None = None


class PlanYes(BaseModel):
    """What is said yes to: without a digest, the plan or step as it stands now."""

    digest: Word | None = None
    step: Word | None = None
    person: Word | None = None


def application(house: House, bearer: str, answered: Counter[str]) -> FastAPI:
    """Return the application; ``answered`` counts the answers by status, for the metrics."""
    app = FastAPI(title="Hearth", version="1", openapi_url="/api/openapi.json", docs_url=None, redoc_url=None)
    app.add_exception_handler(ControlError, _on_ours)
    app.add_exception_handler(DaemonError, _on_ours)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(Exception, _on_fault)
    app.include_router(_open(house, answered))
    app.include_router(answering(house))
    app.include_router(page())
    if house.serve is not None:
        app.include_router(talking(house.serve, bearer))

    async def ask(operation: str, **fields: object) -> object:
        known = house.operations.get(operation)
        if known is None:
            raise ControlError("unknown-operation", f"this house knows no {operation!r}")
        given = {key: it for key, it in fields.items() if it is not None}
        try:
            async with asyncio.timeout(ANSWER_S):
                return await known({"op": operation, **given})
        except TimeoutError as error:
            raise ControlError("timeout", f"no answer within {ANSWER_S:g} seconds", "see: hearth doctor") from error

    for router in (_reading(ask), _planned(ask), _acting(ask)):
        app.include_router(router, prefix="/api", dependencies=[Depends(_only_with(bearer))])
    return app


def _only_with(bearer: str) -> Callable[..., None]:
    """Return a dependency that lets in who brings the token."""
    scheme = HTTPBearer(auto_error=False, description="The text of `api.token` in the state directory.")

    def check(given: Annotated[HTTPAuthorizationCredentials | None, Security(scheme)]) -> None:
        brought = given.credentials if given is not None else ""
        if not secrets.compare_digest(brought.encode(), bearer.encode()):
            remedy = "send 'Authorization: Bearer …' with what api.token in the state directory holds"
            raise ControlError("unauthorized", "this needs the token of the house", remedy)

    return check


def _open(house: House, answered: Counter[str]) -> APIRouter:
    router = APIRouter(tags=["state"])

    @router.get("/healthz", summary="Whether the daemon can do its work")
    async def healthz() -> JSONResponse:
        parts = {row.part: row.condition.value for row in house.table.rows()}
        # Without its store the daemon refuses everything; without any other part, it does what it can.
        well = parts.get("store", Condition.FINE.value) == Condition.FINE
        return JSONResponse({"status": "fine" if well else "degraded", "parts": parts}, 200 if well else 503)

    @router.get("/metrics", summary="What can be measured, for Prometheus", response_class=PlainTextResponse)
    async def metrics() -> PlainTextResponse:
        of_http = Metric(
            "hearth_http_answers_total",
            "Answers over HTTP.",
            "counter",
            [({"status": status}, float(count)) for status, count in sorted(answered.items())],
        )
        text = exposition([of_parts(house.table.rows()), of_http, *of_process(), *house.measures()])
        return PlainTextResponse(text, media_type=CONTENT_TYPE)

    return router


def _reading(ask: Ask) -> APIRouter:
    router = APIRouter(tags=["reading"])

    @router.get("/devices", summary="What is in the house, with its present state")
    async def devices() -> object:
        return await ask("devices")

    @router.get("/health", summary="How each part is, and what to do")
    async def health() -> object:
        return await ask("health")

    @router.get(
        "/journal", summary="What was done, newest last; with the words of a person, and of nobody else who is known"
    )
    async def journal(limit: Annotated[int, Query(ge=1, le=MOST_ENTRIES)] = 50, person: Word | None = None) -> object:
        return await ask("journal", limit=limit, person=person)

    @router.get("/why", summary="Why something is as it is: an entity's id or name, else what happened last")
    async def why(entity: Word | None = None, person: Word | None = None) -> object:
        return await ask("why", entity=entity, person=person)

    @router.get("/due", summary="Everything that is due")
    async def due() -> object:
        return await ask("due")

    @router.get("/timers", summary="The timers")
    async def timers() -> object:
        return await ask("due", kind="timer")

    @router.get("/reminders", summary="The reminders")
    async def reminders() -> object:
        return await ask("due", kind="reminder")

    @router.get("/lists", summary="What is on the lists, or on one")
    async def lists(name: Annotated[Word | None, Query(alias="list")] = None) -> object:
        return await ask("lists", list=name)

    @router.get("/notices", summary="What was to be told, and whether it was")
    async def notices() -> object:
        return await ask("notices")

    return router


def _planned(ask: Ask) -> APIRouter:
    """Return the routes that read what is to come: questions, routines, habits, plans."""
    router = APIRouter(tags=["reading"])

    @router.get("/routines", summary="The routines, when each runs next and how its last run ended")
    async def routines() -> object:
        return await ask("routines")

    @router.get("/routines/trace", summary="What the newest runs did, step by step, of one routine or of all")
    async def traces(routine: Word | None = None, limit: Annotated[int, Query(ge=1, le=100)] = 10) -> object:
        return await ask("routine.trace", routine=routine, limit=limit)

    @router.get("/people", summary="Who lives here, and what is lent to them")
    async def people() -> object:
        return await ask("people")

    @router.get("/seals", summary="Who has their memory sealed, and whose is open now")
    async def seals() -> object:
        return await ask("memory.seals")

    @router.get("/questions", summary="What waits for a yes, whoever wished for it")
    async def questions(person: Word | None = None) -> object:
        return await ask("questions", person=person)

    @router.get("/habits", summary="What people do again and again, and the routine that is proposed for each")
    async def habits() -> object:
        return await ask("habits")

    @router.get("/plans", summary="The plans: drafts, what is being carried out, and what ended lately")
    async def plans() -> object:
        return await ask("plans")

    @router.get("/plans/{plan}", summary="A plan with all its steps, as it was shown and as it stands")
    async def plan(plan: Word) -> object:
        return await ask("plan.show", plan=plan)

    @router.get("/projects", summary="The projects that are not closed, and what is open of each")
    async def projects() -> object:
        return await ask("projects")

    return router


async def _while_there(request: Request, work: Coroutine[None, None, object]) -> object:
    """Return what the work returns; a client that goes away ends it, which frees a model that thinks for them."""

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        working.cancel()

    try:
        async with asyncio.TaskGroup() as group:
            working = group.create_task(work)
            watching = group.create_task(watch())
            working.add_done_callback(lambda _: watching.cancel())
    except ExceptionGroup as broken:
        raise broken.exceptions[0] from broken
    return None if working.cancelled() else working.result()


def _acting(ask: Ask) -> APIRouter:
    router = APIRouter(tags=["acting"])

    @router.post("/ask", summary="Say a sentence to the house")
    async def say(request: Request, said: Said) -> object:
        return await _while_there(request, ask("ask", **said.model_dump()))

    @router.post("/undo", summary="Take back what was done last, or since a time")
    async def undo(given: TakenBack) -> object:
        return await ask("undo", **given.model_dump())

    @router.post("/routines/hook/{id}", summary="Call a web hook that routines wait for; the body may be any JSON")
    async def hook(id: Word, request: Request, body: Annotated[object, Body()] = None) -> object:
        return await ask("routine.hook", id=id, json=body, query=dict(request.query_params))

    @router.post("/questions/{question}/{answer}", summary="Say yes or no to what waits")
    async def reply(question: Word, answer: Literal["yes", "no"], given: By | None = None) -> object:
        return await ask("question.answer", id=question, answer=answer, person=given and given.person)

    @router.post("/seals/{person}/unlock", summary="Open the sealed memory of a person with its passphrase")
    async def unlock(person: Word, given: Unlocking) -> object:
        return await ask("memory.unlock", person=person, passphrase=given.passphrase, minutes=given.minutes)

    @router.post("/seals/{person}/lock", summary="Lock the sealed memory of a person")
    async def lock(person: Word) -> object:
        return await ask("memory.lock", person=person)

    @router.post("/habits/{habit}/{answer}", summary="Answer to a routine that is proposed")
    async def answer(habit: Word, answer: Literal["accept", "later", "never"], given: By | None = None) -> object:
        return await ask("habit.answer", id=habit, answer=answer, person=given and given.person)

    @router.post("/plans", summary="Check and rehearse a plan, and keep it as a draft; nothing is done")
    async def draw_up(plan: Annotated[dict[str, object], Body()]) -> object:
        return await ask("plan.add", plan=plan)

    @router.post("/plans/{plan}/resolve", summary="Say what became of a step that nobody knows about")
    async def resolve(plan: Word, given: Resolved) -> object:
        return await ask("plan.resolve", plan=plan, **given.model_dump())

    @router.post(
        "/plans/{plan}/{turn}", summary="Approve, stop, pause, resume or take back a plan, or confirm its step"
    )
    async def turn(plan: Word, turn: PlanTurn, given: PlanYes | None = None) -> object:
        return await ask(f"plan.{turn}", plan=plan, **(given.model_dump() if given is not None else {}))

    @router.post("/routines/{routine}/{turn}", summary="Carry a routine out now, switch it on or off; by id or name")
    async def routine(routine: Word, turn: Literal["run", "enable", "disable"], given: By | None = None) -> object:
        return await ask(f"routine.{turn}", routine=routine, person=given and given.person)

    return router


async def _on_ours(_request: Request, error: Exception) -> JSONResponse:
    return _told(Failure.of(cast("ControlError | DaemonError", error)))


async def _on_http(_request: Request, error: Exception) -> JSONResponse:
    status = cast("HTTPException", error).status_code
    code = {404: "not-found", 405: "bad-method"}.get(status, "bad-request")
    return _told(Failure(status, code, str(cast("HTTPException", error).detail), "see: /api/openapi.json"))


async def _on_invalid(_request: Request, error: Exception) -> JSONResponse:
    first = cast("RequestValidationError", error).errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return _told(Failure(422, "bad-request", f"{where}: {first['msg']}", "see: /api/openapi.json"))


async def _on_fault(_request: Request, error: Exception) -> JSONResponse:
    # The guard logs it, with its traceback.
    return _told(Failure(500, "internal", type(error).__name__, "see the log"))


def _told(failure: Failure) -> JSONResponse:
    return JSONResponse(failure.body(), failure.status)
