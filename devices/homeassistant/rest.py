"""What Home Assistant tells only who asks over REST, through the package ``homeassistant-api`` (6.1, see ADR 0020)."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

from devices.homeassistant.client import HubError
from devices.homeassistant.settings import Settings
from devices.model import EntityId, State

if TYPE_CHECKING:
    from homeassistant_api import AsyncClient


class Rest:
    """Questions over REST. Open as a context manager; the package is loaded then, which takes 0.3 s."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: AsyncClient | None = None

    async def __aenter__(self) -> Self:
        # In a thread: it brings pydantic models and an HTTP library of its own.
        self._client = await asyncio.to_thread(_client, self._settings)
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client is not None:
            await self._client.__aexit__(kind, error, trace)

    async def history(self, entity: EntityId, *, since: datetime, until: datetime) -> Sequence[State]:
        """Return what an entity was, oldest first; nothing for what is not recorded.

        Raises:
            HubError: Home Assistant does not answer.
        """
        async with self._asked("the history") as client:
            known = await client.get_entity(entity_id=entity)
            if known is None:
                return ()
            found: list[State] = []
            async for one in client.get_entity_histories((known,), start_timestamp=since, end_timestamp=until):
                found += [
                    State(entity, state.state, dict(state.attributes), state.last_updated, state.last_changed)
                    for state in one.states
                ]
            return found

    async def template(self, text: str) -> str:
        """Return what Home Assistant makes of a template.

        Raises:
            HubError: it does not answer, or the template is wrong.
        """
        async with self._asked("a template") as client:
            return await client.get_rendered_template(text)

    @asynccontextmanager
    async def _asked(self, what: str) -> AsyncGenerator["AsyncClient"]:
        """Give a question its time, and what the package raises one form."""
        from homeassistant_api.errors import HomeassistantAPIError

        assert self._client is not None, "not open"
        try:
            async with asyncio.timeout(self._settings.answer_timeout_s):
                yield self._client
        # Refused connections and timeouts come as niquests' errors, which are an OSError each; what does not fit its
        # models as pydantic's, which is a ValueError.
        except (HomeassistantAPIError, OSError, ValueError, TimeoutError) as error:
            reason = str(error)[:200] or type(error).__name__
            raise HubError(f"Home Assistant did not tell {what}: {reason}") from error


def _client(settings: Settings) -> "AsyncClient":
    from homeassistant_api import AsyncClient
    from niquests import AsyncSession

    # Without a session of ours it would wait 30 s for anything, and take proxies from the environment.
    session = AsyncSession(timeout=settings.answer_timeout_s)
    session.trust_env = False
    client = AsyncClient(f"{settings.url.rstrip('/')}/api", settings.token, session=session)
    if settings.ca_file is not None:
        client.global_request_kwargs["verify"] = str(settings.ca_file)
    return client
