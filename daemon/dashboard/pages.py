"""The page of the house, for people: what it is doing and why, with what to say yes to, to stop and to take back."""

from collections.abc import Awaitable, Callable
from importlib.resources import files

from fastapi import APIRouter
from fastapi.responses import Response

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'none'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
FILES = {
    "/": ("desk.html", "text/html; charset=utf-8"),
    "/desk/desk.css": ("desk.css", "text/css; charset=utf-8"),
    "/desk/desk.js": ("desk.js", "text/javascript; charset=utf-8"),
    "/desk/words.js": ("words.js", "text/javascript; charset=utf-8"),
}
"""The files of the page, by their paths. There is no secret in them: it asks for the token, and the API checks it."""


def page() -> APIRouter:
    """Return the routes of the page."""
    router = APIRouter(include_in_schema=False)
    for path, (name, kind) in FILES.items():
        router.add_api_route(path, _file(name, kind))
    return router


def _file(name: str, kind: str) -> Callable[[], Awaitable[Response]]:
    content = (files("daemon.dashboard") / "desk" / name).read_bytes()

    async def file() -> Response:
        return Response(content, media_type=kind, headers={"content-security-policy": CSP})

    return file
