"""How an error is told over HTTP: a status, and ``{"error": {"code", "message", "remedy"}}`` as everywhere else."""

import json
from dataclasses import dataclass

from daemon.control import ControlError
from daemon.errors import DaemonError

STATUS = {
    "bad-request": 400,
    "bad-time": 400,
    "entity-ambiguous": 409,
    "internal": 500,
    "not-sealed": 404,
    "passphrase-wait": 429,
    "passphrase-wrong": 403,
    "unknown-area": 404,
    "unknown-entity": 404,
    "unknown-language": 400,
    "unknown-habit": 404,
    "unknown-operation": 404,
    "unknown-person": 404,
    "unknown-plan": 404,
    "unknown-question": 404,
    "token-invalid": 403,
    "token-expired": 410,
    "token-used": 410,
    "timeout": 504,
    "unauthorized": 401,
}
"""The status for an error's code; 503 for any other: the daemon cannot do it now."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, as a client gets it."""

    status: int
    code: str
    message: str
    remedy: str = ""

    @classmethod
    def of(cls, error: ControlError | DaemonError) -> "Failure":
        """Return what an error of ours is over HTTP."""
        remedy = error.remedy if isinstance(error, ControlError) else ""
        return cls(STATUS.get(error.code, 503), error.code, str(error), remedy)

    def body(self) -> dict[str, dict[str, str]]:
        """Return the object that a client reads."""
        return {"error": {"code": self.code, "message": self.message, "remedy": self.remedy}}

    def encoded(self) -> bytes:
        """Return the body as it is sent."""
        return json.dumps(self.body(), ensure_ascii=False).encode()
