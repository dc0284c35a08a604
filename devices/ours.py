"""How our own device is known where it shows itself to others: it must not come back into the house that it is of."""

PREFIX = "hearth-self-"
"""What every ``unique_id`` that we announce begins with, and the identifier of our device."""


def is_ours(unique_id: object) -> bool:
    """Return whether an entity of this ``unique_id`` is one that a Hearth announced: ours, or a neighbour's."""
    return isinstance(unique_id, str) and unique_id.startswith(PREFIX)
