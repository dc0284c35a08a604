"""What a wish for a group comes to."""

from collections.abc import Iterator

from devices.model import EntityId, HomeView


def leaves(home: HomeView, target: EntityId) -> Iterator[EntityId]:
    """Yield a thing, or of a group each thing in it once; one that nobody knows is itself."""
    entity = home.entity(target)
    if entity is None or not entity.members:
        yield target
        return
    seen, todo = set[EntityId](), [target]
    while todo:
        one = todo.pop()
        if one in seen:
            continue
        seen.add(one)
        found = home.entity(one)
        known = [] if found is None else [member for member in found.members if home.entity(member) is not None]
        if known:
            todo += reversed(known)
        else:
            yield one
