import pytest

from devices.home import Home
from skills.grammar.model import Context, Understander


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("turn on the desk lamp", "word for word: HassTurnOn {'name': 'Desk Lamp'} -> light.desk_lamp (cost 0) won"),
        ("turn own the desk lamp", "own -> on) won"),
        (
            "the desk lamp, switch it off",
            "other order: HassTurnOff {'name': 'Desk Lamp'}",
        ),
        ("don't turn on the desk lamp", "sign: negation: reject unless it is a sentence as it stands"),
        ("close the bedroom blind", "lost: a name says more than a room or a kind"),
        ("", "reject (0.00): empty"),
        ("word " * 500, "reject (0.00): too-long"),
    ],
)
def test_readings_are_told_with_what_they_cost_and_why_they_lost(
    engine: Understander, home: Home, text: str, told: str
):
    lines = engine.explain(text, home, Context())
    assert any(told in line for line in lines), lines
