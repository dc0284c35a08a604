"""Ollama behind `Model`, every fault of its wire told as one of ours (ollama 0.33, ollama-python 0.6.3).

Its client waits for ever, follows redirects, obeys proxies of the environment and sends ``OLLAMA_API_KEY`` to whatever
host it is given: all of that is switched off here. A tag that ends in ``cloud`` is answered by ollama.com.
"""

import asyncio
import ipaddress
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from daemon.reasoner.errors import (
    BusyError,
    CutOffError,
    ForeignError,
    GarbledError,
    MissingError,
    ModelError,
    OverdueError,
    OverlongError,
    UnableError,
    UnreachableError,
)
from daemon.reasoner.model import Prompt

if TYPE_CHECKING:
    import ollama

log = logging.getLogger("hearth." + __name__)

KEEP_ALIVE = "30m"
"""How long the server keeps the model loaded after it was asked."""
LONGEST_ANSWER = 20_000
"""Characters: a model that goes on and on is cut off."""
_LOCAL_NAMES = ("localhost",)
_LOCAL_ENDS = (".local", ".lan", ".home.arpa", ".internal", ".localhost")


@dataclass(frozen=True, slots=True)
class Waits:
    """How long each part may take, in seconds."""

    connect_s: float = 2.0
    first_s: float = 10.0
    """To the first token: the prompt is read. That the model has to be loaded is what `warm` is for."""
    next_s: float = 5.0
    warm_s: float = 120.0
    """To load it from a slow disk, when nobody waits."""


