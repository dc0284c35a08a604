"""Topics and filters that come from strangers: which are safe to send to a broker, and which are superfluous."""

from collections.abc import Iterable

LONGEST_TOPIC_BYTES = 1024
DEEPEST_TOPIC = 200
"""Levels of a topic; Mosquitto 2.0 ends the connection of whoever sends more (its TOPIC_HIERARCHY_LIMIT)."""


def valid_topic(topic: str) -> bool:
    """Say whether a message may be published on this topic without the broker ending our connection."""
    return _sendable(topic) and "+" not in topic and "#" not in topic


def valid_filter(topic_filter: str) -> bool:
    """Say whether this can be subscribed: well-formed by MQTT 5.0 section 4.7, and not the whole broker."""
    if not _sendable(topic_filter) or topic_filter in ("#", "+/#"):
        return False
    *inner, last = topic_filter.split("/")
    return all("#" not in level and ("+" not in level or level == "+") for level in inner) and (
        last in ("#", "+") or not ("#" in last or "+" in last)
    )


def _sendable(topic: str) -> bool:
    if not topic or "\0" in topic or topic.count("/") >= DEEPEST_TOPIC:
        return False
    try:
        return len(topic.encode()) <= LONGEST_TOPIC_BYTES
    except UnicodeEncodeError:
        return False


class _Node:
    """One level in a tree of filters that hold a wildcard."""

    __slots__ = ("children", "ends")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.ends = False


def least(filters: Iterable[str]) -> frozenset[str]:
    """Return the filters without those that another one covers.

    Mosquitto 2.0 delivers a message once for each filter that it matches (``allow_duplicate_messages``): without this,
    a button that two dialects listen to would be pressed twice.
    """
    wanted = frozenset(filters)
    root = _Node()
    for wild in wanted:
        if "+" in wild or wild.endswith("#"):
            node = root
            for level in wild.split("/"):
                node = node.children.setdefault(level, _Node())
            node.ends = True
    if not root.children:
        return wanted
    # No wildcard on the first level matches a topic that starts with `$`.
    return frozenset(one for one in wanted if one.startswith("$") or not _covered(one.split("/"), root))


def _covered(levels: list[str], root: _Node) -> bool:
    """Say whether a filter other than this very one matches everything that this one matches."""
    nodes = [(root, True)]  # with whether the path to it is letter for letter our own
    for level in levels:
        following: list[tuple[_Node, bool]] = []
        for node, own in nodes:
            rest = node.children.get("#")
            if rest is not None and not (own and level == "#"):
                return True
            if level == "#":
                continue
            following.extend(
                (node.children[name], own and name == level) for name in {level, "+"} if name in node.children
            )
        nodes = following
    return any((node.ends and not own) or "#" in node.children for node, own in nodes)
