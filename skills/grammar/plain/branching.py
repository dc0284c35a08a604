"""Two drafts that undo each other as one routine, and which things a definition names."""

from collections.abc import Mapping, Sequence
from typing import cast

from devices.model import Entity, EntityId, HomeView
from skills.grammar.plain.model import Draft, Written
from skills.grammar.tokens import words_of


def branched(before: Draft, after: Draft) -> Draft | None:
    """Return two routines as one with a branch; ``None`` unless each is set off by one thing."""
    first, second = (cast("list[Written]", one.definition["triggers"]) for one in (before, after))
    if len(first) != 1 or len(second) != 1 or before.definition["conditions"] != after.definition["conditions"]:
        return None
    test = _so_then(first[0])
    if test is None:
        return None
    branch = {"if": [test], "then": before.definition["actions"], "else": after.definition["actions"]}
    return Draft({**before.definition, "triggers": [*first, *second], "actions": [branch]})


def _so_then(trigger: Written) -> Written | None:
    if trigger["trigger"] == "state" and "to" in trigger:
        return {"condition": "state", "entity_id": trigger["entity_id"], "state": trigger["to"]}
    if trigger["trigger"] == "numeric_state":
        kept = {key: value for key, value in trigger.items() if key not in ("trigger", "for")}
        return {"condition": "numeric_state", **kept}
    return None


def spoken_of(definition: Mapping[str, object]) -> tuple[EntityId, ...]:
    """Return every entity that a definition names, in order."""
    found: dict[EntityId, None] = {}

    def look(thing: object, key: str = "") -> None:
        if isinstance(thing, Mapping):
            for name, value in cast("Mapping[str, object]", thing).items():
                look(value, name)
        elif isinstance(thing, list | tuple):
            for value in cast("Sequence[object]", thing):
                look(value, key)
        elif key == "entity_id" and isinstance(thing, str):
            found[EntityId(thing)] = None

    look(definition)
    return tuple(found)


def told_of(actions: Sequence[Written], home: HomeView) -> Entity | None:
    """Return the thing that a message names: "remind me to close the window when it is open"."""
    told = [cast("Mapping[str, object]", one["data"]).get("message", "") for one in actions if "data" in one]
    text = f" {' '.join(word for one in told for word in words_of(str(one)))} "
    named = [one for one in home.entities() if f" {' '.join(words_of(one.name))} " in text]
    return max(named, key=lambda one: len(one.name), default=None)
