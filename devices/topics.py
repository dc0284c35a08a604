"""Which MQTT topics a filter is about."""


def fits(topic_filter: str, topic: str) -> bool:
    """Say whether a topic fits a filter; wildcards leave out what begins with ``$`` (MQTT 5.0, 4.7)."""
    if topic.startswith("$") and topic_filter[:1] in ("+", "#"):
        return False
    wanted, found = topic_filter.split("/"), topic.split("/")
    for place, word in enumerate(wanted):
        if word == "#":
            return True
        if place >= len(found) or word not in ("+", found[place]):
            return False
    return len(wanted) == len(found)