class Ollama:
    """One model on one server."""

    def __init__(
        self,
        url: str,
        model: str,
        *,
        context: int = 8192,
        remote: bool = False,
        waits: Waits | None = None,
    ) -> None:
        """Take where it is; with ``remote`` the owner says that words may leave the house.

        Raises:
            ForeignError: they would, and the owner has not said so.
        """
        self._url, self._model, self._context = url, model, context
        self._waits = waits or Waits()
        if not remote:
            refuse_foreign(url, model)
        self._client: ollama.AsyncClient | None = None

    async def complete(self, prompt: Prompt) -> AsyncGenerator[str]:
        """Yield the answer in pieces; closing it drops the connection, which ends the generation over there."""
        if prompt.tokens + prompt.most_tokens > self._context:
            raise OverlongError(
                f"the prompt is about {prompt.tokens} tokens; {self._context} is what ollama.context has"
            )
        with self._as_ours():
            async with asyncio.timeout(self._waits.first_s):
                parts = await self._begun(prompt)
            length, ended = 0, False
            async with aclosing(cast("AsyncGenerator[ollama.ChatResponse]", parts)):
                async for part in _timed(parts, self._waits.first_s, self._waits.next_s):
                    piece = part.message.content or ""
                    length += len(piece)
                    if length > LONGEST_ANSWER:
                        raise GarbledError(f"{self._model!r} goes on and on")
                    if piece:
                        yield piece
                    if part.done:
                        ended = True
                        self._check_end(part, prompt)
                        break
            if not ended:
                raise CutOffError(f"the answer of {self._model!r} ended before its end")

    async def warm(self) -> None:
        """Load the model: a chat without messages."""
        with self._as_ours():
            async with asyncio.timeout(self._waits.warm_s):
                await self._opened().chat(self._model, [], keep_alive=KEEP_ALIVE, options={"num_ctx": self._context})

    async def close(self) -> None:
        """Let go of the connection."""
        if self._client is not None:
            # Its type says nothing (0.6.3).
            await cast("Callable[[], Awaitable[None]]", self._client.close)()
            self._client = None

    async def _begun(self, prompt: Prompt) -> "AsyncIterator[ollama.ChatResponse]":
        options = {"num_ctx": self._context, "num_predict": prompt.most_tokens, "temperature": 0.0}
        return await self._opened().chat(
            self._model,
            [{"role": message.role, "content": message.text} for message in prompt.messages],
            stream=True,
            # A model that can think does so unless it is told not to, and others do not mind being told.
            think=False,
            format=dict(prompt.schema) if prompt.schema is not None else None,
            options=options,
            keep_alive=KEEP_ALIVE,
        )

    def _opened(self) -> "ollama.AsyncClient":
        if self._client is None:
            import httpx  # 0.2 s together: only where there is a model
            import ollama

            waits = httpx.Timeout(self._waits.first_s, connect=self._waits.connect_s)
            self._client = ollama.AsyncClient(
                self._url,
                timeout=waits,
                trust_env=False,
                follow_redirects=False,
                # Without one of our own it would send OLLAMA_API_KEY.
                headers={"authorization": "none"},
            )
        return self._client

    def _check_end(self, part: "ollama.ChatResponse", prompt: Prompt) -> None:
        if part.done_reason == "length":
            raise CutOffError(f"the answer of {self._model!r} was longer than {prompt.most_tokens} tokens")
        read = part.prompt_eval_count or 0
        if read + prompt.most_tokens > self._context:
            # The server would have dropped the oldest messages without a word.
            raise OverlongError(f"the prompt was {read} tokens; {self._context} is what ollama.context has")

    @contextmanager
    def _as_ours(self) -> Generator[None]:
        import httpx
        import ollama
        import pydantic

        try:
            yield
        except TimeoutError as error:
            raise OverdueError(f"{self._model!r} at {self._url} took too long") from error
        except httpx.TimeoutException as error:
            raise OverdueError(f"{self._model!r} at {self._url} took too long") from error
        except (ConnectionError, httpx.ConnectError) as error:
            raise UnreachableError(f"nobody answers at {self._url}: start Ollama, or set ollama.url") from error
        except httpx.HTTPError as error:
            raise CutOffError(f"the answer of {self._model!r} broke off: {error!r}") from error
        except ollama.ResponseError as error:
            raise self._told(error) from error
        except (pydantic.ValidationError, json.JSONDecodeError, UnicodeDecodeError) as error:
            raise GarbledError(f"what {self._url} sends is no answer of Ollama") from error

    def _told(self, error: "ollama.ResponseError") -> ModelError:
        # Some errors of the engine below it come through as an object.
        text = " ".join(str(error.error).split())[:200]
        match error.status_code:
            case 404:
                return MissingError(f"{self._url} has no model {self._model!r}: ollama pull {self._model}")
            case 429 | 503:
                return BusyError(f"{self._url} is busy")
            case 400 | 413 if "context" in text or "too long" in text:
                return OverlongError(f"the prompt is too long for {self._model!r}: {text}")
            case 400:
                return UnableError(f"{self._model!r} cannot do that: {text}")
            case -1:
                return CutOffError(f"{self._model!r} broke down in its answer: {text}")
            case _:
                return GarbledError(f"{self._url} answers with {error.status_code}: {text}")


async def _timed(
    parts: "AsyncIterator[ollama.ChatResponse]", first_s: float, next_s: float
) -> "AsyncGenerator[ollama.ChatResponse]":
    wait_s = first_s
    while True:
        async with asyncio.timeout(wait_s):
            part = await anext(parts, None)
        if part is None:
            return
        yield part
        # What came in one piece is parsed line by line: lights get their turn in between.
        await asyncio.sleep(0)
        wait_s = next_s


def refuse_foreign(url: str, model: str) -> None:
    """Let only a server and a model in the house pass.

    Raises:
        ForeignError: words would leave it.
    """
    if model.partition(":")[2].endswith("cloud"):
        raise ForeignError(f"{model!r} is answered by ollama.com: choose another, or set ollama.remote = true")
    host = outside(url)
    if host is not None:
        raise ForeignError(f"{host!r} is outside the house: use a machine in it, or set ollama.remote = true")


def outside(url: str) -> str | None:
    """Return the host of an address if it is outside the house; ``None`` for a machine in it."""
    host = urlsplit(url if "://" in url else f"http://{url}").hostname or ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        inside = host in _LOCAL_NAMES or host.endswith(_LOCAL_ENDS) or "." not in host
    else:
        inside = address.is_private or address.is_loopback or address.is_link_local
    return None if inside else host
