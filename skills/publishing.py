"""The parameters of the effect by which a message is sent over MQTT, beside those in `skills.actions`."""

import json
from typing import Annotated

from pydantic import BeforeValidator, Field

from skills.actions import Parameters

LONGEST = 10_000
"""Characters of a message."""


def _worded(value: object) -> object:
    """Return what a template came to as it is sent: numbers as text, all else as JSON."""
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


class MqttPublish(Parameters):
    """Parameters of ``mqtt.publish``, with the names that Home Assistant has for them."""

    topic: Annotated[str, Field(min_length=1, max_length=1_000)]
    payload: Annotated[str, BeforeValidator(_worded), Field(max_length=LONGEST)] = ""
    qos: Annotated[int, Field(ge=0, le=2)] = 0
    retain: bool = False
    """Whether the broker keeps it for who listens later."""
