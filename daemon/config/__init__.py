"""One TOML file, its drop-ins and the environment, turned into one frozen, checked configuration.

Order, the later wins: embedded defaults, ``hearth.toml``, ``hearth.toml.d/*.toml`` by name, ``HEARTH_SECTION__KEY``.
Secrets never stand in any of them: they are named by file, or as ``credential:NAME`` for a systemd credential.
"""

from daemon.config.channels import DashboardSection
from daemon.config.errors import ConfigError
from daemon.config.loading import default_path, load
from daemon.config.machines import MqttSection
from daemon.config.model import Config
from daemon.config.people import CalendarEntry, PersonEntry
from daemon.config.secrets import secret

__all__ = [
    "CalendarEntry",
    "Config",
    "ConfigError",
    "DashboardSection",
    "MqttSection",
    "PersonEntry",
    "default_path",
    "load",
    "secret",
]
