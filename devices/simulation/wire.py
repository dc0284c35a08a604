"""Reading JSON the way firmware does: what is not an object is not understood."""

import json
from typing import cast


def read_object(payload: str) -> dict[str, object]:
    """Return the JSON object in a payload.

    Raises:
        ValueError: it is not JSON, or not an object.
    """
    value: object = json.loads(payload)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return as_object(cast(object, value))


def as_object(value: object) -> dict[str, object]:
    """Return a parsed JSON object with its type; an empty one for anything else."""
    return dict(cast(dict[str, object], value)) if isinstance(value, dict) else {}
