"""The house over HTTP: its state, its operations, and the door that a button of a notification opens."""

from daemon.dashboard.metrics import Metric
from daemon.dashboard.server import Dashboard, House, Serve

__all__ = ["Dashboard", "House", "Metric", "Serve"]
