"""The effect by which somebody is told what a tool of others says."""

from skills.actions import Name, Parameters, Text
from skills.model import Action

LOOK_UP = "HearthLookUp"
"""The intent of a question to a tool of others."""


class OutsideAsk(Parameters):
    """Parameters of ``outside.ask``: ask a server of others."""

    text: Text
    """What a person wants to know, in their words."""
    server: Name
    """Its name in the configuration."""


def outside_ask(text: str, server: str) -> Action:
    """Return the wish to be told what a server of others says."""
    return Action("outside.ask", {"text": text, "server": server})
