"""Weather forecasts, which Home Assistant keeps in no state: they are the answer of a service."""

from collections.abc import Mapping

from devices.homeassistant.client import AnswerError, Connection, mapping, objects

EVERY_S = 1800.0
"""Weather services renew their forecasts each half hour to each six hours."""
MOST = 60
"""Parts of a forecast that are kept."""
_KINDS = ("daily", "twice_daily", "hourly")
"""From the longest to the shortest outlook; which of them a station has, its answer tells."""


async def fetch(connection: Connection, station: str) -> tuple[Mapping[str, object], ...]:
    """Return the forecast of the longest outlook that a weather entity has; none where it has none.

    Uses ``weather.get_forecasts`` (2023.9 and later).

    Raises:
        HubError: Home Assistant does not answer.
    """
    for kind in _KINDS:
        try:
            answer = await connection.request(
                "call_service",
                {
                    "domain": "weather",
                    "service": "get_forecasts",
                    "service_data": {"type": kind},
                    "target": {"entity_id": station},
                    "return_response": True,
                },
            )
        except AnswerError:
            continue
        found = _parts(answer, station)
        if found:
            return found
    return ()


def _parts(answer: object, station: str) -> tuple[Mapping[str, object], ...]:
    found = mapping(mapping(mapping(answer).get("response")).get(station)).get("forecast")
    return tuple(objects(found)[:MOST])
