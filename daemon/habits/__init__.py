"""What people of the house do again and again by hand: found in its history, and proposed as routines."""

from daemon.habits.answering import Answering
from daemon.habits.ground import Ground
from daemon.habits.habits import Habits

__all__ = ["Answering", "Ground", "Habits"]
