"""A door of which the house has only the lock cannot be opened, but unlocked, and that is asked about."""

import pytest

from devices.home import Home
from devices.model import Entity, EntityId
from skills.grammar.model import Context, Decision, Understander
from tests.skills.grammar import cottage


@pytest.fixture
def home() -> Home:
    return cottage.house()


@pytest.mark.parametrize(
    ("text", "intent", "verb"),
    [("open the porch door", "HassTurnOff", "unlock"), ("please shut the porch door", "HassTurnOn", "lock")],
)
def test_it_is_asked_about(engine: Understander, home: Home, text: str, intent: str, verb: str):
    meant = engine.understand(text, home, Context())
    assert (meant.decision, meant.choices) == (Decision.ASK, ("the Porch Door",))
    assert meant.question == f"There is only a lock there. Shall I {verb} the Porch Door?"
    assert [(match.intent, match.targets, match.response) for match in meant.matches] == [
        (intent, ("lock.porch",), None)
    ]


def test_a_door_that_moves_is_opened_though_a_lock_is_called_the_same(engine: Understander, home: Home):
    home.add(Entity(EntityId("cover.hatch"), "Cellar Door", "cover", "door", None))
    assert cottage.done(engine, home, "open the cellar door") == "TurnOn cover.hatch"
