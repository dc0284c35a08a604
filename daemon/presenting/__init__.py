"""Hearth as a device among others: what it says of itself over MQTT discovery, and what it can be asked to do there."""

from daemon.presenting.device import Place, Room
from daemon.presenting.doing import Doing, Wanted
from daemon.presenting.facts import Facts, Sources
from daemon.presenting.presenting import Presenting
from daemon.presenting.topics import Topics

__all__ = ["Doing", "Facts", "Place", "Presenting", "Room", "Sources", "Topics", "Wanted"]
