"""What is renamed, added or removed is known by its new name at once, also if one engine serves several houses."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.home import Home
from devices.model import Entity, EntityId
from skills.grammar import load
from skills.grammar.model import Context, Decision, Understander
from tests.skills.grammar import small

NAMES = ("Moon Lamp", "Sun Lamp", "Reading Lamp", "Moon", "Big Moon Lamp")
IDS = tuple(EntityId(f"light.{name}") for name in ("one", "two", "three"))
ENGINE = load("en")

CHANGES = st.tuples(st.integers(0, 1), st.sampled_from(IDS), st.sampled_from((None, *NAMES)))
"""In which house, what, and its new name; ``None``: it is removed."""


def targets(engine: Understander, home: Home, text: str, *history: str) -> set[EntityId]:
    """Return what an utterance is about, wherever that is certain."""
    meant = engine.understand(text, home, Context(history=history))
    return {target for match in meant.matches for target in match.targets if meant.decision is Decision.ACT}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(CHANGES, max_size=12))
def test_every_change_counts_at_once_in_whichever_house(changes: list[tuple[int, EntityId, str | None]]):
    homes = (Home(), Home())
    for at, key, name in changes:
        home = homes[at]
        if name is not None:
            home.add(Entity(key, name, "light"))
        elif home.entity(key) is not None:
            home.remove(key)
        for other in homes:
            for called in NAMES:
                alone = [entity.id for entity in other.entities() if entity.name == called]
                if len(alone) == 1:
                    assert targets(ENGINE, other, f"turn on the {called.lower()}") == set(alone)


def test_what_was_said_in_one_house_is_not_remembered_in_another():
    """Somebody said "turn it off" in a house and the lamp of the other house was meant."""
    one, other = Home(), Home()
    one.add(Entity(EntityId("light.one"), "Moon Lamp", "light"))
    other.add(Entity(EntityId("light.other"), "Moon Lamp", "light"))
    said = "turn on the moon lamp"
    assert targets(ENGINE, one, "turn it off", said) == {EntityId("light.one")}
    assert targets(ENGINE, other, "turn it off", said) == {EntityId("light.other")}


def test_a_follow_up_is_about_the_name_of_today():
    home = small.house()
    lamp = home.entity(EntityId("light.desk_lamp"))
    assert lamp is not None
    assert targets(ENGINE, home, "turn it off", "turn on the desk lamp") == {lamp.id}
    home.add(replace(lamp, name="Banker Lamp"))
    assert targets(ENGINE, home, "turn it off", "turn on the desk lamp") == set()
    assert targets(ENGINE, home, "turn it off", "turn on the banker lamp") == {lamp.id}
