"""The door that a button opens: looking at it changes nothing, for a preview of a link must not answer a notice."""

from collections.abc import Awaitable, Callable
from html import escape
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.requests import Request

from daemon.dashboard.failure import Failure
from daemon.dashboard.server import House
from daemon.errors import DaemonError
from daemon.notify.model import Answer
from skills.language import current, say

WORDS = {
    Answer.DONE: "It is done",
    Answer.SNOOZE: "Remind me later",
    Answer.NOT_ME: "Ask somebody else",
    Answer.DISMISSED: "I have seen it",
    Answer.YES: "Yes, do it",
    Answer.NO: "No, leave it",
}
"""What a person says with an answer."""
_PAGE = """<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>Hearth</title></head>
<body><h1>{heading}</h1>
{body}
</body></html>
"""
_FORM = '<form method="post"><p><button type="submit">{words}</button></p></form>'

Given = Annotated[str, Query(max_length=1024, description="What the button carries.")]


def answering(house: House) -> APIRouter:
    """Return the routes of the door; they need no token but the button's own."""
    router = APIRouter(tags=["notices"])

    @router.get("/api/notices/answer", summary="Show what a button would answer", response_class=HTMLResponse)
    async def look(request: Request, token: Given = "") -> Response:
        async def shown() -> Response:
            words = say(WORDS[house.buttons.read(token).answer])
            return _page(say("Answer this notice?"), _FORM.format(words=escape(words)))

        return await _or_why_not(request, shown)

    @router.post("/api/notices/answer", summary="Answer a notice, once", response_class=HTMLResponse)
    async def answer(request: Request, token: Given = "") -> Response:
        async def taken() -> Response:
            answered = await house.buttons.redeem(token)
            await house.answered(answered)
            if _is_person(request):
                return _page(say("Thank you"), f"<p>{escape(say(WORDS[answered.answer]))}.</p>")
            return JSONResponse({"answer": answered.answer})

        return await _or_why_not(request, taken)

    return router


async def _or_why_not(request: Request, work: Callable[[], Awaitable[Response]]) -> Response:
    """Return what the work returns, or say why the answer is not taken, to people in a page."""
    try:
        return await work()
    except DaemonError as error:
        failure = Failure.of(error)
    if _is_person(request):
        return _page(say("This did not work"), f"<p>{escape(failure.message)}</p>", failure.status)
    return JSONResponse(failure.body(), failure.status)


def _is_person(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _page(heading: str, body: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(_PAGE.format(language=current().code, heading=escape(heading), body=body), status)
